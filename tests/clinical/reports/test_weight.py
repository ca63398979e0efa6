"""Weight in heart failure: more than two kilograms in three days, and not a gram before."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from homeward.clinical.reports.weight import page, weight
from homeward.clinical.zone import Zones
from homeward.store.packed import SAMPLES

BERLIN = Zones.always("Europe/Berlin")
FIRST = datetime(2026, 3, 25, 6, tzinfo=UTC)


def read(kilograms: dict[float, float], days: int = 30) -> Any:
    """By days since FIRST."""
    rows = np.zeros(len(kilograms), SAMPLES)
    moments = [FIRST + timedelta(days=day) for day in kilograms]
    rows["at"] = [round(at.timestamp() * 1e6) for at in moments]
    rows["value"] = list(kilograms.values())
    end = max([*moments, FIRST]) + timedelta(hours=1)
    return weight(rows, BERLIN, round(end.timestamp() * 1e6), days)


@pytest.mark.parametrize(
    ("kilograms", "gain", "is_too_much"),
    [
        ({0: 80.1, 3: 82.1}, 2.0, False),
        ({0: 80.1, 3: 82.2}, 2.1, True),
        ({0: 80.0, 1: 81.0, 2: 81.5, 3: 82.1}, 2.1, True),
        ({0: 82.0, 1: 80.0, 2: 82.1}, 2.1, True),  # from the lowest of the three days
        ({0: 85.0, 3: 80.0}, -5.0, False),
    ],
)
def test_the_rise_to_a_day_is_from_the_lowest_of_the_three_before(
    kilograms: dict[float, float], gain: float, is_too_much: bool
):
    newest = read(kilograms).newest_gain
    assert (newest.kilograms, newest.is_too_much) == (gain, is_too_much)


def test_four_days_apart_is_no_rise_in_three():
    found = read({0: 80, 4: 83})
    assert found.newest_gain is None
    assert "no other weight within the three days" in page(found).lacking


def test_the_first_weight_of_a_day_counts():
    found = read({0: 80, 0.4: 82.5, 1: 80.2})
    assert found.kilograms == [80.0, 80.2]


def test_days_are_days_on_the_wall_also_when_one_is_shorter():
    # Summer time begins on the 29th: that day has 23 hours, and is one day all the same.
    found = read({day: 80 + day * 0.5 for day in range(8)})
    assert [b - a for a, b in zip(found.days, found.days[1:], strict=False)] == [1] * 7
    assert found.per_week == pytest.approx(3.5)
    assert {each.kilograms for each in found.gains[2:]} == {1.5}


def test_a_trend_takes_a_week():
    assert read({0: 80, 6: 81}).per_week is None


def test_nothing_is_a_page_that_says_so():
    assert page(read({})).lacking == "No weight came in this time."


def test_the_page_marks_the_day():
    said = page(read({0: 80, 1: 80.5, 3: 82.6}))
    assert said.rows[0][-1] == "more than 2 kg"
    assert said.figures[1].is_met is False
