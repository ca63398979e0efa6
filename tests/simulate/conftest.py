"""A door that keeps what it is offered, on real sockets and real certificates."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from homeward.connectors.contract import (
    Delivery,
    DevicePass,
    Outcome,
    SensorsOff,
    Settle,
    Spoiled,
)
from homeward.connectors.mqtt.listen import opened
from homeward.device.connection import Connection
from homeward.device.papers import Papers
from homeward.engines.certificates import Authority
from homeward.engines.nats import free_port
from homeward.settings import Settings, load
from tests.sessions import MemorySessions


class KeptLink:
    """Keeps deliveries in a list; `stores` says whether the disk is there."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.kept: list[Delivery] = []
        self.offered = 0
        self.off: tuple[str, ...] | None = None  # sensors, by the device's last word
        self.stores = True
        self.sessions = MemorySessions()
        self.is_full = False
        self._news = asyncio.Event()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def offer(self, thing: Delivery | Spoiled, settle: Settle) -> None:
        self.offered += 1
        if self.stores and isinstance(thing, Delivery):
            self.kept.append(thing)
        settle(Outcome.STORED if self.stores else Outcome.NOT_STORED)
        self._news.set()

    def sensors(self, said: SensorsOff, settle: Settle) -> None:
        self.off = said.names
        settle(Outcome.STORED if self.stores else Outcome.NOT_STORED)
        self._news.set()

    def when_drained(self, resume: Callable[[], None]) -> None:
        resume()

    async def admit(self, name: str, issued: datetime | None = None) -> DevicePass | None:
        return DevicePass(1, name, active=True)

    def on_revoked(self, cut: Callable[[str], None]) -> None:
        pass

    def on_moved(self, end: Callable[[str], None]) -> None:
        pass

    def came(self, device_id: int, address: str, firmware: str = "", visit: int = 0) -> None:
        pass

    def went(self, device_id: int, detail: str) -> None:
        pass

    def last_words(self, device_id: int, detail: str) -> None:
        pass

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for an offer after which it holds."""
        async with asyncio.timeout(10):
            while not holds():
                self._news.clear()
                await self._news.wait()


class Frontdoor:
    """The device door, which can be shut and opened again on the same port."""

    def __init__(self, link: KeptLink, folder: Path) -> None:
        self.link = link
        self._folder = folder
        self._stack = AsyncExitStack()

    async def open(self) -> None:
        await self._stack.enter_async_context(opened(self.link, self._folder))

    async def shut(self) -> None:
        await self._stack.aclose()


@pytest.fixture
async def frontdoor(tmp_path: Path) -> AsyncIterator[Frontdoor]:
    authority = Authority.open(tmp_path / "certificates")
    authority.keep_server(["localhost", "127.0.0.1"])
    plain, _ = load({})
    link = KeptLink(replace(plain, data=tmp_path, mqtt_port=free_port()))
    door = Frontdoor(link, tmp_path / "certificates")
    await door.open()
    yield door
    await door.shut()


@pytest.fixture
def badge(frontdoor: Frontdoor, tmp_path: Path) -> Papers:
    """The papers of an enrolled monitor."""
    authority = Authority.open(tmp_path / "certificates")
    key = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    csr = request.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
    folder = tmp_path / "monitor-1"
    folder.mkdir()
    (folder / "cert.pem").write_text(authority.issue_device("monitor-1", csr, 30).pem)
    (folder / "ca.pem").write_text(authority.root_pem)
    encoding = serialization.Encoding.PEM
    kind = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(encoding, kind, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(pem)
    port = frontdoor.link.settings.mqtt_port
    told = {"name": "monitor-1", "mqtt_host": "127.0.0.1", "mqtt_port": port}
    (folder / "device.json").write_text(json.dumps(told))
    return Papers.read(folder)


@pytest.fixture
def device_of() -> Callable[[Papers], Connection]:
    """Makes a device of its papers."""
    return lambda badge: Connection(badge, boot=1)
