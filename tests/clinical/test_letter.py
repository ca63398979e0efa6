"""Until when a message wants its answer: a day that does not run on weekends."""

from datetime import UTC, datetime, timedelta

import pytest

from homeward.clinical.letter import answer_by


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "wrote", "by"),
    [
        ("UTC", "2026-03-03T10:00", "2026-03-04T10:00"),  # Tuesday
        ("UTC", "2026-03-06T10:00", "2026-03-09T10:00"),  # Friday: Monday
        ("UTC", "2026-03-07T10:00", "2026-03-10T00:00"),  # Saturday: the whole of Monday
        ("Europe/Berlin", "2026-03-06T22:59", "2026-03-09T22:59"),  # a minute before Saturday there
        ("Europe/Berlin", "2026-03-06T23:00", "2026-03-09T23:00"),  # Saturday there
        ("Europe/Berlin", "2026-03-27T10:00", "2026-03-30T09:00"),  # the clock jumped: at 11 again
    ],
)
def test_a_day_without_weekends(zone: str, wrote: str, by: str) -> None:
    assert answer_by(at(wrote), 24, zone) == at(by)


def test_it_never_comes_before_the_hours_are_over() -> None:
    start = at("2026-01-01T00:30")
    for hour in range(0, 24 * 366, 7):
        wrote = start + timedelta(hours=hour)
        by = answer_by(wrote, 24, "America/New_York")
        assert timedelta(hours=24) <= by - wrote <= timedelta(hours=73)
