"""Two lanes to the server: what is new, and what waited. Alarms go before both.

Live is what came within the last seconds; it overtakes the backlog, so that a patient is watched
again at once when a link returns, however much waits. In each lane a device's messages leave in
the order they came, one request after the other. What the live lane could not deliver in time
falls back into the backlog. docs/decisions/0018-edge.md argues it.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from homeward.device.line import Line, Told
from homeward.device.records import Record
from homeward.device.spool import Spool
from homeward.edge.reach import Reach
from homeward.model.errors import Refused, Unreachable
from homeward.standards.gateway import frame, whose_word

LIVE_SECONDS = 10
LIVE_PAUSE_SECONDS = 0.05  # what comes meanwhile travels together
BACK_OFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0)
RECORDS_MAX = 10_000
BYTES_MIN, BYTES_FIRST, BYTES_MAX = 4_096, 65_536, 524_288
MARK_SECONDS = 2.0
OK, UNREADABLE, TOO_LARGE, AGAIN = 200, 422, 413, 503
log = logging.getLogger("homeward.edge")


@dataclass(slots=True)
class Pace:
    """How much travels in one request, and how long to wait after one that failed."""

    bytes: int = BYTES_FIRST
    failures: int = 0
    is_one_by_one: bool = False

    def went_well(self) -> None:
        """The next may be larger."""
        self.bytes, self.failures = min(2 * self.bytes, BYTES_MAX), 0

    def failed(self) -> float:
        """The next is smaller; how long to wait before it, in seconds."""
        self.bytes = max(self.bytes // 2, BYTES_MIN)
        self.failures += 1
        wait = BACK_OFF_SECONDS[min(self.failures, len(BACK_OFF_SECONDS)) - 1]
        # S311: the jitter keeps a ward's edges from coming in one blow; it guards no secret.
        return wait * random.uniform(0.5, 1.0)  # noqa: S311


@dataclass(slots=True)
class Counts:
    """What left in this run."""

    live: int = 0
    backlog: int = 0
    put_aside: int = 0
    last_answer: datetime | None = None
    trouble: str = ""


class Lanes:
    """Sends the spool's records until the server has them all, for ever."""

    def __init__(
        self, name: str, spool: Spool, reach: Reach, line: Callable[[], Line],
        may_send: asyncio.Event, now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self.counts = Counts()
        self._path = f"/devices/{name}/frames"
        self._spool, self._reach, self._line = spool, reach, line
        self._may_send = may_send  # no alarm waits to be told
        self._now = now
        self._news = asyncio.Event()
        self._moved = asyncio.Event()
        self._live_place = 0  # the live lane has been here
        self._live_flight: int | None = None  # where what it is sending begins
        self._words: dict[str, int] = {}  # of each device's sensors the newest that was sent

    def wake(self) -> None:
        """There is more in the spool."""
        self._news.set()
        self._moved.set()

    async def live(self) -> None:
        """The live lane, until cancelled."""
        line, pace = self._line(), Pace()
        while True:
            await self._may_send.wait()
            self._news.clear()
            place = max(self._live_place, self._spool.fresh_from(self._fresh()))
            records, begin, end = self._spool.read(place, *_share(pace))
            if begin == end:
                await self._news.wait()
                continue
            self._live_flight = begin
            try:
                is_there = await self._send(line, pace, records, begin, end)
            finally:
                self._live_flight = None
                self._moved.set()
            if is_there:
                self._live_place = end
                self.counts.live += end - begin
                self._reach.heard(end)
                await asyncio.sleep(LIVE_PAUSE_SECONDS)

    async def backlog(self) -> None:
        """The backlog lane, until cancelled."""
        line, pace = self._line(), Pace()
        while True:
            await self._may_send.wait()
            self._moved.clear()
            records_max, bytes_max = _share(pace)
            limit = self._spool.fresh_from(self._fresh())
            if self._live_flight is not None:
                limit = min(limit, self._live_flight)
            start = self._spool.oldest_open()
            records_max = min(records_max, limit - start)
            if records_max <= 0:
                await self._until_older()
                continue
            records, begin, end = self._spool.read(start, records_max, bytes_max)
            if await self._send(line, pace, records, begin, end):
                self.counts.backlog += end - begin

    async def mark(self) -> None:
        """Remember what is acknowledged, now and then, until cancelled."""
        while True:
            await asyncio.sleep(MARK_SECONDS)
            try:
                self._spool.keep_mark()
            except OSError as error:  # it only means sending again
                log.warning("the mark cannot be written: %s", error.strerror)

    async def _until_older(self) -> None:
        """Wait until something moves, or what is new has grown old."""
        try:
            async with asyncio.timeout(1.0):
                await self._moved.wait()
        except TimeoutError:
            return

    def _fresh(self) -> int:
        return round((self._now().timestamp() - LIVE_SECONDS) * 1e6)

    async def _send(
        self, line: Line, pace: Pace, records: list[Record], begin: int, end: int
    ) -> bool:
        """Send one range; whether the server has it, or has put it aside."""
        bodies = [body for each in records if (body := self._body(each)) is not None]
        try:
            told = await line.post(self._path, frame(bodies)) if bodies else Told(OK, {})
            if told.status == AGAIN:
                await asyncio.sleep(max(told.again_seconds, pace.failed()))
                return False
            if told.status in (UNREADABLE, TOO_LARGE):
                return self._unread(told, pace, begin, end, len(bodies))
            if told.status != OK:
                raise Refused(str(told.said.get("error", told.status)))
        except Unreachable:
            await asyncio.sleep(pace.failed())
            return False
        except Refused as error:
            self._in_trouble(f"the server refuses it: {error}")
            await asyncio.sleep(pace.failed() + BACK_OFF_SECONDS[-1])
            return False
        self._taken(told, pace, begin, end)
        return True

    def _body(self, record: Record) -> bytes | None:
        """What to send of a record; None: nothing. A word of a device's sensors counts until the
        next one, and one that waited must not come after one that overtook it."""
        if record.body is None:
            return None
        device = whose_word(record.body)
        if not device:
            return record.body
        newest = self._words[device] = max(record.number, self._words.get(device, 0))
        return record.body if record.number == newest else None

    def _taken(self, told: Told, pace: Pace, begin: int, end: int) -> None:
        self._spool.acknowledge(begin, end)
        pace.went_well()
        pace.is_one_by_one = False
        self.counts.last_answer, self.counts.trouble = self._now(), ""
        aside = int(told.said.get("put_aside", 0))
        if aside:
            self.counts.put_aside += aside
            log.warning("%d messages were put aside by the server: see its quarantine", aside)

    def _unread(self, told: Told, pace: Pace, begin: int, end: int, count: int) -> bool:
        """A frame the server cannot read: one by one, until the message is found that spoils it."""
        if count > 1:
            pace.is_one_by_one = True
            return False
        if told.status == TOO_LARGE:  # nobody has it but us
            raise Refused("one message is larger than it takes")
        pace.is_one_by_one = False
        self.counts.put_aside += count
        self._spool.acknowledge(begin, end)
        log.error("one message cannot be read by the server: see its quarantine")
        return True

    def _in_trouble(self, text: str) -> None:
        if self.counts.trouble != text:
            self.counts.trouble = text
            log.error("%s", text)


def _share(pace: Pace) -> tuple[int, int]:
    """How many records and bytes to read for the next request."""
    return (1 if pace.is_one_by_one else RECORDS_MAX), pace.bytes
