"""Patients with their devices on: what each sends as time passes.

Time is given: a monitor asks no clock, so a test plays a night in a second.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Protocol

from homeward.model.frame import Channel
from homeward.model.reading import Reading
from homeward.model.vital import (
    BY_NAME,
    GLUCOSE,
    HEART_RATE,
    OXYGEN_SATURATION,
    PULSE,
    RESPIRATORY_RATE,
    TEMPERATURE,
)
from homeward.simulate import cast
from homeward.simulate import schedule as on
from homeward.simulate.bodies.bedside import Bedside, Build, Numerics
from homeward.simulate.bodies.glucose import Glucose, Metabolism
from homeward.simulate.bodies.waves import Sight, Waves
from homeward.simulate.nurses import Look
from homeward.simulate.recorded import RecordedHeart
from homeward.simulate.schedule import Due
from homeward.simulate.story import Causes, story

WAVE_SECONDS = 0.5
READINGS_PER_MESSAGE = 500
PULSE_DEFICIT = 6  # beats of atrial fibrillation that never reach the finger
# People at home live in the demo's own time of day, so that its hypo comes when it is told to.
HOME_SECOND_OF_DAY = 11.0 * 3600
PRESSURES = tuple(BY_NAME[name] for name in ("systolic", "diastolic", "mean_pressure"))


class Wire(Protocol):
    """Where readings and waves go: device.connection.Connection, or a list in a test."""

    def send(self, readings: Iterable[Reading]) -> None:
        """One message of readings."""
        ...

    def show(self, start: datetime, channels: Iterable[Channel]) -> None:
        """One frame of waveforms."""
        ...

    def say_off(self, sensors: Iterable[str]) -> None:
        """Which sensors are off."""
        ...


class Monitor:
    """A bedside monitor on a pretend patient. Call `tick` every WAVE_SECONDS.

    `looked` is called with what a nurse sees on her round and no monitor measures.
    """

    def __init__(
        self, patient: cast.Patient, wire: Wire, seed: int, second_of_day: float,
        recorded: RecordedHeart | None = None, looked: Callable[[Look], None] | None = None,
    ) -> None:  # fmt: skip
        self.wire = wire
        self._patient = patient
        self._looked = looked
        self._tale = patient.tale
        self._story = story(patient.tale.story)
        build = patient.build or Build()
        self._body = Bedside(build, seed, second_of_day)
        self._recorded = recorded
        self._off: tuple[str, ...] | None = None  # as said last
        self._waves = Waves(seed, height=0.8 + 0.07 * (seed % 7), recorded=recorded)
        self._elapsed = 0.0
        self._body.settle(self._causes(0))
        self._numerics = self._body.step(self._causes(0), 1)
        self._seen = (self._numerics.consciousness, self._numerics.on_oxygen)
        spread = seed % 8  # not the whole ward at once
        self._pressure = Due(on.PRESSURE_SECONDS, on.FIRST_SECONDS + spread)
        self._temperature = Due(on.TEMPERATURE_SECONDS, on.FIRST_SECONDS + spread)
        self._round = Due(on.ROUND_SECONDS, on.FIRST_SECONDS + spread)

    def remember(self, now: datetime) -> None:
        """Send what it remembers of the hours before `now`, in batches."""
        batch: list[Reading] = []
        pressure = Due(on.PRESSURE_SECONDS, 0)
        for second in range(0, on.WARD_MEMORY_SECONDS, on.MEMORY_STEP_SECONDS):
            ago = on.WARD_MEMORY_SECONDS - second
            causes = self._causes(-ago)
            numerics = self._body.step(causes, on.MEMORY_STEP_SECONDS)
            at = now - timedelta(seconds=ago)
            batch += self._each_second(numerics, causes, -ago, at)
            if pressure.is_due(second):
                batch += [*_pressures(numerics, at), _temperature(numerics, at)]
            if len(batch) >= READINGS_PER_MESSAGE - 10:
                self.wire.send(batch)
                batch = []
        self.wire.send(batch)

    def tick(self, now: datetime) -> None:
        """Live through the WAVE_SECONDS before `now`, and send what was measured in them."""
        self._elapsed += WAVE_SECONDS
        causes = self._causes(self._elapsed)
        n = self._numerics
        sight = Sight(n.heart_rate, n.respiratory_rate, n.oxygen_saturation)
        channels = self._waves.step(sight, causes, WAVE_SECONDS)
        if channels:
            self.wire.show(now - timedelta(seconds=WAVE_SECONDS), channels)
        if self._elapsed % 1 < WAVE_SECONDS:
            self._numerics = self._body.step(causes, 1)
            self._say_off(causes)
            self._look(self._numerics, now)
            self.wire.send(self._measure(self._numerics, causes, now))

    def _say_off(self, causes: Causes) -> None:
        off = (*(() if causes.probe else ("probe",)), *(() if causes.leads else ("leads",)))
        if off != self._off:
            self._off = off
            self.wire.say_off(off)

    def _measure(self, numerics: Numerics, causes: Causes, at: datetime) -> list[Reading]:
        readings = self._each_second(numerics, causes, self._elapsed, at)
        if self._pressure.is_due(self._elapsed):
            readings += _pressures(numerics, at)
        if self._temperature.is_due(self._elapsed):
            readings.append(_temperature(numerics, at))
        return readings

    def _look(self, numerics: Numerics, at: datetime) -> None:
        """A nurse looks on her round, and more often at somebody who changes."""
        seen = (numerics.consciousness, numerics.on_oxygen)
        if self._round.is_due(self._elapsed) or seen != self._seen:
            self._seen = seen
            if self._looked is not None:
                self._looked(Look(self._patient, *seen, at))

    def _each_second(
        self, numerics: Numerics, causes: Causes, elapsed: float, at: datetime
    ) -> list[Reading]:
        rate = numerics.heart_rate
        if self._recorded is not None and causes.rhythm == "recorded":
            rate = self._recorded.rate(elapsed)
        deficit = PULSE_DEFICIT if causes.rhythm == "atrial_fibrillation" else 0
        readings: list[Reading] = []
        if causes.leads:
            readings.append(Reading(HEART_RATE, round(rate), at))
            readings.append(Reading(RESPIRATORY_RATE, round(numerics.respiratory_rate), at))
        if causes.probe:
            readings.append(Reading(PULSE, round(rate - deficit), at))
            readings.append(Reading(OXYGEN_SATURATION, round(numerics.oxygen_saturation), at))
        return readings

    def _causes(self, elapsed: float) -> Causes:
        return self._story.at(max(0.0, self._tale.starts_at + self._tale.speed * elapsed))


class Sensor:
    """A glucose sensor on somebody at home. Call `tick` as often as you like."""

    def __init__(self, patient: cast.Patient, wire: Wire, seed: int) -> None:
        self.wire = wire
        self._tale = patient.tale
        self._story = story(patient.tale.story)
        self._body = Glucose(patient.metabolism or Metabolism(), seed, HOME_SECOND_OF_DAY)
        self._elapsed = 0.0
        self._due = Due(on.GLUCOSE_SECONDS, 2.0 + seed % 8)

    def remember(self, now: datetime, *, tells: bool = True) -> None:
        """Live through the day before `now`; `tells` says whether it is sent."""
        batch: list[Reading] = []
        step = on.GLUCOSE_MEMORY_STEP_SECONDS
        for ago in range(on.GLUCOSE_MEMORY_SECONDS, 0, -step):
            for second in range(0, step, on.GLUCOSE_SECONDS):
                self._body.step(self._causes(second - ago), on.GLUCOSE_SECONDS)
            # Measured at the end of the step; the last of them just before now.
            batch.append(self._reading(now - timedelta(seconds=ago - step + 1)))
        if tells:
            self.wire.send(batch)

    def tick(self, now: datetime, seconds: float = WAVE_SECONDS) -> None:
        """Live through the seconds before `now`; send when it is time."""
        self._elapsed += seconds
        self._body.step(self._causes(self._elapsed), seconds)
        if self._due.is_due(self._elapsed):
            self.wire.send([self._reading(now)])

    def _reading(self, at: datetime) -> Reading:
        return Reading(GLUCOSE, round(self._body.sensed), at)

    def _causes(self, elapsed: float) -> Causes:
        return self._story.at(max(0.0, self._tale.starts_at + self._tale.speed * elapsed))


def _pressures(numerics: Numerics, at: datetime) -> list[Reading]:
    return [Reading(vital, round(getattr(numerics, vital.name)), at) for vital in PRESSURES]


def _temperature(numerics: Numerics, at: datetime) -> Reading:
    return Reading(TEMPERATURE, round(numerics.temperature, 1), at)
