"""Which conditions hold, and that the ledger knows better than a memory."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority, State
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.ledger import Change, Episode
from tests.services.watch.conftest import START


def episode(condition: str, state=State.ACTIVE, priority=Priority.MEDIUM) -> Episode:
    return Episode(1, 7, None, condition, Kind.PHYSIOLOGICAL, priority, state, START, START)


def change(condition: str, priority: Priority | None) -> Change:
    finding = priority and Finding(priority, condition, START)
    return Change(Key(condition, 7), Kind.PHYSIOLOGICAL, START, finding)


def test_the_ledger_agrees_and_nothing_is_said(caplog) -> None:
    conditions = Conditions()
    conditions.restore([episode("a")])
    with caplog.at_level(logging.WARNING):
        assert conditions.agree([episode("a"), episode("b", State.LATCHED)]) == set()
    assert not caplog.records
    assert conditions.holds(Key("a", 7))
    assert not conditions.holds(Key("b", 7))


def test_what_only_the_ledger_knows_is_taken_and_what_only_memory_knows_is_dropped(caplog) -> None:
    conditions = Conditions()
    conditions.restore([episode("a"), episode("b")])
    with caplog.at_level(logging.WARNING):
        assert conditions.agree([episode("b"), episode("c")]) == {Key("a", 7), Key("c", 7)}
    assert "a, c" in caplog.text
    assert [conditions.holds(Key(name, 7)) for name in "abc"] == [False, True, True]
    assert conditions.of_patient(7) == {"b", "c"}


def test_of_one_condition_only_what_is_worse_is_news_and_its_end() -> None:
    conditions = Conditions()
    assert not conditions.is_news(change("a", None))
    assert conditions.is_news(change("a", Priority.MEDIUM))
    assert not conditions.is_news(change("a", Priority.MEDIUM))
    assert not conditions.is_news(change("a", Priority.LOW))
    assert conditions.is_news(change("a", Priority.HIGH))
    assert conditions.priorities(7, ["a", "b"]) == {"a": Priority.HIGH}
    assert conditions.of_patient(7) == {"a"}
    assert conditions.is_news(change("a", None))
    assert conditions.of_patient(7) == frozenset()
    assert conditions.keys("a") == []


def test_what_ended_is_told_once_and_by_patient() -> None:
    conditions = Conditions()
    conditions.restore([episode("a"), episode("b")])
    platform = Key("trouble_hot_lane")
    found = Finding(Priority.MEDIUM, "the hot lane", START)
    conditions.is_news(Change(platform, Kind.TECHNICAL, START, found))
    assert conditions.take_ended({"a", "b"}) == set()
    for key in (Key("a", 7), platform):
        conditions.is_news(Change(key, Kind.TECHNICAL, START, None))
    assert conditions.take_ended({"a", platform.condition}) == {7}
    assert conditions.take_ended({"a", platform.condition}) == set()
    conditions.is_news(change("b", None))
    assert conditions.take_ended({"a"}) == set()


def measured(condition: str, priority: Priority | None, seconds: float | None) -> Change:
    at = None if seconds is None else START + timedelta(seconds=seconds)
    return replace(change(condition, priority), measured=at)


def test_what_is_older_than_what_rings_ends_it_live_and_not_when_it_is_judged_again() -> None:
    conditions = Conditions()
    for older_ends in (True, False):
        conditions.is_news(measured("a", Priority.HIGH, 0))
        if older_ends:
            assert conditions.is_news(measured("a", None, -1))
        else:
            with conditions.judged_again():
                assert not conditions.is_news(measured("a", None, -1))
                assert conditions.holds(Key("a", 7))
                assert conditions.is_news(measured("a", None, 0))
        assert not conditions.holds(Key("a", 7))


def test_what_was_never_measured_is_ended_by_anything() -> None:
    conditions = Conditions()
    conditions.is_news(measured("a", Priority.LOW, 0))
    with conditions.judged_again():
        conditions.is_news(measured("a", Priority.HIGH, None))  # worse, and of no measurement
        assert conditions.is_news(measured("a", None, -1))


def test_when_the_last_one_was_measured_says_nothing_of_the_next() -> None:
    conditions = Conditions()
    conditions.restore([replace(episode("a"), measured=START)])
    with conditions.judged_again():
        assert not conditions.is_news(measured("a", None, -1))
        assert conditions.is_news(measured("a", None, 1))
        assert conditions.is_news(measured("a", Priority.LOW, None))
        assert conditions.is_news(measured("a", None, -1))


@pytest.mark.parametrize("agrees", [False, True])
def test_what_was_taken_over_ends_by_nothing_older_until_it_begins_or_worsens_here(agrees) -> None:
    conditions = Conditions()
    for _ in range(2):
        conditions.restore([episode("a"), episode("score")], ["a"])
        if agrees:
            conditions.agree([episode("a"), episode("score")])
        assert not conditions.is_news(measured("a", None, -1))
        assert conditions.is_news(measured("score", None, -1)), "of its inputs the newest counts"
        assert conditions.is_news(measured("a", None, 0))
        assert conditions.is_news(measured("a", Priority.HIGH, 5))
        assert conditions.is_news(measured("a", None, 4))
    conditions.restore([episode("a")], ["a"])
    assert conditions.is_news(measured("a", Priority.HIGH, 5))
    assert conditions.is_news(measured("a", None, 4))


def test_what_is_not_in_the_ledger_is_taken_over_no_more() -> None:
    conditions = Conditions()
    conditions.restore([episode("a")], ["a"])
    conditions.agree([])
    conditions.agree([episode("a")])
    assert conditions.is_news(measured("a", None, -1))


def test_by_what_stands_after_a_correction_it_ends_and_the_ledger_is_asked_of_what_holds() -> None:
    conditions = Conditions()
    conditions.restore([episode("a")], ["a"])
    corrected = replace(measured("a", Priority.MEDIUM, -1), is_corrected=True)
    assert not conditions.is_news(measured("a", Priority.MEDIUM, -1))
    assert conditions.is_news(corrected)
    assert conditions.is_news(replace(corrected, finding=None))
    assert not conditions.is_news(replace(corrected, finding=None))


def test_what_was_judged_again_is_over_with_it() -> None:
    conditions = Conditions()
    with conditions.judged_again():
        assert conditions.is_news(measured("a", Priority.HIGH, 5))
    assert conditions.is_news(measured("a", None, 4))
