"""What a watcher recalls: all that was received lately, and of what came before it the last words.

What is recalled of everybody must be little, or nobody is watched meanwhile: a monitor leaves
ten thousand readings an hour, and a rule of it asks for two minutes. Rows are of model.frame.HOT,
each with its patient, in no order; one on the move between two shelves may come twice.
"""

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from homeward.model.errors import place_of
from homeward.model.frame import HOT, KINDS, LATE_US
from homeward.model.vital import BY_INDEX
from homeward.store.chunks import micros, sql, worn_between
from homeward.store.door import Door
from homeward.store.entered import entered
from homeward.store.packed import HOUR_US, MINUTE_US, SAMPLES, Array, mask_of, unpack
from homeward.store.wearing import FOREVER, NOBODY, wearers_of

log = logging.getLogger(__name__)

FEW_A_MINUTE = 4  # of what is measured more often, what lies back is told by a reading a minute
FAR = datetime(2100, 1, 1, tzinfo=UTC)
FEW_AN_HOUR = 60 * FEW_A_MINUTE
REMEMBERED_US = 24 * HOUR_US  # what was measured before then nobody judges any more


@dataclass(frozen=True, slots=True)
class Back:
    """How far back to look.

    From `near` on everything is recalled. Before it, of the vitals (by index) in `slow` all since
    `slow_since`, of those in `long` all since `long_since`, thinned where there are many; and of
    those asked for of a patient besides, what is in the newest chunks of them since `since`. Of
    what is not long nobody asks for more than a `window` before its newest reading.
    """

    near: datetime
    slow: frozenset[int]
    slow_since: datetime
    long: frozenset[int]
    long_since: datetime
    since: datetime
    window: timedelta

    @property
    def window_us(self) -> int:
        """The window, us."""
        return self.window // timedelta(microseconds=1)


async def heard(
    door: Door, patients: Sequence[int], since: datetime, until: datetime | None = None
) -> Array:
    """What devices measured of these patients and we received since then, and before `until`, and
    what is not in chunks yet. No chunk is made of what is less than a minute old."""
    span = {"since": since, "until": until or FAR}
    waiting = await door.all(sql.heard_readings, dict, **span)
    worn = await worn_between(door, patients, micros(since) - REMEMBERED_US, FOREVER)
    return await asyncio.to_thread(_heard, [each["body"] for each in waiting], worn, span)


def _heard(bodies: Iterable[bytes], worn: Array, span: Mapping[str, datetime]) -> Array:
    rows = np.frombuffer(b"".join(bodies), HOT)
    received = rows["received"]
    # A bundle was received with the newest of its readings.
    rows = rows[(received >= micros(span["since"])) & (received < micros(span["until"]))]
    rows["patient"] = wearers_of(rows["device"], rows["at"], worn)
    rows["late"] = 0
    return rows[rows["patient"] != NOBODY]


async def packed(door: Door, patients: Sequence[int], since: datetime, spoiled: list[int]) -> Array:
    """What of these patients was received since then and is in chunks already."""
    which = {"patients": list(patients), "since": since}
    chunks = await door.all(sql.heard_chunks, dict, **which)
    return await asyncio.to_thread(_since, chunks, micros(since), spoiled)


def _since(chunks: Iterable[Mapping[str, Any]], since_us: int, spoiled: list[int]) -> Array:
    every = (_opened(each, None, spoiled) for each in chunks)
    return _joined([rows[rows["received"] >= since_us] for rows in every])


def _opened(
    chunk: Mapping[str, Any],
    vitals: Collection[int] | None,
    spoiled: list[int],
    but: Collection[tuple[int, int]] = (),
) -> Array:
    """The rows of a chunk. One that nobody can read must not keep all others from being watched."""
    try:
        return as_hot(chunk["patient"], unpack(chunk["body"], vitals, but))
    except Exception as error:  # whatever the library that packs raises
        log.error("a chunk of the record cannot be read, and is left out: %s", place_of(error))
        spoiled.append(chunk["patient"])
        return np.zeros(0, HOT)


async def by_hand(door: Door, patients: Sequence[int], since: datetime, until: datetime) -> Array:
    """What people entered for these patients and measured in a span."""
    found = await entered(door, patients, since, until)
    return _joined([as_hot(patient, rows) for patient, rows in found.items()])


