"""Fold: messages that had their time become chunks, in one transaction a batch.

Safe to kill at any point and to run in two processes: all of a batch is committed together, and
processes take turns. A reading the record already has (same device, vital, time and value) is
dropped, so sending a whole day again adds nothing.

What cannot be folded must not keep the rest waiting: it goes to the quarantine, with its reason.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from homeward.model.errors import Unreadable
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
from homeward.store.refused import NO_SUCH_VALUE
from homeward.store.wearing import wearers_of, worn_of

# What a device sends a minute late still finds its own minute; gaps had their time to close.
GRACE = timedelta(seconds=60)
BUNDLES_MAX = 100_000  # more than a minute's, or each patient's minute would be made in parts
BYTES_MAX = 16 * 1024 * 1024
NOT_FOLDED = "it could not be folded"
# What a message brings about by what it says, and no outage does.
UNFOLDABLE = (ArithmeticError, LookupError, TypeError, ValueError, Unreadable, *NO_SUCH_VALUE)

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
    """What one batch did. `aside`: messages that could not be folded."""

    messages: int
    samples_added: int
    gaps: tuple[Gap, ...] = ()
    aside: int = 0


@dataclass(frozen=True, slots=True)
class _Aside:
    """A message that cannot be folded."""

    device: int
    topic: str
    reason: str
    body: bytes


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
        messages = sum(each["messages"] for each in bundles)
        added, aside = await _fold_sound(door, bundles, worn, now)
        if aside:
            columns = zip(*((each.device, each.topic, each.reason, each.body) for each in aside),
                          strict=True)  # fmt: skip
            devices, topics, reasons, bodies = map(list, columns)
            await door.run(sql.put_aside, devices=devices, topics=topics, reasons=reasons,
                           bodies=bodies, received=now)  # fmt: skip
        await door.run(sql.take_from_inbox, ids=[id for each in bundles for id in each["ids"]])
        gaps = await _count(door, bundles)
        return Folded(messages, added, gaps, len(aside))


async def _fold_sound(
    door: Door, bundles: Sequence[_Bundles], worn: Array, now: datetime
) -> tuple[int, list[_Aside]]:
    """Fold what can be folded, in halves where not all can: samples added, and the messages that
    cannot be. Where none can the fault is ours: raises it, and all stays where it is."""
    try:
        async with door.transaction() as inside:
            added = await _fold_readings(inside, bundles, worn, now)
            await _fold_waves(inside, bundles, worn)
            return added, []
    except UNFOLDABLE as error:
        halves = [part for each in bundles for part in _halves(each)]
        if sum(each["messages"] for each in bundles) == 1:
            raise
        fault = error
    added, aside = 0, list[_Aside]()
    sound = 0
    for part in halves:
        try:
            more, apart = await _fold_sound(door, [part], worn, now)
        except UNFOLDABLE as error:
            aside += _aside_of(part, error)
            continue
        added, aside, sound = added + more, [*aside, *apart], sound + 1
    if not sound:
        raise fault
    return added, aside


def _halves(bundle: _Bundles) -> Iterator[_Bundles]:
    """Its messages as two bundles; of one message itself."""
    heads = heads_of([bundle["heads"]])
    middle = max(1, len(heads) // 2)
    size = int(heads["size"][:middle].sum())
    parts = (
        (heads[:middle], bundle["body"][:size]), (heads[middle:], bundle["body"][size:]),
    )  # fmt: skip
    for part, body in parts:
        if len(part):
            yield {"kind": bundle["kind"], "messages": len(part), "heads": part.tobytes(),
                   "body": body}  # fmt: skip


def _aside_of(bundle: _Bundles, error: Exception) -> Iterator[_Aside]:
    reason = f"{NOT_FOLDED} ({type(error).__name__})"
    for device, body in bodies_of(bundle["heads"], bundle["body"]):
        yield _Aside(device, f"devices/{device}/{bundle['kind']}", reason, body)


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
