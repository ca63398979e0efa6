"""A door to knock at: a small authority, and a platform that stores when the test says so."""

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from homeward.connectors.mqtt.listen import opened
from homeward.model.delivery import Delivery, DevicePass, Outcome, SensorsOff, Spoiled
from homeward.model.reading import Reading
from homeward.model.vital import OXYGEN_SATURATION
from homeward.settings import Settings
from homeward.standards.payload import encode
from tests.sessions import MemorySessions

UTC = dt.UTC


class Authority:
    """A certificate authority for one test run."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        begins = dt.datetime.now(UTC) - dt.timedelta(hours=1)
        self._certificate = (
            self._builder(self._name, self._key.public_key(), begins, dt.timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    def _builder(self, subject, public_key, begins, lives) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name)
        builder = builder.public_key(public_key).serial_number(x509.random_serial_number())
        return builder.not_valid_before(begins).not_valid_after(begins + lives)

    @property
    def pem(self) -> bytes:
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def issue(self, folder: Path, name: str, *alternatives: x509.GeneralName) -> tuple[Path, Path]:
        """A certificate and its key in `folder`."""
        key = ec.generate_private_key(ec.SECP256R1())
        begins = dt.datetime.now(UTC) - dt.timedelta(minutes=5)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = self._builder(subject, key.public_key(), begins, dt.timedelta(days=1))
        if alternatives:
            names = x509.SubjectAlternativeName(alternatives)
            builder = builder.add_extension(names, critical=False)
        certificate = builder.sign(self._key, hashes.SHA256())
        pem, keys = folder / f"{name}.pem", folder / f"{name}.key"
        pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        keys.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return pem, keys

    def issue_device(self, folder: Path, name: str) -> tuple[Path, Path]:
        uri = x509.UniformResourceIdentifier(f"urn:homeward:device:{name}")
        return self.issue(folder, name, uri)


@dataclass
class Platform:
    """A Link that stores on demand: at once, or when the test settles."""

    settings: Settings
    settles_at_once: bool = True
    outcome: Outcome = Outcome.STORED
    is_full: bool = False
    known: dict[str, DevicePass] = field(default_factory=dict)
    stored: list[Delivery] = field(default_factory=list)
    spoiled: list[Spoiled] = field(default_factory=list)
    said: list[SensorsOff] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    waiting: list[Callable[[Outcome], None]] = field(default_factory=list)
    sessions: MemorySessions = field(default_factory=MemorySessions)
    resumes: list[Callable[[], None]] = field(default_factory=list)
    cut: Callable[[str], None] = lambda name: None
    before_admitting: Callable[[], Any] | None = None

    def now(self) -> dt.datetime:
        return dt.datetime.now(UTC)

    def offer(self, thing: Delivery | Spoiled, settle: Callable[[Outcome], None]) -> None:
        (self.stored if isinstance(thing, Delivery) else self.spoiled).append(thing)
        if self.settles_at_once:
            settle(self.outcome)
        else:
            self.waiting.append(settle)

    def sensors(self, said: SensorsOff, settle: Callable[[Outcome], None]) -> None:
        self.said.append(said)
        if self.settles_at_once:
            settle(self.outcome)
        else:
            self.waiting.append(settle)

    def settle(self, outcome: Outcome = Outcome.STORED) -> None:
        waiting, self.waiting = self.waiting, []
        for settle in waiting:
            settle(outcome)

    def when_drained(self, resume: Callable[[], None]) -> None:
        self.resumes.append(resume)

    def drain(self) -> None:
        self.is_full = False
        resumes, self.resumes = self.resumes, []
        for resume in resumes:
            resume()

    async def admit(self, name: str, issued: dt.datetime | None = None) -> DevicePass | None:
        if self.before_admitting is not None:
            await self.before_admitting()
        return self.known.get(name)

    def on_revoked(self, cut: Callable[[str], None]) -> None:
        self.cut = cut

    def on_moved(self, end: Callable[[str], None]) -> None:
        self.move = end

    def came(self, device_id: int, address: str, firmware: str = "", visit: int = 0) -> None:
        self.log.append(f"{device_id} came")

    def went(self, device_id: int, detail: str) -> None:
        self.log.append(f"{device_id} went: {detail}")

    def last_words(self, device_id: int, detail: str) -> None:
        self.log.append(f"{device_id} said: {detail}")


@dataclass(frozen=True)
class Opened:
    """A platform behind an open door, with the keys of its devices."""

    platform: Platform
    port: int
    open_port: int
    folder: Path
    authority: Authority

    def keys(self, name: str) -> tuple[Path, Path]:
        pem, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        return (pem, key) if pem.exists() else self.authority.issue_device(self.folder, name)

    @property
    def ca(self) -> Path:
        return self.folder / "servers-ca.pem"

    def tls(self, name: str) -> ssl.SSLContext:
        """What this device connects with."""
        context = ssl.create_default_context(cafile=str(self.ca))
        context.load_cert_chain(*self.keys(name))
        return context


@pytest.fixture(scope="session")
def door_keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Authority]:
    folder = tmp_path_factory.mktemp("door")
    devices, servers = Authority("Devices CA"), Authority("Servers CA")
    (folder / "devices-ca.pem").write_bytes(devices.pem)
    (folder / "servers-ca.pem").write_bytes(servers.pem)
    loopback = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    servers.issue(folder, "server", x509.DNSName("localhost"), loopback)
    return folder, devices


OpenDoor = Callable[..., AbstractAsyncContextManager[Opened]]


@pytest.fixture
def open_door(door_keys: tuple[Path, Authority], port: Callable[[], int]) -> OpenDoor:
    """`async with open_door(setting=value) as door`: devices pump-1 (id 1) and pump-2 (id 2)."""
    folder, authority = door_keys

    @asynccontextmanager
    async def enter(**changes: Any) -> AsyncIterator[Opened]:
        settings = Settings(mqtt_port=0, mqtt_open_port=port())
        platform = Platform(replace(settings, **changes))
        platform.known = {
            "pump-1": DevicePass(1, "pump-1", True),
            "pump-2": DevicePass(2, "pump-2", True),
            "pump-old": DevicePass(3, "pump-old", False),
        }
        async with opened(platform, folder) as addresses:
            yield Opened(platform, addresses[0][1], addresses[1][1], folder, authority)

    return enter


class Peer:
    """A client in raw bytes: it sends what no library would."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, *packets: bytes) -> None:
        self.writer.write(b"".join(packets))

    def hang_up(self) -> None:
        """Close as soon as what was sent has left."""
        self.writer.close()

    async def packet(self) -> bytes:
        """The next packet, of less than 128 bytes as all the door's answers are."""
        async with asyncio.timeout(5):
            head = await self.reader.readexactly(2)
            return head + await self.reader.readexactly(head[1])

    async def answered(self, expected: bytes) -> None:
        assert (await self.packet()).hex(" ") == expected.hex(" ")

    async def is_closed(self) -> bytes:
        """Waits for the end; what came before it."""
        async with asyncio.timeout(5):
            return await self.reader.read()

    async def is_silent(self) -> None:
        """Nothing of ours is due: a ping's answer comes first, and alone."""
        self.send(b"\xc0\0")
        await self.answered(b"\xd0\0")

    @staticmethod
    def text(value: str) -> bytes:
        return len(value.encode()).to_bytes(2, "big") + value.encode()

    @classmethod
    def framed(cls, first: int, body: bytes) -> bytes:
        length, digits = len(body), b""
        while True:
            length, digit = divmod(length, 128)
            digits += bytes((digit | (128 if length else 0),))
            if not length:
                return bytes((first,)) + digits + body

    @classmethod
    def connect(
        cls,
        name: str = "pump-1",
        version: int = 4,
        keep_alive: int = 30,
        will: tuple[str, str] | None = None,
        properties: bytes = b"",
        flags: int = 2,
    ) -> bytes:
        flags |= 4 if will else 0
        head = cls.text("MQTT") + bytes((version, flags)) + keep_alive.to_bytes(2, "big")
        if version == 5:
            head += bytes((len(properties),)) + properties
        body = cls.text(name)
        if will:
            body += b"\0" if version == 5 else b""
            body += cls.text(will[0]) + cls.text(will[1])
        return cls.framed(0x10, head + body)

    @classmethod
    def publish(
        cls,
        body: bytes,
        packet_id: int = 1,
        qos: int = 1,
        topic: str = "devices/pump-1/readings",
        version: int = 4,
        flags: int = 0,
    ) -> bytes:
        number = packet_id.to_bytes(2, "big") if qos else b""
        properties = b"\0" if version == 5 else b""
        return cls.framed(0x30 | qos << 1 | flags, cls.text(topic) + number + properties + body)

    @classmethod
    def subscribe(cls, topic: str, packet_id: int = 1, version: int = 4) -> bytes:
        properties = b"\0" if version == 5 else b""
        body = packet_id.to_bytes(2, "big") + properties + cls.text(topic) + b"\1"
        return cls.framed(0x82, body)


