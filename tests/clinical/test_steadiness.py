"""A heart that does not change by a single beat for half an hour is no heart."""

from datetime import UTC, datetime, timedelta

import pytest

from homeward.clinical.steadiness import VITALS, condition, steady
from homeward.model.alarm import Priority
from homeward.model.vital import HEART_RATE, PULSE

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "is_steady"), [(1799, False), (1800, True)])
def test_one_value_for_half_an_hour_is_too_steady(seconds, is_steady):
    found = steady(HEART_RATE, 72, NOW - timedelta(seconds=seconds), NOW)
    assert (found is not None) == is_steady


def test_it_is_low_and_says_for_how_long_and_since_when():
    since = NOW - timedelta(seconds=2519)
    found = steady(PULSE, 72, since, NOW)
    assert found.text == "Pulse exactly 72 for 41 min: check the sensor (or a paced heart)"
    assert (found.priority, found.since, found.value) == (Priority.LOW, since, 72)


def test_only_hearts_are_watched_each_by_a_condition_of_its_own():
    assert [condition(each) for each in VITALS] == ["steady_heart_rate", "steady_pulse"]
