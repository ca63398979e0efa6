"""Writes what the watcher decided, beside its judging: alarms first, scores when there is room.

Nothing decided is dropped: while the database is away it waits here, in order, and the watcher
is held back before there is too much of it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from itertools import islice

import msgspec

from homeward.bus import Bus
from homeward.model.errors import Conflict, Unreachable
from homeward.model.shown import ScoreTold
from homeward.services.watch import ledger
from homeward.services.watch.herald import Herald
from homeward.services.watch.ledger import Change, Q
from homeward.services.watch.share import EVERYBODY, Overtaken, Share
from homeward.services.watch.watcher import Verdict
from homeward.store import Store

CHANGES_MAX = 10_000
BATCH_CHANGES = 100
BATCH_SCORES = 500
RETRY_SECONDS = 0.2
log = logging.getLogger(__name__)


class Writer:
    """Two queues to the ledger. Of each score of a patient only the newest is kept waiting."""

    def __init__(self, store: Store, bus: Bus, share: Share = EVERYBODY) -> None:
        self._store = store
        self._bus = bus
        self._share = share
        self._changes: deque[Change] = deque()
        self._scores: dict[tuple[int, str], ScoreTold] = {}
        self._untold: dict[int, None] = {}  # committed, and perhaps not told
        self._began: float | None = None  # loop time: when the write under way began
        self.herald = Herald(bus)
        self._put = self._written = 0  # changes, ever
        self.put_count = 0
        # Whether some of what was decided may not be in the ledger, or in it and untold.
        self.is_unsure = False
        self._has_changes = asyncio.Event()
        self._has_news = asyncio.Event()
        self._has_scores = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()

    @property
    def is_idle(self) -> bool:
        """Whether everything decided is committed."""
        return not self._changes

    @property
    def waiting_seconds(self) -> float:
        """For how long the oldest change has waited to be written."""
        return 0.0 if self._began is None else _moment() - self._began

    async def put(self, verdict: Verdict) -> None:
        """Write this soon; waits only while far too much is waiting."""
        if verdict.scores:
            self._scores.update((_key(each), each) for each in verdict.scores)
            self._has_scores.set()
        if verdict.changes:
            self.put_count += 1
            if self._began is None:
                self._began = _moment()
            self._changes += verdict.changes
            self._put += len(verdict.changes)
            self._has_changes.set()
            self._has_news.set()
            if len(self._changes) >= CHANGES_MAX:
                self._has_room.clear()
        await self._has_room.wait()

    async def write_changes(self) -> None:
        """Write alarms until cancelled. Raises Overtaken."""
        while True:
            await self._has_changes.wait()
            self._has_changes.clear()
            await self.flush_changes()

    async def tell_ahead(self) -> None:
        """Until cancelled: what is decided is told while it is being written. A commit takes some
        milliseconds, many of them where the machine is busy, and screens need not wait for it."""
        told = 0
        while True:
            await self._has_news.wait()
            self._has_news.clear()
            begin, end = max(told, self._written), self._put
            waiting = list(islice(self._changes, begin - self._written, end - self._written))
            await self.herald.tell(waiting)
            told = end

    async def flush_changes(self) -> None:
        """Write every alarm that waits."""
        while self._changes:
            batch = list(islice(self._changes, BATCH_CHANGES))
            await self._write(batch)
            for _ in batch:
                self._changes.popleft()
            self._written += len(batch)
            self.herald.written(batch)
            self._began = _moment() if self._changes else None
            if len(self._changes) < CHANGES_MAX:
                self._has_room.set()

    async def _write(self, batch: Sequence[Change]) -> None:
        is_away = False
        while True:
            try:
                self._untold |= dict.fromkeys(await ledger.commit(self._store, batch, self._share))
                await self._tell()
            except Unreachable as error:
                self.is_unsure = True  # perhaps only the answer was lost, and nobody was told
                if not is_away:
                    log.error("alarms wait: %s", error)
                is_away = True
                await asyncio.sleep(RETRY_SECONDS)
            except Conflict as error:
                log.warning("alarms are written again: %s", error)
                await asyncio.sleep(RETRY_SECONDS)
            except Overtaken:
                raise
            except Exception as error:  # one that cannot be written must not stop the others
                await self._write_singly(batch, error)
                return
            else:
                if is_away:
                    log.info("alarms are written: the database is back")
                return

    async def _tell(self) -> None:
        """Tell what is committed. What cannot be told now is told with the next, or as news."""
        try:
            await ledger.tell(self._store.door(), self._bus, list(self._untold))
        except Exception as error:  # the rows stand; an untold one must not be written twice
            self.is_unsure = True
            log.error("alarms could not be told: %s", type(error).__name__)
        else:
            self._untold.clear()

    async def _write_singly(self, batch: Sequence[Change], error: Exception) -> None:
        if len(batch) > 1:
            for change in batch:
                await self._write([change])
            return
        self.is_unsure = True  # the watcher takes it for written
        condition = batch[0].key.condition
        log.error("%s could not be written: %s", condition, type(error).__name__)
        text = f"an alarm ({condition}) could not be written: {type(error).__name__}"
        if self._bus.connected:
            await self._bus.tell("told.trouble", {"what": "ledger", "text": text})

    async def write_scores(self) -> None:
        """Write scores until cancelled. Raises Overtaken."""
        while True:
            await self._has_scores.wait()
            self._has_scores.clear()
            await self.flush_scores()

    async def flush_scores(self) -> None:
        """Write every score that waits."""
        while self._scores:
            batch = list(self._scores.values())[:BATCH_SCORES]
            try:
                await self._note(batch)
            except Unreachable:  # the alarms' queue has said so
                await asyncio.sleep(RETRY_SECONDS)
                continue
            for each in batch:
                if self._scores.get(_key(each)) is each:
                    del self._scores[_key(each)]

    async def _note(self, batch: list[ScoreTold]) -> None:
        rows = [
            {
                "patient": each.patient_id,
                "name": each.score.name,
                "at_ms": each.score.at,
                "total": each.score.total,
                "low": each.score.low,
                "high": each.score.high,
                "risk": each.score.risk,
                "leading": each.score.is_leading,
                "detail": msgspec.json.encode(each.score).decode(),
            }
            for each in batch
        ]
        async with self._store.door().transaction() as door:
            await self._share.hold(door)
            await door.run_many(Q.note_score, rows)
        for each in batch if self._bus.connected else ():
            await self._bus.tell("told.score", each)


def _key(told: ScoreTold) -> tuple[int, str]:
    return told.patient_id, told.score.name


def _moment() -> float:
    return asyncio.get_running_loop().time()
