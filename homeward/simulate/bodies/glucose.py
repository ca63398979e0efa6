"""A body with diabetes, seen through a sensor under the skin. mg/dL throughout.

Meals are taken up over two compartments, insulin and the liver pull, the sensor lags by some
minutes. Small on purpose; its mean, spread, rate of change and memory are held against 90
recorded people by tests/simulate.
"""

from dataclasses import dataclass
from random import Random

from homeward.simulate.bodies.noise import Wander, lag
from homeward.simulate.story import Causes

DAY_SECONDS = 86_400
HOUR_SECONDS = 3600
MEALS = ((7.5, 45.0), (12.5, 60.0), (15.5, 20.0), (18.75, 65.0))  # hour of the day, g carbohydrate
SENSOR_LAG_SECONDS = 480
LOWEST, HIGHEST = 40.0, 400.0  # sensors say no less and no more


@dataclass(frozen=True, slots=True)
class Metabolism:
    """What is this person's own: the glucose they drift to, and what 10 g of carbohydrate do."""

    basal: float = 112.0
    rise_per_10_g: float = 34.0
    return_seconds: float = 4200.0
    unrest: float = 17.0


class Glucose:
    """One body. `step` is pure in time."""

    def __init__(self, metabolism: Metabolism, seed: int, second_of_day: float) -> None:
        random = Random(seed)  # noqa: S311 - a body keeps no secret
        self._random = random
        self._metabolism = metabolism
        self._second_of_day = second_of_day
        self._wander = Wander(random, metabolism.unrest, 5400)
        self._day_shift = random.gauss(0, 8)
        self._stomach = 0.0
        self._gut = 0.0
        self._glucose = metabolism.basal
        self.sensed = metabolism.basal

    def step(self, causes: Causes, seconds: float) -> float:
        """Live on for so many seconds (at most 300); what the sensor says then."""
        before = self._second_of_day
        self._second_of_day = (before + seconds) % DAY_SECONDS
        self._eat(before, seconds)
        own = self._metabolism
        moved = self._stomach * (1 - _kept(seconds, 1500))
        self._stomach -= moved
        self._gut += moved
        taken_up = self._gut * (1 - _kept(seconds, 1800))
        self._gut -= taken_up
        self._glucose += taken_up * own.rise_per_10_g / 10
        hour = self._second_of_day / HOUR_SECONDS
        dawn = 14.0 if 4 <= hour < 8 else 0.0
        rest = own.basal + self._day_shift + dawn - 145 * causes.insulin
        quick = 2.1 if causes.insulin else 1.0
        self._glucose = lag(self._glucose, rest, seconds, own.return_seconds / quick)
        seen = self._glucose + self._wander.step(seconds) * min(1.0, self._glucose / own.basal)
        self.sensed = lag(self.sensed, seen, seconds, SENSOR_LAG_SECONDS)
        self.sensed = min(HIGHEST, max(LOWEST, self.sensed))
        return self.sensed

    def _eat(self, before: float, seconds: float) -> None:
        for hour, grams in MEALS:
            if 0 <= hour * HOUR_SECONDS - before < seconds:
                self._stomach += grams * self._random.uniform(0.3, 1.7)
        if before + seconds >= DAY_SECONDS:
            self._day_shift = self._random.gauss(0, 8)


def _kept(seconds: float, time_constant_seconds: float) -> float:
    return lag(1.0, 0.0, seconds, time_constant_seconds)
