"""A plan on the screen: a carer begins it, the patient sees it and answers."""

from datetime import UTC, datetime

from playwright.async_api import expect

from homeward.model.person import Role
from homeward.services.plan.expecting import expect as expect_due
from tests.api.conftest import House, sql
from tests.browser.conftest import ONLY_A_TASK_IS_DUE, PHONE, Visit


async def test_a_carer_begins_a_plan_and_the_patient_answers(house: House, visit: Visit):
    doctor = await visit()
    await doctor.signs_in(Role.DOCTOR, f"/patients/{house.ids['Cleo']}")
    await doctor.click(doctor.page.get_by_role("link", name="Plan", exact=True))
    await doctor.click(doctor.page.get_by_role("button", name="COPD"))
    await expect(doctor.page.get_by_text("A walk of ten minutes")).to_be_visible()
    assert await doctor.axe_faults() == []
    await expect_due(house.store, datetime.now(UTC), "UTC")
    await house.store.door().run(sql(ONLY_A_TASK_IS_DUE))
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT)
    await cleo.click(cleo.page.get_by_role("link", name="My plan"))
    due = cleo.page.get_by_role("list", name="Due now")
    await expect(due).to_contain_text("A walk of ten minutes")
    assert await cleo.axe_faults() == []
    assert not await cleo.scrolls_sideways()
    await cleo.click(due.get_by_role("button", name="Done").first)
    await expect(due).to_have_count(0)
    await doctor.click(doctor.page.get_by_role("button", name="End this plan"))
    await expect(doctor.page.get_by_text("There is no plan yet.")).to_be_visible()
