"""Frames: the packed shapes that travel and rest between the floors.

`HOT` is one reading as the doors tell it to the watchers: a numpy row, so that a frame is
read without a copy. `WaveFrame` is a stretch of waveforms as a device sends it, byte for
byte the same from the device to the browser (little-endian):

    magic "HW", version 1, channel count u8, boot i64, sequence u32, start i64 (us since 1970)
    then per channel: wave index u8, rate f32 (Hz), scale f32, count u16, count x int16
"""

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from homeward.model.errors import Unreadable
from homeward.model.vital import VITALS
from homeward.model.wave import BY_INDEX, Wave

HOT = np.dtype(
    [
        ("patient", "<i8"),  # 0: nobody wears this device now
        ("device", "<i8"),
        ("vital", "<i4"),  # Vital.index
        ("late", "<i4"),  # 1: too old to be live; charts, never alarms
        ("at", "<i8"),  # device time, us since 1970
        ("received", "<i8"),  # our time, us since 1970
        ("value", "<f8"),  # in the vital's own unit
    ]
)
KINDS = 64  # more than the vitals there are: a key is patient * KINDS + vital
LATE_US = np.zeros(KINDS, np.int64)  # by vital: received this much after `at`, it is late
for _vital in VITALS:
    LATE_US[_vital.index] = _vital.late_seconds * 1_000_000

WAVE_MAGIC = b"HW\x01"
_HEAD = struct.Struct("<3sBqIq")
_CHANNEL = struct.Struct("<BffH")
CHANNELS_MAX = 12
SAMPLES_MAX = 20_000
RATE_HZ_MAX = 4_000.0
RATE_HZ_MIN = 1.0  # of less than one sample a second there are readings


@dataclass(frozen=True, slots=True)
class Channel:
    """One stretch of one waveform: int16 samples at `rate` Hz, times `scale` in the wave's unit."""

    wave: Wave
    rate: float
    scale: float
    samples: npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class WaveFrame:
    """Channels that start together at `start` (us since 1970, device time)."""

    boot: int
    sequence: int
    start: int
    channels: tuple[Channel, ...]

    def pack(self) -> bytes:
        """The frame as bytes."""
        parts = [_HEAD.pack(WAVE_MAGIC, len(self.channels), self.boot, self.sequence, self.start)]
        for channel in self.channels:
            samples = channel.samples.astype("<i2", copy=False)
            head = _CHANNEL.pack(channel.wave.index, channel.rate, channel.scale, len(samples))
            parts += [head, samples.tobytes()]
        return b"".join(parts)


def unpack_waves(frame: bytes) -> WaveFrame:
    """Read a wave frame.

    Raises Unreadable for anything cut short, oversized, or of an unknown wave.
    """
    if len(frame) < _HEAD.size:
        raise Unreadable(f"wave frame of {len(frame)} bytes; its header alone has {_HEAD.size}")
    magic, count, boot, sequence, start = _HEAD.unpack_from(frame)
    if magic != WAVE_MAGIC:
        raise Unreadable("not a wave frame: it does not begin with HW, version 1")
    if not 1 <= count <= CHANNELS_MAX:
        raise Unreadable(f"wave frame of {count} channels; 1 to {CHANNELS_MAX} are allowed")
    channels: list[Channel] = []
    place = _HEAD.size
    for _ in range(count):
        channel, place = _unpack_channel(frame, place)
        channels.append(channel)
    if place != len(frame):
        raise Unreadable(f"{len(frame) - place} bytes after the last channel")
    return WaveFrame(boot, sequence, start, tuple(channels))


def _unpack_channel(frame: bytes, place: int) -> tuple[Channel, int]:
    if place + _CHANNEL.size > len(frame):
        raise Unreadable("wave frame cut short in a channel header")
    index, rate, scale, count = _CHANNEL.unpack_from(frame, place)
    place += _CHANNEL.size
    wave = BY_INDEX.get(index)
    if wave is None:
        raise Unreadable(f"unknown wave {index}")
    if not 0 < rate <= RATE_HZ_MAX or not 0 < scale < 1e9:
        raise Unreadable(f"{wave.name}: rate {rate:g} Hz or scale {scale:g} is impossible")
    end = place + 2 * count
    if count > SAMPLES_MAX or end > len(frame):
        raise Unreadable(f"{wave.name}: {count} samples announced, frame ends before")
    return Channel(wave, rate, scale, np.frombuffer(frame, "<i2", count, place)), end
