"""Totals by day: nothing twice, nothing lost, and who gave which part."""

from datetime import UTC, datetime, timedelta
from typing import Any

from homeward.model.person import Role
from tests.api.conftest import House, sql

ADD = (
    "insert into total (patient_id, metric, device_id, starts, ends, value, received) values"
    " (%(patient)s, %(metric)s, %(device)s, %(starts)s, %(ends)s, %(value)s, %(ends)s)"
)
EVENING = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)


async def day_of_two(house: House) -> tuple[int, dict[str, int]]:
    """A phone by day and a watch in the evening; an hour of both."""
    door, patient = house.store.door(), house.ids["Anna"]
    devices: dict[str, int] = {}
    for name, kind in (("a-phone", "phone"), ("a-watch", "watch")):
        row = await door.one(
            sql("insert into device (name, kind) values (%(name)s, %(kind)s) returning id"),
            dict, name=name, kind=kind,
        )  # fmt: skip
        devices[name] = row["id"]
    for name, first, last, value in (
        ("a-phone", 8, 18, 9_922), ("a-watch", 18, 22, 4_157), ("a-phone", 20, 21, 700),
    ):  # fmt: skip
        await door.run(
            sql(ADD), patient=patient, metric="steps", device=devices[name], value=value,
            starts=datetime(2026, 11, 22, first, tzinfo=UTC),
            ends=datetime(2026, 11, 22, last, tzinfo=UTC),
        )  # fmt: skip
    return patient, devices


async def asked(house: House, role: Role, patient: int, **wish: Any) -> Any:
    async with await house.client(role) as client:
        params = {"end": round(EVENING.timestamp() * 1000), **wish}
        answer = await client.get(f"/api/patients/{patient}/totals", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def test_a_day_counts_what_each_saw_alone_and_once_what_both_saw(house: House):
    patient, _ = await day_of_two(house)
    said = await asked(house, Role.NURSE, patient)
    (steps,) = said["metrics"]
    (day,) = steps["days"]
    assert (steps["metric"], day["day"], day["counted"]) == ("steps", "2026-11-22", 14_079)
    assert [(each["source"], said["places"][each["place"]], each["told"], each["counted"])
            for each in day["parts"]] == [
        ("a-watch", "worn", 4_157, 4_157), ("a-phone", "carried", 10_622, 9_922),
    ]  # fmt: skip


async def test_days_are_the_patients_own(house: House):
    patient, _ = await day_of_two(house)
    door = house.store.door()
    await door.run(
        sql("insert into patient_zone (patient_id, zone, starts, made, made_by)"
            " select %(patient)s, 'Asia/Tokyo', '2026-01-01', now(), id from person limit 1"),
        patient=patient,
    )  # fmt: skip
    said = await asked(house, Role.NURSE, patient)
    days = {each["day"]: each["counted"] for each in said["metrics"][0]["days"]}
    # Tokyo is nine hours ahead: its midnight is 15:00 UTC, when the phone's walk was 7/10 done.
    assert days == {"2026-11-22": 6_945.4, "2026-11-23": 7_133.6}
    assert said["zone"] == "Asia/Tokyo"


async def test_a_source_of_a_file_is_called_what_its_owner_calls_it(house: House):
    patient, devices = await day_of_two(house)
    door = house.store.door()
    await door.run(
        sql("insert into import_source (device_id, patient_id, name)"
            " values (%(device)s, %(patient)s, 'Annas Watch')"),
        device=devices["a-phone"], patient=patient,
    )  # fmt: skip
    said = await asked(house, Role.NURSE, patient)
    parts = said["metrics"][0]["days"][0]["parts"]
    assert {each["source"] for each in parts} == {"Annas Watch", "a-watch"}


async def test_without_any_there_is_nothing(house: House):
    said = await asked(house, Role.NURSE, house.ids["Anna"], days=31)
    assert said["metrics"] == []
    await day_of_two(house)
    later = round((EVENING + timedelta(days=9)).timestamp() * 1000)
    assert (await asked(house, Role.NURSE, house.ids["Anna"], end=later))["metrics"] == []
