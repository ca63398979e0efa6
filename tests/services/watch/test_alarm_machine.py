"""The alarm machine against a second opinion, for seconds (`make soak NAME=alarm_machine`: hours).

The soak's own parts are held too: the ledger's mirror to the ledger on a real PostgreSQL, and the
reference to what it must find.
"""

from dataclasses import replace

import pytest

from bench.alarm_machine.compare import least, lived, told
from bench.alarm_machine.real_ledger import RealLedger
from bench.alarm_machine.stories import story
from bench.soak_alarm_machine import mirrored
from homeward.clinical.rule import Rule
from homeward.clinical.rules import RULES


@pytest.mark.parametrize(("seed", "people", "tick_seconds"), [(101, 30, 10), (202, 12, 5)])
def test_the_house_does_what_a_second_opinion_says(seed, people, tick_seconds) -> None:
    outcome = lived(story(seed, people, 5, tick_seconds, eventful=8))
    assert not [told(outcome.house.story.only(e.patient), e) for e in outcome.differences]
    assert outcome.disagreements == 0
    assert outcome.raised > 100


def test_by_the_second() -> None:
    outcome = lived(story(303, 25, 0.5, 1, eventful=30))
    assert not [told(outcome.house.story.only(e.patient), e) for e in outcome.differences]
    assert outcome.disagreements == 0
    assert outcome.raised > 50


def wrong(**change) -> list[Rule]:
    """The rules, with one number of one limit wrong."""
    return [
        each.with_limit(replace(each.limit, **change)) if each.name == "oxygen_low" else each
        for each in RULES
    ]


def test_a_wrong_number_is_found() -> None:
    made = story(404, 12, 1, 10, eventful=40)
    for change in (
        {"limit": 89.0}, {"clear_limit": 90.0}, {"delay_seconds": 25}, {"clear_seconds": 0},
        {"extreme": None},
    ):  # fmt: skip
        said = [
            str((each.house, each.reference)) for each in lived(made, wrong(**change)).differences
        ]
        assert any("oxygen_low" in words for words in said), change


def test_a_difference_is_told_by_a_short_story() -> None:
    made, rules = story(404, 12, 1, 10, eventful=40), wrong(limit=89.0)
    found = lived(made, rules).differences[0]
    shorter = least(made, found, rules)
    assert lived(shorter, rules).differences
    assert len(shorter.rows) < len(made.only(found.patient).rows) / 2
    assert "seed 404" in told(shorter, found)


async def test_the_mirror_is_what_the_ledger_does(store, bus) -> None:
    outcome = lived(story(510, 4, 3, 10, eventful=25))
    ours = mirrored(outcome.house)
    assert {line[4] for line in ours} >= {"raised", "worsened", "cleared", "returned",
                                          "acknowledged", "audio paused", "resumed"}  # fmt: skip
    assert await RealLedger(store, bus).ask(outcome.house.done) == ours
