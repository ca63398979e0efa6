"""A clock for what is bound to seconds: a machine that stands still for some loses no test."""

import asyncio
from collections.abc import AsyncIterator

import pytest

CRAWLING = 1 / 20


class Clock:
    """The loop's own time, by which doors count seconds. It can be slowed, and moved on."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._real = loop.time
        self._began = self._shown = self._real()
        self._pace = 1.0
        loop.time = self.time

    def time(self) -> float:
        return self._shown + (self._real() - self._began) * self._pace

    def crawls(self) -> None:
        """From here on a second lasts twenty: what is counted a second does not run away."""
        self._goes(CRAWLING)

    def goes(self) -> None:
        """As usual again."""
        self._goes(1.0)

    def passes(self, seconds: float) -> None:
        """So much time is over, at once."""
        self._shown += seconds

    def _goes(self, pace: float) -> None:
        now = self._real()
        self._shown += (now - self._began) * self._pace
        self._began, self._pace = now, pace


@pytest.fixture
async def clock() -> AsyncIterator[Clock]:
    """One for all: the loop is all tests' own, and its time never goes back."""
    loop = asyncio.get_running_loop()
    found = getattr(loop.time, "__self__", None)
    clock = found if isinstance(found, Clock) else Clock(loop)
    yield clock
    clock.goes()
