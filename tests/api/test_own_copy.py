"""A patient's own copy over HTTP: theirs alone, audited, and accounted for."""

import asyncio
import csv
import io
import json
import zipfile
from typing import Any
from uuid import uuid4

import httpx

from homeward.model.person import Role
from tests.api.conftest import House, sql


async def rows(house: House, text: str) -> list[dict[str, Any]]:
    return await house.store.door().all(sql(text), dict)


async def test_a_patient_takes_their_record_with_them(house: House) -> None:
    cleo = f"/api/patients/{house.ids['Cleo']}"
    async with await house.client(Role.PATIENT) as client:
        answer = await client.get(f"{cleo}/export")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        bundle = json.loads(archive.read("bundle.json"))
        (who,) = [e["resource"] for e in bundle["entry"] if "birthDate" in e["resource"]]
        assert who["name"] == [{"text": "Cleo"}]
        assert b"R-Anna" not in archive.read("bundle.json")
        page = await client.get(f"{cleo}/export/summary")
        assert page.content.startswith(b"%PDF-")
        told = (await client.get(f"{cleo}/disclosures")).json()
        assert [line["what"] for line in told] == [
            "A summary to read",
            "The whole record, as files",
        ]
    noted = await rows(house, "select route, patient_ids from audit where route like '%export%'")
    assert [line["patient_ids"] for line in noted] == [[house.ids["Cleo"]]] * 2


async def test_one_copy_at_a_time_however_they_are_asked_for(house: House) -> None:
    export = f"/api/patients/{house.ids['Cleo']}/export"
    async with await house.client(Role.PATIENT) as client:
        for _ in range(2):  # and once they are written another may be
            answers = await asyncio.gather(*(client.get(export) for _ in range(4)))
            assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
    assert len(await rows(house, "select from disclosure")) == 2


async def test_nobody_else_takes_it(house: House) -> None:
    for role in set(Role) - {Role.PATIENT}:
        async with await house.client(role) as client:
            for path in ("export", "export/summary"):
                answer = await client.get(f"/api/patients/{house.ids['Cleo']}/{path}")
                assert answer.status_code == 403, role
    async with await house.client(Role.PATIENT) as client:
        answer = await client.get(f"/api/patients/{house.ids['Anna']}/export")
        assert answer.status_code == 403
        own, other = f"/api/patients/{house.ids['Cleo']}/export", {"sec-fetch-site": "cross-site"}
        for path in (own, f"{own}/summary"):
            assert (await client.get(path, headers=other)).status_code == 403
    assert await rows(house, "select from disclosure") == []


async def test_what_went_by_letter_is_accounted_for(house: House) -> None:
    cleo = f"/api/patients/{house.ids['Cleo']}"
    said = {
        "recipient": "=Health insurance", "what": "Blood pressures of March", "purpose": "A claim",
    }  # fmt: skip
    async with await house.client(Role.NURSE) as nurse:
        assert (await nurse.post(f"{cleo}/disclosures", json=said)).status_code == 204
        assert (
            await nurse.post(f"{cleo}/disclosures", json=said | {"what": ""})
        ).status_code == 422
        assert (await nurse.get(f"{cleo}/disclosures")).json()[0]["by"] == "Test nurse"
    async with await house.client(Role.PATIENT) as client:
        assert (await client.post(f"{cleo}/disclosures", json=said)).status_code == 403
        answer: httpx.Response = await client.get(f"{cleo}/disclosures/file")
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line["what"] for line in table] == ["Blood pressures of March"]
    # A spreadsheet must not take a word for a formula.
    assert table[0]["to whom"] == "'=Health insurance"


async def test_a_message_to_a_relative_is_accounted_for(house: House) -> None:
    for text in (
        "insert into relative (patient_id, person_id, priorities, since, made)"
        " values (%(cleo)s, %(who)s, '{high}', now(), now())",
        "insert into alarm (patient_id, condition, kind, priority, state, text, since, raised,"
        " rung) values (%(cleo)s, 'x', 'physiological', 'high', 'active', 'x', now(), now(),"
        " now())",
        "insert into call (alarm_id, audience, step, person_id, created, due)"
        " select id, 'relative', 1, %(who)s, now(), now() from alarm",
        "insert into contact (person_id, place, way, address, created)"
        " values (%(who)s, 1, 'email', 'rosa@example.org', now())",
        "insert into delivery (call_id, contact_id, priority, created, next_try, expires, sent)"
        " select call.id, contact.id, 'high', now(), now(), now(), now() from call, contact",
    ):
        values = {"cleo": house.ids["Cleo"], "who": house.ids["relative"]}
        used = {name: value for name, value in values.items() if f"%({name})s" in text}
        await house.store.door().run(sql(text), **used)
    async with await house.client(Role.PATIENT) as client:
        told = (await client.get(f"/api/patients/{house.ids['Cleo']}/disclosures")).json()
    assert [(line["recipient"], line["way"]) for line in told] == [("Test relative", "email")]


async def test_their_messages_are_in_it(house: House) -> None:
    cleo = f"/api/patients/{house.ids['Cleo']}"
    async with await house.client(Role.PATIENT) as client, await house.client(Role.NURSE) as nurse:
        await client.post(f"{cleo}/letters", json={"key": str(uuid4()), "text": "My ankles."})
        await nurse.post(f"{cleo}/letters", json={"key": str(uuid4()), "text": "Come in."})
        answer = await client.get(f"{cleo}/export")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    entries = [each["resource"] for each in json.loads(archive.read("bundle.json"))["entry"]]
    assert [
        (each["sender"]["display"], each["payload"][0]["contentString"], each["status"])
        for each in entries
        if each["resourceType"] == "Communication"
    ] == [("Test patient", "My ankles.", "completed"), ("Test nurse", "Come in.", "completed")]
