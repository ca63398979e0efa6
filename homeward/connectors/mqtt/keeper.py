"""What a connection asks of its door."""

from collections.abc import Awaitable
from typing import Any, Protocol

from homeward.connectors.contract import Link
from homeward.connectors.mqtt.packets import Connect
from homeward.connectors.mqtt.policy import Leaving, Policy
from homeward.connectors.resting import Errors


class Keeper(Protocol):
    """The door, as one connection sees it. `session` is the connection that asks."""

    link: Link
    policy: Policy
    errors: Errors

    def arrived(self, session: Any, *, is_open: bool) -> None:
        """A connection is there."""
        ...

    async def admit(self, session: Any, connect: Connect) -> None:
        """Ask the registry, then let in or refuse."""
        ...

    def left(self, session: Any, leaving: Leaving, detail: str, lives_seconds: int | None) -> None:
        """It is over for us, though its socket may still be closing."""
        ...

    def departed(self, session: Any) -> None:
        """Its socket is gone too."""
        ...

    def go_on_soon(self, session: Any) -> None:
        """Call its `go_on` at the end of the tick."""
        ...

    def flush_soon(self, session: Any) -> None:
        """Call its `flush` at the end of the tick."""
        ...

    def wait_for_room(self, session: Any) -> None:
        """Release it once the platform has room again."""
        ...

    def failed(self, session: Any, error: Exception) -> None:
        """A fault of ours met it: it ends, and no other does."""
        ...

    def spawn(self, work: Awaitable[None]) -> None:
        """Run something short beside the connections."""
        ...

    def say(self, session: Any, what: str) -> None:
        """Log what became of it, the same words of one device once a minute."""
        ...
