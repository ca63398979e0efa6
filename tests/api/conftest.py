"""The application, served on a real port over the test's own database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI

from homeward.api.app import create_app, every_route
from homeward.api.live import Hub
from homeward.api.serve import Sockets
from homeward.model.person import Role
from homeward.services.contract import Tools
from homeward.services.people.routes import COOKIE
from homeward.store import Store
from homeward.store.sql import Query

PASSWORD = "correct horse"
# Here all is plain http; to read the world's certificates takes longer than most tests.
NO_TLS = False
# Checked in no time: what a real one costs is tested in test_sign_in.py, and each test signs in.
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def sql(text: str) -> Query:
    return Query("test", text.encode(), "")


@dataclass
class House:
    """A served application with a ward of two, a home of one, and one person of each role."""

    url: str
    tools: Tools
    ids: dict[str, int]
    hub: Hub
    app: FastAPI

    @property
    def store(self) -> Store:
        return self.tools.store

    async def client(self, role: Role | None) -> httpx.AsyncClient:
        """A client signed in as this role (None: nobody)."""
        client = httpx.AsyncClient(base_url=self.url, verify=NO_TLS)
        if role is not None:
            said = {"login": role.value, "password": PASSWORD}
            async with httpx.AsyncClient(base_url=self.url, verify=NO_TLS) as door:
                answer = await door.post("/api/session", json=said)
            assert answer.status_code == 200, answer.text
            # Python's jar keeps secure cookies from plain http; browsers trust loopback.
            client.headers["cookie"] = f"{COOKIE}={answer.cookies[COOKIE]}"
        return client


@dataclass(frozen=True)
class _Id:
    id: int


async def _seed(store: Store) -> dict[str, int]:
    door, now = store.door(), datetime.now(UTC) - timedelta(days=1)
    ids: dict[str, int] = {}

    async def insert(name: str, text: str, /, **values: Any) -> None:
        ids[name] = (await door.one(sql(text + " returning id"), _Id, **values)).id

    person = "insert into person (name, login, password_hash, role) values "
    person += "(%(name)s, %(login)s, %(hash)s, %(role)s)"
    for role in Role:
        words = {"name": f"Test {role.value}", "login": role.value, "hash": _HASH}
        await insert(role.value, person, role=role.value, **words)
    for name, kind in (("Ward 3", "ward"), ("Home care", "home")):
        ward = "insert into ward (name, kind) values (%(name)s, %(kind)s)"
        await insert(name, ward, name=name, kind=kind)
    for role in (Role.NURSE, Role.DOCTOR):
        for name in ("Ward 3", "Home care"):
            works = "insert into ward_staff (person_id, ward_id, starts) values "
            works += "(%(person)s, %(ward)s, %(now)s)"
            values = {"person": ids[role.value], "ward": ids[name], "now": now}
            await insert(f"{role.value} on {name}", works, **values)
    patient = "insert into patient (person_id, record_number, name, birth_date, sex) values "
    patient += "(%(person)s, %(number)s, %(name)s, '1950-03-01', 'female')"
    stay = "insert into stay (patient_id, ward_id, bed, starts) values "
    stay += "(%(patient)s, %(ward)s, %(bed)s, %(now)s)"
    places = (("Anna", "Ward 3", "3-01"), ("Bela", "Ward 3", "3-02"), ("Cleo", "Home care", "Cleo"))
    for name, ward_name, bed in places:
        who = ids["patient"] if name == "Cleo" else None
        await insert(name, patient, person=who, number=f"R-{name}", name=name)
        values = {"patient": ids[name], "ward": ids[ward_name], "bed": bed, "now": now}
        await insert(f"stay {name}", stay, **values)
    device = "insert into device (name, kind) values ('monitor-1', 'monitor')"
    await insert("monitor-1", device)
    worn = "insert into association (device_id, patient_id, starts, source) values "
    worn += "(%(device)s, %(patient)s, %(now)s, 'test')"
    await insert("worn", worn, device=ids["monitor-1"], patient=ids["Anna"], now=now)
    return ids


@pytest.fixture
async def house(tools: Tools, pace: int) -> AsyncIterator[House]:
    tools = replace(tools, settings=replace(tools.settings, requests_per_second_max=pace))
    ids = await _seed(tools.store)
    app = create_app(tools, every_route())
    port = tools.settings.web_port
    config = uvicorn.Config(app, port=port, log_level="warning", ws=Sockets)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        assert not serving.done(), "the server did not start"
        await asyncio.sleep(0.01)
    yield House(f"http://127.0.0.1:{port}", tools, ids, app.state.hub, app)
    server.should_exit = True
    await serving
