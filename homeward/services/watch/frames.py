"""Frames of the hot lane that wait to be judged, a few milliseconds of them together."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np

from homeward.model.frame import HOT
from homeward.services.watch.windows import Rows

ROWS_MAX = 5_000  # judged at once; timers and writers get their turn in between
FRAMES_MAX = 100_000


class Frames:
    """What waits. `may_ring` says of which rows no other are waited for."""

    def __init__(self, may_ring: Callable[[Rows], bool]) -> None:
        self._may_ring = may_ring
        self._waiting: deque[bytes] = deque()
        self._is_any = asyncio.Event()
        self._is_due = asyncio.Event()  # enough has been gathered
        self._since = 0.0  # loop time: since when the oldest waits, at most

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def put(self, body: bytes) -> bool:
        """One more waits; whether there was room. If not, none waits: the record has them all.

        Raises ValueError for half a row, before it could spoil the frames beside it.
        """
        if len(body) % HOT.itemsize:
            raise ValueError("a frame of the hot lane holds whole rows")
        if not self._waiting:
            self._since = _moment()
        self._waiting.append(body)
        self._is_any.set()
        if not self._is_due.is_set() and self._may_ring(np.frombuffer(body, HOT)):
            self._is_due.set()
        if len(self._waiting) <= FRAMES_MAX:
            return True
        self._waiting.clear()  # hopelessly behind
        return False

    async def any(self) -> None:
        """Wait until one has come since this was last asked."""
        await self._is_any.wait()
        self._is_any.clear()

    async def gather(self, seconds: float) -> None:
        """Let frames come together for so long, or until one holds what may ring."""
        timer = asyncio.get_running_loop().call_later(seconds, self._is_due.set)
        try:
            await self._is_due.wait()
        finally:
            timer.cancel()

    def take(self) -> Rows:
        """The oldest that wait, at most ROWS_MAX rows and a frame."""
        self._is_due.clear()
        self._since = _moment()
        taken: list[bytes] = []
        size = 0
        while self._waiting and size < ROWS_MAX * HOT.itemsize:
            taken.append(self._waiting.popleft())
            size += len(taken[-1])
        return np.frombuffer(b"".join(taken), HOT)

    @property
    def waiting_seconds(self) -> float:
        """For how long nothing has been taken of what waits."""
        return _moment() - self._since if self._waiting else 0.0

    def all_until(self, now: datetime) -> datetime:
        """Up to when all that came was taken, as long as none was lost."""
        return now - timedelta(seconds=self.waiting_seconds)


def _moment() -> float:
    return asyncio.get_running_loop().time()
