"""What the bench `revoked_devices` stands on: an installation, an edge, and keys for everybody."""

import asyncio
import base64
import contextlib
import json
import random
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psutil
import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from bench._edge_box import Box, box
from bench.installation import Installation, installation
from homeward.bus import Bus
from homeward.engines.certificates import Authority
from homeward.engines.enrolment import pem_of
from homeward.engines.nats import free_port
from homeward.store import Store

DOORS = 3
KINDS = ("mqtt", "https", "gateway", "edge")
GATEWAY, EDGE = "bench-gateway", "bench-edge"
BACK_SECONDS_MAX = 60.0
ENGINES = ("nats", "postgres")  # who leave no file when they are ready
IN = b"\x20\x02\x00\x00"  # CONNACK: come in (MQTT 3.1.1, 3.2)

Contexts = dict[str, ssl.SSLContext]
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Ground:
    """The installation, its edge, and what every device connects with."""

    house: Installation
    edge: Box
    https_port: int
    store: Store
    bus: Bus
    chance: random.Random
    contexts: Contexts

    async def mqtt(self, name: str, port: int) -> Streams | None:
        """An MQTT session; None where it is refused. Raises OSError where nobody answers."""
        reader, writer = await self._connected(name, port)
        body = b"\0\4MQTT\4\2\0\0" + len(name).to_bytes(2, "big") + name.encode()
        writer.write(bytes((0x10, len(body))) + body)
        if await reader.readexactly(4) == IN:
            return reader, writer
        writer.transport.abort()
        return None

    async def https(self, name: str) -> Streams:
        """A connection to the HTTPS door."""
        return await self._connected(name, self.https_port)

    async def _connected(self, name: str, port: int) -> Streams:
        return await asyncio.open_connection(
            "127.0.0.1", port, ssl=self.contexts[name], server_hostname="localhost"
        )

    async def kill(self, victim: str) -> psutil.Process:
        """Kill it."""
        process = (await asyncio.to_thread(self.house.processes))[victim]
        process.kill()
        return process

    async def back(self, victim: str, killed: psutil.Process) -> None:
        """Wait until its successor does its work."""
        file = self.house.data.ready / victim
        async with asyncio.timeout(BACK_SECONDS_MAX):
            while True:
                found = (await asyncio.to_thread(self.house.processes)).get(victim)
                if found is not None and found.pid != killed.pid:
                    has_said = file.exists() and file.read_text() == str(found.pid)
                    if has_said or victim in ENGINES:
                        return
                await asyncio.sleep(0.05)


def request(encoding: Encoding) -> bytes:
    empty = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    made = empty.sign(_KEY, hashes.SHA256()).public_bytes(encoding)
    return base64.b64encode(made) if encoding is Encoding.DER else made


_KEY = ec.generate_private_key(ec.SECP256R1())


def enrol(house: Installation, names: list[str], https_port: int, edge: Box) -> Contexts:
    """Register them all and give each a certificate, those of the edge and the gateway theirs."""
    authority = Authority.open(house.data.certificates)
    contexts: Contexts = {}
    with house.connect() as sql, sql.transaction():
        add = (
            "insert into device (name, kind, door, gateway_id) values (%s, %s, %s, %s) returning id"
        )
        ids = {
            "gateway": _id(sql.execute(add, (GATEWAY, "gateway", None, None))),
            "edge": _id(sql.execute(add, (EDGE, "edge", f"localhost:{edge.port}", None))),
        }
        for number, name in enumerate(names):
            through = ids.get(KINDS[number % len(KINDS)])
            sql.execute(add, (name, "bench", None, through))
    asked, file = request(Encoding.PEM).decode(), house.folder / "device.pem"
    for name in [*names, GATEWAY, EDGE]:
        file.write_bytes(authority.issue_device(name, asked, 1).pem.encode() + pem_of(_KEY))
        contexts[name] = ssl.create_default_context(cadata=authority.root_pem)
        contexts[name].load_cert_chain(file)
    edge.folder.mkdir()
    file.rename(edge.folder / "cert.pem")  # its own was the last
    (edge.folder / "ca.pem").write_text(authority.root_pem)
    told = {"name": EDGE, "mqtt_host": "localhost", "mqtt_port": 1, "http_port": https_port}
    (edge.folder / "device.json").write_text(json.dumps(told))
    return contexts


def _id(cursor: psycopg.Cursor[Any]) -> int:
    row = cursor.fetchone()
    assert row is not None
    return row[0]


@contextlib.contextmanager
def ground_of(names: list[str]) -> Iterator[tuple[Installation, Box, int, Contexts]]:
    """Everything running."""
    port = free_port()
    settings = {"HOMEWARD_DOORS": str(DOORS), "HOMEWARD_HTTP_INGEST_PORT": str(port)}
    with installation(**settings) as house, box(house, ("localhost", port)) as edge:
        contexts = enrol(house, names, port, edge)
        edge.start()
        yield house, edge, port, contexts
