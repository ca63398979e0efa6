"""What the gate may leave out begins nothing, whatever came before it and whatever is beside it."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bench.alarm_machine.stories import EDGES
from homeward.clinical.rule import Rule
from homeward.clinical.rules import RULES
from homeward.model.reading import Reading
from homeward.model.vital import Vital

START = datetime(2026, 3, 1, tzinfo=UTC)
# How a stretch of one value before, and one after, is measured: each so many seconds.
PACE = {"systolic": 900, "diastolic": 900, "temperature": 900, "glucose": 300}


def stretch(vital: Vital, before: float, value: float) -> list[Reading]:
    """Twelve readings of one value, then eight of another, the last of them now."""
    step = timedelta(seconds=PACE.get(vital.name, 5))
    values = [before] * 12 + [value] * 8
    return [Reading(vital, v, START - step * (19 - place)) for place, v in enumerate(values)]


def quiet(rule: Rule, vital: Vital) -> list[float]:
    """Values on the very edge of what may be left out, and just within it."""
    bounds = rule.bounds_of(vital)
    near = (bounds.low, bounds.low + 0.001, bounds.high, bounds.high - 0.001, *EDGES[vital.name])
    low, high = vital.possible
    return [v for v in near if bounds.low <= v <= bounds.high and low <= v <= high]


@pytest.mark.parametrize(
    ("rule", "vital"),
    [pytest.param(r, v, id=f"{r.name} {v.name}") for r in RULES for v in r.vitals],
)
def test_what_may_be_left_out_begins_nothing(rule: Rule, vital: Vital) -> None:
    others = [each for each in rule.vitals if each is not vital]
    beside = [{o.name: stretch(o, v, v) for o, v in zip(others, values, strict=True)}
              for values in product(*(EDGES[o.name] for o in others))]  # fmt: skip
    asked = quiet(rule, vital)
    assert asked
    for value, before in product(asked, asked[:2] if others else EDGES[vital.name]):
        own = stretch(vital, before, value)
        for each in beside:
            assert rule.ask({vital.name: own, **each}, False) is None, (value, before)


@pytest.mark.parametrize(
    ("name", "vital", "value", "beside"),
    [
        ("shock_index_high", "heart_rate", 90, {"systolic": 90}),
        ("shock_index_high", "systolic", 130, {"heart_rate": 130}),
        ("bradycardia_with_desaturation", "heart_rate", 90, {"oxygen_saturation": 90}),
        ("bradycardia_with_desaturation", "oxygen_saturation", 90, {"heart_rate": 90}),
    ],
)
def test_the_last_value_that_may_begin_a_combination_is_not_left_out(name, vital, value, beside):
    """The same value begins it, so it must come in."""
    rule = next(each for each in RULES if each.name == name)
    windows = {v.name: stretch(v, x, x) for v in rule.vitals
               for x in [value if v.name == vital else beside[v.name]]}  # fmt: skip
    assert rule.ask(windows, False) is not None
    own = next(each for each in rule.vitals if each.name == vital)
    bounds = rule.bounds_of(own)
    assert not bounds.low <= value <= bounds.high
