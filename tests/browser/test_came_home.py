"""Somebody came home from a ward: their plan begins with the limits that somebody chooses, in one
act, or each limit is set anew, or left."""

from typing import Any

from playwright.async_api import Page, expect

from homeward.model.person import Role
from tests.api.conftest import House
from tests.api.test_begun_at_home import FAST
from tests.api.test_came_home import LIMIT, in_force, moves
from tests.browser.conftest import PHONE, Visit

BUDGET = 5  # clicks from the chart: the plan, at most two limits, begin


async def came(house: House, *limits: dict[str, Any]) -> Any:
    """Anna comes home from a ward; a doctor's client."""
    anna = house.ids["Anna"]
    client = await house.client(Role.DOCTOR)
    for limit in limits:
        answer = await client.post(f"/api/patients/{anna}/limits", json=limit)
        assert answer.status_code == 200, answer.text
    await moves(house, anna, "Home care")
    return client


def card(page: Page) -> Any:
    return page.get_by_role("region", name="Came home")


async def test_a_plan_begins_with_the_limits_that_hold_at_home(house: House, visit: Visit):
    anna = house.ids["Anna"]
    client = await came(house, LIMIT, FAST)
    doctor = await visit(viewport=PHONE, color_scheme="dark")
    await doctor.signs_in(Role.DOCTOR, f"/patients/{anna}")
    await doctor.click(doctor.page.get_by_role("link", name="Plan", exact=True))
    home = card(doctor.page)
    await expect(home).to_contain_text("At home from Ward 3")
    await expect(home).to_contain_text("As on Ward 3 by Test doctor, doctor: COPD")
    await expect(home).to_contain_text("Nothing will ring at once any more")
    await expect(home.get_by_label("Begin this plan")).to_have_value("post_discharge")
    for box in await home.get_by_role("checkbox").all():
        await expect(box).not_to_be_checked()
    assert await doctor.axe_faults() == []
    assert not await doctor.scrolls_sideways()
    await doctor.click(home.get_by_role("checkbox", name="Oxygen saturation stays low"))
    await doctor.click(
        home.get_by_role("button", name="Begin “After the hospital” and set 1 limit")
    )
    plan = doctor.page.get_by_role("region", name="After the hospital", exact=True)
    await expect(plan).to_be_visible()
    assert doctor.clicks <= BUDGET
    await expect(home.get_by_role("button", name="Set it at home")).to_have_count(1)  # the other
    await expect(doctor.page.get_by_role("region", name="Personal limits")).to_contain_text("86")
    assert (await in_force(client, anna))[0] == 86
    assert await doctor.axe_faults() == []
    await client.aclose()


async def test_what_somebody_did_meanwhile_is_said_and_nothing_is_done_twice(
    house: House, visit: Visit
):
    anna = house.ids["Anna"]
    client = await came(house, LIMIT)
    doctor = await visit()
    doctor.expected = (*doctor.expected, "409 (Conflict)")
    await doctor.signs_in(Role.DOCTOR, f"/patients/{anna}/plan")
    home = card(doctor.page)
    await home.get_by_role("checkbox").check()
    mine = (await client.get(f"/api/patients/{anna}/came-home")).json()["settings"][0]
    keep = {name: mine[name] for name in LIMIT if name != "is_said"} | {"is_said": True}
    assert (await client.post(f"/api/patients/{anna}/limits", json=keep)).status_code == 200
    await doctor.click(home.get_by_role("button", name="Begin"))
    await expect(home.get_by_role("alert")).to_contain_text("Nothing was begun or set")
    await expect(home).to_contain_text("No limits of the ward wait")
    assert (await client.get(f"/api/patients/{anna}/plans")).json()["plans"] == []
    await doctor.click(home.get_by_role("button", name="Begin “After the hospital”", exact=True))
    await expect(doctor.page.get_by_role("button", name="Change this plan")).to_be_visible()
    await client.aclose()


async def test_a_nurse_reads_which_limit_needs_a_doctor_and_begins_the_plan(
    house: House, visit: Visit
):
    client = await came(house, LIMIT)
    nurse = await visit()
    await nurse.signs_in(Role.NURSE, f"/patients/{house.ids['Anna']}/plan")
    home = card(nurse.page)
    await expect(home.get_by_role("checkbox")).to_be_disabled()
    await expect(home).to_contain_text("This needs a doctor")
    assert await nurse.axe_faults() == []
    await nurse.click(home.get_by_role("button", name="Begin “After the hospital”", exact=True))
    await expect(nurse.page.get_by_role("button", name="Change this plan")).to_be_visible()
    await expect(home).to_contain_text("This needs a doctor")
    await expect(home.get_by_role("button", name="Set it at home")).to_have_count(0)
    await client.aclose()


async def test_a_doctor_sets_a_limit_of_the_ward_at_home_without_a_plan(house: House, visit: Visit):
    anna = house.ids["Anna"]
    client = await came(house, LIMIT)
    doctor = await visit(viewport=PHONE, color_scheme="dark")
    doctor.expected = (*doctor.expected, "409 (Conflict)")
    await doctor.signs_in(Role.DOCTOR, f"/patients/{anna}/plan")
    home = card(doctor.page)
    await home.get_by_label("Begin this plan").select_option("No plan for now")
    await expect(home).to_contain_text("As on Ward 3 by Test doctor, doctor: COPD")
    assert await doctor.axe_faults() == []
    assert not await doctor.scrolls_sideways()
    await doctor.click(home.get_by_role("button", name="Set it at home"))
    await doctor.click(home.get_by_role("button", name="I have read this"))
    await expect(home).to_contain_text("No limits of the ward wait")
    assert (await in_force(client, anna))[0] == 86
    await client.aclose()
