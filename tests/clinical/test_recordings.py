"""Real recordings: gate and rules together decide exactly as the rules alone."""

import io
import lzma
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from homeward.clinical.gate import Gate
from homeward.clinical.rules import RULES
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME, GLUCOSE, Vital

DATA = Path(__file__).parents[3] / "shared" / "data"
START = datetime(2026, 3, 1, tzinfo=UTC)
GATE = Gate(RULES)
COLUMNS = {
    "HR": "heart_rate",
    "PULSE": "pulse",
    "RESP": "respiratory_rate",
    "SpO2": "oxygen_saturation",
}
PEOPLE_MAX = 12


def happenings(readings: Sequence[Reading], has_gate: bool) -> tuple[list[tuple[str, ...]], int]:
    """What begins and ends over one vital's readings, and how often a rule was asked."""
    rules = [rule for rule in RULES if rule.vital is readings[0].vital]
    span = max(rule.window_seconds for rule in rules)
    mask = GATE.mask(
        np.array([reading.vital.index for reading in readings]),
        np.array([reading.value for reading in readings]),
    )
    open_now: set[str] = set()
    lines: list[tuple[str, ...]] = []
    oldest = asked = 0
    for place, reading in enumerate(readings):
        while readings[oldest].at < reading.at - timedelta(seconds=span):
            oldest += 1
        if has_gate and not open_now and not mask[place]:
            continue
        for rule in rules:
            asked += 1
            found = rule.judge(readings[oldest : place + 1], rule.name in open_now)
            if found is not None and rule.name not in open_now:
                lines.append((rule.name, str(place), found.priority, found.text))
                open_now.add(rule.name)
            elif found is None and rule.name in open_now:
                lines.append((rule.name, str(place), "over"))
                open_now.remove(rule.name)
    return lines, asked


def intensive_care() -> Iterator[list[Reading]]:
    path = DATA / "bidmc" / "bidmc_odd.npz.xz"
    if not path.exists():
        pytest.skip(f"the recordings are not at {DATA}")
    data = np.load(io.BytesIO(lzma.decompress(path.read_bytes())))
    for name in data.files:
        if not name.startswith("num_"):
            continue
        columns = data[name.replace("num_", "numcols_")]
        for column, values in zip(columns, data[name].T, strict=True):
            yield _stretch(BY_NAME[COLUMNS[str(column)]], enumerate(values.tolist()))


def _stretch(
    vital: Vital, pairs: Iterator[tuple[float, float]] | enumerate[float]
) -> list[Reading]:
    return [
        Reading(vital, value, START + timedelta(seconds=seconds))
        for seconds, value in pairs
        if np.isfinite(value)
    ]


def sensors() -> Iterator[list[Reading]]:
    path = DATA / "cgm_shanghai" / "shanghai_part.parquet"
    if not path.exists():
        pytest.skip(f"the recordings are not at {DATA}")
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow reads this recording")
    table = parquet.read_table(path, columns=["session", "time", "cgm_mgdl"]).to_pydict()
    sessions: dict[str, list[Reading]] = {}
    for session, time, value in zip(*table.values(), strict=True):
        if value is not None and (session in sessions or len(sessions) < PEOPLE_MAX):
            at = datetime.fromtimestamp(time.timestamp(), UTC)
            sessions.setdefault(session, []).append(Reading(GLUCOSE, value, at))
    for readings in sessions.values():
        yield sorted(readings, key=lambda reading: reading.at)


@pytest.mark.parametrize("recordings", [intensive_care, sensors])
def test_gate_and_rules_decide_as_the_rules_alone(recordings) -> None:
    began = asked_alone = asked_behind_gate = 0
    for readings in recordings():
        if not readings:
            continue
        alone, asked = happenings(readings, has_gate=False)
        gated, asked_gated = happenings(readings, has_gate=True)
        assert gated == alone
        began += sum(line[-1] != "over" for line in alone)
        asked_alone += asked
        asked_behind_gate += asked_gated
    assert began > 0, "recordings in which nothing happens prove nothing"
    assert asked_behind_gate < asked_alone
