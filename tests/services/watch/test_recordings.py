"""Gate, columns and rings decide what the plain rules and the score alone decide.

On every recording of people we have: 27 in intensive care, second by second, and 90 at home
with diabetes, for days.
"""

import io
import lzma
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from homeward.clinical.rule import may_speak
from homeward.clinical.rules import RULES
from homeward.clinical.scores import news2
from homeward.clinical.window import recent
from homeward.model.frame import HOT
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME, Vital
from homeward.services.watch.watcher import Watcher
from homeward.services.watch.windows import as_microseconds

START = datetime(2026, 3, 1, tzinfo=UTC)
COLUMNS = {
    "HR": "heart_rate",
    "PULSE": "pulse",
    "RESP": "respiratory_rate",
    "SpO2": "oxygen_saturation",
}
Second = list[tuple[int, Vital, float]]  # patient, vital, value


class RulesAlone:
    """Every rule asked at every reading, and the score computed each second: no gate."""

    def __init__(self) -> None:
        self.windows: dict[tuple[int, str], list[Reading]] = defaultdict(list)
        self.open: set[tuple[int, str]] = set()
        self.said: list[tuple[int, int, str, str]] = []
        self.worst: dict[tuple[int, str], int] = {}

    def take(self, moment: int, second: Second, at: datetime) -> None:
        for patient, vital, value in second:
            self.windows[patient, vital.name].append(Reading(vital, value, at))
        for patient, vital, _ in second:
            window = self.windows[patient, vital.name]
            del window[:-200]
            for rule in RULES:
                if rule.vital is not vital or not self._may_speak(rule, patient, at):
                    continue
                is_open = (patient, rule.name) in self.open
                found = rule.judge(recent(window, rule.window_seconds), is_open)
                self._see(moment, patient, rule.name, found)

    def _may_speak(self, rule, patient, at):
        other = rule.yields_to
        fresh = [
            other.name
            for window in ([self.windows[patient, other.name]] if other else [])
            if window and at - window[-1].at <= timedelta(seconds=other.stale_seconds)
        ]
        return may_speak(rule, fresh, (patient, rule.name) in self.open)

    def _see(self, moment, patient, name, found):
        rank = None if found is None else ["high", "medium", "low"].index(found.priority)
        key = (patient, name)
        if rank is None and key in self.open:
            self.open.discard(key)
            self.said.append((moment, patient, name, "over"))
        elif rank is not None and (key not in self.open or rank < self.worst[key]):
            self.open.add(key)
            self.worst[key] = rank
            self.said.append((moment, patient, name, str(found.priority)))


def frame_of(second: Second, at: datetime) -> np.ndarray:
    frame = np.zeros(len(second), HOT)
    us = as_microseconds(at)
    for place, (patient, vital, value) in enumerate(second):
        frame[place] = (patient, patient, vital.index, 0, us, us, value)
    return frame


def same(moments: Iterator[tuple[datetime, Second]]) -> tuple[list, Watcher, list]:
    """What both say, which must be the same; the scores of the watcher with their moments."""
    watcher, alone = Watcher(), RulesAlone()
    said, scores = [], []
    for moment, (at, second) in enumerate(moments):
        alone.take(moment, second, at)
        verdict = watcher.take(frame_of(second, at), at)
        said += [
            (
                moment,
                change.key.patient_id,
                change.key.condition,
                "over" if change.finding is None else str(change.finding.priority),
            )
            for change in verdict.changes
            if not change.key.condition.startswith("news2")
        ]
        scores += [(moment, told) for told in verdict.scores]
    assert sorted(said) == sorted(alone.said)
    return said, watcher, scores


@pytest.fixture(scope="module")
def bidmc(data: Path) -> list[tuple[datetime, Second]]:
    with lzma.open(data / "bidmc" / "bidmc_odd.npz.xz") as packed:
        found = np.load(io.BytesIO(packed.read()))
    names = sorted(name[4:] for name in found.files if name.startswith("num_"))
    seconds: list[Second] = [[] for _ in range(481)]
    for name in names:
        vitals = [BY_NAME[COLUMNS[column]] for column in found[f"numcols_{name}"]]
        for place, row in enumerate(found[f"num_{name}"].tolist()):
            seconds[place] += [
                (int(name), vital, value)
                for vital, value in zip(vitals, row, strict=True)
                if np.isfinite(value)
            ]
    return [(START + timedelta(seconds=place), each) for place, each in enumerate(seconds)]


def test_rules_alone_say_the_same_of_intensive_care(bidmc):
    said, _, _ = same(iter(bidmc))
    assert len({patient for _, patient, _, _ in said}) > 3


def test_scores_change_when_the_plain_score_changes(bidmc):
    """Each patient's NEWS2 second by second, without columns, for the first five minutes."""
    bidmc = bidmc[:300]
    _, _, scores = same(iter(bidmc))
    seen = {(moment, told.patient_id): told.score for moment, told in scores}
    windows: dict[int, dict[str, list[Reading]]] = defaultdict(lambda: defaultdict(list))
    last: dict[int, tuple] = {}
    for moment, (at, second) in enumerate(bidmc):
        for patient, vital, value in second:
            windows[patient][vital.name].append(Reading(vital, value, at))
        for patient in {patient for patient, _, _ in second}:
            inputs = news2.settled_inputs(
                {name: window[-70:] for name, window in windows[patient].items()}
            )
            score = news2.score(inputs, at)
            now = (score.low, score.high, tuple(part.points for part in score.parts))
            if now != last.get(patient):
                assert (moment, patient) in seen
                assert (seen[moment, patient].low, seen[moment, patient].high) == now[:2]
            else:
                assert (moment, patient) not in seen
            last[patient] = now


def test_rules_alone_say_the_same_of_people_with_diabetes(data):
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(data / "cgm_shanghai" / "shanghai_part.parquet")
    values: dict[str, list[float]] = defaultdict(list)
    for row in table.select(["session", "cgm_mgdl"]).to_pylist():
        if row["cgm_mgdl"] is not None:
            values[row["session"]].append(row["cgm_mgdl"])
    glucose = BY_NAME["glucose"]
    moments = (
        (
            START + timedelta(minutes=15 * place),
            [
                (number, glucose, session[place])
                for number, session in enumerate(values.values(), 1)
                if place < len(session)
            ],
        )
        for place in range(max(map(len, values.values())))
    )
    said, _, _ = same(moments)
    names = {name for _, _, name, _ in said}
    assert {"glucose_low", "glucose_high"} <= names
