"""What a connection owes its device: an answer to each message, in order, once. Pure.

A place is taken when a message comes and filled when its commit is known. Answers leave in
the order of the messages (3.1.1 and 5.0, 4.6), whatever order the commits come in.
"""

from collections.abc import Collection

from homeward.connectors.mqtt.encode import acknowledgement
from homeward.connectors.mqtt.packets import V311, Kind, Reason, Violation

# In flight per connection, also told to version 5 clients as Receive Maximum. A gateway with
# 200 in flight fits five times; a device past it is not read until the disk has caught up.
UNSETTLED_MAX = 1_000


class Receipts:
    """Places and answers of one connection, and its QoS 2 handshakes; all bounded."""

    __slots__ = ("_unreleased", "places")

    def __init__(self) -> None:
        self.places: dict[int, bytes | None] = {}  # by packet identifier; None until answered
        self._unreleased: set[int] = set()  # QoS 2: PUBREC is due or sent, PUBREL not yet seen

    @property
    def unreleased(self) -> Collection[int]:
        """QoS 2: the identifiers of messages stored and not yet released."""
        return self._unreleased

    def go_on(self, unreleased: Collection[int]) -> None:
        """The session was there before, with these messages not yet released."""
        self._unreleased.update(unreleased)

    def is_new(self, packet_id: int, qos: int, is_repeat: bool) -> bool:
        """Take a place for this message; False where it was taken in before and is only repeated.

        Raises Violation for an identifier that is in use: a second message under it would
        take the first one's acknowledgement for its own.
        """
        if packet_id in self.places:
            if is_repeat:
                return False  # the answer that is coming answers this one too
            raise Violation(Reason.ID_IN_USE, f"packet identifier {packet_id} is in use")
        if self._unreleased and not self._is_other(packet_id, qos):
            return False
        self.places[packet_id] = None
        return True

    def _is_other(self, packet_id: int, qos: int) -> bool:
        """Whether it is none of the messages that wait for PUBREL."""
        if packet_id in self._unreleased:
            if qos != 2:
                raise Violation(Reason.ID_IN_USE, f"packet identifier {packet_id} is in use")
            self.places[packet_id] = acknowledgement(Kind.PUBREC, V311, packet_id)
            return False
        if len(self._unreleased) >= UNSETTLED_MAX:
            raise Violation(
                Reason.RECEIVE_MAXIMUM_EXCEEDED, f"{UNSETTLED_MAX} messages wait for PUBREL"
            )
        return True

    def answer(self, packet_id: int, answer: bytes) -> None:
        """The message of this place is answered."""
        self.places[packet_id] = answer

    def expect_release(self, packet_id: int) -> None:
        """QoS 2: the message is stored; repeats of it are not, until the device releases it."""
        self._unreleased.add(packet_id)

    def release(self, packet_id: int) -> Reason:
        """PUBREL came: what to say in PUBCOMP."""
        if packet_id not in self._unreleased:
            return Reason.ID_NOT_FOUND
        self._unreleased.remove(packet_id)
        return Reason.SUCCESS

    def take(self) -> bytes:
        """The answers that are next in order and ready, joined; they leave."""
        places = self.places
        if len(places) == 1:  # one in flight, as most devices are
            ((packet_id, only),) = places.items()
            if only is None:
                return b""
            del places[packet_id]
            return only
        ready: list[bytes] = []
        ids: list[int] = []
        for packet_id, answer in places.items():
            if answer is None:
                break
            ready.append(answer)
            ids.append(packet_id)
        for packet_id in ids:
            del places[packet_id]
        return b"".join(ready)

    def drop(self) -> None:
        """The connection is over: nothing is owed any more."""
        self.places.clear()
        self._unreleased.clear()
