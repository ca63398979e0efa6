"""Questionnaires over HTTP: asked, answered, shown, and a hospital's own."""

import json
from datetime import UTC, datetime

from homeward.clinical.questionnaires.phq9 import PHQ9
from homeward.model.person import Role
from homeward.services.plan.counting import count
from homeward.services.plan.expecting import expect
from tests.api.conftest import House, sql

CHECK = "urn:homeward:questionnaire:copd"
CALM = {
    "breath": "usual", "cough": "usual", "sputum": "usual", "colour": "usual", "chest": False,
    "drowsy": False,
}  # fmt: skip


def own(version: str = "1", **more: object) -> dict[str, str]:
    whole = {
        "resourceType": "Questionnaire", "url": "https://hospital.test/sleep", "version": version,
        "status": "active", "title": "Sleep", "publisher": "Ward 3",
        "item": [{"linkId": "a", "type": "integer", "text": "How many hours?", "required": True}],
    }  # fmt: skip
    return {"resource": json.dumps(whole | more)}


async def test_a_plan_asks_the_patient_answers_and_the_doctor_sees(house: House) -> None:
    doctor, cleo = await house.client(Role.DOCTOR), await house.client(Role.PATIENT)
    at = f"/api/patients/{house.ids['Cleo']}"
    templates = {each["name"]: each for each in (await doctor.get("/api/plan-templates")).json()}
    line = next(each for each in templates["copd"]["items"] if each["kind"] == "questionnaire")
    fields = ("key", "kind", "label", "at", "weekdays", "vitals", "reference")
    plan = {"condition": "copd", "items": [{name: line[name] for name in fields}]}
    assert (await doctor.post(f"{at}/plans", json=plan)).status_code == 204
    await expect(house.store, datetime.now(UTC), "UTC")
    await house.store.door().run(
        sql(
            "update plan_due set at = now(), opens = now() - interval '1 hour',"
            " closes = now() + interval '1 hour', nudge = now() + interval '1 hour'"
            " where id = (select min(id) from plan_due)"
        )
    )
    asked = (await cleo.get(f"{at}/questions")).json()
    ((due,), (form,)) = asked["asked"], asked["forms"]
    assert (due["url"], due["is_missed"]) == (CHECK, False)
    assert (form["languages"], form["version"]) == (["en", "de", "es", "ar"], "2")
    # From a phone that was away since before there was a newer version.
    said = {
        "key": "one-of-cleo", "url": CHECK, "version": "1", "language": "ar", "due": due["due"],
        "answered": asked["now"], "answers": CALM | {"colour": "blood", "note": "since Monday"},
    }  # fmt: skip
    kept = (await cleo.post(f"{at}/questions", json=said)).json()
    assert (kept["points"], kept["flags"]) == (None, ["call"])
    assert (await cleo.post(f"{at}/questions", json=said)).json()["id"] == kept["id"]
    assert (await cleo.get(f"{at}/questions")).json()["asked"] == []
    (shown,) = (await doctor.get(f"{at}/questions/answers")).json()
    assert (shown["title"], shown["version"], shown["flags"], shown["role"]) == (
        "How is your breath today?", "1", 1, "patient"
    )  # fmt: skip
    lines = {each["question"]: (each["answer"], each["flag"]) for each in shown["lines"]}
    assert lines["colour"] == ("There is blood in it", "call")
    assert lines["chest"] == ("No", None)
    assert lines["note"] == ("since Monday", None)
    await doctor.aclose()
    await cleo.aclose()


async def test_a_sum_and_its_band_stand_on_the_chart(house: House) -> None:
    doctor = await house.client(Role.DOCTOR)
    at = f"/api/patients/{house.ids['Cleo']}/questions"
    for place, points in enumerate("123"):
        said = {
            "key": f"phq-{place}-of-cleo", "url": PHQ9.url, "version": "1", "language": "en",
            "answered": place, "answers": {str(n): points for n in range(1, 9)} | {"9": "0"},
        }  # fmt: skip
        assert (await doctor.post(at, json=said)).status_code == 200
    shown = (await doctor.get(f"{at}/answers")).json()
    assert [(each["points"], each["band"], each["points_max"]) for each in shown] == [
        (24, "severe", 27), (16, "moderately severe", 27), (8, "mild", 27)
    ]  # fmt: skip
    await doctor.aclose()


