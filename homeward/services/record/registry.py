"""What the door knows of the registry: who may speak, who wears what, who is connected."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from homeward.model.beyond import PUT_ASIDE
from homeward.model.delivery import DevicePass
from homeward.model.errors import Unreachable
from homeward.services.contract import Tools
from homeward.services.record.presence import WRITE_SECONDS, Presence
from homeward.services.record.wearers import Wearers
from homeward.store import queries
from homeward.store.inbox import QuarantineRow

# The bus remembers nothing: this catches what a lost message would have told.
OVER_TIMES = 20  # it is told that a trouble is over, each look
WEARERS_SECONDS = 30.0
_CHANGES = frozenset({"bound", "unbound", "added", "revoked", "retired"})
_ENDS = frozenset({"revoked", "retired"})
LOST_SECONDS = 15.0  # a door that has not said for so long that it is open is gone

sql = queries("homeward.services.record")


@dataclass(frozen=True)
class Told:
    """What matters here of a message on told.device."""

    device: str
    device_id: int
    what: str
    visit: int = 0


class Registry:
    """Looks devices up, follows changes, and tells who came and went."""

    def __init__(self, tools: Tools, wearers: Wearers, presence: Presence) -> None:
        self._tools = tools
        self._wearers = wearers
        self._presence = presence
        self._names: dict[int, str] = {}
        self._visits: dict[int, int] = {}
        self._gaps = tools.bus.gaps
        self._is_unsure = False  # whether a change of wearers was told and not read
        self._telling: set[asyncio.Task[None]] = set()
        self.quarantined: set[int] = set()  # whose messages are kept apart
        self._over: dict[str, tuple[str, int]] = {}  # troubles that ended: text, times to tell it
        self._stop: Callable[[], Awaitable[None]] | None = None
        self.cuts: list[Callable[[str], None]] = []
        self.moves: list[Callable[[str], None]] = []

    async def start(self) -> None:
        """Know the wearers, and listen. Raises Unreachable."""
        now = self._tools.now()
        await self._tools.store.door().run(sql.open_door, door=self._tools.at, now=now)
        self._stop = await self._tools.bus.listen("told.device", self._hear)
        await self._wearers.refresh(now)
        await self._see_quarantined()

    async def stop(self) -> None:
        """Write the last states and listen no more."""
        if self._stop is not None:
            await self._stop()
        await asyncio.gather(*self._telling, return_exceptions=True)
        with contextlib.suppress(Unreachable):
            await self._presence.write(self._tools.now())
            await self._tools.store.door().run(sql.close_door, door=self._tools.at)

    async def run(self) -> None:
        """Write states, check rights and wearers again, until cancelled."""
        passed = 0.0
        while True:
            await asyncio.sleep(WRITE_SECONDS)
            passed = await self.look(passed + WRITE_SECONDS)

    async def look(self, passed: float) -> float:
        """One turn, `passed` seconds after all wearers were read; how long ago that is now."""
        self._tell_over_again()
        with contextlib.suppress(Unreachable):
            gaps = self._tools.bus.gaps
            if passed >= WEARERS_SECONDS or self._is_unsure or gaps != self._gaps:
                self._is_unsure = True  # until it is read
                await self._wearers.refresh(self._tools.now())
                self._is_unsure, self._gaps, passed = False, gaps, 0.0
            await self._presence.write(self._tools.now())
            await self.recheck()
            await self._see_quarantined()
            await self._keep_open()
        return passed

    async def _see_quarantined(self) -> None:
        rows = await self._tools.store.door().all(sql.quarantined_devices, dict)
        self._names |= {row["id"]: row["name"] for row in rows}
        self.quarantined = {row["id"] for row in rows}

    async def recheck(self) -> None:
        """End every visit that is over: the device lost its right, or came in by another door and
        we did not hear of it. Raises Unreachable."""
        visits = self._presence.visits()
        if not visits:
            return
        here = {"devices": list(visits), "visits": list(visits.values())}
        for over in await self._tools.store.door().all(sql.no_longer_here, DevicePass, **here):
            if not over.active:
                self._cut(over.name)
            else:
                self._move(over.device_id, over.name, over.visit)

    async def _keep_open(self) -> None:
        """Say that this door is open; and of doors that are gone, that nobody is inside."""
        door, now = self._tools.store.door(), self._tools.now()
        values = {"door": self._tools.at, "now": now, "seconds": LOST_SECONDS}
        for row in await door.all(sql.keep_door, dict, **values):
            self._tell_device(row["device_id"], "disconnected", "lost: its door is gone")

    async def admit(self, name: str, issued: datetime | None) -> DevicePass | None:
        """What the registry says of this device now, and of its certificate of then. Raises
        Unreachable."""
        door, now = self._tools.store.door(), self._tools.now()
        found = await door.maybe(sql.device_by_name, DevicePass, name=name, issued=issued, now=now)
        if found is not None:
            if found.quarantined:
                self.quarantined.add(found.device_id)
            self._names[found.device_id] = found.name
            self._visits[found.device_id] = max(found.visit, self._visits.get(found.device_id, 0))
        return found

    def came(self, device_id: int, address: str, firmware: str, visit: int) -> None:
        """A device connected. By an older visit than its last nobody would see that it is here."""
        visit = self._visits[device_id] = max(visit, self._visits.get(device_id, 0))
        self._presence.came(device_id, visit, address, firmware, self._tools.now())
        self._tell_device(device_id, "connected", address, visit)

    def went(self, device_id: int, detail: str) -> None:
        """A device is gone, unless another session of it took over."""
        if self._presence.went(device_id, detail, self._tools.now()):
            self._tell_device(device_id, "disconnected", detail)

    def last_words(self, device_id: int, detail: str) -> None:
        """The will of a device that has been gone for a while."""
        self._presence.detail(device_id, detail)
        self._tell_device(device_id, "disconnected", detail)

    def sensors_said(self, device_id: int) -> None:
        """What a device says of its sensors is written: whoever watches reads it."""
        self._tell_device(device_id, "sensors", "")

    def tell_trouble(self, what: str, text: str, *, is_on: bool = True) -> None:
        """Tell that the platform itself is in trouble, or no longer.

        That it is over is told for a while: what was away with us, the watcher above all, may not
        be back yet, and would let the alarm stand.
        """
        self._over.pop(what, None)
        if not is_on:
            self._over[what] = (text, OVER_TIMES)
        self._tell("told.trouble", {"what": what, "text": text, "on": is_on})

    def _tell_over_again(self) -> None:
        for what, (text, times) in list(self._over.items()):
            self._tell("told.trouble", {"what": what, "text": text, "on": False})
            self._over[what] = (text, times - 1)
            if times == 1:
                del self._over[what]

    def tell_quarantine(self, spoiled: Collection[QuarantineRow]) -> None:
        """Tell how many messages of which devices were put aside."""
        for device_id, count in Counter(row.device_id for row in spoiled).items():
            name = self._names.get(device_id or 0)
            told = {"device": name, "device_id": device_id, "count": count}
            self._tell("told.quarantine", told)
        lost = {row.device_id for row in spoiled if PUT_ASIDE.encode() in row.reason}
        for device_id in lost:  # LO of a thermometer, say: it may be what kills
            name = self._names.get(device_id or 0) or "a device"
            text = f"{name}: a value is {PUT_ASIDE}, and put aside. See how they are"
            self._tell("told.trouble", {"what": f"beyond {device_id}", "text": text})

    def name_of(self, device_id: int) -> str:
        """The name of a device that was here; empty: none was."""
        return self._names.get(device_id, "")

    def _tell_device(self, device_id: int, what: str, detail: str, visit: int = 0) -> None:
        name = self._names.get(device_id, "")
        told = {"device": name, "device_id": device_id, "what": what, "detail": detail}
        self._tell("told.device", told | ({"visit": visit} if visit else {}))

    def _tell(self, subject: str, thing: dict[str, Any]) -> None:
        at = round(self._tools.now().timestamp() * 1000)
        task = asyncio.create_task(self._tell_if_heard(subject, thing | {"at": at}))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell_if_heard(self, subject: str, thing: dict[str, Any]) -> None:
        if self._tools.bus.connected:
            await self._tools.bus.tell(subject, thing)

    async def _hear(self, _: str, body: bytes) -> None:
        told = msgspec.json.decode(body, type=Told)
        if told.what == "connected":
            self._move(told.device_id, told.device, told.visit)
        if told.what == "quarantined":
            self._names[told.device_id] = told.device
            self.quarantined.add(told.device_id)
        if told.what == "released":
            self.quarantined.discard(told.device_id)
        if told.what not in _CHANGES:
            return
        if told.what in _ENDS:
            self._cut(told.device)
        try:
            await self._wearers.refresh_one(told.device_id, self._tools.now())
        except Unreachable:  # whose readings these are is not known: asked again very soon
            self._is_unsure = True

    def _move(self, device_id: int, name: str, visit: int) -> None:
        """End what is left here of a device that came in by another door."""
        if self._presence.moved(device_id, visit):
            for move in self.moves:
                move(name)

    def _cut(self, name: str) -> None:
        for cut in self.cuts:
            cut(name)
