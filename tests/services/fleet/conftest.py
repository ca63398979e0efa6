"""The fleet's routes, served as they are, over the test's own database and certificates."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from homeward.api.serve import serve
from homeward.engines.certificates import Authority
from homeward.engines.folder import DataFolder
from homeward.model.person import Actor, Role
from homeward.services.contract import Tools
from homeward.services.fleet import fleet
from homeward.services.fleet.routes import ROUTES
from homeward.store import Door, Query

TEN = datetime(2026, 3, 1, 10, tzinfo=UTC)


@dataclass
class House:
    """One installation, and what tests ask of it."""

    tools: Tools
    authority: Authority
    clock: list[datetime]
    patients: dict[str, int] = field(default_factory=dict)

    @property
    def door(self) -> Door:
        return self.tools.store.door()

    def door_of(self, role: Role) -> Door:
        return self.tools.store.door(Actor(1, "Test", role))

    async def sql(self, text: str, **values: object) -> list[dict[str, object]]:
        return await self.door.all(Query("test", text.encode(), ""), dict, **values)

    async def patient(self, name: str) -> int:
        rows = await self.sql(
            "insert into patient (record_number, name, birth_date, sex) "
            "values (%(name)s::text, %(name)s::text, '1950-01-01', 'female') returning id",
            name=name,
        )
        self.patients[name] = rows[0]["id"]
        return self.patients[name]

    def passes(self, **span: float) -> None:
        self.clock[0] += timedelta(**span)

    async def adds(self, name: str, kind: str = "monitor") -> fleet.Registered:
        return await fleet.add(self.door, self.tools.bus, name, kind, self.clock[0])

    async def binds(self, name: str, patient: str | None) -> None:
        patient_id = None if patient is None else self.patients[patient]
        await fleet.bind(self.door, self.tools.bus, name, patient_id, "test", self.clock[0])

    async def token(self, name: str) -> str:
        fingerprint = self.authority.root_fingerprint
        return (await fleet.new_token(self.door, name, fingerprint, self.clock[0])).text

    async def enrols(self, token: str, csr: str) -> tuple[fleet.Registered, object]:
        return await fleet.enrol(
            self.door, self.tools.bus, self.authority, token, csr, 30, self.clock[0]
        )

    @asynccontextmanager
    async def served(self, tls: tuple[Path, Path] | None = None) -> AsyncIterator[str]:
        """The routes on a real port; their address."""
        port = self.tools.settings.web_port
        serving = asyncio.create_task(serve(self.tools, ROUTES, tls=tls))
        try:
            await _answers(port)
            yield f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        finally:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving


async def _answers(port: int) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                _, stream = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            stream.close()
            return


@pytest.fixture
def house(tools: Tools) -> House:
    clock = [TEN]
    tools = replace(tools, now=lambda: clock[0])
    return House(tools, Authority.open(DataFolder(tools.settings.data).certificates), clock)
