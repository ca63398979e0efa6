"""Waveforms on one time axis with one rate each, as EDF+ and WFDB want them. Pure.

What is missing is filled with the lowest number there is, and noted; a stretch that does not fit
the axis by half a sample or more has its exact time noted. No sample is dropped, moved over
another, or changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from homeward.model.wave import BY_INDEX
from homeward.services.record.exporting.tables import iso
from homeward.store.packed import WaveStretch

MISSING = -32_768
SHIFT_SECONDS_MAX = 0.5  # a device whose clock is a little fast: further off, it is another signal


@dataclass(frozen=True, slots=True)
class Note:
    """Something to write beside the signals: when and for how long, in us from the start."""

    at_us: int
    lasts_us: int
    text: str


@dataclass(frozen=True, slots=True)
class Signal:
    """One waveform of one device from the start of the axis; MISSING where `is_there` is not."""

    label: str
    device: int
    wave: int
    rate: float
    scale: float
    samples: npt.NDArray[np.int16]
    is_there: npt.NDArray[np.bool_]


@dataclass(slots=True)
class _Lane:
    placed: list[tuple[int, WaveStretch]] = field(default_factory=list)

    @property
    def end(self) -> int:
        """Where the next sample would go."""
        return self.placed[-1][0] + len(self.placed[-1][1].samples) if self.placed else 0


def gridded(
    stretches: Sequence[WaveStretch], start_us: int, end_us: int
) -> tuple[list[Signal], list[Note]]:
    """These stretches as signals from `start_us` on, whole seconds long, and what to note."""
    seconds = -(-(end_us - start_us) // 1_000_000)
    lanes: dict[tuple[int, int, float, float], list[_Lane]] = {}
    notes: list[Note] = []
    for each in sorted(stretches, key=lambda each: each.start):
        mine = lanes.setdefault((each.wave, each.device, each.rate, each.scale), [])
        ideal = round((each.start - start_us) * each.rate / 1e6)
        slack = each.rate * SHIFT_SECONDS_MAX
        lane = next((lane for lane in mine if lane.end - ideal <= slack), None)
        if lane is None:
            lane = _Lane()
            mine.append(lane)
        place = max(lane.end, ideal)
        lane.placed.append((place, each))
        if place != ideal:
            (exact,) = iso(np.array([each.start]))
            at_us = round(place / each.rate * 1e6)
            notes.append(Note(at_us, 0, f"{BY_INDEX[each.wave].name}: from here at {exact}"))
    signals: list[Signal] = []
    labels: dict[str, int] = {}
    for (wave, device, rate, scale), mine in sorted(lanes.items()):
        for lane in mine:
            name = BY_INDEX[wave].name
            labels[name] = labels.get(name, 0) + 1
            label = name if labels[name] == 1 else f"{name[:13]}_{labels[name]}"
            count = max(lane.end, round(seconds * rate))
            count = round(-(-count // rate) * rate)  # whole seconds again
            signals.append(_signal(lane, label, (wave, device, rate, scale), count, notes))
    return signals, sorted(notes, key=lambda note: note.at_us)


def _signal(
    lane: _Lane, label: str, key: tuple[int, int, float, float], count: int, notes: list[Note]
) -> Signal:
    wave, device, rate, scale = key
    unit = BY_INDEX[wave].unit
    notes.append(Note(0, 0, f"{label}: a step is {scale!r} {unit}, at {rate!r} Hz"))
    samples = np.full(count, MISSING, np.int16)
    is_there = np.zeros(count, bool)
    at = 0
    for place, each in [*lane.placed, (count, None)]:
        if place > at:
            spans = [round(n / rate * 1e6) for n in (at, place)]
            notes.append(Note(spans[0], spans[1] - spans[0], f"{label}: gap"))
        if each is not None:
            at = place + len(each.samples)
            samples[place:at] = each.samples
            is_there[place:at] = True
    return Signal(label, device, wave, rate, scale, samples, is_there)
