"""One device's connection: from the first byte to the last.

Nothing is acknowledged here before `settle` says the commit holds it. What must wait makes
the socket wait: a connection that is held is not read, so TCP slows the device down and no
queue of ours grows.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import cast

from homeward.connectors.contract import Link
from homeward.connectors.mqtt.commands import Commands
from homeward.connectors.mqtt.decode import Decoder
from homeward.connectors.mqtt.keeper import Keeper
from homeward.connectors.mqtt.packets import (
    PINGRESP,
    V5,
    V311,
    Acknowledge,
    Connect,
    Disconnect,
    Kind,
    Packet,
    Ping,
    Publish,
    Reason,
    Subscribe,
    Unsubscribe,
    Violation,
    acknowledgement,
    connack,
    disconnect,
)
from homeward.connectors.mqtt.parse import Status, Topics, parse, topics_of
from homeward.connectors.mqtt.receipts import UNSETTLED_MAX, Receipts
from homeward.model.delivery import Delivery, DevicePass, Outcome, SensorsOff, Spoiled
from homeward.model.errors import Forbidden, HomewardError, Unreadable

PACKET_OVERHEAD_BYTES_MAX = 1_024  # topic, identifier and properties around a payload
GREETING_SECONDS_MAX = 10  # from the first byte to the registry's answer
CLOSING_SECONDS_MAX = 5  # for a farewell to leave; then the socket is cut
WRITING_SECONDS_MAX = 60  # for a device to read what it is told; then it is as good as gone
QUARANTINE_BYTES_MAX = 4_096  # of a frame so broken that its end is unknown
WILL_CHARACTERS_MAX = 200
REASON_ROOM_BYTES = 400  # a refusal with the longest reason string fits into this

# Why a connection is not read now.
ASKING, UNSETTLED, FULL, QUOTA, WRITING = 1, 2, 4, 8, 16


class Session(asyncio.Protocol):
    """One connection. `name` is set once known, `device_pass` once admitted."""

    transport: asyncio.Transport
    topics: Topics

    def __init__(self, keeper: Keeper, *, is_open: bool) -> None:
        self._keeper = keeper
        self._link: Link = keeper.link
        self._is_open = is_open
        self._loop = asyncio.get_running_loop()
        self._payload_bytes_max = keeper.link.settings.payload_bytes_max
        self._quota = keeper.link.settings.device_messages_per_second_max
        self._decoder = Decoder(self._payload_bytes_max + PACKET_OVERHEAD_BYTES_MAX)
        self._receipts = Receipts()
        self._holds = 0
        self._left_this_second = self._quota
        self._second_began = 0.0
        self._keep_alive = 0
        self._status = ""
        self._connect: Connect | None = None
        self._commands: Commands | None = None
        self._heard = self._began = self._loop.time()
        self.is_closed = False
        self.name: str | None = None
        self.expires: float | None = None  # when the certificate does, seconds since 1970
        self.device_pass: DevicePass | None = None

    @property
    def version(self) -> int:
        """The protocol level both speak."""
        return self._decoder.version or V311

    # The transport's side.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is at the door; over TLS their certificate says who."""
        self.transport = cast(asyncio.Transport, transport)
        self._keeper.arrived(self, is_open=self._is_open)

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        self._heard = self._loop.time()
        self._decoder.add(data)
        if not self._holds:
            self._keeper.go_on_soon(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone."""
        if not self.is_closed:
            self._farewell(self._will() or "lost")
        self._keeper.departed(self)

    def pause_writing(self) -> None:
        """The device does not read its answers: then we do not read the device."""
        self._hold(WRITING)

    def resume_writing(self) -> None:
        """It reads again."""
        self.release(WRITING)

    # Going on, holding, ending.

    def go_on(self, now: datetime) -> None:
        """Take in what has come; `now` is when."""
        if self.is_closed or self._holds:
            return
        if self._link.is_full:  # asked once for all that has come, which is bounded
            self._hold(FULL)
            self._keeper.wait_for_room(self)
            return
        if self._heard - self._second_began >= 1:
            self._begin_second()
        try:
            usual = self._decoder.usual()
            if usual is not None:
                self._on_publish(usual, now)
                return
            while not self._holds and not self.is_closed:
                packet = self._decoder.next()
                if packet is None:
                    return
                if type(packet) is Publish:
                    self._on_publish(packet, now)
                else:
                    self._on_other(packet)
        except Violation as violation:
            self._broken(violation, now)

    def _begin_second(self) -> None:
        self._second_began = self._loop.time()
        self._left_this_second = self._quota
        self.release(QUOTA)

    def _hold(self, why: int) -> None:
        if self.is_closed:
            return
        if not self._holds:
            self.transport.pause_reading()
        self._holds |= why

    def release(self, why: int) -> None:
        """One reason to hold this connection is over."""
        if self.is_closed or not self._holds & why:
            return
        self._holds &= ~why
        if self._holds:
            return
        self._heard = self._loop.time()
        self.go_on(self._link.now())
        if not self._holds and not self.is_closed:
            self.transport.resume_reading()

    def end(self, reason: Reason, why: str, detail: str) -> None:
        """Close: say the reason to a version 5 client, and `detail` to the platform."""
        if self.is_closed:
            return
        self._write_answers()
        if self.device_pass is not None:
            self.transport.write(disconnect(self.version, reason, self._spoken(why)))
        self._farewell(detail)

    def refuse(self, reason: Reason, why: str) -> None:
        """Answer CONNECT with a refusal, and close."""
        if not self.is_closed:
            self.transport.write(connack(self.version, reason, why=self._spoken(why)))
            self._farewell("")

    def _farewell(self, detail: str) -> None:
        self.is_closed = True
        self._began = self._loop.time()
        self._receipts.drop()
        if self._commands is not None:
            self._keeper.spawn(self._commands.end())
        self._keeper.left(self, detail)
        self.transport.close()

    def _broken(self, violation: Violation, now: datetime) -> None:
        """The peer broke the protocol: keep what it sent, say why, close."""
        why = str(violation)
        self._keeper.say(self, f"broke the protocol: {why}")
        if self.device_pass is not None:
            body = self._decoder.rest()[:QUARANTINE_BYTES_MAX]
            self._spoil(now, "", why, body, _nobody_waits)
            self.end(violation.reason, why, f"cut: {why}")
        elif violation.reason is Reason.UNSUPPORTED_VERSION:
            self.refuse(violation.reason, why)
        else:
            self._farewell("")

    def sweep(self, time: float, wall: float) -> None:
        """Once a second: end what is overdue. `time` is the loop's, `wall` since 1970."""
        silent = time - self._heard
        if self.is_closed:
            if time - self._began > CLOSING_SECONDS_MAX:
                self.transport.abort()
        elif self.device_pass is None:
            if time - self._began > GREETING_SECONDS_MAX:
                self._keeper.say(self, "did not introduce itself in time")
                self._farewell("")
        elif self.expires is not None and wall > self.expires:
            self.end(Reason.NOT_AUTHORIZED, "certificate expired", "cut: certificate expired")
        elif self._holds & WRITING and silent > WRITING_SECONDS_MAX:
            self.end(Reason.UNSPECIFIED, "", "lost: it does not read its answers")
        elif self._keep_alive and not self._holds and silent > 1.5 * self._keep_alive:
            detail = self._will() or f"lost: silent for {silent:.0f} s"
            self.end(Reason.KEEP_ALIVE_TIMEOUT, "", detail)

    # Messages.

    def admitted(self, device_pass: DevicePass, welcome: bytes, keep_alive: int) -> None:
        """The registry knows this device: answer, and read what it already sent."""
        self.device_pass = device_pass
        name, self.topics = device_pass.name, topics_of(device_pass.name)
        self._commands = Commands(self._link, name, self.topics.commands, self.version, self._tell)
        self._keep_alive = keep_alive
        self.transport.write(welcome)

    def _on_publish(self, packet: Publish, now: datetime) -> None:
        qos, packet_id = packet.qos, packet.packet_id
        if packet.retain and self.version == V5:
            raise Violation(Reason.RETAIN_UNSUPPORTED, "nothing is retained here")
        if len(packet.payload) > self._payload_bytes_max:
            raise Violation(Reason.TOO_LARGE, f"a payload of {len(packet.payload)} bytes")
        if qos and not self._receipts.is_new(packet_id, qos, packet.is_repeat):
            self._keeper.flush_soon(self)
            return
        assert self.device_pass is not None
        device_id = self.device_pass.device_id
        try:
            thing = parse(self.topics, device_id, packet.topic, packet.payload, now)
        except (Unreadable, Forbidden) as error:
            self._on_spoiled(packet, error, now)
        else:
            settle = partial(self._stored, packet_id) if qos == 1 else self._settle(packet)
            if type(thing) is Delivery:
                self._link.offer(thing, settle)
            elif isinstance(thing, SensorsOff):
                self._link.sensors(thing, settle)
            elif isinstance(thing, Status):
                # About this connection, not of the record: it lives as long as the connection.
                self._status = thing.text
                settle(Outcome.STORED)
        self._left_this_second -= 1
        if self._left_this_second <= 0:
            self._hold(QUOTA)
            self._loop.call_at(self._second_began + 1, self._begin_second)
        if len(self._receipts.places) >= UNSETTLED_MAX:
            self._hold(UNSETTLED)

    def _on_spoiled(self, packet: Publish, error: HomewardError, now: datetime) -> None:
        is_foreign = isinstance(error, Forbidden)
        reason = Reason.NOT_AUTHORIZED if is_foreign else Reason.PAYLOAD_INVALID
        # Version 3.1.1 has no way to say no to one message: there a foreign topic ends it all.
        ends = is_foreign and self.version != V5
        settle = _nobody_waits if ends else self._settle(packet, reason, str(error))
        self._spoil(now, packet.topic, str(error), packet.payload, settle)
        if ends:
            self.end(reason, "", f"cut: {error}")

    def _spoil(
        self,
        now: datetime,
        topic: str,
        reason: str,
        body: bytes,
        settle: Callable[[Outcome], None],
    ) -> None:
        device_id = None if self.device_pass is None else self.device_pass.device_id
        self._link.offer(Spoiled(device_id, now, topic, reason, body), settle)

    # Answers.

    def _settle(
        self, packet: Publish, reason: Reason = Reason.SUCCESS, why: str = ""
    ) -> Callable[[Outcome], None]:
        if packet.qos == 0:
            return _nobody_waits
        return partial(self._settled, packet.packet_id, packet.qos, reason, why)

    def _stored(self, packet_id: int, outcome: Outcome) -> None:
        """The way of every sound QoS 1 message, so it is short."""
        if outcome is not Outcome.STORED:
            self._settled(packet_id, 1, Reason.SUCCESS, "", outcome)
        elif not self.is_closed:
            answer, places = b"\x40\x02" + packet_id.to_bytes(2, "big"), self._receipts.places
            if len(places) == 1:  # nothing else is owed, so nothing to join it with
                places.clear()
                self.transport.write(answer)
            else:
                places[packet_id] = answer
                self._keeper.flush_soon(self)

    def _settled(
        self, packet_id: int, qos: int, reason: Reason, why: str, outcome: Outcome
    ) -> None:
        if self.is_closed:
            return
        if outcome is not Outcome.STORED:
            reason, why = Reason.UNSPECIFIED, "not stored: send it again"
            if self.version != V5:  # no answer: the device sends again when it is back
                self.end(reason, why, "cut: the record is away")
                return
        if qos == 2 and (reason is Reason.SUCCESS or self.version != V5):
            self._receipts.expect_release(packet_id)
        kind = Kind.PUBACK if qos == 1 else Kind.PUBREC
        answer = acknowledgement(kind, self.version, packet_id, reason, self._spoken(why))
        self._receipts.answer(packet_id, answer)
        self._keeper.flush_soon(self)

    def _spoken(self, why: str) -> str:
        """The reason string, where the device wants any and has room for one."""
        connect = self._connect
        if connect is None or not connect.wants_reasons:
            return ""
        return "" if 0 < connect.packet_bytes_max < REASON_ROOM_BYTES else why

    def flush(self) -> None:
        """Write the answers that are ready; with fewer owed, read on."""
        answers = self._receipts.take()
        if answers:
            self.transport.write(answers)
        if self._holds & UNSETTLED and len(self._receipts.places) <= UNSETTLED_MAX // 2:
            self.release(UNSETTLED)

    def _write_answers(self) -> None:
        answers = self._receipts.take()
        if answers:
            self.transport.write(answers)

    # Everything but messages.

    def _on_other(self, packet: Packet) -> None:
        if isinstance(packet, Ping):
            self.transport.write(PINGRESP)
        elif isinstance(packet, Acknowledge):
            if packet.kind is Kind.PUBREL:  # ours go out at QoS 0, so no other is for us
                reason = self._receipts.release(packet.packet_id)
                answer = acknowledgement(Kind.PUBCOMP, self.version, packet.packet_id, reason)
                self.transport.write(answer)
        elif isinstance(packet, Subscribe) and self._commands is not None:
            self._ask(self._commands.subscribe(packet))
        elif isinstance(packet, Unsubscribe) and self._commands is not None:
            self._ask(self._commands.unsubscribe(packet))
        elif isinstance(packet, Disconnect):
            self._write_answers()
            will = self._will() if packet.reason == Reason.DISCONNECT_WITH_WILL else None
            self._farewell(will or (f"left: {self._status}" if self._status else "left"))
        elif isinstance(packet, Connect):
            self._connect = packet
            self._ask(self._keeper.admit(self, packet))

    def _ask(self, question: Awaitable[None]) -> None:
        """Ask the platform; until it has answered, what comes next waits unread."""
        self._hold(ASKING)
        self._keeper.spawn(self._answered(question))

    async def _answered(self, question: Awaitable[None]) -> None:
        try:
            await question
        finally:
            if self.device_pass is None:  # not let in, whatever went wrong
                self.refuse(Reason.SERVER_UNAVAILABLE, "the registry is away")
            self.release(ASKING)

    def _will(self) -> str | None:
        will = self._connect.will if self._connect else None
        if will is None:
            return None
        return f"will: {will.payload.decode('utf-8', 'replace')[:WILL_CHARACTERS_MAX]}"

    def _tell(self, packet: bytes) -> None:
        """Write an answer or a command, unless the device takes no more."""
        most = self._connect.packet_bytes_max if self._connect else 0
        if self.is_closed:
            return
        if self._holds & WRITING or (most and len(packet) > most):
            self._keeper.say(self, "a command was not delivered: the device takes no more")
        else:
            self.transport.write(packet)


def _nobody_waits(outcome: Outcome) -> None:
    """Of QoS 0, or of a connection that is over."""
