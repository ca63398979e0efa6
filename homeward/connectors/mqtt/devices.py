"""What a device may do at the door: send its own, be told its own, and nothing else."""

import asyncio
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from homeward.connectors.contract import Link
from homeward.connectors.mqtt.packets import Connect, Filter, Publish, Reason
from homeward.connectors.mqtt.parse import Status, parse, topics_of
from homeward.connectors.mqtt.policy import Leaving, Outgoing
from homeward.model.delivery import Delivery, DevicePass, Outcome, SensorsOff, Settle, Spoiled
from homeward.model.errors import Forbidden, HomewardError
from homeward.model.telling import Begun, Told, Wanted, What

# A device that asked for no keep-alive, or a longer one, is told this (version 5 only).
KEEP_ALIVE_SECONDS_MAX = 300
DEVICE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
WILL_CHARACTERS_MAX = 200
# Retain Handling (5.0, 3.8.3.1): what is retained is told always, to a new subscription, never.
ALWAYS, WHEN_NEW = 0, 1


class Devices:
    """The policy of the device door."""

    is_exchange = False
    keep_alive_seconds_max = KEEP_ALIVE_SECONDS_MAX

    def __init__(self, link: Link) -> None:
        self.link = link
        self.session_seconds_max = link.settings.mqtt_session_seconds_max
        self.wills: dict[int, asyncio.TimerHandle] = {}  # those that wait, by device
        self.telling: set[asyncio.Task[None]] = set()

    def refusal(self, connect: Connect, certified: str | None) -> tuple[Reason, str] | None:
        """Why this CONNECT is refused before the registry is asked, or None."""
        client_id, will = connect.client_id, connect.will
        if connect.authentication_method is not None:
            return Reason.BAD_AUTHENTICATION, "the certificate is the only authentication"
        if not DEVICE_NAME.fullmatch(client_id):
            return Reason.CLIENT_ID_INVALID, "the client id must be the device's name"
        if certified is not None and certified != client_id:
            return Reason.CLIENT_ID_INVALID, "the client id is not the certificate's device"
        if will is not None and will.topic != topics_of(client_id).status:
            return Reason.NOT_AUTHORIZED, "the will is not for this device's own status topic"
        if will is not None and will.retain and connect.version == 5:
            return Reason.RETAIN_UNSUPPORTED, "a device retains nothing here"
        return None

    def name_of(self, connect: Connect) -> str:
        """A device's client id is its name."""
        return connect.client_id

    async def admit(
        self, name: str, connect: Connect, lives_seconds: int, issued: datetime | None
    ) -> "Device":
        """What the registry says, and the device's session."""
        device_pass = await self.link.admit(name, issued)
        if device_pass is None:
            raise Forbidden("this device is unknown")
        if device_pass.refusal:
            raise Forbidden(device_pass.refusal)
        begun = await self.link.sessions.begin(
            device_pass.device_id, is_clean=connect.clean_start, seconds=lives_seconds
        )
        return Device(self, device_pass, connect, begun, lives_seconds)


