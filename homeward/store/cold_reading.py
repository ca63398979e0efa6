"""Reading what left the database, by what the database says lies where.

What moves is for a moment in both places: who reads the database first and this after it sees it
twice (and tells it apart) but never misses it. Files are read in a thread, and of each no more than
the row groups that touch the span.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TypeVar

from homeward.store.cold import Cold, ColdAway
from homeward.store.cold_files import Reader, reading
from homeward.store.door import Door
from homeward.store.packed import Array, WaveStretch
from homeward.store.sql import queries

sql = queries("homeward.store")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Part:
    """A row group of a file, and whose it is; `until` is after its last sample (us since 1970)."""

    path: str
    row_group: int
    patient: int | None
    what: int
    until: int


async def cold_samples(
    door: Door, patient: int, vitals: Collection[int], start: datetime, end: datetime
) -> list[Array]:
    """Readings of the cold store that touch a span, as rows of SAMPLES.

    Raises ColdAway where there are some and the store is away.
    """
    which = {"patient": patient, "device": None, "what": list(vitals), "is_wave": False}
    parts = await door.all(sql.cold_parts, Part, start=start, end=end, **which)
    return await read_parts(door, parts, Reader.samples)


async def cold_waves(
    door: Door, patient: int, wave: int, start: datetime, end: datetime
) -> list[WaveStretch]:
    """Stretches of a waveform in the cold store that touch a span. Raises ColdAway."""
    which = {"patient": patient, "device": None, "what": [wave], "is_wave": True}
    parts = await door.all(sql.cold_parts, Part, start=start, end=end, **which)
    found = await read_parts(door, parts, Reader.stretches)
    return [stretch for each in found for stretch in each]


async def newest_parts(
    door: Door, patients: Sequence[int], vitals: Collection[int], since: datetime
) -> list[Part]:
    """Of each vital of each patient the part with the newest readings, if any is so new."""
    which = {"patients": list(patients), "vitals": list(vitals), "since": since}
    return await door.all(sql.newest_cold_parts, Part, **which)


async def read_parts(
    door: Door, parts: Iterable[Part], read: Callable[[Reader, Collection[int]], Answer]
) -> list[Answer]:
    """What `read` finds in these parts, file by file. Raises ColdAway, Unreadable."""
    files = {
        path: [each.row_group for each in group]
        for path, group in groupby(sorted(parts, key=_place), key=lambda part: part.path)
    }
    if not files:
        return []
    cold = door.cold
    if cold is None:
        raise ColdAway("this is in the cold store, and the setting cold_url does not say where")
    return await asyncio.to_thread(
        lambda: [_read(cold, path, groups, read) for path, groups in files.items()]
    )


def _place(part: Part) -> tuple[str, int]:
    return part.path, part.row_group


def _read(
    cold: Cold,
    path: str,
    groups: Collection[int],
    read: Callable[[Reader, Collection[int]], Answer],
) -> Answer:
    with cold.open(path) as file, reading(file) as reader:
        return read(reader, groups)
