"""A file for the cold store, written from chunks of the database: nothing is deleted here."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from homeward.store import Door, queries
from homeward.store.chunks import moment, without_doubles
from homeward.store.chunks import sql as reading_sql
from homeward.store.cold_files import Reader, Writer, vital_columns, wave_columns
from homeward.store.cold_reading import Part, read_parts
from homeward.store.packed import SAMPLES, Array, WaveStretch, roll_up, unknown, unpack, unpack_wave

GROUP_ROWS_MAX = 262_144

sql = queries("homeward.services.record")


@dataclass(frozen=True, slots=True)
class Due:
    """A chunk that may leave. `what` is its vital or waveform."""

    id: int
    owner: int  # a patient, or minus a device that nobody wore
    device_id: int | None
    what: int
    starts: datetime
    ends: datetime
    samples: int
    is_held: bool
    day: datetime


@dataclass(slots=True)
class Leaving:
    """What was written: its parts, and of each vital the minutes of what was new, rolled up."""

    parts: list[dict[str, Any]] = field(default_factory=list)
    fresh: dict[tuple[int, int], Array] = field(default_factory=dict)
    rows: int = 0

    def note(self, due: Due, group: int, span: tuple[int, int], rows: int) -> None:
        """A row group was written; its span in us since 1970, the end after the last sample."""
        self.rows += rows
        starts, ends = map(moment, span)
        each = {"row_group": group, "owner": due.owner, "what": due.what, "rows": rows}
        self.parts.append(each | {"device": due.device_id, "starts": starts, "ends": ends})


async def write_vitals(door: Door, place: Path, groups: Sequence[Sequence[Due]]) -> Leaving:
    """Write hour chunks, a vital of a patient's day at a time, but for what is cold already."""
    names = await _names(door)
    writer, leaving = Writer(place, "vitals"), Leaving()
    for group in groups:
        first = group[0]
        chunks = await door.all(sql.bodies_of_hours, dict, ids=[each.id for each in group])
        parts = await _parts(door, first, first.day, group[-1].ends, is_wave=False)
        cold = await read_parts(door, parts, Reader.samples)

        def add(first: Due = first, chunks: Any = chunks, cold: Any = cold) -> None:
            known = np.concatenate([np.empty(0, SAMPLES), *cold])
            rows = unknown(np.concatenate([unpack(each["body"]) for each in chunks]), known)
            rows = rows[np.argsort(rows["at"], kind="stable")]
            leaving.fresh[first.owner, first.what] = roll_up(rows)
            patient = first.owner if first.owner > 0 else None
            for start in range(0, len(rows), GROUP_ROWS_MAX):
                piece = rows[start : start + GROUP_ROWS_MAX]
                number = writer.add(vital_columns(patient, piece, names(piece["device"])))
                span = int(piece["at"][0]), int(piece["at"][-1]) + 1
                leaving.note(first, number, span, len(piece))

        await asyncio.to_thread(add)
    await asyncio.to_thread(writer.close)
    return leaving


async def write_waves(door: Door, place: Path, groups: Sequence[Sequence[Due]]) -> Leaving:
    """Write wave chunks, a waveform of a device at a time, but for what is cold already."""
    names = await _names(door)
    writer, leaving = Writer(place, "waves"), Leaving()
    for group in groups:
        first = group[0]
        rows = await door.all(sql.bodies_of_waves, dict, ids=[each.id for each in group])
        ends = max(each.ends for each in group)
        parts = await _parts(door, first, first.starts, ends, is_wave=True)
        cold = [each for found in await read_parts(door, parts, Reader.stretches) for each in found]

        def add(first: Due = first, rows: Any = rows, cold: Any = cold) -> None:
            hot = [_stretch(row) for row in rows]
            kept = {id(each) for each in without_doubles([*cold, *hot])}
            fresh = [each for each in hot if id(each) in kept]
            if not fresh:
                return
            patient = first.owner if first.owner > 0 else None
            number = writer.add(wave_columns(patient, fresh, names(np.array([fresh[0].device]))))
            span = fresh[0].start, max(each.end for each in fresh)
            leaving.note(first, number, span, sum(len(each.samples) for each in fresh))

        await asyncio.to_thread(add)
    await asyncio.to_thread(writer.close)
    return leaving


def measured(place: Path) -> tuple[int, str]:
    """The size of a file in bytes, and its checksum (SHA-256)."""
    with place.open("rb") as file:
        return place.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _stretch(row: Mapping[str, Any]) -> WaveStretch:
    samples = unpack_wave(row["body"])
    return WaveStretch(row["wave"], row["device"], row["start"], row["rate"], row["scale"], samples)


async def _parts(
    door: Door, due: Due, start: datetime, end: datetime, *, is_wave: bool
) -> list[Part]:
    """Where the cold store holds the same already: what came late may have come before."""
    which = {"patient": due.owner, "device": -due.owner, "what": [due.what], "is_wave": is_wave}
    return await door.all(reading_sql.cold_parts, Part, start=start, end=end, **which)


async def _names(door: Door) -> Callable[[Array], dict[int, str]]:
    """Gives the names of devices by number, those that are in the registry."""
    rows = await door.all(sql.every_device_name, dict)
    every = {row["id"]: row["name"] for row in rows}
    return lambda devices: {each: every.get(each, "") for each in set(devices.tolist())}
