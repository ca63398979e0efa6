"""A limit played over a record, in columns: which alarms it would have raised.

The same judgement as `limit.judge_limit`, for whole arrays: months of a reading a second are too
many to ask one by one. A test holds the two equal.
"""

import numpy as np
import numpy.typing as npt

from homeward.clinical.limit import Limit, Side
from homeward.clinical.window import SPOT_READINGS
from homeward.model.vital import MINUTE

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def episodes(
    at_us: Ints,
    values: Floats,
    limit: Limit,
    window_seconds: float,
    may_begin: Bools | None = None,
    came_us: Ints | None = None,
) -> list[tuple[int, int]]:
    """The episodes of one device's readings, oldest first: the place of the reading that begins
    each and of the one that ends it (as many as there are readings: it is still open).

    `may_begin` is False where the rule yields to a better measurement. `came_us` is when each was
    received (nothing after the last), for what time judges; None where it judges nothing.
    """
    if not len(at_us):
        return []
    first = np.searchsorted(at_us, at_us - round(window_seconds * 1e6), "left")
    breached = _beyond(values, limit.side, limit.limit)
    extreme = np.zeros(len(values), bool)
    if limit.extreme is not None:
        extreme = _beyond(values, limit.side, limit.extreme)
    clear = ~_beyond(values, limit.side, limit.clear_limit)
    begins = extreme | _held(at_us, breached, first, limit.delay_seconds)
    begins |= breached & (np.diff(at_us, prepend=at_us[0]) > round(limit.delay_seconds * 1e6))
    if came_us is not None:
        begins |= breached & _stands(at_us, came_us, limit)
    if may_begin is not None:
        begins &= may_begin
    ends = ~extreme & _held(at_us, clear, first, limit.clear_seconds)
    return _pairs(np.flatnonzero(begins), np.flatnonzero(ends), len(values))


def _stands(at_us: Ints, came_us: Ints, limit: Limit) -> Bools:
    """Which are spot checks that nothing follows for longer than the delay (`limit.judge_last`)."""
    reach = max(MINUTE, limit.delay_seconds)
    before = np.arange(len(at_us)) - np.searchsorted(at_us, at_us - reach * 1_000_000, "left")
    waited = np.diff(came_us, append=np.iinfo(np.int64).max)
    return (before + 1 < SPOT_READINGS) & (waited > limit.delay_seconds * 1_000_000)


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of time that touch, as one: of several devices, one episode holds while any does."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _beyond(values: Floats, side: Side, bound: float) -> Bools:
    return values < bound if side is Side.BELOW else values > bound


def _held(at_us: Ints, holds: Bools, first: Ints, seconds: float) -> Bools:
    """Where it has held for so long, or the reading is alone in its window (`window.held_for`)."""
    places = np.arange(len(holds))
    run = np.maximum.accumulate(np.where(holds, 0, places + 1))
    run = np.minimum(np.maximum(run, first), places)
    is_long = at_us - at_us[run] >= round(seconds * 1e6)
    return holds & (is_long | (first == places))


def _pairs(begins: Ints, ends: Ints, count: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    place = 0
    while True:
        next_begin = int(np.searchsorted(begins, place))
        if next_begin == len(begins):
            return found
        start = int(begins[next_begin])
        next_end = int(np.searchsorted(ends, start))  # no reading is both
        end = int(ends[next_end]) if next_end < len(ends) else count
        found.append((start, end))
        place = end
