"""What a patient closes is closed in every way it could be read, at once; no life hangs on it."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from homeward.model.consent import PARTS, Consent
from homeward.model.delivery import Delivery, Outcome
from homeward.model.person import Actor, Role
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME
from homeward.services.people.consent import Decided, decide
from homeward.services.record.intake import Intake
from homeward.standards.consent import fhir_consent
from tests.api.conftest import House, sql
from tests.api.test_live import hot, next_of, socket, tell_alarm, watch
from tests.api.test_right_to_see import actor_of, leave, seen

ALL = list(PARTS)
WAITING = sql("select from pg_locks where not granted")
READ_OF = ("trend", "waves", "scores", "observations", "bedside")


@pytest.fixture
async def cleo(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with await house.client(Role.PATIENT) as client:
        yield client


@pytest.fixture
async def nurse(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with await house.client(Role.NURSE) as client:
        yield client


async def say(client: httpx.AsyncClient, house: House, **said: Any) -> dict[str, Any]:
    """Cleo, who is at home, decides."""
    decided = {"purpose": "care", "decision": "deny", "parts": ALL} | said
    answer = await client.post(f"/api/patients/{house.ids['Cleo']}/consents", json=decided)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def close_to_team(client: httpx.AsyncClient, house: House, *parts: str) -> int:
    """Cleo closes these to whoever cares for her at home; the number of the decision."""
    said = await say(client, house, ward_id=house.ids["Home care"], parts=parts or ALL)
    return said["decided"][0]["id"]


async def withdraw(client: httpx.AsyncClient, house: House, consent: int) -> httpx.Response:
    return await client.delete(f"/api/patients/{house.ids['Cleo']}/consents/{consent}")


async def test_of_two_decisions_at_once_the_later_one_alone_holds(house: House) -> None:
    cleo, nurse = house.ids["Cleo"], house.ids["nurse"]
    door = house.store.door(Actor(house.ids["patient"], "Cleo", Role.PATIENT, cleo))
    permit = Decided("care", "permit", ("readings",), person_id=nurse)
    deny, now = replace(permit, decision="deny"), datetime.now(UTC)
    async with door.transaction() as first:
        await decide(first, cleo, permit, now)
        later = asyncio.create_task(decide(door, cleo, deny, now))
        async with asyncio.timeout(10):
            while not later.done() and not await door.all(WAITING, dict):
                await asyncio.sleep(0.01)
    await later
    rows = await door.all(sql("select decision from consent where withdrawn is null"), dict)
    assert rows == [{"decision": "deny"}]


async def statuses(client: httpx.AsyncClient, house: House, *of: str) -> set[int]:
    """How each of these is answered of Cleo."""
    now = datetime.now(UTC)
    span = {"start": round((now - timedelta(seconds=50)).timestamp() * 1000),
            "end": round(now.timestamp() * 1000)}  # fmt: skip
    return {
        (await client.get(f"/api/patients/{house.ids['Cleo']}/{each}", params=span)).status_code
        for each in of or READ_OF
    }


async def measure(house: House) -> None:
    """A value of Cleo waits in the inbox, and one was charted by hand."""
    door, now = house.store.door(), datetime.now(UTC)
    device = await door.one(
        sql("insert into device (name, kind) values ('cuff', 'cuff') returning id"), dict
    )
    await door.run(
        sql("insert into association (device_id, patient_id, starts, source)"
            " values (%(device)s, %(patient)s, %(starts)s, 'test')"),
        device=device["id"], patient=house.ids["Cleo"], starts=now - timedelta(hours=1),
    )  # fmt: skip
    outcomes: list[Outcome] = []
    async with Intake.open(house.tools) as intake:
        readings = (Reading(BY_NAME["systolic"], 171.0, now - timedelta(seconds=5)),)
        intake.offer(Delivery(device["id"], 1, 1, now, readings), outcomes.append)
        await intake.settled()
    assert outcomes == [Outcome.STORED]
    async with await house.client(Role.DOCTOR) as doctor:
        body = {"key": str(uuid4()), "values": [{"vital": "pulse", "value": 71, "unit": "/min"}]}
        path = f"/api/patients/{house.ids['Cleo']}/observations"
        assert (await doctor.post(path, json=body)).status_code == 200


async def listed(client: httpx.AsyncClient, house: House) -> tuple[set[str], set[str], set[str]]:
    """What the worklist, the board and her own tile say of Cleo: vitals, vitals, what is closed."""
    ward, patient = house.ids["Home care"], house.ids["Cleo"]
    work = (await client.get(f"/api/wards/{ward}/worklist")).json()
    place = work["people"]["id"].index(patient)
    newest = {each["vital"] for each in work["newest"] if each["value"][place] is not None}
    board = (await client.get(f"/api/wards/{ward}/board")).json()
    now = (await client.get(f"/api/patients/{patient}/now")).json()
    (bed,) = board["beds"]
    assert bed["vitals"] == now["beds"][0]["vitals"]
    assert work["people"]["closed"][place].split() == bed["patient"]["closed"]
    return newest, {each["vital"] for each in bed["vitals"]}, set(bed["patient"]["closed"])


async def test_what_is_closed_is_in_no_list_no_chart_no_table_and_not_in_what_waits(
    house: House, cleo: httpx.AsyncClient, nurse: httpx.AsyncClient
) -> None:
    await measure(house)
    both = {"systolic", "pulse"}
    assert await listed(nurse, house) == (both, both, set())
    assert await statuses(nurse, house) == {200}
    consent = await close_to_team(cleo, house)
    assert await listed(nurse, house) == (set(), set(), set(ALL))
    assert await statuses(nurse, house) == {403}
    answer = await nurse.get(f"/api/patients/{house.ids['Cleo']}/trend")
    assert "closed this part" in answer.json()["error"]
    door = house.store.door(await actor_of(house, nurse))
    assert await seen(door, "observation") == set()
    # Who she is, where she lies and what alarms there are: whoever looks after her must know.
    assert house.ids["Cleo"] in await seen(door)
    assert await statuses(nurse, house, "alarms") == {200}
    assert await statuses(cleo, house, "trend") == {200}
    assert (await withdraw(cleo, house, consent)).status_code == 200
    assert await listed(nurse, house) == (both, both, set())
    assert (await withdraw(cleo, house, consent)).status_code == 409


async def test_one_part_is_closed_and_not_the_other(
    house: House, cleo: httpx.AsyncClient, nurse: httpx.AsyncClient
) -> None:
    await close_to_team(cleo, house, "waves")
    assert await statuses(nurse, house, "waves") == {403}
    assert await statuses(nurse, house, "trend") == {200}
    await close_to_team(cleo, house, "readings")  # in the place of that before
    assert await statuses(nurse, house, "waves") == {200}
    assert await statuses(nurse, house, "trend") == {403}


async def test_a_carer_of_no_team_is_named_for_a_part_and_a_while(
    house: House, cleo: httpx.AsyncClient, nurse: httpx.AsyncClient
) -> None:
    await leave(house, Role.NURSE, "Home care")
    assert await statuses(nurse, house, "trend") == {403}
    unknown = {"purpose": "care", "decision": "permit", "parts": ALL, "name": "Nobody Here"}
    path = f"/api/patients/{house.ids['Cleo']}/consents"
    assert (await cleo.post(path, json=unknown)).status_code == 404
    await say(cleo, house, decision="permit", name="test NURSE", parts=["readings"], days=7)
    assert await statuses(nurse, house, "trend") == {200}
    assert await statuses(nurse, house, "waves") == {403}
    assert house.ids["Cleo"] in {each["id"] for each in (await nurse.get("/api/patients")).json()}
    late = "update consent set starts = starts - interval '8 days', ends = ends - interval '8 days'"
    await house.store.door().run(sql(late))
    assert await statuses(nurse, house, "trend") == {403}
    found = {each["id"] for each in (await nurse.get("/api/patients")).json()}
    assert house.ids["Cleo"] not in found


async def test_whom_a_patient_names_sees_what_they_closed_to_the_team(
    house: House, cleo: httpx.AsyncClient, nurse: httpx.AsyncClient
) -> None:
    await close_to_team(cleo, house)
    await say(cleo, house, decision="permit", person_id=house.ids["nurse"])
    assert await statuses(nurse, house) == {200}
    async with await house.client(Role.DOCTOR) as doctor:
        assert await statuses(doctor, house) == {403}
    await say(cleo, house, person_id=house.ids["nurse"])  # and closes it to her after all
    assert await statuses(nurse, house) == {403}


async def test_no_life_hangs_on_a_switch(
    house: House, cleo: httpx.AsyncClient, nurse: httpx.AsyncClient
) -> None:
    ids, door = house.ids, house.store.door()
    await close_to_team(cleo, house)
    said = {"patient_id": ids["Cleo"], "reason": "Does not answer the door, lies on the floor"}
    assert (await nurse.post("/api/emergency", json=said)).status_code == 200
    assert await statuses(nurse, house) == {200}
    async with await house.client(Role.DOCTOR) as doctor:
        assert await statuses(doctor, house) == {403}
        alarm = (
            "insert into alarm (patient_id, condition, kind, priority, state, text, since, raised,"
            " rung) values (%(patient)s, 'x', 'physiological', 'high', 'active', 'X', now(), now(),"
            " now()) returning id"
        )
        row = await door.one(sql(alarm), dict, patient=ids["Cleo"])
        call = (
            "insert into call (alarm_id, audience, step, person_id, created, due)"
            " values (%(alarm)s, 'carer', 1, %(person)s, now(), now())"
        )
        await door.run(sql(call), alarm=row["id"], person=ids["doctor"])
        assert await statuses(doctor, house) == {200}  # who is called for her


async def test_the_ward_somebody_lies_on_sees_how_they_are(
    house: House, cleo: httpx.AsyncClient, nurse: httpx.AsyncClient
) -> None:
    ids, door = house.ids, house.store.door()
    await close_to_team(cleo, house)
    move = "update stay set ward_id = %(ward)s, bed = '3-09' where patient_id = %(patient)s"
    await door.run(sql(move), ward=ids["Ward 3"], patient=ids["Cleo"])
    assert await statuses(nurse, house) == {200}
    said = {"purpose": "care", "decision": "deny", "parts": ALL, "ward_id": ids["Ward 3"]}
    answer = await cleo.post(f"/api/patients/{ids['Cleo']}/consents", json=said)
    assert (answer.status_code, "lie on a ward" in answer.text) == (403, True)
    await say(cleo, house, person_id=ids["nurse"])  # one carer of it, there as well
    assert await statuses(nurse, house) == {403}


async def test_what_streams_ends_at_once_and_alarms_go_on(
    house: House, cleo: httpx.AsyncClient
) -> None:
    ids, bus = house.ids, house.tools.bus
    screen = await socket(house, Role.NURSE)
    await watch(screen, "patient", ids["Cleo"], ids["Ward 3"])
    waves = await socket(house, Role.NURSE, f"/api/live/waves?patient={ids['Cleo']}")
    (viewer,) = await has_viewers(house, 1)
    await bus.publish("hot.readings", hot(ids["Cleo"], 60))
    assert (await next_of(screen, "readings"))["rows"][0][2] == 60
    consent = await close_to_team(cleo, house)
    await next_of(screen, "rights")
    await bus.publish("hot.readings", hot(ids["Cleo"], 61))
    await tell_alarm(house, 5, "Cleo", "Home care")
    assert (await next_of(screen, "alarm"))["alarm"]["id"] == 5
    async with asyncio.timeout(5):
        while viewer.patients:
            await asyncio.sleep(0.01)
    assert (await withdraw(cleo, house, consent)).status_code == 200
    await next_of(screen, "rights")
    await bus.publish("hot.readings", hot(ids["Cleo"], 62))
    assert (await next_of(screen, "readings"))["rows"][0][2] == 62  # and never 61
    await screen.close()
    await waves.close()


async def has_viewers(house: House, many: int) -> list[Any]:
    async with asyncio.timeout(5):
        while len(house.hub.waves.viewers) < many:
            await asyncio.sleep(0.01)
    return house.hub.waves.viewers


async def test_only_the_patient_decides_and_only_for_themselves(
    house: House, cleo: httpx.AsyncClient, nurse: httpx.AsyncClient
) -> None:
    said = {"purpose": "research", "decision": "permit", "parts": ALL}
    own, other = (f"/api/patients/{house.ids[name]}/consents" for name in ("Cleo", "Anna"))
    assert (await nurse.post(own, json=said)).status_code == 403
    assert (await cleo.post(other, json=said)).status_code == 403
    consent = (await say(cleo, house, **said))["decided"][0]["id"]
    assert (await nurse.delete(f"{own}/{consent}")).status_code == 403
    assert (await cleo.delete(f"{other}/{consent}")).status_code == 403
    assert (await nurse.get(own)).status_code == 200
    assert (await cleo.get(other)).status_code == 403


@pytest.mark.parametrize(
    "said",
    [
        {"parts": []},
        {"days": 0},
        {"days": 99_999},
        {},  # whom?
        {"purpose": "research", "decision": "deny"},
        {"decision": "permit", "ward_id": 1},
        {"ward_id": 1, "person_id": 1},
        {"parts": ["everything"], "person_id": 1},
    ],
)
async def test_a_decision_that_says_nothing_is_refused(
    house: House, cleo: httpx.AsyncClient, said: dict[str, Any]
) -> None:
    decided = {"purpose": "care", "decision": "deny", "parts": ALL} | said
    path = f"/api/patients/{house.ids['Cleo']}/consents"
    assert (await cleo.post(path, json=decided)).status_code == 422
    assert (await cleo.get(path)).json()["decided"] == []


async def test_it_is_kept_as_a_resource_and_shown_as_it_stands(
    house: House, cleo: httpx.AsyncClient
) -> None:
    consent = await close_to_team(cleo, house, "waves")
    await say(cleo, house, purpose="research", decision="permit", days=30)
    await withdraw(cleo, house, consent)
    kept = await house.store.door().all(sql("select id, resource from consent order by id"), dict)
    path = f"/api/patients/{house.ids['Cleo']}/consents/fhir"
    bundle = (await cleo.get(path)).json()
    research, care = (each["resource"] for each in bundle["entry"])
    assert (research["status"], care["status"]) == ("active", "inactive")
    assert [each["resource"]["status"] for each in kept] == ["active", "active"]
    for shown, row in ((care, kept[0]), (research, kept[1])):
        written = json.loads(json.dumps(row["resource"]))
        assert shown["provision"]["type"] == written["provision"]["type"]
        assert shown["provision"]["class"] == written["provision"]["class"]
        assert shown["scope"] == written["scope"]
    assert care["provision"]["actor"][0]["reference"] == {
        "reference": f"Organization/ward-{house.ids['Home care']}"
    }


def test_a_consent_by_the_elements_of_fhir() -> None:
    permit = Consent(
        7, 4, "care", "permit", 3, "Dan", None, None, ["readings"],
        1_772_442_000_000, 1_772_528_400_000, None,
    )  # fmt: skip
    said = fhir_consent(permit, 1_772_442_000_001)
    assert (said["resourceType"], said["id"], said["status"]) == ("Consent", "7", "active")
    assert fhir_consent(permit, 1_772_528_400_000)["status"] == "inactive"
    assert said["scope"]["coding"][0]["code"] == "patient-privacy"
    assert said["patient"] == {"reference": "Patient/4"}
    assert said["policyRule"]["coding"][0]["code"] == "OPTIN"
    provision = said["provision"]
    assert provision["period"] == {
        "start": "2026-03-02T09:00:00.000+00:00", "end": "2026-03-03T09:00:00.000+00:00",
    }  # fmt: skip
    (actor,) = provision["actor"]
    assert actor["role"]["coding"][0]["code"] == "IRCP"
    assert actor["reference"] == {"reference": "Practitioner/3"}
    assert [each["code"] for each in provision["purpose"]] == ["TREAT"]
    assert [each["code"] for each in provision["class"]] == ["readings"]
