"""One pulse wave (pleth or arterial pressure): when blood arrived, how much, and how good it is.

A pulse is where the upward slopes of 136 ms add up to what they usually do: the slope sum
function of Zong (2003). What is believed of one follows Sun, Reisner and Mark (2006) for pressures
(a mean from 30 mmHg, a pulse pressure from 15) and Orphanidou (2015) for the pleth: a rhythm
without holes, pulses that resemble each other.
"""

from dataclasses import dataclass

import numpy as np

from homeward.clinical.signal import RATE_HZ, Floats, Kind, Places, Trace
from homeward.clinical.signals.filters import (
    band,
    filtered,
    mean_of,
    middle,
    middle_row,
    usual_height,
)
from homeward.clinical.signals.lead import clipped
from homeward.clinical.signals.picking import cut, likeness, pick

SMOOTH = band(0, 12, 31)
STRONG, WEAK = 0.45, 0.25
APART_SECONDS = 0.27
SLOPE_WIDTH = 17  # samples: 136 ms
BLOCK = 2 * RATE_HZ
BEFORE, AFTER = 15, 44  # samples around an upstroke that are compared
RISE = 20  # samples before and after an upstroke in which its foot and its top lie
COMPARED_MIN = 25  # samples there must be of a pulse under way to compare it at all
CLIPPED_MAX = 0.15
ROUGH_MAX = 0.5
LEVELS_MIN = 16
PULSES_MIN = 6
MEAN_MMHG_MIN, SIZE_MMHG_MIN = 30.0, 15.0


@dataclass(frozen=True, slots=True)
class Pulses:
    """What one pulse wave shows. Times are seconds before the end of the window, so at most 0.

    `alike` (to the usual pulse) is NaN for a pulse too young to compare; `size` is from its foot
    to its top, in the wave's own unit.
    """

    name: str
    kind: Kind
    seconds: float
    beats: Floats
    alike: Floats
    size: Floats
    mean: float
    clipped: float
    rough: float
    levels: int

    @property
    def is_good(self) -> bool:
        """Whether its pulses may speak against another signal, as far as one wave tells."""
        if len(self.beats) < PULSES_MIN or self.levels < LEVELS_MIN:
            return False
        if self.clipped > CLIPPED_MAX or self.rough > ROUGH_MAX:
            return False
        if self.kind is Kind.PRESSURE:
            return self.mean >= MEAN_MMHG_MIN and middle(self.size) >= SIZE_MMHG_MIN
        return True

    def quality(self) -> dict[str, float | bool]:
        """Its indices, for the ledger."""
        compared = self.alike[~np.isnan(self.alike)]
        return {
            "good": self.is_good,
            "clipped": round(self.clipped, 3),
            "rough": round(self.rough, 3),
            "levels": self.levels,
            "alike": round(middle(compared), 3),
        }


def read_pulses(trace: Trace) -> Pulses:
    """Read a pulse wave."""
    values = trace.values
    count = len(values)
    curve = filtered(values, SMOOTH)
    slope = np.diff(curve, prepend=curve[:1]) * RATE_HZ
    rising = mean_of(np.maximum(slope, 0.0), SLOPE_WIDTH)
    usual = usual_height(rising, BLOCK)
    places = np.zeros(0, np.intp)
    if usual > 0:
        places = pick(rising, STRONG * usual, WEAK * usual, round(APART_SECONDS * RATE_HZ))
    places = places[places >= RISE]
    moving = float(np.std(slope)) / RATE_HZ if count else 0.0
    rough = float(np.std(np.diff(values - curve))) / moving if moving > 0 else 1.0
    rises = cut(curve, places, RISE, RISE)
    return Pulses(
        name=trace.name,
        kind=trace.kind,
        seconds=count / RATE_HZ,
        beats=(places - count) / RATE_HZ,
        alike=_alike(curve, places),
        size=rises[:, RISE:].max(axis=1) - rises[:, : RISE + 1].min(axis=1),
        mean=float(values.mean()) if count else 0.0,
        clipped=clipped(values),
        rough=rough,
        levels=trace.levels,
    )


def _alike(curve: Floats, places: Places) -> Floats:
    """How much each pulse resembles the usual one; of those under way, as far as there is."""
    if len(places) < 3:
        return np.full(len(places), np.nan)
    shapes = cut(curve, places, BEFORE, AFTER)
    is_whole = places + AFTER < len(curve)
    usual = middle_row(shapes[is_whole] if is_whole.sum() >= 3 else shapes)
    alike = likeness(shapes, usual)
    for row in np.flatnonzero(~is_whole).tolist():
        there = len(curve) - int(places[row]) + BEFORE
        part = shapes[row : row + 1, :there]
        alike[row] = likeness(part, usual[:there])[0] if there >= COMPARED_MIN else np.nan
    return alike
