"""A process that lost the bus for good ends: the next one comes back to it."""

import asyncio
from types import SimpleNamespace

from homeward.bus import Bus
from homeward.cli.run import _beat


async def test_a_process_whose_bus_is_closed_for_good_ends(engines):
    async with Bus.open(engines.nats_url) as bus:
        await bus._client.close()
        process = asyncio.create_task(asyncio.sleep(60))
        tools = SimpleNamespace(bus=bus, now=None, at="watch on a")
        beat = asyncio.create_task(_beat("watch", tools, process))
        await asyncio.wait({process}, timeout=20)  # a timeout that cancels would look like the beat
        assert process.cancelled()
        beat.cancel()
