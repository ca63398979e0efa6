"""Silences with one cause hang below it, and are told to be so once."""

from datetime import timedelta

import pytest

from homeward.clinical.cause import Place
from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.ledger import Change
from homeward.services.watch.storms import Storms, silent_causes
from tests.services.watch.conftest import START

GATEWAY = Key("gateway_silent", device_id=7)


def bed(device: int) -> Key:
    return Key("device_silent", device, device_id=device)


def storm(places: list[Place], found: dict[Key, Finding]) -> list[Change]:
    storms = Storms(Conditions(), Priority.MEDIUM)
    return storms.group(silent_causes(places, found), found, START)


def grouped(silent: int, *others: Key, devices: int = 4) -> list[Change]:
    """The changes where so many of a gateway's devices fell silent eight seconds ago."""
    places = [Place(each, f"bed {each}", 7, "gw-7", 3, "Ward 3") for each in range(1, devices + 1)]
    since = START - timedelta(seconds=8)
    found = {
        key: Finding(Priority.MEDIUM, "nothing", since, limit=7.0)
        for key in (*(bed(each) for each in range(1, silent + 1)), *others)
    }
    return storm(places, found)


@pytest.mark.parametrize(("silent", "is_one"), [(2, False), (3, True), (4, True)])
def test_three_devices_of_a_gateway_have_a_cause_and_two_are_two_alarms(silent, is_one):
    changes = grouped(silent)
    assert [each.key for each in changes] == [
        *([GATEWAY] if is_one else []), *(bed(each + 1) for each in range(silent)),
    ]  # fmt: skip
    assert {each.kind for each in changes} == {Kind.TECHNICAL}
    assert {each.cause for each in changes if each.key != GATEWAY} == {GATEWAY if is_one else None}


def test_the_cause_is_technical_says_who_and_of_which_ward():
    cause = grouped(3)[0]
    assert (cause.kind, cause.ward_id, cause.detail) == (
        Kind.TECHNICAL, 3, {"devices": [1, 2, 3]},
    )  # fmt: skip
    found = cause.finding
    assert (found.priority, found.value, found.since) == (
        Priority.MEDIUM, 3.0, START - timedelta(seconds=8),
    )  # fmt: skip


def test_a_silence_of_no_device_has_no_devices_cause():
    """One sensor of a patient is silent, not its whole device: it has its own reason."""
    alone = Key("silent_pulse", 9)
    changes = {each.key: each for each in grouped(3, alone)}
    assert changes[alone].cause is None
    assert changes[bed(1)].cause == GATEWAY


@pytest.mark.parametrize(
    ("limit", "ago", "is_one"),
    [
        (7.0, (8, 10, 12), True),  # all may have stopped ten seconds ago
        (7.0, (8, 20, 32), False),
        (None, (8, 8, 8), True),  # nobody knows when it should have come: at that very moment
        (None, (8, 8.5, 9), False),
    ],
)
def test_what_may_have_stopped_at_one_moment_has_one_cause(limit, ago, is_one):
    places = [Place(each, f"bed {each}", 7, "gw-7", 3, "Ward 3") for each in (1, 2, 3)]
    found = {
        bed(each): Finding(Priority.MEDIUM, "", START - timedelta(seconds=back), limit=limit)
        for each, back in enumerate(ago, 1)
    }
    changes = storm(places, found)
    assert (changes[0].key == GATEWAY) == is_one


def change(cause: Key | None = None, *, over: bool = False) -> Change:
    finding = None if over else Finding(Priority.MEDIUM, "nothing", START)
    return Change(bed(1), Kind.TECHNICAL, START, finding, cause=cause)


def test_a_silence_that_gets_its_cause_is_news_once_and_again_after_it_was_over():
    storms = Storms(Conditions(), Priority.MEDIUM)
    steps = [
        (change(), True),  # it begins
        (change(), False),
        (change(GATEWAY), True),  # the others fell silent too
        (change(GATEWAY), False),
        (change(Key("ward_silent_3")), True),  # another cause
        (change(), False),  # the cause is over, the silence is not: that is no news of its own
        (change(over=True), True),
        (change(over=True), False),
        (change(Key("ward_silent_3")), True),
        (change(Key("ward_silent_3")), False),
        (change(over=True), True),
        (change(), True),
        (change(Key("ward_silent_3")), True),  # forgotten when it was over
    ]
    for number, (each, is_news) in enumerate(steps):
        assert storms.is_news(each) == is_news, number
