"""Clients of the exchange: whoever is on this machine, by any name, on any topic."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from secrets import token_hex

from homeward.connectors.mqtt.loopback.exchange import SUBSCRIPTIONS_MAX, Box, Exchange, Message
from homeward.connectors.mqtt.loopback.topics import SHARE, is_sound
from homeward.connectors.mqtt.packets import V5, Connect, Filter, Publish, Reason, Will
from homeward.connectors.mqtt.policy import Leaving, Outgoing
from homeward.model.delivery import Outcome, Settle
from homeward.model.errors import Conflict
from homeward.model.telling import Step

SESSIONS_MAX = 500
SESSION_SECONDS_MAX = 24 * 3600
KEEP_ALIVE_SECONDS_MAX = 60
# Suites want to see a subscription refused; by their custom it is this one.
REFUSED = "test/nosubscribe"


class Loopback:
    """The policy of the conformance port."""

    is_exchange = True
    keep_alive_seconds_max = KEEP_ALIVE_SECONDS_MAX
    session_seconds_max = SESSION_SECONDS_MAX

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.exchange = Exchange(now)
        self.wills: dict[str, tuple[asyncio.TimerHandle, Will]] = {}  # those that wait
        self.ends: dict[str, asyncio.TimerHandle] = {}  # when sessions of who is away end

    def refusal(self, connect: Connect, certified: str | None) -> tuple[Reason, str] | None:
        """Why this CONNECT is refused, or None."""
        if connect.authentication_method is not None:
            return Reason.BAD_AUTHENTICATION, "no authentication method is known here"
        if connect.version != V5 and not connect.client_id and not connect.clean_start:
            return Reason.CLIENT_ID_INVALID, "a session without a client id"  # 3.1.1, 3.1.3.1
        if len(self.exchange.boxes) >= SESSIONS_MAX:
            return Reason.SERVER_BUSY, f"{SESSIONS_MAX} sessions are here"
        return None

    def name_of(self, connect: Connect) -> str:
        """What the client calls itself, or a name of ours."""
        return connect.client_id or f"assigned-{token_hex(8)}"

    async def admit(
        self, name: str, connect: Connect, lives_seconds: int, issued: datetime | None
    ) -> "Visitor":
        """Anybody, and at once."""
        boxes = self.exchange.boxes
        if name in self.ends:
            self.ends.pop(name).cancel()
        box = boxes.get(name)
        if box is not None and connect.clean_start:
            box.holder = box = None
        is_present = box is not None
        if name in self.wills:
            handle, will = self.wills.pop(name)
            handle.cancel()
            if not is_present:  # its session ends now (5.0, 3.1.3.2.2)
                self.say(name, will)
        if box is None:
            box = boxes[name] = Box(name)
        return Visitor(self, box, connect, is_present, lives_seconds)

    def say(self, name: str, will: Will) -> None:
        """The will of this client."""
        expires = will.expiry_seconds and self.now().timestamp() + will.expiry_seconds
        self.exchange.publish(
            Message(name, will.topic, will.payload, will.qos, will.retain, will.properties, expires)
        )

    def say_later(self, name: str, will: Will, delay: int) -> None:
        """... unless it comes back before."""

        def speak() -> None:
            del self.wills[name]
            self.say(name, will)

        self.wills[name] = asyncio.get_running_loop().call_later(delay, speak), will

    def end_later(self, box: Box, seconds: int) -> None:
        """The session of who is away ends after so long."""

        def end() -> None:
            self.ends.pop(box.name, None)
            if self.exchange.boxes.get(box.name) is box:
                del self.exchange.boxes[box.name]

        if seconds:
            self.ends[box.name] = asyncio.get_running_loop().call_later(seconds, end)
        else:
            end()


class Visitor:
    """One client of the exchange."""

    def __init__(
        self, policy: Loopback, box: Box, connect: Connect, is_present: bool, lives_seconds: int
    ) -> None:
        self._policy = policy
        self._exchange = policy.exchange
        self._box = box
        self._will = connect.will
        box.holder = self
        self.is_present = is_present
        self.lives_seconds = lives_seconds
        self.unreleased: Collection[int] = box.unreleased

    def came(self, address: str) -> None:
        """It is in."""

    def turned_away(self) -> None:
        """It went before it was in."""
        self.left(Leaving.IN_ORDER, "", None, ())

    def left(
        self, leaving: Leaving, detail: str, lives_seconds: int | None, unreleased: Collection[int]
    ) -> None:
        """It is gone: what of it stays, and what its will says."""
        if lives_seconds is not None:
            self.lives_seconds = min(lives_seconds, SESSION_SECONDS_MAX)
        has_box = self._has_box
        if has_box:
            self._box.holder, self._box.unreleased = None, tuple(unreleased)
        will = None if leaving is Leaving.IN_ORDER else self._will
        if will is not None:
            delay = min(will.delay_seconds, self.lives_seconds)
            is_back = self._exchange.boxes.get(self._box.name) is self._box and not has_box
            if not delay or not (has_box or is_back):
                self._policy.say(self._box.name, will)
            elif has_box:
                self._policy.say_later(self._box.name, will, delay)
        if has_box:
            self._policy.end_later(self._box, self.lives_seconds)

    @property
    def _has_box(self) -> bool:
        return self._box.holder is self

    def publish(self, packet: Publish, now: datetime, settle: Settle) -> None:
        """To everybody who wants it."""
        expiry = packet.expiry_seconds
        expires = None if expiry is None else now.timestamp() + expiry
        self._exchange.publish(
            Message(
                self._box.name, packet.topic, packet.payload, packet.qos, packet.retain,
                packet.properties, expires,
            )
        )  # fmt: skip
        settle(Outcome.STORED)

    def spoil(self, now: datetime, topic: str, reason: str, body: bytes, settle: Settle) -> None:
        """Nothing here goes to the record, broken or not."""
        settle(Outcome.STORED)

    def subscribe(self, filters: Sequence[Filter]) -> list[int]:
        """Anything but the one suites want refused."""
        reasons: list[int] = []
        for each in filters:
            is_new = each.name not in self._box.filters
            if not is_sound(each.name):
                reasons.append(Reason.FILTER_INVALID)
            elif each.name == REFUSED or (is_new and len(self._box.filters) >= SUBSCRIPTIONS_MAX):
                reasons.append(Reason.UNSPECIFIED)
            else:
                self._box.filters[each.name] = each
                reasons.append(each.qos)
                is_wanted = each.retain_handling == 0 or (each.retain_handling == 1 and is_new)
                if is_wanted and not each.name.startswith(SHARE):  # 5.0, 4.8.2
                    self._exchange.tell_retained(self._box, each)
        return reasons

    def unsubscribe(self, names: Sequence[str]) -> list[int]:
        """Of these it is told no more."""
        return [
            Reason.SUCCESS if self._box.filters.pop(name, None) else Reason.NO_SUBSCRIPTION
            for name in names
        ]

    async def unfinished(self) -> Sequence[Outgoing]:
        """What an earlier connection sent."""
        return list(self._box.flight.values())

    async def take(self, packet_ids: Sequence[int]) -> Sequence[Outgoing]:
        """What waits in its box."""
        if not self._has_box:
            raise Conflict("taken over")
        return self._exchange.take(self._box, list(packet_ids))

    async def received(self, keys: Sequence[int]) -> None:
        """It has these."""
        for key in keys:
            self._box.flight[key].step = Step.RECEIVED

    async def finished(self, ends: Mapping[int, int]) -> None:
        """These are over."""
        for key in ends:
            self._box.flight.pop(key, None)
