"""A body in a bed: causes act, and its vital signs move together.

Deliberately small. Each line is a coupling a clinician would name: fever quickens heart and
breath (about 9 beats a minute for each degree), slow breathing lets oxygen fall, low oxygen and
low pressure quicken the heart, sleep lowers nearly everything. It is plausible, not a model of
any real person, and nothing clinical may be concluded from it.
"""

import math
from dataclasses import dataclass
from random import Random

from homeward.simulate.bodies.noise import Wander, lag
from homeward.simulate.story import Causes

DAY_SECONDS = 86_400
TROUGH_SECONDS = 4 * 3600  # vital signs are lowest about 04:00


@dataclass(frozen=True, slots=True)
class Build:
    """What is this person's own at rest: rates a minute, mmHg, degrees Celsius, percent."""

    heart_rate: float = 74.0
    respiratory_rate: float = 15.0
    systolic: float = 126.0
    diastolic: float = 74.0
    temperature: float = 36.7
    oxygen_saturation: float = 97.2


@dataclass(frozen=True, slots=True)
class Numerics:
    """What could be measured now; whether it is, the probes and the story say."""

    heart_rate: float
    respiratory_rate: float
    oxygen_saturation: float
    systolic: float
    diastolic: float
    mean_pressure: float
    temperature: float
    consciousness: int  # place in ACVPU
    on_oxygen: bool


class Bedside:
    """One body. `step` is pure in time: the same seed and steps give the same numerics."""

    def __init__(self, build: Build, seed: int, second_of_day: float = 0.0) -> None:
        random = Random(seed)  # noqa: S311 - a body keeps no secret
        self.build = build
        self._second_of_day = second_of_day
        # Spreads and correlation times: the middle of 27 recorded ICU patients
        # (BIDMC, PhysioNet); tests/simulate holds them there.
        self._heart_wander = Wander(random, 1.3, 9, 3)
        self._breath_wander = Wander(random, 1.1, 9, 6)
        self._oxygen_wander = Wander(random, 0.45, 9, 6)
        self._pressure_wander = Wander(random, 5.0, 600)
        self._arousal = Wander(random, 0.7, 30)  # one cause behind heart and breath
        self._temperature_wander = Wander(random, 0.12, 3600)
        self._heart = build.heart_rate
        self._breath = build.respiratory_rate
        self._oxygen = build.oxygen_saturation
        self._systolic, self._diastolic = build.systolic, build.diastolic
        self._temperature = build.temperature

    def settle(self, causes: Causes) -> None:
        """Let an hour of these causes pass, so that a story may begin in its middle."""
        for _ in range(360):
            self.step(causes, 10)

    def step(self, causes: Causes, seconds: float) -> Numerics:
        """Live on for so many seconds under these causes."""
        self._second_of_day = (self._second_of_day + seconds) % DAY_SECONDS
        # -1 deep in the night, +1 in the afternoon.
        phase = 2 * math.pi * (self._second_of_day - TROUGH_SECONDS) / DAY_SECONDS
        day = -math.cos(phase)
        arousal = self._arousal.step(seconds)
        self._warm(causes, seconds, day)
        self._breathe(causes, seconds, day, arousal)
        self._press(causes, seconds, day)
        self._beat(causes, seconds, day, arousal)
        return self._numerics(causes)

    def _warm(self, causes: Causes, seconds: float, day: float) -> None:
        wander = self._temperature_wander.step(seconds)
        target = self.build.temperature + 0.25 * day + 2.2 * causes.infection + wander
        self._temperature = lag(self._temperature, target, seconds, 240)

    def _breathe(self, causes: Causes, seconds: float, day: float, arousal: float) -> None:
        build = self.build
        fever = max(0.0, self._temperature - 37.2)
        hunger = max(0.0, 92 - self._oxygen) * 0.35 * (1 - causes.opioid)
        drive = build.respiratory_rate + 0.6 * day + 1.6 * fever + 7 * causes.infection + hunger
        drive += 6 * causes.exertion + 3 * causes.lung + 0.8 * arousal
        drive *= 1 - 0.66 * causes.opioid
        self._breath = lag(self._breath, drive, seconds, 12)
        # Below two thirds of the usual breathing, carbon dioxide takes oxygen's place.
        shortfall = max(0.0, 0.66 - self._breath / build.respiratory_rate)
        given = 6.0 if causes.on_oxygen else 0.0
        loss = 12 * causes.lung + 7 * causes.infection + 55 * shortfall + 1.5 * causes.exertion
        # The dissociation curve is flat near the top: a little loss is not seen.
        target = build.oxygen_saturation - max(0.0, loss - given * min(1.0, loss / 6))
        self._oxygen = lag(self._oxygen, target, seconds, 35)

    def _press(self, causes: Causes, seconds: float, day: float) -> None:
        build = self.build
        fall = 34 * causes.infection + 14 * causes.opioid + 8 * causes.fast_rate
        rise = 14 * causes.exertion + 5 * day
        self._systolic = lag(self._systolic, build.systolic + rise - fall, seconds, 60)
        diastolic = build.diastolic + 0.5 * rise - 0.55 * fall
        self._diastolic = lag(self._diastolic, diastolic, seconds, 60)

    def _beat(self, causes: Causes, seconds: float, day: float, arousal: float) -> None:
        mean = self._diastolic + (self._systolic - self._diastolic) / 3
        drive = self.build.heart_rate + 3 * day + 9 * max(0.0, self._temperature - 37)
        drive += 1.1 * max(0.0, 93 - self._oxygen) * (1 - 0.5 * causes.opioid)
        drive += 0.6 * max(0.0, 80 - mean) + 18 * causes.exertion - 9 * causes.opioid
        drive += 62 * causes.fast_rate + 10 * causes.infection + 1.2 * arousal
        self._heart = lag(self._heart, drive, seconds, 8)
        self._pressure_wander.step(seconds)
        self._heart_wander.step(seconds)
        self._breath_wander.step(seconds)
        self._oxygen_wander.step(seconds)

    def _numerics(self, causes: Causes) -> Numerics:
        unrest = 4.0 if causes.rhythm == "atrial_fibrillation" else 1.0
        pressure = self._pressure_wander.value
        systolic = self._systolic + pressure
        diastolic = self._diastolic + 0.6 * pressure
        return Numerics(
            heart_rate=_within(self._heart + unrest * self._heart_wander.value, 25, 220),
            respiratory_rate=_within(self._breath + self._breath_wander.value, 3, 60),
            oxygen_saturation=_within(self._oxygen + self._oxygen_wander.value, 40, 100),
            systolic=_within(systolic, 50, 230),
            diastolic=_within(diastolic, 25, 140),
            mean_pressure=_within(diastolic + (systolic - diastolic) / 3, 30, 170),
            temperature=_within(self._temperature, 34, 42),
            consciousness=_consciousness(causes),
            on_oxygen=causes.on_oxygen,
        )


def _consciousness(causes: Causes) -> int:
    if causes.opioid > 0.8:
        return 2  # V: opens eyes to voice
    return 1 if causes.infection > 0.9 else 0  # C: new confusion


def _within(value: float, low: float, high: float) -> float:
    return min(high, max(low, value))
