"""Makes the page of a report from the record: the one function that screens and paper share."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import numpy as np

from homeward.clinical import overlap
from homeward.clinical.reports import glucose, glucose_page, oximetry, pressure, weight
from homeward.clinical.reports.page import Page
from homeward.clinical.words import ENGLISH, Speech
from homeward.clinical.zone import Zones, instant
from homeward.model.entered import BY_HAND
from homeward.model.vital import BY_NAME
from homeward.store import Door, queries
from homeward.store.chunks import micros, samples
from homeward.store.packed import DAY_US, SAMPLES, Array

Q = queries("homeward.services.report")
Name = Literal["glucose", "pressure", "weight", "oximetry"]
DAYS_MAX = 90
TICK_HOURS = 3
QUARTER_US = 15 * 60_000_000


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose report it is."""

    name: str
    record_number: str
    birth_date: str
    is_pregnant: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to see: over how many days, in which unit, against whose targets; None is
    as usual."""

    days: int | None = None
    unit: str | None = None
    targets: glucose.For | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A page, whose it is, by which clock, and how its reader is spoken to."""

    whose: Whose
    page: Page
    zone: str
    at: datetime
    say: Speech


async def make(
    door: Door, patient: int, name: Name, wish: Wish, now: datetime, house_zone: str,
    say: Speech = ENGLISH,
) -> Made:  # fmt: skip
    """The page. Raises Missing, Unreachable where some of it lies in a cold store that is away."""
    (whose,), rows = await door.together(
        Q.whose(Whose, patient=patient, now=now), Q.zones(dict, patient=patient)
    )
    zones = zones_of(rows, house_zone)
    page = await _PAGES[name](door, patient, whose, wish, zones, now, say)
    return Made(whose, page, zones.at(now), now, say)


def zones_of(rows: Sequence[dict[str, Any]], house_zone: str) -> Zones:
    """A patient's clocks; until the first that was said, the house's."""
    first = (datetime(1970, 1, 1, tzinfo=UTC), house_zone)
    return Zones((first, *((row["starts"], row["zone"]) for row in rows)))


async def _read(
    door: Door, patient: int, vitals: Sequence[str], start_us: int, end_us: int
) -> list[Array]:
    indices = [BY_NAME[vital].index for vital in vitals]
    found = await samples(door, patient, indices, start_us, end_us)
    return [found.get(index, np.empty(0, SAMPLES)) for index in indices]


async def _read_once(
    door: Door, patient: int, vitals: Sequence[str], start_us: int, end_us: int, say: Speech
) -> tuple[list[Array], str]:
    """Nothing twice: what two sources measured within a minute counts by the better one. And what
    to say of what does not count; empty: all does."""
    rows = await _read(door, patient, vitals, start_us, end_us)
    devices = np.unique(np.concatenate([each["device"] for each in rows])).tolist()
    if len(devices) < 2:
        return rows, ""
    known = await door.all(Q.sources, dict, devices=devices)
    ranks = {
        row["id"]: overlap.rank_of(
            row["id"], *filter(None, (row["called"], row["kind"])), name=row["name"]
        )
        for row in known
    } | {BY_HAND: overlap.ENTERED}
    once, left = await asyncio.to_thread(overlap.counted_once, rows, ranks)
    return once, overlap.in_words(left, ranks, say)


def _noted(page: Page, note: str) -> Page:
    return replace(page, notes=(*page.notes, note)) if note else page


async def _glucose(
    door: Door, patient: int, whose: Whose, wish: Wish, zones: Zones, now: datetime, say: Speech
) -> Page:
    days = wish.days or glucose.DAYS
    usual = glucose.For.PREGNANT if whose.is_pregnant else glucose.For.MOST
    end = micros(now)
    (rows,) = await _read(door, patient, ["glucose"], end - days * DAY_US, end)
    found = await asyncio.to_thread(glucose.glucose, rows, zones, end, days, wish.targets or usual)
    return glucose_page.page(found, wish.unit or say.glucose_unit, say)


async def _pressure(
    door: Door, patient: int, _: Whose, __: Wish, zones: Zones, now: datetime, say: Speech
) -> Page:
    end = micros(now)
    start = end - (pressure.DAYS + 1) * DAY_US
    vitals = ["systolic", "diastolic", "pulse"]
    (upper, lower, pulse), note = await _read_once(door, patient, vitals, start, end, say)
    return _noted(pressure.page(pressure.pressure(upper, lower, pulse, zones, end), say), note)


async def _weight(
    door: Door, patient: int, _: Whose, wish: Wish, zones: Zones, now: datetime, say: Speech
) -> Page:
    days, end = wish.days or weight.DAYS, micros(now)
    start = end - (days + 1) * DAY_US
    (rows,), note = await _read_once(door, patient, ["weight"], start, end, say)
    return _noted(weight.page(weight.weight(rows, zones, end, days), days, say), note)


async def _oximetry(
    door: Door, patient: int, _: Whose, wish: Wish, zones: Zones, now: datetime, say: Speech
) -> Page:
    """Since the last noon on the wall, or one some days before, and says since when: a night is not
    cut in two."""
    days = min(wish.days or 1, oximetry.DAYS_MAX)
    since = _noon_before(zones, now) - timedelta(days=days - 1)
    (rows,) = await _read(door, patient, ["oxygen_saturation"], micros(since), micros(now))
    rows = _of_most(rows)
    at, values = rows["at"], rows["value"]
    found = await asyncio.to_thread(oximetry.oximetry, at, values)
    span = say("report.since", at=say.minute(zones.local(since)))
    return oximetry.page(found, span, at, values, _ticks(at, zones), say)


def _noon_before(zones: Zones, now: datetime) -> datetime:
    """The last noon on the wall that is half a day ago at least."""
    local = zones.local(now - timedelta(hours=12))
    noon = datetime.combine(local.date(), datetime.min.time()).replace(hour=12)
    if noon > local:
        noon -= timedelta(days=1)
    return instant(noon, zones.at(now))


def _of_most(rows: Array) -> Array:
    """Those of the sensor that said most: two on two fingers are not one curve."""
    if not len(rows):
        return rows
    devices, counts = np.unique(rows["device"], return_counts=True)
    return rows[rows["device"] == devices[counts.argmax()]]


def _ticks(at: Array, zones: Zones) -> list[tuple[float, str]]:
    """Every third hour by the clock on the wall, in hours since the first reading. Full hours there
    are quarters of UTC's: in India by half an hour."""
    if not len(at):
        return []
    quarters = np.arange(int(at[0]) // QUARTER_US + 1, int(at[-1]) // QUARTER_US + 1)
    wall = zones.minutes(quarters * QUARTER_US)
    step = min(24, TICK_HOURS * max(1, len(quarters) // 120))
    return [
        (float((quarter * QUARTER_US - at[0]) / 3.6e9), f"{minute // 60}:00")
        for quarter, minute in zip(quarters.tolist(), wall.tolist(), strict=True)
        if minute % (60 * step) == 0
    ]


_PAGES = {
    "glucose": _glucose, "pressure": _pressure, "weight": _weight, "oximetry": _oximetry,
}  # fmt: skip
