"""A task that is asked to stop while it waits for a connection stops, whatever the pool does."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from homeward.store import Store
from homeward.store.door import POOL_MAX

STOPS_SECONDS_MAX = 5.0
TURNS = 20  # of the loop, between giving a connection back and asking to stop


async def test_it_stops_even_where_a_connection_comes_at_that_moment(store: Store):
    for turns in range(TURNS):
        await _stops(store, turns)


async def _stops(store: Store, turns: int) -> None:
    async def works_on() -> None:
        async with store.door().transaction():
            await asyncio.get_running_loop().create_future()

    async with AsyncExitStack() as others:
        held = [await others.enter_async_context(AsyncExitStack()) for _ in range(POOL_MAX)]
        for each in held:
            await each.enter_async_context(store.pool.connection())
        task = asyncio.create_task(works_on())
        while not store.pool.get_stats().get("requests_waiting"):
            await asyncio.sleep(0)
        await held[0].aclose()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, STOPS_SECONDS_MAX)
