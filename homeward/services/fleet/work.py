"""Watches the edges: one that is away, or says that it is in trouble, is a technical alarm."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeward.model.errors import Unreachable
from homeward.services.contract import Tools
from homeward.store import queries

sql = queries("homeward.services.fleet")

LOOK_SECONDS = 10.0
AWAY_FOR = timedelta(seconds=90)  # an edge says how it is every 20 s
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class EdgeState:
    """What an edge last said of itself, and when."""

    edge_id: int
    name: str
    said: datetime
    trouble: str

    def words(self, now: datetime, since: datetime) -> str:
        """What is wrong with it now; empty: nothing. Nobody was listening before `since`."""
        unheard = now - max(self.said, since)
        if unheard <= AWAY_FOR:
            return self.trouble and f"{self.name}: {self.trouble}"
        return (
            f"{self.name} has not been heard for {(now - self.said) // MINUTE} min: what its "
            "devices send waits on its disk, and it sounds critical limits by itself."
        )


async def work(tools: Tools) -> None:
    """Look now and then, until cancelled."""
    began = tools.now()
    told: set[int] = set()
    while True:
        with contextlib.suppress(Unreachable):  # the calls say so
            told = await look(tools, began, told)
        await asyncio.sleep(LOOK_SECONDS)


async def look(tools: Tools, began: datetime, told: set[int]) -> set[int]:
    """Tell of every edge that is in trouble, and of those `told` of before that it is over; of
    which it is told now. Raises Unreachable."""
    now = tools.now()
    states = await tools.store.door().all(sql.edge_states, EdgeState)
    if not tools.bus.connected:
        return told
    found = {each.edge_id: words for each in states if (words := each.words(now, began))}
    for edge in found.keys() | told:
        trouble = {"what": f"edge_{edge}", "text": found.get(edge, ""), "over": edge not in found}
        await tools.bus.tell("told.trouble", trouble)
    return set(found)
