"""The loop of watch: one watcher a share, fed by the hot lane, caught up from the record."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np

from homeward.model.errors import Unreachable
from homeward.services.contract import Tools
from homeward.services.watch import catch_up, ledger, rereads
from homeward.services.watch.beats import Beat
from homeward.services.watch.by_hand import ByHand
from homeward.services.watch.catch_up import Filling
from homeward.services.watch.counters import UNJUDGED, Counters, Counts
from homeward.services.watch.curve_work import CurveWork
from homeward.services.watch.device_gaps import DeviceTold, counted_now
from homeward.services.watch.frames import ROWS_MAX, Frames
from homeward.services.watch.house import House
from homeward.services.watch.limits import CHANGED, end_settings, orders_now
from homeward.services.watch.pace import GATHER_SECONDS, PASS_SECONDS, STUCK_SECONDS
from homeward.services.watch.quiet import SUBJECT as SILENCES
from homeward.services.watch.registry import Registry
from homeward.services.watch.share import EVERYBODY, Q, Share
from homeward.services.watch.shares import Shares
from homeward.services.watch.silences import Watched
from homeward.services.watch.troubles import Trouble, record_unreadable
from homeward.services.watch.watcher import Watcher
from homeward.services.watch.windows import as_time
from homeward.services.watch.writer import Writer
from homeward.store.alone import Alone

GATHER_TIMES = 4  # as long as the last judging took of the CPU
SECOND = 1.0
REGISTRY_SECONDS = 5
FILLING_SECONDS_MAX = 60  # everybody is watched whole by then, or screens say that they are not
AGE_SECONDS = 10
LEFT_SECONDS = 30
# A reading is stamped by the door before it is told: one on its way when we left our mark was
# not judged. Judging a few seconds twice changes nothing.
ON_ITS_WAY = timedelta(seconds=5)
log = logging.getLogger(__name__)


async def work(tools: Tools) -> None:
    """Watch what no other process does, until cancelled. Raises Unreachable once we lost a lock."""
    await Shares(tools, lambda share, lock: Watch(tools, share=share).run(lock)).run()


class Watch:
    """A watcher with ears, a hand to write, and a clock."""

    def __init__(
        self, tools: Tools, watcher: Watcher | None = None, share: Share = EVERYBODY
    ) -> None:
        self._tools = tools
        self._share = share
        self._watcher = watcher or Watcher(share=share)
        self.writer = Writer(tools.store, tools.bus, share)
        self._house = House(tools, self._watcher, self.writer, share)
        self._by_hand = ByHand(self._watcher, self.writer, self._house.say, share)
        self._curves = CurveWork(tools, self._watcher, self.writer, self._house.say)
        self._frames = Frames(self._watcher.may_ring)
        self._registry_changed = asyncio.Event()
        self._counts_changed = asyncio.Event()
        self._ordering = asyncio.Lock()  # what was read later is what is in force
        self._is_behind = False
        self._must_read = False  # the record first, then what is told
        self._gaps = tools.bus.gaps
        self._rereads = rereads.Rereads()
        self._counters = Counters()
        # Whatever was heard before `_judged` is judged, before `_mark` written too; the door's last
        # counts came at `_counted`.
        self._judged = self._counted = datetime.min.replace(tzinfo=UTC)
        self._mark: datetime | None = None
        self._filling: Filling | None = None  # since we took over
        self._took_over = 0.0  # loop time
        self._registry = Registry()

    async def run(self, lock: Alone) -> None:
        """Listen first, then catch up, then judge: what comes meanwhile waits.

        Raises a group with Unreachable once the lock is lost, or Overtaken.
        """
        async with self._listening(), asyncio.TaskGroup() as tasks:
            tasks.create_task(self.writer.write_changes())
            tasks.create_task(self.writer.tell_ahead())
            tasks.create_task(self.writer.herald.keep_telling())
            tasks.create_task(self.writer.write_scores())
            await self.take_over()
            self._watcher.beats.begin(self._tools.now())
            self._counters.begin(self._tools.now())
            tasks.create_task(self._judge())
            tasks.create_task(self._fill())
            tasks.create_task(self._pass())
            tasks.create_task(self._read_again())
            tasks.create_task(self._curves.run())
            tasks.create_task(self._tick(lock))

    @contextlib.asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        bus = self._tools.bus
        stops = [
            await bus.listen("hot.readings", self._hear),
            await bus.listen("told.trouble", self._hear_trouble),
            await bus.listen("told.device", self._hear_device),
            await bus.listen("told.counts", self._hear_counts),
            await bus.listen("told.observation", self._hear_observation),
            await bus.listen("beat.*", self._hear_beat),
            await bus.listen(CHANGED, self.take_orders),
            await bus.listen("hot.waves.*", self._curves.hear),
        ]
        if self._share.is_house:
            stops.append(await bus.listen(SILENCES, self._house.hear_silences))
        try:
            yield
        finally:
            for stop in stops:
                with contextlib.suppress(Exception):  # the bus may be gone first
                    await stop()

    async def _hear(self, _: str, body: bytes) -> None:
        self.hear(body)

    def hear(self, body: bytes) -> None:
        """A frame of the hot lane came; it is judged soon. Raises ValueError for half a row."""
        if not self._frames.put(body):
            self._is_behind = True

    async def _hear_trouble(self, _: str, body: bytes) -> None:
        trouble = msgspec.json.decode(body, type=Trouble)
        now = self._tools.now()
        if trouble.what in rereads.LOST_WORDS and trouble.on and not trouble.over:
            since = (
                now - rereads.DOOR_LOST if trouble.since is None else as_time(trouble.since * 1000)
            )
            self._must_read = True
            self._rereads.ask(since - ON_ITS_WAY, _moment())
        if self._share.is_house:
            await self.writer.put(self._watcher.hears(trouble, now))

    async def _hear_counts(self, _: str, body: bytes) -> None:
        counts = msgspec.json.decode(body, type=Counts)
        now = self._counted = self._tools.now()
        for trouble in self._counters.hear(counts, now):
            if self._share.is_house or trouble.what == UNJUDGED:  # of the rest all hear the same
                await self._house.say(trouble, now)

    async def _hear_device(self, _: str, body: bytes) -> None:
        self._registry_changed.set()
        if msgspec.json.decode(body, type=DeviceTold).what == "gap":
            self._counts_changed.set()

    async def take_orders(self, *_: object) -> None:
        """What is watched for whom: judge by the settings in force, and end those that are over."""
        async with self._ordering:
            door, now = self._tools.store.door(), self._tools.now()
            for ended in await end_settings(door, now):
                log.info("setting %d of a rule has ended: back to what lies below it", ended)
                if self._tools.bus.connected:
                    await self._tools.bus.tell("told.limits", {"ended": ended})
            await self.writer.put(self._watcher.order(await orders_now(door, now), now))

    async def _hear_observation(self, _: str, __: bytes) -> None:
        with contextlib.suppress(Unreachable):  # read again in a second
            await self._by_hand.look(self._tools.store.door(), self._tools.now())

    async def _hear_beat(self, subject: str, body: bytes) -> None:
        beat = msgspec.json.decode(body, type=Beat)
        self._watcher.beats.hear(subject.removeprefix("beat."), self._tools.now(), beat)

    async def take_over(self) -> None:
        """Go on where the watcher before us stopped."""
        door, now = self._tools.store.door(), self._tools.now()
        episodes = await ledger.open_episodes(door)
        self._watcher.restore(episodes, await catch_up.last_scores(door))
        await self._house.look_at_tables(now)
        mark = await catch_up.last_mark(door, self._share) or now
        self._mark = min(mark, now)  # a server's clock may go back
        self._took_over = _moment()
        self._by_hand.begin(self._mark)
        self._judged, since = self._mark, self._mark - ON_ITS_WAY
        watched = await self._know(now)
        await self.take_orders()
        self._filling = Filling(self._watcher, door, watched, since)
        await self._take_again(await self._filling.begin(now), now)
        await self._by_hand.look(door, now)
        self._watcher.begin(now)
        self._rereads.ask(since, _moment(), rereads.AGAIN_SECONDS[1:])
        self._counts_changed.set()
        await self._announce()
        log.info("watching %s; %d alarms are open", self._share, len(episodes))

    async def _announce(self) -> None:
        """Tell what is so: somebody may have missed our last words, or those before us."""
        tools = self._tools
        await ledger.tell_news(tools.store.door(), tools.bus, tools.now())

    async def _fill(self) -> None:
        """Many patients' windows are made whole while everybody is judged."""
        assert self._filling is not None
        while not self._filling.is_done:
            await self.writer.put(await self._filling.go_on(self._tools.now))
        if self._filling.spoiled:
            await self._house.say(record_unreadable(self._filling.spoiled), self._tools.now())
        log.info("all is read %.1f s after we took over", _moment() - self._took_over)

    async def _read(self, since: datetime, *, begins: bool) -> None:
        """Read what the hot lane cannot have told us, and judge what nobody judged."""
        now = self._tools.now()
        watched = await self._know(now)
        await self.take_orders()
        spoiled: list[int] = []
        door = self._tools.store.door()
        await self._take_again(await catch_up.missed(door, watched, since, now, spoiled), now)
        if spoiled:
            await self._house.say(record_unreadable(spoiled), now)
        if begins:
            self._watcher.begin(now)

    async def _take_again(self, batches: Sequence[np.ndarray], now: datetime) -> None:
        for batch in batches:
            await self.writer.put(self._watcher.take_again(batch, now))
        await self.writer.put(self._watcher.judge_again(now))
        await self.writer.put(self._watcher.ages(now))

    async def _know(self, now: datetime) -> list[Watched]:
        """Ask who is measured by what now; those of our share."""
        if await self._registry.look(self._tools.store.door(), now):
            self._watcher.watch(self._registry.watched)
            self.writer.herald.know(self._registry.watched)
        return [each for each in self._registry.watched if self._share.has(each.patient_id)]

    @property
    def _is_paused(self) -> bool:
        """What was missed comes first: judged after what came later it would be out of order."""
        return self._must_read or self._is_behind or self._tools.bus.gaps != self._gaps

    async def _judge(self) -> None:
        while True:
            await self._frames.any()
            while self._frames:
                if self._is_paused:
                    await asyncio.sleep(PASS_SECONDS)
                    continue
                began = time.thread_time()  # not the clock's: to be kept waiting is no work
                rows = await self.judge()
                least, most = GATHER_SECONDS
                longer = min(max(least, GATHER_TIMES * (time.thread_time() - began)), most)
                await self._frames.gather(longer if rows < ROWS_MAX else least)

    async def judge(self) -> int:
        """Judge what waits; how many readings it was."""
        rows, now = self._frames.take(), self._tools.now()
        if not self._frames:
            self._judged = now  # once this is written
        verdict = self._watcher.take(rows, now)
        self._counters.judge(rows["received"][rows["device"] > 0])
        await self.writer.put(verdict)
        return len(rows)

    async def _pass(self) -> None:
        while True:
            await asyncio.sleep(PASS_SECONDS)
            now = self._tools.now()
            heard = None if self._is_paused else self._frames.all_until(now)
            await self.writer.put(self._watcher.passes(now, heard))

    async def _read_again(self) -> None:
        while True:
            await self._mind_gaps()
            await asyncio.sleep(PASS_SECONDS)

    async def _mind_gaps(self) -> None:
        """After a gap the record is read: nothing told was our silence, not the patients'."""
        moment, gaps, now = _moment(), self._tools.bus.gaps, self._tools.now()
        is_ours = gaps != self._gaps or self._is_behind
        if is_ours:
            self._must_read, self._is_behind = True, False
            self._rereads.ask((self._mark or now) - ON_ITS_WAY, moment)
        deaf_since = self._deaf_since(now)
        if deaf_since is not None:
            self._rereads.poll(deaf_since - ON_ITS_WAY, moment)
        due = self._rereads.take(moment)
        if due is None:
            return
        await self._read(due.since, begins=due.is_first)
        self._counters.begin(now)  # what was told before is judged from the record by now
        self._gaps, self._must_read = gaps, False
        if is_ours:
            await self._announce()

    def _deaf_since(self, now: datetime) -> datetime | None:
        """Since when the door's words cannot reach us, where that is so now."""
        if not self._tools.bus.connected:
            return self._mark or now
        if self._frames:  # what waits was told: we are slow, not deaf, and more to read is no help
            return None
        beats = self._watcher.beats
        door = beats.quietest("door")
        return door - beats.clocks.behind if door and now - door > rereads.DOOR_SILENT else None

    async def _tick(self, lock: Alone) -> None:
        second = 0
        while True:
            await lock.check()
            if self._tools.bus.connected:
                await self.tick(second)
                await self._say_well()
            second += 1
            await asyncio.sleep(SECOND)

    async def tick(self, second: int) -> None:
        """What each second brings: the registry, silences, ages, the mark."""
        door, now = self._tools.store.door(), self._tools.now()
        if self._registry_changed.is_set() or second % REGISTRY_SECONDS == 0:
            self._registry_changed.clear()
            await self._house.look_at_tables(now)
            await self._know(now)
            await self.take_orders()
        await self._by_hand.look(door, now)
        await self._house.resume(now)
        if self._is_filling:
            return  # who was heard when, what holds and what is over: not all of it is known yet
        await self._house.listen(now)
        if second % AGE_SECONDS == 0:
            await self.writer.put(self._watcher.ages(now))
            await self._keep_habits()
        await self._compare_counters(now)
        if second % LEFT_SECONDS == 0:
            await self.writer.put(self._watcher.left(await ledger.left_behind(door), now))
            await self.writer.put(self._watcher.unheard(await ledger.answered(door), now))
            await self._house.keep(now, has_just_begun=not second)
        if self._is_written:
            await self._agree_with_the_ledger(second)
        if self._is_written:
            judged = self._judged if self._frames else now
            self._mark = judged - self._watcher.beats.clocks.behind  # received by their clock
            await self._share.mark(door, self._mark)

    async def _compare_counters(self, now: datetime) -> None:
        """What doors told, second by second, against what was judged."""
        if self._is_paused or (self._frames and self._judged < self._counted):
            return
        troubles, since = self._counters.compare(now)
        if since is not None:
            self._rereads.ask(since - ON_ITS_WAY, _moment())
        for trouble in troubles:
            await self._house.say(trouble, now)

    async def _keep_habits(self) -> None:
        habits = self._watcher.habits()
        if habits:
            door = self._tools.store.door()
            await door.run_many(Q.add_habit, [asdict(each) for each in habits])
            self._registry_changed.set()

    @property
    def _is_filling(self) -> bool:
        return self._filling is not None and not self._filling.is_done

    @property
    def _is_written(self) -> bool:
        """Everything judged is written, and nothing was missed."""
        return self.writer.is_idle and not self._is_paused

    async def _agree_with_the_ledger(self, second: int) -> None:
        """While nothing waits: what the ledger alone knows, and what may not have been told."""
        door = self._tools.store.door()
        is_due = second % LEFT_SECONDS == 0
        if self.writer.is_unsure:
            self.writer.is_unsure, is_due = False, True
            await self._announce()
        if is_due:
            put = self.writer.put_count
            episodes = await ledger.open_episodes(door)
            if self.writer.is_idle and put == self.writer.put_count:
                self._watcher.agree(episodes)
        if self._share.is_house and (is_due or self._counts_changed.is_set()):
            self._counts_changed.clear()
            counted = await counted_now(door)
            if self.writer.is_idle:
                await self.writer.put(self._watcher.counts(counted, self._tools.now()))

    async def _say_well(self) -> None:
        """The beat screens wait for: what we hear is judged, and what we judge is written."""
        waiting = max(self._frames.waiting_seconds, self.writer.waiting_seconds)
        is_long = self._is_filling and _moment() - self._took_over > FILLING_SECONDS_MAX
        if self._is_paused or is_long or waiting > STUCK_SECONDS:
            return
        await self._house.beat(self._tools.now())


def _moment() -> float:
    return asyncio.get_running_loop().time()
