"""Read a packet by its table. What is cut short, too long or cannot be is an error with a reason.

Bits and words that are reserved are passed over, as the profiles ask (they may get a meaning);
octets nobody announced are not.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from homeward.model.errors import Unreadable
from homeward.standards.gatt.crc import crc16
from homeward.standards.gatt.field import Characteristic, Crc, Field, Kind, Unit
from homeward.standards.gatt.local_time import LocalTime, local_time
from homeward.standards.gatt.number import RESERVED, Absent, medical_float, scaled

OCTETS_MAX = 512  # an attribute's value (Core 5.4, vol 3, part F, 3.2.9)
CRC_OCTETS = 2
NO_CRC = 0xFFFF  # CGMS 1.0.2, 3.2: the meter has none

Value = Decimal | Absent | str | LocalTime | tuple[str, ...] | tuple[int, ...]
Values = Mapping[str, Value]


class Record(NamedTuple):
    """What a packet says: names to numbers, words, names of bits and times; numbers to units."""

    values: Values
    units: Mapping[str, str]


_OCTETS = {
    Kind.U8: 1, Kind.S8: 1, Kind.LOW4: 1, Kind.HIGH4: 1, Kind.U16: 2, Kind.S16: 2,
    Kind.SFLOAT: 2, Kind.U24: 3, Kind.U32: 4, Kind.FLOAT: 4, Kind.TIME: 7, Kind.U16_LIST: 2,
}  # fmt: skip
_SIGNED = frozenset({Kind.S8, Kind.S16})
_FLOAT_BITS = {Kind.SFLOAT: 12, Kind.FLOAT: 24}


def read(characteristic: Characteristic, octets: bytes, crc: bool | None = None) -> list[Record]:
    """The records of one packet, in order.

    `crc`: whether the meter says that it ends packets with an E2E-CRC; None where that is not
    known. Raises Unreadable.
    """
    if len(octets) > OCTETS_MAX:
        raise Unreadable(f"{characteristic.name} of {len(octets)} octets: more than any may have")
    if not characteristic.is_sized:
        return [_record(characteristic, octets, crc)]
    records: list[Record] = []
    place = 0
    while place < len(octets) or not records:
        size = octets[place] if place < len(octets) else 0
        if size < 2 or place + size > len(octets):
            raise Unreadable(
                f"{characteristic.name} says {size} octets where {len(octets) - place} are left"
            )
        records.append(_record(characteristic, octets[place : place + size], crc, skips=1))
        place += size
    return records


def _record(
    characteristic: Characteristic, octets: bytes, crc: bool | None, skips: int = 0
) -> Record:
    found: dict[str, Value] = {}
    units: dict[str, str] = {}
    flags, place, head = 0, skips, characteristic.flags
    if head is not None:
        flags = _flags(characteristic, head, octets, place)
        found[head.name] = _coded(head, flags)
        place += _OCTETS[head.kind]
    if characteristic.crc is not Crc.NEVER:
        octets = _checked(characteristic, octets, place, flags, crc)
    for field in characteristic.fields:
        if flags & field.mask == field.value:
            found[field.name], place = _field(characteristic, field, flags, octets, place)
            if field.units:
                units[field.name] = _unit(field, flags).ucum
    if place != len(octets):
        raise Unreadable(
            f"{characteristic.name} of {len(octets)} octets, of which {place} are announced"
        )
    return Record(found, units)


def _field(
    characteristic: Characteristic, field: Field, flags: int, octets: bytes, place: int
) -> tuple[Value, int]:
    """A field's value, and where the next begins."""
    kind = field.kind
    ends = place + _OCTETS[kind]
    if kind is Kind.U16_LIST:
        rest = octets[place:]
        if not rest or len(rest) % 2:
            raise _short(characteristic, octets, ends)
        pairs = zip(rest[::2], rest[1::2], strict=True)
        return tuple(low | high << 8 for low, high in pairs), len(octets)
    if ends > len(octets):
        raise _short(characteristic, octets, ends)
    if kind is Kind.TIME:
        return local_time(octets[place:ends]), ends
    raw = int.from_bytes(octets[place:ends], "little", signed=kind in _SIGNED)
    if kind is Kind.LOW4:
        raw, ends = raw & 0x0F, place
    elif kind is Kind.HIGH4:
        raw >>= 4
    if field.words or field.bits:
        return _coded(field, raw), ends
    return _number(field, flags, raw), ends


def _number(field: Field, flags: int, raw: int) -> Decimal | Absent:
    for value, reason in field.absent:
        if raw == value:
            return Absent(reason)
    bits = _FLOAT_BITS.get(field.kind)
    parts = (raw, 0) if bits is None else medical_float(raw, bits)
    if isinstance(parts, Absent):
        return parts
    mantissa, exponent = parts
    if not field.units:
        return scaled(mantissa, exponent)
    unit = _unit(field, flags)
    return scaled(mantissa, exponent + unit.exponent, unit.factor)


def _unit(field: Field, flags: int) -> Unit:
    return field.units[1 if field.unit_mask and flags & field.unit_mask else 0]


def _coded(field: Field, raw: int) -> Value:
    if field.words:
        return next((word for number, word in field.words if number == raw), RESERVED)
    return tuple(each.name for each in field.bits if raw & each.mask == each.value)


def _flags(characteristic: Characteristic, head: Field, octets: bytes, place: int) -> int:
    ends = place + _OCTETS[head.kind]
    if ends > len(octets):
        raise _short(characteristic, octets, ends)
    return int.from_bytes(octets[place:ends], "little")


def _checked(
    characteristic: Characteristic, octets: bytes, place: int, flags: int, crc: bool | None
) -> bytes:
    """The octets without their checksum. Raises Unreadable where it is wrong or missing."""
    ends = place + sum(
        _OCTETS[field.kind]
        for field in characteristic.fields
        if flags & field.mask == field.value and field.kind is not Kind.LOW4
    )
    if len(octets) not in (ends, ends + CRC_OCTETS):
        raise _short(characteristic, octets, ends)
    has_crc = len(octets) > ends
    must = True if characteristic.crc is Crc.ALWAYS else crc
    if must is not None and has_crc is not must:
        raise Unreadable(f"{characteristic.name} {'without' if must else 'with'} an E2E-CRC")
    if not has_crc:
        return octets
    said = int.from_bytes(octets[ends:], "little")
    unused = characteristic.crc is Crc.ALWAYS and said == NO_CRC and not crc
    if not unused and said != crc16(octets[:ends]):
        raise Unreadable(f"{characteristic.name}: its E2E-CRC is wrong")
    return octets[:ends]


def _short(characteristic: Characteristic, octets: bytes, ends: int) -> Unreadable:
    return Unreadable(f"{characteristic.name} of {len(octets)} octets, where {ends} are announced")
