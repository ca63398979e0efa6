"""A server that falls silent is left for another, however much was on its way to it."""

import asyncio
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from homeward.bus import Bus, nerve
from homeward.engines.child import Child, wait_ready
from homeward.engines.nats import Nats

SECONDS_MAX = 20  # TCP alone would wait for a quarter of an hour


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[int, Child]]:
    """Two servers that know one password, by their ports."""
    monkeypatch.setattr(nerve, "PING_SECONDS", 0.1)
    monkeypatch.setattr(nerve, "UNHEARD_MILLISECONDS", 500)
    servers: dict[int, Child] = {}
    with ExitStack() as ending:
        for name in ("a", "b"):
            server = Nats(tmp_path / name)
            if servers:
                shutil.copytree(tmp_path / "a" / "keys", tmp_path / name / "keys")
            server.prepare()
            child = servers[server.port] = Child.start(server.recipe())
            ending.callback(child.kill)
            wait_ready(child, server)
        yield servers


async def test_a_silent_server_is_left(two: dict[int, Child], tmp_path: Path) -> None:
    password = (tmp_path / "a" / "keys" / "nats.password").read_text().strip()
    servers = ",".join(f"127.0.0.1:{port}" for port in two)
    async with Bus.open(f"nats://homeward:{password}@{servers}") as bus:
        heard: asyncio.Queue[bytes] = asyncio.Queue()

        async def hear(_: str, body: bytes) -> None:
            heard.put_nowait(body)

        await bus.listen("told.trouble", hear)
        here = bus._client.connected_url.port
        os.kill(two[here].pid, signal.SIGSTOP)  # its machine still takes bytes, for a while
        for _ in range(64):  # more than the kernels between us hold
            await bus.publish("hot.readings", bytes(512 * 1024))
        async with asyncio.timeout(SECONDS_MAX):
            while not (bus.connected and bus._client.connected_url.port != here):
                await asyncio.sleep(0.05)
            assert bus.gaps == 1, "whoever listens knows that something may be missing"
            await bus.tell("told.trouble", "here")
            assert await heard.get() == b'"here"'
