"""A process that lost the bus for good ends: the next one comes back to it."""

import asyncio
import os
import threading
from types import SimpleNamespace

from homeward.bus import Bus
from homeward.cli.run import _beat, _stay_fresh


async def test_a_process_whose_bus_is_closed_for_good_ends(engines, settings):
    async with Bus.open(engines.nats_url) as bus:
        await bus._client.close()
        process = asyncio.create_task(asyncio.sleep(60))
        tools = SimpleNamespace(bus=bus, now=None, at="watch on a", settings=settings)
        beat = asyncio.create_task(_beat("watch", tools, process))
        await asyncio.wait({process}, timeout=20)  # a timeout that cancels would look like the beat
        assert process.cancelled()
        beat.cancel()


async def test_the_file_that_says_ready_stays_young(tmp_path):
    file = tmp_path / "watch-2"
    file.write_text("7")
    os.utime(file, (0, 0))
    fresh = asyncio.create_task(_stay_fresh(file))
    async with asyncio.timeout(20):
        while file.stat().st_mtime == 0:
            await asyncio.sleep(0.01)
    fresh.cancel()


async def test_a_disk_that_takes_no_write_holds_up_nobody(tmp_path, monkeypatch):
    stuck, is_stuck = threading.Event(), threading.Event()

    def touch(_: object) -> None:
        is_stuck.set()
        assert stuck.wait(20)

    monkeypatch.setattr(os, "utime", touch)
    fresh = asyncio.create_task(_stay_fresh(tmp_path / "watch"))
    async with asyncio.timeout(20):
        while not is_stuck.is_set():  # would stand still with it
            await asyncio.sleep(0.01)
    assert not stuck.is_set()
    stuck.set()
    fresh.cancel()
