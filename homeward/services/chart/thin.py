"""Waveforms with no more points than can be seen. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from homeward.store.packed import WaveStretch

Values = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line without a gap: `values` in the wave's unit, `rate` a second from `start` (us)."""

    start: int
    rate: float
    values: Values


def drawn(stretches: Sequence[WaveStretch]) -> list[Drawn]:
    """Every sample."""
    return [Drawn(each.start, each.rate, each.samples * each.scale) for each in stretches]


def thinned(
    stretches: Sequence[WaveStretch], start_us: int, end_us: int, points: int
) -> list[Drawn]:
    """At most `points` over the whole span (two or more): of each of half as many slots the least
    and the greatest, so that a spike of one sample is as high as it was. A slot in which nothing
    was measured is a gap."""
    if sum(len(each.samples) for each in stretches) <= points:
        return drawn(stretches)
    slots = points // 2
    at = np.concatenate([_times(each) for each in stretches])
    values = np.concatenate([each.samples * each.scale for each in stretches])
    slot = np.clip((at - start_us) * slots // (end_us - start_us), 0, slots - 1)
    order = np.lexsort((at, slot))
    slot, values = slot[order], values[order]
    first = np.flatnonzero(np.diff(slot, prepend=-1))
    last = np.append(first[1:], len(slot)) - 1
    low, high = np.minimum.reduceat(values, first), np.maximum.reduceat(values, first)
    rises = values[first] <= values[last]
    pairs = np.where(rises[:, None], np.stack((low, high), 1), np.stack((high, low), 1))
    width_us = (end_us - start_us) / slots
    taken = slot[first]
    runs = np.split(np.arange(len(taken)), np.flatnonzero(np.diff(taken) > 1) + 1)
    return [
        Drawn(start_us + round(int(taken[run[0]]) * width_us), 2e6 / width_us, pairs[run].ravel())
        for run in runs
    ]


def _times(stretch: WaveStretch) -> npt.NDArray[np.int64]:
    steps = np.arange(len(stretch.samples)) * (1e6 / stretch.rate)
    return stretch.start + np.rint(steps).astype(np.int64)
