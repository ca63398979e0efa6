"""A patient's values in plain words.

Ranges for words only, never for alarms: adult reference ranges as the NEWS2 chart scores 0
(RCP 2017), and the glucose targets of the 2019 international consensus on time in range
(70 to 180 mg/dL; below 54 and above 250 need action).
"""

from dataclasses import dataclass
from math import inf
from typing import Literal

from homeward.clinical.words import Speech, glucose_in
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
    "systolic": _Ranges((111, 160), (91, 220)),
    "temperature": _Ranges((36.1, 38.05), (35.05, 39.05)),
}


BESIDE = {"systolic": "diastolic"}


def in_words(
    vital: Vital,
    value: float,
    at_ms: int,
    now_ms: int,
    say: Speech,
    *,
    is_told: bool = False,
    beside: float | None = None,
) -> VitalInWords | None:
    """The value for its owner, or None for what only carers read.

    A value older than the vital's `stale_seconds` says that it is old, and nothing about health;
    one they are told something about (`is_told`) never says that all is as usual.
    """
    ranges = _RANGES.get(vital.name)
    if ranges is None:
        return None
    if now_ms - at_ms > vital.stale_seconds * 1000:
        key, tone = "today.old", "old"
    else:
        key, tone = _judge(vital, ranges, value)
        if is_told and tone == "fine":
            key, tone = "today.told", "watch"
    unit = vital.unit
    if vital is GLUCOSE:
        unit = say.glucose_unit.value
        value = round(glucose_in(value, say.glucose_unit), 1)
    label = say(f"today.{vital.name}")
    return VitalInWords(vital.name, label, value, unit, at_ms, say(key), tone, beside)


def _judge(vital: Vital, ranges: _Ranges, value: float) -> tuple[str, Tone]:
    if ranges.watch[0] <= value < ranges.watch[1]:
        return "today.fine", "fine"
    tone: Tone = "watch" if ranges.act[0] <= value < ranges.act[1] else "act"
    return f"today.{vital.name}.{'low' if value < ranges.watch[0] else 'high'}", tone


def order(vital: Vital) -> int:
    """Where it stands on the page: as the table above."""
    names = list(_RANGES)
    return names.index(vital.name) if vital.name in names else len(names)


assert _RANGES.keys() <= BY_NAME.keys()
