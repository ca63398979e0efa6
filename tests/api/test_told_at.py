"""The patient reads at which values their team is told."""

from dataclasses import replace
from datetime import date
from typing import Any

from homeward.clinical.subject import Subject
from homeward.clinical.words import Speech
from homeward.model.choice import GlucoseUnit, Language
from homeward.model.person import Role
from homeward.services.watch.limits import Person
from homeward.services.watch.limits_told import as_told
from tests.api.conftest import House
from tests.api.test_came_home import LIMIT


async def test_the_patient_reads_the_limit_a_doctor_set_and_no_other_does(house: House) -> None:
    cleo = house.ids["Cleo"]
    doctor, own = await house.client(Role.DOCTOR), await house.client(Role.PATIENT)
    path = f"/api/patients/{cleo}/told-at"
    before = _oxygen((await own.get(path)).json())
    assert (before["side"], before["is_own"]) == ("below", False)
    rules = (await doctor.get(f"/api/patients/{cleo}/limits")).json()["rules"]
    (rule,) = [each for each in rules if each["rule"] == "oxygen_low"]
    assert before["limit"] == rule["now"]["limit"]
    set_at = await doctor.post(f"/api/patients/{cleo}/limits", json=LIMIT)
    assert set_at.status_code == 200, set_at.text
    german = await own.get(path, headers={"accept-language": "de"})
    after = _oxygen(german.json())
    assert (after["limit"], after["extreme"], after["is_own"]) == (86, None, True)
    assert after["label"] == "Sauerstoff"
    assert "COPD" not in german.text
    assert (await doctor.get(path)).status_code == 403
    await own.aclose()
    await doctor.aclose()


def test_glucose_is_in_the_unit_of_its_owner() -> None:
    rules = Person(Subject(), None, None).rules((), date(2026, 1, 1))
    (low,) = [each for each in rules if each.default.name == "glucose_low"]
    mine = as_told(low, Speech(Language.GERMAN, GlucoseUnit.MMOL_L))
    house = as_told(low, Speech())
    assert mine is not None
    assert house is not None
    assert (mine.unit, house.unit) == ("mmol/L", "mg/dL")
    assert mine.limit == round(house.limit / 18.0156, 1)


def test_a_rule_that_is_off_is_not_said_to_tell_anybody() -> None:
    rules = Person(Subject(), None, None).rules((), date(2026, 1, 1))
    (low,) = [each for each in rules if each.default.name == "oxygen_low"]
    assert as_told(low, Speech()) is not None
    assert as_told(replace(low, rule=None), Speech()) is None


def _oxygen(told: list[dict[str, Any]]) -> dict[str, Any]:
    (found,) = [each for each in told if each["vital"] == "oxygen_saturation"]
    return found
