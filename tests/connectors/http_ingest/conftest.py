"""The HTTPS door with the real record behind it: PostgreSQL, NATS, the installation's own keys."""

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from homeward.connectors import http_ingest
from homeward.engines.certificates import Authority
from homeward.engines.folder import DataFolder
from homeward.model.reading import Reading
from homeward.model.vital import PULSE
from homeward.services.contract import Tools
from homeward.services.fleet.edges import Edges
from homeward.services.fleet.issuing import Issuing
from homeward.services.fleet.mappings import Mappings
from homeward.services.phones.implants import Implants
from homeward.services.record.intake import Intake
from homeward.services.record.totals import Totals
from homeward.standards import gateway
from homeward.standards.gateway import Kind, Part
from tests.inbox import IN_ORDER, messages

DEVICES = """
insert into device (name, kind, status, door) values
    ('pump-1', 'monitor', 'active', null), ('pump-2', 'monitor', 'active', null),
    ('pump-old', 'monitor', 'revoked', null), ('edge-1', 'edge', 'active', 'localhost:8883')"""
GIVEN = """
update device set gateway_id = (select id from device where name = 'edge-1')
where name in ('pump-1', 'pump-old')"""


@dataclass
class House:
    """An installation's HTTPS door. `client(name)` is a device of it."""

    tools: Tools
    intake: Intake
    authority: Authority
    folder: Path
    port: int

    def keys(self, name: str, at: datetime | None = None, days: int = 1) -> tuple[Path, Path]:
        """Certificate and key of a device, issued then."""
        pem, private = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        key = ec.generate_private_key(ec.SECP256R1())
        empty = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
        request = empty.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        pem.write_text(self.authority.issue_device(name, request.decode(), days, at).pem)
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        (self.folder / "root.pem").write_text(self.authority.root_pem)
        return pem, private

    def tls(self, name: str) -> ssl.SSLContext:
        """What a device connects with."""
        keys = self.keys(name)
        context = ssl.create_default_context(cafile=str(self.folder / "root.pem"))
        context.load_cert_chain(*keys)
        return context

    def client(self, name: str) -> httpx.AsyncClient:
        """A foreign client that is this device."""
        url = f"https://localhost:{self.port}"
        return httpx.AsyncClient(base_url=url, verify=self.tls(name), timeout=10)

    async def rows(self, sql: str) -> list[Any]:
        async with self.tools.store.pool.connection() as connection:
            return await (await connection.execute(sql.encode())).fetchall()

    async def messages(self) -> list[tuple[str, int, int, bytes]]:
        """What waits in the inbox: kind, boot, seq and body."""
        return messages(await self.rows(IN_ORDER))

    async def quarantined(self) -> list[tuple[str, str, str]]:
        """Device, topic and reason of what was put aside."""
        return await self.rows(
            "select name, topic, reason from quarantine join device on device.id = device_id "
            "order by quarantine.id"
        )


@pytest.fixture
async def house(
    request: pytest.FixtureRequest, tools: Tools, tmp_path: Path, port
) -> AsyncIterator[House]:
    """Its parameter: settings that are not as delivered."""
    changes: dict[str, Any] = getattr(request, "param", {})
    settings = replace(tools.settings, http_ingest_port=port(), **changes)
    tools = replace(tools, settings=settings)
    authority = Authority.open(DataFolder(settings.data).certificates)
    authority.keep_server(["localhost", "127.0.0.1"])
    async with tools.store.pool.connection() as connection:
        await connection.execute(DEVICES)
        await connection.execute(GIVEN)
    async with (
        Intake.open(tools) as intake,
        http_ingest.opened(
            intake,
            authority.folder,
            Edges(tools),
            Issuing(tools),
            Totals(tools),
            Implants(tools),
            Mappings(tools),
        ) as address,
    ):
        assert address is not None
        yield House(tools, intake, authority, tmp_path, address[1])


def now() -> datetime:
    return datetime.now(UTC)


def part(name: str, seq: int, value: float = 72.0, taken: datetime | None = None) -> bytes:
    """One packed message of one pulse."""
    at = taken or now()
    rows = gateway.pack_readings([Reading(PULSE, value, at)])
    return gateway.pack(Part(name, Kind.READINGS, 1, seq, round(at.timestamp() * 1e6), rows))
