"""Silences of several shares: decided in one place, as if one had watched them all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from homeward.clinical.cause import WARD_SILENT, Place
from homeward.clinical.episode import Key
from homeward.clinical.silence import DEVICE_SILENT
from homeward.model.alarm import Finding, Priority
from homeward.services.watch import quiet
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.quiet import Floor, Quiet, Told, told
from homeward.services.watch.share import Share

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOUSE, OTHER = Share(0, 2), Share(1, 2)


def place(device: int) -> Place:
    return Place(device, f"bed {device}", None, None, 1, "W1")


def silent(*devices: int) -> Quiet:
    """These devices, each on the patient of its own number, have been silent for ten seconds."""
    finding = Finding(Priority.MEDIUM, "silent", NOW - timedelta(seconds=10), None, 1.0)
    return Quiet({Key(DEVICE_SILENT, each, each): finding for each in devices})


@pytest.fixture
def floor() -> Floor:
    floor = Floor(Conditions(), HOUSE)
    floor.watch([place(device) for device in range(1, 9)])
    return floor


def hears(floor: Floor, found: Quiet, number: int = 1, share: Share = OTHER) -> None:
    for part in told(found, share, number):
        floor.hear(msgspec.json.decode(msgspec.json.encode(part), type=Told))


def of(changes) -> dict[str, bool]:
    return {change.key.condition: change.finding is not None for change in changes}


def test_a_ward_that_falls_silent_is_one_alarm_whoever_watches_its_patients(floor):
    hears(floor, silent(1, 3, 5, 7))
    changes = floor.decide(silent(2, 4, 6, 8), NOW)
    assert of(changes) == {f"{WARD_SILENT}_1": True, DEVICE_SILENT: True}
    assert {change.cause for change in changes[1:]} == {Key(f"{WARD_SILENT}_1")}
    assert len(changes) == 9


def test_of_a_share_that_says_nothing_what_it_said_last_stays_so(floor):
    hears(floor, silent(1))
    assert of(floor.decide(Quiet(), NOW)) == {DEVICE_SILENT: True}
    assert floor.decide(Quiet(), NOW + timedelta(minutes=5)) == []
    hears(floor, Quiet(), 2)
    assert of(floor.decide(Quiet(), NOW + timedelta(minutes=5))) == {DEVICE_SILENT: False}


def test_what_is_open_of_a_share_that_was_never_heard_is_not_ended(floor):
    hears(floor, silent(1, 3, 5, 7))
    floor.decide(silent(2, 4, 6, 8), NOW)
    after = Floor(floor._conditions, HOUSE)  # the house was taken over, the other share is away
    assert {change.key for change in after.decide(Quiet(), NOW)} == {
        Key(DEVICE_SILENT, each, each) for each in (2, 4, 6, 8)
    }


def test_many_silences_come_in_parts_and_count_once_they_are_whole(floor, monkeypatch):
    monkeypatch.setattr(quiet, "TOLD_AT_ONCE", 2)
    parts = told(silent(1, 3, 5), OTHER, 1)
    assert [len(part.found) for part in parts] == [2, 1]
    floor.hear(parts[0])
    assert floor.decide(Quiet(), NOW) == []
    floor.hear(told(silent(1, 3, 5), OTHER, 2)[1])  # of another telling
    assert floor.decide(Quiet(), NOW) == []
    floor.hear(told(silent(1, 3, 5), OTHER, 2)[0])
    assert len(floor.decide(Quiet(), NOW)) == 3


def test_who_divides_patients_otherwise_is_not_heard(floor):
    hears(floor, silent(1), share=replace(OTHER, shares=3))
    assert floor.decide(Quiet(), NOW) == []
