"""Retire: what is old leaves for the cold store, and what nobody wants any more is deleted.

In batches of one day and kind, each safe to kill at any moment: a file is written, put in its place
and read back; then, in one transaction, its chunks go from the database and the file is what is
read. Killed before that commit, the chunks are still there and the file is cleared away. Whatever
may go is named by one view (`record_part`); while the cold store is away nothing is deleted.
"""

import asyncio
import logging
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from homeward.engines.backup import LEAVING
from homeward.services.record.days import day_row
from homeward.services.record.leaving import (
    GROUP_ROWS_MAX,
    Due,
    Leaving,
    measured,
    write_vitals,
    write_waves,
)
from homeward.services.record.retention import MOVED, Retention, in_force
from homeward.store import Door, Store, queries
from homeward.store.cold import Cold, ColdAway
from homeward.store.packed import (
    HOUR_US,
    ROLLUP,
    Array,
    merged,
    pack_rollup,
    unpack_rollup,
)

ROWS_MAX = 8_000_000  # of a file, which is then some ten megabytes, and of a transaction
PARTS_MAX = 20_000
FILES_MAX = 16
LOOSE_AFTER = timedelta(hours=1)  # a batch takes seconds: whoever wrote it is dead
LOOK_BACK = timedelta(hours=24)  # how often days are asked again of which nothing might go
_LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00Z")

log = logging.getLogger(__name__)
sql = queries("homeward.services.record")


class _Changed(Exception):
    """Late readings came into the batch while it was written, or its record was held: it is done
    again."""


