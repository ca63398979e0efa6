"""The last seconds of one wave of one device, as frames bring them.

A hole of up to a second is bridged by holding the last value: one lost frame must not blind. After
a longer one, and after a change of rate, the window begins anew. What is older than what is known
was heard before.
"""

import numpy as np

from homeward.clinical.signal import WINDOW_SECONDS, Floats, Kind, Trace, trace

RATE_HZ_MAX = 500.0  # faster waves are averaged down as they come
BRIDGED_SECONDS_MAX = 1.0
SECOND_US = 1_000_000


class Ring:
    """A window that moves. `name` is the wave's, unique among one patient's."""

    def __init__(self, name: str, kind: Kind) -> None:
        self.name = name
        self._kind = kind
        self._rate = 0.0
        self._room = np.zeros(0)
        self._count = 0
        self.ends_us = 0  # device time: when the next sample is due

    def put(self, start_us: int, rate: float, samples: Floats) -> bool:
        """Take in a stretch that begins at `start_us`, in its own unit; whether it is new."""
        ends_us = start_us + round(len(samples) / rate * SECOND_US)
        step = int(np.ceil(rate / RATE_HZ_MAX))
        if step > 1:
            samples = samples[: len(samples) // step * step].reshape(-1, step).mean(axis=1)
            rate /= step
        if not len(samples):
            return False
        hole_us = start_us - self.ends_us
        if rate != self._rate or hole_us > BRIDGED_SECONDS_MAX * SECOND_US:
            self._begin(rate)
        elif hole_us < -SECOND_US / rate:
            return False
        elif self._count:
            missing = round(hole_us / SECOND_US * rate)
            if missing > 0:
                self._append(np.full(missing, self._room[self._count - 1]))
        self._append(samples)
        self.ends_us = ends_us
        return True

    def trace(self) -> Trace:
        """The window as it is now."""
        return trace(self.name, self._kind, self._window(), self._rate or 1.0)

    @property
    def seconds(self) -> float:
        """How much there is."""
        return len(self._window()) / self._rate if self._rate else 0.0

    def _window(self) -> Floats:
        first = max(0, self._count - round(WINDOW_SECONDS * self._rate))
        return self._room[first : self._count]

    def _begin(self, rate: float) -> None:
        self._rate, self._count = rate, 0
        # Twice the window: what is still needed moves to the front once in a while, not each time.
        self._room = np.zeros(2 * round(WINDOW_SECONDS * rate) + 1)

    def _append(self, samples: Floats) -> None:
        size = len(self._room)
        samples = samples[-(size // 2) :]
        if self._count + len(samples) > size:
            kept = self._window()[-(size - len(samples)) :].copy()
            self._room[: len(kept)] = kept
            self._count = len(kept)
        self._room[self._count : self._count + len(samples)] = samples
        self._count += len(samples)
