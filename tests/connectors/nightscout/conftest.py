"""The Nightscout interface with the real record behind it, and apps as they were read to be."""

import gzip
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from homeward.cli._app_reads import noting
from homeward.connectors import nightscout
from homeward.model.frame import HOT
from homeward.services.contract import Tools
from homeward.services.phones import secrets
from homeward.services.phones.notebook import Notebooks
from homeward.services.record.intake import Intake
from tests.inbox import IN_ORDER, messages

NOW = datetime(2026, 11, 22, 12, 5, tzinfo=UTC)
FOLDER = Path(__file__).parent / "requests"
_FILL = """
insert into patient (record_number, name, birth_date, sex)
values ('1', 'Anna', '1950-03-01', 'female'), ('2', 'Bela', '1960-03-01', 'male');
insert into device (name, kind) values ('annas-phone', 'cgm'), ('belas-phone', 'cgm'),
    ('nobodys-phone', 'cgm');
insert into association (device_id, patient_id, starts, source) values
    (1, 1, '2026-11-20 00:00Z', 'test'), (2, 2, '2026-11-20 00:00Z', 'test')"""


@dataclass
class House:
    """An installation's interface. `secret(name)` makes the app of a device a secret."""

    tools: Tools
    intake: Intake
    url: str

    async def secret(self, name: str = "annas-phone") -> str:
        return await secrets.make(self.tools.store.door(), name, self.tools.now())

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, timeout=10)

    async def app(self, name: str = "annas-phone") -> "App":
        return App(self, await self.secret(name))

    async def rows(self, sql: str) -> list[Any]:
        async with self.tools.store.pool.connection() as connection:
            return await (await connection.execute(sql.encode())).fetchall()

    async def readings(self) -> list[tuple[int, float, bool]]:
        """What waits in the inbox: ms, value, whether it is late; each once, in order of time."""
        said = messages(await self.rows(IN_ORDER))
        rows = [np.frombuffer(body, HOT) for _, _, _, body in said]
        found = {
            (round(int(row["at"]) / 1000), round(float(row["value"]), 4), bool(row["late"]))
            for each in rows
            for row in each
        }
        return sorted(found)

    async def aside(self) -> list[tuple[str, str, str]]:
        """Device, topic and reason of what was put aside."""
        return await self.rows(
            "select name, topic, reason from quarantine join device on device.id = device_id "
            "order by quarantine.id"
        )


class App:
    """An app with a secret, sending what its fixture says."""

    def __init__(self, house: House, secret: str) -> None:
        self.house, self.secret, self.jwt = house, secret, ""

    @property
    def sha1(self) -> dict[str, str]:
        return {"api-secret": hashlib.sha1(self.secret.encode()).hexdigest()}

    def _filled(self, text: str) -> str:
        sha1 = self.sha1["api-secret"]
        text = text.replace("{sha1}", sha1).replace("{token}", self.secret)
        return text.replace("{jwt}", self.jwt)

    async def send(self, client: httpx.AsyncClient, request: dict[str, Any]) -> httpx.Response:
        headers = {key: self._filled(value) for key, value in request["headers"].items()}
        body = request.get("body")
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        if request.get("gzip"):
            headers["content-encoding"] = "gzip"
            content = gzip.compress(content or b"")
        path = self._filled(request["path"])
        answer = await client.request(request["method"], path, headers=headers, content=content)
        if path.startswith("/api/v2/"):
            self.jwt = answer.json()["token"]
        return answer


@pytest.fixture
async def house(tools: Tools, tmp_path: Path, port) -> AsyncIterator[House]:
    settings = replace(tools.settings, nightscout_port=port())
    tools = replace(tools, settings=settings, now=lambda: NOW)
    async with tools.store.pool.connection() as connection:
        for statement in _FILL.split(";\n"):
            await connection.execute(statement)
    async with (
        Intake.open(tools) as intake,
        Notebooks.open(tools, noting(tools)) as notebooks,
        nightscout.opened(intake, tmp_path, notebooks) as address,
    ):
        assert address is not None
        yield House(tools, intake, f"http://{address[0]}:{address[1]}")


def later(house: House, **by: float) -> None:
    """Time passes for everybody of the house."""
    at = house.tools.now() + timedelta(**by)
    house.intake.now = lambda: at
