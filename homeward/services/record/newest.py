"""What is newest of each patient, kept beside the chunks by whoever folds.

A row exists once everything that was folded of its patient in the last month is in it: it is made
from their chunks (`begin`), from then on each fold brings them up to date in its own
transaction. A row that is missing costs those who read time, never a reading.
"""

from datetime import datetime, timedelta

import numpy as np

from homeward.model.vital import BY_INDEX
from homeward.services.record.retention import DAYS_MIN
from homeward.store import Door, Store, queries
from homeward.store.chunks import micros, moment
from homeward.store.newest import OWNED, newest_in_chunks, newest_of, owned
from homeward.store.packed import Array

# No longer than readings stay whatever was decided: what is deleted is not remembered here.
BACK = timedelta(days=DAYS_MIN["vitals"])
BEGUN_MAX = 50  # people at once: each is a few chunks

sql = queries("homeward.services.record")


async def keep(door: Door, rows: Array, patients: Array, now: datetime) -> None:
    """Bring the rows of these patients up to date with readings that are folded now."""
    fresh = newest_of(owned(patients, rows)[patients > 0])
    ids = np.unique(fresh["patient"]).tolist()
    kept = await door.one(sql.kept_newest, dict, patients=ids)
    mine = fresh[np.isin(fresh["patient"], kept["patients"])]
    known = np.frombuffer(kept["body"], OWNED)
    await _write(door, sorted(kept["patients"]), np.concatenate([mine, known]), now)


async def begin(store: Store, now: datetime) -> int:
    """Make the rows of some who have none, so far measured or not; how many. 0 as well where
    another process folds."""
    async with store.door().transaction() as door:
        if not (await door.one(sql.take_turns, dict))["is_mine"]:
            return 0
        found = await door.all(sql.without_newest, dict, people_max=BEGUN_MAX)
        patients = [row["patient"] for row in found]
        if patients:
            rows = await newest_in_chunks(door, patients, BY_INDEX, micros(now - BACK))
            await _write(door, patients, rows, now)
        return len(patients)


async def forget(store: Store, now: datetime) -> None:
    """Empty the rows of those who were not measured for so long."""
    await store.door().run(sql.forget_newest, before=now - BACK)


async def _write(door: Door, patients: list[int], rows: Array, now: datetime) -> None:
    since = now - BACK
    rows = newest_of(rows[rows["at"] >= micros(since)])
    firsts = np.searchsorted(rows["patient"], patients, side="left").tolist()
    ends = np.searchsorted(rows["patient"], patients, side="right").tolist()
    parts = [rows[first:end] for first, end in zip(firsts, ends, strict=True)]
    await door.run(
        sql.write_newest,
        patients=patients,
        since=since,
        untils=[moment(int(part["at"].max())) if len(part) else None for part in parts],
        bodies=[part.tobytes() for part in parts],
    )
