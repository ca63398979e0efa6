"""Reads a record for its export, a piece at a time: memory does not grow with the record."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from homeward.clinical.words import ENGLISH, Speech
from homeward.guard.sealing import Blind
from homeward.model.entered import BY_HAND
from homeward.model.errors import Missing
from homeward.model.vital import BY_INDEX
from homeward.model.wave import BY_INDEX as WAVES
from homeward.store import Door, queries
from homeward.store.chunks import (
    extent,
    micros,
    samples,
    waiting_asked,
    waiting_of,
    waiting_waves,
    waves,
)
from homeward.store.packed import DAY_US, HOUR_US, Array, WaveStretch
from homeward.store.sql import Query

Q = queries("homeward.services.release")
ROWS_MAX = 500  # of a page
LOOK_BACK = timedelta(days=6 * 365)  # 45 CFR 164.528: six years


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose record, and what is read of it: from when to when, us since 1970. `door` sees what who
    asked may see; `audit` may read who looked, for one who has the right to know. `say`: how
    they are spoken to."""

    door: Door
    audit: Door
    patient: int
    now: datetime
    start_us: int
    end_us: int
    say: Speech = ENGLISH


async def whose(door: Door, audit: Door, patient: int, now: datetime) -> Whose:
    """The whole record of a patient, as far as it goes now. Raises Missing."""
    await still(door, patient)
    read = await extent(door, patient)
    curves = await door.one(Q.extent_of_waves, dict, patient=patient)
    firsts = [us for us in (read and read[0], curves["first"]) if us is not None]
    lasts = [us for us in (read and read[1], curves["last"]) if us is not None]
    now_us = micros(now)
    start, end = min(firsts, default=now_us), max(lasts, default=now_us) + 1
    return Whose(door, audit, patient, now, start, end)


async def patient_of(door: Door, record_number: str) -> int:
    """A patient by their record number. Raises Missing."""
    row = await door.maybe(
        Q.patient_of_record, dict, number=Blind("patient.record_number", record_number)
    )
    if row is None:
        raise Missing(f"There is no patient {record_number!r}.")
    return row["id"]


async def still(door: Door, patient: int) -> dict[str, Any]:
    """Who it is. Raises Missing where whoever asked may not see them, or not any more: a record
    that ends because a session did must not look like a whole one."""
    row = await door.maybe(Q.patient, dict, patient=patient)
    if row is None:
        raise Missing("This record cannot be seen, or not any more.")
    return row


async def paged(door: Door, query: Query, **values: Any) -> AsyncIterator[list[dict[str, Any]]]:
    """Rows of a query that goes on after an id, in pages."""
    after = 0
    while rows := await door.all(query, dict, after=after, rows_max=ROWS_MAX, **values):
        yield rows
        if len(rows) < ROWS_MAX:
            return
        after = rows[-1]["id"]


async def days(of: Whose) -> AsyncIterator[tuple[int, dict[int, Array]]]:
    """When each day with readings begins, and the devices' readings of it by vital; those entered
    by hand stand elsewhere."""
    *waiting, stored = await of.door.together(
        *waiting_asked([of.patient], of.start_us, of.end_us),
        Q.reading_days(dict, patient=of.patient),
    )
    _, fresh = await waiting_of(waiting, of.start_us, of.end_us)
    known = {row["at"] // DAY_US for row in stored} | set((fresh["at"] // DAY_US).tolist())
    for start, end in _pieces(of, DAY_US, known):
        found = await samples(of.door, of.patient, list(BY_INDEX), start, end)
        kept = {vital: rows[rows["device"] != BY_HAND] for vital, rows in found.items()}
        yield start, {vital: rows for vital, rows in kept.items() if len(rows)}


async def hours(of: Whose) -> AsyncIterator[tuple[int, list[WaveStretch]]]:
    """When each hour with waveforms begins, and those of it."""
    rows = await of.door.all(Q.wave_hours, dict, patient=of.patient)
    known = {row["at"] // HOUR_US for row in rows}
    for each in await waiting_waves(of.door, of.patient, of.start_us, of.end_us):
        known.update(range(each.start // HOUR_US, each.end // HOUR_US + 1))
    for start, end in _pieces(of, HOUR_US, known):
        found = [
            each for wave in WAVES for each in await waves(of.door, of.patient, wave, start, end)
        ]
        yield start, found


def _pieces(of: Whose, width_us: int, known: Collection[int]) -> list[tuple[int, int]]:
    """The days or hours of a span that have anything: most of a long record has not."""
    first, last = of.start_us // width_us, (of.end_us - 1) // width_us
    return [
        (max(each * width_us, of.start_us), min((each + 1) * width_us, of.end_us))
        for each in sorted(known)
        if first <= each <= last
    ]
