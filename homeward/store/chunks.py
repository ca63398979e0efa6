"""Reading the record back: the cold store, chunks and what still waits in the inbox, as one.

A reading moves from the inbox to a minute chunk to an hour chunk, and may one day leave for the
cold store. All functions read in that order, so that one on the move is seen twice (and told apart)
but never missed; what people entered stays where it is. Times are us since 1970 UTC; spans include
their start, not their end.
"""

import asyncio
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import numpy as np

from homeward.model.frame import HOT, unpack_waves
from homeward.model.vital import BY_INDEX
from homeward.store.bundles import SHELVES, bodies_of
from homeward.store.cold_reading import cold_samples, cold_waves
from homeward.store.door import Door
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
from homeward.store.sql import Asked, queries
from homeward.store.trends import Trend, bucketed, fineness, outermost, rolled_parts, singles
from homeward.store.wearing import NOBODY, wearers_of, worn_of

Found = TypeVar("Found")
sql = queries("homeward.store")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
THREAD_BYTES_MIN = 16_384  # packed: what a millisecond unpacks, or searches four times over
FOREVER_US = 4_102_444_800_000_000  # 2100: no reading is later


async def samples(
    door: Door, patient_id: int, vitals: Collection[int], start_us: int, end_us: int
) -> dict[int, Array]:
    """Every reading of these vitals (by index) in a span, once, oldest first.

    Arrays of (vital, device, at, value, received); a vital without readings is left out. Raises
    Unreachable where some are in the cold store and that is away.
    """
    span = _span(start_us, end_us)
    *waiting, minutes, hours = await door.together(
        *waiting_asked([patient_id], start_us, end_us),
        sql.minutes_between(dict, patients=[patient_id], **span),
        sql.hours_between(dict, patient=patient_id, vitals=list(vitals), **span),
    )
    _, fresh = await waiting_of(waiting, start_us, end_us)
    return await _samples(door, patient_id, vitals, (start_us, end_us), fresh, [*minutes, *hours])


async def _samples(
    door: Door,
    patient_id: int,
    vitals: Collection[int],
    span_us: tuple[int, int],
    fresh: Array,
    chunks: Sequence[Mapping[str, Any]],
) -> dict[int, Array]:
    rest = [fresh, *await cold_samples(door, patient_id, vitals, **_span(*span_us))]

    def read() -> dict[int, Array]:
        rows = _read(chunks, rest, set(vitals))
        return _by_vital(_within(rows, *span_us))

    return await _aside(read, chunks)


async def trend(
    door: Door, patient_id: int, vitals: Collection[int], start_us: int, end_us: int, points: int
) -> dict[int, Trend]:
    """At most `points` buckets of each vital; where there are fewer readings, each as it is.

    Raises Unreachable as `samples` does.
    """
    span_us = (start_us, end_us, _bucket_us(start_us, end_us, points))
    *waiting, minutes, older = await door.together(
        *waiting_asked([patient_id], start_us, end_us),
        *_trend_asked(patient_id, vitals, span_us),
    )
    _, fresh = await waiting_of(waiting, start_us, end_us)
    return await _trend(door, patient_id, vitals, span_us, fresh, minutes, older)


async def chart(
    door: Door,
    patient_id: int,
    vitals: Collection[int],
    span_us: tuple[int, int],
    points: int,
    *also: Asked[Any],
) -> tuple[tuple[int, int] | None, dict[int, Trend], list[list[Any]]]:
    """A record's extent and its trend of a span, and the rows of what is asked besides: all in one
    trip to the database. Raises Unreachable as `samples` does."""
    long_us = (*span_us, _bucket_us(*span_us, points))
    first, second, third, edges, gone, minutes, older, *rows = await door.together(
        *waiting_asked([patient_id]),
        *_extent_asked(patient_id),
        *_trend_asked(patient_id, vitals, long_us),
        *also,
    )
    _, fresh = await waiting_of((first, second, third))
    found = await _trend(door, patient_id, vitals, long_us, fresh, minutes, older)
    return _extent(fresh, edges, gone), found, rows


