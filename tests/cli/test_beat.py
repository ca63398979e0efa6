"""A process that lost the bus for good ends: the next one comes back to it."""

import asyncio
from types import SimpleNamespace

import pytest

from homeward.bus import Bus
from homeward.cli.run import _beat


async def test_a_process_whose_bus_is_closed_for_good_ends(engines):
    async with Bus.open(engines.nats_url) as bus:
        await bus._client.close()
        process = asyncio.create_task(asyncio.sleep(60))
        beat = asyncio.create_task(_beat("watch", SimpleNamespace(bus=bus, now=None), process))
        async with asyncio.timeout(20):
            with pytest.raises(asyncio.CancelledError):
                await process
        beat.cancel()
