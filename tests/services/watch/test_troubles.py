"""Troubles of the platform: on until they are over, or not said again for ten minutes."""

from datetime import timedelta

import pytest

from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.ledger import Change
from homeward.services.watch.troubles import Trouble, Troubles
from tests.services.watch.conftest import START

DISK = Key("trouble_disk_full")


def after(seconds: float):
    return START + timedelta(seconds=seconds)


def heard(*troubles: Trouble) -> Troubles:
    found = Troubles(Conditions())
    for each in troubles:
        found.hear(each, START)
    return found


def test_a_trouble_is_a_technical_alarm_of_medium_priority_once():
    troubles = Troubles(Conditions())
    (change,) = troubles.hear(Trouble("Disk full!", "Only 2 % are left"), START)
    assert (change.key, change.kind, change.at) == (DISK, Kind.TECHNICAL, START)
    found = change.finding
    assert (found.priority, found.text, found.since) == (
        Priority.MEDIUM, "Only 2 % are left", START,
    )  # fmt: skip
    assert troubles.hear(Trouble("disk_full"), after(1)) == []


def test_without_words_it_is_called_what_it_is_and_never_too_long():
    (change,) = heard().hear(Trouble("x" * 400), START)
    assert change.key.condition == "trouble_" + "x" * 60
    assert change.finding.text == "x" * 300


@pytest.mark.parametrize(
    ("trouble", "is_on"),
    [
        (Trouble("disk full"), True),
        (Trouble("disk full", over=True), False),
        (Trouble("disk full", on=False), False),
        (Trouble("disk full", on=False, over=True), False),
    ],
)
def test_it_is_over_when_somebody_says_so(trouble, is_on):
    changes = heard(Trouble("disk full")).hear(trouble, after(1))
    assert [(each.key, each.finding) for each in changes] == ([] if is_on else [(DISK, None)])
    assert heard().hear(Trouble("disk full", over=True), START) == []


@pytest.mark.parametrize(("said_again", "quiet_from"), [(None, 600), (500, 1100)])
def test_what_is_not_said_again_for_ten_minutes_is_over(said_again, quiet_from):
    troubles = heard(Trouble("disk full"))
    if said_again:
        assert troubles.hear(Trouble("disk full"), after(said_again)) == []
    assert troubles.check(after(quiet_from - 1)) == []
    (change,) = troubles.check(after(quiet_from))
    assert (change.key, change.kind, change.finding) == (DISK, Kind.TECHNICAL, None)
    assert troubles.check(after(quiet_from + 1)) == []
    # It comes back: its ten minutes begin anew.
    troubles.hear(Trouble("disk full"), after(5000))
    assert troubles.check(after(5599)) == []
    assert len(troubles.check(after(5600))) == 1


@pytest.mark.parametrize(
    ("key", "ends"),
    [
        (DISK, True),
        (Key("trouble_rule_oxygen_low", 7), False),  # a patient's ends when the rule works again
        (Key("trouble_gap", device_id=9), False),
        (Key("device_silent", 7, 9), False),
    ],
)
def test_what_was_taken_over_has_ten_minutes_to_be_said_again(key, ends):
    conditions = Conditions()
    found = Finding(Priority.MEDIUM, "from the ledger", START)
    conditions.is_news(Change(key, Kind.TECHNICAL, START, found))
    troubles = Troubles(conditions)
    assert troubles.check(after(5000)) == []
    assert troubles.check(after(5599)) == []
    assert bool(troubles.check(after(5600))) == ends
