"""What stands before every route: headers, sizes, rates, and plain words where something breaks."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from homeward.api import asked_often, live
from homeward.api.app import create_app, every_route
from homeward.api.asked_often import COSTLY, GUESSES
from homeward.api.shield import BODY_BYTES_MAX, HEADERS
from homeward.guard.route import NOBODY_YET, Route
from homeward.model.person import Role
from homeward.services.contract import Tools
from tests.api.conftest import PASSWORD, House
from tests.api.test_live import closed_with, socket

CANARY = "Aurelia Canary 19310203"


async def asked(
    tools: Tools, method: str, path: str, body: bytes = b"", *, scheme: str = "http",
    headers: dict[str, str] | None = None, pieces: int = 1, routes: tuple[Route, ...] = (),
) -> tuple[int, dict[str, str], Any]:  # fmt: skip
    """One request straight to the application, as a server hands it over."""
    app = create_app(tools, [*every_route(), *routes])
    size = len(body) // pieces + 1
    parts = [body[at : at + size] for at in range(0, max(1, len(body)), size)]
    read: list[int] = []
    answer: dict[str, Any] = {"body": b""}

    async def receive() -> dict[str, Any]:
        read.append(1)
        if len(read) > len(parts):  # the client has said all, and leaves
            return {"type": "http.disconnect"}
        part = parts[len(read) - 1]
        return {"type": "http.request", "body": part, "more_body": len(read) < len(parts)}

    async def send(message: dict[str, Any]) -> None:
        answer["body"] += message.get("body", b"")
        if message["type"] == "http.response.start":
            answer["status"], answer["headers"] = message["status"], message["headers"]

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
        "scheme": scheme, "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "client": ("203.0.113.9", 1), "server": ("ward.test", 443), "state": {},
        "headers": [(k.encode(), v.encode()) for k, v in (headers or {}).items()],
    }  # fmt: skip
    await app(scope, receive, send)
    found = {key.decode(): value.decode() for key, value in answer["headers"]}
    answer["reads"] = len(read)
    return answer["status"], found, answer


@pytest.mark.parametrize("path", ["/api/health", "/api/nothing", "/wards/1", "/api/wards"])
async def test_every_answer_has_every_header(tools: Tools, path: str) -> None:
    _, headers, _ = await asked(tools, "GET", path)
    for name, value in HEADERS.items():
        assert headers[name] == value
    assert "strict-transport-security" not in headers, "plain HTTP is for this machine only"


async def test_over_tls_a_browser_is_to_stay_with_it(tools: Tools) -> None:
    _, headers, _ = await asked(tools, "GET", "/api/health", scheme="https")
    assert headers["strict-transport-security"] == "max-age=63072000"


async def _breaks() -> dict[str, str]:
    raise RuntimeError(CANARY)


# By POST: what changes something is audited by its path alone.
BROKEN = Route("POST", "/api/test/{name}/broken", _breaks, NOBODY_YET, before_sign_in=True)


async def test_what_breaks_says_nothing_of_how(
    tools: Tools, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = f"/api/test/{CANARY}/broken"
    status, headers, answer = await asked(tools, "POST", path, routes=(BROKEN,))
    assert status == 500
    assert headers["content-security-policy"]
    assert json.loads(answer["body"]) == {
        "error": "Something went wrong here. It was noted; please try again.",
        "code": "failed",
    }
    assert CANARY not in caplog.text, "neither the message nor the path"
    assert "/api/test/{name}/broken failed: RuntimeError" in caplog.text
    assert "test_shield.py" in caplog.text, "but the place"


async def test_a_body_too_large_is_refused_before_it_is_read(tools: Tools) -> None:
    headers = {"content-length": str(BODY_BYTES_MAX + 1), "content-type": "application/json"}
    for path in ("/api/session", "/api/nothing", "/wards/1"):
        status, found, answer = await asked(tools, "POST", path, headers=headers)
        assert status == 413, path
        assert answer["reads"] == 0
        assert found["connection"] == "close"
        assert found["x-content-type-options"] == "nosniff"


async def test_a_body_of_unsaid_length_is_read_no_further_than_its_bound(tools: Tools) -> None:
    body = b'{"login":"' + b"a" * (4 * BODY_BYTES_MAX) + b'","password":"b"}'
    headers = {"transfer-encoding": "chunked", "content-type": "application/json"}
    status, _, answer = await asked(tools, "POST", "/api/session", body, headers=headers, pieces=40)
    assert status == 413
    assert answer["reads"] <= 12


@pytest.mark.parametrize(
    "body",
    [
        b'{"login":NaN,"password":"x"}',
        b'{"login":"x","password":' + b"[" * 20_000,
        b'{"login":"\xff","password":"x"}',
        b'{"login":' + b"9" * 5_000 + b',"password":"x"}',
        b'{"login":"a\\u0000b","password":"x"}',
        b'{"login":"\\ud800","password":"x"}',
    ],
)
async def test_what_is_no_json_or_no_text_is_a_422(house: House, body: bytes) -> None:
    async with await house.client(None) as client:
        headers = {"content-type": "application/json"}
        answer = await client.post("/api/session", content=body, headers=headers)
        assert answer.status_code in (401, 422)
        assert "error" in answer.json()


async def test_a_limit_that_is_no_number_is_never_set(house: House) -> None:
    """Nothing is above NaN or below it: as a limit it would watch nothing."""
    async with await house.client(Role.DOCTOR) as client:
        body = (
            b'{"rule":"oxygen_low","choice":"changed","reason":"x","limit":NaN,"clear_limit":NaN}'
        )
        headers = {"content-type": "application/json"}
        path = f"/api/patients/{house.ids['Anna']}/limits"
        answer = await client.post(path, content=body, headers=headers)
        assert answer.status_code == 422
        assert "JSON" in answer.json()["error"]


@pytest.mark.parametrize("path", ["/%00", "/a%00b", "/" + "a" * 3_000, "/assets/%00", "/%ff", "//"])
async def test_a_path_that_is_no_file_is_the_web_app_or_nothing(house: House, path: str) -> None:
    async with await house.client(None) as client:
        assert (await client.get(path)).status_code in (200, 404, 503)


@pytest.mark.parametrize("origin", ["http://[", "null", "http://evil.example", "file://"])
async def test_an_origin_that_is_not_ours_writes_nothing(house: House, origin: str) -> None:
    async with await house.client(Role.NURSE) as client:
        answer = await client.delete("/api/session", headers={"origin": origin})
        assert answer.status_code == 403
        assert (await client.get("/api/session")).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"origin": "http://[::"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
async def test_another_site_gets_no_socket_at_all(house: House, headers: dict[str, str]) -> None:
    client = await house.client(Role.NURSE)
    cookie = {"cookie": client.headers["cookie"]}
    await client.aclose()
    for path in ("/api/live", "/api/live/waves?ward=1"):
        with pytest.raises(InvalidStatus) as refused:
            await connect(
                house.url.replace("http", "ws") + path, additional_headers=cookie | headers
            )
        assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    "said",
    [
        b"\x00\x01",
        "[" * 30_000,
        '{"watch":"ward","id":9223372036854775808}',
        '{"watch":"ward","id":-1}',
        '{"wards":[100000000000000000000]}',
        '{"rendered":[[1,99999999999999999,true]]}',
        '{"shown":[-5]}',
        "\u202e",
        "",
    ],
)
async def test_a_screen_that_says_what_cannot_be_is_closed(
    house: House, said: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    screen = await socket(house, Role.NURSE)
    await screen.send(said)
    assert await closed_with(screen) == live.FORBIDDEN
    assert "Traceback" not in caplog.text


async def test_a_text_that_is_none_ends_its_connection_alone(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    screen = await socket(house, Role.NURSE)
    screen.protocol.send_text(b"\xff\xfe")
    screen.transport.write(b"".join(screen.protocol.data_to_send()))
    assert await closed_with(screen) == live.FORBIDDEN
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("which", ["ward=99999999999999999999", "patient=-1", "ward=", "ward=%00"])
async def test_waves_of_what_cannot_be_are_refused(house: House, which: str) -> None:
    waves = await socket(house, Role.NURSE, f"/api/live/waves?{which}")
    assert await closed_with(waves) == live.FORBIDDEN


@pytest.fixture(autouse=True)
def a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a test no time passes for who is counted, however slow the machine."""
    monkeypatch.setattr(asked_often, "moment", lambda: 1.0)


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long whoever asked was let wait."""
    found: list[float] = []

    async def pause(seconds: float) -> None:
        found.append(round(seconds, 3))

    monkeypatch.setattr(asked_often, "pause", pause)
    return found


@pytest.fixture
async def strict(tools: Tools) -> AsyncIterator[httpx.AsyncClient]:
    """An application that lets everybody ask ten times a second."""
    settings = replace(tools.settings, requests_per_second_max=10)
    app = create_app(replace(tools, settings=settings), every_route())
    transport = httpx.ASGITransport(app, client=("203.0.113.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://ward.test") as client:
        yield client


async def test_who_guesses_passwords_is_told_to_wait(strict: httpx.AsyncClient) -> None:
    said = {"login": "nobody", "password": "wrong"}
    statuses = [(await strict.post("/api/session", json=said)).status_code for _ in range(14)]
    assert 429 in statuses
    answer = await strict.post("/api/session", json=said)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.json() == {
        "error": "You ask too often: wait, then ask again.", "code": "too_often",
    }  # fmt: skip
    # Others' routes, and other addresses, are not this one's.
    assert (await strict.get("/api/demo")).status_code == 200


async def test_before_sign_in_an_address_asks_so_often_and_no_more(
    strict: httpx.AsyncClient,
) -> None:
    answers = await asyncio.gather(*(strict.get("/api/demo") for _ in range(130)))
    statuses = [each.status_code for each in answers]
    assert sorted(statuses) == [200] * 60 + [429] * 70


@pytest.fixture
async def slow(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """An application that lets each session ask twice a second, and an account ten times."""
    settings = replace(house.tools.settings, requests_per_second_max=10)
    app = create_app(replace(house.tools, settings=settings), every_route())
    transport = httpx.ASGITransport(app, client=("203.0.113.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://ward.test") as client:
        yield client


async def _statuses(client: httpx.AsyncClient, path: str, cookie: str, times: int) -> list[int]:
    return [(await client.get(path, headers={"cookie": cookie})).status_code for _ in range(times)]


async def test_a_session_is_counted_by_itself(
    house: House, slow: httpx.AsyncClient, pauses: list[float]
) -> None:
    nurse, doctor = await house.client(Role.NURSE), await house.client(Role.DOCTOR)
    mine = await _statuses(slow, "/api/wards", nurse.headers["cookie"], 20)
    # One as somebody of this address, eight at once, four that wait, and no more.
    assert mine == [200] * 13 + [429] * 7
    assert pauses == [0.5, 1.0, 1.5, 2.0]
    others = await _statuses(slow, "/api/wards", doctor.headers["cookie"], 13)
    assert others == [200] * 13, "a ward behind one address does not share what one screen may"
    await nurse.aclose()
    await doctor.aclose()


async def test_who_only_says_to_be_somebody_is_counted_by_address(
    house: House, slow: httpx.AsyncClient
) -> None:
    nurse = await house.client(Role.NURSE)
    assert await _statuses(slow, "/api/wards", nurse.headers["cookie"], 1) == [200]
    said = [f"__Host-homeward=invented-{number}" for number in range(70)]
    answers = [(await _statuses(slow, "/api/wards", each, 1))[0] for each in said]
    assert answers == [401] * 60 + [429] * 10, "who was somebody was not counted"
    assert (await _statuses(slow, "/api/nothing", "x=y", 1)) == [429], "nor what there is not"
    assert await _statuses(slow, "/", nurse.headers["cookie"], 3) == [200] * 3, "pages are files"
    await nurse.aclose()


async def test_what_costs_much_is_counted_by_account(house: House, slow: httpx.AsyncClient) -> None:
    sessions = [await house.client(Role.NURSE) for _ in range(9)]
    doctor = await house.client(Role.DOCTOR)
    path = f"/api/wards/{house.ids['Ward 3']}/alarm-load"
    mine = [await _statuses(slow, path, each.headers["cookie"], 12) for each in sessions]
    assert mine[:8] == [[200] * 12] * 8
    assert mine[8] == [200] * 4 + [429] * 8, "another session is the same account"
    assert await _statuses(slow, path, doctor.headers["cookie"], 1) == [200]
    assert await _statuses(slow, "/api/wards", sessions[8].headers["cookie"], 1) == [200]
    for each in (*sessions, doctor):
        await each.aclose()


def test_what_is_counted_is_there() -> None:
    paths = {route.path for route in every_route()}
    assert paths >= GUESSES
    assert paths >= COSTLY


async def test_whom_to_tell_of_a_weakness(tools: Tools) -> None:
    status, _, answer = await asked(tools, "GET", "/.well-known/security.txt")
    assert status == 404
    settings = replace(tools.settings, security_contact="mailto:security@hospital.test")
    named = replace(tools, settings=settings)
    status, headers, answer = await asked(named, "GET", "/.well-known/security.txt")
    assert status == 200
    assert headers["content-type"].startswith("text/plain")
    lines = answer["body"].decode().splitlines()
    assert lines[0] == "Contact: mailto:security@hospital.test"
    assert lines[1].startswith("Expires: 2")


async def test_a_right_password_still_opens(house: House) -> None:
    async with await house.client(None) as client:
        said = {"login": "nurse", "password": PASSWORD}
        assert (await client.post("/api/session", json=said)).status_code == 200
