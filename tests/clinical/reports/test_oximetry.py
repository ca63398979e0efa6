"""Saturation: time too low is of the time measured, and a fall is a fall."""

import numpy as np
import pytest

from homeward.clinical.reports.oximetry import falls_of, oximetry, page

SECOND_US = 1_000_000


def night(hours: float = 8, level: float = 96.0) -> np.ndarray:
    return np.full(round(hours * 3600), level)


def read(values: np.ndarray, step: float = 1.0):
    return oximetry((np.arange(len(values)) * step * SECOND_US).astype(np.int64), values)


def test_a_quiet_night_has_no_falls():
    found = read(night())
    assert found.hours == pytest.approx(8)
    assert (found.mean, found.lowest, found.below, found.falls) == (96, 96, 0, (0, 0))
    assert found.is_enough


def test_falls_are_counted_by_depth_and_length():
    values = night()
    for place in range(40):  # 40 falls of 3 % for 20 s, 10 of them of 4 %
        start = 600 + place * 600
        values[start : start + 20] = 92 if place % 4 == 0 else 93
    for place in range(20):  # and 20 that are over in nine seconds
        values[900 + place * 600 : 909 + place * 600] = 85
    found = read(values)
    assert found.falls == (5.0, 1.25)


def test_a_slow_fall_to_a_new_level_is_one_fall():
    values = night(1)
    values[1800:] = 90
    assert falls_of(values, 3.0) == 1


def test_the_time_below_is_of_the_time_that_was_measured():
    at = np.concatenate([np.arange(3600), np.arange(7200, 10800)]) * SECOND_US
    values = np.full(7200, 95.0)
    values[3600:5400] = 89.0
    values[5400:5760] = 87.0
    found = oximetry(at, values)
    assert found.hours == pytest.approx(2)
    assert found.below == pytest.approx(30, abs=0.01)
    assert found.far_below == pytest.approx(5, abs=0.01)


def test_a_gap_is_no_fall_and_no_baseline():
    values = night(1)
    values[1000:1600] = np.nan
    values[1600:1660] = 90  # nothing is known of the two minutes before
    assert falls_of(values, 3.0) == 0


def test_every_fourth_second_is_enough_and_rarer_is_not():
    assert read(night(4.1)[::4], 4.0).falls is not None
    rare = read(night(8)[::30], 30.0)
    assert rare.falls is None
    assert rare.hours is None
    said = page(rare, "Last night", np.arange(960) * 30 * SECOND_US, night(8)[::30], [])
    assert "falls cannot be counted" in said.lacking


def test_spot_checks_are_shares_of_readings():
    at = np.arange(10) * 3600 * SECOND_US
    found = oximetry(at, np.array([95.0] * 7 + [89.0, 89.0, 87.0]))
    assert (found.below, found.far_below) == (30.0, 10.0)


def test_less_than_four_hours_is_said():
    assert not read(night(3.9)).is_enough


def test_nothing_is_a_page_that_says_so():
    nothing = np.array([], np.int64)
    said = page(
        oximetry(nothing, nothing.astype(float)), "Last night", nothing, nothing.astype(float), []
    )
    assert said.lacking == "No saturation came in this time."
    assert said.plot is None
