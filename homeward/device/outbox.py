"""What a device has measured and not yet been told is safe.

A message leaves only when the platform says it is stored, or that it will never take it.
Everything else (a lost connection, a database that is away) brings it back to be sent again,
with the same boot and sequence number, so that the second copy is known for a duplicate.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter

MESSAGES_MAX = 10_000
# Reasons that pass by themselves (MQTT 5, 3.4.2.1): unspecified, implementation specific,
# quota exceeded. Any other reason of 0x80 or more will not change by asking again.
PASSING_REASONS = frozenset({0x80, 0x83, 0x97})
FAILURE = 0x80


@dataclass(frozen=True, slots=True)
class Message:
    """One PUBLISH."""

    topic: str
    body: bytes
    seq: int
    number: int | None = None  # in the device's spool, where it has one


class Outbox:
    """Messages in the order they were made; the oldest is dropped once it is full."""

    def __init__(self, messages_max: int = MESSAGES_MAX) -> None:
        self._messages_max = messages_max
        self._waiting: deque[Message] = deque()
        self._flying: dict[int, tuple[int, Message]] = {}  # with its place in the order
        self._back: list[tuple[int, Message]] = []  # not now: sent again before all that waits
        self._taken = 0
        self._alone = 0  # so many go one at a time: one of them is larger than the other side takes
        self.dropped = 0
        self.refused = 0
        self.acknowledged = 0
        self.on_settled: Callable[[Message], None] = lambda message: None
        # What is larger than the other side takes; True: it is seen to, and waits here no more.
        self.on_too_large: Callable[[Message], bool] = lambda message: False

    def __len__(self) -> int:
        return len(self._waiting) + len(self._flying) + len(self._back)

    @property
    def flying(self) -> int:
        """How many are sent and unanswered."""
        return len(self._flying)

    def put(self, message: Message) -> None:
        """Add one. Full: the oldest waiting goes, and its number will show as a gap."""
        if len(self) >= self._messages_max and self._waiting:
            self._waiting.popleft()
            self.dropped += 1
        self._waiting.append(message)

    def take(self) -> Message | None:
        """The next to send; tell its packet identifier by `sent`. None where none waits, or where
        what was refused has to wait for the answers of its neighbours, to keep its place."""
        if self._alone and self._flying:
            return None
        if self._back:
            if self._flying:
                return None
            self._waiting.extendleft(
                message for _, message in sorted(self._back, key=itemgetter(0), reverse=True)
            )
            self._back.clear()
        return self._waiting.popleft() if self._waiting else None

    def sent(self, packet: int, message: Message) -> None:
        """It is on its way under this packet identifier."""
        self._taken += 1
        self._flying[packet] = self._taken, message

    def under(self, packet: int) -> Message | None:
        """What is on its way under this packet identifier."""
        found = self._flying.get(packet)
        return None if found is None else found[1]

    def settle(self, packet: int, reason: int) -> bool:
        """The other side answered. False: not now, so it waits to be sent again."""
        found = self._flying.pop(packet, None)
        if found is None:
            return True
        if reason in PASSING_REASONS:
            self._back.append(found)
            return False
        self._alone = max(0, self._alone - 1)
        if reason >= FAILURE:
            self.refused += 1
        else:
            self.acknowledged += 1
        self.on_settled(found[1])
        return True

    def too_large(self) -> None:
        """The other side hung up on a message that is larger than it takes: on the one that flies
        alone, or on one of several, which then go one at a time until it is found."""
        if len(self._flying) != 1:
            self._alone = len(self._flying)
            return
        [(packet, (_, message))] = self._flying.items()
        if self.on_too_large(message):
            del self._flying[packet]
            self._alone = 0

    def disconnected(self) -> None:
        """Nothing in flight will be answered any more: all of it goes back, oldest first."""
        self._back += self._flying.values()
        self._flying.clear()
