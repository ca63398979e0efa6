"""A process that lost the bus for good ends: the next one comes back to it."""

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace

from homeward.bus import Bus
from homeward.cli.run import _beat


async def test_a_process_whose_bus_is_closed_for_good_ends(engines, settings):
    async with Bus.open(engines.nats_url) as bus:
        await bus._client.close()
        process = asyncio.create_task(asyncio.sleep(60))
        tools = SimpleNamespace(bus=bus, now=None, at="watch on a", settings=settings)
        beat = asyncio.create_task(_beat("watch", tools, process))
        await asyncio.wait({process}, timeout=20)  # a timeout that cancels would look like the beat
        assert process.cancelled()
        beat.cancel()


async def test_the_file_that_says_ready_stays_young(bus, settings, tmp_path):
    settings = replace(settings, data=tmp_path)
    file = tmp_path / "ready" / "watch-2"
    file.parent.mkdir()
    file.write_text("7")
    os.utime(file, (0, 0))
    now = partial(datetime.now, UTC)
    tools = SimpleNamespace(bus=bus, now=now, at="watch-2 on a", settings=settings)
    process = asyncio.create_task(asyncio.sleep(60))
    beat = asyncio.create_task(_beat("watch-2", tools, process))
    async with asyncio.timeout(20):
        while file.stat().st_mtime == 0:
            await asyncio.sleep(0.01)
    beat.cancel()
    process.cancel()
