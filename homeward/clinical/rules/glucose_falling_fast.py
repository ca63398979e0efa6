"""Glucose falls fast towards a low.

A fall of 2 mg/dL a minute or more is what sensors draw as an arrow straight down (Battelino
2019; ADA Standards of Care, section 7): 20 minutes of it cost 40 mg/dL. It is worth a word
while there is time to eat, that is when 20 more minutes would end below 70. Ten minutes must
agree, every step downwards, since a single reading of a pressed-on sensor dips too. From 150
upwards it would take 4 mg/dL a minute: a faulty sensor rather than a body, or the treatment
working; below 70 the rule for low glucose speaks. It ends when the fall is slower than
1 mg/dL a minute.
"""

from collections.abc import Sequence
from itertools import pairwise

from homeward.clinical.limit import shown
from homeward.clinical.rule import Bounds, Rule
from homeward.clinical.rules import glucose_low
from homeward.clinical.window import Window, recent
from homeward.model.alarm import Finding, Priority
from homeward.model.reading import Reading
from homeward.model.vital import GLUCOSE, MINUTE

FALL_PER_MINUTE = 2.0
FALL_ENDS_PER_MINUTE = 1.0
AHEAD_MINUTES = 20
LOOK_BACK_SECONDS = 20 * MINUTE
AGREE_SECONDS = 10 * MINUTE
CEILING = 150.0
FLOOR = glucose_low.LIMIT.limit

PATIENT_TEXT = (
    "Your sugar is falling fast. Have something sweet ready, and eat it now if you feel shaky. "
    "Check again in 10 minutes."
)


def judge(window: Window, is_open: bool) -> Finding | None:
    """Is the fall of the last 20 minutes steep, steady, and headed below the limit?

    Raises ValueError for an empty window.
    """
    if not window:
        raise ValueError("there is nothing to judge in an empty window")
    newest = window[-1]
    steps = recent(window, LOOK_BACK_SECONDS)
    if newest.value < FLOOR:
        return None
    fall = _fall_per_minute(steps)
    if is_open:
        # A lone reading after a pause cannot say that the fall is over; a rise can.
        is_over = len(steps) > 1 and fall < FALL_ENDS_PER_MINUTE
        return None if is_over or newest.value > CEILING else _finding(steps, fall)
    is_steady = _seconds(steps) >= AGREE_SECONDS and _falls_throughout(steps)
    is_headed_low = newest.value - fall * AHEAD_MINUTES < FLOOR
    if newest.value < CEILING and fall >= FALL_PER_MINUTE and is_steady and is_headed_low:
        return _finding(steps, fall)
    return None


def _fall_per_minute(steps: Window) -> float:
    """mg/dL a minute from the first reading to the last; 0 where there is but one."""
    seconds = _seconds(steps)
    return (steps[0].value - steps[-1].value) * MINUTE / seconds if seconds else 0.0


def _seconds(steps: Window) -> float:
    return (steps[-1].at - steps[0].at).total_seconds()


def _falls_throughout(steps: Sequence[Reading]) -> bool:
    return all(later.value < earlier.value for earlier, later in pairwise(steps))


def _finding(steps: Window, fall: float) -> Finding:
    newest = steps[-1]
    text = f"{GLUCOSE.label} {shown(newest, FLOOR)} {GLUCOSE.unit}, "
    is_fast = fall >= FALL_PER_MINUTE
    text += f"falling {fall:.1f} {GLUCOSE.unit}/min" if is_fast else "was falling fast"
    return Finding(Priority.MEDIUM, text, steps[0].at, newest.value, FLOOR, PATIENT_TEXT)


RULE = Rule(
    "glucose_falling_fast",
    GLUCOSE,
    version=1,
    judge=judge,
    bounds=Bounds(low=CEILING),
    window_seconds=LOOK_BACK_SECONDS,
    about=(__doc__ or "").strip(),
)
