"""Reading the record back: the cold store, chunks and what still waits in the inbox, as one.

A reading moves from the inbox to a minute chunk to an hour chunk, and may one day leave for the
cold store. All functions read in that order, so that one on the move is seen twice (and told apart)
but never missed; what people entered stays where it is. Times are us since 1970 UTC; spans include
their start, not their end.
"""

import asyncio
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from homeward.model.frame import HOT, unpack_waves
from homeward.model.vital import BY_INDEX
from homeward.store.bundles import SHELVES, bodies_of
from homeward.store.cold_reading import cold_samples, cold_waves
from homeward.store.door import Door, queries
from homeward.store.entered import by_patient
from homeward.store.packed import (
    MINUTE_US,
    SAMPLES,
    Array,
    WaveStretch,
    distinct,
    from_hot,
    times_in,
    unpack,
    unpack_wave,
)
from homeward.store.trends import Trend, bucketed, fineness, outermost, rolled_parts, singles
from homeward.store.wearing import NOBODY, wearers_of, worn_of

sql = queries("homeward.store")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FOREVER_US = 4_102_444_800_000_000  # 2100: no reading is later


async def samples(
    door: Door,
    patient_id: int,
    vitals: Collection[int],
    start_us: int,
    end_us: int,
    waiting: list[Array] | None = None,
) -> dict[int, Array]:
    """Every reading of these vitals (by index) in a span, once, oldest first.

    `waiting` is what `waits` said just before; it is asked where it is not given.
    Arrays of (vital, device, at, value, received); a vital without readings is left out. Raises
    Unreachable where some are in the cold store and that is away.
    """
    span = _span(start_us, end_us)
    if waiting is None:
        waiting = await waits(door, patient_id, start_us, end_us)
    minutes, hours = await door.together(
        sql.minutes_between(dict, patients=[patient_id], **span),
        sql.hours_between(dict, patient=patient_id, vitals=list(vitals), **span),
    )
    bodies = [row["body"] for row in (*minutes, *hours)]
    rest = [*waiting, *await cold_samples(door, patient_id, vitals, **span)]

    def read() -> dict[int, Array]:
        rows = _read(bodies, rest, set(vitals))
        return _by_vital(_within(rows, start_us, end_us))

    return await asyncio.to_thread(read)


