"""The live sockets: numbers, alarms and waves reach those who may see them, and nobody else."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from homeward.api import live, viewer, vigil
from homeward.model.frame import HOT
from homeward.model.person import Actor, Role
from homeward.model.vital import BY_NAME
from tests.api.conftest import House

PATIENCE_SECONDS = 10


async def socket(house: House, role: Role | None, path: str = "/api/live") -> ClientConnection:
    client = await house.client(role)
    cookie = client.headers.get("cookie", "")
    await client.aclose()
    url = house.url.replace("http", "ws") + path
    return await connect(url, additional_headers={"cookie": cookie} if cookie else {})


async def next_of(live_socket: ClientConnection, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            told = json.loads(await live_socket.recv())
            if told["type"] == kind:
                return told


async def closed_with(live_socket: ClientConnection) -> int:
    async with asyncio.timeout(PATIENCE_SECONDS):
        try:
            while True:
                await live_socket.recv()
        except ConnectionClosed as error:
            assert error.rcvd is not None
            return error.rcvd.code


async def watch(live_socket: ClientConnection, what: str, which: int, *wards: int) -> None:
    await live_socket.send(json.dumps({"watch": what, "id": which, "wards": list(wards)}))
    await next_of(live_socket, "watching")


async def tell_alarm(house: House, alarm: int, name: str | None, ward: str | None) -> None:
    """As the watcher tells it; who hears it hangs on these fields alone."""
    told = {
        "id": alarm,
        "patient_id": house.ids[name] if name else None,
        "ward_id": house.ids[ward] if ward else None,
    }
    await house.tools.bus.publish("told.alarm", json.dumps(told).encode())


async def tell_call(house: House, call: int, name: str | None, person: Role) -> None:
    told = {
        "id": call,
        "patient_id": house.ids[name] if name else None,
        "person_id": house.ids[person.value],
    }
    await house.tools.bus.publish("told.call", json.dumps(told).encode())


def hot(patient: int, value: float, *, late: int = 0, at: int | None = None) -> bytes:
    now = round(datetime.now(UTC).timestamp() * 1e6)
    vital = BY_NAME["pulse"].index
    rows = [(patient, 1, vital, late, now if at is None else at, now, value)]
    return np.array(rows, HOT).tobytes()


async def test_nobody_gets_no_socket(house: House) -> None:
    assert await closed_with(await socket(house, None)) == live.UNAUTHORISED
    waves = await socket(house, None, f"/api/live/waves?ward={house.ids['Ward 3']}")
    assert await closed_with(waves) == live.UNAUTHORISED


@pytest.mark.parametrize("role", [Role.PATIENT, Role.ENGINEER, Role.ADMINISTRATOR])
async def test_a_ward_is_for_its_carers(house: House, role: Role) -> None:
    asked = await socket(house, role)
    await asked.send(json.dumps({"watch": "ward", "id": house.ids["Ward 3"]}))
    assert await closed_with(asked) == live.FORBIDDEN
    waves = await socket(house, role, f"/api/live/waves?ward={house.ids['Ward 3']}")
    assert await closed_with(waves) == live.FORBIDDEN


async def test_another_patient_is_not_shown(house: House) -> None:
    asked = await socket(house, Role.PATIENT)
    await asked.send(json.dumps({"watch": "patient", "id": house.ids["Anna"]}))
    assert await closed_with(asked) == live.FORBIDDEN


async def test_numbers_reach_the_ward_and_only_those_of_the_ward(house: House) -> None:
    screen = await socket(house, Role.NURSE)
    await watch(screen, "ward", house.ids["Ward 3"])
    await house.tools.bus.publish("hot.readings", hot(house.ids["Cleo"], 50))
    await house.tools.bus.publish("hot.readings", hot(house.ids["Bela"], 71))
    told = await next_of(screen, "readings")
    assert [row[:3] for row in told["rows"]] == [[house.ids["Bela"], "pulse", 71]]
    await screen.close()


async def test_what_only_a_page_of_a_later_version_says_is_let_be(house: House) -> None:
    screen = await socket(house, Role.NURSE)
    await screen.send(json.dumps({"watch": "ward", "id": house.ids["Ward 3"], "later": [1]}))
    await next_of(screen, "watching")
    await screen.close()


async def test_a_chart_hears_the_alarms_of_the_wards_it_answers_for(house: House) -> None:
    screen = await socket(house, Role.NURSE)
    await watch(screen, "patient", house.ids["Anna"], house.ids["Ward 3"])
    for alarm, (name, ward) in enumerate(
        (("Cleo", "Home care"), ("Bela", "Ward 3"), (None, None), ("Anna", "Ward 3"))
    ):
        await tell_alarm(house, alarm, name, ward)
    heard = [(await next_of(screen, "alarm"))["alarm"]["id"] for _ in range(3)]
    assert heard == [1, 2, 3]
    await screen.close()


async def test_a_chart_hears_the_numbers_of_its_patient_alone(house: House) -> None:
    screen = await socket(house, Role.NURSE)
    await watch(screen, "patient", house.ids["Anna"], house.ids["Ward 3"])
    await house.tools.bus.publish("hot.readings", hot(house.ids["Bela"], 50))
    await house.tools.bus.publish("hot.readings", hot(house.ids["Anna"], 71))
    told = await next_of(screen, "readings")
    assert [row[0] for row in told["rows"]] == [house.ids["Anna"]]
    await screen.close()


async def test_a_page_of_no_patient_still_hears_the_alarms_of_its_wards(house: House) -> None:
    screen = await socket(house, Role.DOCTOR)
    wards = [house.ids["Ward 3"], house.ids["Home care"]]
    await screen.send(json.dumps({"watch": None, "wards": wards}))
    await next_of(screen, "watching")
    await tell_alarm(house, 1, "Cleo", "Home care")
    await tell_alarm(house, 2, "Bela", "Ward 3")
    assert [(await next_of(screen, "alarm"))["alarm"]["id"] for _ in range(2)] == [1, 2]
    await screen.send(json.dumps({"watch": None, "wards": []}))
    await next_of(screen, "watching")
    await tell_alarm(house, 3, "Bela", "Ward 3")
    await tell_alarm(house, 4, None, None)
    assert (await next_of(screen, "alarm"))["alarm"]["id"] == 4
    await screen.close()


async def test_calls_go_to_the_wards_screens_and_to_who_is_called(house: House) -> None:
    screen = await socket(house, Role.NURSE)
    await watch(screen, "patient", house.ids["Anna"], house.ids["Ward 3"])
    await tell_call(house, 1, "Cleo", Role.DOCTOR)
    await tell_call(house, 2, "Bela", Role.DOCTOR)
    await tell_call(house, 3, "Cleo", Role.NURSE)
    assert [(await next_of(screen, "call"))["call"]["id"] for _ in range(2)] == [2, 3]
    await screen.close()


@pytest.mark.parametrize("role", [Role.PATIENT, Role.ENGINEER, Role.ADMINISTRATOR])
async def test_alarms_of_a_ward_are_for_its_carers(house: House, role: Role) -> None:
    asked = await socket(house, role)
    await asked.send(json.dumps({"watch": None, "wards": [house.ids["Ward 3"]]}))
    assert await closed_with(asked) == live.FORBIDDEN


async def test_a_patient_hears_their_own_alarms_alone(house: House) -> None:
    screen = await socket(house, Role.PATIENT)
    await watch(screen, "patient", house.ids["Cleo"])
    await tell_alarm(house, 1, "Anna", "Ward 3")
    await tell_alarm(house, 2, None, None)
    await tell_alarm(house, 3, "Cleo", "Home care")
    assert (await next_of(screen, "alarm"))["alarm"]["id"] == 3
    await screen.close()


@pytest.mark.parametrize(
    ("role", "what", "whose", "heard"),
    [
        (Role.NURSE, "ward", "Ward 3", ["Anna", "Bela", None]),
        (Role.PATIENT, "patient", "Cleo", ["Cleo"]),
    ],
)
async def test_what_is_told_ahead_of_its_row_is_for_the_same_people(
    house: House, role: Role, what: str, whose: str, heard: list[str | None]
) -> None:
    screen = await socket(house, role)
    await watch(screen, what, house.ids[whose])
    ward = {"Anna": "Ward 3", "Bela": "Ward 3", "Cleo": "Home care"}
    everybody = [
        {"patient_id": house.ids[name], "ward_id": house.ids[place], "text": name}
        for name, place in ward.items()
    ]
    of_nobody = {"patient_id": None, "ward_id": None, "text": None}
    await house.tools.bus.tell("hot.alarm", [*everybody, of_nobody])
    told = await next_of(screen, "ahead")
    assert [alarm["text"] for alarm in told["alarms"]] == heard
    await screen.close()


async def test_more_wards_than_a_hospital_has_are_refused(house: House) -> None:
    asked = await socket(house, Role.NURSE)
    await asked.send(json.dumps({"wards": list(range(viewer.WARDS_MAX + 1))}))
    assert await closed_with(asked) == live.FORBIDDEN


async def test_late_readings_are_not_shown_as_live(house: House) -> None:
    screen = await socket(house, Role.NURSE)
    await watch(screen, "ward", house.ids["Ward 3"])
    await house.tools.bus.publish("hot.readings", hot(house.ids["Anna"], 40, late=1))
    await house.tools.bus.publish("hot.readings", hot(house.ids["Anna"], 72))
    told = await next_of(screen, "readings")
    assert [row[2] for row in told["rows"]] == [72]
    await screen.close()


async def test_another_site_cannot_listen(house: House) -> None:
    client = await house.client(Role.NURSE)
    headers = {"cookie": client.headers["cookie"], "origin": "http://evil.example"}
    url = house.url.replace("http", "ws") + "/api/live"
    with pytest.raises(InvalidStatus) as refused:  # not even a socket
        await connect(url, additional_headers=headers)
    assert refused.value.response.status_code == 403
    await client.aclose()


def test_a_viewer_too_slow_for_alarms_is_told_to_come_back() -> None:
    viewer = live.Viewer(Actor(1, "Nora", Role.NURSE))
    for _ in range(live.TEXTS_MAX):
        viewer.send(b"{}")
    assert not viewer.is_too_slow
    viewer.send(b"{}")
    assert viewer.is_too_slow


async def test_a_dead_watcher_never_looks_like_a_quiet_ward(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vigil, "SILENT_SECONDS", 0.5)
    for role in (Role.NURSE, Role.PATIENT):
        screen = await socket(house, role)
        await house.tools.bus.tell("beat.guard", {"name": "guard"})
        while not (await next_of(screen, "guard"))["alive"]:
            await house.tools.bus.tell("beat.guard", {"name": "guard"})
        # No process and no other beat counts: nothing but the watcher's own word.
        await house.tools.bus.tell("beat.watch", {"name": "watch"})
        assert (await next_of(screen, "guard"))["alive"] is False
        await house.tools.bus.tell("beat.guard", {"name": "guard"})
        assert (await next_of(screen, "guard"))["alive"] is True
        await screen.close()


def test_nobody_is_said_to_be_dead_before_they_could_be_heard() -> None:
    watched = vigil.Vigil(100.0)
    assert watched.is_kept(104.9) is None
    assert watched.is_kept(105.0) is False
    watched.hear(106.0)
    assert watched.is_kept(110.9) is True
    assert watched.is_kept(111.0) is False


async def test_a_screen_asks_for_all_anew_when_the_server_itself_was_deaf(house: House) -> None:
    screen = await socket(house, Role.NURSE)
    await next_of(screen, "beat")
    await house.tools.bus._client.force_reconnect()
    assert await closed_with(screen) == live.TOO_SLOW


async def test_an_alarm_of_a_patient_on_no_ward_reaches_every_ward(house: House) -> None:
    screen = await socket(house, Role.NURSE)
    await watch(screen, "ward", house.ids["Ward 3"])
    alarm = {"id": 1, "patient_id": house.ids["Cleo"], "ward_id": None}
    await house.tools.bus.tell("told.alarm", alarm)
    assert (await next_of(screen, "alarm"))["alarm"] == alarm
    patient = await socket(house, Role.PATIENT)
    await watch(patient, "patient", house.ids["Cleo"])
    await house.tools.bus.tell("told.alarm", alarm | {"id": 2, "patient_id": house.ids["Anna"]})
    await house.tools.bus.tell("told.alarm", alarm | {"id": 3})
    assert (await next_of(patient, "alarm"))["alarm"]["id"] == 3
    await patient.close()
    await screen.close()
