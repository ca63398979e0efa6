"""A patient's values in plain words.

Ranges for words only, never for alarms: adult reference ranges as the NEWS2 chart scores 0
(RCP 2017), and the glucose targets of the 2019 international consensus on time in range
(70 to 180 mg/dL; below 54 and above 250 need action).
"""

from dataclasses import dataclass
from typing import Literal

from homeward.model.vital import BY_NAME, Vital

Tone = Literal["fine", "watch", "act", "old"]


@dataclass(frozen=True, slots=True)
class VitalInWords:
    """One value, what it means, and how much it matters. `at` in ms since 1970 UTC."""

    vital: str
    label: str
    value: float
    unit: str
    at: int
    words: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class _Words:
    label: str
    watch: tuple[float, float]  # outside: worth watching
    act: tuple[float, float]  # outside: do something now
    low: str
    high: str


_FINE = "In your usual range."
_WORDS = {
    "glucose": _Words("Glucose", (70, 180), (54, 250), "Your sugar is low.", "Your sugar is high."),
    "oxygen_saturation": _Words("Oxygen", (96, 101), (92, 101), "Your oxygen is low.", ""),
    "pulse": _Words(
        "Pulse", (51, 91), (40, 131), "Your heart beats slowly.", "Your heart beats fast."
    ),
    "heart_rate": _Words(
        "Heart rate", (51, 91), (40, 131), "Your heart beats slowly.", "Your heart beats fast."
    ),
    "respiratory_rate": _Words(
        "Breathing", (12, 21), (9, 25), "You breathe slowly.", "You breathe fast."
    ),
    "systolic": _Words(
        "Blood pressure",
        (111, 160),
        (91, 220),
        "Your blood pressure is low.",
        "Your blood pressure is high.",
    ),
    "temperature": _Words(
        "Temperature", (36.1, 38.05), (35.05, 39.05), "You are cool.", "You have a fever."
    ),
}


def in_words(
    vital: Vital, value: float, at_ms: int, now_ms: int, *, is_told: bool = False
) -> VitalInWords | None:
    """The value for its owner, or None for what only carers read.

    A value older than the vital's `stale_seconds` says that it is old, and nothing about health;
    one they are told something about (`is_told`) never says that all is as usual.
    """
    words = _WORDS.get(vital.name)
    if words is None:
        return None
    if now_ms - at_ms > vital.stale_seconds * 1000:
        text, tone = "This is an old value. There is no new one.", "old"
    else:
        text, tone = _judge(words, value)
        if is_told and tone == "fine":
            text, tone = "Please read the message about it.", "watch"
    return VitalInWords(vital.name, words.label, value, vital.unit, at_ms, text, tone)


def _judge(words: _Words, value: float) -> tuple[str, Tone]:
    tone: Tone = "act"
    if words.watch[0] <= value < words.watch[1]:
        return _FINE, "fine"
    if words.act[0] <= value < words.act[1]:
        tone = "watch"
    return (words.low if value < words.watch[0] else words.high), tone


def order(vital: Vital) -> int:
    """Where it stands on the page: as the table above."""
    names = list(_WORDS)
    return names.index(vital.name) if vital.name in names else len(names)


assert _WORDS.keys() <= BY_NAME.keys()
