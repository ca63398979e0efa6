"""Messages that come in, and their answers.

Nothing is acknowledged here before `settle` says the commit holds it.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from struct import Struct

from homeward.connectors.mqtt.connection import FULL, QUOTA, RESTING, UNSETTLED, Connection
from homeward.connectors.mqtt.encode import acknowledgement
from homeward.connectors.mqtt.keeper import Keeper
from homeward.connectors.mqtt.packets import V5, Kind, Packet, Publish, Reason, Violation
from homeward.connectors.mqtt.policy import Guest, Leaving
from homeward.connectors.mqtt.receipts import UNSETTLED_MAX
from homeward.connectors.resting import MESSAGE
from homeward.model.delivery import Outcome
from homeward.model.errors import Forbidden, HomewardError, Unreadable

# Both pass: send it again (5.0, 3.4.2.1).
_NOT_STORED = {
    Outcome.NOT_STORED: (Reason.UNSPECIFIED, "not stored: send it again"),
    Outcome.NO_ROOM: (Reason.QUOTA_EXCEEDED, "the disk is full: send it again later"),
}
STORED = Outcome.STORED  # looked up once, not for every message
PUBACK = Kind.PUBACK << 12 | 2  # without a reason, which is: stored
_pack_answer = Struct(">HH").pack
QUARANTINE_BYTES_MAX = 4_096  # of a frame so broken that its end is unknown


class Inbound(Connection):
    """The half of a connection that takes in."""

    _take: Callable[..., None]  # its guest's `publish`, once it has one

    def __init__(self, keeper: Keeper, *, is_open: bool) -> None:
        super().__init__(keeper, is_open=is_open)
        self._quota = keeper.link.settings.device_messages_per_second_max
        self._left_this_second = self._quota
        self._second_began = 0.0

    def go_on(self, now: datetime, time: float) -> None:
        """Take in what has come; `now` is when, and `time` the same by the loop."""
        if self.is_closed or self._holds:
            return
        self._heard = time
        if self._link.is_full:  # asked once for all that has come, which is bounded
            self._hold(FULL)
            self._keeper.wait_for_room(self)
            return
        if time - self._second_began >= 1:
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

    def _broken(self, violation: Violation, now: datetime) -> None:
        """The peer broke the protocol: keep what it sent, say why, close."""
        why = str(violation)
        self._keeper.say(self, f"broke the protocol: {why}")
        self._keeper.errors.charge(self.name, MESSAGE)
        self._lingers = True
        if self.guest is not None:
            body = self._decoder.rest()[:QUARANTINE_BYTES_MAX]
            self.guest.spoil(now, "", why, body, _nobody_waits)
            self.end(violation.reason, why, f"cut: {why}")
        elif violation.reason is Reason.UNSUPPORTED_VERSION:
            self.refuse(violation.reason, why)
        else:
            self._farewell(Leaving.CUT, "")

    def _on_publish(self, packet: Publish, now: datetime) -> None:
        qos, packet_id = packet.qos, packet.packet_id
        if packet.retain and self.version == V5 and not self._keeper.policy.is_exchange:
            raise Violation(Reason.RETAIN_UNSUPPORTED, "a device retains nothing here")
        if len(packet.payload) > self._payload_bytes_max:
            raise Violation(Reason.TOO_LARGE, f"a payload of {len(packet.payload)} bytes")
        if qos and not self._receipts.is_new(packet_id, qos, packet.is_repeat):
            self._keeper.flush_soon(self)
            return
        settle = partial(self._stored, packet_id) if qos == 1 else self._settle(packet)
        try:
            self._take(packet, now, settle)
        except (Unreadable, Forbidden) as error:
            assert self.guest is not None
            self._on_spoiled(self.guest, packet, error, now)
        self._left_this_second -= 1
        if self._left_this_second <= 0:
            self._hold(QUOTA)
            self._loop.call_at(self._second_began + 1, self._begin_second)
        if len(self._receipts.places) >= UNSETTLED_MAX:
            self._hold(UNSETTLED)

    def _on_spoiled(
        self, guest: Guest, packet: Publish, error: HomewardError, now: datetime
    ) -> None:
        is_foreign = isinstance(error, Forbidden)
        reason = Reason.NOT_AUTHORIZED if is_foreign else Reason.PAYLOAD_INVALID
        # Version 3.1.1 has no way to say no to one message: there a foreign topic ends it all.
        ends = is_foreign and self.version != V5
        settle = _nobody_waits if ends else self._settle(packet, reason, str(error))
        guest.spoil(now, packet.topic, str(error), packet.payload, settle)
        seconds = self._keeper.errors.charge(self.name, MESSAGE)
        if ends:
            self.end(reason, "", f"cut: {error}")
        elif seconds:
            self._hold(RESTING)
            self._loop.call_later(seconds, self.release, RESTING)

    def _settle(
        self, packet: Publish, reason: Reason = Reason.SUCCESS, why: str = ""
    ) -> Callable[[Outcome], None]:
        if packet.qos == 0:
            return _nobody_waits
        return partial(self._settled, packet.packet_id, packet.qos, reason, why)

    def _stored(self, packet_id: int, outcome: Outcome) -> None:
        """The way of every sound QoS 1 message, so it is short."""
        if outcome is not STORED:
            self._settled(packet_id, 1, Reason.SUCCESS, "", outcome)
        elif not self.is_closed:
            answer, places = _pack_answer(PUBACK, packet_id), self._receipts.places
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
            reason, why = _NOT_STORED[outcome]
            if self.version != V5:  # no answer: the device sends again when it is back
                self.end(reason, why, "cut: the record is away")
                return
        if qos == 2 and (reason is Reason.SUCCESS or self.version != V5):
            self._receipts.expect_release(packet_id)
        kind = Kind.PUBACK if qos == 1 else Kind.PUBREC
        answer = acknowledgement(kind, self.version, packet_id, reason, self._spoken(why))
        self._receipts.answer(packet_id, answer)
        self._keeper.flush_soon(self)

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

    def _on_other(self, packet: Packet) -> None:
        raise NotImplementedError


def _nobody_waits(outcome: Outcome) -> None:
    """Of QoS 0, or of a connection that is over."""
