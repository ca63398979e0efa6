"""Every read and write of a patient's data leaves a row, in the same transaction, or is refused."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import websockets

from homeward.api.app import every_route
from homeward.api.audited import DECLARED, NOT_AUDITED, audited_of
from homeward.guard.route import STAFF, Route
from homeward.model.errors import Misconfigured
from homeward.model.person import Role
from homeward.services.trail.noting import By, values
from tests.api.conftest import House, sql
from tests.api.test_right_to_see import actor_of

COLUMNS = "person_id, role, action, subtype, patient_ids, kind, object_id, purpose, outcome, route"


async def noted(house: House, columns: str = COLUMNS) -> list[Any]:
    rows = await house.store.door().all(sql(f"select {columns} from audit order by id"), tuple)
    return [tuple(row) for row in rows]


def test_every_route_says_what_is_audited_of_it() -> None:
    """Deny by default: a new route that shows somebody's data and says nothing fails here."""
    for route in every_route():
        audited_of(route)
    names = {f"{route.method} {route.path}" for route in every_route()}
    assert (NOT_AUDITED.keys() | DECLARED.keys()) <= names
    assert not NOT_AUDITED.keys() & DECLARED.keys()


def test_a_route_that_says_nothing_cannot_be_made() -> None:
    with pytest.raises(Misconfigured, match="must say what is audited"):
        audited_of(Route("GET", "/api/secrets", lambda: None, STAFF))


async def test_who_read_whom_why_and_by_which_route(house: House) -> None:
    anna, ward = house.ids["Anna"], house.ids["Ward 3"]
    async with await house.client(Role.NURSE) as nurse:
        assert (await nurse.get(f"/api/patients/{anna}")).status_code == 200
        assert (await nurse.get(f"/api/wards/{ward}/board")).status_code == 200
        assert (
            await nurse.post("/api/patients/search", json={"search": "Anna"})
        ).status_code == 200
        body = {"key": str(uuid4()), "values": [{"vital": "pulse", "value": 71, "unit": "/min"}]}
        path = f"/api/patients/{anna}/observations"
        assert (await nurse.post(path, json=body)).status_code == 200
    async with await house.client(Role.PATIENT) as patient:
        assert (await patient.get("/api/today")).status_code == 200
    who = house.ids["nurse"]
    treat = (who, "nurse")
    both = sorted([anna, house.ids["Bela"]])
    assert await noted(house) == [
        (*treat, "R", "read", [anna], "patient", str(anna), "TREAT", 0,
         "GET /api/patients/{patient_id}"),
        (*treat, "R", "read", both, "ward", str(ward), "TREAT", 0,
         "GET /api/wards/{ward_id}/board"),
        (*treat, "E", "search", [], "patient", "", "TREAT", 0, "POST /api/patients/search"),
        (*treat, "C", "create", [anna], "patient", str(anna), "TREAT", 0,
         "POST /api/patients/{patient_id}/observations"),
        (house.ids["patient"], "patient", "R", "read", [house.ids["Cleo"]], "patient", "",
         "PATRQT", 0, "GET /api/today"),
    ]  # fmt: skip
    whole = str(await noted(house, "row_to_json(audit)::text"))
    assert "Anna" not in whole
    sessions = {row[0] for row in await noted(house, "session")}
    assert {len(each) for each in sessions} == {16}
    assert {row[0] for row in await noted(house, "address")} == {"127.0.0.1"}


async def test_what_nobody_can_be_recognised_by_leaves_none(house: House) -> None:
    async with await house.client(Role.NURSE) as nurse:
        for path in ("/api/session", "/api/wards", "/api/system", "/api/reach"):
            assert (await nurse.get(path)).status_code == 200
    assert await noted(house) == []


async def test_an_audit_that_cannot_be_written_refuses_the_read(house: House) -> None:
    anna, ward = house.ids["Anna"], house.ids["Ward 3"]
    door = house.store.door()
    async with await house.client(Role.NURSE) as nurse:
        reads = [f"/api/patients/{anna}", f"/api/wards/{ward}/board", f"/api/patients/{anna}/trend",
                 f"/api/wards/{ward}/worklist", "/api/patients", "/api/alarms"]  # fmt: skip
        await door.run(sql("alter table audit add constraint never check (false) not valid"))
        for path in reads:
            answer = await nurse.get(path)
            assert answer.status_code == 503, path
            assert answer.json() == {
                "error": "The audit cannot be written, so nothing is shown.", "code": "away",
            }  # fmt: skip
        assert (await nurse.get("/api/wards")).status_code == 200  # nobody's data
        await door.run(sql("alter table audit drop constraint never"))
        for path in reads:
            assert (await nurse.get(path)).status_code == 200, path
    assert len(await noted(house)) == len(reads)


