"""A thin client: publish and subscribe with bounded queues, JSON where people may look."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

import msgspec
import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import SlowConsumerError

from homeward.model.errors import Unreachable

CONNECT_SECONDS = 10
RECONNECT_WAIT_SECONDS = 0.2
PENDING_BYTES_MAX = 32 * 1024 * 1024
PENDING_MESSAGES_MAX = 65_536

Handler = Callable[[str, bytes], Awaitable[None]]


@dataclass(slots=True)
class _Gaps:
    count: int = 0


class Bus:
    """A connection to NATS that comes back by itself."""

    def __init__(self, client: Client, gaps: "_Gaps") -> None:
        self._client = client
        self._gaps = gaps

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, name: str = "homeward") -> AsyncIterator[Self]:
        """Connect, and drain at the end. Raises Unreachable where nobody answers."""

        gaps = _Gaps()

        async def quiet(error: Exception) -> None:
            """Losing and finding the server is normal; whoever needs it asks `connected`."""
            if isinstance(error, SlowConsumerError):
                gaps.count += 1

        async def came_back() -> None:
            gaps.count += 1

        try:
            # For ever is right for coming back, not for the first time: a wrong password or
            # address must be said.
            async with asyncio.timeout(CONNECT_SECONDS):
                client = await nats.connect(
                    url,
                    name=name,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=RECONNECT_WAIT_SECONDS,
                    connect_timeout=CONNECT_SECONDS,
                    error_cb=quiet,
                    reconnected_cb=came_back,
                )
        except TimeoutError:
            raise Unreachable(f"NATS does not let us in within {CONNECT_SECONDS} s") from None
        except Exception as error:  # the client raises many, all mean: nobody answers
            raise Unreachable(f"NATS: {error}") from error
        try:
            yield cls(client, gaps)
        finally:
            await client.close()

    @property
    def connected(self) -> bool:
        """Whether the server hears us now."""
        return self._client.is_connected

    @property
    def gaps(self) -> int:
        """How often something told may not have reached us: we were cut off, or too slow."""
        return self._gaps.count

    async def publish(self, subject: str, body: bytes) -> None:
        """Tell everyone who listens now."""
        await self._client.publish(subject, body)

    async def tell(self, subject: str, thing: Any) -> None:
        """Tell a thing as JSON."""
        await self._client.publish(subject, msgspec.json.encode(thing))

    async def listen(self, subject: str, handler: Handler) -> Callable[[], Awaitable[None]]:
        """Call `handler(subject, body)` for each message, in order; returns how to stop."""

        async def deliver(message: Msg) -> None:
            await handler(message.subject, message.data)

        subscription = await self._client.subscribe(
            subject,
            cb=deliver,
            pending_msgs_limit=PENDING_MESSAGES_MAX,
            pending_bytes_limit=PENDING_BYTES_MAX,
        )
        return subscription.unsubscribe
