"""Which of the processes watches which share: taken when it is free, given to who has less to do.

Each share is a lock in the database that its watcher's connection holds. A process takes what is
free, the sooner the fewer it holds already; so one alone watches everybody, and many divide. One
that has two shares less than another asks for one of its, and is given it: each such move makes
them more even, so it comes to an end. How many shares there are stands in the database: all
processes agree, or the later of two divisions holds and whoever watches by the earlier one stops.
"""

import asyncio
import logging
import traceback
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from homeward.model.errors import Misconfigured, Unreachable
from homeward.services.contract import Tools
from homeward.services.watch.share import Overtaken, Q, Share
from homeward.store import Door, Store
from homeward.store.alone import Alone, alone

LOCK = 0x7761746368  # "watch": two watchers of a share would raise every alarm twice
SHARES_MAX = 64
PASS_SECONDS = 0.5
LATER_SECONDS = 0.5  # for each share we hold, a free one is left to others so much longer ...
LATER_SECONDS_MAX = 2.0  # ... but no longer than this: nobody watches it
ASKED_SECONDS = 10  # so long an asking counts; who asked may be gone
GIVEN_SECONDS = 5.0  # what we gave away is not ours to take again meanwhile
BROKEN_SECONDS = 5.0  # nor is what we failed to watch
log = logging.getLogger(__name__)

