"""The record's work: fold, compact, let go of what is old; say so when it falls behind."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from homeward.model.errors import Unreachable, Unreadable
from homeward.services.contract import Tools
from homeward.services.record import newest
from homeward.services.record.compact import compact
from homeward.services.record.days import roll_days
from homeward.services.record.fold import GRACE, NOT_FOLDED, Folded, Gap, fold
from homeward.services.record.retire import Retirement
from homeward.store import queries
from homeward.store.cold import ColdAway

EVERY_SECONDS = 5.0
BEHIND_AFTER = GRACE + timedelta(minutes=4)
TELL_AGAIN = timedelta(minutes=1)
LOOK_EVERY = timedelta(minutes=1)
TRIM_EVERY_ROUNDS = 120  # ten minutes
QUARANTINE_PER_DEVICE_MAX = 10_000

log = logging.getLogger(__name__)
sql = queries("homeward.services.record")


async def work(tools: Tools) -> None:
    """Converge every few seconds until cancelled."""
    lag, letting_go = Lag(tools), LettingGo(tools)
    for number in count():
        try:
            await converge(tools)
            await lag.tell(tools.now())
            await letting_go.step(tools.now())
            if number % TRIM_EVERY_ROUNDS == 0:
                await trim_quarantine(tools)
                await newest.forget(tools.store, tools.now())
        except Unreachable:
            log.warning("the database is away; folding goes on when it is back")
        await asyncio.sleep(EVERY_SECONDS)


async def converge(tools: Tools) -> list[Folded]:
    """Fold all that is due, then compact it, then roll up days. Raises Unreachable."""
    done: list[Folded] = []
    while not done or done[-1].messages:
        done.append(await fold(tools.store, tools.now()))
        for gap in done[-1].gaps:
            await tell_gap(tools, gap)
        if done[-1].aside:  # what was taken in is not in anybody's chart: a person has to know
            text = f"{done[-1].aside} messages could not be packed: they are in the quarantine."
            log.error("%s", text)
            await tools.bus.tell("told.trouble", {"what": "record_aside", "text": text})
    if len(done) > 1:  # something was folded
        while await newest.begin(tools.store, tools.now()):
            pass
    while await compact(tools.store, tools.now()):
        pass
    while await roll_days(tools.store, tools.now()):
        pass
    return done


async def trim_quarantine(tools: Tools) -> None:
    """Forget the oldest of what one device sent in vain, once it is more than anybody reads."""
    kept = {"kept_max": QUARANTINE_PER_DEVICE_MAX, "ours": f"{NOT_FOLDED}%"}
    forgotten = await tools.store.door().run(sql.trim_quarantine, **kept)
    if forgotten:
        log.warning("%d oldest messages left the quarantine, which is full", forgotten)


async def tell_gap(tools: Tools, gap: Gap) -> None:
    """Tell that messages of a device are missing, or came after all (missing 0)."""
    found = await tools.store.door().maybe(sql.device_by_id, dict, device=gap.device_id)
    told = {
        "device": found["name"] if found else "",
        "device_id": gap.device_id,
        "what": "gap",
        "boot": gap.boot,
        "missing": gap.missing,
        "at": round(tools.now().timestamp() * 1000),
    }
    await tools.bus.tell("told.device", told)


class Lag:
    """Whether folding keeps up; told when it changes, and again while it does not."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._told = (False, datetime.min.replace(tzinfo=UTC))

    async def tell(self, now: datetime) -> None:
        """Tell where there is something to tell. Raises Unreachable."""
        oldest: dict[str, Any] = await self._tools.store.door().one(sql.oldest_waiting, dict)
        lag = now - (oldest["received"] or now)
        is_behind = lag > BEHIND_AFTER
        was_behind, told = self._told
        if is_behind == was_behind and (not is_behind or now - told < TELL_AGAIN):
            return
        text = (
            f"Packing the record is {lag.total_seconds() / 60:.0f} minutes behind."
            if is_behind
            else "Packing the record keeps up."
        )
        await _tell_trouble(self._tools, "record_behind", text, is_behind, now)
        self._told = (is_behind, now)


class LettingGo:
    """What is old leaves: a batch a round while there is some, else looked for each minute."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._retirement = Retirement(tools.store, tools.settings.data)
        self._looked = datetime.min.replace(tzinfo=UTC)
        self._has_more = self._is_away = False

    async def step(self, now: datetime) -> None:
        """A batch, where it is time; told where it cannot be. Raises Unreachable."""
        if not self._has_more and now - self._looked < LOOK_EVERY:
            return
        self._looked, self._has_more = now, False
        try:
            self._has_more = await self._retirement.step(now)
        except (ColdAway, Unreadable, OSError) as error:
            log.warning("nothing leaves the database: %s", error)
            text = f"Old parts of the record cannot leave the database: {error}"
            await _tell_trouble(self._tools, "cold_store", text, True, now)
            self._is_away = True
            return
        if self._is_away:
            text = "Old parts of the record leave the database again."
            await _tell_trouble(self._tools, "cold_store", text, False, now)
            self._is_away = False


async def _tell_trouble(tools: Tools, what: str, text: str, is_on: bool, now: datetime) -> None:
    at = round(now.timestamp() * 1000)
    await tools.bus.tell("told.trouble", {"what": what, "text": text, "on": is_on, "at": at})
