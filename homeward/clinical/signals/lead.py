"""One ECG lead: where its beats are, how each looks beside the usual one, and how good it is.

A beat is where the slope's energy between 5 and 20 Hz, averaged over 100 ms, stands out (Pan and
Tompkins 1985). What is smaller than a QRS complex of about 0.15 mV is none, whatever the gain:
IEC 60601-2-27, 201.12.1.101.15 asks that of monitors [M], and a P wave alone is no beat.

`oddness` tells a ventricular beat from the usual one: the logarithm of its difference from the
median beat (as a share of that beat) plus the logarithm of its width at half its height over
50 ms. Of 3,503 ventricular and 48,400 other beats of the MIT-BIH Arrhythmia Database it ranks
98 % of pairs right. Quality follows Li, Mark and Clifford (2008) and Orphanidou (2015): flat,
clipped, noisy, unlike itself.
"""

from dataclasses import dataclass

import numpy as np

from homeward.clinical.signal import RATE_HZ, Floats, Places, Trace
from homeward.clinical.signals.filters import (
    band,
    filtered,
    mean_of,
    middle,
    middle_row,
    usual_height,
)
from homeward.clinical.signals.picking import cut, likeness, pick

QRS = band(5, 20, 63)
WIDE = band(0.6, 35, 125)
STRONG, WEAK = 0.38, 0.19  # shares of the usual height
APART_SECONDS = 0.24  # 250 beats a minute
ENERGY_WIDTH = 13  # samples: 100 ms
BLOCK = 2 * RATE_HZ
# mV/s. A triangle of 1 mV and 70 ms is 15.7, one of 0.15 mV 2.4: STRONG of this is 1.9.
HEIGHT_MIN = 5.0
# An artefact must not hide the beats after it, nor a standstill make beats of noise: the usual
# height stays within these times the height of the last minute.
HEIGHT_SPAN = (0.4, 2.5)
HEIGHT_RATE = 0.05  # a second: the memory of the height follows within some twenty
HALF = 18  # samples: a beat is looked at from 144 ms before to 144 ms after
SWING_MV_MIN = 0.1
STILL_SECONDS, STILL_MV = 3, 0.002
CLIPPED_MAX, NOISE_MAX, LIKENESS_MIN = 0.08, 0.12, 0.85
USABLE_CLIPPED_MAX, USABLE_NOISE_MAX, USABLE_LIKENESS_MIN = 0.1, 0.25, 0.6
BEATS_MIN = 5
FIBRILLATION_SECONDS = 4


@dataclass(frozen=True, slots=True)
class Waving:
    """How much the last four seconds look like one oscillation and how little like beats.

    `leak` is what is left when the curve is added to itself half a period earlier (Kuo and Dillman
    1978): 0 for a sine, near 1 for beats. `resting` is the share of time near the baseline.
    """

    leak: float
    resting: float
    swing: float  # mV


@dataclass(frozen=True, slots=True)
class Lead:
    """What one lead shows. Times are seconds before the end of the window, so at most 0.

    `beats` are all; those with a whole shape inside the window are `formed`, and `alike` (to the
    usual beat, -1 to 1), `oddness`, `size` (mV) and `shapes` are theirs, row by row.
    """

    name: str
    seconds: float
    beats: Floats
    formed: Floats
    alike: Floats
    usual_alike: float
    oddness: Floats
    size: Floats
    shapes: Floats
    width_ms: float  # of the usual beat at half its height
    swing: float
    is_still: bool  # no living body, only a plug, is as quiet as this
    clipped: float
    noise: float
    waving: Waving | None
    height: float  # mV/s, to be remembered

    @property
    def is_good(self) -> bool:
        """Whether its beats may speak against another signal."""
        return (
            self.swing >= SWING_MV_MIN
            and len(self.formed) >= BEATS_MIN
            and self.clipped <= CLIPPED_MAX
            and self.noise < NOISE_MAX
            and self.usual_alike > LIKENESS_MIN
        )

    @property
    def is_usable(self) -> bool:
        """Whether it shows a heart at all."""
        return (
            self.swing >= SWING_MV_MIN
            and len(self.formed) > BEATS_MIN
            and self.clipped < USABLE_CLIPPED_MAX
            and self.noise < USABLE_NOISE_MAX
            and self.usual_alike > USABLE_LIKENESS_MIN
        )

    @property
    def is_poor(self) -> bool:
        """Whether its electrodes want looking at, whatever it shows."""
        is_noisy = len(self.beats) >= BEATS_MIN and self.noise >= NOISE_MAX
        return self.is_still or self.swing < SWING_MV_MIN or self.clipped > CLIPPED_MAX or is_noisy

    def quality(self) -> dict[str, float | bool]:
        """Its indices, for the ledger."""
        return {
            "good": self.is_good,
            "swing_mv": round(self.swing, 3),
            "clipped": round(self.clipped, 3),
            "noise": round(self.noise, 3),
            "alike": round(self.usual_alike, 3),
        }