def _bucket_us(start_us: int, end_us: int, points: int) -> int:
    return -(-(end_us - start_us) // max(1, points))


def _trend_asked(
    patient_id: int, vitals: Collection[int], span_us: tuple[int, int, int]
) -> tuple[Asked[Any], Asked[Any]]:
    span = _span(*span_us[:2])
    asked = {"patient": patient_id, "vitals": list(vitals), **span}
    older = sql.hours_between(dict, **asked)
    if span_us[2] >= MINUTE_US:
        older = sql.rolled_between(dict, by=fineness(span_us[2]), **asked)
    return sql.minutes_between(dict, patients=[patient_id], **span), older


async def _trend(
    door: Door,
    patient_id: int,
    vitals: Collection[int],
    span_us: tuple[int, int, int],
    fresh: Array,
    minutes: Sequence[Mapping[str, Any]],
    older: Sequence[Mapping[str, Any]],
) -> dict[int, Trend]:
    """Of what `_trend_asked` asked for: buckets of readings, or of what is rolled up."""
    start_us, end_us, bucket_us = span_us
    chunks = [*minutes, *older]
    if bucket_us >= MINUTE_US:
        return await _aside(
            lambda: _long_trend(minutes, fresh, older, set(vitals), span_us), chunks
        )
    found = await _samples(door, patient_id, vitals, (start_us, end_us), fresh, chunks)
    parts = {vital: [singles(rows)] for vital, rows in found.items()}
    gone = [vital for vital in vitals if vital not in found]
    asked = {"patient": patient_id, "vitals": gone, **_span(start_us, end_us)}
    alone = await door.all(sql.minutes_alone_between, dict, **asked) if gone else []
    parts |= rolled_parts(alone, "minutes", start_us, end_us)
    every = {vital: np.concatenate(each) for vital, each in parts.items()}
    return {
        vital: bucketed(rows, start_us, bucket_us) for vital, rows in every.items() if len(rows)
    }


async def waves(
    door: Door, patient_id: int, wave: int, start_us: int, end_us: int
) -> list[WaveStretch]:
    """Stretches of one waveform (by index) in a span, cut to it, oldest first.

    Raises Unreachable where some are in the cold store and that is away.
    """
    waiting = await waiting_waves(door, patient_id, start_us, end_us)
    found = [each for each in waiting if each.wave == wave]
    span = _span(start_us, end_us)
    for row in await door.all(sql.waves_between, dict, patient=patient_id, wave=wave, **span):
        pieces = (row["device"], row["start"], row["rate"], row["scale"], unpack_wave(row["body"]))
        found.append(WaveStretch(wave, *pieces))
    found += await cold_waves(door, patient_id, wave, **span)
    cut = (_cut(each, start_us, end_us) for each in without_doubles(found))
    return sorted((each for each in cut if len(each.samples)), key=lambda each: each.start)


async def extent(door: Door, patient_id: int) -> tuple[int, int] | None:
    """When the first and the last reading of the whole record were measured."""
    *waiting, edges, gone = await door.together(
        *waiting_asked([patient_id]), *_extent_asked(patient_id)
    )
    _, fresh = await waiting_of(waiting)
    return _extent(fresh, edges, gone)


def _extent_asked(patient_id: int) -> tuple[Asked[Any], Asked[Any]]:
    return (
        sql.edges(dict, patient=patient_id, vitals=list(BY_INDEX)),
        sql.extent_gone(dict, patient=patient_id),
    )


def _extent(
    fresh: Array, edges: Iterable[Mapping[str, Any]], gone: Sequence[Mapping[str, Any]]
) -> tuple[int, int] | None:
    (left,) = gone
    times = [fresh["at"], *(times_in(row["body"]) for row in edges)]
    times += [np.array([us]) for us in (left["first"], left["last"]) if us is not None]
    return outermost(np.concatenate(times), left["first_day"], left["last_day"])


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
    asked = {"patients": list(patients), "part": "readings", **span}
    return worn_of(await door.one(sql.worn_between, dict, **asked))


def waiting_asked(
    patients: Sequence[int], start_us: int = 0, end_us: int = FOREVER_US
) -> tuple[Asked[Any], Asked[Any], Asked[Any]]:
    """What to ask for rows that are not in chunks, not yet or because a person entered them."""
    asked = {"patients": list(patients), **_span(start_us, end_us)}
    return (
        sql.worn_between(dict, part="readings", **asked),
        sql.waiting_readings(dict, shelves=SHELVES, **asked),
        sql.entered_between(dict, **asked),
    )


async def waiting_of(
    answers: Sequence[Sequence[Mapping[str, Any]]], start_us: int = 0, end_us: int = FOREVER_US
) -> tuple[Array, Array]:
    """Whose, and what, of the answers to those questions."""
    (worn,), waiting, entered = answers
    # Everybody's of a minute lie there: to search them keeps an alarm waiting elsewhere.
    whose, rows = await _aside(lambda: _worn(waiting, worn_of(worn), start_us, end_us), waiting)
    by_hand = by_patient(entered)
    whose = [whose, *(np.full(len(mine), patient) for patient, mine in by_hand.items())]
    return np.concatenate(whose), np.concatenate([rows, *by_hand.values()])


async def _aside(work: Callable[[], Found], bodies: Iterable[Mapping[str, Any]]) -> Found:
    """Do it, in a thread unless these bodies are so short that the thread would take longer."""
    if sum(len(each["body"] or b"") for each in bodies) < THREAD_BYTES_MIN:
        return work()
    return await asyncio.to_thread(work)


def _worn(
    waiting: Iterable[Mapping[str, Any]], worn: Array, start_us: int, end_us: int
) -> tuple[Array, Array]:
    """What waits on some shelves, of who wore these devices when it was measured, and whose."""
    hot = np.frombuffer(b"".join(each["body"] for each in waiting), HOT)
    hot = hot[np.isin(hot["device"], worn["device"])]
    hot = _within(hot, start_us, end_us)
    whose = wearers_of(hot["device"], hot["at"], worn)
    is_worn = whose != NOBODY
    return whose[is_worn], from_hot(hot[is_worn])


async def waiting_waves(
    door: Door, patient_id: int, start_us: int, end_us: int
) -> list[WaveStretch]:
    """Stretches of a patient that begin in a span and are not in chunks yet."""
    asked = {"patients": [patient_id], **_span(start_us, end_us)}
    (worn,), waiting = await door.together(
        sql.worn_between(dict, part="waves", **asked),
        sql.waiting_waves(dict, shelves=SHELVES, **asked),
    )
    frames: dict[int, list[bytes]] = {}
    for bundle in waiting:
        for device, frame in bodies_of(bundle["heads"], bundle["body"]):
            frames.setdefault(device, []).append(frame)
    found: list[WaveStretch] = []
    for device, _, starts, ends in worn_of(worn).tolist():
        for stretch in stretches(device, frames.get(device, [])):
            is_mine = starts <= stretch.start < ends
            if is_mine and stretch.start < end_us:
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


def _read(chunks: Iterable[Mapping[str, Any]], waiting: Iterable[Array], vitals: set[int]) -> Array:
    parts = [unpack(each["body"], vitals) for each in chunks]
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
    minutes: Iterable[Mapping[str, Any]],
    fresh: Array,
    rolled: Iterable[Mapping[str, Any]],
    vitals: set[int],
    span_us: tuple[int, int, int],
) -> dict[int, Trend]:
    """A trend of what is rolled up and of readings that are not in hour chunks yet."""
    start_us, end_us, bucket_us = span_us
    parts = rolled_parts(rolled, fineness(bucket_us), start_us, end_us)
    for vital, rows in _by_vital(_read(minutes, [fresh], vitals)).items():
        parts.setdefault(vital, []).append(singles(_within(rows, start_us, end_us)))
    every = {vital: np.concatenate(each) for vital, each in parts.items()}
    return {
        vital: bucketed(rows, start_us, bucket_us) for vital, rows in every.items() if len(rows)
    }
