"""Fold: messages that had their time become chunks, in one transaction a batch.

Safe to kill at any point and to run in two processes: all of a batch is committed together, and
processes take turns. A reading the record already has (same device, vital, time and value) is
dropped, so sending a whole day again adds nothing.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from homeward.model.frame import HOT
from homeward.services.record import newest
from homeward.services.record.weave import Woven, weave
from homeward.store import Door, Store, queries
from homeward.store.bundles import bodies_of, heads_of, runs_of
from homeward.store.chunks import moment, stretches
from homeward.store.packed import (
    HOUR_US,
    MINUTE_US,
    SAMPLES,
    Array,
    WaveStretch,
    distinct,
    from_hot,
    mask_of,
    pack,
    pack_wave,
    unknown,
    unpack,
)
from homeward.store.wearing import NOBODY, wearers_of, worn_of

# What a device sends a minute late still finds its own minute; gaps had their time to close.
GRACE = timedelta(seconds=60)
BUNDLES_MAX = 20_000
BYTES_MAX = 16 * 1024 * 1024

sql = queries("homeward.services.record")


@dataclass(frozen=True, slots=True)
class Gap:
    """A device's counter: how many messages are missing now, and how many were before."""

    device_id: int
    boot: int
    missing: int
    missing_before: int


@dataclass(frozen=True, slots=True)
class Folded:
    """What one batch did."""

    messages: int
    samples_added: int
    gaps: tuple[Gap, ...] = ()


NOTHING = Folded(0, 0)


# A row of the inbox: id, kind, messages, heads, body.
_Bundle = dict[str, Any]
# From here on a counter is no counter: numbers this high are made up.
_COUNTED_MAX = 2**62


@dataclass(frozen=True, slots=True)
class _Count:
    device_id: int
    boot: int
    missing: int


def whole_minutes_before(now: datetime) -> datetime:
    """What was received before this is folded: whole minutes, so most chunks are made once."""
    before = now - GRACE
    return before.replace(second=0, microsecond=0)


async def fold(store: Store, now: datetime) -> Folded:
    """Fold a batch of the oldest bundles; nothing where none is due or another process folds."""
    async with store.door().transaction() as door:
        if not (await door.one(sql.take_turns, dict))["is_mine"]:
            return NOTHING
        bundles = await door.all(
            sql.unfolded,
            dict,
            before=whole_minutes_before(now),
            bundles_max=BUNDLES_MAX,
            bytes_max=BYTES_MAX,
        )
        if not bundles:
            return NOTHING
        devices = np.unique(heads_of(each["heads"] for each in bundles)["device"]).tolist()
        worn = worn_of(await door.one(sql.wearings_ever, dict, devices=devices))
        added = await _fold_readings(door, bundles, worn, now)
        await _fold_waves(door, bundles, worn)
        await door.run(sql.take_from_inbox, ids=[each["id"] for each in bundles])
        gaps = await _count(door, bundles)
        return Folded(sum(each["messages"] for each in bundles), added, gaps)


# -- readings ---------------------------------------------------------------------------------


async def _fold_readings(door: Door, bundles: Iterable[_Bundle], worn: Array, now: datetime) -> int:
    body = b"".join(each["body"] for each in bundles if each["kind"] == "readings")
    if not body:
        return 0
    rows = distinct(from_hot(np.frombuffer(body, HOT)))
    patients = wearers_of(rows["device"], rows["at"], worn)
    by_minute = _split(rows, patients)
    known = await _known_minutes(door, list(by_minute))
    vitals = np.unique(rows["vital"]).tolist()
    in_hours = await _known_hours(door, list(by_minute), vitals)
    packed, replaced, added = await asyncio.to_thread(_merge, by_minute, known, in_hours)
    await door.run(sql.drop_minutes, ids=replaced)
    await door.run_many(sql.add_minute, packed)
    await newest.keep(door, rows, patients, now)
    return added


# Whose minute (a patient's, or of minus a device that nobody wore), and its start in us.
_Minute = tuple[int, int]


def _split(rows: Array, patients: Array) -> dict[_Minute, Array]:
    """Rows by owner and minute of measurement."""
    minutes = rows["at"] // MINUTE_US * MINUTE_US
    owners = np.where(patients == NOBODY, -rows["device"], patients)
    order = np.lexsort((minutes, owners))
    rows, minutes, owners = rows[order], minutes[order], owners[order]
    edges = np.flatnonzero((np.diff(minutes) != 0) | (np.diff(owners) != 0)) + 1
    firsts = np.concatenate([[0], edges])
    keys = zip(owners[firsts].tolist(), minutes[firsts].tolist(), strict=True)
    return dict(zip(keys, np.split(rows, edges), strict=True))


async def _known_minutes(door: Door, keys: list[_Minute]) -> dict[_Minute, list[dict[str, Any]]]:
    found: dict[_Minute, list[dict[str, Any]]] = {}
    owners, minutes = [key[0] for key in keys], [moment(key[1]) for key in keys]
    for row in await door.all(sql.minute_chunks, dict, owners=owners, minutes=minutes):
        found.setdefault((row["owner"], row["start"]), []).append(row)
    return found


