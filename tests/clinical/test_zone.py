"""Clocks on walls: once a day whatever the clock does, and a day that travel makes longer."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.clinical.zone import Zones, instant, zone_of
from homeward.model.errors import Unreadable

NAMES = (
    "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Tokyo",
    "America/St_Johns", "Pacific/Apia", "UTC",
)  # fmt: skip
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(NAMES), times, st.integers(0, 364))
def test_a_time_of_day_comes_once_on_every_date(name: str, at: time, first: int) -> None:
    start = instant(datetime(2026, 1, 1) + timedelta(days=first), name)
    end = instant(datetime(2026, 1, 1) + timedelta(days=first + 30), name)
    found = list(Zones.always(name).instants(at, start, end))
    dates = [each.astimezone(zone_of(name)).date() for each in found]
    # One that summer time skips comes an hour later, and then on the date all the same.
    assert len(found) == 30
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(dates))


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(NAMES), st.lists(st.integers(0, 365 * 96), min_size=1, max_size=50))
def test_many_times_at_once_are_as_each_alone(name: str, quarters: list[int]) -> None:
    zones = Zones(((YEAR, name), (YEAR + timedelta(days=180), "Asia/Tokyo")))
    moments = [YEAR + timedelta(minutes=15 * each, seconds=7) for each in quarters]
    at = np.array([round(each.timestamp() * 1e6) for each in moments])
    walls = [zones.local(each) for each in moments]
    assert zones.minutes(at).tolist() == [each.hour * 60 + each.minute for each in walls]
    days = [(each.date() - datetime(1970, 1, 1).date()).days for each in walls]
    assert zones.days(at).tolist() == days


def test_the_hour_that_comes_twice_counts_once_and_the_skipped_one_comes_late() -> None:
    berlin = Zones.always("Europe/Berlin")
    autumn = datetime(2026, 10, 25, tzinfo=UTC) - timedelta(hours=2)
    (once,) = berlin.instants(time(2, 30), autumn, autumn + timedelta(hours=25))
    assert once == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    spring = datetime(2026, 3, 28, 23, tzinfo=UTC)
    (late,) = berlin.instants(time(2, 30), spring, spring + timedelta(hours=23))
    assert berlin.local(late).time() == time(3, 30)


def test_who_flies_east_has_a_shorter_day_and_who_flies_west_a_longer() -> None:
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    span = noon - timedelta(days=1), noon + timedelta(days=1)
    east = Zones(((YEAR, "Europe/London"), (noon, "Asia/Tokyo")))
    west = Zones(((YEAR, "Asia/Tokyo"), (noon, "Europe/London")))
    # 12:00 UTC is 13:00 in London and 21:00 in Tokyo: who flies east has no evening that day ...
    assert [east.local(each).day for each in east.instants(time(18), *span)] == [3, 5]
    # ... and who flies west has two.
    assert [west.local(each).day for each in west.instants(time(18), *span)] == [4, 4]


def test_zones_stand_in_order_and_there_is_one() -> None:
    with pytest.raises(Unreadable):
        Zones(())
    with pytest.raises(Unreadable):
        Zones(((YEAR, "UTC"), (YEAR - timedelta(days=1), "Asia/Tokyo")))
    with pytest.raises(Unreadable, match="no time zone 'Mars/Base'"):
        zone_of("Mars/Base")
