"""What patients ask of their own record: corrections whose history stays, and that it rests."""

from datetime import UTC, datetime
from typing import Any

import httpx

from homeward.model.person import Role
from tests.api.conftest import House, sql
from tests.api.test_right_to_see import actor_of


async def rows(house: House, text: str, **values: Any) -> list[dict[str, Any]]:
    return await house.store.door().all(sql(text), dict, **values)


def at(house: House, name: str = "Cleo") -> str:
    return f"/api/patients/{house.ids[name]}"


async def asked(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    return (await client.get(f"{path}/requests")).json()


async def test_a_name_is_corrected_and_both_versions_stay(house: House) -> None:
    cleo = at(house)
    said = {"field": "name", "wanted": "Chloe", "reason": "Misspelt at admission"}
    async with (
        await house.client(Role.PATIENT) as client,
        await house.client(Role.NURSE) as nurse,
    ):
        assert (await client.post(f"{cleo}/amendments", json=said)).status_code == 204
        (waiting,) = (await nurse.get("/api/requests")).json()["amendments"]
        answer = f"{cleo}/amendments/{waiting['id']}/answer"
        yes = {"verdict": "accepted", "answer": "Seen on the passport"}
        assert (await client.post(answer, json=yes)).status_code == 403
        assert (await nurse.post(answer, json=yes | {"answer": ""})).status_code == 422
        assert (await nurse.post(answer, json=yes)).status_code == 204
        assert (await nurse.post(answer, json=yes)).status_code == 404
        assert (await nurse.get(cleo)).json()["name"] == "Chloe"
        async with await house.client(Role.PATIENT) as own:
            assert (await own.get("/api/session")).json()["person"]["name"] == "Chloe"
        (told,) = (await asked(client, cleo))["amendments"]
    assert (told["before"], told["wanted"], told["verdict"]) == ("Cleo", "Chloe", "accepted")
    assert (told["decided_by"], told["answer"]) == ("Test nurse", "Seen on the passport")


async def test_what_changed_meanwhile_is_not_overwritten(house: House) -> None:
    cleo = at(house)
    said = {"field": "birth_date", "wanted": "1951-03-01", "reason": "My passport says so"}
    async with (
        await house.client(Role.PATIENT) as client,
        await house.client(Role.DOCTOR) as doctor,
    ):
        for wrong in ("1951-02-31", "2951-01-01", "1700-01-01", "yesterday"):
            answer = await client.post(f"{cleo}/amendments", json=said | {"wanted": wrong})
            assert answer.status_code == 422, wrong
        await client.post(f"{cleo}/amendments", json=said)
        await house.store.door().run(
            sql("update patient set birth_date = '1952-01-01' where id = %(id)s"),
            id=house.ids["Cleo"],
        )
        (waiting,) = (await asked(doctor, cleo))["amendments"]
        path = f"{cleo}/amendments/{waiting['id']}/answer"
        yes = {"verdict": "accepted", "answer": "As it is on the passport"}
        assert (await doctor.post(path, json=yes)).status_code == 409
        no = {"verdict": "refused", "answer": "The register says 1952"}
        assert (await doctor.post(path, json=no)).status_code == 204
    (row,) = await rows(
        house, "select birth_date::text as born from patient where id = %(id)s",
        id=house.ids["Cleo"],
    )  # fmt: skip
    assert row["born"] == "1952-01-01"


async def rests(house: House, name: str = "Cleo") -> None:
    """An administrator lets a record rest, as was asked."""
    async with (
        await house.client(Role.ADMINISTRATOR) as ada,
        await house.client(Role.NURSE) as nurse,
    ):
        said = {"ground": "accuracy", "reason": "The numbers are not mine"}
        assert (await nurse.post(f"{at(house, name)}/restriction", json=said)).status_code == 204
        again = await nurse.post(f"{at(house, name)}/restriction", json=said)
        assert again.status_code == 409
        (one,) = (await ada.get("/api/restrictions")).json()
        answer = {"verdict": "accepted", "answer": "Until the device is checked"}
        path = f"/api/restrictions/{one['id']}/answer"
        assert (await nurse.post(path, json=answer)).status_code == 403
        assert (await ada.post(path, json=answer)).status_code == 204


async def test_a_record_at_rest_is_closed_and_its_alarms_ring_on(house: House) -> None:
    anna, ward = at(house, "Anna"), house.ids["Ward 3"]
    alarm = (
        "insert into alarm (patient_id, condition, kind, priority, state, text, since, raised,"
        " rung) values (%(p)s, 'x', 'physiological', 'high', 'active', 'SpO2 86', now(), now(),"
        " now())"
    )
    await house.store.door().run(sql(alarm), p=house.ids["Anna"])
    for text in (
        "insert into score (patient_id, name, at, total, low, high, risk, is_leading, detail)"
        " values (%(p)s, 'news2', now() - interval '1 h', 1, 1, 1, 'low', true, '{}'),"
        " (%(p)s, 'news2', now(), 1, 1, 1, 'low', true, '{}')",
        "insert into observation (key, patient_id, person_id, at, entered)"
        " select gen_random_uuid(), %(p)s, min(id), now(), now() from person",
    ):
        await house.store.door().run(sql(text), p=house.ids["Anna"])
    await rests(house, "Anna")
    async with await house.client(Role.NURSE) as nurse:
        refused = await nurse.get(anna)
        assert refused.status_code == 403
        assert refused.json()["wants"] == "rest"
        for path in ("scores", "observations", "disclosures"):
            assert (await nurse.get(f"{anna}/{path}")).status_code == 403
        alarms = (await nurse.get("/api/alarms", params={"ward": ward})).json()
        assert [line["text"] for line in alarms] == ["SpO2 86"]
        assert alarms[0]["patient"] == "Anna"
        door = house.store.door(await actor_of(house, nurse))
        mine = {"p": house.ids["Anna"]}
        for table, seen in (("score", 1), ("observation", 0), ("patient", 1)):
            name = "id" if table == "patient" else "patient_id"
            text = f"select {name} from {table} where {name} = %(p)s"
            assert len(await door.all(sql(text), dict, **mine)) == seen, table
        # In an emergency it opens, with a reason that is kept.
        said = {"patient_id": house.ids["Anna"], "reason": "Found unconscious in bed"}
        assert (await nurse.post("/api/emergency", json=said)).status_code == 200
        assert (await nurse.get(anna)).status_code == 200


async def test_whoever_is_called_for_it_sees_it(house: House) -> None:
    anna = at(house, "Anna")
    await rests(house, "Anna")
    call = (
        "with raised as (insert into alarm (patient_id, condition, kind, priority, state, text,"
        " since, raised, rung) values (%(p)s, 'x', 'physiological', 'high', 'active', 'x', now(),"
        " now(), now()) returning id) insert into call (alarm_id, audience, step, person_id,"
        " created, due) select id, 'carer', 1, %(n)s, now(), now() from raised"
    )
    async with (
        await house.client(Role.NURSE) as nurse,
        await house.client(Role.DOCTOR) as doctor,
    ):
        await house.store.door().run(sql(call), p=house.ids["Anna"], n=house.ids["nurse"])
        assert (await nurse.get(anna)).status_code == 200
        assert (await doctor.get(anna)).status_code == 403
        await house.store.door().run(sql("update call set ended = now()"))
        assert (await nurse.get(anna)).status_code == 403


async def test_a_patient_sees_their_resting_record_and_ends_it(house: House) -> None:
    cleo = at(house)
    await rests(house)
    async with (
        await house.client(Role.PATIENT) as client,
        await house.client(Role.NURSE) as nurse,
    ):
        assert (await client.get(cleo)).status_code == 200
        assert (await nurse.get(cleo)).status_code == 403
        assert (await client.delete(f"{cleo}/restriction")).status_code == 204
        assert (await client.delete(f"{cleo}/restriction")).status_code == 404
        assert (await nurse.get(cleo)).status_code == 200
        (told,) = (await asked(client, cleo))["restrictions"]
    assert told["ended_by"] == "Test patient"
    assert told["ended"] <= datetime.now(UTC).timestamp() * 1000


async def test_whoever_clears_it_up_sees_it(house: House) -> None:
    cleo = at(house)
    said = {"ground": "accuracy", "reason": "The numbers are not mine"}
    async with (
        await house.client(Role.ADMINISTRATOR) as ada,
        await house.client(Role.PATIENT) as client,
        await house.client(Role.NURSE) as nurse,
        await house.client(Role.DOCTOR) as doctor,
    ):
        await client.post(f"{cleo}/restriction", json=said)
        (one,) = (await ada.get("/api/restrictions")).json()
        answer = {"verdict": "accepted", "answer": "Until it is clear", "keeper": "engineer"}
        path = f"/api/restrictions/{one['id']}/answer"
        assert (await ada.post(path, json=answer)).status_code == 403
        assert (await ada.post(path, json=answer | {"keeper": "doctor"})).status_code == 204
        assert (await nurse.get(cleo)).status_code == 403
        assert (await doctor.get(cleo)).status_code == 200
        end = f"/api/restrictions/{one['id']}/end"
        assert (await ada.post(end, json={"why": ""})).status_code == 422
        assert (await ada.post(end, json={"why": "The device was changed"})).status_code == 204
        assert (await nurse.get(cleo)).status_code == 200
