"""Rotas, chains, handovers and relatives as their routes take them."""

import httpx

from homeward.model.person import Role
from tests.api.conftest import House, sql

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
        assert (only["id"], only["name"]) == (rota, "Nurses")
        assert [each["handover"] for each in only["plans"]] == ["07:00"]
        assert len(only["now"]) == 1
        assert only["spans"][0]["starts"] == shown["start"]
        assert 13 * DAY_MS < only["spans"][-1]["ends"] - shown["start"] <= 14.1 * DAY_MS
        assert [one["bed"] for one in shown["patients"]] == ["3-01", "3-02"]
        taken = await client.post(
            f"/api/wards/{house.ids['Ward 3']}/rotas",
            json={"name": "Nurses", "plan": plan(house.ids["nurse"])},
        )
        assert taken.status_code == 409


async def test_rotas_of_a_ward_one_does_not_work_on_are_neither_read_nor_changed(
    house: House,
) -> None:
    async with await house.client(Role.NURSE) as mine, await house.client(Role.DOCTOR) as other:
        rota = await added(mine, house)
        ward = f"/api/wards/{house.ids['Ward 3']}"
        path, now = f"/api/rotas/{rota}", (await mine.get("/api/health")).json()["now"]
        change = {"kind": "remove", "starts": now, "ends": now + DAY_MS}
        made = (await mine.post(f"{path}/overrides", json=change)).json()
        later = {"plan": plan(house.ids["nurse"]), "starts": now + DAY_MS}
        assert (await mine.post(f"{path}/plan", json=later)).status_code == 204
        (shown,) = (await mine.get(f"{ward}/rotas")).json()["rotas"]
        to_come = next(each["id"] for each in shown["plans"] if each["is_to_come"])
        gone = "update ward_staff set ends = now() where person_id = %(who)s and ward_id = %(ward)s"
        values = {"who": house.ids["doctor"], "ward": house.ids["Ward 3"]}
        await house.store.door().run(sql(gone), **values)
        for method, where, body in (
            ("POST", f"{path}/plan", later), ("POST", f"{path}/overrides", change),
            ("DELETE", path, None), ("DELETE", f"/api/plans/{to_come}", None),
            ("DELETE", f"/api/overrides/{made}", None),
        ):  # fmt: skip
            assert (await other.request(method, where, json=body)).status_code == 404, where
        assert (await other.get(f"{ward}/rotas")).status_code == 403
        (still,) = (await mine.get(f"{ward}/rotas")).json()["rotas"]
        assert [still[each] for each in ("plans", "overrides")] == [
            shown[each] for each in ("plans", "overrides")
        ]
        async with await house.client(Role.ADMINISTRATOR) as ada:
            for where in (f"/api/overrides/{made}", f"/api/plans/{to_come}", path):
                assert (await ada.delete(where)).status_code == 204, where


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
        late = await client.put(f"/api/wards/{ward}/chain", json=body)
        assert late.status_code == 409
        assert late.json()["error"].startswith("Test doctor changed this chain")
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


async def test_who_changed_a_rota_first_is_said_to_the_second(house: House) -> None:
    nurse, doctor = house.ids["nurse"], house.ids["doctor"]
    async with await house.client(Role.NURSE) as first, await house.client(Role.DOCTOR) as second:
        rota = await added(first, house)
        path, now = f"/api/rotas/{rota}", (await first.get("/api/health")).json()["now"]

        async def changes() -> int:
            shown = (await second.get(f"/api/wards/{house.ids['Ward 3']}/rotas")).json()
            return shown["rotas"][0]["changes"]

        seen = await changes()
        stand_in = {"kind": "replace", "starts": now, "ends": now + DAY_MS, "stand_in_id": nurse}
        other = {"plan": plan(doctor)}
        made = await first.post(f"{path}/overrides", json=stand_in | {"changes_seen": seen})
        assert made.status_code == 200, made.text
        for where, body in (("overrides", stand_in | {"stand_in_id": doctor}), ("plan", other)):
            late = await second.post(f"{path}/{where}", json=body | {"changes_seen": seen})
            assert late.status_code == 409, (where, late.text)
            words = "Test nurse changed who is on call meanwhile. Look again."
            assert late.json() == {"error": words, "code": "changed"}
        newer = await changes()
        kept = await second.post(f"{path}/plan", json=other | {"changes_seen": newer})
        assert kept.status_code == 204, "who looked again may"
        await first.delete(f"/api/overrides/{made.json()}")
        late = await second.post(f"{path}/plan", json=other | {"changes_seen": newer + 1})
        assert "took a change of who is on call back" in late.json()["error"]
        unsaid = await second.post(f"{path}/plan", json=other)
        assert unsaid.status_code == 204, "a page of the version before says nothing of it"


