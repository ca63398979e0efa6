"""What meters said beside their numbers: packets and contexts put together again. Pure.

Rows are mappings: `device_id`, `of` (a characteristic's 16-bit number), `epoch`, `number` and
`octets` (hex). A measurement and its context are put together when they are read, so it does not
matter which came first (docs/decisions/0056-beside-the-number.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from homeward.model.errors import Unreadable
from homeward.standards.gatt.glucose import CONTEXT, MEASUREMENT
from homeward.standards.gatt.measured import Measured, measured
from homeward.standards.gatt.number import Absent
from homeward.standards.gatt.profiles import BY_UUID

# How a packet is built, which number it bears and when; no words beside the number.
_BUILT = frozenset({"flags", "sequence", "base_time", "time", "offset", "extended"})

Row = Mapping[str, Any]
Number = tuple[int, int | None, int | None]  # device, epoch, number


@dataclass(frozen=True, slots=True)
class Beside:
    """One thing said beside a number, by its name in the profile: words, or a decimal exactly as it
    was sent in a unit (UCUM). `is_missing`: there is none, and the one word says why."""

    name: str
    words: tuple[str, ...]
    unit: str = ""
    is_missing: bool = False

    @property
    def value(self) -> str:
        """In one text."""
        return ", ".join(self.words)


@dataclass(frozen=True, slots=True)
class Together:
    """A measurement with all that was said of it. `rows` are those of the one packet: two
    telephones may have read it, or a hub as well. `context` is the row its context is from;
    `found` is None where the packet was erased or its key is not to be had."""

    rows: tuple[Row, ...]
    found: Measured | None
    context: Row | None
    beside: tuple[Beside, ...]


def again(row: Row) -> Measured | None:
    """A packet read again; None where it was erased or its key is not to be had."""
    try:
        (found,) = measured(BY_UUID[row["of"]], bytes.fromhex(row["octets"]))
    except (Unreadable, ValueError, KeyError):
        return None
    return found


def number_of(row: Row) -> Number:
    """What a measurement and its context have in common."""
    return row["device_id"], row["epoch"], row["number"]


def contexts_of(rows: Iterable[Row]) -> dict[Number, Row]:
    """The newest context of each number, of rows in the order they came.

    Where two measurements share a number, as after a reset that nobody noticed, it has none: a dose
    beside the wrong value is worse than no dose.
    """
    contexts: dict[Number, Row] = {}
    values: dict[Number, set[str]] = defaultdict(set)
    for row in rows:
        if row["of"] == CONTEXT.uuid:
            contexts[number_of(row)] = row
        elif row["of"] == MEASUREMENT.uuid:
            values[number_of(row)].add(row["octets"])
    return {key: context for key, context in contexts.items() if len(values[key]) == 1}


def together(rows: Sequence[Row], contexts: Mapping[Number, Row]) -> Iterator[Together]:
    """Each measurement once, though two telephones read it, or a hub and a telephone, and one of
    them without its context. The same octets have the same number, time and value."""
    of_packet: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in rows:
        of_packet[row["of"], row["octets"]].append(row)
    for same in of_packet.values():
        found = again(same[0])
        known = [contexts[number_of(each)] for each in same if number_of(each) in contexts]
        context = known[0] if known and same[0]["of"] == MEASUREMENT.uuid else None
        beside = (*said_beside(same[0]["of"], found), *_of_context(context))
        yield Together(tuple(same), found, context, beside)


def _of_context(row: Row | None) -> Iterator[Beside]:
    return said_beside(CONTEXT.uuid, again(row)) if row is not None else iter(())


def said_beside(of: int, found: Measured | None) -> Iterator[Beside]:
    """What a packet of this characteristic says besides its vital signs; nothing where it cannot be
    read."""
    if found is None:
        return
    vitals = {field.name for field in BY_UUID[of].fields if field.vital}
    for name, value in found.values.items():
        if name in _BUILT or name in vitals:
            continue
        if isinstance(value, Decimal):
            yield Beside(name, (format(value, "f"),), found.units.get(name, ""))
        elif isinstance(value, tuple) and value:
            yield Beside(name, tuple(str(each) for each in value))
        elif isinstance(value, str):
            yield Beside(name, (str(value),), is_missing=isinstance(value, Absent))
