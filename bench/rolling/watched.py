"""How long anybody went without: a share without its watcher, a device without an answer."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec

from bench.soak_kills import Receipts
from homeward.bus import Bus


class Answers(Receipts):
    """An outbox that notes its longest time without an acknowledgement."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_seconds = 0.0
        self._last: float | None = None

    def settle(self, packet: int, reason: int) -> bool:
        """Note it, then do as every outbox."""
        before = len(self.safe)
        is_settled = super().settle(packet, reason)
        if len(self.safe) > before:
            now = time.monotonic()
            if self._last is not None:
                self.longest_seconds = max(self.longest_seconds, now - self._last)
            self._last = now
        return is_settled


@dataclass
class Guards:
    """When each share was last said to be watched: `beat.guard`, told each second once all that was
    heard is judged and written."""

    shares: int
    _last: dict[int, float] = field(default_factory=dict[int, float])
    _longest: dict[str, float] = field(default_factory=dict[str, float])
    during: str = "no change yet"  # what is under way

    @asynccontextmanager
    async def listening(self, url: str) -> AsyncIterator["Guards"]:
        """Hear them."""
        async with Bus.open(url, "bench") as bus:
            stop = await bus.listen("beat.guard", self._hear)
            try:
                yield self
            finally:
                await stop()

    async def _hear(self, _: str, body: bytes) -> None:
        told = msgspec.json.decode(body)
        if told.get("shares", 1) == self.shares:
            self._note(told.get("share", 0), time.monotonic())

    def _note(self, share: int, now: float) -> None:
        last = self._last.get(share, now)
        self._longest[self.during] = max(self._longest.get(self.during, 0.0), now - last)
        self._last[share] = now

    @property
    def are_all_heard(self) -> bool:
        """Whether every share was heard of within the last two seconds."""
        recent = time.monotonic() - 2
        return sum(last > recent for last in self._last.values()) == self.shares

    def longest(self) -> dict[str, float]:
        """The longest time between two words about one share, by what was under way then. A share
        that is not heard of any more counts up to now."""
        now = time.monotonic()
        for share in range(self.shares):
            self._last.setdefault(share, float("-inf"))
        for share, last in self._last.items():
            if now - last > 2:
                self._note(share, now)
        return dict(self._longest)