async def test_who_handed_patients_over_first_is_said_to_the_second(house: House) -> None:
    nurse, doctor = house.ids["nurse"], house.ids["doctor"]
    patients = [house.ids["Anna"], house.ids["Bela"]]
    path = f"/api/wards/{house.ids['Ward 3']}/handover"
    async with await house.client(Role.NURSE) as first, await house.client(Role.DOCTOR) as second:
        body = {"patients": patients, "to": nurse, "from_nurses": [None, None]}
        await first.post(f"/api/wards/{house.ids['Ward 3']}/handover", json=body)
        late = await second.post(path, json=body | {"to": doctor})
        assert late.status_code == 409, late.text
        assert late.json()["error"] == (
            "Test nurse gave one of these patients to Test nurse meanwhile. Look again."
        )
        again = await second.post(path, json=body)
        assert (again.status_code, again.json()) == (200, 0), "they are where they were to go"
        for nurses, status in (([nurse], 422), ([nurse, nurse], 200)):
            said = await second.post(path, json=body | {"to": doctor, "from_nurses": nurses})
            assert said.status_code == status, said.text


async def test_an_administrator_keeps_rotas_without_seeing_who_lies_there(house: House) -> None:
    async with await house.client(Role.ADMINISTRATOR) as client:
        await added(client, house)
        shown = (await client.get(f"/api/wards/{house.ids['Ward 3']}/rotas")).json()
        assert shown["patients"] == []


async def test_a_plan_begins_on_a_day_and_may_be_taken_back_until_then(house: House) -> None:
    ward, nurse, doctor = house.ids["Ward 3"], house.ids["nurse"], house.ids["doctor"]
    async with await house.client(Role.NURSE) as client:
        rota = await added(client, house)
        before = (await client.get(f"/api/wards/{ward}/rotas")).json()
        monday = before["start"] + 7 * DAY_MS
        body = {"plan": plan(doctor), "starts": monday, "why": "Nora is away"}
        assert (await client.post(f"/api/rotas/{rota}/plan", json=body)).status_code == 204
        shown = (await client.get(f"/api/wards/{ward}/rotas")).json()["rotas"][0]
        past, later = (
            [span for span in spans if span["starts"] < monday]
            for spans in (before["rotas"][0]["spans"], shown["spans"])
        )
        assert past[:-1] == later[: len(past) - 1]
        assert {*shown["spans"][-1]["people"]} == {doctor}
        assert any(nurse in span["people"] for span in later)
        assert [(one["is_to_come"], one["is_in_force"]) for one in shown["plans"]] == [
            (True, False), (False, True),
        ]  # fmt: skip
        assert (shown["plans"][0]["why"], shown["plans"][0]["made_by"]) == (
            "Nora is away", "Test nurse",
        )  # fmt: skip
        to_come, in_force = (one["id"] for one in shown["plans"])
        assert (await client.delete(f"/api/plans/{in_force}")).status_code == 404
        assert (await client.delete(f"/api/plans/{to_come}")).status_code == 204
        again = (await client.get(f"/api/wards/{ward}/rotas")).json()["rotas"][0]
        assert again["spans"] == before["rotas"][0]["spans"]
        for starts in (before["now"] - DAY_MS, before["now"] + 400 * DAY_MS):
            refused = await client.post(f"/api/rotas/{rota}/plan", json=body | {"starts": starts})
            assert refused.status_code == 422


async def test_a_gap_within_a_day_is_told_with_the_rota(house: House) -> None:
    ward = house.ids["Ward 3"]
    async with await house.client(Role.NURSE) as client:
        shift = {
            "name": "day",
            "starts": "06:00",
            "ends": "18:00",
            "weekdays": [0, 1, 2, 3, 4, 5, 6],
        }
        body = plan(turn_hours=0, shifts=[shift | {"people": [house.ids["nurse"]]}])
        answer = await client.post(
            f"/api/wards/{ward}/rotas", json={"name": "Days", "plan": body}
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        (shown,) = (await client.get(f"/api/wards/{ward}/rotas")).json()["rotas"]
        gap = shown["gap"]
        assert gap["people"] == []
        assert gap["ends"] - gap["starts"] <= DAY_MS / 2
