"""A limit with a delay, a hysteresis and an extreme: the form of almost every alarm rule.

Delay and hysteresis decide whether anybody still listens. Fifteen seconds before a low SpO2
rings cut such alarms by 60 % (Rheineck-Leyssius and Kalkman 1998); a delay of 19 s would
have spared an ICU two thirds of its ineffective alarms (Görges 2009). An extreme never waits.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil, inf

from homeward.clinical.window import (
    Window,
    has_begun,
    held_for,
    is_spot_check,
    newest_run,
    recent,
)
from homeward.model.alarm import Finding, Priority
from homeward.model.errors import Misconfigured
from homeward.model.reading import Reading
from homeward.model.vital import MINUTE, Vital


class Side(StrEnum):
    """Where the trouble is, seen from the limit."""

    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Limit:
    """Values in the vital's own unit, times in seconds; nothing at the limit itself is trouble.

    The condition begins after `delay_seconds` beyond `limit`, or at once beyond `extreme`; it
    ends after `clear_seconds` at `clear_limit` or better. Raises Misconfigured where these
    contradict each other.
    """

    side: Side
    limit: float
    clear_limit: float
    delay_seconds: int = 0
    clear_seconds: int = 0
    extreme: float | None = None

    def __post_init__(self) -> None:
        if self.is_breached(self.clear_limit):
            raise Misconfigured(f"clear limit {self.clear_limit:g} is beyond {self.limit:g}")
        if self.extreme is not None and not self.is_breached(self.extreme):
            raise Misconfigured(f"extreme {self.extreme:g} is not beyond {self.limit:g}")
        if self.delay_seconds < 0 or self.clear_seconds < 0:
            raise Misconfigured("a delay cannot be negative")

    def is_breached(self, value: float) -> bool:
        """Is this value beyond the limit?"""
        return self._beyond(value, self.limit)

    def is_extreme(self, value: float) -> bool:
        """Is this value beyond the extreme, where there is one?"""
        return self.extreme is not None and self._beyond(value, self.extreme)

    def is_clear(self, value: float) -> bool:
        """Is this value good enough to end the condition?"""
        return not self._beyond(value, self.clear_limit)

    @property
    def quiet(self) -> tuple[float, float]:
        """The values that can begin nothing, lowest and highest."""
        return (self.limit, inf) if self.side is Side.BELOW else (-inf, self.limit)

    @property
    def waiting(self) -> tuple[float, float]:
        """The values that, in a stream, do not begin it at once: lowest and highest."""
        bound = self.extreme if self.delay_seconds else self.limit
        if bound is None:
            return -inf, inf
        return (bound, inf) if self.side is Side.BELOW else (-inf, bound)

    def is_looser_than(self, other: "Limit") -> bool:
        """Would this find less, later, or for a shorter time than the other?"""
        return (
            self._beyond(self.limit, other.limit)
            or self._beyond(self.clear_limit, other.clear_limit)
            or self.delay_seconds > other.delay_seconds
            or self.clear_seconds < other.clear_seconds
            or self.waits_longer_than(other)
        )

    def waits_longer_than(self, other: "Limit") -> bool:
        """Does the other ring at once for something that this does not?"""
        if other.extreme is None:
            return False
        return self.extreme is None or self._beyond(self.extreme, other.extreme)

    def _beyond(self, value: float, bound: float) -> bool:
        return value < bound if self.side is Side.BELOW else value > bound


def worst_delay_seconds(limit: Limit, interval_seconds: float, window_seconds: float) -> float:
    """From the body's crossing of the limit to the reading that decides, at worst, in seconds.

    The crossing may come just after a reading, and the delay ends at a reading: both cost up to
    an interval (disclosed by IEC 60601-1-8, 6.4). Readings further apart than the delay, or than
    the window, speak for themselves. What judging takes comes on top.
    """
    if interval_seconds > min(limit.delay_seconds, window_seconds):
        return interval_seconds
    waits = ceil(limit.delay_seconds / interval_seconds)
    return interval_seconds * (1 + waits)


@dataclass(frozen=True, slots=True)
class Words:
    """How bad the condition is, and what the patient is told (None: nothing to do for them)."""

    priority: Priority
    extreme_priority: Priority
    patient_text: str | None = None
    extreme_patient_text: str | None = None


def judge_limit(
    window: Window, is_open: bool, limit: Limit, words: Words, window_seconds: int
) -> Finding | None:
    """What the newest readings mean against a limit.

    Raises ValueError for an empty window: no news must never pass for good news.
    """
    if not window:
        raise ValueError("there is nothing to judge in an empty window")
    if not is_open and not limit.is_breached(window[-1].value):
        return None
    window = recent(window, window_seconds)
    if limit.is_extreme(window[-1].value):
        return _finding(window, limit, words, is_extreme=True)
    if is_open:
        if held_for(window, limit.clear_seconds, limit.is_clear):
            return None
        return _finding(window, limit, words, is_extreme=False)
    if has_begun(window, limit.delay_seconds, limit.is_breached):
        return _finding(window, limit, words, is_extreme=False)
    return None


def judge_last(window: Window, limit: Limit, words: Words, window_seconds: int) -> Finding | None:
    """What a spot check means once nothing has come after it for longer than the delay.

    Who measured it will not measure again: it stands. The last seconds of a stream may be those
    of a probe that was pulled off, and its end is a silence. Raises ValueError for an empty window.
    """
    if not window:
        raise ValueError("there is nothing to judge in an empty window")
    window = recent(window, window_seconds)
    if not limit.is_breached(window[-1].value):
        return None
    if not is_spot_check(window, max(MINUTE, limit.delay_seconds)):
        return None
    return _finding(window, limit, words, is_extreme=limit.is_extreme(window[-1].value))


def _finding(window: Window, limit: Limit, words: Words, *, is_extreme: bool) -> Finding:
    newest = window[-1]
    run = newest_run(window, limit.is_breached)
    bound = limit.extreme if is_extreme and limit.extreme is not None else limit.limit
    return Finding(
        priority=words.extreme_priority if is_extreme else words.priority,
        text=_text(newest, limit, bound),
        since=run[0].at if run else newest.at,
        value=newest.value,
        limit=bound,
        patient_text=(is_extreme and words.extreme_patient_text) or words.patient_text,
    )


def _text(newest: Reading, limit: Limit, bound: float) -> str:
    """In a monitor's words: `SpO₂ 84 < 90 %`."""
    sign = "<" if limit.side is Side.BELOW else ">"
    vital, unit = newest.vital, shown_unit(newest.vital)
    if limit.is_breached(newest.value):
        return f"{vital.label} {shown(newest, bound)} {sign} {bound:g} {unit}"
    return f"{vital.label} {shown(newest, bound)}, was {sign} {bound:g} {unit}"


def shown(reading: Reading, bound: float) -> str:
    """The value with its vital's decimals, and more where those would hide the difference."""
    text = f"{reading.value:.{reading.vital.decimals}f}"
    return text if float(text) != bound or reading.value == bound else f"{reading.value:g}"


def shown_unit(vital: Vital) -> str:
    """The unit as people write it."""
    return {"mm[Hg]": "mmHg", "Cel": "°C"}.get(vital.unit, vital.unit)
