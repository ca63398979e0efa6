"""Home from a ward in one act: the plan begins and chosen limits are set, all of it or nothing."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from homeward.model.person import Role
from tests.api.conftest import House, sql
from tests.api.test_came_home import LIMIT, in_force, moves

TASK = {"key": "walk", "kind": "task", "label": "Walk", "at": ["10:00"]}
PLAN = {"condition": "post_discharge", "items": [TASK]}
FAST = {
    "rule": "pulse_high", "choice": "limit", "limit": 110, "clear_limit": 105, "delay_seconds": 30,
    "clear_seconds": 30, "extreme": 140, "reason": "new beta blocker",
}  # fmt: skip


async def came(house: House, *limits: dict[str, Any]) -> list[dict[str, Any]]:
    """Anna comes home from Ward 3, where a doctor had set these; what is offered."""
    anna = house.ids["Anna"]
    doctor = await house.client(Role.DOCTOR)
    for limit in limits:
        answer = await doctor.post(f"/api/patients/{anna}/limits", json=limit)
        assert answer.status_code == 200, answer.text
    await moves(house, anna, "Home care")
    offered = (await doctor.get(f"/api/patients/{anna}/came-home")).json()["settings"]
    await doctor.aclose()
    return offered


async def stands(house: House) -> tuple[int, int]:
    """How many plans hold, and how many limits of Anna's that have not ended."""
    door = house.store.door()
    plans = "select count(*) as n from plan where ended is null"
    limits = "select count(*) as n from rule_setting_newest where patient_id is not null"
    found = [await door.one(sql(text), dict) for text in (plans, limits)]
    return found[0]["n"], found[1]["n"]


def said(*limits: dict[str, Any], is_said: bool = True) -> dict[str, Any]:
    wanted = [{"setting": each["setting"], "is_said": is_said} for each in limits]
    return {"plan": PLAN, "limits": wanted}


async def test_the_plan_begins_and_only_what_was_chosen_is_set(house: House) -> None:
    oxygen, fast = await came(house, LIMIT, FAST)
    assert (oxygen["rule"], fast["rule"]) == ("oxygen_low", "pulse_high")
    assert "ring at once" in oxygen["must_be_said"]
    assert await stands(house) == (0, 0)
    doctor, anna = await house.client(Role.DOCTOR), house.ids["Anna"]
    path = f"/api/patients/{anna}/begun-at-home"
    assert (await doctor.post(path, json=said(oxygen))).status_code == 204
    assert await stands(house) == (1, 1)
    reason = "As on Ward 3 by Test doctor, doctor: COPD, known for years"
    assert await in_force(doctor, anna) == (86, reason)
    (plan,) = (await doctor.get(f"/api/patients/{anna}/plans")).json()["plans"]
    assert (plan["condition"], plan["made_by"]) == ("post_discharge", "Test doctor")
    # What was not chosen is offered still.
    left = (await doctor.get(f"/api/patients/{anna}/came-home")).json()["settings"]
    assert [each["rule"] for each in left] == ["pulse_high"]
    audit = await house.store.door().all(
        sql("select route, outcome from audit where route like %(path)s"), dict, path="%begun%"
    )
    assert [each["outcome"] for each in audit] == [0]
    await doctor.aclose()


async def test_what_one_part_refuses_leaves_nothing_of_the_other(house: House) -> None:
    (oxygen,) = await came(house, LIMIT)
    anna = house.ids["Anna"]
    path = f"/api/patients/{anna}/begun-at-home"
    doctor, nurse = await house.client(Role.DOCTOR), await house.client(Role.NURSE)
    unsaid = await doctor.post(path, json=said(oxygen, is_said=False))
    assert (unsaid.status_code, "Confirm this" in unsaid.text) == (409, True)
    # A nurse may begin a plan, and not set a limit wider than the unit's: not this way either.
    shown = (await nurse.get(f"/api/patients/{anna}/came-home")).json()["settings"][0]
    assert shown["refused"].startswith("This needs a doctor")
    refused = await nurse.post(path, json=said(oxygen))
    assert (refused.status_code, "needs a doctor" in refused.text) == (403, True)
    unknown = await doctor.post(path, json=said({"setting": 4711}))
    assert (unknown.status_code, "Look again" in unknown.text) == (409, True)
    twice = await doctor.post(path, json=said(oxygen, oxygen))
    assert twice.status_code == 409
    assert await stands(house) == (0, 0)
    assert (await nurse.post(path, json=said())).status_code == 204
    assert await stands(house) == (1, 0)
    assert (await doctor.post(path, json=said(oxygen))).status_code == 409  # it has begun
    assert await stands(house) == (1, 0)
    await doctor.aclose()
    await nurse.aclose()


