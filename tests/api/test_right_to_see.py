"""Who may see whom: decided by PostgreSQL, row by row, for whoever came in by a session."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from homeward.model.person import Actor, Role
from homeward.services.people.sessions import who
from homeward.store import Door
from tests.api.conftest import House, sql


async def actor_of(house: House, client: httpx.AsyncClient) -> Actor:
    token = client.headers["cookie"].partition("=")[2]
    actor = await who(house.store.door(), token, datetime.now(UTC))
    assert actor is not None
    return actor


async def leave(house: House, role: Role, ward: str) -> None:
    """They work on this ward no more."""
    text = "update ward_staff set ends = now() where person_id = %(person)s and ward_id = %(ward)s"
    await house.store.door().run(sql(text), person=house.ids[role], ward=house.ids[ward])


async def seen(door: Door, table: str = "patient") -> set[int]:
    rows = await door.all(sql(f"select * from {table}"), dict)
    return {row["id"] for row in rows}


async def test_a_carer_sees_the_wards_they_work_on(house: House) -> None:
    async with await house.client(Role.NURSE) as nurse:
        ids, door = house.ids, house.store.door(await actor_of(house, nurse))
        assert await seen(door) == {ids["Anna"], ids["Bela"], ids["Cleo"]}
        await leave(house, Role.NURSE, "Ward 3")
        assert await seen(door) == {ids["Cleo"]}
        answer = await nurse.get(f"/api/patients/{ids['Anna']}/trend")
        assert answer.status_code == 403
        assert "not on this patient's team" in answer.json()["error"]
        assert (await nurse.get(f"/api/patients/{ids['Cleo']}/trend")).status_code == 200
        assert (await nurse.get(f"/api/wards/{ids['Ward 3']}/board")).status_code == 403
        found = (await nurse.get("/api/patients")).json()
        assert [each["id"] for each in found] == [ids["Cleo"]]
        for words in ("", "anna", "R-Anna", "3-01"):
            found = (await nurse.post("/api/patients/search", json={"search": words})).json()
            assert [each["id"] for each in found] == ([ids["Cleo"]] if not words else [])
        wards = (await nurse.get("/api/wards")).json()
        assert [each["name"] for each in wards] == ["Home care"]


async def test_who_was_handed_over_is_seen_while_they_lie_there_and_for_a_day(
    house: House,
) -> None:
    await leave(house, Role.NURSE, "Ward 3")
    door, ids = house.store.door(), house.ids
    handed = (
        "insert into assignment (patient_id, ward_id, person_id, starts)"
        " values (%(anna)s, %(ward)s, %(nurse)s, now())"
    )
    values = {"anna": ids["Anna"], "ward": ids["Ward 3"], "nurse": ids["nurse"]}
    await door.run(sql(handed), **values)
    async with await house.client(Role.NURSE) as nurse:
        own = house.store.door(await actor_of(house, nurse))
        assert await seen(own) == {ids["Anna"], ids["Cleo"]}
        for ended, found in (("1 hour", {"Anna", "Cleo"}), ("25 hours", {"Cleo"})):
            gone = (
                "update stay set starts = now() - interval '9 days',"
                f" ends = now() - interval '{ended}' where patient_id = %(anna)s"
            )
            await door.run(sql(gone), anna=ids["Anna"])
            assert await seen(own) == {ids[each] for each in found}, ended
        moved = (
            "insert into stay (patient_id, ward_id, bed, starts)"
            " values (%(anna)s, %(elsewhere)s, '4-01', now())"
        )
        ward = "insert into ward (name, kind) values ('Ward 4', 'ward') returning id"
        elsewhere = (await door.one(sql(ward), dict))["id"]
        await door.run(sql(moved), anna=ids["Anna"], elsewhere=elsewhere)
        assert await seen(own) == {ids["Cleo"]}


async def test_nobody_is_shown_an_empty_record_for_one_that_is_not_there(house: House) -> None:
    async with await house.client(Role.DOCTOR) as doctor:
        assert (await doctor.get("/api/patients/999999/trend")).status_code == 404
        assert (await doctor.get(f"/api/patients/{10**30}/trend")).status_code == 404
        assert (await doctor.get("/api/wards/999999/board")).status_code == 404
    async with await house.client(Role.PATIENT) as cleo:
        # To a patient an id says nothing: not even whether there is somebody.
        for other in (house.ids["Anna"], 999999):
            assert (await cleo.get(f"/api/patients/{other}/trend")).status_code == 403


async def test_whoever_is_called_about_a_patient_sees_them(house: House) -> None:
    ids = house.ids
    async with await house.client(Role.DOCTOR) as doctor:
        for ward in ("Ward 3", "Home care"):
            await leave(house, Role.DOCTOR, ward)
        door = house.store.door(await actor_of(house, doctor))
        assert await seen(door) == set()
        alarm = (
            "insert into alarm (patient_id, condition, kind, priority, state, text, since, raised,"
            " rung) values (%(patient)s, 'x', 'physiological', 'high', 'active', 'X', now(), now(),"
            " now()) returning id"
        )
        row = await house.store.door().one(sql(alarm), dict, patient=ids["Anna"])
        call = (
            "insert into call (alarm_id, audience, step, person_id, created, due)"
            " values (%(alarm)s, 'carer', 1, %(person)s, now(), now())"
        )
        await house.store.door().run(sql(call), alarm=row["id"], person=ids[Role.DOCTOR])
        assert await seen(door) == {ids["Anna"]}
        assert (await doctor.get(f"/api/alarms/{row['id']}")).status_code == 200
        taken = await doctor.post(f"/api/alarms/{row['id']}/acknowledge", json={"reason": "mine"})
        assert taken.status_code == 200


async def test_an_alarm_of_another_teams_patient_is_as_missing_as_none(house: House) -> None:
    await leave(house, Role.NURSE, "Ward 3")
    alarm = (
        "insert into alarm (patient_id, condition, kind, priority, state, text, since, raised,"
        " rung) values (%(patient)s, 'x', 'physiological', 'high', 'active', 'X', now(), now(),"
        " now()) returning id"
    )
    row = await house.store.door().one(sql(alarm), dict, patient=house.ids["Anna"])
    async with await house.client(Role.NURSE) as nurse:
        assert (await nurse.get(f"/api/alarms/{row['id']}")).status_code == 404
        for what in ("acknowledge", "pause", "acts"):
            answer = await nurse.post(f"/api/alarms/{row['id']}/{what}", json={"what": "x"})
            assert answer.status_code == 404, what
        assert (await nurse.get("/api/alarms")).json() == []


async def test_a_device_is_not_taken_from_another_teams_patient(house: House) -> None:
    """Nobody would be watched by it any more, and their own team would not know why."""
    await leave(house, Role.NURSE, "Ward 3")
    door, anna = house.store.door(), house.ids["Anna"]
    worn = sql("select patient_id from association where ends is null")
    async with await house.client(Role.NURSE) as nurse:
        path = "/api/devices/monitor-1/patient"
        for wearer in (None, house.ids["Cleo"]):
            answer = await nurse.post(path, json={"patient_id": wearer})
            assert (answer.status_code, "Ward 3" in answer.text) == (403, True), answer.text
        assert await door.all(worn, dict) == [{"patient_id": anna}]
        gone = "update stay set ends = starts + interval '1 hour' where patient_id = %(anna)s"
        await door.run(sql(gone), anna=anna)
        answer = await nurse.post(path, json={"patient_id": house.ids["Cleo"]})
        assert answer.status_code == 200, "whoever left long ago needs it no more"
        assert await door.all(worn, dict) == [{"patient_id": house.ids["Cleo"]}]


async def test_a_patient_sees_their_own_record_and_an_engineer_a_bed_without_a_name(
    house: House,
) -> None:
    ids = house.ids
    async with await house.client(Role.PATIENT) as cleo:
        door = house.store.door(await actor_of(house, cleo))
        assert await seen(door) == {ids["Cleo"]}
    async with await house.client(Role.ENGINEER) as engineer:
        door = house.store.door(await actor_of(house, engineer))
        assert await seen(door) == set()
        (device,) = (await engineer.get("/api/devices")).json()
        assert (device["bed"], device["patient"]) == ("3-01", None)


async def test_a_session_that_ended_sees_nothing_in_the_very_next_question(house: House) -> None:
    async with await house.client(Role.NURSE) as nurse:
        door = house.store.door(await actor_of(house, nurse))
        assert await seen(door)
        await nurse.delete("/api/session")
        assert await seen(door) == set()


@pytest.mark.parametrize(
    ("role", "column", "setting", "is_over"),
    [
        (Role.NURSE, "seen", "session_idle_seconds", True),
        (Role.NURSE, "created", "session_seconds_max", True),
        (Role.PATIENT, "created", "home_session_seconds_max", True),
        (Role.PATIENT, "seen", "session_idle_seconds", False),  # at home nobody is signed out so
    ],
)
async def test_row_security_believes_no_session_that_the_pages_do_not(
    house: House, role: Role, column: str, setting: str, is_over: bool
) -> None:
    """One rule: what is idle or old is nobody's in PostgreSQL, too, whoever still has its token."""
    async with await house.client(role) as client:
        door = house.store.door(await actor_of(house, client))
        for beyond, sees in ((-60, True), (1, not is_over)):
            age = timedelta(seconds=getattr(house.tools.settings, setting) + beyond)
            then = {"then": datetime.now(UTC) - age}
            await house.store.door().run(sql(f"update session set {column} = %(then)s"), **then)
            assert bool(await seen(door)) is sees
            headers = {"x-untouched": "1"}
            answer = await client.get("/api/session", headers=headers)
            assert (answer.status_code == 200) is sees


