"""The hot lane: every reading is told at once, without waiting for the disk.

Rows of a few milliseconds leave as one message. The lane remembers nothing: while the bus is away
its rows are dropped. Once it is back the lane says so first, and watch reads the record.
"""

import asyncio
import time
from collections import deque
from collections.abc import Iterable
from struct import Struct

import msgspec

from homeward.bus import Bus
from homeward.model.frame import HOT

ROW = Struct("<qqiiqqd")  # model.frame.HOT, field by field
assert ROW.size == HOT.itemsize

MESSAGE_BYTES_MAX = 480_000  # NATS refuses more than 1 MB
ROWS_WAITING_MAX = 200_000
WAVES_BYTES_MAX = 8 * 1024 * 1024
_WAVE_HEAD = Struct("<qq")
# The first row after a rest leaves at once; of what comes all the time a few rows leave together.
# Two thousand monitors would else wake everybody who listens two thousand times a second.
TOGETHER_SECONDS = 0.004
LOOK_SECONDS = 0.5
UNSURE_SECONDS = 2.0  # what was told just before a connection broke may not have arrived
STEADY_SECONDS = 10.0  # told all for so long: the trouble is over


class HotLane:
    """Collects, and publishes. Oldest waves are dropped first when the bus is slow."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._rows: list[bytes] = []
        self._waves: deque[tuple[int, bytes]] = deque()
        self._waves_bytes = 0
        self._something = asyncio.Event()
        self.dropped = 0
        self.untold = 0  # messages of readings among them, not confessed yet
        self._gaps = bus.gaps
        self._whole = time.time()  # when everything told had a connection to go
        self._confessed: float | None = None

    def readings(self, rows: Iterable[bytes]) -> None:
        """Tell packed rows of HOT, in pieces of whole rows."""
        self._something.set()
        self._rows += rows
        if len(self._rows) > ROWS_WAITING_MAX:  # the bus does not take them: they are in the record
            self.dropped += 1
            self.untold += 1
            self._rows.clear()

    def waves(self, patient: int, device: int, frame: bytes) -> None:
        """Tell a wave frame as it came."""
        message = _WAVE_HEAD.pack(patient, device) + frame
        self._waves.append((patient, message))
        self._waves_bytes += len(message)
        self._something.set()

    async def run(self) -> None:
        """Publish until cancelled."""
        while True:
            await self._something.wait()
            self._something.clear()
            await self.tell()
            await asyncio.sleep(TOGETHER_SECONDS)

    async def tell(self) -> None:
        """Publish what waits, now."""
        self._drop_what_is_too_much()
        rows, self._rows = self._rows, []
        if self._has_something_to_confess():
            await self._confess()
        for message in _messages(rows):
            if not await self._publish("hot.readings", message):
                self.untold += 1
        while self._waves:
            patient, message = self._waves.popleft()
            self._waves_bytes -= len(message)
            await self._publish(f"hot.waves.{patient}", message)

    async def look(self) -> None:
        """Say, until cancelled, when readings were not told, though none come now."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._has_something_to_confess():
                await self._confess()
            elif self._bus.connected and not self.untold:
                self._whole = time.time()
                await self._recover()

    def _has_something_to_confess(self) -> bool:
        """Whether what was told may not have been heard, and we are heard again."""
        return self._bus.connected and (self.untold > 0 or self._bus.gaps != self._gaps)

    async def _confess(self) -> None:
        """Tell the watcher to read in the record what we could not tell it."""
        untold, gaps = self.untold, self._bus.gaps
        text = f"Readings were not told at once ({untold} messages): judged from the record."
        since = round((self._whole - UNSURE_SECONDS) * 1000)
        trouble = {"what": "hot_lane", "text": text, "since": since, "dropped": untold}
        if await self._publish("told.trouble", msgspec.json.encode(trouble)):
            self.untold -= untold
            self._gaps, self._whole = gaps, time.time()
            self._confessed = time.monotonic()

    async def _recover(self) -> None:
        if self._confessed is None or time.monotonic() - self._confessed < STEADY_SECONDS:
            return
        over = {"what": "hot_lane", "text": "Readings are told at once again.", "over": True}
        if await self._publish("told.trouble", msgspec.json.encode(over)):
            self._confessed = None

    async def _publish(self, subject: str, message: bytes) -> bool:
        """Tell it; whether it left."""
        if not self._bus.connected:
            self.dropped += 1
            return False
        try:  # nosemgrep: swallowed-exception - counted, and the count is told
            await self._bus.publish(subject, message)
        except Exception:  # the client's errors are many, and all mean: not told
            self.dropped += 1
            return False
        return True

    def _drop_what_is_too_much(self) -> None:
        if self._waves_bytes <= WAVES_BYTES_MAX:
            return
        self.dropped += len(self._waves)
        self._waves.clear()
        self._waves_bytes = 0


def _messages(rows: list[bytes]) -> list[bytes]:
    """Rows joined to messages that NATS takes: whole rows each."""
    joined = b"".join(rows)
    if len(joined) <= MESSAGE_BYTES_MAX:
        return [joined] if joined else []
    step = MESSAGE_BYTES_MAX // ROW.size * ROW.size
    return [joined[place : place + step] for place in range(0, len(joined), step)]
