"""The columns say what the plain functions say."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.clinical.scores import SCORERS
from homeward.clinical.window import settled
from homeward.model.reading import Reading
from homeward.model.vital import BY_INDEX, GLUCOSE, OXYGEN_SATURATION, SYSTOLIC
from homeward.services.watch.profiles import edges
from homeward.services.watch.windows import (
    RING,
    Numbers,
    Windows,
    as_microseconds,
    as_time,
    rounds,
)

START = datetime(2026, 3, 1, tzinfo=UTC)


def filled(readings: list[Reading], seconds: float = 120) -> tuple[Windows, int]:
    windows = Windows(dict.fromkeys(BY_INDEX, seconds))
    slots = windows.slots(np.array([1]), np.array([OXYGEN_SATURATION.index]))
    for reading in readings:
        at = np.array([as_microseconds(reading.at)])
        windows.put(slots, at, np.array([reading.value]), at)
    return windows, int(slots[0])


@given(
    st.lists(
        st.tuples(st.sampled_from([1, 1, 1, 2, 5, 61]), st.integers(80, 100)),
        min_size=1,
        max_size=300,
    )
)
@settings(max_examples=60)
def test_windows_and_middle_values_are_those_of_the_plain_functions(steps):
    at, readings = START, []
    for seconds, value in steps:
        at += timedelta(seconds=seconds)
        readings.append(Reading(OXYGEN_SATURATION, value, at))
    windows, slot = filled(readings)
    recent = [each for each in readings if each.at >= at - timedelta(seconds=120)]
    assert windows.window(slot) == recent
    value = windows.settled_values(np.array([slot]), 60, 5)[0]
    assert value == settled(readings[-RING:], 60).value
    assert windows.last_values(np.array([slot]))[0] == readings[-1].value


def test_faster_than_once_a_second_a_minute_is_still_a_minute():
    readings = [
        Reading(OXYGEN_SATURATION, 80 + place % 20, START + timedelta(seconds=place / 2))
        for place in range(240)
    ]
    windows, slot = filled(readings)
    assert windows.settled_values(np.array([slot]), 60, 5)[0] == settled(readings, 60).value


@pytest.mark.parametrize("seconds", [3, 3.7, 3.75, 4, 4.1, 10])
@pytest.mark.parametrize("count", [15, 16, 17, 40])
def test_the_middle_of_a_minute_of_few_is_of_all_of_them(seconds, count):
    """Just as many as are looked through first, one fewer, one more; each minute has its end."""
    readings = [
        Reading(OXYGEN_SATURATION, 80 + place * 7 % 20, START + timedelta(seconds=place * seconds))
        for place in range(count)
    ]
    windows, slot = filled(readings)
    assert windows.settled_values(np.array([slot]), 60, 5)[0] == settled(readings, 60).value


def test_what_comes_too_fast_is_thinned_and_the_window_keeps_its_length():
    readings = [
        Reading(OXYGEN_SATURATION, 95, START + timedelta(milliseconds=10 * place))
        for place in range(13_000)
    ]
    windows, slot = filled(readings)
    window = windows.window(slot)
    assert window[-1] == readings[-1]
    assert (window[-1].at - window[0].at).total_seconds() > 119
    assert len(window) <= RING


def test_a_long_window_of_a_fast_stream_is_dense_where_delays_are_counted():
    """Two minutes of an arterial line as they came, and the rest of the hour evenly thinned."""
    hour = 3600
    windows = Windows(dict.fromkeys(BY_INDEX, float(hour)))
    slots = windows.slots(np.array([1]), np.array([SYSTOLIC.index]))
    readings = []
    for second in range(2 * hour):
        readings.append(
            Reading(SYSTOLIC, 100 + second % 50, START + timedelta(seconds=second + second % 2 / 9))
        )
        at = np.array([as_microseconds(readings[-1].at)])
        windows.put(slots, at, np.array([readings[-1].value]), at)
        if second % 500 == 499:
            window = windows.window(int(slots[0]))
            newest = [each for each in readings if (readings[-1].at - each.at).seconds < 120]
            assert window[-len(newest) :] == newest
            assert set(window) <= set(readings)
    window = windows.window(int(slots[0]))
    ages = [(window[-1].at - each.at).total_seconds() for each in window]
    assert ages[0] > hour - 60
    assert max(before - after for before, after in pairwise(ages)) < 60


def test_a_long_window_of_a_slow_stream_is_kept_whole():
    """A glucose sensor each minute, for a night."""
    length = 9000.0
    windows = Windows(dict.fromkeys(BY_INDEX, length))
    slots = windows.slots(np.array([1]), np.array([GLUCOSE.index]))
    readings = [Reading(GLUCOSE, 100 + n % 50, START + timedelta(minutes=n)) for n in range(600)]
    for reading in readings:
        at = np.array([as_microseconds(reading.at)])
        windows.put(slots, at, np.array([reading.value]), at)
    recent = [each for each in readings if (readings[-1].at - each.at).total_seconds() <= length]
    assert windows.window(int(slots[0])) == recent


SOURCES = [
    pytest.param(source, id=f"{scorer.name} {chart.name} {source.vital.name}")
    for scorer in SCORERS
    for chart in scorer.charts
    for parameter in chart.parameters
    for source in parameter.sources
]


@pytest.mark.parametrize("source", SOURCES)
def test_d5_values_of_one_cell_always_score_the_same(source):
    vital = source.vital
    low, high = vital.possible
    step = 10.0**-vital.decimals
    halves = np.arange(low, high + step / 2, step / 2).round(vital.decimals + 1)
    values = np.concatenate([halves, np.nextafter(halves, low), np.nextafter(halves, high)])
    values = values[(values >= low) & (values <= high)]
    cells = np.searchsorted(edges([source]), values, side="right").tolist()
    points: dict[int, set[tuple[frozenset[int], ...]]] = {}
    for cell, value in zip(cells, values.tolist(), strict=True):
        ways = tuple(source.choices(value, on_oxygen) for on_oxygen in (False, True))
        points.setdefault(cell, set()).add(ways)
    assert all(len(each) == 1 for each in points.values())


def _rounds(slots, at, received, newest=(0,) * 6) -> list[list[int]]:
    columns = [np.array(each, np.int64) for each in (slots, at, received, newest)]
    return [each.tolist() for each in rounds(*columns)]


def test_rounds_hold_each_slot_once_in_its_own_order():
    slots = [3, 1, 3, 2, 1, 3]
    assert _rounds(slots, [1, 1, 2, 1, 2, 3], range(6)) == [[0, 1, 3], [2, 4], [5]]
    assert _rounds([5, 4], [1, 1], [1, 2]) == [[0, 1]]
    assert _rounds([], [], []) == []


def test_rounds_take_a_message_of_several_as_it_was_measured():
    assert _rounds([3, 3, 3], [30, 10, 20], [7, 7, 7]) == [[1], [2], [0]]


def test_what_was_overtaken_and_doubles_take_no_turn():
    assert _rounds([3, 3, 3, 3], [30, 10, 20, 40], [7, 8, 9, 10]) == [[0], [3]]
    assert _rounds([3, 4, 3, 3], [30, 5, 30, 31], [7, 7, 8, 9]) == [[0, 1], [3]]
    assert _rounds([3, 4, 4], [30, 5, 9], [7, 7, 8], newest=[0, 0, 0, 30, 5, 0]) == [[2]]


@given(st.lists(st.lists(st.integers(1, 40), max_size=8), max_size=8))
def test_numbers_are_given_once_and_for_ever(batches):
    numbers, known = Numbers(), {}
    for batch in batches:
        for key, number in zip(batch, numbers.of(np.array(batch, np.int64)).tolist(), strict=True):
            assert known.setdefault(key, number) == number
    assert len(set(known.values())) == len(known) == len(numbers)


def test_times_keep_their_microseconds():
    at = START + timedelta(microseconds=123_457)
    assert as_time(as_microseconds(at)) == at