# More, and at many more places, in test_injection.py; here by the pages' own connections, which the
# next question is asked on.
INJECTED = (
    "select set_config('homeward.session', 'forged', false)",
    "select set_config('role', 'none', false)",
    "select set_config('row_security', 'off', false)",
    "select set_config('session_authorization', 'homeward', false)",
    "select token_sha256 from session",
    "select password_hash from person",
    "select body from inbox",
    "select guard_table('patient', 'true')",
    "with x as (insert into emergency_access (patient_id, person_id, reason, starts, ends)"
    " select id, 1, 'a good reason', now(), now() + interval '1 h' from patient returning 1)"
    " select 1",
    "with x as (update session set ended = null returning 1) select 1",
    "with x as (insert into ward_staff (person_id, starts) values (1, now()) returning 1) select 1",
)


async def test_what_is_injected_into_a_question_frees_nobody(house: House) -> None:
    """Under an account of its own, as an installation has it."""
    for ward in ("Ward 3", "Home care"):
        await leave(house, Role.NURSE, ward)
    async with await house.client(Role.NURSE) as nurse:
        door = house.store.door(await actor_of(house, nurse))
        for injected in INJECTED:
            found: set[int] = set()
            with suppress(psycopg.Error):
                async with door.held() as held:
                    await held.all(sql(f"select ({injected})::text"), dict)
                    found = await seen(held)
            assert found == set(), injected
            assert await seen(door) == set(), injected


