"""What a patient's day says: both numbers of a pressure, and never "nothing to do" while their plan
waits for them."""

from datetime import UTC, datetime
from typing import Any

from homeward.model.person import Role
from homeward.services.plan.expecting import expect as expect_due
from tests.api.conftest import House, sql

DUE_NOW = """
update plan_due set at = now(), opens = now() - interval '1 hour',
    closes = now() + interval '1 hour', nudge = now() + interval '1 hour', escalate = null
where id = (select min(id) from plan_due)"""


async def told_next(house: House) -> list[tuple[str, str]]:
    async with await house.client(Role.PATIENT) as cleo:
        today = (await cleo.get("/api/today")).json()
    return [(each["title"], each["detail"]) for each in today["next"]]


GLUCOSE = {"vital": "glucose", "value": 110, "unit": "mg/dL"}


async def measures(house: House, *values: dict[str, Any]) -> None:
    """Values by hand, and no sensor."""
    now = round(datetime.now(UTC).timestamp() * 1000)
    entry = {"at": now, "values": values or (GLUCOSE,)}
    said = {"meter": "", "zone": "UTC", "packets": [], "entries": [entry]}
    async with await house.client(Role.PATIENT) as cleo:
        path = f"/api/patients/{house.ids['Cleo']}/measurements"
        assert (await cleo.post(path, json=said)).status_code == 200


async def plans(house: House) -> None:
    item = {"key": "walk", "kind": "task", "label": "Walk", "at": ["09:00"]}
    plan = {"condition": "heart_failure", "items": [item]}
    async with await house.client(Role.DOCTOR) as doctor:
        answer = await doctor.post(f"/api/patients/{house.ids['Cleo']}/plans", json=plan)
        assert answer.status_code == 204, answer.text
    await expect_due(house.store, datetime.now(UTC), "UTC")
    await house.store.door().run(sql(DUE_NOW))


async def test_nothing_is_to_do_where_nothing_is_due_and_no_sensor_is_spoken_of(house: House):
    await measures(house)
    ((title, detail),) = await told_next(house)
    assert (title, detail) == ("Nothing to do now", "We tell you here when something needs you.")


async def test_what_is_due_now_is_to_do(house: House):
    await measures(house)
    await plans(house)
    ((title, _),) = await told_next(house)
    assert title == "Something of your plan is due"


async def test_on_a_ward_the_plan_rests(house: House):
    await measures(house)
    await plans(house)
    stay = "update stay set ward_id = %(ward)s where patient_id = %(patient)s and ends is null"
    ids = {"ward": house.ids["Ward 3"], "patient": house.ids["Cleo"]}
    await house.store.door().run(sql(stay), **ids)
    assert "due" not in str(await told_next(house))


async def test_a_pressure_has_both_its_numbers(house: House):
    upper = {"vital": "systolic", "value": 128, "unit": "mm[Hg]"}
    await measures(house, upper, {"vital": "diastolic", "value": 81, "unit": "mm[Hg]"})
    async with await house.client(Role.PATIENT) as cleo:
        (shown,) = (await cleo.get("/api/today")).json()["vitals"]
    assert (shown["vital"], shown["value"], shown["beside"]) == ("systolic", 128.0, 81.0)
