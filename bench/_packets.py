"""Packets no meter sends: random, cut, bent and glued ones, and what becomes of them."""

import json
import math
import random
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from homeward.model.errors import Unreadable
from homeward.standards.gatt.crc import crc16
from homeward.standards.gatt.field import Characteristic, Crc
from homeward.standards.gatt.local_time import LocalTime
from homeward.standards.gatt.measured import Measured, measured
from homeward.standards.gatt.profiles import BY_NAME, CHARACTERISTICS

_VECTORS = Path(__file__).parents[1] / "web" / "src" / "gatt" / "vectors.json"
_SOUND = [
    (BY_NAME[each["of"]], bytes.fromhex(each["hex"]))
    for each in json.loads(_VECTORS.read_text())["packets"]
    if not each.get("error")
]
_AT = datetime(2026, 3, 1, tzinfo=UTC)
_EDGES = (0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF)


class Verdict(StrEnum):
    """What became of a packet."""

    READ = "read"
    REFUSED = "refused"  # with a reason
    IMPOSSIBLE = "impossible"  # a value no body has, or no number at all


def made(dice: random.Random) -> tuple[Characteristic, bytes]:
    """One packet."""
    way = dice.randrange(8)
    characteristic, octets = dice.choice(_SOUND)
    if way == 0:
        characteristic = dice.choice(CHARACTERISTICS)
        octets = dice.randbytes(dice.randrange(24))
    elif way == 1:
        octets = octets[: dice.randrange(len(octets))]
    elif way == 2:
        octets += dice.randbytes(1 + dice.randrange(4))
    elif way == 3:
        octets = octets + dice.choice(_SOUND)[1]
    elif way == 4:
        characteristic = dice.choice(CHARACTERISTICS)
    else:
        octets = _bent(dice, octets)
    if characteristic.crc is not Crc.NEVER and dice.random() < 0.5:
        octets = _sealed(characteristic, octets)
    return characteristic, octets


def _bent(dice: random.Random, octets: bytes) -> bytes:
    bent = bytearray(octets)
    for _ in range(1 + dice.randrange(3)):
        place = dice.randrange(len(bent))
        bent[place] = dice.choice(_EDGES) if dice.random() < 0.5 else dice.randrange(256)
    return bytes(bent)


def _sealed(characteristic: Characteristic, octets: bytes) -> bytes:
    """With a checksum that is right, so that what is behind it is reached."""
    if characteristic.is_sized and octets:
        octets = bytes([min(255, len(octets) + 2)]) + octets[1:]
    return octets + crc16(octets).to_bytes(2, "little")


def judged(characteristic: Characteristic, octets: bytes) -> Verdict:
    """Read it. Whatever is raised besides Unreadable is a crash."""
    try:
        records = measured(characteristic, octets)
        readings = [reading for each in records for reading in each.readings(_AT)]
    except Unreadable:
        return Verdict.REFUSED
    for reading in readings:
        low, high = reading.vital.possible
        if not (math.isfinite(reading.value) and low <= reading.value <= high):
            return Verdict.IMPOSSIBLE
    return Verdict.READ if all(map(_can_be, records)) else Verdict.IMPOSSIBLE


def _can_be(record: Measured) -> bool:
    for value in record.values.values():
        if isinstance(value, Decimal) and not value.is_finite():
            return False
        if isinstance(value, LocalTime) and not (value.month <= 12 and value.hours <= 23):
            return False
    return not set(record.missing) & {each.vital.name for each in record.quantities}
