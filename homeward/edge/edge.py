"""One edge, whole: doors, spool, watch, and the lines to its server."""

import asyncio
import fcntl
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from homeward.connectors import http_ingest
from homeward.connectors.keep_running import Trouble, keep_running
from homeward.connectors.mqtt.listen import opened
from homeward.connectors.tls import server_tls
from homeward.device.line import Line
from homeward.device.papers import Papers
from homeward.device.spool import Spool
from homeward.edge import certificates, page
from homeward.edge.alarms import Alarms, Episode, shown
from homeward.edge.control import Control
from homeward.edge.intake import Intake
from homeward.edge.lanes import Lanes
from homeward.edge.meters.hub import Hub
from homeward.edge.reach import Reach
from homeward.edge.registry import Registry
from homeward.edge.relay import Relay
from homeward.edge.sound import Sounder
from homeward.edge.vigil import Vigil
from homeward.model.errors import Conflict
from homeward.settings import LOOPBACK, Settings

LOOK_SECONDS = 0.25
FILLS_AT = (90, 75)  # percent of the spool at which somebody is told
CERTIFICATE_DAYS_MIN = 5
PAPERS_SECONDS = 60.0  # a certificate is renewed weeks before it ends
log = logging.getLogger("homeward.edge")

Say = Callable[[str], None]


