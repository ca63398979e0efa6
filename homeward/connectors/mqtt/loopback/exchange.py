"""Who wants what, what is retained, and what waits for whom: in memory, and bounded."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from homeward.connectors.mqtt.loopback.topics import matches, shared
from homeward.connectors.mqtt.packets import Filter
from homeward.connectors.mqtt.policy import Outgoing

log = logging.getLogger("homeward.mqtt")

QUEUE_MAX = 2_000  # messages that wait for one client; past it the oldest is dropped, and said
RETAINED_MAX = 1_000
SUBSCRIPTIONS_MAX = 200


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody published. `expires` in seconds since 1970."""

    sender: str
    topic: str
    body: bytes
    qos: int
    retain: bool
    properties: bytes = b""
    expires: float | None = None


@dataclass(eq=False)
class Box:
    """One client's session."""

    name: str
    filters: dict[str, Filter] = field(default_factory=dict[str, Filter])
    queue: deque[Outgoing] = field(default_factory=deque[Outgoing])
    flight: dict[int, Outgoing] = field(default_factory=dict[int, Outgoing])
    unreleased: tuple[int, ...] = ()
    holder: object | None = None  # the connection it has now


class Exchange:
    """Passes messages between boxes."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._keys = count(1)
        self._turns: dict[str, int] = {}  # of shared subscriptions: whose turn it is
        self.retained: dict[str, Message] = {}
        self.boxes: dict[str, Box] = {}
        self.on_due: Callable[[str], None] = lambda name: None

    def publish(self, message: Message) -> None:
        """Retain it if that is wanted, and put it into every box that wants it."""
        if message.retain:
            self._retain(message)
        sharing: dict[str, list[tuple[Box, Filter]]] = {}
        for box in tuple(self.boxes.values()):
            wanted: list[Filter] = []
            for each in box.filters.values():
                group, name = shared(each.name)
                if not matches(name, message.topic):
                    continue
                if group:
                    sharing.setdefault(each.name, []).append((box, each))
                elif not (each.no_local and message.sender == box.name):
                    wanted.append(each)
            if wanted:
                self._give(box, message, wanted)
        for name, takers in sharing.items():
            here = [taker for taker in takers if taker[0].holder] or takers
            turn = self._turns[name] = self._turns.get(name, -1) + 1
            box, each = here[turn % len(here)]
            self._give(box, message, [each])

    def _retain(self, message: Message) -> None:
        self.retained.pop(message.topic, None)
        if not message.body:
            return
        if len(self.retained) >= RETAINED_MAX:
            log.warning("conformance: %d messages are retained, the oldest goes", RETAINED_MAX)
            del self.retained[next(iter(self.retained))]
        self.retained[message.topic] = message

    def tell_retained(self, box: Box, wanted: Filter) -> None:
        """What is retained and matches, to a client that subscribed."""
        for message in tuple(self.retained.values()):
            if matches(wanted.name, message.topic) and not self._is_over(message.expires):
                self._give(box, message, [wanted._replace(retain_as_published=True)])

    def _give(self, box: Box, message: Message, wanted: list[Filter]) -> None:
        """One message, however many subscriptions match: at the highest QoS of them."""
        qos = min(message.qos, max(each.qos for each in wanted))
        if not qos and box.holder is None:
            return  # at most once: nobody is there
        retain = message.retain and any(each.retain_as_published for each in wanted)
        identifiers = tuple(each.identifier for each in wanted if each.identifier)
        if len(box.queue) >= QUEUE_MAX:
            log.warning(
                "conformance: more than %d wait for %s, the oldest goes", QUEUE_MAX, box.name
            )
            box.queue.popleft()
        box.queue.append(
            Outgoing(
                next(self._keys), message.topic, message.body, qos, retain,
                properties=message.properties, expires=message.expires, identifiers=identifiers,
            )
        )  # fmt: skip
        self.on_due(box.name)

    def take(self, box: Box, packet_ids: list[int]) -> list[Outgoing]:
        """The next ones of a box, the overdue left out."""
        taken: list[Outgoing] = []
        while box.queue and len(taken) < len(packet_ids):
            message = box.queue.popleft()
            if self._is_over(message.expires):
                continue
            if message.qos:
                message.packet_id = packet_ids[len(taken)]
                box.flight[message.key] = message
            taken.append(message)
        return taken

    def _is_over(self, expires: float | None) -> bool:
        return expires is not None and expires <= self._now().timestamp()
