"""A patient's values in plain words.

Two things say how a value is, and the worse of them counts: ranges for words only, and the
patient's own limits as they hold now. Ranges: adult reference ranges as the NEWS2 chart scores 0
(RCP 2017; of oxygen by the scale that holds for them), and the glucose targets of the 2019
international consensus on time in range (70 to 180 mg/dL; below 54 and above 250 need action). Of
blood pressure, whose two numbers are judged each: high from the second grade (ISH 2020: 160 or 100
mmHg), to act on from 180 or 120 (AHA, When to call 911 about high blood pressure).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

from homeward.clinical.limit import Side
from homeward.clinical.rule import Rule
from homeward.clinical.words import WORDS, Speech, glucose_in
from homeward.model.alarm import Priority
from homeward.model.choice import Language
from homeward.model.vital import BY_NAME, GLUCOSE, Vital

Tone = Literal["fine", "watch", "act", "old"]


@dataclass(frozen=True, slots=True)
class VitalInWords:
    """One value, what it means, and how much it matters. `at` in ms since 1970 UTC; glucose is in
    the unit its owner chose, which `unit` says. `beside` is what is written after a stroke: of a
    blood pressure the lower number of the same measurement."""

    vital: str
    label: str
    value: float
    unit: str
    at: int
    words: str
    tone: Tone
    beside: float | None = None


@dataclass(frozen=True, slots=True)
class _Ranges:
    watch: tuple[float, float]  # outside: worth watching
    act: tuple[float, float]  # outside: do something now


# Its words are `today.` and the vital's name in the catalogues.
_RANGES = {
    "glucose": _Ranges((70, 180), (54, 250)),
    "oxygen_saturation": _Ranges((96, inf), (92, inf)),
    "pulse": _Ranges((51, 91), (40, 131)),
    "heart_rate": _Ranges((51, 91), (40, 131)),
    "respiratory_rate": _Ranges((12, 21), (9, 25)),
    "systolic": _Ranges((111, 160), (91, 180)),
    "diastolic": _Ranges((-inf, 100), (-inf, 120)),
    "temperature": _Ranges((36.1, 38.05), (35.05, 39.05)),
}
# Whose target is 88-92 % (NEWS2 chart 1, SpO2 scale 2): 0 from 88 on, 3 at 83 and below. That more
# than 92 % may be too much for who is given oxygen is not said: this page does not know who is.
_SCALE_2 = {"oxygen_saturation": _Ranges((88, inf), (84, inf))}
BESIDE = {"systolic": "diastolic"}
_TONES: tuple[Tone, ...] = ("fine", "watch", "act")
_Judged = tuple[Tone, str]  # how much it matters, and by which words


def in_words(
    vital: Vital,
    value: float,
    at_ms: int,
    now_ms: int,
    say: Speech,
    *,
    rules: Sequence[Rule] = (),
    is_told: bool = False,
    beside: float | None = None,
    oxygen_scale: int = 1,
) -> VitalInWords | None:
    """The value for its owner, or None for what only carers read. `rules`: those that are on for
    them, with their own limits; `oxygen_scale`: NEWS2's.

    A value older than the vital's `stale_seconds`, and than the minute in which it is said to be
    measured just now, says that it is old, and nothing about health; one they are told something
    about (`is_told`) never says that all is as usual.
    """
    if vital.name not in _RANGES:
        return None
    if now_ms - at_ms > vital.late_seconds * 1000:
        tone, key = "old", "today.old"
    else:
        tone, key = _judge(vital, value, rules, oxygen_scale)
        if beside is not None:
            other = _judge(BY_NAME[BESIDE[vital.name]], beside, rules)
            tone, key = _worst((tone, key), other)
        if is_told and tone == "fine":
            tone, key = "watch", "today.told"
    unit = vital.unit
    if vital is GLUCOSE:
        unit = say.glucose_unit.value
        value = round(glucose_in(value, say.glucose_unit), 1)
    label = say(f"today.{vital.name}")
    return VitalInWords(vital.name, label, value, unit, at_ms, say(key), tone, beside)


def _judge(vital: Vital, value: float, rules: Sequence[Rule], oxygen_scale: int = 1) -> _Judged:
    """How a value is that was measured just now."""
    ranges = (_SCALE_2 if oxygen_scale == 2 else _RANGES).get(vital.name, _RANGES[vital.name])
    found: _Judged = ("fine", "today.fine")
    if not ranges.watch[0] <= value < ranges.watch[1]:
        tone = "watch" if ranges.act[0] <= value < ranges.act[1] else "act"
        found = _said(vital, tone, is_low=value < ranges.watch[0])
    return _worst(found, *(_by_rule(rule, value) for rule in rules if rule.vitals == (vital,)))


def _by_rule(rule: Rule, value: float) -> _Judged:
    """Beyond a limit is worth watching, and to act on where its alarm is of high priority."""
    limit, words = rule.limit, rule.words
    if limit is None or words is None or not limit.is_breached(value):
        return "fine", "today.fine"
    priority = words.extreme_priority if limit.is_extreme(value) else words.priority
    tone = "act" if priority is Priority.HIGH else "watch"
    return _said(rule.vital, tone, is_low=limit.side is Side.BELOW)


def _said(vital: Vital, tone: Tone, *, is_low: bool) -> _Judged:
    """What is to be done now has words of its own where there are any."""
    key = f"today.{vital.name}.{'low' if is_low else 'high'}"
    urgent = f"{key}.now"
    return tone, urgent if tone == "act" and urgent in WORDS[Language.ENGLISH] else key


def _worst(*judged: _Judged) -> _Judged:
    """What matters most; of equals the first."""
    return max(judged, key=lambda each: _TONES.index(each[0]))


def order(vital: Vital) -> int:
    """Where it stands on the page: as the table above."""
    names = list(_RANGES)
    return names.index(vital.name) if vital.name in names else len(names)


assert _RANGES.keys() <= BY_NAME.keys()
