"""Picking what comes again and again out of a curve that rises where it happens.

Two thresholds and a second look, the way Pan and Tompkins (1985) and Hamilton (2002) find QRS
complexes: what rises above the strong one counts; where the rhythm then misses something, what
rises above the weak one is looked at again.
"""

import numpy as np

from homeward.clinical.signal import RATE_HZ, Floats, Places
from homeward.clinical.signals.filters import middle

MISSED = 1.55  # so many usual intervals without anything: something was missed
NEXT_SECONDS = 0.38  # a T wave follows this soon, and half as high
NEXT_SHARE = 0.5


def peaks(curve: Floats, least: float, apart: int) -> Places:
    """Where the curve peaks above `least`; of those closer than `apart`, the highest."""
    inner = curve[1:-1]
    found = np.flatnonzero((inner > curve[:-2]) & (inner >= curve[2:]) & (inner > least)) + 1
    heights = curve[found].tolist()
    kept: list[int] = []
    height = 0.0
    for place, high in zip(found.tolist(), heights, strict=True):
        if kept and place - kept[-1] < apart:
            if high > height:
                kept[-1], height = place, high
        else:
            kept.append(place)
            height = high
    return np.array(kept, np.intp)


def pick(curve: Floats, strong: float, weak: float, apart: int) -> Places:
    """The places of beats."""
    every = _without_followers(peaks(curve, weak, apart), curve)
    is_strong = curve[every] > strong
    sure, unsure = every[is_strong], every[~is_strong]
    if len(sure) < 3 or not len(unsure):
        return sure
    usual = middle(np.diff(sure).astype(np.float64))
    before = np.searchsorted(sure, unsure)
    edges = np.concatenate([[0], sure, [len(curve)]])
    first, last = edges[before], edges[before + 1]
    is_missed = last - first > MISSED * usual
    is_missed &= (unsure - first > 0.5 * usual) | (first == 0)
    is_missed &= (last - unsure > 0.5 * usual) | (last == len(curve))
    return np.sort(np.concatenate([sure, unsure[is_missed]]))


def _without_followers(places: Places, curve: Floats) -> Places:
    if len(places) < 2:
        return places
    heights = curve[places]
    soon = np.diff(places) < NEXT_SECONDS * RATE_HZ
    is_follower = np.concatenate([[False], soon & (heights[1:] < NEXT_SHARE * heights[:-1])])
    return places[~is_follower]


def cut(values: Floats, places: Places, before: int, after: int) -> Floats:
    """The stretch around each place, one a row; beyond the ends the last value is held."""
    around = places[:, None] + np.arange(-before, after + 1)[None, :]
    return values[np.clip(around, 0, len(values) - 1)]


def likeness(rows: Floats, template: Floats) -> Floats:
    """The correlation of each row with the template, -1 to 1; 0 where either is flat."""
    rows = rows - rows.mean(axis=1, keepdims=True)
    template = template - template.mean()
    power = (rows * rows).sum(axis=1) * (template * template).sum()
    return np.where(power > 0, rows @ template / np.sqrt(np.maximum(power, 1e-30)), 0.0)
