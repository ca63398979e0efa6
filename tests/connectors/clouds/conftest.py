"""The receiver of clouds with the real record behind it, and a Withings of our own to ask.

The events are written anew from the guide and the emitting code of Open Wearables (August 2026);
the peer speaks Withings' published protocol, with answers in the shape of its API reference. No
cloud was asked, and nothing leaves this machine.
"""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import h11
import httpx
import numpy as np
import pytest

from homeward.connectors import clouds
from homeward.connectors.clouds import listen
from homeward.connectors.talk import Talk
from homeward.model.cloud import Service
from homeward.model.frame import HOT
from homeward.model.vital import BY_INDEX
from homeward.services.contract import Tools
from homeward.services.phones.clouds import Clouds, link
from homeward.services.record.intake import Intake
from homeward.services.record.totals import Totals
from tests.inbox import IN_ORDER, messages

NOW = datetime(2026, 11, 22, 12, 5, tzinfo=UTC)
KEY = b"0123456789abcdef0123456789abcdef"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
USER = "550e8400-e29b-41d4-a716-446655440000"
FILL = """
insert into patient (record_number, name, birth_date, sex)
values ('1', 'Anna', '1950-03-01', 'female'), ('2', 'Bela', '1960-03-01', 'male');
insert into device (name, kind) values ('annas-watch', 'cloud'), ('belas-scale', 'cloud'),
    ('nobodys-watch', 'cloud'), ('a-monitor', 'monitor');
insert into association (device_id, patient_id, starts, source) values
    (1, 1, '2026-11-01 00:00Z', 'test'), (2, 2, '2026-11-01 00:00Z', 'test'),
    (4, 2, '2026-11-01 00:00Z', 'test')"""


@dataclass
class Peer:
    """Withings, as its reference says it behaves. `news` are the groups it has, each with when it
    changed; `fails` is the status of its next answers."""

    user: str = "12345"
    news: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    page: int = 2  # groups of one page
    fails: list[int] = field(default_factory=list[int])
    seconds: int = 10_800
    asked: list[tuple[str, dict[str, str]]] = field(
        default_factory=list[tuple[str, dict[str, str]]]
    )
    codes: set[str] = field(default_factory=lambda: {"a-code"})
    number: int = 0
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = Talk(reader, writer)
        with contextlib.suppress(OSError, TimeoutError, h11.LocalProtocolError):
            while (request := await talk.head(10)) is not None:
                form = {key: each[0] for key, each in parse_qs(
                    (await talk.body(65_536)).decode()).items()}  # fmt: skip
                path = request.target.decode()
                self.asked.append((path, form))
                bearer = dict(request.headers).get(b"authorization", b"").decode()
                said = json.dumps(self._answer(path, form, bearer)).encode()
                headers = [("content-type", "application/json")]
                await talk.tell(HTTPStatus.OK, headers, said, ends=True)
                break
        writer.close()

    def _answer(self, path: str, form: dict[str, str], bearer: str) -> dict[str, Any]:
        if self.fails:
            return {"status": self.fails.pop(0), "body": {}, "error": "as was asked for"}
        if path == "/v2/oauth2":
            return self._tokens(form)
        if bearer != f"Bearer access-{self.number}":
            return {"status": 401, "body": {}, "error": "invalid_token"}
        if path == "/notify":
            return {"status": 0, "body": {}}
        since, offset = int(form["lastupdate"]), int(form.get("offset", 0))
        found = [each for each in self.news if each["modified"] > since]
        body: dict[str, Any] = {
            "updatetime": max([since, *(each["modified"] for each in self.news)]),
            "timezone": "Europe/Berlin", "measuregrps": found[offset : offset + self.page],
        }  # fmt: skip
        if len(found) > offset + self.page:
            body |= {"more": 1, "offset": offset + self.page}
        return {"status": 0, "body": body}

    def _tokens(self, form: dict[str, str]) -> dict[str, Any]:
        is_ours = form["client_id"] == "homeward" and form["client_secret"] == "a-secret"
        shown = form.get("code") if form["grant_type"] == "authorization_code" else None
        if shown is not None and shown in self.codes:
            self.codes.remove(shown)
        elif form.get("refresh_token") != f"refresh-{self.number}":
            is_ours = False
        if not is_ours:
            what = "code" if shown is not None else "refresh_token"
            return {"status": 503, "body": {}, "error": f"Invalid Params: invalid {what}"}
        self.number += 1
        body = {
            "userid": self.user, "access_token": f"access-{self.number}",
            "refresh_token": f"refresh-{self.number}", "expires_in": self.seconds,
            "scope": "user.metrics", "token_type": "Bearer",
        }  # fmt: skip
        return {"status": 0, "body": body}


