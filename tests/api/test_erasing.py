"""A patient asks to be erased; an administrator sees what that does, does it, or says why not."""

from homeward.model.person import Role
from homeward.store.sql import Query
from tests.api.conftest import House

LEAVES = "update stay set ends = now() where patient_id = %(cleo)s returning patient_id as id"


async def test_asked_for_by_the_patient_decided_by_an_administrator(house: House) -> None:
    cleo = house.ids["Cleo"]
    own = f"/api/patients/{cleo}/erasure"
    async with (
        await house.client(Role.PATIENT) as patient,
        await house.client(Role.ADMINISTRATOR) as ada,
    ):
        assert (await patient.get(own)).json() == []
        assert (await patient.post(own)).status_code == 204
        assert (await patient.post(own)).status_code == 409
        assert (await patient.post(f"/api/patients/{house.ids['Anna']}/erasure")).status_code == 403
        assert (await patient.get("/api/erasures")).status_code == 403

        (wish,) = (await ada.get("/api/erasures")).json()
        assert (wish["patient"], wish["decided"]) == ("Cleo", None)
        one = f"/api/erasures/{wish['id']}"
        report = (await ada.get(one)).json()
        assert report["destroyed"]["patient.name"] == 1
        assert "bed" in report["stands_in_the_way"][0]
        assert (await ada.post(one, json={"patient_id": cleo})).status_code == 409
        strange = {"patient_id": house.ids["Anna"]}
        assert (await ada.post(one, json=strange)).status_code == 404
        refusal = f"{one}/refusal"
        assert (await ada.post(refusal, json={"patient_id": cleo, "why": ""})).status_code == 409
        said = {"patient_id": cleo, "why": "A court wants it kept."}
        assert (await ada.post(refusal, json=said)).status_code == 204
        assert (await patient.get(own)).json()[0]["why"] == said["why"]

        assert (await patient.post(own)).status_code == 204
        await house.store.door().one(Query("leaves", LEAVES.encode(), ""), dict, cleo=cleo)
        wish = (await ada.get("/api/erasures")).json()[0]
        done = await ada.post(f"/api/erasures/{wish['id']}", json={"patient_id": cleo})
        assert done.status_code == 200
        assert done.json()["kept"]
        assert (await patient.get(own)).status_code == 401  # their account is gone with them
        newest = (await ada.get("/api/erasures")).json()[0]
        assert (newest["patient"], newest["decision"]) == ("Erased", "erased")


async def test_nobody_else_asks_or_decides(house: House) -> None:
    for role in set(Role) - {Role.PATIENT, Role.ADMINISTRATOR, Role.SENTINEL}:
        async with await house.client(role) as other:
            own = f"/api/patients/{house.ids['Cleo']}/erasure"
            assert (await other.post(own)).status_code == 403
            assert (await other.get("/api/erasures")).status_code == 403
            assert (await other.post("/api/erasures/1", json={"patient_id": 1})).status_code == 403
