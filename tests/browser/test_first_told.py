"""Who is called first for what a plan misses: chosen on its page, which says who that is now."""

from datetime import UTC, date, datetime, time

from playwright.async_api import expect

from homeward.model.person import Role
from homeward.services.call.rota import Plan
from homeward.services.call.rotas import add_rota, end_rota
from tests.api.conftest import House
from tests.browser.conftest import PHONE, Visit

TEAM = "Diabetes nurses"
BUDGET = 3  # clicks: change the plan, save it; choosing from a list is none of either


async def rota(house: House) -> int:
    turns = Plan("UTC", 24, time(0), date(2026, 2, 1), (house.ids["nurse"],))
    ward = house.ids["Home care"]
    return await add_rota(house.store.door(), ward, TEAM, turns, datetime.now(UTC))


async def test_a_carer_chooses_who_is_called_first_and_reads_who_that_is_now(
    house: House, visit: Visit
):
    number = await rota(house)
    doctor = await visit(viewport=PHONE, color_scheme="dark")
    await doctor.signs_in(Role.DOCTOR, f"/patients/{house.ids['Cleo']}/plan")
    await doctor.page.get_by_role("button", name="Diabetes").click()
    plan = doctor.page.get_by_role("region", name="Diabetes", exact=True)
    await expect(plan).to_contain_text("Missed or warned of: the ward’s chain.")
    doctor.clicks = 0
    await doctor.click(plan.get_by_role("button", name="Change this plan"))
    first = doctor.page.get_by_label("Who is called first")
    await expect(first.get_by_role("option")).to_have_text(["The ward’s chain", TEAM])
    await first.select_option(TEAM)
    assert await doctor.axe_faults() == []
    await doctor.page.get_by_role("button", name="Keep as our template").click()
    await expect(doctor.page.get_by_text("Plans of this kind begin like this")).to_be_visible()
    await doctor.click(doctor.page.get_by_role("button", name="Save the plan"))
    await expect(plan).to_contain_text(f"{TEAM} (now Test nurse), then the ward’s chain.")
    assert doctor.clicks <= BUDGET
    assert await doctor.axe_faults() == []
    assert not await doctor.scrolls_sideways()
    # A plan that begins by the template has it, too.
    await doctor.page.get_by_role("button", name="End this plan").click()
    await doctor.page.get_by_role("button", name="Diabetes").click()
    await expect(plan).to_contain_text(f"{TEAM} (now Test nurse)")
    await end_rota(house.store.door(), number, datetime.now(UTC))
    await doctor.page.reload()
    await expect(plan).to_contain_text(f"{TEAM} is no rota of Home care: the ward’s chain is")
    assert await doctor.axe_faults() == []