class Retirement:
    """Lets go of what is due, a batch a step. `folder` is where files are written first."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._since: dict[tuple[str, bool], datetime] = {}
        self._began = _LONG_AGO

    async def step(self, now: datetime) -> bool:
        """One batch; whether there may be more. Raises ColdAway, Unreachable, Unreadable."""
        if now - self._began > LOOK_BACK:
            self._began, self._since = now, {}
            await asyncio.to_thread(self._clear)
        door = self._store.door()
        cold = await self._there(door)
        every = await in_force(door)
        return (
            await self._tidy(door, cold, now)
            or (cold is not None and await self._move(cold, every, now))
            or await self._delete(every, now)
            or (cold is not None and await self._let_go(door, every, now))
        )

    def _clear(self) -> None:
        for left in self._folder.glob(f"{LEAVING}*"):
            shutil.rmtree(left, ignore_errors=True)

    async def _there(self, door: Door) -> Cold | None:
        """The cold store, which is there; None where there is none and never was."""
        files = (await door.one(sql.files_kept, dict))["files"]
        cold = self._store.cold
        if cold is None:
            if files:
                raise ColdAway(f"{files} files are in the cold store, and cold_url is not set")
            return None
        await asyncio.to_thread(cold.check, not files)
        return cold

    # -- to the cold store -----------------------------------------------------------------------

    async def _move(self, cold: Cold, every: dict[str, Retention], now: datetime) -> bool:
        for kind in MOVED:
            days = every[kind].hot_days
            if days is None:
                continue
            if batch := await self._due(kind, now - timedelta(days=days), also_held=True):
                await self._leave(cold, kind, batch, now)
                return True
        return False

    async def _leave(self, cold: Cold, kind: str, batch: Sequence[Due], now: datetime) -> None:
        door, first = self._store.door(), batch[0]
        begun = {"kind": kind, "day": first.day, "is_evidence": first.is_held, "now": now}
        number = (await door.one(sql.begin_file, dict, **begun))["id"]
        with tempfile.TemporaryDirectory(prefix=LEAVING, dir=self._folder) as folder:
            place = Path(folder) / f"{kind}.parquet"
            write = write_vitals if kind == "vitals" else write_waves
            leaving = await write(door, place, groups_of(batch, kind))
            path = ""
            if leaving.parts:
                path = await self._put(cold, place, number, begun, leaving)
        try:
            async with door.transaction() as inside:
                await inside.run(sql.wait_for_turn)
                await self._take_out(inside, kind, batch, leaving)
                await inside.run_many(
                    sql.add_part,
                    [each | {"file": number, "is_wave": kind == "waves"} for each in leaving.parts],
                )
                kept = sql.keep_file if path else sql.file_is_removed
                if not await inside.run(kept, id=number, now=now):
                    raise _Changed
        except _Changed:
            log.info("late readings came to %s of %s; it is written again", kind, _day(first))
            return
        log.info("%d rows of %s of %s left for %s", leaving.rows, kind, _day(first), path)

    async def _put(
        self, cold: Cold, place: Path, number: int, begun: dict[str, Any], leaving: Leaving
    ) -> str:
        day, kind = begun["day"].astimezone(UTC), begun["kind"]
        size, sha256 = await asyncio.to_thread(measured, place)
        alarms = "-alarms" if begun["is_evidence"] else ""
        path = f"{kind}/{day:%Y/%m}/{kind}-{day:%F}{alarms}-{number}-{sha256[:12]}.parquet"
        said = {"bytes": size, "rows": leaving.rows, "sha256": sha256}
        await self._store.door().run(sql.name_file, id=number, path=path, **said)
        await asyncio.to_thread(cold.put, place, path, sha256)
        return path

    # -- out of the database ---------------------------------------------------------------------

    async def _delete(self, every: dict[str, Retention], now: datetime) -> bool:
        for kind, retention in every.items():
            days = retention.kept_days
            if days is None:
                continue
            batch = await self._due(kind, now - timedelta(days=days), also_held=False)
            if batch:
                try:
                    async with self._store.door().transaction() as door:
                        await door.run(sql.wait_for_turn)
                        await _must_not_be_held(door, batch)
                        await self._take_out(door, kind, batch, None)
                except _Changed:
                    log.info("%s of %s changed; it is looked at again", kind, _day(batch[0]))
                    return True
                log.info("%d parts of %s of %s deleted", len(batch), kind, _day(batch[0]))
                return True
        return False

    async def _take_out(
        self, door: Door, kind: str, batch: Sequence[Due], leaving: Leaving | None
    ) -> None:
        """Delete chunks; all of them, or none. Raises _Changed where one is not there any more."""
        if kind == "totals":
            await _drop_totals(door, batch)
            return
        if kind == "vitals":
            for group in groups_of(batch, kind):
                await _settle_day(door, group, leaving)
        drop = {
            "vitals": sql.drop_hours, "waves": sql.drop_waves,
            "rollups": sql.drop_days, "quarantine": sql.drop_quarantined,
            "documents": sql.drop_documents,
        }[kind]  # fmt: skip
        if await door.run(drop, ids=[each.id for each in batch]) != len(batch):
            raise _Changed

    async def _due(self, kind: str, before: datetime, *, also_held: bool) -> list[Due]:
        """The next batch of what is older: whole days, by UTC."""
        if kind != "quarantine":
            before = before.replace(hour=0, minute=0, second=0, microsecond=0)
        since = self._since.get((kind, also_held), _LONG_AGO)
        which = {"kind": kind, "since": since, "before": before, "also_held": also_held}
        found = await self._store.door().all(sql.due, Due, parts_max=PARTS_MAX, **which)
        if not found:
            return []
        self._since[kind, also_held] = found[0].day
        return batch_of(found, len(found) >= PARTS_MAX)

    # -- in the cold store -----------------------------------------------------------------------

    async def _let_go(self, door: Door, every: dict[str, Retention], now: datetime) -> bool:
        """Files past their time: first nobody reads them, then they are deleted (`_tidy`)."""
        for kind in MOVED:
            days = every[kind].kept_days
            if days is None:
                continue
            before = (now - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
            which = {"kind": kind, "before": before, "files_max": FILES_MAX}
            async with door.transaction() as inside:
                # Within the turn: whoever holds a record waits for it, or is seen.
                await inside.run(sql.wait_for_turn)
                due = await inside.all(sql.files_due, dict, **which)
                for each in due:
                    await inside.run(sql.drop_parts, id=each["id"])
                    await inside.run(sql.let_go_of_file, id=each["id"], now=now)
            for each in due:
                log.info("%s is past its time and is deleted", each["path"])
            if due:
                return True
        return False

    async def _tidy(self, door: Door, cold: Cold | None, now: datetime) -> bool:
        """Delete files nobody reads: past their time, or left behind by a kill."""
        which = {"before": now - LOOSE_AFTER, "files_max": FILES_MAX}
        loose = await door.all(sql.loose_files, dict, **which)
        for each in loose:
            if each["path"]:
                if cold is None:
                    raise ColdAway("files wait to be deleted there, and cold_url is not set")
                await asyncio.to_thread(cold.remove, each["path"])
            await door.run(sql.file_is_removed, id=each["id"], now=now)
        return bool(loose)


async def _must_not_be_held(door: Door, batch: Sequence[Due]) -> None:
    owners = sorted({each.owner for each in batch if each.owner > 0})
    if (await door.one(sql.held_meanwhile, dict, owners=owners))["is_held"]:
        raise _Changed


def batch_of(found: Sequence[Due], is_cut: bool) -> list[Due]:
    """Of one day what is held, or what is not: whole groups, up to ROWS_MAX rows."""
    same = [each for each in found if each.is_held == found[0].is_held]
    groups = [list(group) for _, group in groupby(same, key=_group)]
    if is_cut and len(groups) > 1:
        groups.pop()  # the rest of it was not asked for
    batch = groups[0]
    rows = sum(each.samples for each in batch)
    for group in groups[1:]:
        rows += sum(each.samples for each in group)
        if rows > ROWS_MAX:
            break
        batch += group
    return batch


def groups_of(batch: Iterable[Due], kind: str) -> list[list[Due]]:
    """What goes in a row group: a vital of an owner's day, or so much of a waveform."""
    groups: list[list[Due]] = []
    for _, group in groupby(batch, key=_group):
        rows = 0
        for each in group:
            if not rows or (kind == "waves" and rows + each.samples > GROUP_ROWS_MAX):
                groups.append([])
                rows = 0
            groups[-1].append(each)
            rows += each.samples
    return groups


