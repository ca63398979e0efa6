"""What patients and relatives choose for themselves, by its routes."""

from dataclasses import replace

import pytest

from homeward.model.choice import GlucoseUnit
from homeward.model.errors import Misconfigured
from homeward.model.person import Role
from homeward.settings import load
from tests.api.conftest import House, sql

NEVER = {
    "language": None, "glucose_unit": "mg/dL", "is_unit_chosen": False, "text_size": "normal",
}  # fmt: skip


@pytest.mark.parametrize("role", [Role.PATIENT, Role.RELATIVE])
async def test_what_is_chosen_is_there_at_the_next_sign_in(house: House, role: Role) -> None:
    async with await house.client(role) as client:
        assert (await client.get("/api/session")).json()["choices"] == NEVER
        chosen = {"language": "ar", "glucose_unit": "mmol/L", "text_size": "larger"}
        answer = await client.put("/api/choices", json=chosen)
        assert (answer.status_code, answer.json()) == (200, chosen | {"is_unit_chosen": True})
        for path in ("/api/choices", "/api/session"):
            said = (await client.get(path)).json()
            assert said.get("choices", said) == answer.json()
    async with await house.client(role) as again:
        assert (await again.get("/api/session")).json()["choices"] == answer.json()
    async with await house.client(Role.NURSE) as nurse:
        assert (await nurse.get("/api/session")).json()["choices"] == NEVER


async def test_what_is_not_said_stays(house: House) -> None:
    async with await house.client(Role.PATIENT) as cleo:
        for said in ({"language": "de"}, {"text_size": "large"}, {}, {"glucose_unit": "mmol/L"}):
            assert (await cleo.put("/api/choices", json=said)).status_code == 200
        assert (await cleo.get("/api/choices")).json() == {
            "language": "de", "glucose_unit": "mmol/L", "is_unit_chosen": True,
            "text_size": "large",
        }  # fmt: skip
        for wrong in ({"language": "xx"}, {"glucose_unit": "mg"}, {"text_size": "huge"}):
            assert (await cleo.put("/api/choices", json=wrong)).status_code == 422


async def test_nobody_chooses_for_another(house: House) -> None:
    for role in set(Role) - {Role.PATIENT, Role.RELATIVE}:
        async with await house.client(role) as client:
            assert (await client.put("/api/choices", json={})).status_code == 403
            assert (await client.get("/api/choices")).status_code == 403
    assert await house.store.door().all(sql("select * from person_choice"), dict) == []


async def test_until_then_the_unit_is_the_houses(house: House) -> None:
    settings = replace(house.tools.settings, glucose_unit=GlucoseUnit.MMOL_L)
    house.app.state.tools = replace(house.tools, settings=settings)
    async with await house.client(Role.PATIENT) as cleo:
        said = (await cleo.get("/api/choices")).json()
        assert (said["glucose_unit"], said["is_unit_chosen"]) == ("mmol/L", False)
        await cleo.put("/api/choices", json={"glucose_unit": "mg/dL"})
        said = (await cleo.get("/api/session")).json()["choices"]
        assert (said["glucose_unit"], said["is_unit_chosen"]) == ("mg/dL", True)


def test_a_unit_of_glucose_that_is_none_is_refused_at_start_up() -> None:
    settings, _ = load({"HOMEWARD_GLUCOSE_UNIT": "mmol/L"})
    assert settings.glucose_unit is GlucoseUnit.MMOL_L
    with pytest.raises(Misconfigured, match="glucose_unit must be mg/dL or mmol/L"):
        load({"HOMEWARD_GLUCOSE_UNIT": "mmol"})
