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
from homeward.services.record.merge import Minutes, by_minute, chunks_of, merge
from homeward.services.record.weave import Woven, weave
from homeward.store import Door, Store, queries
from homeward.store.bundles import bodies_of, heads_of, runs_of
from homeward.store.chunks import moment, stretches
from homeward.store.packed import (
    HOUR_US,
    Array,
    WaveStretch,
    distinct,
    from_hot,
    pack_wave,
)
from homeward.store.wearing import wearers_of, worn_of

# What a device sends a minute late still finds its own minute; gaps had their time to close.
GRACE = timedelta(seconds=60)
BUNDLES_MAX = 100_000  # more than a minute's, or each patient's minute would be made in parts
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


# Bundles of one kind as one row: ids, kind, messages, heads, body.
_Bundles = dict[str, Any]
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
        await door.run(sql.take_from_inbox, ids=[id for each in bundles for id in each["ids"]])
        gaps = await _count(door, bundles)
        return Folded(sum(each["messages"] for each in bundles), added, gaps)


# -- readings ---------------------------------------------------------------------------------


async def _fold_readings(
    door: Door, bundles: Iterable[_Bundles], worn: Array, now: datetime
) -> int:
    body = b"".join(each["body"] for each in bundles if each["kind"] == "readings")
    if not body:
        return 0
    rows = distinct(from_hot(np.frombuffer(body, HOT)))
    patients = wearers_of(rows["device"], rows["at"], worn)
    fresh = by_minute(rows, patients)
    known = await _known(door, fresh), await _known_hours(door, fresh)
    changed, replaced, added = await asyncio.to_thread(merge, fresh, *known)
    columns = await asyncio.to_thread(chunks_of, changed)
    await door.run(sql.drop_minutes, ids=replaced)
    await door.run(sql.add_minutes, **columns)
    await newest.keep(door, rows, patients, now)
    return added


async def _known(door: Door, fresh: Minutes) -> list[dict[str, Any]]:
    starts = [moment(start) for start in fresh.starts.tolist()]
    return await door.all(sql.minute_chunks, dict, owners=fresh.owners.tolist(), minutes=starts)


async def _known_hours(door: Door, fresh: Minutes) -> list[dict[str, Any]]:
    hours = np.unique(np.stack([fresh.owners, fresh.starts // HOUR_US * HOUR_US]), axis=1)
    owners, starts = hours.tolist()
    vitals = np.unique(fresh.rows["vital"]).tolist()
    asked = {"owners": owners, "hours": [moment(start) for start in starts], "vitals": vitals}
    return await door.all(sql.hour_chunks, dict, **asked)


# -- waveforms --------------------------------------------------------------------------------


async def _fold_waves(door: Door, bundles: Iterable[_Bundles], worn: Array) -> None:
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


async def _count(door: Door, bundles: Iterable[_Bundles]) -> tuple[Gap, ...]:
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
