"""Play a recording through a device: real time, faster, or as a past that catches up."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeward.device.connection import Connection
from homeward.simulate.player import Telling, tellings
from homeward.simulate.recordings import Recording

UNACKNOWLEDGED_MAX = 200  # the past waits here for the platform to keep up

Now = Callable[[], datetime]


@dataclass
class Told:
    """How far a replay has come."""

    readings: int = 0
    frames: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How to play: from `start` on, so many times faster, once or again and again.

    `is_past` keeps the recording's own spacing and tells what has already happened as fast as
    it is acknowledged, in batches; what is still to come is then told when it happens.
    """

    start: datetime
    speed: float = 1.0
    is_past: bool = False
    loops: bool = False


def telling_again(recording: Recording, plan: Plan) -> Iterator[Telling]:
    """The messages of a plan, one pass after the other where it loops."""
    start = plan.start
    while True:
        yield from tellings(recording, start, plan.speed, batches=plan.is_past)
        if not plan.loops:
            return
        start += timedelta(seconds=max(1.0, recording.seconds / plan.speed))


async def play(
    device: Connection,
    recording: Recording,
    plan: Plan,
    now: Now,
    told: Told,
    show: Callable[[Told], None] = lambda _: None,
) -> None:
    """Send all of it and wait until all of it is acknowledged.

    `told` is kept up to date, so that whoever interrupts knows; `show` hears of each message.
    """
    for telling in telling_again(recording, plan):
        ahead = (telling.at - now()).total_seconds()
        if ahead > 0:
            await asyncio.sleep(ahead)
        elif len(device.outbox) >= UNACKNOWLEDGED_MAX:
            await device.drained(UNACKNOWLEDGED_MAX // 2)
        _send(device, telling, keeps=plan.is_past)
        told.readings += len(telling.readings)
        told.frames += bool(telling.channels)
        told.at = telling.at
        show(told)
    await device.drained()


def _send(device: Connection, telling: Telling, *, keeps: bool) -> None:
    device.send(telling.readings)
    if telling.starts is not None:
        device.show(telling.starts, telling.channels, keeps=keeps)
