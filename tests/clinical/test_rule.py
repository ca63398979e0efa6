"""What a rule is: for whom, by which limit, what the gate may leave out, what covers it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import inf

import pytest

from homeward.clinical.rule import (
    NEVER_QUIET,
    Bounds,
    Who,
    combination,
    discover,
    is_covered,
    limit_rule,
    may_speak,
)
from homeward.clinical.rules import RULES, heart_rate_low, oxygen_low, pulse_low
from homeward.clinical.subject import Subject
from homeward.model.alarm import Finding, Priority
from homeward.model.errors import Misconfigured
from homeward.model.reading import Reading
from homeward.model.vital import HEART_RATE, OXYGEN_SATURATION, PULSE, SYSTOLIC

START = datetime(2026, 3, 1, tzinfo=UTC)
TODAY = START.date()
LIMIT, WORDS = oxygen_low.LIMIT, oxygen_low.WORDS


def test_a_rule_may_be_for_some_people_only():
    old = Who("old", lambda subject, on: (subject.age_years(on) or 0) >= 80)
    rule = replace(oxygen_low.RULE, only=old)
    assert rule.of(Subject(date(1940, 1, 1)), TODAY) is rule
    assert rule.of(Subject(date(1980, 1, 1)), TODAY) is None


def test_of_the_limits_for_some_people_the_first_that_fits_counts():
    both = tuple(
        (Who(str(number), lambda subject, on: subject.oxygen_scale == 2),
         replace(LIMIT, limit=number)) for number in (86, 88)
    )  # fmt: skip
    rule = limit_rule("x", OXYGEN_SATURATION, LIMIT, WORDS, limits=both)
    assert rule.of(Subject(oxygen_scale=2), TODAY).limit.limit == 86
    assert rule.of(Subject(), TODAY) is rule


def test_a_limit_of_ones_own_keeps_the_rules_window():
    rule = limit_rule("x", OXYGEN_SATURATION, LIMIT, WORDS, window_seconds=7200)
    own = rule.with_limit(replace(LIMIT, delay_seconds=3600))
    assert (own.window_seconds, own.delay_seconds_max) == (7200, 3600)
    low = [Reading(OXYGEN_SATURATION, 85, START + timedelta(minutes=m)) for m in range(61)]
    assert own.judge(low[:-1], False) is None
    assert own.judge(low, False) is not None


def test_a_rule_of_no_limit_may_be_given_none_and_waits_half_its_window_at_most():
    plain = replace(oxygen_low.RULE, limit=None)
    assert plain.delay_seconds_max == 60
    assert replace(plain, window_seconds=1).delay_seconds_max == 0
    for each in (plain, replace(oxygen_low.RULE, words=None)):
        with pytest.raises(Misconfigured, match="no single limit"):
            each.with_limit(LIMIT)


def test_two_minutes_are_enough_for_what_is_measured_each_second():
    rule = limit_rule("x", OXYGEN_SATURATION, LIMIT, WORDS, about="\nSaid.\n")
    assert (rule.window_seconds, rule.version, rule.about) == (120, 1, "Said.")


@pytest.mark.parametrize(
    ("fresh", "is_open", "may"),
    [
        ({"pulse"}, False, True),
        ({"pulse", "heart_rate"}, False, False),
        ({"pulse", "heart_rate"}, True, True),  # an open episode is judged to its own end
    ],
)
def test_a_pulse_is_silent_while_the_heart_rate_is_fresh(fresh, is_open, may):
    assert may_speak(pulse_low.RULE, fresh, is_open) == may
    assert may_speak(heart_rate_low.RULE, fresh, is_open)


@pytest.mark.parametrize(
    ("held", "priority", "limit", "is_quiet"),
    [
        ({"bradycardia_with_desaturation": Priority.HIGH}, Priority.HIGH, 40, True),
        ({"bradycardia_with_desaturation": Priority.HIGH}, Priority.MEDIUM, 40, True),
        ({"bradycardia_with_desaturation": Priority.MEDIUM}, Priority.HIGH, 40, False),
        ({"bradycardia_with_desaturation": Priority.HIGH}, Priority.HIGH, 30, False),  # extreme
        ({"oxygen_low": Priority.HIGH}, Priority.HIGH, 40, False),  # says something else
        ({}, Priority.HIGH, 40, False),
    ],
)
def test_what_is_said_as_loudly_already_covers_a_limit_but_never_its_extreme(
    held, priority, limit, is_quiet
):
    finding = Finding(priority, "HR 38 < 40 /min", START, 38, limit)
    assert is_covered(heart_rate_low.RULE, finding, held) == is_quiet


def test_without_an_extreme_nothing_is_extreme():
    held = {"bradycardia_with_desaturation": Priority.HIGH}
    plain = replace(heart_rate_low.RULE, limit=replace(heart_rate_low.LIMIT, extreme=None))
    assert is_covered(plain, Finding(Priority.HIGH, "", START, 38, 40), held)
    nothing = replace(heart_rate_low.RULE, limit=None)
    assert is_covered(nothing, Finding(Priority.HIGH, "", START, 38, None), held)


def test_one_of_several_covers_is_enough():
    rule = replace(heart_rate_low.RULE, covered_by=("a", "b"))
    found = Finding(Priority.HIGH, "", START, 38, 40)
    assert is_covered(rule, found, {"b": Priority.HIGH})
    assert not is_covered(rule, found, {"a": Priority.LOW})


def test_a_combination_says_of_each_vital_what_cannot_matter():
    rule = combination(
        "x", HEART_RATE, (SYSTOLIC, PULSE), lambda windows, is_open: None,
        bounds=Bounds(high=90), others_bounds={"systolic": Bounds(low=130)},
    )  # fmt: skip
    assert rule.vitals == (HEART_RATE, SYSTOLIC, PULSE)
    bounds = [rule.bounds_of(each) for each in rule.vitals]
    assert bounds == [Bounds(-inf, 90), Bounds(130, inf), NEVER_QUIET]
    assert (rule.version, rule.window_seconds) == (1, 120)
    assert NEVER_QUIET.low > NEVER_QUIET.high


def test_a_combination_is_asked_with_every_window_there_is():
    asked = []
    rule = combination(
        "x", HEART_RATE, (SYSTOLIC,), lambda windows, is_open: asked.append((windows, is_open))
    )
    rate, pressure = [Reading(HEART_RATE, 110, START)], [Reading(SYSTOLIC, 100, START)]
    rule.ask({"heart_rate": rate, "systolic": pressure}, True)
    rule.judge(pressure, False)
    assert asked == [({"heart_rate": rate, "systolic": pressure}, True),
                     ({"systolic": pressure}, False)]  # fmt: skip
    with pytest.raises(ValueError, match="empty window"):
        rule.judge([], False)


def test_every_rule_is_found_by_name_and_lives_in_a_file_of_its_name(monkeypatch):
    assert discover() == RULES
    assert {"oxygen_low", "heart_rate_high", "shock_index_high"} <= {rule.name for rule in RULES}
    assert [rule.name for rule in RULES] == sorted(rule.name for rule in RULES)
    monkeypatch.setattr(oxygen_low, "RULE", pulse_low.RULE)
    with pytest.raises(Misconfigured, match="'pulse_low' lives in oxygen_low"):
        discover()
