"""Days: the hours of a day that is over, rolled up in one row a vital for charts of days and years.

Such a row says nothing that the hours do not say. When late readings change an hour, compact
drops it in the same transaction, charts read the hours themselves, and it is made again here.
Safe to kill and to run twice, like fold, whose lock it shares.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import numpy as np

from homeward.services.record.compact import REST
from homeward.store import Store, queries
from homeward.store.packed import ROLLUP, Array, pack_rollup, unpack_rollup

# The last hour of a day is compacted this long after its end, and most late minutes are there.
DAY_REST = timedelta(hours=1) + REST
DAYS_MAX = 16

sql = queries("homeward.services.record")


@dataclass(frozen=True, slots=True)
class _Day:
    owner: int  # a patient, or minus a device that nobody wore
    day: datetime


async def roll_days(store: Store, now: datetime) -> int:
    """Roll up to DAYS_MAX days of as many owners; how many were done."""
    today = (now - DAY_REST).replace(hour=0, minute=0, second=0, microsecond=0)
    due = await store.door().all(sql.closed_days, _Day, before=today, days_max=DAYS_MAX)
    return sum([await _roll_day(store, each) for each in due])


async def _roll_day(store: Store, day: _Day) -> int:
    async with store.door().transaction() as door:
        if not (await door.one(sql.take_turns, dict))["is_mine"]:
            return 0
        which = {"owner": day.owner, "day": day.day}
        hours = await door.all(sql.hours_of_day, dict, **which)
        rows = await asyncio.to_thread(_rolled, hours)
        await door.run(sql.drop_day, **which)
        await door.run_many(sql.add_day, [which | row for row in rows])
        await door.run(sql.day_is_rolled, **which)
        return 1


def _rolled(hours: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A day's row for each vital, of its hours' (by vital, in order)."""
    rows: list[dict[str, Any]] = []
    for vital, group in groupby(hours, key=lambda hour: hour["vital"]):
        mine = list(group)
        cells = [tuple(hour[name] for name in ROLLUP.names or ()) for hour in mine]
        minutes = np.concatenate([unpack_rollup(hour["minutes"]) for hour in mine])
        rows.append({"vital": vital} | day_row(np.array(cells, ROLLUP), minutes))
    return rows


def day_row(hours: Array, minutes: Array) -> dict[str, Any]:
    """What a day's row says of one vital, by its hours and minutes (rows of ROLLUP, in order)."""
    counts = hours["count"]
    return {
        "samples": int(counts.sum()),
        "low": float(hours["low"].min()),
        "high": float(hours["high"].max()),
        "mean": float((hours["mean"] * counts).sum() / counts.sum()),
        "hours": hours.tobytes(),
        "minutes": pack_rollup(minutes),
    }
