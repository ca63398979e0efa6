"""Compact: the minute chunks of an hour that is over become one chunk a vital.

Late minutes of an hour that was compacted before are merged into it, and its day is rolled up again
(days). Safe to kill and to run
twice, like fold, whose lock it shares.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from homeward.model.vital import BY_INDEX
from homeward.store import Store, queries
from homeward.store.chunks import moment
from homeward.store.packed import Array, distinct, pack, pack_rollup, roll_up, unpack

# An hour rests this long before it is compacted: most late minutes come within.
REST = timedelta(minutes=10)
HOURS_MAX = 16

sql = queries("homeward.services.record")


@dataclass(frozen=True, slots=True)
class _Hour:
    owner: int  # a patient, or minus a device that nobody wore
    hour: datetime


async def compact(store: Store, now: datetime) -> int:
    """Compact up to HOURS_MAX hours; how many were done."""
    before = (now - REST).replace(minute=0, second=0, microsecond=0)
    due = await store.door().all(sql.closed_hours, _Hour, before=before, hours_max=HOURS_MAX)
    return sum([await _compact_hour(store, each) for each in due])


async def _compact_hour(store: Store, hour: _Hour) -> int:
    async with store.door().transaction() as door:
        if not (await door.one(sql.take_turns, dict))["is_mine"]:
            return 0
        which = {"owner": hour.owner, "hour": hour.hour}
        minutes = await door.all(sql.minutes_of_hour, dict, **which)
        asked = {"owners": [hour.owner], "hours": [hour.hour], "vitals": list(BY_INDEX)}
        old = await door.all(sql.hour_chunks, dict, **asked)
        if not minutes:
            return 0
        rows, replaced = await asyncio.to_thread(_merge, minutes, old)
        await door.run(sql.drop_minutes, ids=[row["id"] for row in minutes])
        await door.run(sql.drop_hours, ids=replaced)
        await door.run_many(sql.add_hour, [which | row for row in rows])
        day = hour.hour.astimezone(UTC).replace(hour=0)
        await door.run(
            sql.open_day, owner=hour.owner, day=day, vitals=[row["vital"] for row in rows]
        )
        return 1


def _merge(
    minutes: Iterable[dict[str, Any]], old: Iterable[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[int]]:
    """New hour chunks of the vitals that changed, and the ids of chunks they replace."""
    fresh = np.concatenate([unpack(row["body"]) for row in minutes])
    vitals = np.unique(fresh["vital"]).tolist()
    touched = [row for row in old if row["vital"] in vitals]
    every = distinct(np.concatenate([fresh, *(unpack(row["body"]) for row in touched)]))
    rows = [hour_row(every[every["vital"] == vital]) for vital in vitals]
    return rows, [row["id"] for row in touched]


def hour_row(rows: Array) -> dict[str, Any]:
    """An hour chunk, but whose it is and when: of an hour's distinct samples of one vital."""
    value = rows["value"]
    return {
        "vital": int(rows["vital"][0]),
        "samples": len(rows),
        "low": float(value.min()),
        "high": float(value.max()),
        "mean": float(value.mean()),
        "received": moment(int(rows["received"].max())),
        "minutes": pack_rollup(roll_up(rows)),
        "body": pack(rows),
    }
