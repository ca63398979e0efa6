"""Which hearts are too steady, and when one that was has moved again."""

from datetime import timedelta

import pytest

from homeward.model.alarm import Kind, Priority, State
from homeward.services.watch.ledger import Episode
from homeward.services.watch.watcher import Watcher
from tests.services.watch.conftest import START, Bedside

NAME = "steady_heart_rate"


def steadily(bedside: Bedside, seconds: int, value=72, step=5, *, patient=1, device=9) -> Bedside:
    """One value each so many seconds, for so long; whoever listens looks after each."""
    for _ in range(seconds // step):
        bedside.hears([("heart_rate", value, 0.0)], patient, device, base=bedside.now)
        listens(bedside, step)
    return bedside


def listens(bedside: Bedside, seconds: int) -> Bedside:
    bedside.now += timedelta(seconds=seconds)
    bedside.keep(bedside.watcher.listens(bedside.now))
    return bedside


def taken_over(patient: int | None = 1) -> Bedside:
    """A watcher that only knows from the ledger that this patient's heart was too steady."""
    bedside = Bedside(Watcher())
    held = Episode(
        1, patient, None, NAME, Kind.TECHNICAL, Priority.LOW, State.ACTIVE, START, START
    )  # fmt: skip
    bedside.watcher.restore([held], {})
    return bedside


@pytest.mark.parametrize(("step", "is_steady"), [(10, True), (11, False)])
def test_a_pause_of_ten_seconds_is_none_and_of_eleven_begins_anew(bedside, step, is_steady):
    steadily(bedside, 2000, step=step)
    assert bedside.of(NAME) == ([(NAME, "low")] if is_steady else [])


def test_it_is_said_at_the_half_hour_itself_and_not_a_reading_before(bedside):
    steadily(bedside, 1800, step=10)
    assert bedside.of(NAME) == []
    steadily(bedside, 10, step=10)
    assert bedside.of(NAME) == [(NAME, "low")]


def test_a_heart_that_moved_earlier_is_steady_all_the_same_and_stays_so(bedside):
    steadily(bedside, 10, value=70)
    steadily(bedside, 2500, step=10)
    assert bedside.of(NAME) == [(NAME, "low")]


def test_two_patients_are_apart(bedside):
    for turn in range(190):
        bedside.hears([("heart_rate", 72, 0.0)], 1, 9, base=bedside.now)
        steadily(bedside, 10, value=60 + turn % 2, step=10, patient=2, device=10)
    found = [each for each in bedside.changes if each.key.condition == NAME]
    assert [(each.key.patient_id, each.kind) for each in found] == [(1, Kind.TECHNICAL)]


def test_a_steady_pulse_is_one_of_its_own_and_steady_breathing_is_a_ventilators(bedside):
    for _ in range(190):
        bedside.hears([("pulse", 72, 0.0), ("respiratory_rate", 14, 0.0)], base=bedside.now)
        listens(bedside, 10)
    assert [each for each in bedside.said if "steady" in each[0]] == [("steady_pulse", "low")]


def test_what_was_taken_over_ends_by_a_changed_value_only():
    bedside = steadily(taken_over(), 100)
    assert bedside.of(NAME) == []
    steadily(bedside, 5, value=73)
    assert bedside.of(NAME) == [(NAME, "over")]


def test_a_change_on_one_of_two_devices_is_a_change():
    bedside = taken_over()
    for second in (60, 60, 60, 60, 61):
        assert bedside.of(NAME) == []
        bedside.hears([("heart_rate", 72, 0.0)], device=9, base=bedside.now)
        steadily(bedside, 5, value=second, device=10)
    assert bedside.of(NAME) == [(NAME, "over")]


def test_where_nobody_measures_it_any_more_it_ends_after_half_an_hour():
    """Silence then says so."""
    bedside = taken_over()
    bedside.hears([("heart_rate", 72, 0.0)])
    assert listens(bedside, 1800).of(NAME) == []
    assert listens(bedside, 1).of(NAME) == [(NAME, "over")]


def test_whom_nobody_has_heard_yet_has_not_moved():
    bedside = taken_over()
    assert listens(bedside, 1).of(NAME) == []
    bedside.hears([("heart_rate", 72, 0.0)], patient=2, base=bedside.now)
    assert listens(bedside, 4000).of(NAME) == []


def test_a_condition_of_nobody_is_not_the_first_patients():
    bedside = taken_over(patient=None)
    steadily(bedside, 5, value=70)
    steadily(bedside, 5, value=71)
    assert bedside.of(NAME) == []