async def test_an_audit_that_cannot_be_written_refuses_the_act(house: House) -> None:
    """The act and its row are one transaction: what is answered by 503 was not done."""
    door, ward = house.store.door(), house.ids["Ward 3"]
    raised = (
        "insert into alarm (patient_id, condition, kind, priority, state, text, since, raised,"
        " rung) values (%(patient)s, 'x', 'physiological', 'medium', 'active', 'X', now(), now(),"
        " now()) returning id"
    )
    alarm = (await door.one(sql(raised), dict, patient=house.ids["Anna"]))["id"]
    (line,) = await door.all(
        sql("select id from ward_staff where person_id = %(n)s and ward_id = %(w)s"), dict,
        n=house.ids[Role.NURSE], w=ward,
    )  # fmt: skip
    acts = [
        (Role.NURSE, "POST", f"/api/alarms/{alarm}/acknowledge", {"reason": "mine"}),
        (Role.NURSE, "POST", f"/api/alarms/{alarm}/pause", {}),
        (Role.NURSE, "POST", f"/api/alarms/{alarm}/acts", {"what": "turned her"}),
        (Role.NURSE, "POST", "/api/emergency",
         {"patient_id": house.ids["Anna"], "reason": "no pulse in the corridor"}),
        (Role.ADMINISTRATOR, "DELETE", f"/api/team/{line['id']}", None),
    ]  # fmt: skip
    clients = {role: await house.client(role) for role in (Role.NURSE, Role.ADMINISTRATOR)}
    tables = ("alarm", "alarm_event", "ward_staff", "emergency_access")
    before = [await door.all(sql(f"select * from {table}"), dict) for table in tables]
    await door.run(sql("alter table audit add constraint never check (false) not valid"))
    for role, method, path, body in acts:
        answer = await clients[role].request(method, path, json=body)
        assert answer.status_code == 503, path
        after = [await door.all(sql(f"select * from {table}"), dict) for table in tables]
        assert after == before, path
    for client in clients.values():
        await client.aclose()


async def test_what_is_refused_is_audited_and_cannot_fill_the_record(house: House) -> None:
    anna = house.ids["Anna"]
    async with await house.client(Role.PATIENT) as patient:
        for _ in range(30):
            answer = await patient.get(f"/api/patients/{anna}/trend")
            assert answer.status_code == 403
        assert (await patient.get(f"/api/patients/{house.ids['Bela']}/trend")).status_code == 403
        assert (await patient.get(f"/api/wards/{house.ids['Ward 3']}/board")).status_code == 403
        assert (await patient.get("/api/wards")).status_code == 403
    async with await house.client(None) as nobody:
        said = {"login": "nurse", "password": "wrong"}
        assert (await nobody.post("/api/session", json=said)).status_code == 401
        ended = {"cookie": "__Host-homeward=long-gone"}
        assert (await nobody.get("/api/patients", headers=ended)).status_code == 401
        assert (await nobody.get("/api/patients")).status_code == 401  # no attempt at anything
        assert (await nobody.post("/api/session", json={})).status_code == 422
    refused = await noted(house, "role, outcome, patient_ids, route, times")
    bed = sorted([anna, house.ids["Bela"]])
    expected = [
        ("patient", 4, [anna], "GET /api/patients/{patient_id}/trend", 1),
        ("patient", 4, [house.ids["Bela"]], "GET /api/patients/{patient_id}/trend", 1),
        ("patient", 4, bed, "GET /api/wards/{ward_id}/board", 1),
        ("patient", 4, [], "GET /api/wards", 1),
        ("nobody", 4, [], "POST /api/session", 1),
        ("nobody", 4, [], "GET /api/patients", 1),
    ]
    assert refused == expected
    refusals = house.app.state.refusals
    await refusals.settle(house.tools.now() + timedelta(seconds=11))
    counted = ("patient", 4, [anna], "GET /api/patients/{patient_id}/trend", 29)
    assert await noted(house, "role, outcome, patient_ids, route, times") == [*expected, counted]


async def test_an_emergency_is_said_to_be_one(house: House) -> None:
    anna, nora = house.ids["Anna"], house.ids["nurse"]
    text = "update ward_staff set ends = now() where person_id = %(person)s"
    await house.store.door().run(sql(text), person=nora)
    async with await house.client(Role.NURSE) as nurse:
        assert (await nurse.get(f"/api/patients/{anna}")).status_code == 403
        said = {"patient_id": anna, "reason": "Found without a pulse in the corridor"}
        assert (await nurse.post("/api/emergency", json=said)).status_code == 200
        assert (await nurse.get(f"/api/patients/{anna}")).status_code == 200
    assert await noted(house, "kind, patient_ids, purpose, outcome") == [
        ("patient", [anna], "TREAT", 4),
        ("emergency", [anna], "TREAT", 0),
        ("patient", [anna], "BTG", 0),
    ]


