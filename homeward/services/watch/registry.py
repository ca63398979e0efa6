"""Who is measured by what, asked anew each few seconds: thousands of rows, of which hardly one has
changed. Only such are made anew."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from homeward.services.watch.ledger import Q
from homeward.services.watch.silences import Watched
from homeward.store import Door

_JSON = ("expects", "sensors_off", "scores")
AT_ONCE = 250  # rows looked through before others get their turn


class Registry:
    """What the database said last."""

    def __init__(self) -> None:
        self._rows: list[Any] = []
        self.watched: Sequence[Watched] = ()

    async def look(self, door: Door, now: datetime) -> bool:
        """Ask again; whether anything is otherwise. Raises Unreachable."""
        rows, before, known = await door.all(Q.watched, tuple, now=now), self._rows, self.watched
        is_same = len(rows) == len(before)
        watched: list[Watched] = []
        for first in range(0, len(rows), AT_ONCE):
            part = slice(first, first + AT_ONCE)
            if rows[part] == before[part]:
                watched += known[part]
                continue
            is_same = False
            watched += [_watched(row) for row in rows[part]]
            await asyncio.sleep(0)
        if not is_same:
            self._rows, self.watched = rows, watched
        return not is_same


async def watched_now(door: Door, now: datetime) -> Sequence[Watched]:
    """Who is measured by what now."""
    registry = Registry()
    await registry.look(door, now)
    return registry.watched


def _watched(row: Any) -> Watched:
    columns: dict[str, Any] = row._asdict()
    return Watched(**columns | {name: msgspec.json.decode(columns[name]) for name in _JSON})
