"""What a connector is given, and what it gives back.

`offer` is the hand-over: the platform stores the delivery and calls `settle` exactly once,
after the COMMIT that holds it. Nothing else may be acknowledged to a peer. `accept` is the
same for connectors that would rather wait.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from homeward.connectors.outward import OutLink
from homeward.model.delivery import (
    Command,
    Delivery,
    DevicePass,
    Outcome,
    SensorsOff,
    Settle,
    Spoiled,
)
from homeward.settings import Settings

__all__ = [
    "Command",
    "Delivery",
    "DevicePass",
    "Link",
    "OutLink",
    "Outcome",
    "SensorsOff",
    "Settle",
    "Spoiled",
    "accept",
]


class Link(Protocol):
    """All a connector sees of the platform."""

    settings: Settings

    def now(self) -> datetime:
        """The time, with its zone."""
        ...

    def offer(self, thing: Delivery | Spoiled, settle: Settle) -> None:
        """Store it; `settle` is called once, after the commit or once it is clear there is none."""
        ...

    def sensors(self, said: SensorsOff, settle: Settle) -> None:
        """Keep what a device says of its sensors; `settle` as of an offer."""
        ...

    @property
    def is_full(self) -> bool:
        """More is waiting for the disk than may wait: stop reading sockets."""
        ...

    def when_drained(self, resume: Callable[[], None]) -> None:
        """Call `resume` once there is room again."""
        ...

    async def admit(self, name: str) -> DevicePass | None:
        """What the registry says of this device now; None where it knows none."""
        ...

    def on_revoked(self, cut: Callable[[str], None]) -> None:
        """Call `cut(device name)` at once when a device loses its right to speak."""
        ...

    def on_moved(self, end: Callable[[str], None]) -> None:
        """Call `end(device name)` when a device that is here has come in by another door."""
        ...

    async def commands(self, name: str, give: Command) -> Callable[[], Awaitable[None]]:
        """Give each command for this device; returns how to stop."""
        ...

    def came(self, device_id: int, address: str) -> None:
        """A device connected."""
        ...

    def went(self, device_id: int, detail: str) -> None:
        """A device is gone: `detail` says how (left, lost, will, cut)."""
        ...


async def accept(link: Link, thing: Delivery | Spoiled) -> Outcome:
    """Offer, and wait for what became of it."""
    settled: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def settle(outcome: Outcome) -> None:
        if not settled.done():
            settled.set_result(outcome)

    link.offer(thing, settle)
    return await settled