async def test_however_a_number_is_written_it_is_noted_whose_data_that_is(house: House) -> None:
    """Whoever asks for 17.0 is given the record of 17."""
    anna, bela, door = house.ids["Anna"], house.ids["Bela"], house.store.door()
    noted = sql("select patient_ids from audit order by id desc limit 1")
    async with await house.client(Role.NURSE) as nurse:
        for said in (anna, float(anna), f"{anna}.0", f"{anna:040}"):
            body = {"patient_id": said, "reason": "Found on the stairs"}
            assert (await nurse.post("/api/emergency", json=body)).status_code == 200
            assert await door.all(noted, dict) == [{"patient_ids": [anna]}], said
        ward = {"ward": f"{house.ids['Ward 3']}.0", "start": 0}
        assert (await nurse.get("/api/alarms/past", params=ward)).status_code == 200
        assert await door.all(noted, dict) == [{"patient_ids": [anna, bela]}]


async def test_nobody_notes_anything_in_anothers_name(house: House) -> None:
    """Whatever is injected into a question: who it was by the database takes from the session."""
    forged = (
        "select audit_note(now(), 999, 'administrator', '', '', 'R', 'read', 'named', null, '',"
        " '{1}', 'patient', 'TREAT', 0, 'forged', 1)"
    )
    async with await house.client(Role.NURSE) as nurse:
        door = house.store.door(await actor_of(house, nurse))
        await door.run(sql(forged))
        assert await noted(house, "person_id, role") == [(house.ids["nurse"], "nurse")]
        for text in (
            "select * from audit",
            "select * from audit_unsealed",
            "delete from audit",
            "insert into audit_leaf values (0, 1, sha256('x'))",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await door.run(sql(text))
        assert (await nurse.delete("/api/session")).status_code == 204
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="nobody is signed in"):
            await door.run(sql(forged))


async def test_a_screen_that_watches_leaves_one_row_and_none_for_each_reading(
    house: House,
) -> None:
    ward = house.ids["Ward 3"]
    async with await house.client(Role.NURSE) as nurse:
        cookie = {"cookie": nurse.headers["cookie"]}
    address = house.url.replace("http", "ws")
    async with websockets.connect(f"{address}/api/live", additional_headers=cookie) as socket:
        await socket.send(json.dumps({"watch": "ward", "id": ward}))
        while json.loads(await asyncio.wait_for(socket.recv(), 10))["type"] != "watching":
            pass
    both = sorted([house.ids["Anna"], house.ids["Bela"]])
    assert await noted(house, "kind, object_id, patient_ids, route") == [
        ("ward", str(ward), both, "LIVE /api/live")
    ]


async def test_who_answers_for_it_finds_who_opened_whom(house: House) -> None:
    anna, bela = house.ids["Anna"], house.ids["Bela"]
    async with await house.client(Role.NURSE) as nurse:
        for patient in (anna, bela, anna):
            assert (await nurse.get(f"/api/patients/{patient}")).status_code == 200
        assert (await nurse.get("/api/audit")).status_code == 403
    async with await house.client(Role.ADMINISTRATOR) as privacy:
        found = (await privacy.post("/api/audit/patients/search", json={"search": "R-An"})).json()
        assert [(each["name"], each["place"]) for each in found] == [("Anna", "Ward 3, 3-01")]
        acts = (await privacy.get("/api/audit", params={"patient": anna})).json()["entries"]
        # Whoever looks is seen too: this very question is the newest.
        assert [(each["role"], each["kind"]) for each in acts] == [
            ("administrator", "audit"), ("nurse", "patient"), ("nurse", "patient"),
        ]  # fmt: skip
        assert acts[1]["person"] == "Test nurse"
        refused = (await privacy.get("/api/audit", params={"refused": True})).json()["entries"]
        assert [each["route"] for each in refused] == ["GET /api/audit"]
        events = (await privacy.get(f"/api/audit/{acts[1]['id']}/events")).json()["events"]
    assert events[0]["entity"][0]["what"] == {"reference": f"Patient/{anna}"}


async def test_a_patient_sees_who_looked_at_their_data(house: House) -> None:
    cleo = house.ids["Cleo"]
    for role in (Role.NURSE, Role.NURSE, Role.DOCTOR):
        async with await house.client(role) as client:
            assert (await client.get(f"/api/patients/{cleo}")).status_code == 200
    async with await house.client(Role.PATIENT) as patient:
        path = f"/api/patients/{cleo}/audit"
        seen = (await patient.get(path, params={"zone": "Europe/Lisbon"})).json()
        assert [(each["person"], each["role"]) for each in seen] == [
            ("Test doctor", "doctor"), ("Test nurse", "nurse"),
        ]  # fmt: skip
        assert all(each["times"] in {1, 2} for each in seen)  # two where a quarter began meanwhile
        assert {each["purpose"] for each in seen} == {"TREAT"}
        assert (await patient.get(path, params={"zone": "Mars/Base"})).status_code == 422
        assert (await patient.get(f"/api/patients/{house.ids['Anna']}/audit")).status_code == 403


def test_the_sentinel_sees_nobody_who_lives() -> None:
    from homeward.guard.audit import Action
    from homeward.model.person import Actor
    from homeward.services.trail.noting import Act

    by = By(Actor(1, "", Role.SENTINEL, 9), "GET /x", now=None)  # type: ignore[arg-type]
    assert by.is_pretend
    assert values(Act(Action.READ, "read", "patient"), by)["role"] == "sentinel"
