"""The loop of watch: one watcher at a time, fed by the hot lane, caught up from the record."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator
from datetime import datetime

import msgspec
import numpy as np

from homeward.model.errors import Unreachable
from homeward.model.frame import HOT
from homeward.services.contract import Tools
from homeward.services.watch import ledger
from homeward.services.watch.catch_up import catch_up, last_mark, last_scores, watched_now
from homeward.services.watch.ledger import Q
from homeward.services.watch.troubles import Trouble
from homeward.services.watch.watcher import Watcher
from homeward.services.watch.writer import Writer
from homeward.store.alone import Alone, alone

LOCK = 0x7761746368  # "watch": two watchers would raise every alarm twice
GATHER_SECONDS = 0.004  # frames of this long are judged together: a few ms of delay, half the work
ROWS_MAX = 5_000  # judged at once; timers and writers get their turn in between
FRAMES_MAX = 100_000
PASS_SECONDS = 0.1
SECOND = 1.0
REGISTRY_SECONDS = 5
AGE_SECONDS = 10
LEFT_SECONDS = 30
AGAIN_SECONDS = 5
log = logging.getLogger(__name__)


async def work(tools: Tools) -> None:
    """Watch, until cancelled or until the lock is lost; another watcher then takes over."""
    async with alone(tools.store, LOCK) as lock:
        try:
            await Watch(tools).run(lock)
        except* Unreachable as lost:
            raise Unreachable(str(lost.exceptions[0])) from None


class Watch:
    """A watcher with ears, a hand to write, and a clock."""

    def __init__(self, tools: Tools, watcher: Watcher | None = None) -> None:
        self._tools = tools
        self._watcher = watcher or Watcher()
        self.writer = Writer(tools.store, tools.bus)
        self._frames: deque[bytes] = deque()
        self._has_frames = asyncio.Event()
        self._registry_changed = asyncio.Event()
        self._is_behind = False
        self._gaps = tools.bus.gaps
        self._again: dict[int, datetime] = {}  # at which second to read the record since when
        self._mark: datetime | None = None

    async def run(self, lock: Alone) -> None:
        """Listen first, then catch up, then judge: what comes meanwhile waits."""
        async with self._listening(), asyncio.TaskGroup() as tasks:
            tasks.create_task(self.writer.write_changes())
            tasks.create_task(self.writer.write_scores())
            await self.take_over()
            tasks.create_task(self._judge())
            tasks.create_task(self._pass())
            tasks.create_task(self._tick(lock))

    @contextlib.asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        bus = self._tools.bus
        stops = [
            await bus.listen("hot.readings", self._hear),
            await bus.listen("told.trouble", self._hear_trouble),
            await bus.listen("told.device", self._hear_device),
        ]
        try:
            yield
        finally:
            for stop in stops:
                with contextlib.suppress(Exception):  # the bus may be gone first
                    await stop()

    async def _hear(self, _: str, body: bytes) -> None:
        self.hear(body)

    def hear(self, body: bytes) -> None:
        """A frame of the hot lane came; it is judged soon."""
        self._frames.append(body)
        self._has_frames.set()
        if len(self._frames) > FRAMES_MAX:  # hopelessly behind: the record has them all
            self._frames.clear()
            self._is_behind = True

    async def _hear_trouble(self, _: str, body: bytes) -> None:
        trouble = msgspec.json.decode(body, type=Trouble)
        await self.writer.put(self._watcher.hears(trouble, self._tools.now()))

    async def _hear_device(self, _: str, __: bytes) -> None:
        self._registry_changed.set()

    async def take_over(self) -> None:
        """Go on where the watcher before us stopped."""
        door, now = self._tools.store.door(), self._tools.now()
        episodes = await ledger.open_episodes(door)
        self._watcher.restore(episodes, await last_scores(door))
        self._mark = await last_mark(door) or now
        await self._catch_up(self._mark)
        await self._announce()
        log.info("watching; %d alarms are open", len(episodes))

    async def _announce(self) -> None:
        """Tell what is open: somebody may have missed our last words, or those before us."""
        door = self._tools.store.door()
        ids = [episode.id for episode in await ledger.open_episodes(door)]
        await ledger.tell(door, self._tools.bus, ids)

    async def _catch_up(self, mark: datetime) -> None:
        """Read what the hot lane cannot have told us, and judge what nobody judged."""
        door, now = self._tools.store.door(), self._tools.now()
        watched = await watched_now(door)
        self._watcher.watch(watched)
        patients = sorted({each.patient_id for each in watched})
        for batch in await catch_up(self._watcher, door, patients, mark, now):
            await self.writer.put(self._watcher.take(batch, now))
        await self.writer.put(self._watcher.judge_again(now))
        await self.writer.put(self._watcher.ages(now))
        self._watcher.begin(now)

    async def _judge(self) -> None:
        while True:
            await self._has_frames.wait()
            self._has_frames.clear()
            while self._frames:
                await self.judge()
                await asyncio.sleep(GATHER_SECONDS)

    async def judge(self) -> None:
        """Judge what waits."""
        await self.writer.put(self._watcher.take(self._gathered(), self._tools.now()))

    def _gathered(self) -> np.ndarray:
        frames: list[bytes] = []
        size = 0
        while self._frames and size < ROWS_MAX * HOT.itemsize:
            frames.append(self._frames.popleft())
            size += len(frames[-1])
        return np.frombuffer(b"".join(frames), HOT)

    async def _pass(self) -> None:
        while True:
            await asyncio.sleep(PASS_SECONDS)
            await self.writer.put(self._watcher.passes(self._tools.now()))

    async def _tick(self, lock: Alone) -> None:
        second = 0
        while True:
            await lock.check()
            if self._tools.bus.connected:
                await self._mind_gaps(second)
                await self.tick(second)
            second += 1
            await asyncio.sleep(SECOND)

    async def _mind_gaps(self, second: int) -> None:
        """After a gap the record is read: nothing told was our silence, not the patients'.

        Once more a little later, for doors that came back to the bus after us.
        """
        gaps, mark = self._tools.bus.gaps, self._again.pop(second, None)
        if gaps != self._gaps or self._is_behind:
            self._gaps, self._is_behind = gaps, False
            mark = self._mark or self._tools.now()
            self._again[second + AGAIN_SECONDS] = mark
        if mark is not None:
            await self._catch_up(mark)
            await self._announce()

    async def tick(self, second: int) -> None:
        """What each second brings: the registry, silences, ages, the mark."""
        door, now = self._tools.store.door(), self._tools.now()
        if self._registry_changed.is_set() or second % REGISTRY_SECONDS == 0:
            self._registry_changed.clear()
            self._watcher.watch(await watched_now(door))
        await self.writer.put(self._watcher.listens(now))
        if second % AGE_SECONDS == 0:
            await self.writer.put(self._watcher.ages(now))
        if second % LEFT_SECONDS == 0:
            await self.writer.put(self._watcher.left(await ledger.left_behind(door), now))
        if self.writer.is_idle and not self._frames:
            await door.run(Q.mark, at=now)
            self._mark = now
