"""D8: every route denies by default, and says who may (whom else: test_access_matrix.py)."""

from itertools import product

import pytest

from homeward.api.app import every_route
from homeward.api.audited import audited_of
from homeward.guard.audit import Action
from homeward.guard.route import Route
from homeward.model.errors import Misconfigured
from homeward.model.person import Role
from tests.api.conftest import House
from tests.api.test_locked import filled

ROUTES = every_route()
# Reviewed by people: what may be called before anyone signed in.
OPEN = {
    ("GET", "/api/health"),
    ("POST", "/api/session"),
    ("POST", "/api/passkey/options"),  # a challenge; nothing is kept for whoever asks
    ("POST", "/api/passkey"),
    ("GET", "/api/hospital"),  # to the hospital's own sign-in
    ("GET", "/api/hospital/back"),  # and back, with what was asked in a sealed cookie
    ("GET", "/api/locked"),  # whoever has the token of a locked board; null for everybody else
    ("GET", "/api/demo"),
    ("GET", "/.well-known/security.txt"),  # whom to tell of a weakness (RFC 9116)
    ("GET", "/api/enrol"),  # the root certificate
    ("POST", "/api/enrol"),
    ("POST", "/api/messages/{token}/receipt"),  # whoever holds the message's random token
    ("POST", "/api/invitation"),  # whoever holds the secret of the link a patient gave them
    ("POST", "/api/invitation/account"),  # one account for each such secret
    ("POST", "/api/push/moved"),  # whoever knows the push address that is replaced
    ("POST", "/api/gateways/{way}/report"),  # signed by the gateway
}


def test_d8_only_these_routes_are_open_before_sign_in() -> None:
    assert {(r.method, r.path) for r in ROUTES if r.before_sign_in} == OPEN


def test_a_route_without_roles_cannot_be_made() -> None:
    with pytest.raises(Misconfigured, match="must say who may use it"):
        Route("GET", "/api/secret", lambda: None, frozenset())


def test_no_two_routes_are_one() -> None:
    names = [(route.method, route.path) for route in ROUTES]
    assert len(names) == len(set(names))


async def test_a_patient_sees_only_their_own_record(house: House) -> None:
    async with await house.client(Role.PATIENT) as client:
        own, other = house.ids["Cleo"], house.ids["Anna"]
        assert (await client.get(f"/api/patients/{own}")).status_code == 200
        assert (await client.get(f"/api/patients/{other}")).status_code == 403
        assert (await client.get(f"/api/patients/{own}/trend")).status_code == 200
        assert (await client.get(f"/api/patients/{other}/trend")).status_code == 403
        assert (await client.get("/api/today")).json()["patient"]["name"] == "Cleo"


OTHERWISE = ("%2B{}", "{}.0", "%20{}", "{}%20", "0_{}", "-{}", "{}" + "0" * 18)


async def test_d8_a_number_written_otherwise_is_no_way_round(house: House) -> None:
    """A handler would read each as a number; whose it is would not have been asked."""
    ids = {"patient_id": house.ids["Anna"], "ward_id": house.ids["Ward 3"]}
    clients = {role: await house.client(role) for role in (Role.PATIENT, Role.NURSE)}
    tried = 0
    for route in ROUTES:
        numbers = [name for name in route.named if name.endswith("_id")]
        for role in route.roles & clients.keys():
            for name, form in product(numbers, OTHERWISE):
                path = route.path.replace(f"{{{name}}}", form.format(ids.get(name, 1)))
                answer = await clients[role].request(route.method, filled(path), json={})
                assert answer.status_code in (403, 404), f"{role} {route.method} {path}"
                tried += 1
    for client in clients.values():
        await client.aclose()
    assert tried > 420


async def test_another_site_cannot_write(house: House) -> None:
    async with await house.client(Role.NURSE) as client:
        for headers in (
            {"sec-fetch-site": "cross-site"},
            {"origin": "http://evil.example", "host": "127.0.0.1"},
        ):
            answer = await client.post(
                "/api/alarms/1/acknowledge", json={"reason": "x"}, headers=headers
            )
            assert answer.status_code == 403


def test_what_reads_by_another_way_than_get_is_read_as_the_session_or_says_why_not() -> None:
    """What is written is written by the platform: a question sent that way would see everybody."""
    open_ones = []
    for route in every_route():
        audited = audited_of(route)
        asks = audited and (audited.action is Action.READ or audited.subtype == "search")
        if asks and not (route.before_sign_in or route.is_guarded or route.as_platform):
            open_ones.append(f"{route.method} {route.path}")
    assert open_ones == []


async def test_an_unknown_path_of_the_api_is_never_the_web_app(house: House) -> None:
    async with await house.client(None) as client:
        answer = await client.get("/api/nothing")
        assert answer.status_code == 404
        assert answer.json() == {"error": "There is no such thing.", "code": "missing"}


async def test_nobody_has_their_request_told_back_to_them(house: House) -> None:
    """TRACE would show a cookie to whoever can send one."""
    async with await house.client(Role.NURSE) as client:
        for path in ("/api/session", "/api/nothing", "/"):
            answer = await client.request("TRACE", path)
            assert answer.status_code == 405
            assert client.headers["cookie"] not in answer.text


async def test_every_answer_carries_the_policy(house: House) -> None:
    async with await house.client(None) as client:
        answer = await client.get("/api/health")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json()["ok"] is True
