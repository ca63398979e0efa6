"""Who comes home from a ward: their limits there are offered, and nothing is set by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

from homeward.model.person import Role
from homeward.services.watch.limits import end_settings
from tests.api.conftest import House, sql

LIMIT = {
    "rule": "oxygen_low", "choice": "limit", "limit": 86, "clear_limit": 88, "delay_seconds": 30,
    "clear_seconds": 30, "extreme": None, "reason": "COPD, known for years", "is_said": True,
}  # fmt: skip


async def moves(house: House, patient: int, ward: str, after: timedelta = timedelta()) -> None:
    door, now = house.store.door(), datetime.now(UTC)
    ends = "update stay set ends = %(now)s where patient_id = %(patient)s and ends is null"
    await door.run(sql(ends), patient=patient, now=now - after)
    await door.run(
        sql(
            "insert into stay (patient_id, ward_id, bed, starts)"
            " values (%(patient)s, %(ward)s, 'Home 9', %(now)s)"
        ),
        patient=patient, ward=house.ids[ward], now=now,
    )  # fmt: skip
    await end_settings(door, now + timedelta(seconds=1))


async def in_force(client: Any, patient: int) -> tuple[float, str | None]:
    rules = (await client.get(f"/api/patients/{patient}/limits")).json()["rules"]
    (rule,) = [each for each in rules if each["rule"] == "oxygen_low"]
    return rule["now"]["limit"], rule["reason"]


async def test_a_limit_of_the_ward_is_offered_at_home_and_set_by_a_person(house: House) -> None:
    anna = house.ids["Anna"]
    client = await house.client(Role.DOCTOR)
    limits, path = f"/api/patients/{anna}/limits", f"/api/patients/{anna}/came-home"
    by_default = await in_force(client, anna)
    assert (await client.post(limits, json=LIMIT)).status_code == 200
    assert (await client.get(path)).json() is None
    await moves(house, anna, "Home care")
    assert await in_force(client, anna) == by_default
    home = (await client.get(path)).json()
    assert home["ward"] == "Ward 3"
    (offered,) = home["settings"]
    assert (offered["limit"], offered["extreme"], offered["delay_seconds"]) == (86, None, 30)
    assert offered["reason"] == "As on Ward 3 by Test doctor, doctor: COPD, known for years"
    keep = {name: offered[name] for name in LIMIT if name != "is_said"}
    assert (await client.post(limits, json=keep)).status_code == 409  # it must be said again
    assert (await client.post(limits, json=keep | {"is_said": True})).status_code == 200
    assert await in_force(client, anna) == (86, offered["reason"])
    assert (await client.get(path)).json()["settings"] == []
    # Back on the ward it ends again, and nothing is offered there.
    await moves(house, anna, "Ward 3")
    assert (await client.get(path)).json() is None
    await client.aclose()


async def test_who_came_home_long_after_the_ward_is_offered_nothing(house: House) -> None:
    anna = house.ids["Anna"]
    client = await house.client(Role.NURSE)
    doctor = await house.client(Role.DOCTOR)
    await doctor.post(f"/api/patients/{anna}/limits", json=LIMIT)
    began = "update stay set starts = now() - interval '9 days' where patient_id = %(patient)s"
    await house.store.door().run(sql(began), patient=anna)
    await moves(house, anna, "Home care", timedelta(days=2))
    assert (await client.get(f"/api/patients/{anna}/came-home")).json() is None
    await client.aclose()
    await doctor.aclose()
