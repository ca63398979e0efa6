"""What a waveform is while it is judged: the last seconds of one wave, at one rate for all.

Beats, pulses, rhythm and quality are found in a window of the last sixteen seconds: long enough
for five beats at 20 a minute, short enough to be looked at each second. What one look remembers
for the next is one number a lead, so that a window filled again after a restart gives the same
answers. 125 Hz keeps a QRS complex whole (its energy lies below 40 Hz; Thakor 1984) and is what
bedside monitors export.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

RATE_HZ = 125
WINDOW_SECONDS = 16
# Less than this says nothing of a rhythm.
WINDOW_SECONDS_MIN = 6


class Kind(StrEnum):
    """What a wave can say of the heart."""

    ECG = "ecg"  # that it is excited; in mV
    PLETH = "pleth"  # that blood arrives; in any unit
    PRESSURE = "pressure"  # that blood arrives, and how hard; in mmHg


KIND_OF: Mapping[str, Kind] = MappingProxyType(
    {
        "ecg_ii": Kind.ECG,
        "ecg_v": Kind.ECG,
        "pleth": Kind.PLETH,
        "arterial_pressure": Kind.PRESSURE,
    }
)


@dataclass(frozen=True, slots=True)
class Trace:
    """The newest seconds of one wave, oldest sample first.

    `values` are in the wave's own unit at RATE_HZ; `levels` is how many different values the
    sensor gave in the last four seconds: a plug without a sensor flickers between a few.
    """

    name: str
    kind: Kind
    values: Floats
    levels: int


def trace(name: str, kind: Kind, samples: npt.ArrayLike, rate: float) -> Trace:
    """A trace of samples at any rate. Raises ValueError for a rate that cannot be."""
    if not rate > 0:
        raise ValueError(f"a wave of {rate:g} Hz")
    values = np.asarray(samples, np.float64)
    levels = len(np.unique(values[-round(4 * rate) :]))
    return Trace(name, kind, at_rate(values, rate), levels)


def at_rate(values: Floats, rate: float) -> Floats:
    """The same curve at RATE_HZ, its newest sample kept newest.

    A faster one is averaged over the width of a new sample first, so that what is faster than
    the new rate can carry does not come back as something slower.
    """
    if rate == RATE_HZ or not len(values):
        return values
    step = rate / RATE_HZ
    width = max(1, round(step))
    if width > 1 and len(values) >= width:
        sums = np.cumsum(np.concatenate([[0.0], values]))
        values = (sums[width:] - sums[:-width]) / width
    count = int((len(values) - 1) / step) + 1
    places = len(values) - 1 - step * np.arange(count)[::-1]
    if width == step:
        return values[np.rint(places).astype(np.intp)]
    return np.interp(places, np.arange(len(values)), values)
