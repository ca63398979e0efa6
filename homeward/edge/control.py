"""What an edge and its server say to each other besides data: alarms, registry, state, papers."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from homeward import __version__
from homeward.device.line import Line, Told
from homeward.device.papers import Papers
from homeward.device.renewal import renew
from homeward.device.spool import Spool
from homeward.edge import certificates, registry
from homeward.edge.alarms import Alarms, body_of
from homeward.edge.lanes import AGAIN, OK, Pace
from homeward.edge.registry import Registry
from homeward.model.errors import Misconfigured, Refused, Unreachable, Unreadable

STATE_SECONDS = 20.0
REGISTRY_SECONDS = 30.0
LOOK_SECONDS = 0.5
CHANGES_AGAIN_SECONDS = 10.0
log = logging.getLogger("homeward.edge")

TroubleOf = Callable[[], str]


class Control:
    """Two lines of its own: by one it asks and tells, on the other it waits for news. Alarms go
    first: `may_send` is set while none waits to be told."""

    def __init__(
        self, folder: Path, line: Callable[[], Line], spool: Spool, alarms: Alarms,
        may_send: asyncio.Event, now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self.registry: Registry | None = registry.kept(folder)
        self.trouble = ""
        self.is_connected = False
        self.https_port = 0  # of our own door
        self.on_registry: Callable[[Registry], None] = lambda each: None
        self.on_papers: Callable[[], None] = lambda: None
        self.trouble_of: TroubleOf = lambda: ""
        self._folder, self._spool, self._alarms = folder, spool, alarms
        self._line, self._listening = line(), line()
        self._may_send, self._now = may_send, now
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._said: tuple[float, str] = (-STATE_SECONDS, "")
        self._asked = -REGISTRY_SECONDS
        self._is_asked = False  # to look at the registry again, now
        alarms.changed = self.wake
        self.wake()

    def wake(self) -> None:
        """There may be an alarm to tell."""
        if self._alarms.untold:
            self._may_send.clear()
            self._wake.set()
        else:
            self._may_send.set()

    async def run(self) -> None:
        """Talk, until cancelled."""
        pace = Pace()
        while True:
            try:
                await self._talk()
                self.trouble = ""
                self._connected(True)
                pace.went_well()
            except Unreachable as error:
                self._connected(False, str(error))
                await asyncio.sleep(pace.failed())
            except (Refused, Unreadable) as error:
                if str(error) != self.trouble:
                    log.error("the server refuses us: %s", error)
                self.trouble = f"the server refuses it: {error}"
                self._may_send.set()  # data must not wait for what nobody takes
                await self._renew_late()
                await asyncio.sleep(pace.failed() + STATE_SECONDS / 2)
            await self._pause()

    async def _talk(self) -> None:
        """Alarms, then whatever is due."""
        while alarms := self._alarms.next_untold():
            await self._ask("alarms", body_of(alarms))
            self._alarms.told(alarms)
        moment = self._loop.time()
        if moment - self._asked >= REGISTRY_SECONDS:
            self._is_asked = False
            await self._fetch()
            if not self._is_asked:
                self._asked = moment
        trouble = self.trouble_of()
        said, before = self._said
        if moment - said >= STATE_SECONDS or trouble != before:
            await self._ask("state", self._state(trouble))
            self._said = moment, trouble

    async def _fetch(self) -> None:
        """The registry, and with it certificates that are due."""
        told = registry.understood(msgspec.json.encode((await self._ask("registry")).said))
        news = certificates.keep_authority(self._folder, told.devices_ca)
        if told != self.registry:
            registry.keep(self._folder, told)
            self.registry = told
            self.on_registry(told)
        now = self._now()
        host = (told.door or "").rpartition(":")[0]
        if host and certificates.needs_door(self._folder, host, now):
            key, request = certificates.new_request()
            certificates.keep_door(self._folder, key, await self._issued("certificate", request))
            news = True
        if certificates.needs_identity(self._folder, now):
            key, request = certificates.new_request()
            certificates.keep_identity(self._folder, key, await self._issued("identity", request))
            log.info("our certificate is renewed")
        if news:
            self.on_papers()

    async def _renew_late(self) -> None:
        """A box that was away while its certificate ran out is no stranger yet."""
        if certificates.days_left(self._folder, self._now()) > 0:
            return
        with contextlib.suppress(Unreachable, Refused, Misconfigured):
            await asyncio.to_thread(renew, Papers.read(self._folder))
            log.info("our certificate, which had run out, is renewed")

    async def changes(self) -> None:
        """Hear of each change to our devices as it is made, until cancelled: whoever is revoked is
        cut here at once. What this misses is seen in the registry all the same."""
        pace = Pace()
        while True:
            try:
                told = await self._listening.get("/edge/changes")
            except Unreachable:  # its door was stopped, say: another is there at once
                await asyncio.sleep(pace.failed())
                continue
            pace.went_well()
            if told.status != OK:
                await asyncio.sleep(CHANGES_AGAIN_SECONDS)
            elif told.said.get("changed"):
                self._look_now()

    def _look_now(self) -> None:
        self._asked = -REGISTRY_SECONDS
        self._is_asked = True
        self._wake.set()

    async def _issued(self, what: str, request: str) -> str:
        told = await self._ask(what, msgspec.json.encode({"csr": request}))
        return str(told.said["certificate"])

    async def _ask(self, what: str, body: bytes = b"") -> Told:
        path = f"/edge/{what}"
        told = await (self._line.post(path, body) if body else self._line.get(path))
        if told.status == AGAIN:
            raise Unreachable(str(told.said.get("error", "it is busy")))
        if told.status != OK:
            raise Refused(f"{what}: {told.said.get('error', told.status)}")
        return told

    def _state(self, trouble: str) -> bytes:
        oldest = self._spool.oldest_open()
        waiting = self._spool.waiting()
        records = self._spool.read(oldest, 1, 1)[0] if waiting else []
        return msgspec.json.encode(
            {
                "version": __version__,
                "spool_bytes": self._spool.size,
                "spool_bytes_max": self._spool.bytes_max,
                "waiting": waiting,
                "oldest": records[0].taken if records else None,
                "trouble": trouble[:200],
                "https_port": self.https_port,
            }
        )

    def _connected(self, is_connected: bool, why: str = "") -> None:
        if is_connected != self.is_connected:
            self.is_connected = is_connected
            log.warning("the server %s", "is here" if is_connected else f"is away: {why}")

    async def _pause(self) -> None:
        if self._alarms.untold or self._is_asked:
            return
        self._wake.clear()
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return