async def test_a_fault_in_the_middle_leaves_nothing_of_either(house: House) -> None:
    oxygen, fast = await came(house, LIMIT, FAST)
    door = house.store.door()
    await door.run(
        sql(
            "create function fails() returns trigger language plpgsql as"
            " $$ begin if new.rule = 'pulse_high' then raise exception 'no'; end if;"
            " return new; end $$"
        )
    )
    trigger = "create trigger fails before insert on rule_setting for each row execute function"
    await door.run(sql(f"{trigger} fails()"))
    doctor = await house.client(Role.DOCTOR)
    path = f"/api/patients/{house.ids['Anna']}/begun-at-home"
    assert (await doctor.post(path, json=said(oxygen, fast))).status_code == 500
    assert await stands(house) == (0, 0)
    await door.run(sql("drop trigger fails on rule_setting"))
    assert (await doctor.post(path, json=said(oxygen, fast))).status_code == 204
    assert await stands(house) == (1, 2)
    await doctor.aclose()


async def test_of_two_carers_at_once_one_is_told_to_look_again(house: House) -> None:
    (oxygen,) = await came(house, LIMIT)
    path = f"/api/patients/{house.ids['Anna']}/begun-at-home"
    doctors = [await house.client(Role.DOCTOR) for _ in range(4)]
    answers = await asyncio.gather(*(each.post(path, json=said(oxygen)) for each in doctors))
    assert sorted(each.status_code for each in answers) == [204, 409, 409, 409]
    assert await stands(house) == (1, 1)
    for each in doctors:
        await each.aclose()


async def test_who_is_not_at_home_from_a_ward_begins_nothing_this_way(house: House) -> None:
    doctor = await house.client(Role.DOCTOR)
    for name in ("Anna", "Cleo"):  # on a ward; at home all along
        path = f"/api/patients/{house.ids[name]}/begun-at-home"
        answer = await doctor.post(path, json=said())
        assert (answer.status_code, "Look again" in answer.text) == (409, True)
    assert await stands(house) == (0, 0)
    await doctor.aclose()


async def test_limits_of_home_end_on_admission_and_are_offered_on_return(house: House) -> None:
    cleo, doctor = house.ids["Cleo"], await house.client(Role.DOCTOR)
    limits, home = f"/api/patients/{cleo}/limits", f"/api/patients/{cleo}/came-home"
    by_default = await in_force(doctor, cleo)
    for each in (LIMIT, FAST):
        assert (await doctor.post(limits, json=each)).status_code == 200
    await moves(house, cleo, "Ward 3")
    assert await in_force(doctor, cleo) == by_default
    assert (await doctor.get(home)).json() is None  # on a ward nothing of home is offered
    of_ward = {**FAST, "limit": 125, "clear_limit": 120, "reason": "fever"}
    assert (await doctor.post(limits, json=of_ward)).status_code == 200
    await moves(house, cleo, "Home care")
    assert await in_force(doctor, cleo) == by_default  # nor does any come back by itself
    oxygen, fast = (await doctor.get(home)).json()["settings"]
    assert (oxygen["limit"], oxygen["was_home"]) == (86, True)
    assert oxygen["reason"].startswith("As before at Home care by Test doctor, doctor: COPD")
    # Of one that the ward set, too, the ward's is what counts.
    assert (fast["limit"], fast["was_home"]) == (125, False)
    assert fast["reason"].startswith("As on Ward 3 by Test doctor, doctor: fever")
    path = f"/api/patients/{cleo}/begun-at-home"
    assert (await doctor.post(path, json=said(oxygen))).status_code == 204
    assert (await in_force(doctor, cleo))[0] == 86
    await doctor.aclose()


async def test_what_held_at_home_long_ago_is_not_offered(house: House) -> None:
    cleo, doctor = house.ids["Cleo"], await house.client(Role.DOCTOR)
    assert (await doctor.post(f"/api/patients/{cleo}/limits", json=LIMIT)).status_code == 200
    door, then = house.store.door(), datetime.now(UTC) - timedelta(days=100)
    # That stay began and ended long ago, its limit was set in it.
    await door.run(sql("alter table rule_setting disable trigger rule_setting_never_changes"))
    back = "update rule_setting set set_at = %(then)s"
    await door.run(sql(back), then=then - timedelta(days=1))
    begun = "update stay set starts = %(then)s where patient_id = %(patient)s"
    await door.run(sql(begun), then=then - timedelta(days=2), patient=cleo)
    await moves(house, cleo, "Ward 3", timedelta(days=100))
    await moves(house, cleo, "Home care")
    assert (await doctor.get(f"/api/patients/{cleo}/came-home")).json()["settings"] == []
    await doctor.aclose()
