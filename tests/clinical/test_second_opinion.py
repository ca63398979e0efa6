"""The rules' numbers and edges, held against those written a second time from their own words.

The soak (bench/soak_alarm_machine.py) lives through whole nights with the same reference; here it
is asked about thousands of small windows whose values lie on the edges.
"""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from bench.alarm_machine.second_limits import (
    BETTER,
    COVERED,
    LIMITED,
    SCALE_2,
    YIELDS,
    Trace,
    months_old,
)
from bench.alarm_machine.second_rules import OTHERS, is_for
from bench.alarm_machine.stories import EDGES, Person
from homeward.clinical.limit import Limit
from homeward.clinical.rules import RULES
from homeward.clinical.subject import Subject
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME as VITAL

BY_NAME = {rule.name: rule for rule in RULES}
START = datetime(2026, 3, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STEPS = {
    "glucose": ([300, 300], [60, 300, 600, 900]),
    "systolic": ([60, 600], [20, 300, 900, 1800, 1801]),
    "oxygen_saturation": ([1, 5], [1, 5, 6, 10, 29, 30, 31]),
    "heart_rate": ([1, 2], [1, 4, 5, 10, 14]),
}


def three(limit: Limit) -> tuple[float, float | None, float]:
    return limit.limit, limit.extreme, limit.clear_limit


@pytest.mark.parametrize("name", LIMITED)
def test_a_limits_numbers_are_those_of_its_page(name: str) -> None:
    rule, row = BY_NAME[name], LIMITED[name]
    limit = rule.limit
    assert (rule.vital.name, str(limit.side)) == (row.vital, "above" if row.sign > 0 else "below")
    assert three(limit) == row.everybody
    own = [three(each) for _, each in rule.limits]
    assert own == ([SCALE_2[name]] if name in SCALE_2 else list(row.bands))
    for each in (limit, *(each for _, each in rule.limits)):
        assert (each.delay_seconds, each.clear_seconds) == (row.after, row.ends_after)
    assert (str(rule.words.priority), str(rule.words.extreme_priority)) == (row.usual, row.extreme)
    assert rule.window_seconds == row.window
    assert YIELDS.get(name) == (rule.yields_to and rule.yields_to.name)
    beside = {each.name for each in RULES if each.vital is rule.yields_to and each.limit}
    beside = {each for each in beside if BY_NAME[each].limit.side is limit.side}
    assert beside == {BETTER[name]} if name in BETTER else not beside
    assert COVERED.get(name, ()) in ((), *rule.covered_by)


def test_every_rule_has_a_second_opinion() -> None:
    assert {*LIMITED, *OTHERS} == set(BY_NAME)


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize(
    "born",
    [None, *(date(2026 - years, month, day) for years in (1, 12, 16, 17, 60)
             for month, day in ((3, 1), (3, 2), (12, 1), (12, 2)))],
    ids=str,
)  # fmt: skip
def test_whom_a_rule_is_for(born: date | None, scale: int) -> None:
    on = date(2026, 3, 1)
    person, subject = Person(1, born, scale, 1, ()), Subject(born, scale)
    months = months_old(born, on)
    assert subject.age_months(on) == months
    for rule in RULES:
        assert (rule.of(subject, on) is not None) == is_for(rule.name, person, months)


def drawn(vital: str, rng: np.random.Generator) -> Trace:
    """A few readings: a slope, or values from the edges, at a steady pace or none."""
    trace, count = Trace(), int(rng.integers(1, 30))
    steady, any_ = STEPS[vital]
    steps = np.full(count, rng.choice(steady)) if rng.random() < 0.6 else rng.choice(any_, count)
    if rng.random() < 0.5:
        slope = float(rng.choice([0.5, 1, 2, 3, 5, 10, 20])) * np.arange(count)
        values = np.maximum(float(rng.choice(EDGES[vital])) + slope[::-1], 0)
        if rng.random() < 0.3 and count > 1:
            values[int(rng.integers(count - 1))] = values[-1]
    else:
        few = rng.choice(EDGES[vital], int(rng.integers(1, 4)))
        values = few[np.sort(rng.integers(0, len(few), count))]
    low, high = VITAL[vital].possible
    start = (START - EPOCH) // timedelta(microseconds=1)
    trace.at = [start + int(each) * 1_000_000 for each in np.cumsum(steps)]
    trace.value = [float(each) for each in np.clip(values, low, high)]
    return trace


def window(vital: str, trace: Trace, seconds: int) -> list[Reading]:
    return [
        Reading(VITAL[vital], value, EPOCH + timedelta(microseconds=at))
        for at, value in zip(trace.at, trace.value, strict=True)
        if at >= trace.at[-1] - seconds * 1_000_000
    ]


@pytest.mark.parametrize("name", OTHERS)
def test_falls_and_combinations_agree_on_their_edges(name: str) -> None:
    rng = np.random.default_rng(7)
    vitals, judge = OTHERS[name]
    rule, found_any, quiet_any = BY_NAME[name], 0, 0
    for _ in range(3000):
        fresh = {
            vital: drawn(vital, rng) for vital in vitals if len(vitals) == 1 or rng.random() < 0.95
        }
        if not fresh:
            continue
        seconds = 3600 if "systolic" in vitals else rule.window_seconds
        windows = {vital: window(vital, trace, seconds) for vital, trace in fresh.items()}
        for is_open in (False, True):
            found, second = rule.ask(windows, is_open), judge(fresh, is_open)
            said = (
                None
                if found is None
                else (
                    str(found.priority),
                    (found.since - EPOCH) // timedelta(microseconds=1),
                    found.limit,
                )
            )
            assert said == (None if second is None else (
                second.priority, second.since, second.limit)), (fresh, is_open)  # fmt: skip
            found_any += second is not None and not is_open
            quiet_any += second is None
    assert found_any > 20
    assert quiet_any > 20
