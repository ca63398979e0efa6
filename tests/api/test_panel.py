"""The panel over HTTP: counted from the record, sorted by who needs a call, acted on, on record."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from homeward.model.person import Role
from homeward.services.fleet.own_meters import name_of
from homeward.services.plan.counting import count
from tests.api.conftest import House, sql
from tests.api.test_reports import fill, put


async def rang(house: House, at: datetime, condition: str, state: str) -> None:
    """An alarm of Cleo's."""
    await house.store.door().run(
        sql(
            "insert into alarm (patient_id, condition, kind, priority, state, text, since, raised,"
            " rung) values (%(cleo)s, %(condition)s, 'physiological', 'high', %(state)s, '',"
            " %(at)s, %(at)s, %(at)s)"
        ),
        cleo=house.ids["Cleo"], condition=condition, state=state, at=at,
    )  # fmt: skip


async def test_who_needs_a_call_is_counted_shown_and_acted_on(house: House) -> None:
    await fill(house)
    door, now = house.store.door(), datetime.now(UTC)
    ward, cleo = house.ids["Home care"], house.ids["Cleo"]
    await door.run(
        sql(
            "insert into patient (record_number, name, birth_date, sex)"
            " values ('R-Dora', 'Dora', '1960-01-01', 'female')"
        )
    )
    await door.run(
        sql(
            "insert into stay (patient_id, ward_id, bed, starts) select id, %(ward)s, 'Dora',"
            " now() - interval '9 days' from patient where name = 'Dora'"
        ),
        ward=ward,
    )
    client = await house.client(Role.DOCTOR)
    path = f"/api/wards/{ward}/panel"
    before = (await client.get(path)).json()["lines"]
    assert {line["counted"] for line in before} == {None}
    assert await count(house.store, now, "UTC") == 2  # not who lies on Ward 3
    assert await count(house.store, now + timedelta(minutes=14), "UTC") == 0
    lines = (await client.get(path)).json()["lines"]
    assert [line["name"] for line in lines] == ["Cleo", "Dora"]
    assert [each["words"] for each in lines[0]["reasons"]] == ["Weight +2.8 kg in 3 days"]
    assert lines[0]["counted"] == round(now.timestamp() * 1000)
    assert lines[1]["reasons"] == []
    await door.run(sql("update panel_score set counted = counted - interval '3 hours'"))
    old = [line["reasons"][-1]["words"] for line in (await client.get(path)).json()["lines"]]
    assert old == ["Not counted for 3 h: this is old"] * 2
    await door.run(sql("update panel_score set counted = counted + interval '3 hours'"))
    acts = f"/api/patients/{cleo}/panel-acts"
    said = {"act": "message", "note": "Two tablets today, and weigh again"}
    said["key"] = str(uuid4())
    for _ in range(2):  # its answer was lost, and it was said again
        assert (await client.post(acts, json=said)).status_code == 204
    (told,) = (await client.get(acts)).json()
    assert (told["act"], told["note"], told["person"]) == ("message", said["note"], "Test doctor")
    lines = (await client.get(path)).json()["lines"]
    assert [(line["name"], line["act"]) for line in lines] == [("Dora", None), ("Cleo", "message")]
    await rang(house, datetime.now(UTC) + timedelta(seconds=1), "glucose_low", "active")
    lines = (await client.get(path)).json()["lines"]
    assert [line["name"] for line in lines] == ["Cleo", "Dora"]  # she rang since
    ((note,),) = [
        tuple(row.values()) for row in await door.all(sql("select note::text from panel_act"), dict)
    ]
    assert "tablets" not in note
    assert (await client.post(acts, json={"act": "nothing"})).status_code == 422
    await client.aclose()


