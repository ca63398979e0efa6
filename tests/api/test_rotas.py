"""Rotas, chains, handovers and relatives as their routes take them."""

import httpx

from homeward.model.person import Role
from tests.api.conftest import House

DAY_MS = 86_400_000


def plan(*people: int, **more: object) -> dict[str, object]:
    return {"zone": "Europe/Berlin", "turn_hours": 24, "people": people, **more}


async def added(client: httpx.AsyncClient, house: House, name: str = "Nurses") -> int:
    body = {"name": name, "plan": plan(house.ids["nurse"], house.ids["doctor"])}
    answer = await client.post(f"/api/wards/{house.ids['Ward 3']}/rotas", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_rota_is_made_and_shown_with_two_weeks_and_who_is_on_now(house: House) -> None:
    async with await house.client(Role.NURSE) as client:
        rota = await added(client, house)
        shown = (await client.get(f"/api/wards/{house.ids['Ward 3']}/rotas")).json()
        (only,) = shown["rotas"]
        assert (only["id"], only["name"], only["handover"]) == (rota, "Nurses", "07:00")
        assert len(only["now"]) == 1
        assert only["spans"][0]["starts"] == shown["start"]
        assert 13 * DAY_MS < only["spans"][-1]["ends"] - shown["start"] <= 14.1 * DAY_MS
        assert [one["bed"] for one in shown["patients"]] == ["3-01", "3-02"]
        taken = await client.post(
            f"/api/wards/{house.ids['Ward 3']}/rotas",
            json={"name": "Nurses", "plan": plan(house.ids["nurse"])},
        )
        assert taken.status_code == 409


async def test_what_could_not_work_is_refused_in_words(house: House) -> None:
    ward, patient = house.ids["Ward 3"], house.ids["patient"]
    async with await house.client(Role.NURSE) as client:
        for body, status, words in (
            (plan(patient), 404, "nurse or doctor"),
            (plan(house.ids["nurse"], zone="Mars/Base"), 422, "time zone"),
            (plan(house.ids["nurse"], turn_hours=1), 422, "hours long"),
            (plan(), 422, "take turns"),
        ):
            answer = await client.post(f"/api/wards/{ward}/rotas", json={"name": "x", "plan": body})
            assert answer.status_code == status, answer.text
            assert words in answer.json()["error"]
        rota = await added(client, house)
        now = (await client.get("/api/health")).json()["now"]
        for change, status in (
            ({"starts": now, "ends": now - 1}, 422),
            ({"starts": now - 3 * DAY_MS, "ends": now - 2 * DAY_MS}, 422),
            ({"starts": now, "ends": now + 200 * DAY_MS}, 422),
            ({"starts": now, "ends": now + DAY_MS, "stand_in_id": patient}, 404),
        ):
            body = {"kind": "add", "stand_in_id": house.ids["doctor"]} | change
            answer = await client.post(f"/api/rotas/{rota}/overrides", json=body)
            assert answer.status_code == status, (change, answer.text)
        missing = {"kind": "add", "stand_in_id": 1, "starts": now, "ends": now + 1000}
        assert (await client.post("/api/rotas/999/overrides", json=missing)).status_code == 404


async def test_a_chain_names_only_people_and_rotas_of_its_ward_and_the_first_wins(
    house: House,
) -> None:
    ward, other = house.ids["Ward 3"], house.ids["Home care"]
    async with await house.client(Role.DOCTOR) as client:
        rota = await added(client, house)
        by_rota = [{"wait_seconds": 60, "targets": [{"target": "rota", "rota_id": rota}]}]
        answer = await client.put(f"/api/wards/{other}/chain", json={"steps": by_rota})
        assert answer.status_code == 404
        body = {"steps": by_rota, "why": "first"}
        assert (await client.put(f"/api/wards/{ward}/chain", json=body)).status_code == 204
        assert (await client.put(f"/api/wards/{ward}/chain", json=body)).status_code == 409
        assert (await client.delete(f"/api/rotas/{rota}")).status_code == 409
        shown = (await client.get(f"/api/wards/{ward}/rotas")).json()
        (step,) = shown["chain"]["steps"]
        assert step["targets"][0]["now"] == shown["rotas"][0]["now"]
        assert shown["chain"]["made_by"] == "Test doctor"
        for steps in ([], [{"wait_seconds": 0, "targets": [{"target": "assigned"}]}],
                      [{"wait_seconds": 60, "targets": []}],
                      [{"wait_seconds": 60, "targets": [{"target": "person"}]}]):  # fmt: skip
            body = {"steps": steps, "over": shown["chain"]["id"]}
            answer = await client.put(f"/api/wards/{ward}/chain", json=body)
            assert answer.status_code == 422, (steps, answer.text)


async def test_only_patients_of_the_ward_are_handed_over(house: House) -> None:
    ward, nurse = house.ids["Ward 3"], house.ids["nurse"]
    async with await house.client(Role.NURSE) as client:
        for patients, to, status in (
            ([house.ids["Anna"], house.ids["Cleo"]], nurse, 404),
            ([house.ids["Anna"]], house.ids["patient"], 404),
            ([], nurse, 422),
            ([house.ids["Anna"], house.ids["Bela"]], nurse, 200),
        ):
            body = {"patients": patients, "to": to}
            answer = await client.post(f"/api/wards/{ward}/handover", json=body)
            assert answer.status_code == status, answer.text
        sheet = (await client.get(f"/api/wards/{ward}/handover")).json()
        assert [(line["bed"], line["nurse"]) for line in sheet["lines"]] == [
            ("3-01", "Test nurse"), ("3-02", "Test nurse"),
        ]  # fmt: skip


async def test_an_administrator_keeps_rotas_without_seeing_who_lies_there(house: House) -> None:
    async with await house.client(Role.ADMINISTRATOR) as client:
        await added(client, house)
        shown = (await client.get(f"/api/wards/{house.ids['Ward 3']}/rotas")).json()
        assert shown["patients"] == []


async def test_a_patient_chooses_a_relative_and_takes_it_back(house: House) -> None:
    async with (
        await house.client(Role.PATIENT) as cleo,
        await house.client(Role.RELATIVE) as relative,
    ):
        assert (await relative.get("/api/told")).json() == []
        wrong = {"login": "nurse", "priorities": ["high"]}
        assert (await cleo.post("/api/today/relatives", json=wrong)).status_code == 404
        body = {"login": "relative", "priorities": ["high", "medium"]}
        assert (await cleo.post("/api/today/relatives", json=body)).status_code == 204
        body["priorities"] = ["high"]
        assert (await cleo.post("/api/today/relatives", json=body)).status_code == 204
        (only,) = (await cleo.get("/api/today/relatives")).json()
        assert (only["name"], only["priorities"]) == ("Test relative", ["high"])
        gone = await cleo.delete(f"/api/today/relatives/{only['id']}")
        assert gone.status_code == 204
        assert (await cleo.get("/api/today/relatives")).json() == []


async def test_quiet_hours_have_a_beginning_an_end_and_a_zone(house: House) -> None:
    async with await house.client(Role.PATIENT) as cleo:
        for body, status in (
            ({"starts": "22:00", "ends": "07:00", "zone": "Europe/Berlin"}, 204),
            ({"starts": None, "ends": None, "zone": "Europe/Berlin"}, 204),
            ({"starts": "22:00", "ends": None, "zone": "Europe/Berlin"}, 422),
            ({"starts": "22:00", "ends": "22:00", "zone": "Europe/Berlin"}, 422),
            ({"starts": "22:00", "ends": "07:00", "zone": "Nowhere"}, 422),
        ):
            answer = await cleo.put("/api/me/quiet", json=body)
            assert answer.status_code == status, answer.text
