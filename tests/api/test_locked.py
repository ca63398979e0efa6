"""A locked board: its alarms go on, and nothing says whose they are."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from homeward.api import live, locked
from homeward.api.app import every_route
from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.person import Role
from homeward.services.people.entering import COOKIE
from homeward.services.watch.ledger import Change, write
from tests.api.conftest import House, sql
from tests.api.test_live import PATIENCE_SECONDS, closed_with, hot, next_of

NAMES = ("Anna", "Bela", "Cleo", "R-Anna", "Test nurse")


@asynccontextmanager
async def locks(house: House, ward: str = "Ward 3") -> AsyncIterator[httpx.AsyncClient]:
    """A browser whose board was locked."""
    async with await house.client(Role.NURSE) as client:
        answer = await client.post(f"/api/wards/{house.ids[ward]}/lock")
        assert answer.status_code == 204, answer.text
        client.headers["cookie"] = f"{COOKIE}={answer.cookies[COOKIE]}"
        yield client


async def opened(house: House, client: httpx.AsyncClient) -> Any:
    url = house.url.replace("http", "ws") + "/api/live/locked"
    return await connect(url, additional_headers={"cookie": client.headers["cookie"]})


async def rings(house: House, name: str = "Anna", condition: str = "oxygen_low") -> int:
    """An alarm of this patient, by the watcher; its number."""
    now = datetime.now(UTC)
    finding = Finding(Priority.HIGH, "SpO₂ 86 < 90 %", now, 86.0, 90.0, "Sit upright, Anna.")
    change = Change(Key(condition, house.ids[name], None), Kind.PHYSIOLOGICAL, now, finding)
    (alarm,) = await write(house.store, house.tools.bus, [change])
    return alarm.id


async def test_its_alarms_are_shown_by_bed_and_no_name_leaves(house: House) -> None:
    number = await rings(house)
    async with locks(house) as board:
        answer = await board.get("/api/locked")
        shown = answer.json()
        assert (shown["ward"], shown["beds"]) == ("Ward 3", ["3-01", "3-02"])
        (alarm,) = shown["alarms"]
        assert (alarm["id"], alarm["bed"], alarm["priority"]) == (number, "3-01", "high")
        assert not [name for name in NAMES if name in answer.text]


async def test_an_alarm_that_begins_comes_at_once_without_a_name(house: House) -> None:
    async with locks(house) as board:
        screen = await opened(house, board)
        await next_of(screen, "beat")
        number = await rings(house)
        told = await next_of(screen, "alarm")
        assert (told["alarm"]["id"], told["alarm"]["bed"]) == (number, "3-01")
        assert not [name for name in NAMES if name in json.dumps(told)]
        ahead = [told["alarm"] | {"id": 0, "patient": "Bela", "patient_id": house.ids["Bela"]}]
        await house.tools.bus.publish("hot.alarm", json.dumps(ahead).encode())
        (soon,) = (await next_of(screen, "ahead"))["alarms"]
        assert (soon["bed"], soon["patient"]) == ("3-02", None)
        await screen.close()


async def test_it_is_told_of_nothing_else(house: House) -> None:
    async with locks(house) as board:
        screen = await opened(house, board)
        await next_of(screen, "beat")
        anna = house.ids["Anna"]
        await house.tools.bus.publish("hot.readings", hot(anna, 50))
        for subject, told in (
            ("told.call", {"id": 1, "patient_id": anna, "person_id": house.ids["nurse"]}),
            ("told.score", {"patient_id": anna, "score": {}}),
            ("told.device", {"device": "monitor-1", "what": "connected"}),
            ("told.alarm", {"id": 8, "patient_id": house.ids["Cleo"],
                            "ward_id": house.ids["Home care"]}),
        ):  # fmt: skip
            await house.tools.bus.publish(subject, json.dumps(told).encode())
        number = await rings(house)
        kinds: set[str] = set()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                told = json.loads(await screen.recv())
                kinds.add(told["type"])
                if told["type"] == "alarm":
                    break
        assert told["alarm"]["id"] == number
        assert kinds <= {"alarm", "beat", "guard", "ahead"}
        await screen.close()


async def test_at_home_a_bed_bears_a_number_and_not_its_patients_name(house: House) -> None:
    await rings(house, "Cleo")
    async with locks(house, "Home care") as board:
        shown = (await board.get("/api/locked")).json()
        assert shown["beds"] == ["Home 1"]
        assert shown["alarms"][0]["bed"] == "Home 1"


def filled(path: str) -> str:
    """A path with ids that exist for nobody."""
    return re.sub(r"{\w+}", "999999", path)


async def test_its_token_opens_nothing_else(house: House) -> None:
    async with locks(house) as board:
        wrong = [
            f"{route.method} {route.path}"
            for route in every_route()
            if not route.before_sign_in
            and (await board.request(route.method, filled(route.path))).status_code != 401
        ]
        assert not wrong
        for path in ("/api/live", f"/api/live/waves?ward={house.ids['Ward 3']}"):
            url = house.url.replace("http", "ws") + path
            screen = await connect(url, additional_headers={"cookie": board.headers["cookie"]})
            assert await closed_with(screen) == live.UNAUTHORISED


async def test_the_session_that_locked_it_is_over_and_nobody_sits_there(house: House) -> None:
    async with await house.client(Role.NURSE) as nurse:
        old = nurse.headers["cookie"]
        path = f"/api/wards/{house.ids['Ward 3']}/lock"
        answer = await nurse.post(path)
        assert (await nurse.get("/api/session")).status_code == 401
        nurse.headers["cookie"] = f"{COOKIE}={answer.cookies[COOKIE]}"
        assert nurse.headers["cookie"] != old
        screen = await opened(house, nurse)
        await next_of(screen, "beat")
        await screen.send(json.dumps({"visible": True}))
        await next_of(screen, "beat")
        assert all(viewer.visible_at is None for viewer in house.hub.viewers)
        await screen.close()


@pytest.mark.parametrize("role", [Role.PATIENT, Role.ENGINEER, Role.ADMINISTRATOR])
async def test_a_board_is_locked_by_its_carers(house: House, role: Role) -> None:
    async with await house.client(role) as client, await house.client(Role.NURSE) as nurse:
        assert (await client.post(f"/api/wards/{house.ids['Ward 3']}/lock")).status_code == 403
        assert (await nurse.post("/api/wards/999999/lock")).status_code == 404
        assert (await nurse.get("/api/session")).status_code == 200


async def test_who_signs_in_there_takes_it_over(house: House) -> None:
    async with locks(house) as board:
        token = board.headers["cookie"]
        said = {"login": "doctor", "password": "correct horse"}
        answer = await board.post("/api/session", json=said)
        assert answer.json()["person"]["role"] == "doctor"
        board.headers["cookie"] = token
        assert (await board.get("/api/locked")).json() is None


@pytest.mark.parametrize("login", ["nurse of another ward", "engineer", "administrator", "patient"])
async def test_who_does_not_work_there_is_turned_away_and_it_goes_on(
    house: House, login: str
) -> None:
    if login not in house.ids:
        for text in (
            "insert into person (name, login, role, password_hash) select 'Other', %(login)s,"
            " 'nurse', password_hash from person where login = 'nurse'",
            "insert into ward_staff (person_id, ward_id, starts) select person.id, ward.id, now()"
            " from person, ward where login = %(login)s and ward.name = 'Home care'",
        ):
            await house.store.door().run(sql(text), login=login)
    async with locks(house) as board:
        screen = await opened(house, board)
        await next_of(screen, "beat")
        answer = await board.post(
            "/api/session", json={"login": login, "password": "correct horse"}
        )
        assert answer.status_code == 403
        assert "board of Ward 3" in answer.json()["error"]
        assert "set-cookie" not in answer.headers
        number = await rings(house)
        assert (await next_of(screen, "alarm"))["alarm"]["id"] == number
        assert (await board.get("/api/locked")).json()["ward"] == "Ward 3"
        said = {"login": "doctor", "password": "correct horse"}
        assert (await board.post("/api/session", json=said)).status_code == 200
        assert await closed_with(screen) == live.UNAUTHORISED


async def _is_disabled(house: House) -> None:
    await house.store.door().run(sql("update person set disabled = now() where login = 'nurse'"))


async def _is_an_engineer(house: House) -> None:
    await house.store.door().run(sql("update person set role = 'engineer' where login = 'nurse'"))


async def _is_a_week_old(house: House) -> None:
    then = datetime.now(UTC) - timedelta(days=7)
    await house.store.door().run(sql("update locked_board set locked = %(then)s"), then=then)


async def test_whoever_comes_to_the_ward_is_heard_of_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locked, "RECHECK_SECONDS", 0.05)
    async with locks(house) as board:
        screen = await opened(house, board)
        await next_of(screen, "beat")
        text = "update stay set ward_id = %(ward)s, bed = '3-09' where patient_id = %(cleo)s"
        values = {"ward": house.ids["Ward 3"], "cleo": house.ids["Cleo"]}
        await house.store.door().run(sql(text), **values)
        (viewer,) = house.hub.viewers
        async with asyncio.timeout(PATIENCE_SECONDS):
            while house.ids["Cleo"] not in viewer.heard_of:
                await asyncio.sleep(0.01)
        await rings(house, "Cleo")
        assert (await next_of(screen, "alarm"))["alarm"]["bed"] == "3-09"
        await screen.close()


@pytest.mark.parametrize("act", [_is_disabled, _is_an_engineer, _is_a_week_old])
async def test_it_ends_with_the_right_of_who_locked_it(
    house: House, act: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locked, "RECHECK_SECONDS", 0.05)
    async with locks(house) as board:
        screen = await opened(house, board)
        await next_of(screen, "beat")
        await act(house)
        assert await closed_with(screen) == live.UNAUTHORISED
        assert (await board.get("/api/locked")).json() is None


async def test_nobody_elses_browser_is_a_locked_board(house: House) -> None:
    async with await house.client(None) as stranger, await house.client(Role.NURSE) as nurse:
        for client in (stranger, nurse):
            assert (await client.get("/api/locked")).json() is None
        url = house.url.replace("http", "ws") + "/api/live/locked"
        cookie = {"cookie": nurse.headers["cookie"]}
        assert await closed_with(await connect(url)) == live.UNAUTHORISED
        assert await closed_with(await connect(url, additional_headers=cookie)) == live.UNAUTHORISED


async def test_another_site_cannot_listen_to_a_locked_board(house: House) -> None:
    async with locks(house) as board:
        heads = {"cookie": board.headers["cookie"], "origin": "http://evil.example"}
        url = house.url.replace("http", "ws") + "/api/live/locked"
        with pytest.raises(InvalidStatus, match="403"):
            await connect(url, additional_headers=heads)
