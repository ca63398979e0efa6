"""Questions to ask of a window: the last readings of one vital of one person, oldest first.

Nothing here knows the present. A window rebuilt after a restart gives the same answers.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import pairwise
from statistics import median_low

from homeward.model.reading import Reading

Window = Sequence[Reading]
# Fewer than these in a minute are spot checks, and have no middle.
SPOT_READINGS = 5


def recent(window: Window, seconds: float) -> Window:
    """The readings of the last `seconds` before the newest one, the newest included."""
    if not window:
        return window
    start = window[-1].at - timedelta(seconds=seconds)
    if window[0].at >= start:
        return window
    place = len(window)
    while place and window[place - 1].at >= start:
        place -= 1
    return window[place:]


def newest_run(window: Window, holds: Callable[[float], bool]) -> Window:
    """The unbroken run of readings, up to the newest, for which `holds` is true.

    A pause between two readings does not break a run: silence is no sign of recovery.
    """
    place = len(window)
    while place and holds(window[place - 1].value):
        place -= 1
    return window[place:]


def held_for(window: Window, seconds: float, holds: Callable[[float], bool]) -> bool:
    """Has this held for `seconds`, by the device's own times?

    A reading alone in its window speaks for itself: it is a spot check, or a sensor so slow
    that waiting for a second opinion could take an hour.
    """
    run = newest_run(window, holds)
    if not run:
        return False
    return len(window) == 1 or (run[-1].at - run[0].at).total_seconds() >= seconds


def has_begun(window: Window, seconds: float, holds: Callable[[float], bool]) -> bool:
    """Has this held for `seconds`, or has nothing else come for longer than that?

    What is measured less often than that tells nothing by waiting: of a spot check that is
    repeated after a minute there may be no third. It may have held ever since the one before.
    """
    if held_for(window, seconds, holds):
        return True
    if len(window) < 2 or not holds(window[-1].value):
        return False
    return (window[-1].at - window[-2].at).total_seconds() > seconds


def is_spot_check(window: Window, seconds: float) -> bool:
    """Is the newest one of a few, rather than of a stream?

    Of a stream there are as many in the last `seconds` as `settled` takes a middle of.
    """
    return len(recent(window, seconds)) < SPOT_READINGS


def spread(window: Window, seconds: float) -> Window:
    """The newest reading of each stretch of so many seconds, counted back from the newest of all.

    What is measured each second is not to outvote what was measured each quarter of an hour.
    """
    if not window:
        return window
    newest, step = window[-1].at, timedelta(seconds=seconds)
    places = [(newest - reading.at) // step for reading in window]
    lasts = [*(now != after for now, after in pairwise(places)), True]
    return [reading for reading, is_last in zip(window, lasts, strict=True) if is_last]


def settled(window: Window, seconds: float = 60, readings_min: int = SPOT_READINGS) -> Reading:
    """The middle value of the last `seconds`, at the newest time: what a nurse would chart.

    Half a minute of a slipped probe does not move it. With fewer than `readings_min` readings
    in that time it is the newest as it came: a spot check is not an average. Of an even number
    the lower middle one, so that it is always a value somebody measured.
    """
    newest = window[-1]
    values = [reading.value for reading in recent(window, seconds)]
    if len(values) < readings_min:
        return newest
    return Reading(newest.vital, median_low(values), newest.at)
