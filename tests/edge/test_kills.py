"""kill -9 of an edge while devices publish and its line flaps: acknowledged is stored, once."""

import asyncio
import itertools
import os
import random
import signal
import sys
from pathlib import Path

import numpy as np

from homeward.model.frame import HOT
from homeward.store.packed import distinct, from_hot
from tests.edge.conftest import Box, saturation, until

REPOSITORY = Path(__file__).parents[2]
KILLS = 2
MESSAGES_BETWEEN = 60


async def start(box: Box) -> asyncio.subprocess.Process:
    """`homeward edge` as its own process, in its folder."""
    clean = {name: each for name, each in os.environ.items() if not name.startswith("HOMEWARD_")}
    environment = clean | {
        "HOMEWARD_MQTT_PORT": str(box.settings.mqtt_port),
        "HOMEWARD_EDGE_PAGE_PORT": "0",
        "HOMEWARD_HTTP_INGEST_PORT": "0",
        "PYTHONPATH": str(REPOSITORY),
    }
    words = (sys.executable, "-m", "homeward.cli", "edge", str(box.folder))
    return await asyncio.create_subprocess_exec(
        *words, env=environment, cwd=box.folder,
        stdout=asyncio.subprocess.DEVNULL, stderr=(box.folder / "log").open("ab"),
    )  # fmt: skip


async def test_killed_again_and_again_it_loses_nothing_it_acknowledged(box: Box):
    chance = random.Random(7)
    numbers = itertools.count()
    edge = await start(box)
    async with box.device() as device:
        await device.came()
        for _ in range(KILLS):
            floor = device.outbox.acknowledged
            while device.outbox.acknowledged < floor + MESSAGES_BETWEEN:
                device.send([saturation(80 + next(numbers) % 20)])
                await asyncio.sleep(0)
                if len(device.outbox) > 100:
                    await until(lambda: len(device.outbox) < 20, 60)
                if chance.random() < 0.05:
                    await box.wire.mend() if box.wire.is_cut else await box.wire.cut()
            edge.send_signal(signal.SIGKILL)
            await edge.wait()
            edge = await start(box)
        if box.wire.is_cut:
            await box.wire.mend()
        await until(lambda: not len(device.outbox), 60)
        sent = next(numbers)
        assert device.outbox.refused == device.outbox.dropped == 0

        async def all_there() -> bool:
            return len({seq for seq, _ in await box.stored()}) == sent

        await until(all_there, 60)
    edge.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(edge.wait(), 20) == 0
    rows = [np.frombuffer(body, HOT) for _, _, _, body in await box.house.messages()]
    record = np.sort(distinct(from_hot(np.concatenate(rows))), order="at")
    assert record["value"].tolist() == [80 + seq % 20 for seq in range(sent)], "once, in order"
