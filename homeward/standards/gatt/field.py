"""How a characteristic is laid out, as a table: a reader in any language needs nothing else.

The pages' reader (web/src/gatt) is given these tables as web/src/gatt/tables.json.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a field lies on the wire. Little-endian throughout (Core 5.4, vol 3, part G, 2.4)."""

    U8 = "u8"
    U16 = "u16"
    U24 = "u24"
    U32 = "u32"
    S8 = "s8"
    S16 = "s16"
    LOW4 = "low4"  # the lower half of an octet, which the field after it has the upper half of
    HIGH4 = "high4"
    SFLOAT = "sfloat"
    FLOAT = "float"
    TIME = "time"
    U16_LIST = "u16_list"  # at least one, to the end of the packet


@dataclass(frozen=True, slots=True)
class Unit:
    """What the number counts: times `factor`, times ten to the `exponent`, it is in `ucum`."""

    ucum: str
    factor: int = 1
    exponent: int = 0


@dataclass(frozen=True, slots=True)
class Bits:
    """A name that holds where the field, masked, is `value`."""

    mask: int
    value: int
    name: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field. It is there where the flags, masked by `mask`, are `value`.

    Of two units the second holds where the flags have `unit_mask`. `words` are names of its
    numbers, `bits` of its bits; `absent` are numbers that say why there is no number. `vital` is
    the vital sign it is a reading of.
    """

    name: str
    kind: Kind
    mask: int = 0
    value: int = 0
    units: tuple[Unit, ...] = ()
    unit_mask: int = 0
    words: tuple[tuple[int, str], ...] = ()
    bits: tuple[Bits, ...] = ()
    absent: tuple[tuple[int, str], ...] = ()
    vital: str = ""


class Crc(StrEnum):
    """Whether two octets of E2E-CRC end it (CGMS 1.0.2, 3.11)."""

    NEVER = "never"
    MAYBE = "maybe"  # by its length: where the meter's features say that it has them
    ALWAYS = "always"  # 0xFFFF where the meter does not use them


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One characteristic: `flags` first, where it has any (or a code), then its fields in order.

    `is_sized`: the packet holds several records, each of which begins with its length. `withholds`
    are names of bits and words with which the values are no readings of a patient.
    """

    name: str
    uuid: int
    flags: Field | None
    fields: tuple[Field, ...]
    crc: Crc = Crc.NEVER
    is_sized: bool = False
    withholds: tuple[str, ...] = ()


def bit(number: int, name: str) -> Bits:
    """The name of one bit."""
    return Bits(1 << number, 1 << number, name)


def bits(*names: tuple[int, str]) -> tuple[Bits, ...]:
    """The names of several bits."""
    return tuple(bit(number, name) for number, name in names)


def listed(*names: str) -> tuple[tuple[int, str], ...]:
    """Words for 1, 2, 3 and so on."""
    return tuple(enumerate(names, 1))
