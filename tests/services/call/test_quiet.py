"""Quiet hours hold back what can wait, and never everybody."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from homeward.clinical.plan import MISSED
from homeward.services.call.quiet import Told, wanting

NIGHT = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)  # 23:30 in Berlin
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def told(
    person: int,
    quiet: bool,
    priority: str = "low",
    kind: str = "physiological",
    condition: str = "glucose_low",
) -> Told:
    hours = (time(23), time(7), "Europe/Berlin") if quiet else (None, None, None)
    audience = "patient" if person == 1 else "relative"
    return Told(1, priority, kind, condition, 1, audience, person, *hours, False, 1)


def who(rows: list[Told], at: datetime = NIGHT) -> list[int]:
    return [each.person_id for each in wanting(rows, at)]


def test_who_sleeps_is_not_called_for_what_can_wait_while_another_is_awake():
    assert who([told(1, False), told(2, True)]) == [1]
    assert who([told(1, False), told(2, True)], NOON) == [1, 2]


def test_the_last_person_who_could_be_called_is_called():
    assert who([told(1, True)]) == [1]
    assert who([told(1, True), told(2, True)]) == [1, 2]


@pytest.mark.parametrize(
    ("priority", "kind"),
    [("medium", "physiological"), ("high", "physiological"), ("low", "technical")],
)
def test_what_is_urgent_or_technical_cannot_be_muted(priority, kind):
    assert who([told(1, False, priority, kind), told(2, True, priority, kind)]) == [1, 2]


def test_a_nudge_for_what_was_missed_at_home_waits_for_everybody():
    nudge = {"kind": "technical", "condition": MISSED}
    assert who([told(1, True, **nudge)]) == []
    assert who([told(1, True, **nudge)], NOON) == [1]
    assert who([told(1, True, priority="medium", **nudge)]) == [1]


def test_whose_hour_nobody_knows_is_called():
    """A zone that another machine's tables know, and this one's do not."""
    assert who([replace(told(1, True), zone="Mars/Olympus"), told(2, False)]) == [1, 2]


def test_who_is_called_already_is_not_called_again():
    called = told(1, False)
    rows = [Told(*(getattr(called, name) for name in called.__slots__[:-2]), True, 2)]
    assert who(rows) == []


@pytest.mark.parametrize(
    "hours",
    [
        (None, time(7), "Europe/Berlin"),
        (time(23), None, "Europe/Berlin"),
        (time(23), time(7), None),
    ],
)
def test_hours_of_which_something_is_missing_are_not_quiet(hours):
    assert not Told(1, "low", "physiological", "", 1, "patient", 1, *hours, False, 1).is_quiet(
        NIGHT
    )