@pytest.fixture
async def knock() -> AsyncIterator[Callable[..., Any]]:
    """`await knock(door, version=5)`: a peer that was let in by the open port."""
    writers: list[asyncio.StreamWriter] = []

    async def enter(
        door: Opened, *, greets: bool = True, is_tls: bool = False, **connect: Any
    ) -> Peer:
        tls = door.tls(connect.get("name", "pump-1")) if is_tls else None
        port = door.port if is_tls else door.open_port
        reader, writer = await asyncio.open_connection(
            "localhost" if is_tls else "127.0.0.1", port, ssl=tls
        )
        writers.append(writer)
        peer = Peer(reader, writer)
        if greets:
            peer.send(peer.connect(**connect))
            answer = await peer.packet()
            assert answer[:4:3] == b"\x20\0", answer.hex(" ")
        return peer

    yield enter
    for writer in writers:
        writer.close()


@pytest.fixture
def a_reading() -> Callable[..., bytes]:
    """`a_reading(seq=3)`: a sound message of now."""

    def write(value: float = 91.5, seq: int = 0, boot: int = 1) -> bytes:
        at = dt.datetime.now(UTC)
        return encode([Reading(OXYGEN_SATURATION, value, at)], boot, seq)

    return write


@pytest.fixture
def peer_type() -> type[Peer]:
    """The raw client's way to write packets."""
    return Peer
