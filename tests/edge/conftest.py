"""An edge before a real server: its own folder, and a wire between them that can be cut."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from homeward.device.connection import Connection
from homeward.device.papers import Papers
from homeward.edge.edge import Edge
from homeward.engines.nats import free_port
from homeward.model.frame import HOT
from homeward.model.reading import Reading
from homeward.model.vital import OXYGEN_SATURATION
from homeward.settings import Settings
from tests.connectors.http_ingest.conftest import House, house

__all__ = ["house"]

WORN = """
with somebody as (
    insert into patient (record_number, name, birth_date, sex)
    values ('E-1', 'Erna', '1950-01-01', 'unknown') returning id)
insert into association (device_id, patient_id, starts, source)
select device.id, somebody.id, now() - interval '1 day', 'test' from somebody, device
where device.name = 'pump-1'"""
PATIENCE_SECONDS = 20


class Wire:
    """A TCP line between an edge and its server: it can be cut, and mended."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = free_port()

    @property
    def is_cut(self) -> bool:
        return self._server is None

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._came, "127.0.0.1", self.port)

    async def cut(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def _came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, out = await asyncio.open_connection("127.0.0.1", self._port)
        self._writers |= {writer, out}
        await asyncio.gather(self._pump(reader, out), self._pump(there, writer))
        self._writers -= {writer, out}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        writer.close()


def papers(house: House, name: str, folder: Path, port: int, http_port: int = 0) -> Papers:
    """A folder as `homeward device enrol` writes it."""
    pem, key = house.keys(name)
    folder.mkdir()
    (folder / "cert.pem").write_bytes(pem.read_bytes())
    (folder / "key.pem").write_bytes(key.read_bytes())
    (folder / "ca.pem").write_text(house.authority.root_pem)
    told = {"name": name, "mqtt_host": "localhost", "mqtt_port": port, "http_port": http_port}
    (folder / "device.json").write_text(json.dumps(told))
    return Papers.read(folder)


@dataclass
class Box:
    """An edge's box beside its server."""

    house: House
    wire: Wire
    folder: Path
    settings: Settings
    said: list[str] = field(default_factory=list)
    behind: timedelta = timedelta()  # what the edge's clock is

    def now(self) -> datetime:
        return datetime.now(UTC) - self.behind

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Edge]:
        """The edge, in this process, with its doors open."""
        edge = Edge(self.folder, self.settings, self.now, self.said.append)
        before = len(self.said)
        task = asyncio.create_task(edge.run())
        try:
            await until(lambda: any("come in at" in each for each in self.said[before:]))
            yield edge
        finally:
            task.cancel()
            await asyncio.wait([task])

    @asynccontextmanager
    async def device(self, name: str = "pump-1") -> AsyncIterator[Connection]:
        """A device of the edge's."""
        folder = self.folder.parent / f"device-{name}"
        port = self.settings.mqtt_port
        its = Papers.read(folder) if folder.exists() else papers(self.house, name, folder, port)
        device = Connection(its, boot=1)
        task = asyncio.create_task(device.run())
        try:
            yield device
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def stored(self, name: str = "pump-1") -> list[tuple[int, float]]:
        """Every (seq, value) of a device in the record's inbox, in the order they came.

        What came together is committed by two connections, in either order.
        """
        ids = dict(await self.house.rows("select name, id from device"))
        found = []
        for _, _, seq, body in await self.house.messages():
            rows = np.frombuffer(body, HOT)
            rows = rows[rows["device"] == ids[name]]
            found += [(row["received"], seq, row["value"]) for row in rows]
        return [(seq, value) for _, seq, value in sorted(found)]


@pytest.fixture
async def box(house: House, tmp_path: Path) -> AsyncIterator[Box]:
    """An edge that is enrolled as edge-1, and not running yet. Somebody wears pump-1."""
    async with house.tools.store.pool.connection() as connection:
        await connection.execute(WORN.encode())
    wire = Wire(house.port)
    await wire.mend()
    folder = tmp_path / "edge"
    papers(house, "edge-1", folder, 1, wire.port)
    plain = replace(house.tools.settings, http_ingest_port=0, edge_page_port=0)
    settings = replace(plain, mqtt_port=free_port(), mqtt_open_port=0)
    yield Box(house, wire, folder, settings)
    await wire.cut()


async def until(holds: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until it holds."""
    async with asyncio.timeout(seconds):
        while True:
            found = holds()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
            await asyncio.sleep(0.02)


def saturation(value: float, at: datetime | None = None) -> Reading:
    return Reading(OXYGEN_SATURATION, value, at or datetime.now(UTC))


async def drained(device: Connection) -> None:
    """Wait until all it said is acknowledged."""
    await until(lambda: not len(device.outbox))