async def test_the_glass_is_broken_with_a_reason_for_an_hour_and_reviewed(house: House) -> None:
    ids = house.ids
    await leave(house, Role.NURSE, "Ward 3")
    async with await house.client(Role.NURSE) as nurse:
        anna = f"/api/patients/{ids['Anna']}"
        assert (await nurse.get(f"{anna}/trend")).status_code == 403
        found = await nurse.post("/api/emergency/search", json={"record_number": "R-Anna"})
        assert found.json() == {
            "id": ids["Anna"], "name": "Anna", "born": 1950, "ward": "Ward 3", "bed": "3-01",
        }  # fmt: skip
        part = await nurse.post("/api/emergency/search", json={"record_number": "R-An"})
        assert part.status_code == 404
        said = {"patient_id": ids["Anna"], "reason": "short"}
        assert (await nurse.post("/api/emergency", json=said)).status_code == 422
        said["reason"] = "Found without a pulse in the corridor"
        until = (await nurse.post("/api/emergency", json=said)).json()["until"]
        hour = datetime.fromtimestamp(until / 1000, UTC) - datetime.now(UTC)
        assert timedelta(minutes=59) < hour <= timedelta(minutes=60)
        assert (await nurse.get(f"{anna}/trend")).status_code == 200

        async with await house.client(Role.ADMINISTRATOR) as ada:
            (waiting,) = (await ada.get("/api/emergency")).json()
            assert waiting["person"] == "Test nurse"
            assert waiting["reason"] == said["reason"]
            assert waiting["reviewed"] is None
            review = f"/api/emergency/{waiting['id']}/review"
            verdict: dict[str, Any] = {"verdict": "justified", "note": "Seen by two of us"}
            assert (await ada.post(review, json=verdict)).status_code == 204
            assert (await ada.post(review, json=verdict)).status_code == 409
            assert (await ada.get(f"{anna}/trend")).status_code == 403

        over = "update emergency_access set starts = now() - interval '2 h', ends = now()"
        await house.store.door().run(sql(over))
        assert (await nurse.get(f"{anna}/trend")).status_code == 403
    async with await house.client(Role.DOCTOR) as doctor:  # of her team
        (told,) = (await doctor.get(f"{anna}/emergency")).json()
        assert told["person"] == "Test nurse"


async def test_a_team_is_an_administrators_to_make(house: House) -> None:
    ward = f"/api/wards/{house.ids['Ward 3']}/team"
    async with await house.client(Role.ADMINISTRATOR) as ada:
        team = (await ada.get(ward)).json()
        assert {each["name"] for each in team["members"]} == {"Test nurse", "Test doctor"}
        line = next(each for each in team["members"] if each["name"] == "Test nurse")
        handed = "select person_id, ends_by from assignment where ends is not null"
        async with await house.client(Role.NURSE) as nurse:
            anna = f"/api/patients/{house.ids['Anna']}/trend"
            given = {"patients": [house.ids["Anna"]], "to": house.ids[Role.NURSE], "why": ""}
            handover = f"/api/wards/{house.ids['Ward 3']}/handover"
            assert (await nurse.post(handover, json=given)).status_code == 200
            assert (await nurse.get(anna)).status_code == 200
            assert (await ada.delete(f"/api/team/{line['id']}")).status_code == 204
            assert (await nurse.get(ward)).status_code == 403
            assert (await nurse.get(anna)).status_code == 403, "nor whom they were handed there"
            assert await house.store.door().all(sql(handed), dict) == [
                {"person_id": house.ids[Role.NURSE], "ends_by": house.ids[Role.ADMINISTRATOR]}
            ]
            said = {"person_id": house.ids[Role.NURSE], "everywhere": True, "why": "floats"}
            assert (await nurse.post(ward, json=said)).status_code == 403
            assert (await ada.post(ward, json=said)).status_code == 200
            assert (await nurse.get(ward)).status_code == 200
        said["person_id"] = house.ids[Role.ENGINEER]
        assert (await ada.post(ward, json=said)).status_code == 403
