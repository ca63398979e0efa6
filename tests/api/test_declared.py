"""Each value of a request has one declared place and one shape; nothing else counts."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from homeward.api.app import _mounted, every_route
from homeward.guard.route import Route
from homeward.model.person import Role
from tests.api.conftest import PASSWORD, House, sql

ROUTES = every_route()
# What has no shape of ours: a browser's own words, read by the library that made the standard.
OPEN = {("/api/passkey", "credential"), ("/api/account/passkeys", "credential")}


PLACES = ("path", "query", "header", "cookie", "body")


def _asked(route: Route) -> Iterator[Dependant]:
    """What a route asks for, and what that asks for."""
    (mounted,) = _mounted(route)
    assert isinstance(mounted, APIRoute)
    waiting = [mounted.dependant]
    while waiting:
        each = waiting.pop()
        waiting += each.dependencies
        yield each


def _places(route: Route) -> dict[str, list[str]]:
    """Each name a route reads, by where it reads it."""
    found = {
        place: [one.alias for each in _asked(route) for one in getattr(each, f"{place}_params")]
        for place in PLACES
    }
    return {place: names for place, names in found.items() if names}


@pytest.mark.parametrize("route", ROUTES, ids=lambda each: f"{each.method} {each.path}")
def test_no_value_is_taken_from_a_second_place(route: Route) -> None:
    """ASVS 5.0.0, 15.3.7: what stands in the path is never read from a query, and so on."""
    places = _places(route)
    names = [name for found in places.values() for name in found]
    assert len(names) == len(set(names))
    assert set(places) <= {"path", "query", "body"}
    assert len(places.get("body", [])) <= 1, "one shape, never loose fields"


def _open(kind: Any, name: str, seen: set[Any]) -> set[str]:
    """The fields of a shape that take whatever comes."""
    if kind in (Any, object) or (kind is dict and not get_args(kind)):
        return {name}
    found: set[str] = set()
    for part in get_args(kind):
        found |= _open(part, name, seen)
    if isinstance(kind, type) and is_dataclass(kind) and kind not in seen:
        seen.add(kind)
        hints = get_type_hints(kind)
        assert getattr(kind, "__pydantic_config__", {}).get("extra", "ignore") != "allow"
        for each in fields(kind):
            found |= _open(hints[each.name], each.name, seen)
    return found


def test_a_body_is_of_declared_fields_alone() -> None:
    """ASVS 5.0.0, 15.3.3: there is nothing that a field nobody declared could reach."""
    found, bodies = set[tuple[str, str]](), 0
    for route in ROUTES:
        for each in [one for asked in _asked(route) for one in asked.body_params]:
            kind = each.field_info.annotation
            assert is_dataclass(kind), f"{route.path}: {kind}"
            bodies += 1
            found |= {(route.path, name) for name in _open(kind, each.name, set())}
    assert bodies > 30
    assert found == OPEN


async def test_a_field_nobody_declared_changes_nothing(house: House) -> None:
    row = (
        "select role, disabled, password_hash is not null as has from person where login = 'nurse'"
    )
    async with await house.client(Role.NURSE) as client:
        before = await house.store.door().all(sql(row), dict)
        said = {"old": PASSWORD, "new": "another horse battery", "role": "administrator",
                "login": "doctor", "disabled": "2026-01-01", "__class__": "Actor"}  # fmt: skip
        assert (await client.post("/api/account/password", json=said)).status_code == 200
    assert await house.store.door().all(sql(row), dict) == before
