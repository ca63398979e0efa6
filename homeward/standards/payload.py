"""Homeward's own payload: readings as JSON, waveforms as binary frames.

Strict on purpose. A field we do not know, a unit that does not fit the code, a value no
sensor gives or a time that cannot be is refused with a plain reason, and one bad reading
spoils its whole message: half a message stored is a gap nobody sees. The page for people who
build devices is docs/reference/payload.md.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Annotated

import msgspec

from homeward.model.beyond import beyond
from homeward.model.errors import Unreadable
from homeward.model.frame import RATE_HZ_MIN, WaveFrame, unpack_waves
from homeward.model.reading import Reading
from homeward.model.sensor import SENSOR_BY_NAME, SENSORS
from homeward.model.unit import ACCEPTED, in_own_unit
from homeward.model.vital import BY_NAME, CONSCIOUSNESS_LETTERS, EFFORT_WORDS, VITALS, Vital

BATCH_READINGS_MAX = 5_000
UNCOUNTED_BOOT = -1  # the device counts nothing: its messages are known by a hash of their bytes
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # a clock before this was never set
AHEAD_MAX = timedelta(minutes=5)  # clocks drift; a reading from tomorrow is a broken clock
REASON_CHARACTERS_MAX = 300

_Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]

_BY_LOINC: Mapping[str, Vital] = MappingProxyType({v.loinc: v for v in VITALS if v.loinc})
_BY_MDC: Mapping[int, Vital] = MappingProxyType({v.mdc: v for v in VITALS if v.mdc})
_NOT_NUMBERS = frozenset({"consciousness", "on_oxygen", "respiratory_effort"})
# By our own name and a unit that fits it: how nearly every reading comes, found in one step.
_PLAIN: Mapping[tuple[str | None, str | None], tuple[Vital, Callable[[float], float]]] = {
    (vital.name, unit): (vital, convert)
    for vital in VITALS
    if vital.name not in _NOT_NUMBERS
    for unit, convert in ACCEPTED[vital.name].items()
}
_LETTERS: Mapping[str, float] = MappingProxyType(
    {letter: float(place) for place, letter in enumerate(CONSCIOUSNESS_LETTERS)}
)
# In words, since JSON has no infinity: what a meter shows where it has no number.
_BEYOND = MappingProxyType({"LO": True, "-Infinity": True, "HI": False, "Infinity": False})


class Message(msgspec.Struct, frozen=True, gc=False):
    """One message of one device; (boot, seq) names it among the device's messages."""

    boot: int
    seq: int
    readings: tuple[Reading, ...]


