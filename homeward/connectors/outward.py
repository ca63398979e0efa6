"""What a connector that sends to people is given; a part of the contract that needs no arrays."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from homeward.model.message import Message, Receipt, Way
from homeward.settings import Settings


class SendLink(Protocol):
    """What it takes to send one message."""

    settings: Settings

    def now(self) -> datetime:
        """The time, with its zone."""
        ...


class OutLink(SendLink, Protocol):
    """All a connector that sends to people sees of the platform.

    What it takes is leased to it: a message of which nothing is reported in time is given to
    another, or to the same one again. So each is sent at least once, never silently dropped.
    """

    async def take(self, ways: Collection[Way], at_most: int) -> Sequence[Message]:
        """Messages due now on these ways, worst first; waits until there is one."""
        ...

    async def report(self, receipts: Sequence[Receipt]) -> None:
        """Say how far messages came."""
        ...
