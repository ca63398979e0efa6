"""What one connection tells its client: in order, within what the client takes, until it is done.

A message is kept as sent before it is sent, and its PUBREL leaves after its PUBREC is kept: so
whatever dies, the next connection, at this door or another, goes on where this one stopped
(5.0, 4.3 and 4.4).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from math import ceil

from homeward.connectors.mqtt.encode import acknowledgement, publish, publish_properties
from homeward.connectors.mqtt.packets import V5, Acknowledge, Connect, Kind, Reason, Violation
from homeward.connectors.mqtt.policy import Mailbox, Outgoing
from homeward.model.errors import Conflict, HomewardError
from homeward.model.telling import Step

TAKEN_MAX = 32  # messages taken at once
IN_FLIGHT_MAX = 1_000  # and fewer where the client's Receive Maximum says so
RETRY_SECONDS = 1.0
ERROR = 0x80  # reason codes from here on mean no


class Outbound:
    """Everything that goes out but answers. Nothing here waits for a client: it is called back.

    `goes_on`: an earlier connection of this session may have left something unfinished.
    """

    def __init__(
        self,
        mailbox: Mailbox,
        connect: Connect,
        goes_on: bool,
        write: Callable[[bytes], None],
        spawn: Callable[[Awaitable[None]], None],
        now: Callable[[], datetime],
    ) -> None:
        self._mailbox = mailbox
        self._version = connect.version
        self._bytes_max = connect.packet_bytes_max
        self._window = min(connect.receive_maximum, IN_FLIGHT_MAX)
        self._aliases_max = connect.topic_aliases_max
        self._write, self._spawn, self._now = write, spawn, now
        self._aliases: dict[str, int] = {}
        self._flight: dict[int, Outgoing] = {}  # by packet identifier, until it is kept as over
        self._again: deque[Outgoing] = deque()  # of an earlier connection, to be sent once more
        self._received: list[Outgoing] = []  # PUBREC came, and is not kept yet
        self._ends: dict[int, int] = {}  # packet identifier to reason, not kept yet
        self._discarded: list[int] = []  # keys of QoS 0 messages larger than the client takes
        self._last_id = 0
        self._is_resumed = not goes_on
        self._is_due = self._is_running = False
        self.is_blocked = False  # the client does not read
        self.is_over = False
        self.on_taken_over: Callable[[], None] = lambda: None
        self.on_discarded: Callable[[], None] = lambda: None

    def wake(self) -> None:
        """Something may be there to send, or there is room again."""
        self._is_due = True
        if not self._is_running and not self.is_over and not self.is_blocked:
            self._is_running = True
            self._spawn(self._run())

    def acknowledge(self, packet: Acknowledge) -> None:
        """PUBACK, PUBREC or PUBCOMP came. Raises Violation for one of another QoS."""
        message = self._flight.get(packet.packet_id)
        if message is None or packet.packet_id in self._ends:
            if packet.kind is Kind.PUBREC:  # so that the client may forget it
                reason = Reason.ID_NOT_FOUND
                self._write(acknowledgement(Kind.PUBREL, self._version, packet.packet_id, reason))
            return
        if (packet.kind is Kind.PUBACK) is not (message.qos == 1):
            raise Violation(Reason.PROTOCOL_ERROR, f"{packet.kind.name} for QoS {message.qos}")
        if packet.kind is Kind.PUBREC and packet.reason < ERROR:
            if message.step is Step.RECEIVED:
                self._release(message)
            elif message not in self._received:
                self._received.append(message)
        else:
            self._ends[packet.packet_id] = packet.reason
        self.wake()

    async def _run(self) -> None:
        try:
            while self._is_due and not self.is_blocked:
                self._is_due = False
                if not self._is_resumed:
                    await self._resume()
                await self._keep()  # also what came just before the end
                await self._send_more()
        except Conflict:
            self.on_taken_over()
        except HomewardError:  # nothing is lost: it is kept, and asked for again
            self._is_due = True
            asyncio.get_running_loop().call_later(RETRY_SECONDS, self.wake)
        finally:
            self._is_running = False

    async def _keep(self) -> None:
        """What the client said of messages it has."""
        while self._received:
            received = tuple(self._received)
            await self._mailbox.received([each.key for each in received])
            for message in received:
                message.step = Step.RECEIVED
                self._received.remove(message)
                self._release(message)
        while self._ends or self._discarded:
            await self._finish()

    async def _send_more(self) -> None:
        """As much as there is and the client takes."""
        while self._again and self._room and not self.is_over:
            self._send(self._again.popleft(), is_repeat=True)
        while not self.is_blocked and not self.is_over and not self._again and self._room:
            messages = await self._mailbox.take(self._free_ids(min(self._room, TAKEN_MAX)))
            for message in messages:
                if message.qos:
                    self._last_id = message.packet_id
                    self._flight[message.packet_id] = message
                self._send(message)
            if not messages:
                return

    async def _finish(self) -> None:
        """Keep what is over; only then are its identifiers free."""
        ends, discarded = dict(self._ends), tuple(self._discarded)
        reasons: dict[int, int] = dict.fromkeys(discarded, Reason.TOO_LARGE)
        reasons |= {self._flight[number].key: reason for number, reason in ends.items()}
        await self._mailbox.finished(reasons)
        del self._discarded[: len(discarded)]
        for number in ends:
            message = self._flight.pop(number)
            del self._ends[number]
            if message in self._again:
                self._again.remove(message)

    async def _resume(self) -> None:
        """Go on where an earlier connection of this session stopped (5.0, 4.4)."""
        for message in await self._mailbox.unfinished():
            self._flight[message.packet_id] = message
            self._again.append(message)
            self._last_id = message.packet_id
        self._is_resumed = True

    @property
    def _room(self) -> int:
        """How many more the client takes: its Receive Maximum (5.0, 4.9)."""
        return self._window - (len(self._flight) - len(self._again))

    def _free_ids(self, count: int) -> list[int]:
        free: list[int] = []
        number = self._last_id
        while len(free) < count:
            number = number % 65_535 + 1
            if number not in self._flight:
                free.append(number)
        return free

    def _release(self, message: Outgoing) -> None:
        self._say(acknowledgement(Kind.PUBREL, self._version, message.packet_id))

    def _send(self, message: Outgoing, *, is_repeat: bool = False) -> None:
        if message.step is Step.RECEIVED:
            self._release(message)
            return
        topic, alias, is_new = self._alias(message.topic)
        properties = b""
        if self._version == V5:
            left = None
            if message.expires is not None:
                left = max(0, ceil(message.expires - self._now().timestamp()))
            properties = message.properties + publish_properties(
                expiry_seconds=left, alias=alias, identifiers=message.identifiers
            )
        packet = publish(
            self._version, topic, message.body, message.qos, message.packet_id, properties,
            is_repeat=is_repeat and message.qos > 0, retain=message.retain,
        )  # fmt: skip
        if self._bytes_max and len(packet) > self._bytes_max:
            # As if it had been sent and answered (5.0, 3.1.2.11.4), and whoever sent it sees why.
            self.on_discarded()
            if message.qos:
                self._ends[message.packet_id] = Reason.TOO_LARGE
            else:
                self._discarded.append(message.key)
            self._is_due = True
            return
        if is_new:
            self._aliases[message.topic] = alias
        self._say(packet)

    def _alias(self, topic: str) -> tuple[str, int, bool]:
        """What to write for this topic, its alias (0: none), and whether that is new."""
        known = self._aliases.get(topic)
        if known is not None:
            return "", known, False
        if len(self._aliases) < self._aliases_max:
            return topic, len(self._aliases) + 1, True
        return topic, 0, False

    def _say(self, packet: bytes) -> None:
        if not self.is_over:
            self._write(packet)
