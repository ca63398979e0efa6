"""Gateway frames: many messages of many devices in one body, each with its own number.

For a gateway or an edge that speaks for the devices it was given. Little-endian:

    magic "HG", version 1
    then one part a message:
        name length u8, name, kind u8, boot i64, seq i64, taken i64 (us since 1970), size u32, body

Kinds: 1 readings as rows of 17 bytes (vital index u8, at i64 us, value f64 in the vital's own
unit); 2 a wave frame; 3 which sensors are off (JSON); 4 readings as JSON, as the device sent
them; 5 what could not be read (reason length u16, reason, topic length u8, topic, bytes). `taken`
is when the gateway took the message from the device, by its own clock. Parts are laid end to
end, so who keeps parts on a disk sends them as they are. docs/reference/payload.md says the same
for people who build gateways.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from struct import Struct
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from homeward.model.errors import Unreadable
from homeward.model.frame import WaveFrame
from homeward.model.reading import Reading
from homeward.model.vital import BY_INDEX, VITALS
from homeward.standards.payload import (
    AHEAD_MAX,
    BATCH_READINGS_MAX,
    EARLIEST,
    decode,
    decode_sensors,
    decode_waves,
)

MAGIC = b"HG\x01"
ROW = np.dtype([("vital", "u1"), ("at", "<i8"), ("value", "<f8")])  # packed: 17 bytes
PART_BYTES_MAX = 320_000  # the largest message of a device, and what is around it
PARTS_MAX = 20_000
NAME_BYTES_MAX = 63
REASON_BYTES_MAX = 1_000
WHY_BYTES_MAX = 900  # of a reason that has to say besides how much of the body came along

_HEAD = Struct("<BqqqI")
_ROW = Struct("<Bqd")  # ROW, field by field
_REASON = Struct("<H")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOW = np.full(256, np.inf)  # a vital that is none is never possible
_HIGH = np.full(256, -np.inf)
for _vital in VITALS:
    _LOW[_vital.index], _HIGH[_vital.index] = _vital.possible


class Kind(IntEnum):
    """What a part's body is."""

    READINGS = 1
    WAVES = 2
    SENSORS = 3
    JSON = 4
    SPOILED = 5


class Part(NamedTuple):
    """One message of one device as it travels."""

    name: str
    kind: Kind
    boot: int
    seq: int
    taken: int
    body: bytes


class Heard(msgspec.Struct, frozen=True):
    """One part, understood: exactly one of readings, waves, off and `why` is there.

    `why` says why its body cannot be read (then `topic` is the device's own, where the gateway
    could not read it either). `taken` is None where the gateway's clock cannot be believed.
    """

    name: str
    boot: int
    seq: int
    taken: datetime | None
    body: bytes
    readings: tuple[Reading, ...] = ()
    waves: WaveFrame | None = None
    off: tuple[str, ...] | None = None
    why: str | None = None
    topic: str = ""


def pack(part: Part) -> bytes:
    """One part as bytes; the name is a device's and the body within its bounds."""
    name = part.name.encode()
    head = _HEAD.pack(part.kind, part.boot, part.seq, part.taken, len(part.body))
    return b"".join((bytes((len(name),)), name, head, part.body))


def pack_readings(readings: Sequence[Reading]) -> bytes:
    """The body of a part of readings."""
    pack = _ROW.pack  # for the one or seven readings of a message numpy takes longer to begin
    return b"".join([pack(each.vital.index, _micros(each.at), each.value) for each in readings])


def pack_spoiled(reason: str, topic: str, body: bytes) -> bytes:
    """The body of a part that could not be read. Of bytes that are more than a part may have the
    first come along, and the reason says so: a part that is too large would be read by nobody."""
    why, where = reason.encode()[:REASON_BYTES_MAX], topic.encode()[:255]
    room = PART_BYTES_MAX - _REASON.size - REASON_BYTES_MAX - 1 - len(where)
    if len(body) > room:
        note = f" (here are the first {room:,} of {len(body):,} bytes)"
        why, body = why[:WHY_BYTES_MAX] + note.encode(), body[:room]
    return b"".join((_REASON.pack(len(why)), why, bytes((len(where),)), where, body))


def whose_word(part: bytes) -> str:
    """The device whose word of its sensors a packed part is; empty: it is something else."""
    kind = 1 + part[0]
    return part[1:kind].decode() if part[kind] == Kind.SENSORS else ""


def frame(parts: Iterable[bytes]) -> bytes:
    """Packed parts as one frame."""
    return MAGIC + b"".join(parts)


def parts_of(body: bytes) -> list[Part]:
    """The parts of a frame. Raises Unreadable for a frame that is not whole and sound."""
    if body[: len(MAGIC)] != MAGIC:
        raise Unreadable("not a gateway frame: it does not begin with HG, version 1")
    parts: list[Part] = []
    place = len(MAGIC)
    while place < len(body):
        if len(parts) >= PARTS_MAX:
            raise Unreadable(f"more than {PARTS_MAX} messages in one frame")
        part, place = part_at(body, place)
        parts.append(part)
    if not parts:
        raise Unreadable("a gateway frame without a message")
    return parts


