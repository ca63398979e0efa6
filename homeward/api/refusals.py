"""Attempts that were refused, in the audit: the first at once, those that follow counted.

Whoever tries again and again must not fill the record: a row for each who and what every ten
seconds, which says how often, and no more than so many rows a second in all.
"""

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from homeward.guard.audit import Outcome
from homeward.services.contract import Tools
from homeward.services.trail.noting import Act, By, note

WINDOW = timedelta(seconds=10)
KEYS_MAX = 1_000
ROWS_PER_SECOND_MAX = 20
log = logging.getLogger(__name__)

# Who, from where, by which route; and of somebody who is signed in, what of whom: a row that counts
# must not say of one patient what was tried of another.
Key = tuple[int | None, str, str, tuple[object, ...]]


@dataclass(slots=True)
class _Tried:
    """One who and what: when a row was last written, and how many attempts since."""

    at: datetime
    act: Act
    by: By
    more: int = 0


def _key(act: Act, by: By) -> Key:
    if by.actor is None:  # who can be anybody could try everybody's number
        return None, by.address, by.route, ()
    return by.actor.person_id, by.address, by.route, (act.number, act.object, *act.patients)


class Refusals:
    """Of one process."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._tried: OrderedDict[Key, _Tried] = OrderedDict()
        self._second: tuple[datetime, int] = (tools.now(), 0)

    async def note(self, act: Act, by: By) -> None:
        """One attempt. It is refused whatever becomes of this."""
        key = _key(act, by)
        known = self._tried.get(key)
        if known is not None and by.now - known.at < WINDOW:
            known.more += 1
            return
        times = 1 + (known.more if known else 0)
        tried = self._tried[key] = _Tried(by.now, act, by, times)
        self._tried.move_to_end(key)
        if self._has_room(by.now) and await self._write(act, by, times):
            tried.more -= times
        while len(self._tried) > KEYS_MAX:
            _, oldest = self._tried.popitem(last=False)
            if oldest.more and (newest := next(reversed(self._tried.values()))) is not oldest:
                newest.more += oldest.more  # counted, if under another name

    async def keep_for_ever(self) -> None:
        """Write what was counted once nobody tries any more, until cancelled."""
        while True:
            await asyncio.sleep(WINDOW.total_seconds())
            await self.settle(self._tools.now())

    async def settle(self, now: datetime) -> None:
        """Write what was counted longer ago than the window, and forget who has stopped."""
        for key, each in list(self._tried.items()):
            if now - each.at < WINDOW:
                continue
            if not each.more:
                del self._tried[key]
            elif self._has_room(now) and await self._write(
                each.act, replace(each.by, now=now), each.more
            ):
                each.at, each.more = now, 0

    def _has_room(self, now: datetime) -> bool:
        began, rows = self._second
        if now - began >= timedelta(seconds=1):
            began, rows = now, 0
        self._second = (began, rows + 1)
        return rows < ROWS_PER_SECOND_MAX

    async def _write(self, act: Act, by: By, times: int) -> bool:
        try:
            await note(self._tools.store.door(), act, by, Outcome.REFUSED, times)
        except Exception as error:  # whatever it is, the attempt stays refused, and counted
            log.warning("a refused attempt could not be audited yet: %s", type(error).__name__)
            return False
        return True
