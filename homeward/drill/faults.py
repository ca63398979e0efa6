"""Every fault there is: what breaks, what it needs, and how it is mended."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import psutil

from homeward.drill.scene import Scene
from homeward.model.errors import Misconfigured, Unreachable

COMPONENTS = ("door", "watch", "work", "web", "pack", "postgres", "nats", "supervisor")
BACK_SECONDS_MAX = 60.0
DELAY_SECONDS = 0.3
LOSS = 0.3
MUTE_SECONDS = 0.7
FILL_AGAIN_SECONDS = 0.25
CLOCK_JUMP = timedelta(hours=1)

NO_ROOM = ("trouble_disk_full", "trouble_record_away")

Begin = Callable[[Scene], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind. `seconds` is how long it lasts where nobody says otherwise; 0: a moment.

    `needs_disk`: a disk of the drill's own, so a twin and root. `is_of_twin`: never on the running
    installation. `spares_alarms`: the alarm must come while it lasts, not only after it.
    `tells`: the technical alarms of which screens must show one within seconds.
    `alarm_seconds_max`: the patient's alarm must be on the screen within this.
    """

    name: str
    meaning: str
    begin: Begin
    seconds: float = 10.0
    needs_disk: bool = False
    is_of_twin: bool = False
    spares_alarms: bool = False
    tells: tuple[str, ...] = ()
    alarm_seconds_max: float = 10.0


@asynccontextmanager
async def _kill(scene: Scene) -> AsyncIterator[None]:
    if scene.component == "supervisor":
        await _kill_supervisor(scene)
        yield
        return
    victim = scene.process(scene.component)
    if victim is None:
        raise Misconfigured(f"there is no process {scene.component} here to kill")
    os.kill(victim.pid, signal.SIGKILL)
    yield

    def is_back() -> bool:
        now = scene.process(scene.component)
        return now is not None and now.pid != victim.pid and scene.answers()

    if not await scene.until(is_back, BACK_SECONDS_MAX):
        raise Unreachable(f"{scene.component} did not come back in {BACK_SECONDS_MAX:.0f} s")


async def _kill_supervisor(scene: Scene) -> None:
    """Started again by us, as systemd would."""
    house = scene.house
    if house is None or house.process is None:
        raise Misconfigured("the supervisor is killed on a twin only: who would start yours again?")
    house.process.kill()
    await asyncio.to_thread(house.process.wait)
    await asyncio.to_thread(house.start)


@asynccontextmanager
async def _cut(scene: Scene) -> AsyncIterator[None]:
    scene.relay.cut()
    try:
        yield
    finally:
        scene.relay.mend()


@asynccontextmanager
async def _delay(scene: Scene) -> AsyncIterator[None]:
    scene.relay.delay_seconds = DELAY_SECONDS
    try:
        yield
    finally:
        scene.relay.delay_seconds = 0.0


@asynccontextmanager
async def _loss(scene: Scene) -> AsyncIterator[None]:
    scene.relay.loss = LOSS
    scene.relay.break_lines()  # what was on its way then is lost for good
    try:
        yield
    finally:
        scene.relay.loss = 0.0


@asynccontextmanager
async def _duplicate(scene: Scene) -> AsyncIterator[None]:
    async def lose_answers() -> None:
        while True:
            scene.relay.is_mute = True
            await asyncio.sleep(MUTE_SECONDS)
            scene.relay.is_mute = False
            scene.relay.break_lines()
            await asyncio.sleep(MUTE_SECONDS)

    losing = asyncio.create_task(lose_answers())
    try:
        yield
    finally:
        losing.cancel()
        scene.relay.is_mute = False
        scene.relay.break_lines()


@asynccontextmanager
async def _reorder(scene: Scene) -> AsyncIterator[None]:
    for sender in scene.senders[1:]:
        sender.shuffles = random.Random(scene.chance.random())  # noqa: S311
    try:
        yield
    finally:
        for sender in scene.senders:
            sender.shuffles = None


@asynccontextmanager
async def _clock(scene: Scene) -> AsyncIterator[None]:
    for sender in scene.senders[1:]:
        sender.clock_ahead = CLOCK_JUMP
    try:
        yield
    finally:
        for sender in scene.senders:
            sender.clock_ahead = timedelta(0)


@asynccontextmanager
async def _disk_full(scene: Scene) -> AsyncIterator[None]:
    disk = scene.disk
    assert disk is not None

    async def keep_full() -> None:
        while True:
            await asyncio.to_thread(disk.fill)
            await asyncio.sleep(FILL_AGAIN_SECONDS)

    filling = asyncio.create_task(keep_full())
    try:
        yield
    finally:
        filling.cancel()
        with suppress(asyncio.CancelledError):
            await filling
        disk.give_back()


@asynccontextmanager
async def _disk_stall(scene: Scene) -> AsyncIterator[None]:
    if scene.disk is not None:
        await asyncio.to_thread(scene.disk.freeze)
        try:
            yield
        finally:
            await asyncio.to_thread(scene.disk.thaw)
        return
    scene.notes.append("no disk of its own here: the database was stopped instead (SIGSTOP)")
    top = scene.process("postgres")
    if top is None:
        raise Misconfigured("the database is not one of ours to stop")
    stopped = [psutil.Process(top.pid), *psutil.Process(top.pid).children(recursive=True)]
    _each(stopped, psutil.Process.suspend)
    try:
        yield
    finally:
        _each(stopped, psutil.Process.resume)


def _each(processes: list[psutil.Process], do: Callable[[psutil.Process], None]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            do(process)


@asynccontextmanager
async def _power_cut(scene: Scene) -> AsyncIterator[None]:
    house, disk = scene.house, scene.disk
    assert house is not None
    assert disk is not None
    await asyncio.to_thread(disk.cut_power)
    await asyncio.to_thread(house.kill)
    yield
    await asyncio.to_thread(disk.replug)
    await asyncio.to_thread(house.start)


FAULTS = {
    fault.name: fault
    for fault in (
        Fault("kill", "A process is killed (-9); --component says which.", _kill, seconds=0),
        Fault("cut", "The devices' network is cut: nothing passes, nobody is told.", _cut),
        Fault("delay", "What devices send and are sent comes 0.3 s and more later.", _delay),
        Fault("loss", "Of three pieces one is lost and comes again later; lines break.", _loss),
        Fault("duplicate", "Answers are lost, so devices send again what was stored.", _duplicate),
        Fault("reorder", "Devices send readings in another order than they took them.", _reorder),
        Fault("clock", "Clocks of devices (not this machine's) jump an hour ahead.", _clock),
        Fault("disk-full", "The disk of the record has no byte left.", _disk_full,
              needs_disk=True, is_of_twin=True, tells=NO_ROOM),
        Fault("disk-stall", "The disk of the record takes no write, and gives no error.",
              _disk_stall, seconds=40.0, spares_alarms=True, alarm_seconds_max=3.0),
        Fault("power-cut", "The machine loses its power: what was not synced is gone.", _power_cut,
              seconds=0, needs_disk=True, is_of_twin=True, alarm_seconds_max=30.0),
    )
}  # fmt: skip
