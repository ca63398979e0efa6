"""Who wears which device, in memory: asked for every reading, refreshed from the registry."""

import asyncio
from datetime import datetime, timedelta

from homeward.store import Query, Store, queries
from homeward.store.wearing import FOREVER, NOBODY, Wearing

# Readings older than this are never live; fold finds their patient in the registry.
REMEMBERED = timedelta(days=8)

sql = queries("homeward.services.record")


class Wearers:
    """The intervals of each device, newest first."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._of: dict[int, list[tuple[int, int, int]]] = {}
        # One reading at a time: what all were must not replace what one has become meanwhile.
        self._reading = asyncio.Lock()

    def patient(self, device_id: int, at: int) -> int:
        """The patient who wore it at that moment (us since 1970), or NOBODY."""
        return self.wearing(device_id, at)[2]

    def wearing(self, device_id: int, at: int) -> tuple[int, int, int]:
        """From when, until before when, and who wore it at that moment."""
        for each in self._of.get(device_id, ()):
            if each[0] <= at < each[1]:
                return each
        return at, at, NOBODY

    async def refresh(self, now: datetime) -> None:
        """Read all anew."""
        async with self._reading:
            found: dict[int, list[tuple[int, int, int]]] = {}
            for each in await self._read(sql.wearings, since=now - REMEMBERED):
                found.setdefault(each.device_id, []).append(_interval(each))
            self._of = found

    async def refresh_one(self, device_id: int, now: datetime) -> None:
        """Read one device's anew."""
        async with self._reading:
            rows = await self._read(sql.wearings_of, device=device_id, since=now - REMEMBERED)
            self._of[device_id] = [_interval(each) for each in rows]

    async def _read(self, query: Query, **values: object) -> list[Wearing]:
        return await self._store.door().all(query, Wearing, **values)


def _interval(each: Wearing) -> tuple[int, int, int]:
    return each.starts, FOREVER if each.ends is None else each.ends, each.patient_id
