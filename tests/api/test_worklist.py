"""The list of everybody of a ward with their newest values, over HTTP."""

from uuid import uuid4

from homeward.model.person import Role
from tests.api.conftest import House

VALUES = [
    {"vital": "pulse", "value": 71, "unit": "/min"},
    {"vital": "temperature", "value": 36.8, "unit": "Cel"},
]


async def test_everybody_is_listed_with_what_is_newest(house: House) -> None:
    ward, anna = house.ids["Ward 3"], house.ids["Anna"]
    async with await house.client(Role.NURSE) as client:
        body = {"key": str(uuid4()), "values": VALUES}
        answer = await client.post(f"/api/patients/{anna}/observations", json=body)
        assert answer.status_code == 200, answer.text
        listed = (await client.get(f"/api/wards/{ward}/worklist")).json()
    people, newest = listed["people"], listed["newest"]
    assert {"Anna", "Bela"} <= set(people["name"])
    assert people["bed"] == sorted(people["bed"])
    assert {len(each) for each in people.values()} == {len(people["id"])}
    place = people["id"].index(anna)
    assert {each["vital"]: each["value"][place] for each in newest} == {
        "pulse": 71,
        "temperature": 36.8,
    }
    assert all(0 <= listed["now"] - each["at"][place] < 60_000 for each in newest)
    for each in newest:
        others = {"at": each["at"], "value": each["value"]}
        assert all(len(column) == len(people["id"]) for column in others.values())
        assert all(
            set(column[:place] + column[place + 1 :]) == {None} for column in others.values()
        )


async def test_a_ward_that_is_not_there_has_no_list(house: House) -> None:
    async with await house.client(Role.DOCTOR) as client:
        assert (await client.get("/api/wards/999/worklist")).status_code == 404


async def test_who_does_not_care_for_them_sees_no_values(house: House) -> None:
    path = f"/api/wards/{house.ids['Ward 3']}/worklist"
    for role, status in ((Role.ENGINEER, 403), (Role.PATIENT, 403), (None, 401)):
        async with await house.client(role) as client:
            assert (await client.get(path)).status_code == status