@dataclass
class House:
    """An installation's receiver. Its clock stands at `at`."""

    tools: Tools
    intake: Intake
    url: str
    peer: Peer

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, timeout=10)

    async def linked(self, name: str = "annas-watch", user: str = USER) -> None:
        door = self.tools.store.door()
        await link(door, name, Service.OPEN_WEARABLES, user, self.tools.now())

    async def post(self, event: object, name: str = "msg_1", **changed: Any) -> httpx.Response:
        """An event as Svix signs it; `changed`: key, at (s since 1970) or sent (another body)."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        at = changed.get("at", int(self.tools.now().timestamp()))
        signed = hmac.digest(
            changed.get("key", KEY), f"{name}.{at}.".encode() + body, hashlib.sha256
        )
        headers = {
            "svix-id": name, "svix-timestamp": str(at),
            "svix-signature": f"v1,{base64.b64encode(signed).decode()}",
            "content-type": "application/json",
        } | changed.get("headers", {})  # fmt: skip
        async with self.client() as client:
            return await client.post(
                "/open-wearables", content=changed.get("sent", body), headers=headers
            )

    async def rows(self, sql: str) -> list[Any]:
        async with self.tools.store.pool.connection() as connection:
            return await (await connection.execute(sql.encode())).fetchall()

    async def readings(self) -> list[tuple[str, str, float, int, int]]:
        """What waits in the inbox: time, vital, value, device, whether it is late; each once."""
        rows = [np.frombuffer(each[3], HOT) for each in messages(await self.rows(IN_ORDER))]
        found = {
            (
                datetime.fromtimestamp(int(row["at"]) / 1e6, UTC).strftime("%d %H:%M:%S"),
                BY_INDEX[int(row["vital"])].name, round(float(row["value"]), 3),
                int(row["device"]), int(row["late"]),
            )
            for each in rows for row in each
        }  # fmt: skip
        return sorted(found)

    async def aside(self) -> list[tuple[str, str, str]]:
        """Device, topic and reason of what was put aside."""
        return await self.rows(
            "select name, topic, reason from quarantine join device on device.id = device_id "
            "order by quarantine.id"
        )


@pytest.fixture
async def house(
    request: pytest.FixtureRequest, tools: Tools, port, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    """Its parameter: settings that are not as here. It looks for what is due more often."""
    monkeypatch.setattr(listen, "LOOK_SECONDS", 0.05)
    peer = Peer()
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    peer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    ours: dict[str, Any] = {
        "clouds_port": port(), "clouds_url": "https://homeward.example",
        "open_wearables_secret": SECRET, "withings_client": "homeward:a-secret",
        "withings_url": peer.url,
    }  # fmt: skip
    settings = replace(tools.settings, **ours | getattr(request, "param", {}))
    tools = replace(tools, settings=settings, now=lambda: NOW)
    async with tools.store.pool.connection() as connection:
        for statement in FILL.split(";\n"):
            await connection.execute(statement)
    async with (
        server,
        Intake.open(tools) as intake,
        clouds.opened(intake, Clouds(tools), Totals(tools)) as address,
    ):
        assert address is not None
        yield House(tools, intake, f"http://{address[0]}:{address[1]}", peer)


def state_of(url: str) -> str:
    """What an owner shows on the way back."""
    return parse_qs(urlsplit(url).query)["state"][0]