class Edge:
    """The parts, wired. `folder` is an enrolled device's folder, and holds everything else.
    `bluetooth` is as in Hub."""

    def __init__(
        self, folder: Path, settings: Settings, now: Callable[[], datetime], say: Say,
        bluetooth: tuple[type, type] | None = None,
    ) -> None:  # fmt: skip
        self.papers = Papers.read(folder)
        self.spool = Spool(folder / "spool", settings.edge_spool_bytes_max)
        self._folder, self._settings, self._now, self._say = folder, settings, now, say
        self._loop = asyncio.get_running_loop()
        self._trouble = ""  # as it was said last
        self._troubles: dict[str, str] = {}  # of a limit or a task, until the next start
        self._reopen = asyncio.Event()
        may_send = asyncio.Event()
        line = partial(Line, self.papers)
        self.reach = Reach()
        self.alarms = Alarms(folder, now, self._sound)
        self.vigil = Vigil(self.alarms, self.reach, self._note)
        self.intake = Intake(settings, self.spool, self.vigil, self.reach, now)
        self.hub = Hub(folder, self.intake, settings.edge_zone, now, bluetooth, line())
        self.sounder = Sounder(settings.edge_sound_command, self._tell_device)
        self.lanes = Lanes(self.papers.name, self.spool, self.reach, line, may_send, now)
        self.control = Control(folder, line, self.spool, self.alarms, may_send, now)
        self.control.https_port = settings.http_ingest_port
        self.relay = Relay(folder, line())
        self.control.on_registry = self._know
        self.control.on_papers = self._reopen.set
        self.control.trouble_of = self.trouble
        self.intake.on_kept = self.lanes.wake
        if self.control.registry is not None:
            self._know(self.control.registry)

    async def run(self) -> None:
        """Until cancelled."""
        tasks = {
            "alarms and state": self.control.run,
            "changes": self.control.changes,
            "live lane": self.lanes.live,
            "backlog lane": self.lanes.backlog,
            "mark": self.lanes.mark,
            "watch": self._look,
            "sound": self.sounder.run,
            "doors": self._doors,
        }
        if self.hub.meters:
            tasks |= {"meters": self.hub.run, "meters' books": self.hub.hand_over}
        if self.hub.meters and self.hub.beside is not None:
            tasks["beside the numbers"] = self.hub.beside.run
        host, port = self._settings.edge_page_host, self._settings.edge_page_port
        is_here = host in LOOPBACK
        if port and not is_here:
            tasks["page"] = self._page
        async with page.opened(host, port if is_here else 0, self.state) as address:
            if address:
                self._say(f"Its page: {address}")
            try:
                async with asyncio.TaskGroup() as group:
                    for name, start in tasks.items():
                        group.create_task(keep_running(name, start, self._task_trouble))
            finally:
                await self.intake.settled()
                await self.sounder.close()
                self.spool.close()

    async def _doors(self) -> None:
        """Open the doors once their papers are there, and anew with each new papers."""
        # Devices' readings would all be from the future. A clock tells nobody that it was set.
        while self._is_clock_wrong():  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)
        while not certificates.is_door_complete(self._folder):
            self._say("The doors open once the server has given their papers.")
            self._reopen.clear()
            await self._reopen.wait()
        while True:
            self._reopen.clear()
            door = self._folder / certificates.DOOR
            async with (
                opened(self.intake, door) as addresses,
                http_ingest.opened(self.intake, door, issuer=self.relay) as https,
            ):
                where = [f"mqtts://{addresses[0][0]}:{addresses[0][1]}"]
                where += [f"https://{https[0]}:{https[1]}"] if https else []
                self._say(f"Devices come in at {', '.join(where)}.")
                await self._reopen.wait()

    async def _page(self) -> None:
        """Its page where others see it: over TLS, and so once the papers are there."""
        host, port = self._settings.edge_page_host, self._settings.edge_page_port
        door = self._folder / certificates.DOOR
        while not certificates.is_door_complete(self._folder):  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)
        while True:
            chain, key = door / "server.pem", door / "server.key"
            made = chain.stat().st_mtime_ns
            async with page.opened(host, port, self.state, server_tls(chain, key)) as address:
                self._say(f"Its page: {address}")
                while chain.stat().st_mtime_ns == made:  # noqa: ASYNC110  (a file tells nobody)
                    await asyncio.sleep(PAPERS_SECONDS)

    async def _look(self) -> None:
        """Watch ourselves, and whether the server hears us."""
        while True:
            self.vigil.look(self._loop.time())
            trouble = self.trouble()
            if trouble != self._trouble:
                is_on = bool(trouble)
                log.warning("%s", trouble or "the trouble is over")
                self.sounder.trouble(trouble or self._trouble, is_on)
                self._trouble = trouble
            await asyncio.sleep(LOOK_SECONDS)

    # -- what it says of itself ------------------------------------------------------------------

    def trouble(self) -> str:
        """What somebody should look at, or empty."""
        found = [self.intake.trouble, self._filling(), self._ageing(), self.lanes.counts.trouble]
        found += [self.control.trouble, self.hub.trouble, self.hub.clocks()]
        found += self._troubles.values()
        if self._is_clock_wrong():
            found.append("its clock is wrong, so its doors are shut: set it")
        if self.spool.rotten:
            found.append(f"{self.spool.rotten} messages rotted on its disk")
        if self.alarms.lost:
            found.append(f"{self.alarms.lost} alarms could not be kept")
        return "; ".join(each for each in found if each)

    def _filling(self) -> str:
        percent = 100 * self.spool.size / max(1, self.spool.bytes_max)
        passed = next((each for each in FILLS_AT if percent >= each), None)
        return "" if passed is None else f"its spool is more than {passed} % full"

    def _is_clock_wrong(self) -> bool:
        """A box without a battery for its clock may wake up years ago."""
        issued = certificates.issued(self._folder)
        return issued is not None and self._now() < issued

    def _ageing(self) -> str:
        left = certificates.days_left(self._folder, self._now())
        if left >= CERTIFICATE_DAYS_MIN:
            return ""
        return f"the server knows it for {max(0, left):.0f} more days: enrol it anew"

    def state(self) -> dict[str, Any]:
        """All of it, for its own page."""
        counts, now = self.lanes.counts, self._loop.time()
        return {
            "edge": self.papers.name,
            "trouble": self.trouble(),
            "alarms": [shown(each) for each in self.alarms.open],
            "server": f"{self.papers.host}:{self.papers.http_port}",
            "server_is_away": self.reach.is_away(now) or not self.control.is_connected,
            "last_answer": counts.last_answer and counts.last_answer.isoformat(timespec="seconds"),
            "devices_here": sorted(self.intake.here),
            "meters": sorted(self.hub.meters),
            "kept": self.intake.kept,
            "refused": self.intake.refused,
            "waiting": self.spool.waiting(),
            "sent_live": counts.live,
            "sent_from_backlog": counts.backlog,
            "put_aside_by_server": counts.put_aside,
            "alarms_not_told": self.alarms.untold,
            "spool_bytes": self.spool.size,
            "spool_bytes_max": self.spool.bytes_max,
        }

    def _note(self, text: str) -> None:
        self._troubles[text] = text

    async def _task_trouble(self, trouble: Trouble) -> None:
        if trouble.over:
            self._troubles.pop(trouble.what, None)
        else:
            self._troubles[trouble.what] = trouble.text

    def _know(self, registry: Registry) -> None:
        self.intake.know(registry)
        self.vigil.know(registry.devices)

    def _sound(self, episode: Episode, is_on: bool) -> None:
        self.sounder.alarm(episode, is_on)

    def _tell_device(self, name: str, body: bytes) -> None:
        registry = self.control.registry
        known = None if registry is None else registry.by_name.get(name)
        if known is not None:
            self.intake.sessions.tell(known.id, name, body)


@asynccontextmanager
async def alone(folder: Path) -> AsyncIterator[None]:
    """One process at a time has an edge's folder. Raises Conflict."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict(f"{folder} is in use by another `homeward edge`") from None
        yield


async def run(
    folder: Path, settings: Settings, say: Say, now: Callable[[], datetime] | None = None
) -> None:
    """Run the edge of this folder until cancelled. Raises Misconfigured and Conflict."""
    Papers.read(folder)
    async with alone(folder):
        await Edge(folder, settings, now or (lambda: datetime.now(UTC)), say).run()
