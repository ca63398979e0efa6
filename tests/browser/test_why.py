"""Why a call came, where whoever is called looks first; and each one's own receipt."""

from datetime import UTC, datetime
from typing import Any

from playwright.async_api import expect

from homeward.model.person import Role
from homeward.services.call.chain import Target
from homeward.services.call.standing import Aim, Step, set_chain
from tests.browser.conftest import ANSWER_SECONDS


async def test_the_next_person_reads_why_the_call_came_on_to_them(visit: Any, ward: Any) -> None:
    await ward.alarms()  # nobody sits at a screen: the call goes on at once
    doctor = await visit(reduced_motion="reduce")
    await doctor.signs_in(Role.DOCTOR, f"/patients/{ward.anna}")
    mine = doctor.page.locator("[data-call]").filter(has_text="You are called").first
    await expect(mine).to_contain_text("named in the ward's chain")
    await expect(mine).to_contain_text("because Test nurse could not be reached: no screen open")
    await doctor.goes("/reached")
    why = doctor.page.get_by_role("region", name="Why I was called")
    await expect(why).to_contain_text(
        "Called because Test nurse could not be reached: no screen open"
    )
    assert await doctor.axe_faults() == []


async def test_of_two_called_at_once_each_sees_their_own_call_and_leaves_a_receipt(
    visit: Any, ward: Any
) -> None:
    ids, now = ward.house.ids, datetime.now(UTC)
    both = [Aim(Target.PERSON, ids["nurse"]), Aim(Target.PERSON, ids["doctor"])]
    await set_chain(ward.house.store.door(), ids["Ward 3"], [Step(both, ANSWER_SECONDS)], now)
    await ward.alarms()
    for role in (Role.NURSE, Role.DOCTOR):
        visitor = await visit()
        await visitor.signs_in(role, f"/patients/{ward.anna}")
        mine = visitor.page.locator("[data-call]").filter(has_text="You are called").first
        await expect(mine).to_contain_text(", seen")
    rows = await ward.sql("select seen is not null as seen from call")
    assert [row["seen"] for row in rows] == [True, True]
