"""What is never quite still."""

import math
from random import Random


class Wander:
    """A first-order autoregressive wander around zero, as a monitor shows it.

    `spread` is its standard deviation, `seconds` its correlation time; monitors average over
    some beats before they print, so a second lag of `seconds_shown` follows.
    """

    def __init__(
        self, random: Random, spread: float, seconds: float, seconds_shown: float = 0.0
    ) -> None:
        self._random = random
        # The lag takes variance away; give it back, so that `spread` is what is seen.
        self._spread = spread * math.sqrt(1 + seconds_shown / seconds)
        self._seconds = seconds
        self._seconds_shown = seconds_shown
        self._inner = random.gauss(0, spread)
        self.value = self._inner

    def step(self, seconds: float) -> float:
        """Go on by so many seconds; where it is now."""
        keep = math.exp(-seconds / self._seconds)
        push = self._spread * math.sqrt(1 - keep * keep)
        self._inner = keep * self._inner + push * self._random.gauss(0, 1)
        self.value = lag(self.value, self._inner, seconds, self._seconds_shown)
        return self.value


def lag(value: float, target: float, seconds: float, lag_seconds: float) -> float:
    """`value` after it has moved towards `target` for so many seconds (first order)."""
    if lag_seconds <= 0:
        return target
    return target + (value - target) * math.exp(-seconds / lag_seconds)