def read_lead(trace: Trace, height: float | None = None) -> Lead:
    """Read a lead. `height` is what the last look remembered; None the first time."""
    values = trace.values
    count = len(values)
    slope = filtered(values, QRS)
    energy = mean_of(_steepness(slope), ENERGY_WIDTH)
    now = usual_height(energy, BLOCK)
    usual = max(now if height is None else _within(now, height), HEIGHT_MIN)
    curve = filtered(values, WIDE)
    places = pick(energy, STRONG * usual, WEAK * usual, round(APART_SECONDS * RATE_HZ))
    formed = places[(places > HALF) & (places < count - HALF - 1)]
    alike, oddness, size, shapes, width_ms = _shapes(curve, formed)
    return Lead(
        name=trace.name,
        seconds=count / RATE_HZ,
        beats=(places - count) / RATE_HZ,
        formed=(formed - count) / RATE_HZ,
        alike=alike,
        usual_alike=middle(alike),
        oddness=oddness,
        size=size,
        shapes=shapes,
        width_ms=width_ms,
        swing=float(np.ptp(values)) if count else 0.0,
        is_still=float(np.ptp(values[-STILL_SECONDS * RATE_HZ :])) < STILL_MV if count else True,
        clipped=clipped(values),
        noise=_noise(energy, places),
        waving=_waving(curve),
        height=now if height is None else height + HEIGHT_RATE * (now - height),
    )


def _within(now: float, height: float) -> float:
    least, most = HEIGHT_SPAN
    return min(max(now, least * height), most * height)


def _steepness(slope: Floats) -> Floats:
    steep = np.zeros(len(slope))
    steep[1:-1] = np.abs(slope[2:] - slope[:-2]) * (RATE_HZ / 2)
    return steep


def _shapes(curve: Floats, formed: Places) -> tuple[Floats, Floats, Floats, Floats, float]:
    if len(formed) < 3:
        none = np.zeros(len(formed))
        return none, none, none, np.zeros((len(formed), 2 * HALF + 1)), 0.0
    shapes = cut(curve, formed, HALF, HALF)
    usual = middle_row(shapes)
    alike = likeness(shapes, usual)
    power = max(float((usual**2).sum()), 1e-12)
    apart = np.sqrt(((shapes - usual) ** 2).sum(axis=1) / power)
    rise = np.abs(shapes - middle_row(shapes.T)[:, None])
    width_ms = (rise > 0.5 * rise.max(axis=1, keepdims=True)).sum(axis=1) * (1000 / RATE_HZ)
    oddness = np.log(np.maximum(apart, 0.02)) + np.log(np.maximum(width_ms, 8) / 50)
    return alike, oddness, np.ptp(shapes, axis=1), shapes, middle(width_ms)


def _noise(energy: Floats, places: Places) -> float:
    """The slope's energy between beats as a share of that in them, 0 to 1 and more."""
    if not len(places):
        return 1.0
    is_between = np.ones(len(energy), bool)
    around = places[:, None] + np.arange(-12, 13)[None, :]
    is_between[np.clip(around, 0, len(energy) - 1)] = False
    if not is_between.any():
        return 1.0
    return middle(energy[is_between]) / max(middle(energy[places]), 1e-9)


def clipped(values: Floats) -> float:
    """The larger share of samples at either end of the range."""
    if not len(values):
        return 1.0
    low, high = float(values.min()), float(values.max())
    edge = 1e-3 * (high - low)
    if high <= low:
        return 1.0
    return float(max((values <= low + edge).mean(), (values >= high - edge).mean()))


def _waving(curve: Floats) -> Waving | None:
    last = curve[-FIBRILLATION_SECONDS * RATE_HZ :]
    if len(last) < FIBRILLATION_SECONDS * RATE_HZ:
        return None
    last = last - last.mean()
    travelled = float(np.abs(np.diff(last)).sum())
    if travelled <= 0:
        return None
    level = np.abs(last)
    half_period = int(np.pi * float(level.sum()) / travelled + 0.5)
    half_period = min(max(half_period, 2), len(last) // 2)
    now, before = last[half_period:], last[:-half_period]
    leak = float(np.abs(now + before).sum() / (np.abs(now) + np.abs(before)).sum())
    resting = float((level < 0.2 * level.max()).mean())
    return Waving(leak, resting, float(np.ptp(last)))
