"""What a meter said beside the number: its clock's own time, the meal, medicines, who measured.

Packets are kept as they came and only ever added to; a measurement and its context are put together
when they are read, so it does not matter which came first. docs/decisions/0056-beside-the-number.md
argues it.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from homeward.services.fleet import own_views as v
from homeward.services.fleet.fleet import sql
from homeward.standards.gatt.beside import Row, Together, contexts_of, together
from homeward.standards.gatt.meter_clock import both
from homeward.store import Door

RECORDS_MAX = 1_000


async def records_between(door: Door, patient_id: int, start: int, end: int) -> list[v.MeterSaid]:
    """What meters said beside each number, the newest first; ms since 1970 UTC."""
    rows = await door.all(
        sql.records, dict, patient=patient_id, start=start, end=end, rows_max=RECORDS_MAX
    )
    numbered = await door.all(
        sql.records_of_numbers, dict, patient=patient_id,
        devices=sorted({row["device_id"] for row in rows}),
        numbers=sorted({row["number"] for row in rows if row["number"] is not None}),
    )  # fmt: skip
    return [said for each in together(rows, contexts_of(numbered)) for said in _said(each)]


def _said(one: Together) -> Iterator[v.MeterSaid]:
    row, found = one.rows[-1], one.found  # the row that came first
    if found is None or found.said is None:
        return
    vitals = [each.vital.name for each in found.quantities]
    clock = found.said.isoformat()
    beside = [
        v.SaidBeside(each.name, each.value, each.unit, each.is_missing) for each in one.beside
    ]
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
