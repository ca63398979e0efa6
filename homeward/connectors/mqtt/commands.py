"""What the platform tells a device: its one subscription.

Commands go out at QoS 0. Whether a command was carried out is for the device to say in its
readings and status, so an acknowledgement of its arrival would settle nothing.
"""

from collections.abc import Awaitable, Callable

from homeward.connectors.contract import Link
from homeward.connectors.mqtt.packets import (
    Reason,
    Subscribe,
    Unsubscribe,
    publish,
    suback,
    unsuback,
)
from homeward.model.errors import HomewardError


class Commands:
    """The commands of one connection of the device `name`; `topic` is their topic."""

    def __init__(
        self, link: Link, name: str, topic: str, version: int, write: Callable[[bytes], None]
    ) -> None:
        self._link = link
        self._name = name
        self._topic = topic
        self._version = version
        self._write = write
        self._stop: Callable[[], Awaitable[None]] | None = None
        self._is_over = False

    async def subscribe(self, packet: Subscribe) -> None:
        """Answer SUBSCRIBE once commands really come: only a device's own, nothing else."""
        reasons = [
            Reason.SUCCESS if name == self._topic else Reason.NOT_AUTHORIZED
            for name, _ in packet.filters
        ]
        if Reason.SUCCESS in reasons and self._stop is None:
            try:
                stop = await self._link.commands(self._name, self._give)
            except HomewardError:
                reasons = [max(reason, Reason.UNSPECIFIED) for reason in reasons]
            else:
                if self._is_over or self._stop is not None:
                    await stop()
                else:
                    self._stop = stop
        if not self._is_over:
            self._write(suback(self._version, packet.packet_id, tuple(reasons)))

    async def unsubscribe(self, packet: Unsubscribe) -> None:
        """Answer UNSUBSCRIBE once no more commands come."""
        reasons: list[int] = []
        for name in packet.filters:
            is_mine = name == self._topic and self._stop is not None
            reasons.append(Reason.SUCCESS if is_mine else Reason.NO_SUBSCRIPTION)
            if is_mine:
                await self._end_now()
        if not self._is_over:
            self._write(unsuback(self._version, packet.packet_id, tuple(reasons)))

    async def end(self) -> None:
        """The connection is over."""
        self._is_over = True
        await self._end_now()

    async def _end_now(self) -> None:
        stop, self._stop = self._stop, None
        if stop is not None:
            await stop()

    def _give(self, body: bytes) -> None:
        if not self._is_over:
            self._write(publish(self._version, self._topic, body))