async def test_what_was_measured_last_is_no_mean_and_what_still_rings_is_a_reason(
    house: House,
) -> None:
    """Buckets of a trend stand at their middle: a day, or of whoever is silent for long, weeks."""
    door, now = house.store.door(), datetime.now(UTC).replace(microsecond=0)
    cleo = house.ids["Cleo"]
    days, hours = (lambda *n: [now - timedelta(days=each) for each in n]), timedelta(hours=1)
    await put(house, "Cleo", "temperature", days(60, 17), [36.8, 37])
    for condition, state in (("glucose_low", "acknowledged"), ("glucose_high", "resolved")):
        await rang(house, now - timedelta(days=9), condition, state)
    score = sql("select * from panel_score where patient_id = %(cleo)s")
    rot = sql("update hour_chunk set body = '\\x0102' where patient_id = %(cleo)s")

    async def counted(at: datetime) -> tuple[datetime | None, list[str]]:
        await count(house.store, at, "UTC")
        row = await door.one(score, dict, cleo=cleo)
        return row["last_reading"], [each["words"] for each in row["reasons"]]

    last, words = await counted(now)
    assert last == now - timedelta(days=17)
    assert words == ["Nothing measured for 17 days", "Beyond limits in 7 days: 1 high"]
    # Five days ago she was 2.4 kg heavier than three days before, and was not weighed since.
    await put(house, "Cleo", "weight", days(8, 5), [80, 82.4])
    await put(house, "Cleo", "temperature", [now - 20 * hours, now - hours], [36.8, 37])
    last, words = await counted(now + hours)
    assert last == now - hours
    assert words == ["Weight +2.4 kg in 3 days", "Beyond limits in 7 days: 1 high"]
    # What she typed beside the scale, and mistyped, is no rise: as in the report.
    row = await door.one(
        sql("insert into device (name, kind) values (%(name)s, 'patient app') returning id"), dict,
        name=name_of("", cleo),
    )  # fmt: skip
    house.ids["typed"] = row["id"]
    await put(house, "Cleo", "weight", days(2), [82.3])
    await put(house, "Cleo", "weight", [days(2)[0] - timedelta(seconds=20)], [92.3], "typed")
    assert (await counted(now + 1.5 * hours))[1] == ["Beyond limits in 7 days: 1 high"]
    await door.run(rot, cleo=cleo)
    last, words = await counted(now + 2 * hours)
    assert words == ["Beyond limits in 7 days: 1 high", "What was measured cannot be read"]


async def test_a_plan_is_begun_kept_and_answered(house: House) -> None:
    client = await house.client(Role.DOCTOR)
    cleo = f"/api/patients/{house.ids['Cleo']}/plans"
    templates = {each["name"]: each for each in (await client.get("/api/plan-templates")).json()}
    start = templates["heart_failure"]
    keep = ("key", "kind", "label", "at", "weekdays", "vitals", "reference")
    said = {
        "condition": "heart_failure",
        "items": [{name: item[name] for name in keep} for item in start["items"]],
        "language": "de",
    }
    assert (await client.post(cleo, json=said)).status_code == 204
    shown = (await client.get(cleo)).json()
    (plan,) = shown["plans"]
    assert (plan["condition"], plan["language"]) == ("heart_failure", "de")
    assert [item["label"] for item in plan["items"]] == [item["label"] for item in said["items"]]
    wrong = said | {"items": [{"key": "x", "kind": "measure", "label": "X", "at": ["07:00"]}]}
    assert (await client.post(cleo, json=wrong)).status_code == 422
    own = said | {"condition": "hypertension"}
    assert (await client.put("/api/plan-templates", json=own)).status_code == 204
    again = {each["name"]: each for each in (await client.get("/api/plan-templates")).json()}
    assert again["hypertension"]["is_own"]
    patient = await house.client(Role.PATIENT)
    assert (await patient.get(cleo)).status_code == 200
    assert (await patient.post(cleo, json=said)).status_code == 403
    answer = {"due": 1}
    assert (await patient.post(f"{cleo}/answer", json=answer)).status_code == 409
    ended = {"condition": "heart_failure"}
    assert (await client.post(f"{cleo}/end", json=ended)).status_code == 204
    assert (await client.get(cleo)).json()["plans"] == []
    await client.aclose()
    await patient.aclose()