async def before(
    door: Door, asked: Mapping[int, frozenset[int]], back: Back, spoiled: list[int]
) -> Array:
    """What devices measured earlier of each of these patients, as far as `back` says. Adds to
    `spoiled` the patients of whom a chunk cannot be read."""
    slow, long = mask_of(back.slow), sorted(back.long)
    vitals = [slow | mask_of(each) for each in asked.values()]
    which = {"patients": list(asked), "vitals": vitals, "since": back.since}
    minutes = await door.all(sql.minutes_before, dict, near=back.near, **which)
    hours = await door.all(
        sql.hours_before, dict, patients=list(asked), near=back.near, vitals=sorted(back.slow),
        since=back.slow_since, few=FEW_AN_HOUR, long=long, long_since=back.long_since,
        every=list(BY_INDEX),
    )  # fmt: skip
    hours += await door.all(sql.newest_hours_of, dict, every=list(BY_INDEX), **which)
    return await asyncio.to_thread(_before, minutes, hours, asked, back, spoiled)


def _before(
    minutes: Iterable[Mapping[str, Any]],
    hours: Iterable[Mapping[str, Any]],
    asked: Mapping[int, frozenset[int]],
    back: Back,
    spoiled: list[int],
) -> Array:
    parts: list[Array] = []
    newest = _Newest(back)
    for each in minutes:
        patient = each["patient"]
        wanted = None if each["is_near"] else back.slow | asked[patient]
        rows = _opened(each, wanted, spoiled, newest.asked_no_more(patient, each["minute"]))
        newest.note(patient, rows)
        parts.append(rows)
    for each in hours:
        rows = _opened(each, None, spoiled)
        # Hour by hour: of a house of arterial lines three hours are twenty million readings.
        parts.append(_thinned(rows, back) if len(rows) > FEW_AN_HOUR else rows)
    rows = _joined(parts)
    order = np.lexsort((rows["at"], rows["vital"], rows["device"], rows["patient"]))
    return _thinned(rows[order], back)


class _Newest:
    """Up to when each vital of each device is known, while chunks are opened from the newest on:
    what is measured each second and asked for by its last minutes is not opened for hours."""

    def __init__(self, back: Back) -> None:
        self._window_us = back.window_us
        self._is_long = np.isin(np.arange(KINDS), sorted(back.long))
        self._at: dict[int, dict[tuple[int, int], int]] = {}

    def asked_no_more(self, patient: int, minute: datetime) -> list[tuple[int, int]]:
        """Of which vitals of which devices nobody asks what was measured in this minute."""
        since = micros(minute) + MINUTE_US + self._window_us
        return [group for group, at in self._at.get(patient, {}).items() if at >= since]

    def note(self, patient: int, rows: Array) -> None:
        """These rows of a chunk are known now. What came late stands in no window."""
        vital = rows["vital"]
        rows = rows[~self._is_long[vital] & (rows["received"] - rows["at"] <= LATE_US[vital])]
        if not len(rows):
            return
        is_last = np.append((np.diff(rows["vital"]) != 0) | (np.diff(rows["device"]) != 0), True)
        known = self._at.setdefault(patient, {})
        for vital, device, at in rows[is_last][["vital", "device", "at"]].tolist():
            known[vital, device] = max(at, known.get((vital, device), at))


def as_hot(patient: int, rows: Array) -> Array:
    """Samples of one patient as rows of the hot lane."""
    hot = np.zeros(len(rows), HOT)
    hot["patient"] = patient
    for name in SAMPLES.names or ():
        hot[name] = rows[name]
    return hot


def _joined(parts: Sequence[Array]) -> Array:
    return np.concatenate(parts) if parts else np.zeros(0, HOT)


def _thinned(rows: Array, back: Back) -> Array:
    """These rows, by stream and time of measurement, without what nobody asks for: of slow vitals
    in minutes of many the last is enough, but for the window before the newest."""
    at, stream = rows["at"], (rows["patient"], rows["device"], rows["vital"])
    streams, minutes = _runs(*stream), _runs(*stream, at // MINUTE_US)
    newest = np.repeat(at[np.cumsum(streams) - 1], streams)
    is_kept = (at >= newest - back.window_us) | np.repeat(minutes <= FEW_A_MINUTE, minutes)
    is_kept[np.cumsum(minutes) - 1] = True
    is_slow = np.isin(rows["vital"], sorted(back.slow))
    is_asked = np.where(is_slow, at >= micros(back.slow_since), at >= micros(back.since))
    return rows[(at >= micros(back.near)) | is_asked & (is_kept | ~is_slow)]


def _runs(*columns: Array) -> Array:
    """How many rows in turn are the same in these columns."""
    edges = np.zeros(len(columns[0]), bool)
    edges[:1] = True
    for column in columns:
        edges[1:] |= np.diff(column) != 0
    return np.diff(np.flatnonzero(edges), append=len(edges))
