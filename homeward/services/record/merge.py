"""Merge: what is folded now with what the chunks of its minutes hold. Pure, of all minutes at once:
of thousands of people each has a few readings a minute, and nothing here is done for each of them
but opening what they have already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from homeward.store.chunks import moment
from homeward.store.packed import (
    MINUTE_US,
    SAMPLES,
    Array,
    first_of_each,
    identity,
    pack_each,
    unpack,
)
from homeward.store.wearing import NOBODY


@dataclass(frozen=True, slots=True)
class Minutes:
    """Distinct samples by whose they are and the minute they were measured in, in that order.

    `firsts` are the places in `rows` where each of these minutes begins.
    """

    owners: Array  # a patient, or minus a device that nobody wore
    starts: Array  # us since 1970
    firsts: Array
    rows: Array

    @property
    def places(self) -> Array:
        """Which of the minutes each row is of."""
        lengths = np.diff(self.firsts, append=len(self.rows))
        return np.repeat(np.arange(len(self.firsts)), lengths)


def by_minute(rows: Array, patients: Array) -> Minutes:
    """Distinct rows and who wore the device of each."""
    owners = np.where(patients == NOBODY, -rows["device"], patients)
    starts = rows["at"] // MINUTE_US * MINUTE_US
    order = np.lexsort((starts, owners))  # within a minute they stay in the order of `distinct`
    rows, starts, owners = rows[order], starts[order], owners[order]
    firsts = np.flatnonzero(first_of_each(starts, owners))
    return Minutes(owners[firsts], starts[firsts], firsts, rows)


def merge(
    fresh: Minutes, in_minutes: Sequence[Mapping[str, Any]], in_hours: Sequence[Mapping[str, Any]]
) -> tuple[Minutes, list[int], int]:
    """The minutes that change, whole; the ids of the chunks they replace; how many samples are new.

    Chunks are rows of id, owner, start (us) and body.
    """
    kept_at, kept = _opened(fresh, in_minutes)
    hours_at, hours = _opened(fresh, in_hours)
    known_at, known = np.concatenate([kept_at, hours_at]), np.concatenate([kept, hours])
    places = fresh.places
    is_new = np.ones(len(places), bool)
    met = np.flatnonzero(np.isin(places, known_at))
    is_new[met] = _are_unknown(places[met], fresh.rows[met], known_at, known)
    changed = np.unique(places[is_new])
    stays = np.isin(kept_at, changed)
    every_at = np.concatenate([kept_at[stays], places[is_new]])
    every = np.concatenate([kept[stays], fresh.rows[is_new]])
    if stays.any():
        order = np.lexsort((every["received"], *identity(every), every_at))
        every, every_at = every[order], every_at[order]
        is_first = first_of_each(every_at, *identity(every))
        every, every_at = every[is_first], every_at[is_first]
    firsts = np.searchsorted(every_at, changed)
    keys = set(zip(fresh.owners[changed].tolist(), fresh.starts[changed].tolist(), strict=True))
    replaced = [row["id"] for row in in_minutes if (row["owner"], row["start"]) in keys]
    minutes = Minutes(fresh.owners[changed], fresh.starts[changed], firsts, every)
    return minutes, replaced, int(is_new.sum())


def chunks_of(minutes: Minutes) -> dict[str, list[Any]]:
    """Columns of minute chunks."""
    rows, firsts = minutes.rows, minutes.firsts
    if not len(firsts):
        return {"owners": [], "minutes": [], "vitals": [], "received": [], "bodies": []}
    vitals = np.bitwise_or.reduceat(np.left_shift(1, rows["vital"].astype(np.int64)), firsts)
    received = np.maximum.reduceat(rows["received"], firsts)
    return {
        "owners": minutes.owners.tolist(),
        "minutes": [moment(start) for start in minutes.starts.tolist()],
        "vitals": vitals.tolist(),
        "received": [moment(us) for us in received.tolist()],
        "bodies": pack_each(rows, firsts),
    }


def _opened(fresh: Minutes, chunks: Sequence[Mapping[str, Any]]) -> tuple[Array, Array]:
    """What these chunks hold of the minutes that are folded now, and of which."""
    places, found = [np.empty(0, np.int64)], [np.empty(0, SAMPLES)]
    for chunk in chunks:
        rows = unpack(chunk["body"])
        first, end = np.searchsorted(fresh.owners, (chunk["owner"], chunk["owner"] + 1))
        starts, minutes = fresh.starts[first:end], rows["at"] // MINUTE_US * MINUTE_US
        place = np.minimum(np.searchsorted(starts, minutes), len(starts) - 1)
        is_theirs = starts[place] == minutes
        places.append(first + place[is_theirs])
        found.append(rows[is_theirs])
    return np.concatenate(places), np.concatenate(found)


def _are_unknown(places: Array, rows: Array, known_at: Array, known: Array) -> Array:
    """Whether each of these distinct rows is not among the known ones of its minute."""
    both, both_at = np.concatenate([known, rows]), np.concatenate([known_at, places])
    is_fresh = np.arange(len(both)) >= len(known)
    order = np.lexsort((is_fresh, *identity(both), both_at))
    is_first = first_of_each(both_at[order], *identity(both[order]))
    unknown = np.empty(len(both), bool)
    unknown[order] = is_first
    return unknown[len(known) :]
