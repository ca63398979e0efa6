"""Watches the edges and the certificates: an edge that is away or says that it is in trouble, and
devices that do not renew theirs, are technical alarms."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from homeward.model.errors import Unreachable
from homeward.services.contract import Tools
from homeward.store import queries

sql = queries("homeward.services.fleet")

LOOK_SECONDS = 10.0
AWAY_FOR = timedelta(seconds=90)  # an edge says how it is every 20 s
MINUTE = timedelta(minutes=1)
LOOKS_A_CERTIFICATE = 30  # five minutes
LATELY = timedelta(days=30)  # a device that was not here for longer is missed otherwise
NAMED_MAX = 5


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


@dataclass(frozen=True, slots=True)
class _Ending:
    name: str
    expires: datetime


async def work(tools: Tools) -> None:
    """Look now and then, until cancelled."""
    began = tools.now()
    told: set[int] = set()
    for number in count():
        with contextlib.suppress(Unreachable):  # the calls say so
            told = await look(tools, began, told)
            if number % LOOKS_A_CERTIFICATE == 0:
                await tell_ending(tools)
        await asyncio.sleep(LOOK_SECONDS)


async def tell_ending(tools: Tools) -> None:
    """Tell whether devices let their certificates run out: in days they would be silent. Raises
    Unreachable."""
    now = tools.now()
    found = await tools.store.door().all(
        sql.certificates_ending, _Ending, now=now, lately=now - LATELY
    )
    if tools.bus.connected:
        trouble = {"what": "certificates", "text": in_words(found, now), "over": not found}
        await tools.bus.tell("told.trouble", trouble)


def in_words(ending: Sequence[_Ending], now: datetime) -> str:
    """Whose certificates end, the first of them by name."""
    if not ending:
        return ""
    left = max(timedelta(), ending[0].expires - now)
    names = ", ".join(each.name for each in ending[:NAMED_MAX])
    others = f" and {len(ending) - NAMED_MAX} more" if len(ending) > NAMED_MAX else ""
    return (
        f"{names}{others}: the certificate is not renewed, and the first ends in "
        f"{left // timedelta(hours=1)} hours. Renew it, or enrol the device anew."
    )


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