class _One(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    value: float | bool | str
    at: datetime
    vital: str | None = None
    loinc: str | None = None
    mdc: int | None = None
    unit: str | None = None


class _Single(_One, forbid_unknown_fields=True, gc=False):
    boot: _Count | None = None
    seq: _Count | None = None


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    readings: Annotated[list[_One], msgspec.Meta(min_length=1, max_length=BATCH_READINGS_MAX)]
    boot: _Count | None = None
    seq: _Count | None = None


class _Sensors(msgspec.Struct, forbid_unknown_fields=True):
    off: Annotated[list[str], msgspec.Meta(max_length=len(SENSORS))]


_single = msgspec.json.Decoder(_Single)
_batch = msgspec.json.Decoder(_Batch)
_sensors = msgspec.json.Decoder(_Sensors)


def decode(body: bytes, received: datetime) -> Message:
    """Read one JSON message, single or batch, received at `received` (UTC).

    Values come back in each vital's own unit, times in UTC.
    Raises Unreadable with a plain reason for anything but a sound message.
    """
    try:
        whole = _single.decode(body)
        readings = (_reading(whole, received),)
        texts = _texts(whole)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        whole = _several(body, str(error))
        readings = tuple([_reading(one, received) for one in whole.readings])
        texts = 1 + sum(map(_texts, whole.readings))
    boot, seq = whole.boot, whole.seq
    if boot is not None and seq is not None:
        texts += 2
    elif boot is None and seq is None:
        boot, seq = UNCOUNTED_BOOT, fingerprint(body)
    else:
        raise Unreadable("boot and seq go together: one of them is missing")
    # A field written twice would silently win over the first: two values, one believed. The
    # decoder keeps the last; but each field and each text has two quotes, so a message that has
    # more of them than what was read out of it repeats something.
    if body.count(b'"') != 2 * texts:
        raise Unreadable("a field is written twice in one object, or an empty field is written")
    return Message(boot, seq, readings)


def decode_waves(body: bytes, received: datetime) -> WaveFrame:
    """Read one wave frame (model/frame.py has its layout), received at `received` (UTC).

    Raises Unreadable for a frame that is cut short, unknown, or of an impossible time.
    """
    frame = unpack_waves(body)
    if frame.boot < 0:
        raise Unreadable(f"wave frame of boot {frame.boot}: boot is never negative")
    if frame.start < EARLIEST.timestamp() * 1e6:
        raise Unreadable("wave frame starts before 2000: the device's clock was never set")
    if frame.start > (received + AHEAD_MAX).timestamp() * 1e6:
        raise Unreadable(f"wave frame starts more than {_minutes(AHEAD_MAX)} ahead of our clock")
    for channel in frame.channels:
        if not len(channel.samples):
            raise Unreadable("wave frame with a channel of no samples")
        if channel.rate < RATE_HZ_MIN:
            raise Unreadable(f"{channel.wave.name}: {channel.rate:g} Hz is slower than a waveform")
        end = frame.start + len(channel.samples) / channel.rate * 1e6
        if end > (received + AHEAD_MAX).timestamp() * 1e6:
            raise Unreadable(f"wave frame ends more than {_minutes(AHEAD_MAX)} ahead of our clock")
    return frame


def decode_sensors(body: bytes) -> tuple[str, ...]:
    """Read which of its sensors a device says are off, in the order of model.sensor.

    Raises Unreadable for anything but a list of sensors there are, each once.
    """
    try:
        off = _sensors.decode(body).off
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(str(error)[:REASON_CHARACTERS_MAX]) from None
    unknown = [name for name in off if name not in SENSOR_BY_NAME]
    if unknown:
        raise Unreadable(f"there is no sensor {unknown[0][:REASON_CHARACTERS_MAX]}")
    if body.count(b'"') != 2 * (len(off) + 1) or len(set(off)) != len(off):
        raise Unreadable("a field or a sensor is written twice")
    return tuple(sensor.name for sensor in SENSORS if sensor.name in off)


def encode_sensors(off: Sequence[str]) -> bytes:
    """Write which sensors are off."""
    return msgspec.json.encode({"off": list(off)})


def encode(readings: Sequence[Reading], boot: int | None = None, seq: int | None = None) -> bytes:
    """Write readings as one message: a single for one reading, a batch for more."""
    count = {} if boot is None else {"boot": boot, "seq": seq}
    ones = [_written(reading) for reading in readings]
    if len(ones) == 1:
        return msgspec.json.encode(ones[0] | count)
    return msgspec.json.encode({**count, "readings": ones})


def _several(body: bytes, reason: str) -> _Batch:
    """A batch, where it is one at all; else `reason` says what is wrong with the single."""
    try:
        if b'"readings"' in body:
            return _batch.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = str(error)
    raise Unreadable(reason[:REASON_CHARACTERS_MAX])


def _reading(one: _One, received: datetime) -> Reading:
    at = one.at
    if at.tzinfo is None:
        raise Unreadable(f"time {at.isoformat()} has no zone")
    if at < EARLIEST:
        raise Unreadable(f"time {at.isoformat()} is before 2000: the device's clock was never set")
    if at > received and at > received + AHEAD_MAX:
        raise Unreadable(f"time {at.isoformat()} is more than {_minutes(AHEAD_MAX)} ahead of ours")
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    plain = _PLAIN.get((one.vital, one.unit))
    if plain is not None and type(one.value) is float and one.loinc is None and one.mdc is None:
        vital, in_own = plain
        return Reading(vital, in_own(one.value), at)
    vital = _vital(one)
    return Reading(vital, _value(vital, one), at)


def _vital(one: _One) -> Vital:
    """The one vital this reading names, by exactly one of name, LOINC or MDC."""
    if one.vital is not None and one.loinc is None and one.mdc is None:
        vital, said = BY_NAME.get(one.vital), one.vital
    elif one.loinc is not None and one.vital is None and one.mdc is None:
        vital, said = _BY_LOINC.get(one.loinc), f"loinc {one.loinc}"
    elif one.mdc is not None and one.vital is None and one.loinc is None:
        vital, said = _BY_MDC.get(one.mdc), f"mdc {one.mdc}"
    else:
        raise Unreadable("a reading names its vital by exactly one of vital, loinc and mdc")
    if vital is None:
        raise Unreadable(f"unknown vital sign: {said[:REASON_CHARACTERS_MAX]}")
    return vital


def _value(vital: Vital, one: _One) -> float:
    """The value in the vital's own unit: the gate between code, unit and number."""
    value, unit = one.value, one.unit
    if vital.name == "consciousness":
        if not isinstance(value, str) or value not in _LETTERS:
            raise Unreadable(f"consciousness is one letter of {CONSCIOUSNESS_LETTERS}")
        return in_own_unit(vital, _LETTERS[value], vital.unit if unit is None else unit)
    if vital.name == "respiratory_effort":
        if not isinstance(value, str) or value not in EFFORT_WORDS:
            raise Unreadable(f"respiratory_effort is one word of {', '.join(EFFORT_WORDS)}")
        place = float(EFFORT_WORDS.index(value))
        return in_own_unit(vital, place, vital.unit if unit is None else unit)
    if vital.name == "on_oxygen":
        if not isinstance(value, bool):
            raise Unreadable("on_oxygen is true or false")
        return in_own_unit(vital, float(value), vital.unit if unit is None else unit)
    if unit is None:
        raise Unreadable(f"{vital.name} has no unit")
    if value in _BEYOND:
        in_own_unit(vital, 0.0, unit)  # whatever the unit, it is one of this vital's
        return beyond(vital, is_low=_BEYOND[str(value)])
    if not isinstance(value, float):
        raise Unreadable(f"{vital.name} is a number")
    return in_own_unit(vital, value, unit)


def _texts(one: _One) -> int:
    """Fields and texts of a reading: what has quotes around it.

    Value, at and the code are fields, and the time is a text; so is a code but MDC's number.
    """
    texts = 5 if one.mdc is None else 4
    if one.unit is not None:
        texts += 2
    return texts + 1 if type(one.value) is str else texts


def fingerprint(body: bytes) -> int:
    """A positive 63-bit name for a message that was not counted."""
    digest = hashlib.blake2b(body, digest_size=8).digest()
    return int.from_bytes(digest, "little") & (2**63 - 1)


def _written(reading: Reading) -> dict[str, object]:
    vital = reading.vital
    value: float | bool | str = reading.value
    if vital.name == "consciousness":
        value = CONSCIOUSNESS_LETTERS[int(reading.value)]
    elif vital.name == "respiratory_effort":
        value = EFFORT_WORDS[int(reading.value)]
    elif vital.name == "on_oxygen":
        value = reading.value != 0
    return {"vital": vital.name, "value": value, "unit": vital.unit, "at": reading.at}


def _minutes(span: timedelta) -> str:
    return f"{span.total_seconds() / 60:g} minutes"
