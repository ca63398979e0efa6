"""A clock that is off is said: ahead at once, behind once there was time to catch up."""

from datetime import UTC, datetime, timedelta

import pytest

from homeward.clinical.clock import is_off, wrong_clock
from homeward.model.alarm import Priority

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("offset", "is_wrong"),
    [(None, False), (0, False), (60, False), (-60, False), (60.5, True), (-60.5, True)],
)
def test_more_than_a_minute_is_off(offset, is_wrong):
    assert is_off(offset) == is_wrong


@pytest.mark.parametrize(
    ("offset", "for_seconds", "streams", "text"),
    [
        (60, 9999, True, None),
        (None, 9999, True, None),
        (150, 0, True, "pump-9: its clock is 2 min ahead"),  # nothing explains that
        (150, 0, False, "pump-9: its clock is 2 min ahead"),
        (-150, 299, True, None),  # it may be catching up
        (-150, 300, True, "pump-9: its clock is 2 min behind"),
        (-150, 9999, False, None),  # it sends now and then: its last reading is old
    ],
)
def test_what_is_said_of_a_clock(offset, for_seconds, streams, text):
    since = NOW - timedelta(seconds=for_seconds)
    found = wrong_clock("pump-9", offset, since, NOW, streams=streams)
    assert (found and found.text) == text
    if found:
        assert (found.priority, found.since, found.value, found.limit) == (
            Priority.LOW, since, offset, 60,
        )  # fmt: skip
