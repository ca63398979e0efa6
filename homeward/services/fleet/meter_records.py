"""What a meter said beside the number: its clock's own time, the meal, medicines, who measured.

Packets are kept as they came and only ever added to; a measurement and its context are put together
when they are read, so it does not matter which came first. docs/decisions/0056-beside-the-number.md
argues it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from homeward.model.errors import Unreadable
from homeward.services.fleet import own_views as v
from homeward.services.fleet.fleet import sql
from homeward.standards.gatt.glucose import CONTEXT, MEASUREMENT
from homeward.standards.gatt.measured import Measured, measured
from homeward.standards.gatt.meter_clock import both
from homeward.standards.gatt.number import Absent
from homeward.standards.gatt.profiles import BY_UUID
from homeward.store import Door

RECORDS_MAX = 1_000
# How a packet is built, which number it bears and when; no words beside the number.
_BUILT = frozenset({"flags", "sequence", "base_time", "time", "offset", "extended"})

Row = Mapping[str, Any]
Number = tuple[int, int | None, int | None]  # device, epoch, number


async def records_between(door: Door, patient_id: int, start: int, end: int) -> list[v.MeterSaid]:
    """What meters said beside each number, the newest first; ms since 1970 UTC.

    The newest context of a measurement's number holds. Where two measurements share a number, as
    after a reset that nobody noticed, none is shown: a dose beside the wrong value is worse.
    """
    rows = await door.all(
        sql.records, dict, patient=patient_id, start=start, end=end, rows_max=RECORDS_MAX
    )
    numbered = await door.all(
        sql.records_of_numbers, dict, patient=patient_id,
        devices=sorted({row["device_id"] for row in rows}),
        numbers=sorted({row["number"] for row in rows if row["number"] is not None}),
    )  # fmt: skip
    contexts: dict[Number, str] = {}
    values: dict[Number, set[str]] = defaultdict(set)
    for row in numbered:
        if row["of"] == CONTEXT.uuid:
            contexts[_number(row)] = row["octets"]
        elif row["of"] == MEASUREMENT.uuid:
            values[_number(row)].add(row["octets"])
    single = {key: context for key, context in contexts.items() if len(values[key]) == 1}
    return list(_said(rows, single))


def _said(rows: Sequence[Row], contexts: Mapping[Number, str]) -> Iterator[v.MeterSaid]:
    """Each measurement once, though two telephones read it, or a hub and a telephone, and one of
    them without its context. The same octets have the same number, time and value."""
    of_packet: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in rows:
        of_packet[row["of"], row["octets"]].append(row)
    for same in of_packet.values():
        row = same[-1]  # that came first
        found = _read(row["of"], row["octets"])
        if found is None or found.said is None:
            continue
        known = [contexts[_number(each)] for each in same if _number(each) in contexts]
        context = _read(CONTEXT.uuid, known[0]) if known and row["of"] == MEASUREMENT.uuid else None
        beside = [*_words(row["of"], found), *(_words(CONTEXT.uuid, context) if context else [])]
        vitals = [each.vital.name for each in found.quantities]
        clock = found.said.isoformat()
        yield v.MeterSaid(
            row["id"], row["at"], row["device"], vitals, clock, row["zone"], row["ahead"], beside,
            _twice(found.said, row),
        )  # fmt: skip


def _twice(said: datetime, row: Row) -> str:
    """Which of the two hours it is charted in, where its clock's time came twice: its number may
    have told, and where it did not it is the first. A clock that is wrong counts on."""
    if row["ahead"]:
        return ""
    try:
        first, second = both(said, ZoneInfo(row["zone"]))
    except (OverflowError, OSError, ValueError, KeyError):
        return ""
    if first == second:
        return ""
    return "second" if row["at"] >= second.timestamp() * 1_000 else "first"


def _number(row: Row) -> Number:
    return row["device_id"], row["epoch"], row["number"]


def _read(of: int, hexed: str) -> Measured | None:
    """A packet read again; None where it was erased or its key is not to be had."""
    try:
        (found,) = measured(BY_UUID[of], bytes.fromhex(hexed))
    except (Unreadable, ValueError, KeyError):
        return None
    return found


def _words(of: int, found: Measured) -> Iterator[v.SaidBeside]:
    vitals = {field.name for field in BY_UUID[of].fields if field.vital}
    for name, value in found.values.items():
        if name in _BUILT or name in vitals:
            continue
        if isinstance(value, Decimal):
            yield v.SaidBeside(name, format(value, "f"), found.units.get(name, ""))
        elif isinstance(value, tuple) and value:
            yield v.SaidBeside(name, ", ".join(str(each) for each in value), "")
        elif isinstance(value, str):
            yield v.SaidBeside(name, str(value), "", is_missing=isinstance(value, Absent))