class Device:
    """One device inside."""

    def __init__(
        self,
        policy: Devices,
        device_pass: DevicePass,
        connect: Connect,
        begun: Begun,
        lives_seconds: int,
    ) -> None:
        self._policy = policy
        self._link = policy.link
        self._sessions = policy.link.sessions
        self._id = device_pass.device_id
        self._topics = topics_of(device_pass.name)
        self._names = {self._topics.commands: What.COMMANDS, self._topics.config: What.CONFIG}
        self._topic_of = {what: topic for topic, what in self._names.items()}
        self._will = connect.will
        self._firmware = connect.firmware
        self._status = ""
        self._begun = begun
        self._wanted = dict(begun.wanted)
        self.is_present = begun.is_present
        self.lives_seconds = lives_seconds
        self.unreleased: Collection[int] = begun.unreleased

    # -- coming and going ----------------------------------------------------------------------

    def came(self, address: str) -> None:
        """It is in; what it wanted told in case it stayed away is forgotten."""
        waiting = self._policy.wills.pop(self._id, None)
        if waiting is not None:
            waiting.cancel()
        self._link.came(self._id, address, self._firmware)

    def turned_away(self) -> None:
        """It went before it was in."""
        self._sessions.end(self._begun, self.lives_seconds, self.unreleased)

    def left(
        self, leaving: Leaving, detail: str, lives_seconds: int | None, unreleased: Collection[int]
    ) -> None:
        """It is gone, and seen to be gone at once; only the text of its will may wait."""
        if lives_seconds is not None:
            self.lives_seconds = min(lives_seconds, self._policy.session_seconds_max)
        if leaving is Leaving.IN_ORDER and self._status:
            detail = f"left: {self._status}"
        if leaving is Leaving.LOST and self._will is not None:
            words = self._will.payload.decode("utf-8", "replace")[:WILL_CHARACTERS_MAX]
            delay = min(self._will.delay_seconds, self.lives_seconds)
            if delay:
                loop = asyncio.get_running_loop()
                self._policy.wills[self._id] = loop.call_later(delay, self._speak, words)
            else:
                detail = f"will: {words}"
        self._link.went(self._id, detail)
        self._sessions.end(self._begun, self.lives_seconds, unreleased)

    def _speak(self, words: str) -> None:
        del self._policy.wills[self._id]
        task = asyncio.get_running_loop().create_task(self._speak_if_away(words))
        self._policy.telling.add(task)
        task.add_done_callback(self._policy.telling.discard)

    async def _speak_if_away(self, words: str) -> None:
        """It may have come back at another door."""
        try:
            is_away = await self._sessions.is_away(self._begun)
        except HomewardError:  # nobody can say; that it is gone was told
            is_away = True
        if is_away:
            self._link.last_words(self._id, f"will: {words}")

    # -- what it sends -------------------------------------------------------------------------

    def publish(self, packet: Publish, now: datetime, settle: Settle) -> None:
        """The way of every reading, so it is short."""
        thing = parse(self._topics, self._id, packet.topic, packet.payload, now)
        if type(thing) is Delivery:
            self._link.offer(thing, settle)
        elif isinstance(thing, SensorsOff):
            self._link.sensors(thing, settle)
        elif isinstance(thing, Status):
            # About this connection, not of the record: it lives as long as the connection.
            self._status = thing.text
            settle(Outcome.STORED)

    def spoil(self, now: datetime, topic: str, reason: str, body: bytes, settle: Settle) -> None:
        """To the quarantine."""
        self._link.offer(Spoiled(self._id, now, topic, reason, body), settle)

    # -- what it is told -----------------------------------------------------------------------

    async def subscribe(self, filters: Sequence[Filter]) -> list[int]:
        """Only its own commands and configuration, nothing else."""
        wanted, is_config_due = dict(self._wanted), None
        reasons: list[int] = []
        for each in filters:
            what = self._names.get(each.name)
            if what is None:
                reasons.append(Reason.NOT_AUTHORIZED)
                continue
            if what is What.CONFIG:
                is_new = what not in wanted
                handling = each.retain_handling
                is_config_due = handling == ALWAYS or (handling == WHEN_NEW and is_new)
                if not is_config_due and not is_new:
                    is_config_due = None  # as before: what changed meanwhile is still due
            wanted[what] = Wanted(each.qos, each.retain_as_published, each.identifier)
            reasons.append(each.qos)
        if wanted != self._wanted or is_config_due is not None:
            await self._sessions.want(self._begun, wanted, is_config_due)
            self._wanted = wanted
        return reasons

    async def unsubscribe(self, names: Sequence[str]) -> list[int]:
        """Of these it is told no more."""
        gone = {self._names[name] for name in names if name in self._names} & self._wanted.keys()
        reasons = [
            Reason.SUCCESS if self._names.get(name) in gone else Reason.NO_SUBSCRIPTION
            for name in names
        ]
        if gone:
            wanted = {what: how for what, how in self._wanted.items() if what not in gone}
            await self._sessions.want(self._begun, wanted)
            self._wanted = wanted
        return [*reasons]

    async def unfinished(self) -> Sequence[Outgoing]:
        """What an earlier connection sent."""
        return [self._outgoing(told) for told in await self._sessions.unfinished(self._begun)]

    async def take(self, packet_ids: Sequence[int]) -> Sequence[Outgoing]:
        """What is due."""
        told = await self._sessions.take(self._begun, self._wanted, packet_ids)
        return [self._outgoing(each) for each in told]

    async def received(self, keys: Sequence[int]) -> None:
        """It has these."""
        await self._sessions.received(keys)

    async def finished(self, ends: Mapping[int, int]) -> None:
        """These are over."""
        await self._sessions.finished(ends)

    def _outgoing(self, told: Told) -> Outgoing:
        return Outgoing(
            told.id,
            self._topic_of[told.what],
            told.body,
            told.qos,
            told.retain,
            told.packet_id,
            told.step,
            expires=told.expires.timestamp() if told.expires else None,
            identifiers=(told.identifier,) if told.identifier else (),
        )
