"""Waveforms that follow the numerics: what a bedside monitor would draw of this body.

Each channel is a strip: beats are laid onto its future, stretches are taken from its front.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from homeward.model.frame import Channel
from homeward.model.wave import BY_NAME, Wave
from homeward.simulate.bodies import shapes
from homeward.simulate.bodies.heart import Beat, Heart, Kind
from homeward.simulate.bodies.shapes import BREATH_HZ, ECG_HZ, PLETH_HZ, Samples
from homeward.simulate.recorded import RecordedHeart
from homeward.simulate.story import Causes

ECG, PLETH, BREATH = BY_NAME["ecg_ii"], BY_NAME["pleth"], BY_NAME["respiration"]
# int16 steps: 2.5 uV as bedside ECG amplifiers have it; a thousandth of full scale.
ECG_SCALE, UNIT_SCALE = 0.0025, 0.001
TRANSIT_SECONDS = 0.22  # from the R wave to the finger
AHEAD_SECONDS = 0.3  # beats are known this far ahead, for their P waves


class Strip:
    """Samples yet to come, `rate` a second."""

    def __init__(self, rate: int, ahead_seconds: float) -> None:
        self.rate = rate
        self._future = np.zeros(int(rate * ahead_seconds), np.float32)

    def lay(self, offset_seconds: float, shape: Samples, height: float = 1.0) -> None:
        """Add a shape, beginning so many seconds after the strip's front."""
        place = round(offset_seconds * self.rate)
        first = max(0, -place)
        end = min(len(shape), len(self._future) - place)
        if end > first:
            self._future[place + first : place + end] += height * shape[first:end]

    def take(self, count: int) -> Samples:
        """The next samples; the strip moves on."""
        taken = self._future[:count].copy()
        self._future[:-count] = self._future[count:]
        self._future[-count:] = 0
        return taken


@dataclass(frozen=True, slots=True)
class Sight:
    """What the waveforms need of the numerics, and how this person looks on a monitor."""

    heart_rate: float
    respiratory_rate: float
    oxygen_saturation: float


class Waves:
    """Three channels of one body. `step` is pure in time."""

    def __init__(self, seed: int, height: float = 1.0, recorded: RecordedHeart | None = None):
        self._heart = Heart(seed)
        self._recorded = recorded
        self._seed = seed
        self._height = height
        self._now = 0.0
        self._breath_turn = 0.0  # turns of the breath, one a breath
        self._ecg = Strip(ECG_HZ, 2.5)
        self._pleth = Strip(PLETH_HZ, 4.0)
        self._noise_at = seed * 977 % (50 * ECG_HZ)

    def step(self, sight: Sight, causes: Causes, seconds: float) -> tuple[Channel, ...]:
        """The next stretch of every channel whose sensor sits where it should."""
        turns = sight.respiratory_rate / 60 * seconds
        breath = math.sin(2 * math.pi * self._breath_turn)
        for beat in self._beats(sight, causes, breath, self._now + seconds + AHEAD_SECONDS):
            self._lay(beat, breath, draws=causes.rhythm != "recorded")
        ecg = self._draw_ecg(causes, turns, seconds)
        pleth = self._draw_pleth(turns, seconds)
        respiration = self._draw_breath(turns, seconds)
        self._now += seconds
        self._breath_turn = (self._breath_turn + turns) % 1000.0
        channels: list[Channel] = []
        if causes.leads:
            channels += [ecg, respiration]
        if causes.probe:
            channels.append(pleth)
        return tuple(channels)

    def _beats(self, sight: Sight, causes: Causes, breath: float, until: float) -> list[Beat]:
        if causes.rhythm == "recorded" and self._recorded is not None:
            return self._recorded.beats(until)
        return self._heart.beats(until, sight.heart_rate, causes.rhythm, breath)

    def _lay(self, beat: Beat, breath: float, draws: bool) -> None:
        offset = beat.at - self._now
        if draws:
            shape = shapes.ecg(beat.kind, beat.interval)
            height = self._height * (1 + 0.06 * breath)
            self._ecg.lay(offset - shapes.ECG_BEFORE / ECG_HZ, shape, height)
        # A short filling time before the beat makes a weak pulse; an early beat hardly any.
        filling = min(1.0, max(0.25, beat.interval / 0.75))
        weak = 0.45 if beat.kind is Kind.VENTRICULAR else filling
        height = weak * (1 - 0.07 * breath)
        self._pleth.lay(offset + TRANSIT_SECONDS, shapes.pleth(beat.interval), height)

    def _draw_ecg(self, causes: Causes, turns: float, seconds: float) -> Channel:
        count = round(seconds * ECG_HZ)
        if causes.rhythm == "recorded" and self._recorded is not None:
            drawn = self._recorded.take(count)
        else:
            drawn = self._ecg.take(count)
            drawn += 0.012 * self._table(shapes.unrest(1), count)
            if causes.rhythm == "atrial_fibrillation":
                drawn += self._table(shapes.fibrillation(), count)
            drawn += 0.05 * self._breathing(turns, count)
        self._noise_at = (self._noise_at + count) % (50 * ECG_HZ)
        return _channel(ECG, ECG_HZ, ECG_SCALE, drawn)

    def _draw_pleth(self, turns: float, seconds: float) -> Channel:
        count = round(seconds * PLETH_HZ)
        drawn = self._pleth.take(count) * 0.55
        drawn += 0.2 + 0.04 * self._breathing(turns, count)
        return _channel(PLETH, PLETH_HZ, UNIT_SCALE, drawn)

    def _draw_breath(self, turns: float, seconds: float) -> Channel:
        count = round(seconds * BREATH_HZ)
        wave = self._breathing(turns, count)
        drawn = 0.5 + 0.33 * wave + 0.07 * wave * wave
        drawn += 0.004 * self._table(shapes.unrest(2), count)
        return _channel(BREATH, BREATH_HZ, UNIT_SCALE, drawn)

    def _breathing(self, turns: float, count: int) -> Samples:
        phase = self._breath_turn + np.arange(count, dtype=np.float32) * (turns / count)
        return np.sin(2 * np.pi * phase)

    def _table(self, table: Samples, count: int) -> Samples:
        return table[self._noise_at : self._noise_at + count]


def _channel(wave: Wave, rate: int, scale: float, drawn: npt.NDArray[Any]) -> Channel:
    samples = np.clip(np.rint(drawn / scale), -32768, 32767).astype("<i2")
    return Channel(wave, float(rate), scale, samples)