async def _known_hours(
    door: Door, keys: list[_Minute], vitals: list[int]
) -> dict[_Minute, list[bytes]]:
    hours = sorted({(owner, start // HOUR_US * HOUR_US) for owner, start in keys})
    found: dict[_Minute, list[bytes]] = {}
    owners, starts = [hour[0] for hour in hours], [moment(hour[1]) for hour in hours]
    asked = {"owners": owners, "hours": starts, "vitals": vitals}
    for row in await door.all(sql.hour_chunks, dict, **asked):
        found.setdefault((row["owner"], row["start"]), []).append(row["body"])
    return found


def _merge(
    by_minute: dict[_Minute, Array],
    known: dict[_Minute, list[dict[str, Any]]],
    in_hours: dict[_Minute, list[bytes]],
) -> tuple[list[dict[str, Any]], list[int], int]:
    """New chunks, the ids of chunks they replace, and how many readings are new."""
    packed: list[dict[str, Any]] = []
    replaced: list[int] = []
    added = 0
    hours = {key: _unpack_all(bodies) for key, bodies in in_hours.items()}
    for (owner, start), rows in by_minute.items():
        old = known.get((owner, start), [])
        here = _unpack_all(row["body"] for row in old)
        hour = hours.get((owner, start // HOUR_US * HOUR_US), here[:0])
        new = unknown(rows, np.concatenate([here, hour]))
        if not len(new):
            continue
        added += len(new)
        replaced += [row["id"] for row in old]
        every = distinct(np.concatenate([here, new]))
        packed.append(
            {"owner": owner, "minute": moment(start), **_head(every), "body": pack(every)}
        )
    return packed, replaced, added


def _head(rows: Array) -> dict[str, Any]:
    """What is said of a chunk beside it. Up to the millisecond, as its body has it."""
    vitals = mask_of(rows["vital"].tolist())
    return {"vitals": vitals, "received": moment(int(rows["received"].max()))}


def _unpack_all(bodies: Iterable[bytes]) -> Array:
    parts = [unpack(body) for body in bodies]
    return np.concatenate(parts) if parts else np.empty(0, SAMPLES)


# -- waveforms --------------------------------------------------------------------------------


async def _fold_waves(door: Door, bundles: Iterable[_Bundle], worn: Array) -> None:
    frames: dict[int, list[bytes]] = {}
    for each in bundles:
        if each["kind"] == "waves":
            for device, frame in bodies_of(each["heads"], each["body"]):
                frames.setdefault(device, []).append(frame)
    arrived = [part for device, bodies in frames.items() for part in stretches(device, bodies)]
    if not arrived:
        return
    devices = np.array([each.device for each in arrived])
    starts = np.array([each.start for each in arrived])
    patients = wearers_of(devices, starts, worn).tolist()
    stored = await _stored_waves(door, arrived)
    rows = await asyncio.to_thread(
        lambda: [_wave_row(each) for each in weave(arrived, patients, stored)]
    )
    await door.run_many(sql.add_wave, rows)


async def _stored_waves(door: Door, arrived: list[WaveStretch]) -> list[dict[str, Any]]:
    return await door.all(
        sql.waves_around,
        dict,
        waves=sorted({each.wave for each in arrived}),
        devices=sorted({each.device for each in arrived}),
        start=moment(min(each.start for each in arrived)),
        end=moment(max(each.end for each in arrived)),
    )


def _wave_row(woven: Woven) -> dict[str, Any]:
    stretch = woven.stretch
    return {
        "patient": woven.patient,
        "device": stretch.device,
        "wave": stretch.wave,
        "starts": moment(stretch.start),
        "ends": moment(stretch.end),
        "rate": stretch.rate,
        "scale": stretch.scale,
        "samples": len(stretch.samples),
        "body": pack_wave(stretch.samples),
    }


# -- counters ---------------------------------------------------------------------------------


async def _count(door: Door, bundles: Iterable[_Bundle]) -> tuple[Gap, ...]:
    """Remember which numbers of their counters came; what changed in the gaps between them."""
    heads = heads_of(each["heads"] for each in bundles if each["kind"] == "readings")
    heads = heads[(heads["boot"] >= 0) & (heads["seq"] < _COUNTED_MAX)]
    if not len(heads):
        return ()
    devices, boots, firsts, lasts = map(list, zip(*runs_of(heads), strict=True))
    pairs = {"devices": devices, "boots": boots}
    before = await door.all(sql.counted, _Count, **pairs)
    await door.run(sql.remember_numbers, **pairs, firsts=firsts, lasts=lasts)
    was = {(each.device_id, each.boot): each.missing for each in before}
    after = await door.all(sql.counted, _Count, **pairs)
    gaps = (
        Gap(each.device_id, each.boot, each.missing, was.get((each.device_id, each.boot), 0))
        for each in after
    )
    return tuple(gap for gap in gaps if gap.missing != gap.missing_before)
