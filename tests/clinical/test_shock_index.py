"""The shock index: what it is, where it begins and ends, and what is no pressure."""

from datetime import UTC, datetime, timedelta

import pytest

from homeward.clinical.rules import shock_index_high
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ask(rate: float, pressure: float, *, is_open: bool = False):
    """A minute of one rate, one pressure."""
    heart, systolic = BY_NAME["heart_rate"], BY_NAME["systolic"]
    ages = [timedelta(seconds=20 * back) for back in (3, 2, 1, 0)]
    windows = {
        heart.name: [Reading(heart, rate, NOW - age) for age in ages],
        systolic.name: [Reading(systolic, pressure, NOW)],
    }
    return shock_index_high.RULE.ask(windows, is_open)


@pytest.mark.parametrize(("rate", "pressure"), [(100, 100), (90, 90), (130, 130), (110, 100)])
def test_a_rate_as_high_as_the_pressure_begins(rate: float, pressure: float):
    assert ask(rate, pressure) is not None


@pytest.mark.parametrize(
    ("rate", "pressure"),
    [
        (99, 100),
        (131, 100),  # rings alone
        (100, 89),  # rings alone
        (89, 89),
        (131, 131),
    ],
)
def test_what_is_lower_or_rings_alone_does_not(rate: float, pressure: float):
    assert ask(rate, pressure) is None


def test_it_goes_on_until_it_is_below_nine_tenths():
    assert ask(90, 100, is_open=True) is not None
    assert ask(89.9, 100, is_open=True) is None


def test_what_is_no_pressure_neither_begins_nor_ends():
    assert ask(100, 0) is None
    found = ask(100, 0, is_open=True)
    assert found is not None
    assert found.value is None


def test_a_pressure_of_one_is_low_and_no_missing_one():
    found = ask(100, 1, is_open=True)
    assert found is not None
    assert found.value == 100


def test_the_index_is_told_to_three_places():
    found = ask(100, 97)
    assert found is not None
    assert found.value == 1.031
