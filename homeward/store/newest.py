"""The newest reading of each vital: of one patient for a page, or of a thousand for a list.

What is folded has a row of its own for each patient (`patient_newest`), kept by who folds; a
patient without one, or a question that goes further back, is answered by the chunks. The inbox is
read first, so that a reading on the move is seen twice but never missed.
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from homeward.store.chunks import FOREVER_US, micros, moment, waiting_asked, waiting_of
from homeward.store.cold_files import Reader
from homeward.store.cold_reading import newest_parts, read_parts
from homeward.store.door import Door
from homeward.store.packed import SAMPLES, Array, unpack, vitals_in
from homeward.store.sql import queries

sql = queries("homeward.store")
VITALS_MAX = 64  # as many as a mask of them has bits
# A reading and whose it is.
OWNED = np.dtype([("patient", "<i8"), *((name, SAMPLES[name]) for name in SAMPLES.names or ())])


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest reading of one vital; times in us since 1970."""

    value: float
    at: int
    received: int
    device: int


async def newest(
    door: Door, patients: Sequence[int], vitals: Collection[int], since_us: int
) -> dict[int, dict[int, Newest]]:
    """The newest reading of each vital of each patient since then.

    Raises Unreachable where one is in the cold store and that is away.
    """
    found: dict[int, dict[int, Newest]] = {patient: {} for patient in patients}
    rows = await newest_rows(door, patients, vitals, since_us)
    for patient, vital, device, at, value, received in rows.tolist():
        found[patient][vital] = Newest(value, at, received, device)
    return found


async def newest_rows(
    door: Door, patients: Sequence[int], vitals: Collection[int], since_us: int
) -> Array:
    """The same as rows of OWNED, by patient and vital. Raises Unreachable."""
    *waiting, (kept,) = await door.together(
        *waiting_asked(patients, since_us), sql.kept_newest(dict, patients=list(patients))
    )
    parts = [owned(*await waiting_of(waiting, since_us)), np.frombuffer(kept["body"], OWNED)]
    rows = await asyncio.to_thread(_of_these, parts, vitals, since_us)
    lacking = _lacking(rows, kept, patients, vitals, since_us)
    if not lacking:
        return rows
    packed = await newest_in_chunks(door, lacking, vitals, since_us)
    return _of_these([rows, packed], vitals, since_us)


def owned(patients: int | Array, rows: Array) -> Array:
    """Rows of SAMPLES and whose they are."""
    every = np.empty(len(rows), OWNED)
    every["patient"] = patients
    for name in SAMPLES.names or ():
        every[name] = rows[name]
    return every


def newest_of(rows: Array) -> Array:
    """Of rows of OWNED each vital's newest of each patient; of one moment, the last that came."""
    lines = rows["patient"] * VITALS_MAX + rows["vital"]
    order = np.argsort(lines, kind="stable")
    firsts = np.flatnonzero(np.diff(lines[order], prepend=-1))
    if not len(firsts):
        return rows
    at = rows["at"][order]
    newest = np.repeat(np.maximum.reduceat(at, firsts), np.diff(firsts, append=len(rows)))
    order = order[at == newest]
    if len(order) == len(firsts):
        return rows[order]
    lines = lines[order]
    order = order[np.lexsort((rows["received"][order], lines))]
    return rows[order[np.diff(lines, append=-1) != 0]]


def _of_these(parts: Iterable[Array], vitals: Collection[int], since_us: int) -> Array:
    rows = np.concatenate([np.empty(0, OWNED), *parts])
    rows = rows[(rows["at"] >= since_us) & np.isin(rows["vital"], list(vitals))]
    return newest_of(rows)


def _lacking(
    rows: Array,
    kept: dict[str, Any],
    patients: Sequence[int],
    vitals: Collection[int],
    since_us: int,
) -> list[int]:
    """Who has no row, or, where rows do not go back as far as is asked, not every vital in it."""
    lacking = set(patients).difference(kept["patients"])
    if kept["since"] is not None and micros(kept["since"]) > since_us:
        people, counts = np.unique(rows["patient"], return_counts=True)
        lacking |= set(patients).difference(people[counts >= len(set(vitals))].tolist())
    return sorted(lacking)


async def newest_in_chunks(
    door: Door, patients: Sequence[int], vitals: Collection[int], since_us: int
) -> Array:
    """What chunks and the cold store say, as rows of OWNED. Raises Unreachable."""
    which = {"patients": list(patients), "start": moment(max(0, since_us))}
    minutes = await door.all(sql.minutes_between, dict, **which, end=moment(FOREVER_US))
    hours = await door.all(sql.newest_hours, dict, **which, vitals=list(vitals))
    found = await asyncio.to_thread(_unpacked, [*minutes, *hours], set(vitals))
    for part in await newest_parts(door, patients, vitals, which["start"]):
        known = found[(found["patient"] == part.patient) & (found["vital"] == part.what)]
        if not len(known) or known["at"][0] + 1 < part.until:
            for rows in await read_parts(door, [part], Reader.samples):
                found = newest_of(np.concatenate([found, owned(part.patient or 0, rows)]))
    return found


def _unpacked(chunks: Iterable[dict[str, Any]], vitals: set[int]) -> Array:
    """The newest of chunks, of which those that begin last come first."""
    parts: list[Array] = [np.empty(0, OWNED)]
    known: dict[tuple[int, int], int] = {}
    for chunk in chunks:
        patient, until = chunk["patient"], chunk["until"]
        wanted = {
            vital
            for vital in vitals & vitals_in(chunk["body"])
            if known.get((patient, vital), 0) < until
        }
        if wanted:
            rows = newest_of(owned(patient, unpack(chunk["body"], wanted)))
            for vital, at in rows[["vital", "at"]].tolist():
                known[patient, vital] = max(known.get((patient, vital), 0), at)
            parts.append(rows)
    return newest_of(np.concatenate(parts))
