"""Counts who needs a call, a few patients at a time, so that a panel of thousands is one read."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import numpy as np

from homeward.clinical import overlap
from homeward.clinical.flagged import FLAGGED
from homeward.clinical.panel import STEPS, WEEK, Known, Sum, reasons, total
from homeward.clinical.plan import Kept
from homeward.clinical.questions import points_max
from homeward.clinical.reports.weight import Gain, weight
from homeward.clinical.zone import Zones
from homeward.model.entered import BY_HAND
from homeward.model.errors import Missing
from homeward.model.questions import said
from homeward.model.vital import BY_INDEX, BY_NAME
from homeward.services.plan.answers import form_of
from homeward.services.plan.body import zones_of
from homeward.services.plan.expecting import ONE_RECORD
from homeward.services.plan.zone_routes import Q
from homeward.store import Door, Store
from homeward.store.chunks import extent, micros, moment, samples, trend
from homeward.store.packed import DAY_US
from homeward.store.trends import Trend

PATIENTS_MAX = 50
COUNTED_FOR = timedelta(minutes=15)
DAYS = 14
WEIGHED_DAYS = 10  # the newest of a week, and the three days before it
VITALS = [BY_NAME[name].index for name in STEPS]
log = logging.getLogger(__name__)


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
    measured = await _measured(door, row["patient_id"], micros(now), house_zone)
    means, gain, last = measured or ({}, None, None)
    return Known(
        row["alarms"], means, gain, Kept(row["expected"], row["done"]), row["unanswered"], last,
        row["has_plan"], row["flagged"], await _sums(door, row["sums"]), measured is not None,
    )  # fmt: skip


async def _measured(
    door: Door, patient: int, end_us: int, house_zone: str
) -> tuple[dict[str, tuple[float, float]], Gain | None, datetime | None] | None:
    """What the record says: means, the newest rise of weight, and when anything was measured last.
    None where it cannot be read: one that rotted must not leave everybody else uncounted."""
    try:
        found = await trend(door, patient, VITALS, end_us - DAYS * DAY_US, end_us, DAYS)
        ends = await extent(door, patient)
        zones = zones_of(await door.all(Q.zones, dict, patient=patient), house_zone)
        gain = await _gain(door, patient, zones, end_us)
    except ONE_RECORD as error:
        log.error("somebody's record cannot be read: %s", error)
        return None
    return _means(found, end_us), gain, None if ends is None else moment(ends[1])


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


def _means(found: Mapping[int, Trend], end_us: int) -> dict[str, tuple[float, float]]:
    """Of each vital the mean of the days of the last week, and of the week before."""
    means: dict[str, tuple[float, float]] = {}
    for index, each in found.items():
        is_last = each.at >= end_us - 7 * DAY_US
        last, before = each.mean[is_last], each.mean[~is_last]
        if len(last) and len(before):
            means[BY_INDEX[index].name] = (float(np.mean(last)), float(np.mean(before)))
    return means


async def _gain(door: Door, patient: int, zones: Zones, end_us: int) -> Gain | None:
    index = BY_NAME["weight"].index
    found = await samples(door, patient, [index], end_us - WEIGHED_DAYS * DAY_US, end_us)
    if not found:
        return None
    rows = found[index]
    devices = np.unique(rows["device"]).tolist()
    known = await door.all(Q.weighed_by, dict, devices=devices) if len(devices) > 1 else []
    ranks = {
        row["id"]: overlap.rank_of(
            row["id"], *filter(None, (row["called"], row["kind"])), name=row["name"]
        )
        for row in known
    } | {BY_HAND: overlap.ENTERED}
    ((rows,), _) = overlap.counted_once([rows], ranks)  # as the report has it
    return weight(rows, zones, end_us, WEIGHED_DAYS).newest_gain
