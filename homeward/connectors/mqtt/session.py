"""One client's connection, whole: it comes in, sends, asks, is told, and leaves."""

from collections.abc import Awaitable, Callable

from homeward.connectors.mqtt.connection import ASKING, Connection
from homeward.connectors.mqtt.encode import PINGRESP, acknowledgement, suback, unsuback
from homeward.connectors.mqtt.inbound import Inbound
from homeward.connectors.mqtt.outbound import Outbound
from homeward.connectors.mqtt.packets import (
    Acknowledge,
    Connect,
    Disconnect,
    Kind,
    Packet,
    Ping,
    Reason,
    Subscribe,
    Unsubscribe,
    Violation,
)
from homeward.connectors.mqtt.policy import Guest, Leaving, Reasons
from homeward.model.errors import HomewardError


class Session(Inbound):
    """One connection and what goes both ways on it."""

    _outbound: Outbound | None = None

    def admitted(
        self, guest: Guest, welcome: bytes, keep_alive: int, earlier: Connection | None
    ) -> None:
        """The platform knows this client: answer, and read what it already sent.

        `earlier` is the connection of the same client that this one takes over from.
        """
        assert self._connect is not None
        self.guest, self._take = guest, guest.publish
        self._keep_alive = keep_alive
        if guest.is_present:
            self._receipts.go_on(guest.unreleased)
            if earlier is not None:
                self._receipts.go_on(earlier.unreleased)
        self._outbound = Outbound(
            guest, self._connect, guest.is_present, self._tell, self._keeper.spawn, self._link.now
        )
        self._outbound.on_taken_over = self.taken_over
        self._outbound.on_discarded = self._on_discarded
        self.transport.write(welcome)
        if guest.is_present:
            self._outbound.wake()

    def wake(self) -> None:
        """There may be something to tell this client."""
        if self._outbound is not None:
            self._outbound.wake()

    def taken_over(self) -> None:
        """A newer connection of the same client is there, here or at another door."""
        detail = "taken over by a newer connection"
        self.end(Reason.TAKEN_OVER, "", detail, Leaving.TAKEN_OVER)

    def pause_writing(self) -> None:
        """The client reads nothing: nothing more is told, and it is not read."""
        super().pause_writing()
        if self._outbound is not None:
            self._outbound.is_blocked = True

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        if self._outbound is not None:
            self._outbound.is_blocked = False
            self._outbound.wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone. Each half knew the other: so long as they do, both stay in memory
        until the collector comes, which is rare here, and over TLS that is 250 kB each."""
        super().connection_lost(exc)
        self._outbound = None

    def _farewell(self, leaving: Leaving, detail: str, lives_seconds: int | None = None) -> None:
        if self._outbound is not None:
            self._outbound.is_over = True
        super()._farewell(leaving, detail, lives_seconds)

    def _on_other(self, packet: Packet) -> None:
        if isinstance(packet, Ping):
            self.transport.write(PINGRESP)
        elif isinstance(packet, Acknowledge):
            self._on_acknowledge(packet)
        elif isinstance(packet, Subscribe) and self.guest is not None:
            self._on_subscribe(self.guest, packet)
        elif isinstance(packet, Unsubscribe) and self.guest is not None:
            self._on_unsubscribe(self.guest, packet)
        elif isinstance(packet, Disconnect):
            self._on_disconnect(packet)
        elif isinstance(packet, Connect):
            self._connect = packet
            self._ask(self._keeper.admit(self, packet))

    def _on_acknowledge(self, packet: Acknowledge) -> None:
        if packet.kind is Kind.PUBREL:
            reason = self._receipts.release(packet.packet_id)
            answer = acknowledgement(Kind.PUBCOMP, self.version, packet.packet_id, reason)
            self.transport.write(answer)
        elif self._outbound is not None:
            self._outbound.acknowledge(packet)

    def _on_disconnect(self, packet: Disconnect) -> None:
        expiry = packet.session_expiry
        if expiry and self._connect is not None and not self._connect.session_expiry:
            raise Violation(Reason.PROTOCOL_ERROR, "a session expiry where CONNECT asked for none")
        self._write_answers()
        is_willing = packet.reason == Reason.DISCONNECT_WITH_WILL
        self._farewell(Leaving.LOST if is_willing else Leaving.IN_ORDER, "left", expiry)

    def _on_subscribe(self, guest: Guest, packet: Subscribe) -> None:
        def answer(reasons: tuple[int, ...]) -> None:
            self._tell(suback(self.version, packet.packet_id, reasons))
            self.wake()  # what is due follows the answer

        self._answer(guest.subscribe(packet.filters), len(packet.filters), answer)

    def _on_unsubscribe(self, guest: Guest, packet: Unsubscribe) -> None:
        def answer(reasons: tuple[int, ...]) -> None:
            self._tell(unsuback(self.version, packet.packet_id, reasons))

        self._answer(guest.unsubscribe(packet.filters), len(packet.filters), answer)

    def _answer(
        self, reasons: Reasons, count: int, answer: Callable[[tuple[int, ...]], None]
    ) -> None:
        """Answer, once it holds."""
        if isinstance(reasons, list):
            answer(tuple(reasons))
        else:
            self._ask(self._answer_later(reasons, count, answer))

    async def _answer_later(
        self,
        reasons: Awaitable[list[int]],
        count: int,
        answer: Callable[[tuple[int, ...]], None],
    ) -> None:
        try:
            found = await reasons
        except HomewardError:
            found = [int(Reason.UNSPECIFIED)] * count
        answer(tuple(found))

    def _ask(self, question: Awaitable[None]) -> None:
        """Ask the platform; until it has answered, what comes next waits unread."""
        self._hold(ASKING)
        self._keeper.spawn(self._answered(question))

    async def _answered(self, question: Awaitable[None]) -> None:
        try:
            await question
        finally:
            if self.guest is None:  # not let in, whatever went wrong
                self.refuse(Reason.SERVER_UNAVAILABLE, "the registry is away")
            self.release(ASKING)

    def _tell(self, packet: bytes) -> None:
        if not self.is_closed:
            self.transport.write(packet)

    def _on_discarded(self) -> None:
        self._keeper.say(self, "a message was not delivered: it is larger than the client takes")
