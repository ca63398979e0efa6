"""The gate never hides a reading in which a rule would find something."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.clinical.gate import Gate
from homeward.clinical.limit import Limit, Side
from homeward.clinical.rule import NEVER_QUIET, Bounds, Rule
from homeward.clinical.rules import RULES, oxygen_low
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME, VITALS, Vital

START = datetime(2026, 3, 1, tzinfo=UTC)
GATE = Gate(RULES)


def passes(gate: Gate, index: int, value: float) -> bool:
    return bool(gate.mask(np.array([index], np.int32), np.array([value]))[0])


COMBINATIONS = [rule for rule in RULES if rule.together is not None]


@st.composite
def windows(draw: st.DrawFn, vital: Vital | None = None) -> list[Reading]:
    """Any window of a vital, many of its values near the rules' own limits."""
    vital = vital or draw(st.sampled_from(VITALS))
    low, high = vital.possible
    bounds = [
        bound
        for rule in RULES
        if vital in rule.vitals
        for bound in (rule.bounds_of(vital).low, rule.bounds_of(vital).high)
        if np.isfinite(bound)
    ]
    near = [min(max(bound + step, low), high) for bound in bounds for step in (-9, -0.1, 0, 0.1, 9)]
    values = st.one_of(st.floats(low, high), st.sampled_from(near or [low, high]))
    steps = draw(st.lists(st.tuples(st.sampled_from([0, 1, 5, 60, 300, 900]), values), min_size=1))
    readings: list[Reading] = []
    at = START
    for seconds, value in steps:
        at += timedelta(seconds=seconds)
        readings.append(Reading(vital, value, at))
    return readings


@given(windows())
def test_what_a_rule_finds_has_passed_the_gate(window: list[Reading]) -> None:
    newest = window[-1]
    for rule in RULES:
        if rule.vital is newest.vital and rule.judge(window, False) is not None:
            assert passes(GATE, newest.vital.index, newest.value), rule.name
            assert not rule.bounds.hold(newest.value), rule.name


@pytest.mark.parametrize("rule", COMBINATIONS, ids=lambda rule: rule.name)
@given(data=st.data())
def test_a_combination_begins_only_where_all_of_its_vitals_are_beyond_their_bounds(
    rule: Rule, data: st.DataObject
) -> None:
    asked = {vital.name: data.draw(windows(vital), vital.name) for vital in rule.vitals}
    if rule.ask(asked, False) is not None:
        for vital in rule.vitals:
            assert not rule.bounds_of(vital).hold(asked[vital.name][-1].value)


def test_what_is_no_number_is_within_no_bounds() -> None:
    assert not Bounds().hold(float("nan"))
    assert Bounds().hold(1e9)
    assert not NEVER_QUIET.hold(0)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_gate_is_open_just_beyond_each_limit_and_shut_on_it(rule) -> None:
    gate = Gate([rule])
    index = rule.vital.index
    if np.isfinite(rule.bounds.low):
        assert passes(gate, index, rule.bounds.low - 0.01)
        assert not passes(gate, index, rule.bounds.low)
    if np.isfinite(rule.bounds.high):
        assert passes(gate, index, rule.bounds.high + 0.01)
        assert not passes(gate, index, rule.bounds.high)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_at_once_begins_what_is_beyond_an_extreme_or_a_limit_without_delay(rule) -> None:
    gate, index, limit = Gate.at_once([rule]), rule.vital.index, rule.limit
    bound = None if limit is None else limit.extreme if limit.delay_seconds else limit.limit
    if bound is None or rule.yields_to is not None:
        assert not any(passes(gate, index, value) for value in (-1e9, 0.0, 1e9, float("nan")))
        return
    out = -0.01 if limit.side is Side.BELOW else 0.01
    assert passes(gate, index, bound + out)
    assert not passes(gate, index, bound)
    assert not passes(gate, index, bound - out)
    assert not passes(gate, index, bound - 1e9 * out)


def test_a_personal_rule_widens_the_gate_and_never_narrows_it() -> None:
    index = BY_NAME["oxygen_saturation"].index
    strict = oxygen_low.RULE.with_limit(Limit(Side.BELOW, limit=94, clear_limit=95))
    assert passes(Gate([*RULES, strict]), index, 93)
    lax = oxygen_low.RULE.with_limit(oxygen_low.LIMIT_SCALE_2)
    assert passes(Gate([*RULES, lax]), index, 89)


def test_what_no_rule_asks_for_stays_outside_and_what_is_no_number_comes_in() -> None:
    mean = BY_NAME["mean_pressure"].index
    saturation = BY_NAME["oxygen_saturation"].index
    mask = GATE.mask(
        np.array([mean, 200, -1, saturation, saturation, saturation]),
        np.array([10.0, 10.0, 10.0, np.nan, 97.0, 0.0]),
    )
    assert mask.tolist() == [False, False, False, True, False, True]
    assert GATE.mask(np.array([], np.int32), np.array([])).tolist() == []


def test_a_value_that_is_no_number_passes_where_a_rule_asks_and_nowhere_else() -> None:
    nan = float("nan")
    assert passes(GATE, BY_NAME["oxygen_saturation"].index, nan)
    assert not passes(GATE, BY_NAME["mean_pressure"].index, nan)  # between vitals with rules
    assert not passes(GATE, 10_000, nan)  # beyond them all


def test_a_gate_of_no_rules_lets_nothing_through() -> None:
    assert not any(passes(Gate([]), vital.index, value) for vital in VITALS for value in (0, 300))
