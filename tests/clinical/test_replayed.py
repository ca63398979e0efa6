"""A limit over a whole record finds the very episodes that the rule finds reading by reading."""

import io
import lzma
import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.clinical.limit import Limit, Side
from homeward.clinical.replayed import episodes, merged
from homeward.clinical.rule import Rule
from homeward.clinical.rules import RULES
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME
from tests.clinical.test_recordings import COLUMNS, DATA

START = datetime(2026, 3, 1, tzinfo=UTC)
OXYGEN = next(rule for rule in RULES if rule.name == "oxygen_low")


def one_by_one(rule: Rule, at: list[float], values: list[float]) -> list[tuple[int, int]]:
    readings = [
        Reading(rule.vital, value, START + timedelta(seconds=second))
        for second, value in zip(at, values, strict=True)
    ]
    found: list[tuple[int, int]] = []
    began: int | None = None
    for place in range(len(readings)):
        known = readings[: place + 1]
        holds = rule.judge(known, began is not None) is not None
        follows = at[place + 1] - at[place] if place + 1 < len(at) else math.inf
        if began is None and follows > rule.limit.delay_seconds:  # and nothing came in time
            holds = holds or rule.ask_last({rule.vital.name: known}) is not None
        if holds and began is None:
            began = place
        elif not holds and began is not None:
            found.append((began, place))
            began = None
    return found if began is None else [*found, (began, len(readings))]


def in_columns(rule: Rule, at: list[float], values: list[float]) -> list[tuple[int, int]]:
    assert rule.limit is not None
    times = (np.array(at, float) * 1e6).astype(np.int64)
    return episodes(times, np.array(values, float), rule.limit, rule.window_seconds, None, times)


@st.composite
def limits(draw) -> Limit:
    extreme = draw(st.sampled_from([None, 80, 86, 89]))
    return Limit(
        Side.BELOW, 90, draw(st.sampled_from([90, 92])), draw(st.sampled_from([0, 1, 15, 60])),
        draw(st.sampled_from([0, 5, 15])), extreme,
    )  # fmt: skip


@st.composite
def records(draw) -> tuple[list[float], list[float]]:
    steps = draw(st.lists(st.sampled_from([1, 1, 1, 5, 14, 60, 119, 121, 900]), max_size=80))
    at = np.cumsum([0, *steps]).tolist()
    choice = st.sampled_from([97, 92, 91.5, 90, 89.9, 85, 79, 0])
    return at, draw(st.lists(choice, min_size=len(at), max_size=len(at)))


@settings(max_examples=300)
@given(limits(), records())
def test_in_columns_as_one_by_one(limit: Limit, record) -> None:
    rule = OXYGEN.with_limit(limit)
    assert in_columns(rule, *record) == one_by_one(rule, *record)


@pytest.mark.parametrize("name", ["oxygen_low", "heart_rate_high", "respiration_high"])
def test_on_recordings_of_intensive_care(name: str) -> None:
    path = DATA / "bidmc" / "bidmc_odd.npz.xz"
    if not path.exists():
        pytest.skip(f"the recordings are not at {DATA}")
    data = np.load(io.BytesIO(lzma.decompress(path.read_bytes())))
    rule = next(each for each in RULES if each.name == name)
    found = 0
    for key in [key for key in data.files if key.startswith("num_")][:12]:
        columns = data[key.replace("num_", "numcols_")]
        for column, values in zip(columns, data[key].T, strict=True):
            if BY_NAME[COLUMNS[str(column)]] is rule.vital:
                seconds = np.flatnonzero(np.isfinite(values))
                middle = float(np.median(values[seconds])) if len(seconds) else 0
                for limit in (rule.limit, _through(rule.limit, middle)):
                    own = rule.with_limit(limit)
                    record = seconds.tolist(), values[seconds].tolist()
                    assert in_columns(own, *record) == one_by_one(own, *record)
                    found += len(in_columns(own, *record))
    assert found > 0


def _through(limit: Limit, middle: float) -> Limit:
    """A limit in the middle of the values, so that something happens."""
    sign = 1 if limit.side is Side.BELOW else -1
    return Limit(limit.side, middle, middle + sign, 5, 5, middle - 10 * sign)


def test_nothing_measured_nothing_raised() -> None:
    assert in_columns(OXYGEN, [], []) == []


def test_what_is_low_from_the_first_reading_on_is_so_from_the_first() -> None:
    assert in_columns(OXYGEN, [0, 14.999], [85, 85]) == one_by_one(OXYGEN, [0, 14.999], [85, 85])
    assert in_columns(OXYGEN, [0, 15], [85, 85]) == one_by_one(OXYGEN, [0, 15], [85, 85])
    assert in_columns(OXYGEN, [0, 15, 30], [97, 85, 85]) == [(2, 3)]
    assert in_columns(OXYGEN, [0, 121, 136], [85, 96, 96]) == [(0, 1)]


def test_a_spot_check_that_nothing_follows_is_one() -> None:
    assert in_columns(OXYGEN, [0, 9], [95, 84]) == [(1, 2)]
    assert in_columns(OXYGEN, [0, 9, 20, 40], [95, 84, 96, 97]) == []
    assert in_columns(OXYGEN, [0, 9, 25, 40], [95, 84, 96, 97]) == [(1, 3)]
    late = np.array([0, 9, 24]) * 1_000_000
    limit, values = OXYGEN.limit, np.array([95.0, 84, 96])
    assert limit is not None
    assert episodes(late, values, limit, 120, came_us=np.array([0, 9, 26]) * 1_000_000)[0][0] == 1
    assert episodes(late, values, limit, 120, came_us=late) == []
    assert episodes(late[:2], values[:2], limit, 120) == [], "time judges nothing"


def test_spans_that_touch_are_one() -> None:
    assert merged([(5, 9), (0, 3), (3, 4), (8, 12)]) == [(0, 4), (5, 12)]
    assert merged([(0, 10), (2, 5), (20, 30), (22, 25), (40, 41)]) == [(0, 10), (20, 30), (40, 41)]
