"""Windows: runs, holds, and the middle of a minute."""

from datetime import UTC, datetime, timedelta

import pytest

from homeward.clinical.window import Window, has_begun, held_for, newest_run, recent, settled
from homeward.model.reading import Reading
from homeward.model.vital import OXYGEN_SATURATION

START = datetime(2026, 3, 1, tzinfo=UTC)


def window(*pairs: tuple[float, float]) -> Window:
    return [Reading(OXYGEN_SATURATION, value, START + timedelta(seconds=at)) for at, value in pairs]


def is_low(value: float) -> bool:
    return value < 90


def test_recent_keeps_the_newest_and_what_is_no_older() -> None:
    some = window((0, 97), (10, 96), (20, 95))
    assert list(recent(some, 10)) == some[1:]
    assert list(recent(some, 0)) == some[2:]
    assert recent(some, 100) is some
    assert recent(some, 20) is some
    assert list(recent([], 10)) == []


def test_the_newest_run_ends_at_the_first_other_value() -> None:
    some = window((0, 85), (1, 95), (2, 86), (3, 87))
    assert [reading.value for reading in newest_run(some, is_low)] == [86, 87]
    assert list(newest_run(some[:2], is_low)) == []


@pytest.mark.parametrize(("seconds", "held"), [(14.9, True), (15, True), (15.1, False)])
def test_held_for_counts_from_the_first_to_the_newest(seconds: float, held: bool) -> None:
    assert held_for(window((0, 95), (1, 85), (10, 85), (16, 85)), seconds, is_low) is held


def test_a_reading_alone_in_its_window_speaks_for_itself() -> None:
    assert held_for(window((0, 85)), 15, is_low)
    assert not held_for(window((0, 95)), 15, is_low)
    assert not held_for([], 0, is_low)


@pytest.mark.parametrize(
    ("pairs", "begun"),
    [
        (((0, 95), (60, 85)), True),  # measured again after a minute: nobody says there is a third
        (((0, 95), (15.1, 85)), True),
        (((0, 95), (15, 85)), False),
        (((0, 95), (1, 95), (2, 85)), False),
        (((0, 95), (60, 95)), False),
        (((0, 85), (60, 95)), False),
        (((0, 85),), True),
        ((), False),
    ],
)
def test_what_comes_less_often_than_it_must_hold_begins_at_once(pairs, begun) -> None:
    assert has_begun(window(*pairs), 15, is_low) is begun


def test_the_middle_of_a_minute_is_a_value_somebody_measured() -> None:
    some = window((0, 90), (1, 91), (2, 99), (3, 92), (4, 98), (5, 93))
    assert settled(some) == Reading(OXYGEN_SATURATION, 92, some[-1].at)


def test_a_minute_with_few_readings_has_no_middle() -> None:
    some = window((0, 97), (10, 97), (20, 97), (30, 84))
    assert settled(some).value == 84
    early = window((0, 97), (1, 97), (2, 97), (3, 97), (100, 84))
    assert settled(early).value == 84


def test_a_middle_is_by_default_of_a_minute_and_of_five() -> None:
    five = window((0, 90), (15, 95), (30, 95), (45, 95), (60, 97))
    assert settled(five).value == 95  # a minute, its first second included
    assert settled(five[1:]).value == 97
    later = window((0, 90), (15.5, 95), (30, 95), (45, 95), (60.5, 97))
    assert settled(later).value == 97  # only four of them in a minute
    six = window((0, 80), (15, 80), (30, 80), (45, 95), (60, 97), (60.5, 96))
    assert settled(six).value == 95
