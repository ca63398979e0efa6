"""What two sources measured together counts once, by the better one."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.clinical.overlap import WITHIN_US, counted_once, in_words, rank_of
from homeward.model.entered import BY_HAND

ROWS = np.dtype([("at", "<i8"), ("device", "<i8"), ("value", "<f8")])
CUFF, WATCH, PHONE = 1, 2, 3
RANKS = {CUFF: 0, WATCH: 1, PHONE: 2, BY_HAND: 3, 4: 0}
SECOND = 1_000_000


def rows(*said: tuple[int, int, float]) -> Any:
    """Readings: seconds, device, value."""
    made = np.array([(at * SECOND, device, value) for at, device, value in said], ROWS)
    return made[np.argsort(made["at"], kind="stable")]


def test_what_was_typed_beside_the_cuff_counts_once():
    (kept,), left = counted_once([rows((0, CUFF, 128), (30, BY_HAND, 130))], RANKS)
    assert kept["value"].tolist() == [128]
    assert left == {BY_HAND: 1}


def test_what_only_a_hand_measured_counts():
    (kept,), left = counted_once([rows((0, CUFF, 128), (60, BY_HAND, 130))], RANKS)
    assert (kept["value"].tolist(), left) == ([128, 130], {})


def test_two_readings_of_one_cuff_within_a_minute_are_two():
    (kept,), _ = counted_once([rows((0, CUFF, 128), (30, CUFF, 126))], RANKS)
    assert kept["value"].tolist() == [128, 126]


def test_of_two_meters_the_one_that_said_more_counts():
    said = rows((0, CUFF, 1), (10, 4, 2), (300, 4, 3))
    (kept,), _ = counted_once([said], RANKS)
    assert kept["value"].tolist() == [2, 3]


def test_upper_and_lower_pressure_stay_together():
    upper = rows((0, CUFF, 128), (10, 4, 130))
    lower = rows((0, CUFF, 82), (10, 4, 84), (500, 4, 80))
    (first, second), _ = counted_once([upper, lower], RANKS)
    assert (first["value"].tolist(), second["value"].tolist()) == ([130], [84, 80])


def test_what_does_not_count_is_said():
    assert in_words({}, RANKS) == ""
    assert in_words({WATCH: 4, BY_HAND: 1_000}, RANKS).endswith(
        "within the same minute: 1,004 values (worn: 4, entered by hand: 1,000)."
    )


def test_of_none_there_is_none():
    assert counted_once([], RANKS) == ([], {})
    (kept,), left = counted_once([rows()], RANKS)
    assert (len(kept), left) == (0, {})


@pytest.mark.parametrize(
    ("device", "words", "rank"),
    [(7, ("cuff-1", "cuff"), 0), (7, ("Anna’s Watch", "Apple Health"), 1),
     (7, ("Cuff", "Apple Health"), 2), (7, ("monitoring-3", "monitor"), 0),
     (7, ("spring-2", "oximeter"), 0), (7, ("a-ring", "x"), 1), (BY_HAND, (), 3)],
)  # fmt: skip
def test_how_good_a_source_is(device: int, words: tuple[str, ...], rank: int):
    assert rank_of(device, *words) == rank


SAID = st.lists(
    st.tuples(st.integers(0, 600), st.sampled_from([CUFF, WATCH, PHONE, BY_HAND]), st.just(1.0)),
    max_size=40, unique_by=lambda each: each[:2],
)  # fmt: skip


@given(SAID)
def test_nothing_is_there_twice_and_nothing_is_lost(said: list[tuple[int, int, float]]):
    whole = rows(*said)
    (kept,), left = counted_once([whole], RANKS)
    assert len(kept) + sum(left.values()) == len(whole)
    there = [(int(row["at"]), int(row["device"])) for row in kept]
    for at, device in there:
        near = [other for when, other in there if abs(when - at) < WITHIN_US]
        assert set(near) == {device}, "two sources of one minute"
    for row in whole:
        at, device = int(row["at"]), int(row["device"])
        near = [other for when, other in there if abs(when - at) < WITHIN_US]
        assert (at, device) in there or any(RANKS[each] <= RANKS[device] for each in near)