def _day(each: Due) -> str:
    return f"{each.day.astimezone(UTC):%F}"


def _group(each: Due) -> tuple[int, int, int]:
    return each.owner, each.what, each.device_id or 0


async def _drop_totals(door: Door, batch: Sequence[Due]) -> None:
    """All that these devices counted of their wearers on that day: totals have no numbers."""
    whose = sorted({(each.owner, each.device_id) for each in batch})
    owners, devices = zip(*whose, strict=True)
    await door.run(sql.drop_totals, owners=list(owners), devices=list(devices), day=batch[0].day)


async def _settle_day(door: Door, group: Sequence[Due], leaving: Leaving | None) -> None:
    """From now on the day's row stands for these hours; what came late is counted in first."""
    first = group[0]
    which = {"owner": first.owner, "day": first.day, "vital": first.what}
    row = await door.maybe(sql.rolled_day, dict, **which)
    if row is None:
        raise _Changed
    if not row["has_left"]:
        await door.run(sql.day_has_left, id=row["id"])
        return
    if leaving is None:
        hours = await door.all(sql.bodies_of_hours, dict, ids=[each.id for each in group])
        minutes = np.concatenate([unpack_rollup(each["minutes"]) for each in hours])
    else:
        minutes = leaving.fresh[first.owner, first.what]
    if len(minutes):
        await door.run(sql.change_day, id=row["id"], **_with(row, minutes))


def _with(row: dict[str, Any], late: Array) -> dict[str, Any]:
    """A day's row with minutes that came late."""
    hours = late.copy()
    hours["at"] = hours["at"] // HOUR_US * HOUR_US
    every_hour = merged(np.concatenate([np.frombuffer(row["hours"], ROLLUP), hours]))
    every_minute = merged(np.concatenate([unpack_rollup(row["minutes"]), late]))
    return day_row(every_hour, every_minute) | {"minutes": pack_rollup(every_minute)}
