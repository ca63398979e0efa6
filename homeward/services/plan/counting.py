"""Counts who needs a call, a few patients at a time, so that a panel of thousands is one read."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import numpy as np

from homeward.clinical.flagged import FLAGGED
from homeward.clinical.panel import STEPS, WEEK, Known, Sum, reasons, total
from homeward.clinical.plan import Kept
from homeward.clinical.questions import points_max
from homeward.clinical.reports.weight import weight
from homeward.clinical.zone import Zones
from homeward.model.errors import Missing
from homeward.model.questions import said
from homeward.model.vital import BY_INDEX, BY_NAME
from homeward.services.plan.answers import form_of
from homeward.services.plan.body import zones_of
from homeward.services.plan.zone_routes import Q
from homeward.store import Door, Store
from homeward.store.chunks import micros, moment, samples, trend
from homeward.store.packed import DAY_US
from homeward.store.trends import Trend

PATIENTS_MAX = 50
COUNTED_FOR = timedelta(minutes=15)
DAYS = 14
WEIGHED_DAYS = 5
VITALS = [BY_NAME[name].index for name in STEPS]


async def count(store: Store, now: datetime, house_zone: str) -> int:
    """Count those who were not lately; how many that was."""
    door = store.door()
    waiting = await door.all(
        Q.to_count, dict, week=now - WEEK, fortnight=now - 2 * WEEK, before=now - COUNTED_FOR,
        patients_max=PATIENTS_MAX, flagged=FLAGGED,
    )  # fmt: skip
    for row in waiting:
        known = await _known(door, row, now, house_zone)
        found = reasons(known, now)
        await door.run(
            Q.counted, patient=row["patient_id"], now=now, points=total(found),
            reasons=msgspec.json.encode(found).decode(), expected=known.adherence.expected,
            done=known.adherence.done, last=known.last_reading,
        )  # fmt: skip
    return len(waiting)


async def _known(door: Door, row: Mapping[str, Any], now: datetime, house_zone: str) -> Known:
    patient, end = row["patient_id"], micros(now)
    start = end - DAYS * DAY_US
    found = await trend(door, patient, list(BY_INDEX), start, end, DAYS)
    lasts = [int(each.at[-1]) for each in found.values() if len(each.at)]
    last = moment(max(lasts)) if lasts else await _before(door, patient, start)
    zones = zones_of(await door.all(Q.zones, dict, patient=patient), house_zone)
    return Known(
        row["alarms"],
        _means({index: each for index, each in found.items() if index in VITALS}, end),
        await _gain(door, patient, zones, end) if BY_NAME["weight"].index in found else None,
        Kept(row["expected"], row["done"]), row["unanswered"], last, row["has_plan"],
        row["flagged"], await _sums(door, row["sums"]),
    )  # fmt: skip


async def _sums(door: Door, rows: Sequence[Sequence[Any]]) -> tuple[Sum, ...]:
    """What each questionnaire came to last, by the version that was answered."""
    found: list[Sum] = []
    for url, version, points, band in rows:
        try:
            form = await form_of(door, url, version)
        except Missing:  # one that came along with an older Homeward
            continue
        found.append(Sum(said(form.title, "en"), points, points_max(form), band))
    return tuple(found)


async def _before(door: Door, patient: int, start_us: int) -> datetime | None:
    """When something was measured last that is older than two weeks."""
    found = await trend(door, patient, list(BY_INDEX), 0, start_us, 400)
    lasts = [int(each.at[-1]) for each in found.values() if len(each.at)]
    return moment(max(lasts)) if lasts else None


def _means(found: Mapping[int, Trend], end_us: int) -> dict[str, tuple[float, float]]:
    """Of each vital the mean of the days of the last week, and of the week before."""
    means: dict[str, tuple[float, float]] = {}
    for index, each in found.items():
        is_last = each.at >= end_us - 7 * DAY_US
        last, before = each.mean[is_last], each.mean[~is_last]
        if len(last) and len(before):
            means[BY_INDEX[index].name] = (float(np.mean(last)), float(np.mean(before)))
    return means


async def _gain(door: Door, patient: int, zones: Zones, end_us: int) -> Any:
    index = BY_NAME["weight"].index
    found = await samples(door, patient, [index], end_us - WEIGHED_DAYS * DAY_US, end_us)
    return weight(found[index], zones, end_us, WEIGHED_DAYS).newest_gain if found else None
