"""An installation with two web processes, and one of its parts killed around a moment."""

import asyncio
import contextlib
import random
import signal
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import psutil
import psycopg

from bench.installation import Installation
from homeward.bus import Bus
from homeward.drill.house import HOMEWARD
from homeward.engines.nats import free_port
from homeward.model.errors import Unreachable
from homeward.services.contract import Tools
from homeward.settings import Settings
from homeward.store import Store

KILL_EVERY = 4  # ends
AROUND_SECONDS = 0.4  # a kill falls so long before or after the end, at most
BACK_SECONDS_MAX = 120.0
RETRY_SECONDS = 0.1
VICTIMS = (*("web", "web-2") * 5, "postgres", "nats")  # engines die seldom


@dataclass
class TwoWebs:
    """Both of them; `second` is another web process of the same installation."""

    house: Installation
    tools: Tools
    chance: random.Random
    port: int = field(default_factory=free_port)
    second: "subprocess.Popen[bytes] | None" = None
    kills: Counter[str] = field(default_factory=Counter[str])

    @property
    def urls(self) -> tuple[str, str]:
        """Where they are."""
        return self.house.url, f"http://127.0.0.1:{self.port}"

    def start_second(self) -> None:
        """Start the second web process, as an operator would on another machine."""
        run = self.house.run_file
        more = {"HOMEWARD_WEB_PORT": str(self.port)}
        more["HOMEWARD_NATS_URL"] = self.house.bus_url("web")
        more["HOMEWARD_POSTGRES_URL"] = run["postgres_url"]
        with (self.house.folder / "web-2.log").open("ab") as log:
            self.second = subprocess.Popen(
                [*HOMEWARD, "run", "web-2"], env=self.house.environment | more, stdout=log,
                stderr=log,
            )  # fmt: skip

    async def both_answer(self) -> None:
        """Wait until both answer, and both engines hear them."""
        async with asyncio.timeout(BACK_SECONDS_MAX), httpx.AsyncClient(timeout=2) as client:
            for url in self.urls:
                while True:
                    with contextlib.suppress(httpx.HTTPError, KeyError):
                        if (await client.get(f"{url}/api/health")).json()["ok"]:
                            break
                    await asyncio.sleep(RETRY_SECONDS)

    @staticmethod
    def victim(number: int) -> str:
        """What is killed around this moment; empty: nothing."""
        is_kill = number % KILL_EVERY == KILL_EVERY - 1
        return VICTIMS[number // KILL_EVERY % len(VICTIMS)] if is_kill else ""

    @asynccontextmanager
    async def disturbed(self, number: int) -> AsyncIterator[str]:
        """Around every fourth of these moments something is killed, and is back at the end."""
        victim = self.victim(number)
        killing = asyncio.create_task(self._kill(victim)) if victim else None
        if killing is not None:
            await asyncio.sleep(self.chance.uniform(0, AROUND_SECONDS))
        yield victim
        if killing is not None:
            await killing
            await self.both_answer()

    async def _kill(self, victim: str) -> None:
        """Kill -9 one of them around now; it is started again."""
        await asyncio.sleep(self.chance.uniform(0, AROUND_SECONDS))
        self.kills[victim] += 1
        if victim != "web-2":
            with contextlib.suppress(psutil.NoSuchProcess):
                (await asyncio.to_thread(self.house.processes))[victim].kill()
            return
        assert self.second is not None
        self.second.send_signal(signal.SIGKILL)
        await asyncio.to_thread(self.second.wait)
        self.start_second()


@contextlib.contextmanager
def _stopped(webs: TwoWebs) -> Iterator[None]:
    try:
        yield
    finally:
        if webs.second is not None:
            webs.second.kill()
            webs.second.wait()


@asynccontextmanager
async def two_webs(house: Installation, seed: int) -> AsyncIterator[TwoWebs]:
    """Start the second beside a running installation."""
    run = house.run_file
    async with Store.open(run["postgres_url"]) as store, Bus.open(house.bus_url("web")) as bus:
        tools = Tools(store, bus, Settings(data=house.data.path), lambda: datetime.now(UTC))
        webs = TwoWebs(house, tools, random.Random(seed))
        with _stopped(webs):
            webs.start_second()
            await webs.both_answer()
            yield webs


@asynccontextmanager
async def again() -> AsyncIterator[None]:
    """Within it, what the database being away makes fail is let be, for a moment."""
    try:
        yield
    except (Unreachable, psycopg.OperationalError, OSError):
        await asyncio.sleep(RETRY_SECONDS)
