"""Oxygen saturation falls fast out of its target range.

A fall of 3 % or more, and a saturation below the target range, each call for an assessment (BTS
guideline for oxygen use in adults 2017; the range is 94-98 %): it may be the first sign of an
acute illness, while the saturation is still above where it rings on its own. Here both must be
so at once, or every sleeper would ring. The last half minute is compared with the minute before
the last one, by their middle values; both spans are Homeward's own choice. It ends when the
fall is less than 1 %, at whichever level: how low that is, is the business of the rule for low
saturation, which also speaks below 90 %.
"""

from datetime import timedelta
from statistics import median_low

from homeward.clinical.ages import ADULT
from homeward.clinical.rule import Bounds, Rule, Who
from homeward.clinical.rules import oxygen_low
from homeward.clinical.window import Window, recent, settled
from homeward.model.alarm import Finding, Priority
from homeward.model.reading import Reading
from homeward.model.vital import MINUTE, OXYGEN_SATURATION

FALL_PERCENT = 3.0
FALL_ENDS_PERCENT = 1.0
TARGET_PERCENT = 94.0
FLOOR = oxygen_low.LIMIT.limit
LOOK_BACK_SECONDS = 2 * MINUTE
NOW_SECONDS = 30
BEFORE_SECONDS = MINUTE  # what is older than this is before the fall
READINGS_MIN = 5  # of a stream: two spot checks an hour apart are no fall

SCALE_1 = Who(
    "adults with a target of 94-98 %",
    lambda subject, on: subject.oxygen_scale != 2 and ADULT.fits(subject, on),
)


def judge(window: Window, is_open: bool) -> Finding | None:
    """Is the saturation 3 % lower than it was a minute ago, and below its target?

    Raises ValueError for an empty window.
    """
    if not window:
        raise ValueError("there is nothing to judge in an empty window")
    window = recent(window, LOOK_BACK_SECONDS)
    now = settled(window, NOW_SECONDS, READINGS_MIN)
    if now.value < FLOOR:
        return None
    before = _before(window)
    if before is None:
        return _finding(window[-1], None) if is_open and now.value < TARGET_PERCENT else None
    fall = before - now.value
    if is_open:
        is_over = fall < FALL_ENDS_PERCENT or now.value >= TARGET_PERCENT
        return None if is_over else _finding(window[-1], before)
    is_low = now.value < TARGET_PERCENT and window[-1].value < TARGET_PERCENT
    return _finding(window[-1], before) if is_low and fall >= FALL_PERCENT else None


def _before(window: Window) -> float | None:
    """The middle value of the minute before the last one, where it was measured steadily."""
    until = window[-1].at - timedelta(seconds=BEFORE_SECONDS)
    values = [reading.value for reading in window if reading.at <= until]
    return median_low(values) if len(values) >= READINGS_MIN else None


def _finding(newest: Reading, before: float | None) -> Finding:
    text = f"{OXYGEN_SATURATION.label} {newest.value:.0f} %"
    text += ", was falling" if before is None else f", was {before:.0f} a minute ago"
    return Finding(Priority.LOW, text, newest.at, newest.value, TARGET_PERCENT)


RULE = Rule(
    "oxygen_falling",
    OXYGEN_SATURATION,
    version=1,
    judge=judge,
    bounds=Bounds(low=TARGET_PERCENT),
    window_seconds=LOOK_BACK_SECONDS,
    only=SCALE_1,
    about=(__doc__ or "").strip(),
)