def part_at(body: bytes, place: int) -> tuple[Part, int]:
    """The part that begins at this place, and where the next one does. Raises Unreadable."""
    begins = place + 1 + body[place]
    head = begins + _HEAD.size
    if head > len(body):
        raise Unreadable("gateway frame cut short in a message's head")
    kind, boot, seq, taken, size = _HEAD.unpack_from(body, begins)
    ends = head + size
    if size > PART_BYTES_MAX or ends > len(body):
        raise Unreadable(f"a message of {size} bytes announced, the frame ends before")
    try:
        name, known = body[place + 1 : begins].decode("ascii"), Kind(kind)
    except ValueError:
        raise Unreadable("a message without a device's name, or of an unknown kind") from None
    if not name or len(name) > NAME_BYTES_MAX:
        raise Unreadable("a message without a device's name")
    return Part(name, known, boot, seq, taken, body[head:ends]), ends


def understand(parts: Sequence[Part], received: datetime) -> list[Heard]:
    """What these parts say, received at `received` (UTC); in their order.

    What cannot be read is told by its `why`, and spoils no other. Readings of all parts are
    checked together, in columns.
    """
    are_readings = [place for place, part in enumerate(parts) if part.kind is Kind.READINGS]
    found: dict[int, Heard] = {}
    sound = [place for place in are_readings if _is_whole(parts[place].body)]
    rows = np.frombuffer(b"".join(parts[place].body for place in sound), ROW)
    ends = np.cumsum([len(parts[place].body) // ROW.itemsize for place in sound]).tolist()
    fits = _fits(rows, received)
    vitals, ats, values = (rows[name].tolist() for name in ("vital", "at", "value"))
    begin = 0
    for place, end in zip(sound, ends, strict=True):
        part = parts[place]
        if part.boot >= -1 and part.seq >= 0 and fits[begin:end].all():
            readings = tuple(
                [
                    Reading(BY_INDEX[vitals[n]], values[n], _EPOCH + timedelta(microseconds=ats[n]))
                    for n in range(begin, end)
                ]
            )
            taken = _taken(part, received)
            found[place] = Heard(
                part.name, part.boot, part.seq, taken, part.body, readings=readings
            )
        begin = end
    return [found.get(place) or _alone(part, received) for place, part in enumerate(parts)]


def _is_whole(body: bytes) -> bool:
    return len(body) % ROW.itemsize == 0 and 0 < len(body) <= BATCH_READINGS_MAX * ROW.itemsize


def _fits(rows: npt.NDArray[Any], received: datetime) -> npt.NDArray[np.bool_]:
    """Which rows are of a vital there is, a value a sensor gives and a time that can be."""
    vital, at, value = rows["vital"], rows["at"], rows["value"]
    in_time = (at >= _micros(EARLIEST)) & (at <= _micros(received + AHEAD_MAX))
    return in_time & (value >= _LOW[vital]) & (value <= _HIGH[vital])


def _alone(part: Part, received: datetime) -> Heard:
    """A part that is not one of many alike, or not sound."""
    name, kind, boot, seq, _, body = part
    taken = _taken(part, received)
    try:
        if kind is Kind.SPOILED:
            why, topic, body = _spoiled(body)
            return Heard(name, boot, seq, taken, body, why=why, topic=topic)
        if kind is Kind.SENSORS:
            return Heard(name, boot, seq, taken, body, off=decode_sensors(body))
        if kind is Kind.WAVES:
            waves = decode_waves(body, received)
            return Heard(name, waves.boot, waves.sequence, taken, body, waves=waves)
        if kind is Kind.JSON:
            said = decode(body, received)
            return Heard(name, said.boot, said.seq, taken, body, readings=said.readings)
        why = _why(part, received)
    except Unreadable as error:
        why = str(error)
    return Heard(name, boot, seq, taken, body, why=why)


def _why(part: Part, received: datetime) -> str:
    """Why these readings were not taken."""
    if part.boot < -1 or part.seq < 0:
        return f"boot {part.boot}, seq {part.seq}: both count up from 0"
    if not _is_whole(part.body):
        return (
            f"readings of {len(part.body)} bytes; a row has {ROW.itemsize}, and there are 1 to "
            f"{BATCH_READINGS_MAX}"
        )
    rows = np.frombuffer(part.body, ROW)
    bad = rows[~_fits(rows, received)][0]
    vital = BY_INDEX.get(int(bad["vital"]))
    if vital is None:
        return f"unknown vital sign: {bad['vital']}"
    low, high = vital.possible
    if not low <= float(bad["value"]) <= high:
        return f"{vital.name} of {bad['value']:g} is outside {low:g} to {high:g}: impossible"
    return f"{vital.name}: its time is before 2000, or more than 5 minutes ahead of our clock"


def _spoiled(body: bytes) -> tuple[str, str, bytes]:
    """Reason, topic and bytes of what could not be read. Raises Unreadable."""
    if len(body) < _REASON.size:
        raise Unreadable("a spoiled message that is cut short")
    ends = _REASON.size + int.from_bytes(body[: _REASON.size], "little")
    if ends >= len(body) or ends + 1 + body[ends] > len(body):
        raise Unreadable("a spoiled message that is cut short")
    topic_ends = ends + 1 + body[ends]
    why = body[_REASON.size : ends].decode(errors="replace")
    return why, body[ends + 1 : topic_ends].decode(errors="replace"), body[topic_ends:]


def _taken(part: Part, received: datetime) -> datetime | None:
    """When the gateway took it; None where its clock was never set, or is far ahead of ours."""
    if not _micros(EARLIEST) <= part.taken <= _micros(received + AHEAD_MAX):
        return None
    return _EPOCH + timedelta(microseconds=part.taken)


def _micros(at: datetime) -> int:
    span = at - _EPOCH
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
