"""A task that is asked to stop while it waits for a connection stops, whatever the pool does."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from homeward.store import Store
from homeward.store.door import POOL_MAX

STOPS_SECONDS_MAX = 5.0
TURNS = 40  # of the loop, between giving a connection back and asking to stop


@pytest.mark.parametrize("turns", range(TURNS))
async def test_it_stops_even_where_a_connection_comes_at_that_moment(store: Store, turns: int):
    is_asked = asyncio.Event()

    async def works_on() -> None:
        async with store.door().transaction():
            await is_asked.wait()

    async with AsyncExitStack() as others:
        held = [await others.enter_async_context(AsyncExitStack()) for _ in range(POOL_MAX)]
        for each in held:
            await each.enter_async_context(store.pool.connection())
        task = asyncio.create_task(works_on())
        await asyncio.sleep(0.005)
        await held[0].aclose()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, STOPS_SECONDS_MAX)
