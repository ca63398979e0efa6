"""Limits that contradict themselves cannot exist; a person's own limit replaces the default."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from homeward.clinical.limit import Limit, Side
from homeward.clinical.rule import Rule, may_speak
from homeward.clinical.rules import RULES, oxygen_low
from homeward.clinical.subject import Subject
from homeward.model.alarm import Priority
from homeward.model.errors import Misconfigured
from homeward.model.reading import Reading

START = datetime(2026, 3, 1, tzinfo=UTC)
BY_NAME = {rule.name: rule for rule in RULES}


def stretch(rule: Rule, value: float, seconds: int) -> list[Reading]:
    return [
        Reading(rule.vital, value, START + timedelta(seconds=each)) for each in range(seconds + 1)
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"clear_limit": 89},
        {"extreme": 90},
        {"extreme": 95},
        {"delay_seconds": -1},
        {"clear_seconds": -1},
    ],
)
def test_a_limit_that_contradicts_itself_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(Misconfigured):
        Limit(**{"side": Side.BELOW, "limit": 90, "clear_limit": 92, **wrong})


def test_above_is_the_mirror_of_below() -> None:
    with pytest.raises(Misconfigured):
        Limit(Side.ABOVE, limit=130, clear_limit=131)
    with pytest.raises(Misconfigured):
        Limit(Side.ABOVE, limit=130, clear_limit=120, extreme=125)


def test_a_person_may_have_a_limit_of_their_own() -> None:
    own = oxygen_low.RULE.with_limit(oxygen_low.LIMIT_SCALE_2)
    low = stretch(own, 87, 30)
    assert oxygen_low.RULE.judge(low, False) is not None
    assert own.judge(low, False) is None
    lower = own.judge(stretch(own, 85, 30), False)
    assert lower is not None
    assert (lower.limit, lower.priority) == (86, Priority.HIGH)
    assert own.bounds.low == 86
    assert (own.name, own.version, own.about) == ("oxygen_low", 4, oxygen_low.RULE.about)


@pytest.mark.parametrize(("scale", "limit"), [(1, 90), (2, 86)])
def test_only_whose_target_is_88_to_92_is_measured_against_86(scale: int, limit: float) -> None:
    rule = oxygen_low.RULE.of(Subject(oxygen_scale=scale), START.date())
    assert rule is not None
    assert rule.limit is not None
    assert rule.limit.limit == limit


def test_a_limit_that_does_not_fit_its_rule_is_refused() -> None:
    with pytest.raises(Misconfigured, match="looks below"):
        oxygen_low.RULE.with_limit(Limit(Side.ABOVE, limit=90, clear_limit=80))
    for wrong in ({"delay_seconds": 61}, {"clear_seconds": 61}):
        with pytest.raises(Misconfigured, match="can wait 60 s and no longer"):
            oxygen_low.RULE.with_limit(replace(oxygen_low.LIMIT, **wrong))
    with pytest.raises(Misconfigured, match="no single limit"):
        BY_NAME["glucose_falling_fast"].with_limit(oxygen_low.LIMIT)


@pytest.mark.parametrize("step", [0.7, 1.003, 7, 13, 29, 31, 50, 61, 100])
def test_the_longest_delay_is_over_one_day_at_any_pace(step: float) -> None:
    """A delay of the whole window was over only where a reading fell on its very edge: never."""
    longest = oxygen_low.RULE.delay_seconds_max
    waiting = replace(oxygen_low.LIMIT, delay_seconds=longest, clear_seconds=longest)
    rule = oxygen_low.RULE.with_limit(waiting)
    assert rule.delay_seconds_max == longest == 60
    low = [Reading(rule.vital, 85, START + timedelta(seconds=step * n)) for n in range(300)]
    assert any(rule.judge(low[:count], False) for count in range(2, len(low)))
    well = [Reading(rule.vital, 96, each.at) for each in low]
    assert not all(rule.judge(well[:count], True) for count in range(2, len(well)))


def test_a_rule_may_keep_its_own_delay() -> None:
    rule = BY_NAME["glucose_high"]
    assert rule.delay_seconds_max == rule.limit.delay_seconds == 7200
    assert rule.with_limit(rule.limit).limit == rule.limit


def test_one_racing_heart_rings_once() -> None:
    pulse = BY_NAME["pulse_high"]
    assert may_speak(pulse, {"pulse"}, is_open=False)
    assert not may_speak(pulse, {"pulse", "heart_rate"}, is_open=False)
    assert may_speak(pulse, {"pulse", "heart_rate"}, is_open=True)
    assert may_speak(BY_NAME["heart_rate_high"], {"pulse", "heart_rate"}, is_open=False)
    assert [rule.name for rule in RULES if rule.yields_to] == ["pulse_high", "pulse_low"]


def test_while_open_the_words_do_not_claim_a_breach_that_is_over() -> None:
    rule = BY_NAME["oxygen_low"]
    found = rule.judge(
        [*stretch(rule, 85, 30), Reading(rule.vital, 91, START.replace(minute=1))], True
    )
    assert found is not None
    assert found.text == "SpO₂ 91, was < 90 %"
    assert found.since == START.replace(minute=1)


def test_the_patient_is_told_by_how_bad_it_is() -> None:
    rule = BY_NAME["glucose_low"]
    low, very_low = rule.judge(stretch(rule, 66, 0), False), rule.judge(stretch(rule, 50, 0), False)
    assert low is not None
    assert very_low is not None
    assert low.patient_text is not None
    assert very_low.patient_text is not None
    assert low.patient_text.startswith("Your sugar is low.")
    assert very_low.patient_text.startswith("Your sugar is very low.")


def test_without_an_extreme_beside_it_nothing_waits_longer() -> None:
    plain = replace(oxygen_low.LIMIT, extreme=None)
    assert not plain.waits_longer_than(plain)
    assert not oxygen_low.LIMIT.waits_longer_than(plain)
    assert plain.waits_longer_than(oxygen_low.LIMIT)
    assert not plain.is_looser_than(plain)


@pytest.mark.parametrize(
    ("value", "shown"), [(84.25, "SpO₂ 84 < 90 %"), (89.5, "SpO₂ 89.5 < 90 %")]
)
def test_more_decimals_are_shown_only_where_fewer_would_hide_the_difference(value, shown) -> None:
    found = oxygen_low.RULE.judge(stretch(oxygen_low.RULE, value, 30), False)
    assert found is not None
    assert found.text == shown


def test_a_spot_check_that_is_repeated_after_a_minute_rings_and_ends_as_carefully_as_before():
    rule = oxygen_low.RULE
    readings = [
        Reading(rule.vital, value, START + timedelta(seconds=at))
        for at, value in ((0, 95), (60, 84), (100, 95))
    ]
    found = rule.judge(readings[:2], False)
    assert found is not None
    assert (found.value, found.since) == (84, readings[1].at)
    assert rule.judge(readings, True) is not None, "one good one ends nothing"
