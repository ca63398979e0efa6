"""Two processes that watch are started anew, one after the other: somebody watches all the time.

With another version, on two machines and under load it is `make soak NAME=rolling`.
"""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec

from homeward.cli.settings import environment
from homeward.services.watch.shares import divide
from tests.floor import Floor, each_has_one

# A hand-over takes one or two. One that is none takes as long as whoever stops a process waits
# before it kills (systemd: TimeoutStopSec, 15 s).
UNWATCHED_SECONDS_MAX = 8.0
STOP_SECONDS_MAX = 8.0
WATCHERS = ("watch", "watch-2")


class Longest:
    """The longest time between two words about one share on beat.guard."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.last: dict[int, float] = {}

    async def hear(self, _: str, body: bytes) -> None:
        share, now = msgspec.json.decode(body)["share"], asyncio.get_running_loop().time()
        self.seconds = max(self.seconds, now - self.last.get(share, now))
        self.last[share] = now


@asynccontextmanager
async def watching(floor: Floor) -> AsyncIterator[dict[str, Process]]:
    """Both processes, each with a share."""
    running: dict[str, Process] = {}
    try:
        for name in WATCHERS:
            running[name] = await begun(floor, name)
        await floor.watched_by(each_has_one(*map(holder, WATCHERS)))
        yield running
    finally:
        for process in running.values():
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def begun(floor: Floor, name: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "homeward.cli", "run", name,
        env=os.environ | environment(floor.tools.settings),
    )  # fmt: skip


def holder(name: str) -> str:
    return f"{name} on {socket.gethostname()}"


async def test_each_gives_its_share_over_when_it_is_asked_to_stop(tools):
    floor, longest = Floor(tools), Longest()
    await floor.fill()
    await divide(tools.store, len(WATCHERS))
    ill: list[int] = []

    async def measure() -> None:
        while True:
            for patient in floor.patients:
                value = 70 if patient in ill else 97
                await floor.reads(patient, "oxygen_saturation", value)
            await asyncio.sleep(0.1)

    async with watching(floor) as running, asyncio.TaskGroup() as tasks:
        stop = await tools.bus.listen("beat.guard", longest.hear)
        measuring = tasks.create_task(measure())
        for place, name in enumerate(WATCHERS):
            ill.append(floor.patients[3 * place])
            await floor.rang("oxygen_low", ill)
            running[name].send_signal(signal.SIGTERM)
            ill.append(floor.patients[3 * place + 1])  # while nobody knows who watches them
            async with asyncio.timeout(STOP_SECONDS_MAX):
                assert await running[name].wait() == 0
            ill.append(floor.patients[3 * place + 2])
            await floor.rang("oxygen_low", ill)
            running[name] = await begun(floor, name)
            await floor.watched_by(each_has_one(*map(holder, WATCHERS)))
        measuring.cancel()
        await stop()
    assert len(longest.last) == len(WATCHERS)
    assert longest.seconds < UNWATCHED_SECONDS_MAX
    assert await floor.raised("oxygen_low") == dict.fromkeys(floor.patients, 1)
    assert await floor.sql("select id from alarm where rung <> raised") == []
