"""What clients of a door may do and where it goes: the one seam between protocol and purpose.

A session speaks MQTT and asks its guest for all else. Devices have a policy (devices.py), and so
has the loopback exchange that conformance suites speak to (loopback/).
"""

from collections.abc import Awaitable, Collection, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol

import msgspec

from homeward.connectors.mqtt.packets import Connect, Filter, Publish, Reason
from homeward.model.delivery import Settle
from homeward.model.telling import Step

# Reason codes, where they are known at once: else somebody has to be asked.
Reasons = list[int] | Awaitable[list[int]]


class Leaving(Enum):
    """How a connection ended, and so whether its will speaks (5.0, 3.1.2.5)."""

    IN_ORDER = "the client said DISCONNECT: its will is forgotten"
    LOST = "it vanished, or left with its will"
    CUT = "we ended it"
    TAKEN_OVER = "a newer connection of the same client is there"


class Outgoing(msgspec.Struct):
    """One message for a client. `expires` in seconds since 1970; `packet_id` is 0 at QoS 0."""

    key: int  # names it in its mailbox
    topic: str
    body: bytes
    qos: int
    retain: bool = False
    packet_id: int = 0
    step: Step = Step.SENT
    properties: bytes = b""
    expires: float | None = None
    identifiers: tuple[int, ...] = ()


class Mailbox(Protocol):
    """Messages for one client, in order. Raises Unreachable where it cannot be reached now, and
    Conflict once a newer connection has it."""

    async def unfinished(self) -> Sequence[Outgoing]:
        """What an earlier connection of this session sent and did not finish."""
        ...

    async def take(self, packet_ids: Sequence[int]) -> Sequence[Outgoing]:
        """The next ones, at most one for each of these identifiers, kept as sent from now on."""
        ...

    async def received(self, keys: Sequence[int]) -> None:
        """PUBREC came for these; PUBREL leaves once this returns."""
        ...

    async def finished(self, ends: Mapping[int, int]) -> None:
        """These are over, each with its reason code; their identifiers are free again."""
        ...


class Guest(Mailbox, Protocol):
    """One client that was let in, for as long as its connection lasts."""

    is_present: bool  # its session was there before
    lives_seconds: int  # how long its session outlives the connection
    unreleased: Collection[int]  # QoS 2: taken in before, and not yet released

    def came(self, address: str) -> None:
        """It is in."""
        ...

    def turned_away(self) -> None:
        """It went before it was in: only its session had begun."""
        ...

    def left(
        self, leaving: Leaving, detail: str, lives_seconds: int | None, unreleased: Collection[int]
    ) -> None:
        """It is gone; `lives_seconds` where its last word changed how long its session lives."""
        ...

    def publish(self, packet: Publish, now: datetime, settle: Settle) -> None:
        """Take in a message; `settle` is called once, when it is known what became of it.

        Raises Forbidden for a topic that is not its, Unreadable for a body that is not sound.
        """
        ...

    def spoil(self, now: datetime, topic: str, reason: str, body: bytes, settle: Settle) -> None:
        """Keep what could not be taken in."""
        ...

    def subscribe(self, filters: Sequence[Filter]) -> Reasons:
        """The reason for each filter: the QoS granted, or why not. Raises HomewardError."""
        ...

    def unsubscribe(self, names: Sequence[str]) -> Reasons:
        """The reason for each filter. Raises HomewardError."""
        ...


class Policy(Protocol):
    """Who may come in at this door. `is_exchange`: clients may retain and use wildcards."""

    is_exchange: bool
    keep_alive_seconds_max: int
    session_seconds_max: int

    def refusal(self, connect: Connect, certified: str | None) -> tuple[Reason, str] | None:
        """Why this CONNECT is refused at once; `certified` is the name in its certificate."""
        ...

    def name_of(self, connect: Connect) -> str:
        """The client's name: what it says, or one assigned to it."""
        ...

    async def admit(
        self, name: str, connect: Connect, lives_seconds: int, issued: datetime | None
    ) -> Guest:
        """Let it in; `issued` is its certificate's not-before. Raises Forbidden, and Unreachable
        where nobody can say."""
        ...


def lives_seconds(connect: Connect, most: int) -> int:
    """How long this client's session outlives its connection, at most `most` (5.0, 3.1.2.11.2).

    In version 3.1.1 a session lives for ever unless it is clean; for us that is `most`.
    """
    if connect.version == 5:
        return min(connect.session_expiry, most)
    return 0 if connect.clean_start else most
