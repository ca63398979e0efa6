"""What lasts of devices' sessions, and what they are told: rows, so that any door goes on with it.

A device's newest connection alone may write: each is numbered, and what an older one says finds no
row. So a door that does not know yet that the device is elsewhere tells nothing twice.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from homeward.model.errors import Conflict, Unreachable
from homeward.model.telling import Begun, Step, Told, Wanted, What
from homeward.services.contract import Tools
from homeward.services.record.presence import Presence
from homeward.store import Door, Query, queries

LOOK_SECONDS = 2.0
ALL_SECONDS = 30.0  # what a lost message would have told is found this soon

sql = queries("homeward.services.record")


@dataclass(frozen=True, slots=True)
class _Begun:
    id: int
    connection: int
    wanted: dict[str, Any]
    unreleased: list[int]
    was_open: bool


@dataclass(frozen=True, slots=True)
class _Session:
    id: int
    config_id: int
    is_config_due: bool
    is_open: bool
    wanted: dict[str, Any]

    @property
    def subscriptions(self) -> dict[What, Wanted]:
        """As they are now."""
        return msgspec.convert(self.wanted, dict[What, Wanted])


@dataclass(frozen=True, slots=True)
class _Unfinished:
    id: int
    is_config: bool
    body: bytes
    qos: int
    retain: bool
    packet_id: int
    expires: datetime | None
    step: str


@dataclass(frozen=True, slots=True)
class _Due:
    id: int
    body: bytes
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _Name:
    name: str


@dataclass(frozen=True, slots=True)
class _End:
    begun: Begun
    seconds: int
    unreleased: Collection[int]


class DeviceSessions:
    """The record's side of a connector's `sessions`."""

    def __init__(self, tools: Tools, presence: Presence) -> None:
        self._tools = tools
        self._presence = presence
        self._wakes: list[Callable[[str], None]] = []
        self._ends: dict[int, _End] = {}  # one of each device at most
        self._writing = asyncio.Lock()
        self._something = asyncio.Event()
        self._gaps = tools.bus.gaps
        self._stop: Callable[[], Awaitable[None]] | None = None

    async def start(self) -> None:
        """Listen, and see which connections ended with their door. Raises Unreachable."""
        self._stop = await self._tools.bus.listen("command.*", self._hear)
        await self._end_forgotten()

    async def run(self) -> None:
        """Write what ended, and look for what the bus did not tell, until cancelled."""
        passed = 0.0
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._something.wait()
                self._something.clear()
                with contextlib.suppress(Unreachable):
                    await self._write_ends()
                continue
            passed = await self.look(passed + LOOK_SECONDS)

    async def look(self, passed: float) -> float:
        """One turn, `passed` seconds after the last whole look; how long ago that is now."""
        with contextlib.suppress(Unreachable):
            await self._write_ends()
            gaps = self._tools.bus.gaps
            if passed >= ALL_SECONDS or gaps != self._gaps:
                await self._end_forgotten()
                await self._wake_due()
                self._gaps, passed = gaps, 0.0
        return passed

    async def close(self) -> None:
        """Listen no more, and write what ended."""
        if self._stop is not None:
            await self._stop()
        with contextlib.suppress(Unreachable):
            await self._write_ends()

    def on_due(self, wake: Callable[[str], None]) -> None:
        """Call `wake(device name)` whenever that device may be due something."""
        self._wakes.append(wake)

    async def begin(self, device_id: int, *, is_clean: bool, seconds: int) -> Begun:
        """A connection begins. Raises Unreachable."""
        if device_id in self._ends:
            await self._write_ends()
        row = await self._door.one(
            sql.begin_session, _Begun, device=device_id, clean=is_clean, seconds=seconds,
            now=self._tools.now(),
        )  # fmt: skip
        # Another door may hold it, and lets go. At this one the new connection takes over from the
        # old one, and with it what is not released: woken now, the old one would leave before.
        is_elsewhere = row.was_open and not self._presence.is_here(device_id)
        if is_elsewhere and self._tools.bus.connected:
            await self._tools.bus.publish(f"command.{await self._name(device_id)}", b"")
        wanted = msgspec.convert(row.wanted, dict[What, Wanted])
        is_present = row.id != row.connection
        return Begun(device_id, row.connection, is_present, wanted, tuple(row.unreleased))

    def end(self, begun: Begun, seconds: int, unreleased: Collection[int]) -> None:
        """The connection ended."""
        earlier = self._ends.get(begun.device_id)
        if earlier is None or earlier.begun.connection < begun.connection:
            self._ends[begun.device_id] = _End(begun, seconds, unreleased)
        self._something.set()

    async def is_away(self, begun: Begun) -> bool:
        """Whether the device has not come back since. Raises Unreachable."""
        await self._write_ends()
        try:
            session = await self._session(self._door, begun, sql.session_of_connection)
        except Conflict:
            return False
        return not session.is_open

    async def want(
        self, begun: Begun, wanted: Mapping[What, Wanted], is_config_due: bool | None = None
    ) -> None:
        """Keep these subscriptions. Raises Unreachable, Conflict."""
        done = await self._door.run(
            sql.want, device=begun.device_id, connection=begun.connection, due=is_config_due,
            wanted=msgspec.json.encode(wanted).decode(),
        )  # fmt: skip
        if not done:
            raise Conflict("a newer connection of this device is there")

    async def unfinished(self, begun: Begun) -> Sequence[Told]:
        """What was sent and is not finished. Raises Unreachable."""
        rows = await self._door.all(
            sql.unfinished, _Unfinished, device=begun.device_id, connection=begun.connection
        )
        return [
            Told(
                row.id, What.CONFIG if row.is_config else What.COMMANDS, row.body, row.qos,
                row.retain, row.packet_id, row.expires, Step(row.step),
            )
            for row in rows
        ]  # fmt: skip

    async def take(
        self, begun: Begun, wanted: Mapping[What, Wanted], packet_ids: Sequence[int]
    ) -> Sequence[Told]:
        """What is due, and sent from now on. Raises Unreachable, Conflict."""
        if not wanted:
            await self._session(self._door, begun, sql.session_of_connection)
            return []
        async with self._door.transaction() as inside:
            session = await self._session(inside, begun, sql.lock_session)
            wanted = session.subscriptions  # they may have changed while we waited for the lock
            due = await self._due_config(inside, begun, session, wanted)
            if What.COMMANDS in wanted:
                commands = await inside.all(
                    sql.due_commands, _Due, device=begun.device_id, session=session.id,
                    now=self._tools.now(), most=len(packet_ids) - len(due),
                )  # fmt: skip
                due += [(What.COMMANDS, each, False) for each in commands]
            told: list[Told] = []
            for (what, each, retain), packet_id in zip(due, packet_ids, strict=False):
                qos = wanted[what].qos
                row = await inside.one(
                    sql.tell, _Id, device=begun.device_id, session=session.id, qos=qos,
                    command=each.id if what is What.COMMANDS else None,
                    config=each.id if what is What.CONFIG else None,
                    packet=packet_id if qos else 0, retain=retain, now=self._tools.now(),
                )  # fmt: skip
                told.append(
                    Told(
                        row.id, what, each.body, qos, retain, packet_id if qos else 0,
                        each.expires, identifier=wanted[what].identifier,
                    )
                )  # fmt: skip
        return told

    async def received(self, told: Sequence[int]) -> None:
        """QoS 2: the device has these. Raises Unreachable."""
        await self._door.run(sql.told_received, ids=list(told))

    async def finished(self, told: Mapping[int, int]) -> None:
        """These are finished. Raises Unreachable."""
        await self._door.run(
            sql.told_finished, ids=list(told), reasons=list(told.values()), now=self._tools.now()
        )

    # -- what is beneath -----------------------------------------------------------------------

    @property
    def _door(self) -> Door:
        return self._tools.store.door()

    async def _session(self, door: Door, begun: Begun, query: Query) -> _Session:
        found = await door.maybe(
            query, _Session, device=begun.device_id, connection=begun.connection
        )
        if found is None:
            raise Conflict("a newer connection of this device is there")
        return found

    async def _due_config(
        self, inside: Door, begun: Begun, session: _Session, wanted: Mapping[What, Wanted]
    ) -> list[tuple[What, _Due, bool]]:
        """The configuration, where the device just asked for it or it changed since."""
        if What.CONFIG not in wanted:
            return []
        newest = await inside.maybe(sql.newest_config, _Due, device=begun.device_id)
        if newest is None or (newest.id <= session.config_id and not session.is_config_due):
            return []
        await inside.run(sql.config_told, device=begun.device_id, config=newest.id)
        await inside.run(sql.forget_config_tellings, device=begun.device_id)
        if session.is_config_due:  # retained: nothing is told where nothing is
            return [(What.CONFIG, newest, True)] if newest.body else []
        return [(What.CONFIG, newest, wanted[What.CONFIG].retain_as_published)]

    async def _name(self, device_id: int) -> str:
        return (await self._door.one(sql.device_by_id, _Name, device=device_id)).name

    async def _hear(self, subject: str, _: bytes) -> None:
        self._wake(subject.partition(".")[2])

    def _wake(self, name: str) -> None:
        for wake in self._wakes:
            wake(name)

    async def _wake_due(self) -> None:
        connected = self._presence.connected()
        if not connected:
            return
        now = self._tools.now()
        for each in await self._door.all(sql.due_devices, _Name, devices=connected, now=now):
            self._wake(each.name)

    async def _end_forgotten(self) -> None:
        await self._door.run(sql.end_forgotten_sessions, connected=self._presence.connected())

    async def _write_ends(self) -> None:
        async with self._writing:
            ends = list(self._ends.values())
            if not ends:
                return
            await self._door.run(
                sql.end_sessions, now=self._tools.now(),
                devices=[each.begun.device_id for each in ends],
                connections=[each.begun.connection for each in ends],
                seconds=[each.seconds for each in ends],
                unreleased=[msgspec.json.encode(list(each.unreleased)).decode() for each in ends],
            )  # fmt: skip
            for each in ends:
                if self._ends.get(each.begun.device_id) is each:
                    del self._ends[each.begun.device_id]
