"""The ward frame: what the screens of a ward are sent of its waveforms, packed once for them all.

Little-endian, and even throughout, so that a browser reads the samples where they lie:

    magic "HC", version 1, u8 0, stream u32, number u32, stretches u16, u16 0
    then per stretch: patient i64, device i64, start i64 (us since 1970, device time),
        rate f32 (Hz), scale f32, count u16, wave index u8, u8 0, count x int16

`number` counts the frames of one `stream` by one: a screen that misses some knows how many. A
stream ends when whom it shows changes, or the process that sends it; its successor begins with 0.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from homeward.model.errors import Unreadable
from homeward.model.frame import Channel, unpack_waves
from homeward.model.wave import BY_INDEX

MAGIC = b"HC\x01"
_HEAD = struct.Struct("<3sxIIHxx")
_STRETCH = struct.Struct("<qqqffHBx")
_HOT_HEAD = struct.Struct("<qq")
STRETCHES_MAX = 0xFFFF


@dataclass(frozen=True, slots=True)
class Stretch:
    """A channel of one patient's device; its first sample is of `start` (us since 1970)."""

    patient: int
    device: int
    start: int
    channel: Channel


@dataclass(frozen=True, slots=True)
class WardFrame:
    """What came of a ward's waves within a few milliseconds."""

    stream: int
    number: int
    stretches: tuple[Stretch, ...]


def stretches_of(told: bytes) -> tuple[bytes, int]:
    """What the hot lane tells (patient, device, the device's frame) as packed stretches, and their
    number. Raises Unreadable for what is no wave frame.
    """
    if len(told) < _HOT_HEAD.size:
        raise Unreadable("a wave frame of nobody")
    patient, device = _HOT_HEAD.unpack_from(told)
    frame = unpack_waves(told[_HOT_HEAD.size :])
    found = [Stretch(patient, device, frame.start, channel) for channel in frame.channels]
    return pack_stretches(found), len(found)


def pack_stretches(stretches: Iterable[Stretch]) -> bytes:
    """Stretches one after the other, as they lie in a ward frame."""
    parts: list[bytes] = []
    for each in stretches:
        wave, rate = each.channel.wave.index, each.channel.rate
        samples = each.channel.samples.astype("<i2", copy=False).tobytes()
        who = (each.patient, each.device, each.start)
        parts += [_STRETCH.pack(*who, rate, each.channel.scale, len(samples) // 2, wave), samples]
    return b"".join(parts)


def pack_ward(stream: int, number: int, stretches: Sequence[bytes], count: int) -> bytes:
    """A ward frame of `count` packed stretches."""
    head = _HEAD.pack(MAGIC, stream & 0xFFFFFFFF, number & 0xFFFFFFFF, count)
    return b"".join((head, *stretches))


def unpack_ward(frame: bytes) -> WardFrame:
    """Read a ward frame. Raises Unreadable for one cut short, foreign, or of an unknown wave."""
    if len(frame) < _HEAD.size:
        raise Unreadable("ward frame cut short in its header")
    magic, stream, number, count = _HEAD.unpack_from(frame)
    if magic != MAGIC:
        raise Unreadable("not a ward frame: it does not begin with HC, version 1")
    stretches: list[Stretch] = []
    place = _HEAD.size
    for _ in range(count):
        stretch, place = _unpack_stretch(frame, place)
        stretches.append(stretch)
    if place != len(frame):
        raise Unreadable(f"{len(frame) - place} bytes after the last stretch")
    return WardFrame(stream, number, tuple(stretches))


def _unpack_stretch(frame: bytes, place: int) -> tuple[Stretch, int]:
    if place + _STRETCH.size > len(frame):
        raise Unreadable("ward frame cut short in the head of a stretch")
    patient, device, start, rate, scale, count, index = _STRETCH.unpack_from(frame, place)
    place += _STRETCH.size
    end = place + 2 * count
    if index not in BY_INDEX:
        raise Unreadable(f"unknown wave {index}")
    if end > len(frame):
        raise Unreadable(f"{count} samples announced, ward frame ends before")
    samples = np.frombuffer(frame, "<i2", count, place)
    return Stretch(patient, device, start, Channel(BY_INDEX[index], rate, scale, samples)), end
