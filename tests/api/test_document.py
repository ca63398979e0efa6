"""The OpenAPI document lists every served path and no other, and nothing it allows breaks us."""

import asyncio
import re
from collections import Counter
from functools import cache
from typing import Any

import pytest
from starlette.routing import Route as Served

from bench.fuzz.odd_requests import Asked, Maker, operations
from homeward.api.app import create_app, every_route
from homeward.api.openapi import document
from homeward.model.person import Role
from homeward.services.contract import Tools
from tests.api.conftest import House

EACH = 4  # odd requests to each operation; the soak makes many more
PAGES = ("/{path:path}", {"GET", "HEAD"})  # the web app, for every path that is not listed


@cache
def described() -> dict[str, Any]:
    """The document: made once, by the worker that runs these tests."""
    return document(every_route())


def served(tools: Tools) -> set[tuple[str, str]]:
    """What the application itself answers to, whatever anybody declared."""
    app = create_app(tools, every_route())
    found: set[tuple[str, str]] = set()
    for route in app.router.routes:
        path, methods = getattr(route, "path", ""), set(getattr(route, "methods", None) or ())
        if isinstance(route, Served) and (path, methods) == PAGES:
            continue
        found |= {(method, path) for method in methods}
    return found


def test_the_document_lists_what_is_served_and_nothing_else(tools: Tools) -> None:
    listed = {(each.method, each.path) for each in operations(described())}
    assert listed == served(tools)
    assert len(listed) > 80


async def test_every_listed_operation_is_answered_by_its_route(house: House) -> None:
    """By refusing a stranger or what they sent, never by saying that there is no such path."""
    async with await house.client(None) as client:
        for each in operations(described()):
            answer = await client.request(each.method, re.sub(r"{\w+}", "1", each.path))
            assert answer.status_code != 405, each
            if each.path == "/api/gateways/{way}/report":
                continue  # where none is set up it says the same, itself
            assert '"error":"There is no such thing."' not in answer.text, each


async def test_a_path_that_is_not_listed_is_not_served(house: House) -> None:
    async with await house.client(Role.ADMINISTRATOR) as client:
        for path in (
            "/api",
            "/api/",
            "/openapi.json",
            "/docs",
            "/redoc",
            "/api/people",
            "/metrics",
        ):
            answer = await client.get(path)
            is_page = answer.headers["content-type"].startswith("text/html")
            assert is_page or answer.status_code in (404, 503), path


async def send(house: House, clients: list[Any], number: int, asked: Asked) -> tuple[int, str]:
    client = clients[number % len(clients)]
    headers = {"content-type": "application/json"} if asked.body is not None else {}
    answer = await client.request(
        asked.operation.method, house.url + asked.target, content=asked.body, headers=headers
    )
    return answer.status_code, answer.text


@pytest.mark.parametrize("role", [Role.NURSE, Role.DOCTOR, Role.ADMINISTRATOR, Role.PATIENT])
async def test_odd_requests_are_answered_without_a_server_error(house: House, role: Role) -> None:
    ids = house.ids
    known = {
        "patient_id": [ids["Anna"], *[ids["Cleo"]] * 4], "ward_id": [ids["Ward 3"]],
        "name": ["monitor-1", "glucose", "pressure"], "zone": ["Europe/Berlin"],
        "login": [role.value], "person_id": [ids["nurse"]],
        "rule": ["oxygen_low", "pulse_high"], "vital": ["pulse"], "unit": ["/min", "mg/dL"],
        "days": [14],
        "start": [0, 1], "end": [0, 2],
    }  # fmt: skip
    maker = Maker(described(), f"1:{role}", known)
    client = await house.client(role)
    mine = [each for each in maker.operations if role.value in each.roles or not each.roles
            or "before sign-in" in each.roles]  # fmt: skip
    found: list[str] = []
    statuses: Counter[int] = Counter()
    for number, asked in enumerate(maker.next(each) for each in mine for _ in range(EACH)):
        status, said = await send(house, [client], number, asked)
        statuses[status] += 1
        if status >= 500 and status != 503:
            found.append(f"{asked.operation.method} {asked.target} {asked.body!r}: {status} {said}")
    await client.aclose()
    await asyncio.sleep(0)
    assert not found
    assert statuses[200] + statuses[204] > len(mine), "something got through to the handlers"
