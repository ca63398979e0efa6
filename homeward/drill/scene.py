"""Where a drill takes place: an installation, pretend devices on a line of their own, screens."""

import asyncio
import random
import time
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from homeward.device.papers import Papers
from homeward.drill.disk import Disk
from homeward.drill.house import House
from homeward.drill.load import Sender, oxygen, pulse
from homeward.drill.relay import Relay
from homeward.drill.screen import Screen
from homeward.engines.folder import DataFolder, Process
from homeward.model.errors import Misconfigured, Unreachable
from homeward.settings import LOOPBACK, Settings

PROBES = 3
READY_SECONDS_MAX = 60.0
LOOK_SECONDS = 0.05
ANSWER_SECONDS = 2.0
OXYGEN_PER_SECOND = 4.0
# Makes a pretend patient, their device and their virtual nurse, and the folder with their papers.
MakeProbe = Callable[[Settings, Path, str], Awaitable[None]]


@dataclass
class Scene:
    """Everything a fault may touch. `house` and `disk` are of a twin alone; `url` is the record's.

    The patient of the first sender falls ill; the other senders are load.
    """

    settings: Settings
    data: DataFolder
    url: str
    relay: Relay
    senders: Sequence[Sender]
    screens: Sequence[Screen]
    chance: random.Random
    component: str = "door"
    house: House | None = None
    disk: Disk | None = None
    is_ill: bool = False
    notes: list[str] = field(default_factory=list[str])

    @property
    def patients(self) -> list[int]:
        """Whose readings each sender sends."""
        return [screen.patient for screen in self.screens]

    def process(self, name: str) -> Process | None:
        """One of its processes, where it lives."""
        run = self.data.last_run()
        found = [each for each in (run.processes if run else ()) if each.name == name]
        return next((each for each in found if each.is_alive), None)

    def answers(self) -> bool:
        """Whether the pages answer and both engines hear them."""
        try:
            with urllib.request.urlopen(  # noqa: S310
                f"{self.screens[0].config.url}/api/health", timeout=ANSWER_SECONDS
            ) as answer:
                return b'"ok":true' in answer.read().replace(b" ", b"")
        except OSError:
            return False

    def acknowledged(self) -> int:
        """How many readings devices were told are safe."""
        return sum(len(each.receipts.safe) for each in self.senders)

    async def until(self, claim: Callable[[], bool], seconds: float) -> bool:
        """Wait for a claim to come true; whether it did within so long."""
        end = time.monotonic() + seconds
        while not await asyncio.to_thread(claim):
            if time.monotonic() > end:
                return False
            await asyncio.sleep(LOOK_SECONDS)
        return True


@asynccontextmanager
async def staged(
    settings: Settings,
    papers: Path,
    make_probe: MakeProbe,
    *,
    name: str = "drill",
    probes: int = PROBES,
    seed: int = 1,
) -> AsyncIterator[Scene]:
    """A scene on a running installation: pretend devices send and screens are on.

    `settings` reach it, engines included; `papers` is a folder for the pretend devices' keys.
    Raises Unreachable where they cannot come in, Misconfigured where no line leads to the door.
    """
    chance = random.Random(seed)  # noqa: S311  (faults that can be had again, not a secret)
    folders = [papers / f"{name}-{number}" for number in range(1, probes + 1)]
    for folder in folders:
        await make_probe(settings, folder, folder.name)
    badges = [Papers.read(folder) for folder in folders]
    if badges[0].host not in LOOPBACK:
        raise Misconfigured(
            f"the drill's line runs over this machine, and the door's certificate is for "
            f"{badges[0].host}: let mqtt_host be 127.0.0.1, or drill on a twin"
        )
    screens = [Screen.of(folder, settings) for folder in folders]
    async with AsyncExitStack() as stack:
        relay = Relay(badges[0].host, badges[0].port, chance)
        await stack.enter_async_context(relay.serving())
        badges = [replace(badge, port=relay.port) for badge in badges]
        scene = Scene(
            settings, DataFolder(settings.data), settings.postgres_url, relay,
            [], screens, chance,
        )  # fmt: skip
        ill = Sender(badges[0], oxygen(lambda: scene.is_ill), OXYGEN_PER_SECOND)
        scene.senders = [ill, *(Sender(badge, pulse) for badge in badges[1:])]
        for screen in screens:
            await screen.sign_in()
        tasks = [asyncio.create_task(each.run()) for each in (*scene.senders, *screens)]
        stack.push_async_callback(_ended, tasks)
        if not await scene.until(lambda: _is_ready(scene), READY_SECONDS_MAX):
            raise Unreachable("the drill's pretend devices and screens did not come in")
        yield scene


def _is_ready(scene: Scene) -> bool:
    return all(each.receipts.safe for each in scene.senders) and all(s.is_on for s in scene.screens)


async def _ended(tasks: Sequence["asyncio.Task[None]"]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
