"""The hot lane: every reading is told at once, without waiting for the disk.

Rows of one loop tick leave as one message. The lane remembers nothing: while the bus is away
its rows are dropped, and watch catches up from the record.
"""

import asyncio
from collections import deque
from struct import Struct

from homeward.bus import Bus
from homeward.model.frame import HOT

ROW = Struct("<qqiiqqd")  # model.frame.HOT, field by field
assert ROW.size == HOT.itemsize

MESSAGE_BYTES_MAX = 480_000  # NATS refuses more than 1 MB
WAITING_BYTES_MAX = 8 * 1024 * 1024
_WAVE_HEAD = Struct("<qq")


class HotLane:
    """Collects, and publishes once a tick. Oldest waves are dropped first when the bus is slow."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._rows: list[bytes] = []
        self._waves: deque[tuple[int, bytes]] = deque()
        self._waiting_bytes = 0
        self._something = asyncio.Event()
        self.dropped = 0

    def readings(self, rows: bytes) -> None:
        """Tell packed rows of HOT."""
        self._rows.append(rows)
        self._waiting_bytes += len(rows)
        self._something.set()

    def waves(self, patient: int, device: int, frame: bytes) -> None:
        """Tell a wave frame as it came."""
        self._waves.append((patient, _WAVE_HEAD.pack(patient, device) + frame))
        self._waiting_bytes += len(frame)
        self._something.set()

    async def run(self) -> None:
        """Publish until cancelled."""
        while True:
            await self._something.wait()
            self._something.clear()
            self._drop_what_is_too_much()
            rows, self._rows = self._rows, []
            for message in _messages(rows):
                await self._publish("hot.readings", message)
            while self._waves:
                patient, message = self._waves.popleft()
                await self._publish(f"hot.waves.{patient}", message)
            self._waiting_bytes = sum(map(len, self._rows))

    async def _publish(self, subject: str, message: bytes) -> None:
        if not self._bus.connected:
            self.dropped += 1
            return
        try:
            await self._bus.publish(subject, message)
        except Exception:  # the client's errors are many, and all mean: not told
            self.dropped += 1

    def _drop_what_is_too_much(self) -> None:
        if self._waiting_bytes <= WAITING_BYTES_MAX:
            return
        self.dropped += len(self._waves)
        self._waves.clear()


def _messages(rows: list[bytes]) -> list[bytes]:
    """Rows joined to messages that NATS takes: whole rows each."""
    joined = b"".join(rows)
    if len(joined) <= MESSAGE_BYTES_MAX:
        return [joined] if joined else []
    step = MESSAGE_BYTES_MAX // ROW.size * ROW.size
    return [joined[place : place + step] for place in range(0, len(joined), step)]
