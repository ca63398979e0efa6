"""Beats: when they come and what kind they are.

Times are seconds since the heart began. Sinus rhythm breathes (respiratory sinus arrhythmia)
and remembers; atrial fibrillation forgets every beat; a ventricular extrasystole comes early
and is followed by a pause.
"""

from dataclasses import dataclass
from enum import IntEnum
from random import Random

from homeward.simulate.bodies.noise import Wander

RR_SECONDS_MIN, RR_SECONDS_MAX = 0.27, 2.4
# Middle of recorded people (tests/simulate): beat-to-beat unrest as a share of the interval.
SINUS_SPREAD = 0.028
FIBRILLATION_SPREAD = 0.205
ECTOPIC_SHARE = 0.09


class Kind(IntEnum):
    """What one beat looks like."""

    SINUS = 0
    VENTRICULAR = 1
    NO_P_WAVE = 2


@dataclass(frozen=True, slots=True)
class Beat:
    """One beat: when its R wave peaks, and the interval before it (seconds)."""

    at: float
    interval: float
    kind: Kind


class Heart:
    """Beats follow one another at the rate it is told, in the rhythm it is told."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - a body keeps no secret
        self._wander = Wander(self._random, SINUS_SPREAD, 2.0)
        self._next = 0.5
        self._pause = 0.0

    def beats(self, until: float, rate: float, rhythm: str, breath: float) -> list[Beat]:
        """Beats up to `until`, at `rate` a minute; `breath` is -1 (out) to 1 (in)."""
        found: list[Beat] = []
        while self._next < until:
            interval, kind = self._draw(60.0 / rate, rhythm, breath)
            interval = min(RR_SECONDS_MAX, max(RR_SECONDS_MIN, interval))
            found.append(Beat(self._next, interval, kind))
            self._next += interval
        return found

    def _draw(self, mean: float, rhythm: str, breath: float) -> tuple[float, Kind]:
        """The interval after the beat at hand, and that beat's kind."""
        if rhythm == "atrial_fibrillation":
            self._pause = 0.0
            return mean * self._random.gauss(1.0, FIBRILLATION_SPREAD), Kind.NO_P_WAVE
        interval = mean * (1 + self._wander.step(mean) - 0.02 * breath)
        if self._pause:
            pause, self._pause = self._pause, 0.0
            return pause, Kind.VENTRICULAR
        if rhythm == "ectopic" and self._random.random() < ECTOPIC_SHARE:
            early = self._random.uniform(0.56, 0.68) * interval
            self._pause = 2 * interval - early
            return early, Kind.SINUS
        return interval, Kind.SINUS
