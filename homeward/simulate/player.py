"""A recording as the messages of one device, in the order they are sent.

The messages depend on the recording and the options alone, never on the clock: the same
recording with the same boot is the same messages, and the platform knows them again.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from homeward.model.frame import RATE_HZ_MAX, SAMPLES_MAX, Channel
from homeward.model.reading import Reading
from homeward.simulate.recordings import Recording, Strip

LIVE_SECONDS = 1.0  # a message holds the readings of one second ...
PAST_SECONDS = 86_400.0  # ... or, of the past, as many as fit of a day
READINGS_MAX = 500
# A frame holds whole samples of every channel, or its clock would stutter by one of them.
FRAME_SECONDS = (0.5, 1.0, 2.0)


@dataclass(frozen=True, slots=True)
class Telling:
    """One message: readings or waveforms, and when (device time) it is complete."""

    at: datetime
    readings: tuple[Reading, ...] = ()
    starts: datetime | None = None  # of the waveforms
    channels: tuple[Channel, ...] = ()


def tellings(
    recording: Recording, start: datetime, speed: float, *, batches: bool
) -> Iterator[Telling]:
    """Everything a device tells that measures this recording from `start` on.

    At `speed` 10 an hour is told in six minutes, with times to match: nothing is measured in
    the future. `batches` packs up to READINGS_MAX readings into a message.
    """
    numbers = _numbers(recording, start, speed, PAST_SECONDS if batches else LIVE_SECONDS)
    curves = _curves(recording, start, speed)
    yield from heapq.merge(numbers, curves, key=lambda telling: telling.at)


def too_fast(recording: Recording, speed: float) -> list[Strip]:
    """Waveforms that no frame can hold at this speed; they are left out."""
    return [strip for strip in recording.strips if strip.rate * speed > RATE_HZ_MAX]


def _numbers(
    recording: Recording, start: datetime, speed: float, span_seconds: float
) -> Iterator[Telling]:
    tracks = recording.tracks
    if not tracks:
        return
    seconds = np.concatenate([track.seconds for track in tracks]) / speed
    values = np.concatenate([track.values for track in tracks])
    whose = np.repeat(np.arange(len(tracks)), [len(track.seconds) for track in tracks])
    order = np.argsort(seconds, kind="stable")
    batch: list[Reading] = []
    begun = 0.0
    for place in order:
        second = float(seconds[place])
        if batch and (second - begun >= span_seconds or len(batch) >= READINGS_MAX):
            yield Telling(batch[-1].at, tuple(batch))
            batch = []
        if not batch:
            begun = second
        at = start + timedelta(seconds=second)
        batch.append(Reading(tracks[whose[place]].vital, float(values[place]), at))
    if batch:
        yield Telling(batch[-1].at, tuple(batch))


def _curves(recording: Recording, start: datetime, speed: float) -> Iterator[Telling]:
    """Waveforms, a frame for every FRAME_SECONDS."""
    strips = [strip for strip in recording.strips if strip.rate * speed <= RATE_HZ_MAX]
    length = max((len(strip.values) / strip.rate for strip in strips), default=0.0)
    lasts = _frame_seconds(strips, speed)
    span = lasts * speed
    for number in range(int(np.ceil(length / span))):
        channels = tuple(
            channel
            for strip in strips
            if (channel := _channel(strip, number * span, span, speed)) is not None
        )
        if channels:
            starts = start + timedelta(seconds=number * lasts)
            yield Telling(starts + timedelta(seconds=lasts), (), starts, channels)


def _frame_seconds(strips: Sequence[Strip], speed: float) -> float:
    for seconds in FRAME_SECONDS:
        counts = [strip.rate * seconds * speed for strip in strips]
        if all(abs(count - round(count)) < 1e-6 for count in counts):
            return seconds
    return FRAME_SECONDS[1]


def _channel(strip: Strip, begins: float, span: float, speed: float) -> Channel | None:
    first, end = round(begins * strip.rate), round((begins + span) * strip.rate)
    stretch = strip.values[first:end]
    if not 0 < len(stretch) <= SAMPLES_MAX or not np.isfinite(stretch).all():
        return None
    samples = np.rint(stretch / strip.scale).astype("<i2")
    return Channel(strip.wave, strip.rate * speed, strip.scale, samples)
