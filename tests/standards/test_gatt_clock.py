"""When something was measured, by a meter whose clock is right, wrong, unset or cannot be asked."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from homeward.model.errors import Unreadable
from homeward.standards.gatt.meter_clock import Clock, clock_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)  # noon in Berlin
NOON = bytes.fromhex("ea0707010c0000")


def test_a_clock_that_is_right_is_believed_in_its_zone():
    clock = clock_of(NOON, NOW, BERLIN)
    assert clock.ahead == timedelta()
    said = datetime(2026, 7, 1, 8, 0)
    assert clock.repaired(said, NOW, BERLIN) == datetime(2026, 7, 1, 6, 0, tzinfo=UTC)
    winter = datetime(2026, 1, 1, 8, 0)
    assert clock.repaired(winter, NOW, BERLIN) == datetime(2026, 1, 1, 7, 0, tzinfo=UTC)


def test_a_clock_that_is_an_hour_and_a_year_ahead_is_set_back():
    clock = clock_of(bytes.fromhex("eb0707010d000000000000"[:20]), NOW, BERLIN)
    assert clock.ahead == timedelta(days=365, hours=1)
    said = datetime(2027, 7, 1, 12, 0)
    assert clock.repaired(said, NOW, BERLIN) == datetime(2026, 7, 1, 9, 0, tzinfo=UTC)


def test_seconds_are_no_error_and_nothing_is_measured_after_now():
    clock = clock_of(bytes.fromhex("ea0707010c0100"), NOW, BERLIN)
    assert clock.ahead == timedelta()
    assert clock.repaired(datetime(2026, 7, 1, 12, 1), NOW, BERLIN) == NOW


@pytest.mark.parametrize("octets", ["00000000080000", "ea070d01080000", "ea07", ""])
def test_a_clock_that_is_unset_or_none_was_not_asked(octets):
    assert clock_of(bytes.fromhex(octets), NOW, BERLIN) == Clock(None)


def test_a_time_nobody_can_know_is_not_guessed():
    with pytest.raises(Unreadable):
        Clock().repaired(None, NOW, BERLIN)
    with pytest.raises(Unreadable):
        Clock().repaired(datetime(2026, 7, 2), NOW, BERLIN)
    with pytest.raises(Unreadable):
        Clock(timedelta(days=9_000_000 // 3)).repaired(datetime(1600, 1, 1), NOW, BERLIN)