async def trend(
    door: Door,
    patient_id: int,
    vitals: Collection[int],
    start_us: int,
    end_us: int,
    points: int,
    waiting: list[Array] | None = None,
) -> dict[int, Trend]:
    """At most `points` buckets of each vital; where there are fewer readings, each as it is.

    `waiting` as in `samples`.
    """
    bucket_us = -(-(end_us - start_us) // max(1, points))
    if bucket_us < MINUTE_US:
        found = await samples(door, patient_id, vitals, start_us, end_us, waiting)
        parts = {vital: [singles(rows)] for vital, rows in found.items()}
        gone = [vital for vital in vitals if vital not in found]
        asked = {"patient": patient_id, "vitals": gone, **_span(start_us, end_us)}
        minutes = await door.all(sql.minutes_alone_between, dict, **asked) if gone else []
        parts |= rolled_parts(minutes, "minutes", start_us, end_us)
        every = {vital: np.concatenate(each) for vital, each in parts.items()}
        return {
            vital: bucketed(rows, start_us, bucket_us) for vital, rows in every.items() if len(rows)
        }
    span = _span(start_us, end_us)
    if waiting is None:
        waiting = await waits(door, patient_id, start_us, end_us)
    asked = {"patient": patient_id, "vitals": list(vitals), "by": fineness(bucket_us)}
    minutes, rolled = await door.together(
        sql.minutes_between(dict, patients=[patient_id], **span),
        sql.rolled_between(dict, **asked, **span),
    )
    fresh = [row["body"] for row in minutes]
    return await asyncio.to_thread(
        _long_trend,
        fresh,
        waiting,
        rolled,
        set(vitals),
        span_us=(start_us, end_us, bucket_us),
    )


async def waves(
    door: Door, patient_id: int, wave: int, start_us: int, end_us: int
) -> list[WaveStretch]:
    """Stretches of one waveform (by index) in a span, cut to it, oldest first.

    Raises Unreachable where some are in the cold store and that is away.
    """
    found = await _waiting_waves(door, patient_id, wave, start_us, end_us)
    span = _span(start_us, end_us)
    for row in await door.all(sql.waves_between, dict, patient=patient_id, wave=wave, **span):
        pieces = (row["device"], row["start"], row["rate"], row["scale"], unpack_wave(row["body"]))
        found.append(WaveStretch(wave, *pieces))
    found += await cold_waves(door, patient_id, wave, **span)
    cut = (_cut(each, start_us, end_us) for each in without_doubles(found))
    return sorted((each for each in cut if len(each.samples)), key=lambda each: each.start)


async def extent(
    door: Door, patient_id: int, waiting: list[Array] | None = None
) -> tuple[int, int] | None:
    """When the first and the last reading of the whole record were measured.

    `waiting` as in `samples`, of the whole record.
    """
    if waiting is None:
        waiting = await waits(door, patient_id)
    edges, (gone,) = await door.together(
        sql.edges(dict, patient=patient_id, vitals=list(BY_INDEX)),
        sql.extent_gone(dict, patient=patient_id),
    )
    times = [rows["at"] for rows in waiting]
    times += [times_in(row["body"]) for row in edges]
    times += [np.array([us]) for us in (gone["first"], gone["last"]) if us is not None]
    every = np.concatenate(times) if times else np.empty(0, np.int64)
    return outermost(every, gone["first_day"], gone["last_day"])


def without_doubles(stretches: Iterable[WaveStretch]) -> list[WaveStretch]:
    """Drop every stretch that lies within another of the same device and waveform."""
    kept: list[WaveStretch] = []
    ends: dict[tuple[int, int], int] = {}
    for each in sorted(stretches, key=lambda each: (each.start, -each.end)):
        key = (each.device, each.wave)
        tolerance_us = round(0.5e6 / each.rate)
        if each.end > ends.get(key, 0) + tolerance_us:
            kept.append(each)
            ends[key] = each.end
    return kept


def micros(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment(us: int) -> datetime:
    """The time of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=us)


def _span(start_us: int, end_us: int) -> dict[str, datetime]:
    return {
        "start": moment(max(0, min(start_us, FOREVER_US))),
        "end": moment(min(end_us, FOREVER_US)),
    }


# -- what still waits in the inbox ------------------------------------------------------------


async def worn_between(door: Door, patients: Sequence[int], start_us: int, end_us: int) -> Array:
    """Which devices these patients wore in a span, and when, as rows of WORN."""
    span = _span(start_us, end_us)
    return worn_of(await door.one(sql.worn_between, dict, patients=list(patients), **span))


async def waits(
    door: Door, patient_id: int, start_us: int = 0, end_us: int = FOREVER_US
) -> list[Array]:
    """What of a patient's readings is not in chunks: for whoever asks of the record twice."""
    _, rows = await waiting_of(door, [patient_id], start_us, end_us)
    return [rows] if len(rows) else []


async def waiting_of(
    door: Door, patients: Sequence[int], start_us: int, end_us: int
) -> tuple[Array, Array]:
    """Whose, and what: rows that are not in chunks, not yet or because a person entered them."""
    asked = {"patients": list(patients), **_span(start_us, end_us)}
    (worn,), waiting, entered = await door.together(
        sql.worn_between(dict, **asked),
        sql.waiting_readings(dict, shelves=SHELVES, **asked),
        sql.entered_between(dict, **asked),
    )
    bodies = [each["body"] for each in waiting]
    # Everybody's of a minute lie there: to search them keeps an alarm waiting elsewhere.
    whose, rows = await asyncio.to_thread(_worn, bodies, worn_of(worn), start_us, end_us)
    by_hand = by_patient(entered)
    whose = [whose, *(np.full(len(mine), patient) for patient, mine in by_hand.items())]
    return np.concatenate(whose), np.concatenate([rows, *by_hand.values()])


def _worn(bodies: Iterable[bytes], worn: Array, start_us: int, end_us: int) -> tuple[Array, Array]:
    """What waits on some shelves, of who wore these devices when it was measured, and whose."""
    hot = np.frombuffer(b"".join(bodies), HOT)
    hot = hot[np.isin(hot["device"], worn["device"])]
    rows = _within(from_hot(hot), start_us, end_us)
    whose = wearers_of(rows["device"], rows["at"], worn)
    return whose[whose != NOBODY], rows[whose != NOBODY]


async def _waiting_waves(
    door: Door, patient_id: int, wave: int, start_us: int, end_us: int
) -> list[WaveStretch]:
    asked = {"patients": [patient_id], **_span(start_us, end_us)}
    (worn,), waiting = await door.together(
        sql.worn_between(dict, **asked), sql.waiting_waves(dict, shelves=SHELVES, **asked)
    )
    frames: dict[int, list[bytes]] = {}
    for bundle in waiting:
        for device, frame in bodies_of(bundle["heads"], bundle["body"]):
            frames.setdefault(device, []).append(frame)
    found: list[WaveStretch] = []
    for device, _, starts, ends in worn_of(worn).tolist():
        for stretch in stretches(device, frames.get(device, [])):
            is_mine = starts <= stretch.start < ends
            if is_mine and stretch.wave == wave and stretch.start < end_us:
                found.append(stretch)
    return found


def stretches(device: int, frames: Iterable[bytes]) -> list[WaveStretch]:
    """The channels of wave frames, each a stretch of its own."""
    return [
        WaveStretch(
            channel.wave.index, device, frame.start, channel.rate, channel.scale, channel.samples
        )
        for frame in map(unpack_waves, frames)
        for channel in frame.channels
        if len(channel.samples)
    ]


def _cut(stretch: WaveStretch, start_us: int, end_us: int) -> WaveStretch:
    """The part of a stretch within a span."""
    step = 1e6 / stretch.rate
    first = max(0, math.ceil((start_us - stretch.start) / step))
    last = max(first, min(len(stretch.samples), math.ceil((end_us - stretch.start) / step)))
    return replace(
        stretch, start=stretch.start + round(first * step), samples=stretch.samples[first:last]
    )


# -- rows ----------------------------------------------------------------------------------------


def _read(bodies: Iterable[bytes], waiting: Iterable[Array], vitals: set[int]) -> Array:
    parts = [unpack(body, vitals) for body in bodies]
    parts += [rows[np.isin(rows["vital"], list(vitals))] for rows in waiting]
    return np.concatenate(parts) if parts else np.empty(0, SAMPLES)


def _within(rows: Array, start_us: int, end_us: int) -> Array:
    return rows[(rows["at"] >= start_us) & (rows["at"] < end_us)]


def _by_vital(rows: Array) -> dict[int, Array]:
    """Rows of each vital, oldest first, each once."""
    found: dict[int, Array] = {}
    for vital in np.unique(rows["vital"]).tolist():
        mine = _in_time(rows[rows["vital"] == vital])
        # Only readings of one moment can be the same one; mostly no two are.
        if (mine["at"][1:] == mine["at"][:-1]).any():
            mine = _in_time(distinct(mine))
        found[vital] = mine
    return found


def _in_time(rows: Array) -> Array:
    return rows[np.argsort(rows["at"], kind="stable")]


def _long_trend(
    fresh: Iterable[bytes],
    waiting: Iterable[Array],
    rolled: list[dict[str, Any]],
    vitals: set[int],
    span_us: tuple[int, int, int],
) -> dict[int, Trend]:
    """A trend of what is rolled up and of readings that are not in hour chunks yet."""
    start_us, end_us, bucket_us = span_us
    parts = rolled_parts(rolled, fineness(bucket_us), start_us, end_us)
    for vital, rows in _by_vital(_read(fresh, waiting, vitals)).items():
        parts.setdefault(vital, []).append(singles(_within(rows, start_us, end_us)))
    every = {vital: np.concatenate(each) for vital, each in parts.items()}
    return {
        vital: bucketed(rows, start_us, bucket_us) for vital, rows in every.items() if len(rows)
    }
