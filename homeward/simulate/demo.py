"""The demo's devices in one process, each a real client of the door with papers of its own.

On a first start they tell what they remember of the hours before, so that no chart is empty.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from cryptography import x509

from homeward.bus import Bus
from homeward.device.connection import Connection
from homeward.device.papers import Papers
from homeward.engines.certificates import Authority
from homeward.engines.enrolment import enrol
from homeward.engines.folder import DataFolder
from homeward.engines.secret import write_private
from homeward.model.errors import Refused, Unreachable
from homeward.settings import Settings
from homeward.simulate import cast, seed
from homeward.simulate.nurses import Look, Nurses
from homeward.simulate.patients import WAVE_SECONDS, Monitor, Sensor
from homeward.simulate.recorded import recorded_heart
from homeward.simulate.story import story
from homeward.store import Store

log = logging.getLogger("homeward.demo")

WEB_WAIT_SECONDS = 0.25
WEB_TRIES_MAX = 240
MEMORY_SECONDS_MAX = 60.0
PAPERS_LOOK_SECONDS = 3600.0
# A certificate is renewed with a third of the usual thirty days left.
RENEW_BEFORE = timedelta(days=10)
JUMP_SECONDS = 2.0  # further off than this the clock was moved, or we slept


class Tools(Protocol):
    """What a process is given (services.contract.Tools)."""

    @property
    def store(self) -> Store: ...
    @property
    def bus(self) -> Bus: ...
    @property
    def settings(self) -> Settings: ...
    def now(self) -> datetime:
        """The clock."""
        ...


async def run(tools: Tools) -> None:
    """Seed, enrol, remember, then live until cancelled."""
    if await seed.seed(tools.store, tools.now(), tools.settings.answer_seconds):
        log.info("the demo ward is furnished: %d patients", len(cast.PATIENTS))
    await seed.tell(tools.store, tools.bus)
    papers = AllPapers(tools)
    await papers.keep()
    devices = [Connection(papers.badge(patient), 0) for patient in cast.PATIENTS]
    nurses = Nurses(papers.web, papers.root_pem, await seed.patients(tools.store))
    ward = furnish(devices, tools.now(), nurses.look)
    async with asyncio.TaskGroup() as tasks:
        for device in devices:
            tasks.create_task(device.run())
        tasks.create_task(papers.keep_for_ever())
        tasks.create_task(nurses.run())
        await _remember(tools.settings.data / "demo", devices, ward, tools.now())
        log.info("%d devices go live", len(devices))
        for device in devices:
            device.restart(int(tools.now().timestamp()))
        await _live(ward, tools)


def furnish(
    devices: Sequence[Connection], now: datetime, looked: Callable[[Look], None]
) -> list[Monitor | Sensor]:
    """Everybody in the cast with their device on; `looked` is what nurses do with what they see."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    second_of_day = (now - midnight).total_seconds()
    ward: list[Monitor | Sensor] = []
    for number, (patient, device) in enumerate(zip(cast.PATIENTS, devices, strict=True), 1):
        if patient.metabolism is not None:
            ward.append(Sensor(patient, device, number))
            continue
        has_recording = story(patient.tale.story).at(0).rhythm == "recorded"
        recorded = recorded_heart() if has_recording else None
        ward.append(Monitor(patient, device, number, second_of_day, recorded, looked))
    return ward


async def _remember(
    folder: Path, devices: Sequence[Connection], ward: Sequence[Monitor | Sensor], now: datetime
) -> None:
    """Tell the hours before, once in the life of this demo.

    When it began is kept first: after a crash in the middle the same is told under the same
    numbers, and nothing is doubled.
    """
    done, begun = folder / "remembered", folder / "remembering.json"
    if done.exists():
        for each in ward:
            if isinstance(each, Sensor):
                each.remember(now, tells=False)
        return
    if not begun.exists():
        write_private(begun, json.dumps(int(now.timestamp())).encode())
    since = json.loads(begun.read_text())
    for device in devices:
        device.restart(since)
    for each in ward:
        each.remember(datetime.fromtimestamp(since, UTC))
    waits = [asyncio.create_task(device.drained()) for device in devices]
    _, late = await asyncio.wait(waits, timeout=MEMORY_SECONDS_MAX)
    for each in late:
        each.cancel()
    if not late:
        done.touch()


async def _live(ward: Sequence[Monitor | Sensor], tools: Tools) -> None:
    """Give each of the ward its tick in turn, evenly spread over WAVE_SECONDS."""
    slot = timedelta(seconds=WAVE_SECONDS / len(ward))
    due = tools.now()
    while True:
        for each in ward:
            ahead = (due - tools.now()).total_seconds()
            if abs(ahead) > JUMP_SECONDS:
                due, ahead = tools.now(), 0.0
            if ahead > 0:
                await asyncio.sleep(ahead)
            each.tick(due)
            due += slot


@dataclass
class AllPapers:
    """Keys and certificates of all demo devices, under <data>/demo/devices."""

    tools: Tools

    def __post_init__(self) -> None:
        settings = self.tools.settings
        self._folder = settings.data / "demo" / "devices"
        self._authority = Authority.open(DataFolder(settings.data).certificates)
        loopback = settings.web_host in ("127.0.0.1", "::1", "localhost")
        host = settings.web_host if loopback else "localhost"
        self.web = f"{'http' if loopback else 'https'}://{host}:{settings.web_port}"

    @property
    def root_pem(self) -> str:
        """The certificate that all of this installation's are signed by."""
        return self._authority.root_pem

    def badge(self, patient: cast.Patient) -> Papers:
        """The papers of the device on this patient."""
        return Papers.read(self._folder / patient.device)

    async def keep(self) -> None:
        """Enrol every device whose papers are missing, foreign or ageing."""
        for patient in cast.PATIENTS:
            if not self._is_fit(self._folder / patient.device):
                await self._enrol(patient.device)

    async def keep_for_ever(self) -> None:
        """Look again from time to time; a demo may run for months."""
        while True:
            await asyncio.sleep(PAPERS_LOOK_SECONDS)
            await self.keep()

    def _is_fit(self, folder: Path) -> bool:
        if not (folder / "device.json").exists():
            return False
        if (folder / "ca.pem").read_text() != self._authority.root_pem:
            return False
        certificate = x509.load_pem_x509_certificate((folder / "cert.pem").read_bytes())
        badge, settings = Papers.read(folder), self.tools.settings
        has_moved = badge.port != settings.mqtt_port
        return not has_moved and certificate.not_valid_after_utc - self.tools.now() > RENEW_BEFORE

    async def _enrol(self, device: str) -> None:
        fingerprint = self._authority.root_fingerprint
        token = await seed.token(self.tools.store, device, fingerprint, self.tools.now())
        for left in reversed(range(WEB_TRIES_MAX)):
            try:
                await asyncio.to_thread(enrol, self.web, token, self._folder / device)
                return
            except Refused as error:  # revoked, say: the others go on, this one stays silent
                log.warning("%s is not enrolled: %s", device, error)
                return
            except Unreachable:  # the pages start beside us
                if not left:
                    raise
                await asyncio.sleep(WEB_WAIT_SECONDS)
