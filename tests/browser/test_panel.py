"""The panel: who needs a call stands on top, filtered in place, acted on in two clicks."""

from datetime import UTC, datetime

from playwright.async_api import expect

from homeward.model.person import Role
from homeward.services.plan.counting import count
from tests.api.conftest import House, sql
from tests.api.test_reports import fill
from tests.browser.conftest import PHONE, Visit


async def test_a_doctor_sees_who_needs_a_call_and_says_what_was_done_also_on_a_telephone(
    house: House, visit: Visit
):
    await fill(house)
    many = (
        "with made as (insert into patient (record_number, name, birth_date, sex)"
        " select 'M-' || n, 'Many ' || n, '1950-01-01', 'male' from generate_series(1, 90) n"
        " returning id, name) insert into stay (patient_id, ward_id, bed, starts)"
        " select id, %(ward)s, name, now() - interval '9 days' from made"
    )
    await house.store.door().run(sql(many), ward=house.ids["Home care"])
    while await count(house.store, datetime.now(UTC), "UTC"):
        pass
    doctor = await visit()
    await doctor.signs_in(Role.DOCTOR, f"/wards/{house.ids['Home care']}")
    await doctor.click(doctor.page.get_by_role("link", name="Who needs a call"))
    page = doctor.page
    told = page.locator("main p[role=status]")
    await expect(told).to_have_text("1 of 91")
    await expect(page.get_by_text("Weight +2.8 kg in 3 days")).to_be_visible()
    await doctor.click(page.get_by_text("Everybody 91"))
    await expect(told).to_have_text("91 of 91")
    await page.get_by_label("Name or record number").fill("many 90")
    await expect(told).to_have_text("1 of 91")
    await page.get_by_label("Name or record number").fill("")
    await doctor.click(page.get_by_text("Trend 1"))
    assert await doctor.axe_faults() == []
    await doctor.click(page.get_by_role("button", name="Done… about Cleo"))
    await page.get_by_label("A note").fill("Called")
    await doctor.click(page.get_by_role("button", name="Wrote or called"))
    await expect(page.get_by_text("Wrote or called: Test doctor")).to_be_visible()
    await page.set_viewport_size(PHONE)
    await expect(page.get_by_text("Weight +2.8 kg in 3 days")).to_be_visible()
    assert not await doctor.scrolls_sideways()
