"""Who said a vital: each source of a span, and of each reading which one, how late, and whether it
counts in reports.

The record keeps all, curves draw all, alarms are judged by all. Reports of blood pressure and
weight count once what two sources measured within a minute; here is said what that sets aside.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from homeward.clinical import overlap
from homeward.guard.route import STAFF, Route
from homeward.model.entered import BY_HAND
from homeward.model.errors import Unreadable
from homeward.model.vital import BY_NAME, Vital
from homeward.services.asking import Asking, Moment
from homeward.store import queries
from homeward.store.chunks import samples
from homeward.store.packed import DAY_US, SAMPLES, Array

Q = queries("homeward.services.chart")
READINGS_MAX = 200
# As reports count them: what is measured together is set aside together.
TOGETHER = (("systolic", "diastolic", "pulse"), ("weight",))
DAYS_MAX, DAYS_MAX_TOGETHER = 7, 31  # what streams is a reading a second


@dataclass(frozen=True, slots=True)
class SourceShown:
    """One source: how it is called, of what kind it is (a device's, `by hand`), by which cloud or
    file it came (empty: neither); how many readings, how many of them late, and how many reports
    set aside (null: they count them another way). Times in ms since 1970 UTC."""

    name: str
    kind: str
    through: str
    readings: int
    late: int
    set_aside: int | None
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class SourcedReading:
    """One reading, in the vital's unit, and its source (an index of `sources`). `counts`: whether
    reports count it; null: they count another way. Times in ms since 1970 UTC."""

    at: int
    received: int
    value: float
    source: int
    is_late: bool
    counts: bool | None


@dataclass(frozen=True, slots=True)
class SourcesShown:
    """The sources of one vital between two moments, who said most first, and the newest readings.
    `start` is later than asked where the span was too long."""

    vital: str
    start: int
    end: int
    sources: list[SourceShown]
    readings: list[SourcedReading]


async def get_sources(
    patient_id: int, door: Asking, vital: str, start: Moment, end: Moment
) -> SourcesShown:
    """Who said this vital between two moments (ms since 1970 UTC), at most 7 days back from `end`
    (31 for blood pressure, pulse and weight); the newest 200 readings with their source."""
    wanted = BY_NAME.get(vital)
    if wanted is None or not 0 <= start < end:
        raise Unreadable("It takes a vital sign there is, and a start before its end.")
    names = next((each for each in TOGETHER if vital in each), (vital,))
    has_policy = names in TOGETHER
    start = max(start, end - (DAYS_MAX_TOGETHER if has_policy else DAYS_MAX) * DAY_US // 1000)
    async with door.held() as held:
        indices = [BY_NAME[each].index for each in names]
        found = await samples(held, patient_id, indices, start * 1000, end * 1000)
        rows = [found.get(index, np.empty(0, SAMPLES)) for index in indices]
        devices = np.unique(np.concatenate([each["device"] for each in rows])).tolist()
        known = await held.all(Q.sources_named, dict, devices=devices, patient=patient_id)
    mine = rows[names.index(vital)]
    told = {row["id"]: row for row in known}
    kept = await asyncio.to_thread(_kept, rows, told, names.index(vital)) if has_policy else None
    return SourcesShown(vital, start, end, *_shown(wanted, mine, told, kept))


def _kept(rows: Sequence[Array], told: Mapping[int, Mapping[str, Any]], place: int) -> Array:
    ranks = {
        number: overlap.rank_of(
            number, *filter(None, (row["called"], row["kind"])), name=row["name"]
        )
        for number, row in told.items()
    } | {BY_HAND: overlap.ENTERED}
    return overlap.counted_once(rows, ranks)[0][place]


def _shown(
    vital: Vital, rows: Array, told: Mapping[int, Mapping[str, Any]], kept: Array | None
) -> tuple[list[SourceShown], list[SourcedReading]]:
    late = rows["received"] - rows["at"] > vital.late_seconds * 1_000_000
    counts = None if kept is None else np.isin(_each(rows), _each(kept))
    numbers, said = np.unique(rows["device"], return_counts=True)
    order = numbers[np.argsort(-said, kind="stable")].tolist()
    sources = [_source(number, rows, late, counts, told.get(number)) for number in order]
    newest = range(len(rows) - 1, max(-1, len(rows) - 1 - READINGS_MAX), -1)
    readings = [
        SourcedReading(
            int(rows["at"][n]) // 1000, int(rows["received"][n]) // 1000, float(rows["value"][n]),
            order.index(int(rows["device"][n])), bool(late[n]),
            None if counts is None else bool(counts[n]),
        )
        for n in newest
    ]  # fmt: skip
    return sources, readings


def _source(
    number: int, rows: Array, late: Array, counts: Array | None, told: Mapping[str, Any] | None
) -> SourceShown:
    mine = rows["device"] == number
    at = rows["at"][mine]
    row = told or {"name": "", "kind": "unknown", "called": None, "cloud": None}
    is_by_hand = number == BY_HAND
    kind = "by hand" if is_by_hand else row["kind"]
    return SourceShown(
        "by hand" if is_by_hand else row["called"] or row["name"],
        kind,
        row["cloud"] or ("Apple Health" if row["called"] else ""),
        int(mine.sum()),
        int(late[mine].sum()),
        None if counts is None else int((~counts[mine]).sum()),
        int(at[0]) // 1000,
        int(at[-1]) // 1000,
    )


def _each(rows: Array) -> Array:
    """A reading's moment and device as one number: two of one device at one moment are one."""
    return rows["at"] * 1_000_003 + rows["device"]


ROUTES = (
    Route(
        "GET", "/api/patients/{patient_id}/sources", get_sources, STAFF,
        part="readings",
    ),
)  # fmt: skip
