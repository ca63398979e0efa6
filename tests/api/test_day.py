"""What a patient's day says: both numbers of a pressure, judged each, and never "nothing to do"
while their plan waits for them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from homeward.clinical.limit import Limit, Side
from homeward.clinical.rule import Rule
from homeward.clinical.rules import RULES
from homeward.clinical.words import Speech
from homeward.model.person import Role
from homeward.services.chart.day import every_in_words
from homeward.services.chart.views import VitalShown
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


NOW = round(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000)


def of(upper: float | None, lower: float | None, rules: Any = RULES, told: Any = ()) -> Any:
    """What somebody reads of one measurement."""
    pairs = (("systolic", upper), ("diastolic", lower))
    newest = [
        VitalShown(name, value, NOW, NOW, "cuff") for name, value in pairs if value is not None
    ]
    return [
        (each.vital, each.tone, each.words, each.beside)
        for each in every_in_words(newest, NOW, Speech(), rules, told)
    ]


@pytest.mark.parametrize(
    ("upper", "lower", "tone", "words"),
    [
        (128, 81, "fine", "In your usual range."),
        (135, 99, "fine", "In your usual range."),
        (135, 115, "watch", "The lower number of your blood pressure is high."),
        (165, 115, "watch", "Your blood pressure is high."),
        (135, 120, "act", "The lower number of your blood pressure is very high. Rest,"),
        (165, 120, "act", "The lower number of your blood pressure is very high. Rest,"),
        (180, 115, "act", "Your blood pressure is very high. Rest,"),
        (105, 100, "watch", "Your blood pressure is low."),
        (85, 121, "act", "Your blood pressure is low."),
    ],
)
def test_of_a_pressure_the_worse_number_counts(upper: float, lower: float, tone: str, words: str):
    ((vital, is_tone, said, beside),) = of(upper, lower)
    assert (vital, is_tone, beside) == ("systolic", tone, lower)
    assert said.startswith(words)


def test_a_lower_number_without_its_upper_one_is_judged_too():
    assert [each[:2] for each in of(None, 125)] == [("diastolic", "act")]
    earlier = VitalShown("systolic", 130, NOW - 60_000, NOW, "cuff")
    lower = VitalShown("diastolic", 112, NOW, NOW, "cuff")
    found = every_in_words([lower, earlier], NOW, Speech(), RULES, ())
    said = [(each.vital, each.tone, each.beside) for each in found]
    assert said == [("systolic", "fine", None), ("diastolic", "watch", None)]


@pytest.mark.parametrize(
    ("percent", "scale_1", "scale_2"),
    [(96, "fine", "fine"), (93, "watch", "fine"), (91, "act", "fine"), (88, "act", "fine"),
     (87, "act", "watch"), (84, "act", "watch"), (83, "act", "act")],
)  # fmt: skip
def test_oxygen_is_judged_by_the_scale_a_doctor_ordered(percent: float, scale_1: str, scale_2: str):
    shown = VitalShown("oxygen_saturation", percent, NOW, NOW, "oximeter")
    for scale, tone in ((1, scale_1), (2, scale_2)):
        (said,) = every_in_words([shown], NOW, Speech(), (), (), scale)
        assert said.tone == tone, scale


def test_a_message_about_the_lower_number_is_one_about_the_pressure():
    ((_, tone, words, _),) = of(135, 85, told={"diastolic"})
    assert (tone, words) == ("watch", "Please read the message about it.")


def test_ones_own_limits_say_more_than_the_ranges_and_never_less():
    def own(limit: float, extreme: float | None) -> list[Rule]:
        (rule,) = [each for each in RULES if each.name == "diastolic_high"]
        return [rule.with_limit(Limit(Side.ABOVE, limit, limit, extreme=extreme))]

    assert [of(128, lower, own(85, 95))[0][1] for lower in (85, 86, 96)] == ["fine", "watch", "act"]
    assert of(128, 119, own(130, None))[0][1] == "watch"
    assert of(128, 119, [])[0][1] == "watch"


async def test_whose_target_is_88_to_92_is_not_told_at_90_that_their_oxygen_is_low(house: House):
    await measures(house, {"vital": "oxygen_saturation", "value": 90, "unit": "%"})
    said: list[str] = []
    for scale in (1, 2):
        order = (
            "update patient set oxygen_scale = %(scale)s, oxygen_scale_by = %(doctor)s"
            " where id = %(patient)s"
        )
        ids = {"patient": house.ids["Cleo"], "doctor": house.ids["doctor"]}
        await house.store.door().run(sql(order), scale=scale, **ids)
        async with await house.client(Role.PATIENT) as cleo:
            (shown,) = (await cleo.get("/api/today")).json()["vitals"]
        said.append(shown["tone"])
    assert said == ["act", "fine"]


async def pressure_of(house: House) -> tuple[float, float, str]:
    async with await house.client(Role.PATIENT) as cleo:
        (shown,) = (await cleo.get("/api/today")).json()["vitals"]
    return shown["value"], shown["beside"], shown["tone"]


async def test_a_pressure_is_judged_by_both_numbers_and_ones_own_limit(house: House):
    upper = {"vital": "systolic", "value": 128, "unit": "mm[Hg]"}
    await measures(house, upper, {"vital": "diastolic", "value": 93, "unit": "mm[Hg]"})
    assert await pressure_of(house) == (128.0, 93.0, "fine")
    limit = {"rule": "diastolic_high", "choice": "limit", "limit": 90, "clear_limit": 85,
             "reason": "Pregnant"}  # fmt: skip
    async with await house.client(Role.DOCTOR) as doctor:
        path = f"/api/patients/{house.ids['Cleo']}/limits"
        assert (await doctor.post(path, json=limit)).status_code == 200
    assert await pressure_of(house) == (128.0, 93.0, "watch")
    async with await house.client(Role.PATIENT) as cleo:
        told = (await cleo.get(f"/api/patients/{house.ids['Cleo']}/told-at")).json()
    (lower,) = [each for each in told if each["vital"] == "diastolic"]
    assert (lower["label"], lower["limit"]) == ("Blood pressure, lower number", 90)
    assert lower["is_own"]
