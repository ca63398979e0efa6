"""The first row after a rest waits for nobody; of what comes all the time few wait a moment."""

import asyncio

from homeward.services.record.pace import BETWEEN_FEW_SECONDS, FEW_ROWS, Pace


async def test_few_wait_until_the_moment_is_over_and_many_never():
    loop = asyncio.get_running_loop()
    again = asyncio.Event()
    pace = Pace(again.set)
    assert not pace.holds(1)
    began = loop.time()
    pace.begins()
    assert not pace.holds(FEW_ROWS)
    assert not again.is_set()
    assert pace.holds(1)
    assert pace.holds(FEW_ROWS - 1)
    await again.wait()
    assert loop.time() - began >= BETWEEN_FEW_SECONDS * 0.9  # the loop's clock has milliseconds
    while pace.holds(1):
        again.clear()
        await again.wait()
    assert loop.time() - began >= BETWEEN_FEW_SECONDS