Watch = Callable[[Share, Alone], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Seen:
    """A share as the database has it. `asked`: a process that would take it."""

    number: int
    epoch: int
    process: str | None
    holder: str | None
    at: datetime | None
    since: datetime | None
    asked: str | None
    is_free: bool


@dataclass(slots=True)
class _Held:
    task: asyncio.Task[None]
    share: Share | None = None  # None until it is ours


@dataclass(slots=True)
class Shares:
    """The shares of one process."""

    tools: Tools
    watch: Watch
    name: str = field(default_factory=lambda: uuid.uuid4().hex)
    _held: dict[int, _Held] = field(default_factory=dict[int, _Held])
    _free: dict[int, float] = field(default_factory=dict[int, float])  # since when, loop time
    _not_before: dict[int, float] = field(default_factory=dict[int, float])

    async def run(self) -> None:
        """Take what is free and watch it, until cancelled. Raises Unreachable once a lock is lost;
        then all are, for one connection holds them."""
        async with alone(self.tools.store) as lock:
            try:
                while True:
                    await self._look(lock)
                    await self._pause()
                    await self._end_what_ended()
            finally:
                tasks = [each.task for each in self._held.values()]
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _pause(self) -> None:
        """Wait for the next look, or until the watching of a share is over."""
        tasks = [each.task for each in self._held.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=PASS_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(PASS_SECONDS)

    async def _look(self, lock: Alone) -> None:
        try:
            seen = await seen_now(self.tools.store.door())
        except Unreachable:
            if self._held:  # whether we still hold them, each finds out by the lock
                return
            raise
        moment = _moment()
        self._free = {s.number: self._free.get(s.number, moment) for s in seen if s.is_free}
        self._mind_what_changed(seen)
        number = self._next_free(moment)
        if number is not None:
            self._held[number] = held = _Held(asyncio.ensure_future(self._keep(number, lock)))
            held.task.set_name(f"share {number}")
        elif not self._free:
            await self._ask_for_more(seen)

    def _next_free(self, moment: float) -> int | None:
        later = min(len(self._held) * LATER_SECONDS, LATER_SECONDS_MAX)
        for number, since in sorted(self._free.items()):
            is_allowed = moment >= self._not_before.get(number, 0.0)
            if number not in self._held and is_allowed and moment - since >= later:
                return number
        return None

    def _mind_what_changed(self, seen: list[Seen]) -> None:
        """Stop what is not ours any more, and give away what somebody asked for."""
        epochs = {each.number: each.epoch for each in seen}
        asked = [each.number for each in seen if each.asked not in (None, self.name)]
        may_give = len(self._held) > 1
        for number, held in self._held.items():
            if held.share is None or held.task.done():
                continue
            is_other = epochs.get(number) != held.share.epoch or len(seen) != held.share.shares
            if is_other or (may_give and number in asked):
                log.info("%s is given up", held.share)
                held.task.cancel()
            if may_give and not is_other and number in asked:
                self._not_before[number] = _moment() + GIVEN_SECONDS
                may_give = False  # one at a time

    async def _ask_for_more(self, seen: list[Seen]) -> None:
        """Ask who has most for one of its shares, where that makes us more even."""
        if any(each.asked == self.name for each in seen):
            return
        counts = Counter(each.process for each in seen if each.process)
        if not counts:
            return
        most, count = counts.most_common(1)[0]
        if most == self.name or count < len(self._held) + 2:
            return
        theirs = [each.number for each in seen if each.process == most and not each.asked]
        if theirs:
            values = {"number": max(theirs), "process": self.name, "from": most}
            await self.tools.store.door().run(Q.ask_for_share, **values)

    async def _keep(self, number: int, lock: Alone) -> None:
        """Watch one share, if nobody was faster, for as long as it is ours."""
        if not await lock.take(LOCK + number):
            return
        try:
            share = await self._take(number)
            if share is not None:
                self._held[number].share = share
                await self.watch(share, lock)
        finally:
            await lock.leave(LOCK + number)

    async def _take(self, number: int) -> Share | None:
        row = await self.tools.store.door().maybe(
            Q.take_share, dict, number=number, process=self.name, holder=self.tools.at,
            now=self.tools.now(),
        )  # fmt: skip
        return None if row is None else Share(number, row["shares"], row["epoch"])

    async def _end_what_ended(self) -> None:
        """Raises whatever ended one, unless that one alone is over and others go on."""
        for number, held in list(self._held.items()):
            if not held.task.done():
                continue
            del self._held[number]
            if held.task.cancelled() or (error := held.task.exception()) is None:
                continue
            ending = _ending(error)
            if isinstance(ending, Unreachable):
                raise Unreachable(str(ending)) from None
            if ending is not None:
                log.warning("%s", ending)
            elif self._held:
                self._not_before[number] = _moment() + BROKEN_SECONDS
                await self._say_broken(held.share, error)
            else:
                raise error

    async def _say_broken(self, share: Share | None, error: BaseException) -> None:
        """One share cannot be watched here; who watches the others must not suffer with it."""
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        # The class of the error, never its words: they may hold a patient's values.
        text = f"Watching {share} of the patients failed ({type(error).__name__}): begun again"
        log.error("%s\n%s", text, "".join(traceback.format_tb(error.__traceback__)))
        if self.tools.bus.connected:
            await self.tools.bus.tell("told.trouble", {"what": f"watch {share}", "text": text})


async def seen_now(door: Door) -> list[Seen]:
    """Every share, in order."""
    return await door.all(Q.shares, Seen, lock=LOCK, seconds=ASKED_SECONDS)


async def is_divided(door: Door) -> bool:
    """Whether this database knows of shares at all: one that was never prepared does not."""
    return bool((await door.one(Q.is_divided, dict))["is_so"])


async def divide(store: Store, number: int) -> bool:
    """Divide patients into so many shares; whether they were divided otherwise before.

    Whoever watches by the old division is overtaken at once, and what it had not judged and written
    is judged by the new watchers. Raises Misconfigured for a number nobody could run.
    """
    if not 1 <= number <= SHARES_MAX:
        raise Misconfigured(f"watch_shares must be 1 to {SHARES_MAX}, not {number}")
    async with store.door().transaction() as door:
        await door.run(Q.lock_shares)
        before = await door.all(Q.shares_marked, dict)
        if len(before) == number:
            return False
        at = min((each["at"] for each in before if each["at"] is not None), default=None)
        epoch = max((each["epoch"] for each in before), default=0) + 1
        await door.run(Q.forget_shares)
        rows = [{"number": each, "at": at, "epoch": epoch} for each in range(number)]
        await door.run_many(Q.add_share, rows)
    return True


def _ending(error: BaseException) -> BaseException | None:
    """Why the watching is over, where that is no bug; also of a group of nothing else."""
    if isinstance(error, BaseExceptionGroup):
        found, rest = error.split((Unreachable, Overtaken))
        return None if found is None or rest is not None else _ending(found.exceptions[0])
    return error if isinstance(error, (Unreachable, Overtaken)) else None


def _moment() -> float:
    return asyncio.get_running_loop().time()
