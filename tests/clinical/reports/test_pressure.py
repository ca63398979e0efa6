"""Blood pressure at home: which readings are the average, and when it is one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from homeward.clinical.reports.pressure import page, pressure
from homeward.clinical.zone import Zones
from homeward.store.packed import SAMPLES

BERLIN = Zones.always("Europe/Berlin")
MONDAY = datetime(2026, 6, 1, tzinfo=UTC)  # 02:00 in Berlin
Reading = tuple[float, float, float]  # hours since MONDAY, systolic, diastolic


def us(hours: float) -> int:
    return round((MONDAY + timedelta(hours=hours)).timestamp() * 1e6)


def arrays(readings: list[Reading]) -> tuple[Any, Any, Any]:
    made = [np.zeros(len(readings), SAMPLES) for _ in range(3)]
    for place, (hours, *values) in enumerate(readings):
        for column, value in zip(made, (*values, 70), strict=True):
            column[place]["at"], column[place]["value"], column[place]["device"] = (
                us(hours), value, 1,
            )  # fmt: skip
    return made[0], made[1], made[2]


def week(days: int = 7, morning: float = 130, evening: float = 120) -> list[Reading]:
    """Twice each morning (07:00) and evening (20:00); the first day is far higher."""
    found: list[Reading] = []
    for day in range(days):
        more = 40 if day == 0 else 0
        for hour, value in ((5, morning), (5.02, morning), (18, evening), (18.02, evening)):
            found.append((day * 24 + hour, value + more, 80 + more / 4))
    return found


def read(readings: list[Reading], end_hours: float = 7 * 24 - 3) -> Any:
    return pressure(*arrays(readings), BERLIN, us(end_hours))


def test_the_first_day_counts_in_no_average():
    found = read(week())
    assert (found.average.systolic, found.average.diastolic) == (125.0, 80.0)
    assert (found.morning.systolic, found.evening.systolic) == (130.0, 120.0)
    assert (found.average.readings, found.days, found.readings) == (24, 7, 28)
    assert [day.counts for day in found.every_day] == [False] + [True] * 6
    assert page(found).figures[0].is_met is True


def test_three_days_of_four_readings_are_the_least():
    found = read(week(3), 3 * 24 - 3)
    assert found.is_enough
    assert found.average.readings == 8
    fewer = read(week(3)[:-1], 3 * 24 - 3)
    assert not fewer.is_enough
    assert "11 readings on 3 days" in page(fewer).lacking
    assert page(fewer).figures[0].is_met is None
    many_on_two = read([(h + m / 60, 150, 90) for h in (5, 29) for m in range(8)], 45)
    assert not many_on_two.is_enough


def test_what_is_at_the_threshold_is_raised():
    for evening, is_met in ((140, False), (139.9, True)):
        assert page(read(week(evening=evening))).figures[0].is_met is is_met


def test_noon_is_in_no_average_and_is_said():
    found = read([*week(), (34, 200, 120)])
    assert found.average.systolic == 125.0
    assert "1 at other times" in [row[-1] for row in page(found).rows]


def test_only_the_last_seven_days_count():
    older = [(hours - 14 * 24, 200.0, 120.0) for hours, *_ in week()]
    assert read([*older, *week()]).average.systolic == 125.0


def test_a_pressure_without_its_other_half_is_no_reading():
    upper, lower, pulse = arrays(week())
    found = pressure(upper, lower[:-1], pulse, BERLIN, us(165))
    assert found.readings == 27


def test_a_morning_is_where_the_patient_is():
    # 20:00 UTC is a morning in Tokyo, and in Berlin late evening.
    readings = [(day * 24 + 20.0, 130.0, 80.0) for day in range(7)]
    tokyo = pressure(*arrays(readings), Zones.always("Asia/Tokyo"), us(7 * 24))
    assert tokyo.morning.readings
    assert not tokyo.evening.readings


def test_nothing_is_a_page_that_says_so():
    said = page(read([]))
    assert not said.enough
    assert "Nothing was measured" in said.lacking
    assert said.plot is None


def test_the_pulse_is_the_cuffs_and_not_an_oximeters_of_the_night():
    upper, lower, pulse = arrays(week())
    night = np.zeros(20_000, SAMPLES)
    night["at"], night["value"], night["device"] = us(20) + np.arange(20_000) * 1_000_000, 50, 2
    every = np.sort(np.concatenate([pulse, night]), order="at")
    assert pressure(upper, lower, every, BERLIN, us(7 * 24 - 3)).pulse == 70