async def test_a_hospital_brings_its_own_and_every_version_stays(house: House) -> None:
    doctor, nurse = await house.client(Role.DOCTOR), await house.client(Role.NURSE)
    at = "/api/questionnaires"
    assert (await nurse.put(at, json=own())).status_code == 403
    refused = await doctor.put(at, json=own(implicitRules="x"))
    assert refused.status_code == 422
    assert "implicitRules" in refused.json()["error"]
    assert (await doctor.put(at, json=own())).json()["is_own"]
    assert (await doctor.put(at, json=own(publisher="Ward 4"))).status_code == 200
    other = await doctor.put(at, json=own(title="Other"))
    assert other.status_code == 409
    assert "new version" in other.json()["error"]
    answered = {
        "key": "sleep-of-1", "url": "https://hospital.test/sleep", "version": "1", "language": "en",
        "answered": 0, "answers": {"a": 7},
    }  # fmt: skip
    of = f"/api/patients/{house.ids['Cleo']}/questions"
    assert (await doctor.post(of, json=answered)).status_code == 200
    assert (await doctor.put(at, json=own("2", title="Rest"))).status_code == 200
    shown = {each["url"]: each for each in (await doctor.get(at)).json()}
    assert shown["https://hospital.test/sleep"]["version"] == "2"
    assert len(shown) == 6
    # An answer names the version it answers.
    (kept,) = (await doctor.get(f"{of}/answers")).json()
    assert (kept["version"], kept["title"], kept["lines"][0]["answer"]) == ("1", "Sleep", "7")
    assert (await doctor.post(of, json=answered | {"key": "sleep-late"})).status_code == 200
    gone = await doctor.post(of, json=answered | {"key": "sleep-none", "version": "3"})
    assert gone.status_code == 404
    for wrong in ({"a": "7"}, {"a": True}, {"a": 7.5}, {}):
        bad = answered | {"key": "sleep-bad", "answers": wrong}
        assert (await doctor.post(of, json=bad)).status_code in (400, 422)
    await doctor.aclose()
    await nurse.aclose()


async def test_who_needs_a_call_says_signs_and_sums_beside_what_was_not_answered(
    house: House,
) -> None:
    doctor = await house.client(Role.DOCTOR)
    at, now = f"/api/patients/{house.ids['Cleo']}/questions", datetime.now(UTC)
    said = {
        "key": "phq-of-cleo", "url": PHQ9.url, "version": "1", "language": "en",
        "answered": round(now.timestamp() * 1000),
        "answers": {str(n): "1" for n in range(1, 10)},
    }  # fmt: skip
    assert (await doctor.post(at, json=said)).json()["flags"] == ["self-harm"]
    await count(house.store, datetime.now(UTC), "UTC")
    panel = (await doctor.get(f"/api/wards/{house.ids['Home care']}/panel")).json()
    (words,) = [
        reason["words"]
        for line in panel["lines"]
        if line["name"] == "Cleo"
        for reason in line["reasons"]
        if reason["kind"] == "questions"
    ]
    assert words == "A warning sign in 7 days; Patient Health Questionnaire (PHQ-9) 9 of 27, mild"
    await doctor.aclose()


async def test_a_questionnaire_that_is_not_understood_any_more_takes_no_other_with_it(
    house: House,
) -> None:
    doctor = await house.client(Role.DOCTOR)
    assert (await doctor.put("/api/questionnaires", json=own())).status_code == 200
    odd = 'update questionnaire set body = \'{"resourceType": "Questionnaire", "new": 1}\''
    await house.store.door().run(sql(odd))
    assert len((await doctor.get("/api/questionnaires")).json()) == 5
    said = {
        "key": "sleep-of-1", "url": "https://hospital.test/sleep", "version": "1",
        "language": "en", "answered": 0, "answers": {"a": 7},
    }  # fmt: skip
    at = f"/api/patients/{house.ids['Cleo']}/questions"
    assert (await doctor.post(at, json=said)).status_code == 404
    assert (await doctor.get(at)).status_code == 200
    await doctor.aclose()
