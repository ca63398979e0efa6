"""The second opinion's rules that are no single limit, and whom each rule is for."""

from bisect import bisect_left
from collections.abc import Callable
from itertools import pairwise

from bench.alarm_machine.second_limits import (
    ADULT_MONTHS,
    HIGH,
    LIMITED,
    LOW,
    MEDIUM,
    SECOND,
    Found,
    Trace,
    comes_rarely,
)
from bench.alarm_machine.stories import Person


def _lasts(trace: Trace, seconds: float, good: Callable[[float], bool], window: float) -> bool:
    first, place = trace.since(window), len(trace.at)
    while place > first and good(trace.value[place - 1]):
        place -= 1
    if place == len(trace.at):
        return False
    return first == len(trace.at) - 1 or trace.at[-1] - trace.at[place] >= seconds * SECOND


Fresh = dict[str, Trace]


def glucose_falling_fast(fresh: Fresh, is_open: bool) -> Found | None:
    """2 mg/dL a minute for ten minutes of 20, headed below 70 in 20 more; below 150."""
    trace = fresh["glucose"]
    first = trace.since(1200)
    values, seconds = trace.value[first:], (trace.at[-1] - trace.at[first]) / SECOND
    now = values[-1]
    if now < 70:
        return None
    fall = (values[0] - now) * 60 / seconds if seconds else 0.0
    found = Found(MEDIUM, trace.at[first], 70)
    if is_open:
        return None if now > 150 or (len(values) > 1 and fall < 1) else found
    steady = seconds >= 600 and all(before > after for before, after in pairwise(values))
    return found if now < 150 and fall >= 2 and steady and now - 20 * fall < 70 else None


def oxygen_falling(fresh: Fresh, is_open: bool) -> Found | None:
    """3 % lower than in the minute before the last one, and below 94; not below 90."""
    trace = fresh["oxygen_saturation"]
    if not is_open and trace.value[-1] >= 94:
        return None
    now = trace.middle(30)
    if now < 90:
        return None
    found = Found(LOW, trace.at[-1], 94)
    until = bisect_left(trace.at, trace.at[-1] - 60 * SECOND + 1)
    before = sorted(trace.value[trace.since(120) : until])
    if len(before) < 5:
        return found if is_open and now < 94 else None
    fall = before[(len(before) - 1) // 2] - now
    if is_open:
        return found if fall >= 1 and now < 94 else None
    return found if fall >= 3 and now < 94 else None


def systolic_falling(fresh: Fresh, is_open: bool) -> Found | None:
    """40 mmHg lower than the last hour's earlier ones, two minutes at least; from 90 to 110."""
    trace = fresh["systolic"]
    now = trace.value[-1]
    by_minute: dict[int, float] = {}  # before the last of the earlier ones; the newest of each
    for place in range(trace.since(3600), len(trace.at) - 1):
        by_minute[(trace.at[-2] - trace.at[place]) // (60 * SECOND)] = trace.value[place]
    earlier = sorted(by_minute.values())
    if not 90 <= now < 111:
        return None
    found = Found(MEDIUM, trace.at[-1], 110)
    if len(earlier) < 2:
        return found if is_open else None
    fall = earlier[(len(earlier) - 1) // 2] - now
    return found if fall >= (30 if is_open else 40) else None


def bradycardia_with_desaturation(fresh: Fresh, is_open: bool) -> Found | None:
    """A rate and a saturation of 90 or less for five seconds, or where they come less often at
    once; until either is well for ten."""
    if not is_open and (len(fresh) < 2 or any(each.value[-1] >= 91 for each in fresh.values())):
        return None
    found = Found(HIGH, min(trace.at[-1] for trace in fresh.values()), None)
    if len(fresh) < 2:
        return found if is_open else None
    rate, oxygen = fresh["heart_rate"], fresh["oxygen_saturation"]
    if is_open:
        is_over = _lasts(rate, 10, lambda value: value >= 96, 120) or _lasts(
            oxygen, 10, lambda value: value >= 92, 120
        )
        return None if is_over else found
    is_both = all(
        comes_rarely(each, 5) or _lasts(each, 5, lambda value: value < 91, 120)
        for each in (rate, oxygen)
    )
    return found if is_both else None


def shock_index_high(fresh: Fresh, is_open: bool) -> Found | None:
    """Rate over pressure is 1 or more, while neither rings; until it is below 0.9."""
    if not is_open and not all(map(_may_be_shock, fresh, fresh.values())):
        return None
    found = Found(MEDIUM, max(trace.at[-1] for trace in fresh.values()), 1.0)
    if len(fresh) < 2 or fresh["systolic"].value[-1] <= 0:
        return found if is_open else None
    rate, pressure = fresh["heart_rate"].middle(60), fresh["systolic"].value[-1]
    if is_open:
        return found if rate / pressure >= 0.9 else None
    return found if rate / pressure >= 1 and rate <= 130 else None


def _may_be_shock(vital: str, trace: Trace) -> bool:
    """From 90 mmHg, up to 130 beats: what is beyond rings already, or is no shock."""
    now = trace.value[-1]
    return now >= 90 if vital == "heart_rate" else 90 <= now <= 130


OTHERS: dict[str, tuple[tuple[str, ...], Callable[[Fresh, bool], Found | None]]] = {
    "bradycardia_with_desaturation": (
        ("heart_rate", "oxygen_saturation"), bradycardia_with_desaturation),
    "glucose_falling_fast": (("glucose",), glucose_falling_fast),
    "oxygen_falling": (("oxygen_saturation",), oxygen_falling),
    "shock_index_high": (("heart_rate", "systolic"), shock_index_high),
    "systolic_falling": (("systolic",), systolic_falling),
}  # fmt: skip
RULES = sorted([*LIMITED, *OTHERS])
VITALS_OF = {name: (each.vital,) for name, each in LIMITED.items()} | {
    name: vitals for name, (vitals, _) in OTHERS.items()
}


def is_for(rule: str, person: Person, months: int | None) -> bool:
    """Whom a rule is for."""
    is_adult = months is None or months >= ADULT_MONTHS
    if rule == "bradycardia_with_desaturation":
        return months is not None and months < 3
    if rule == "oxygen_falling":
        return is_adult and person.oxygen_scale != 2
    return is_adult if rule in ("shock_index_high", "systolic_falling") else True
