"""A database that stands still, all of it: nothing can be written, and nothing read."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import psutil

from bench.installation import Installation

STALL_SECONDS = 0.5


class Stall:
    """The whole database stands still for a moment."""

    def __init__(self, house: Installation) -> None:
        self._postgres = house.processes()["postgres"]

    @contextlib.asynccontextmanager
    async def during(self, *, stalls: bool) -> AsyncIterator[None]:
        """From now for half a second, whatever happens meanwhile."""
        if not stalls:
            yield
            return
        every = [self._postgres, *self._postgres.children(recursive=True)]
        for each in every:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.suspend()
        release = asyncio.create_task(self._release(every))
        try:
            yield
        finally:
            await release

    async def _release(self, every: list[psutil.Process]) -> None:
        await asyncio.sleep(STALL_SECONDS)
        for each in every:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.resume()
