"""At which values the team is told: read by the patient in plain words, and by carers."""

from playwright.async_api import expect

from homeward.model.person import Role
from tests.api.conftest import House
from tests.api.test_came_home import LIMIT
from tests.browser.conftest import PHONE, Visit


async def test_a_limit_is_read_by_the_patient_and_by_carers(house: House, visit: Visit):
    cleo = house.ids["Cleo"]
    doctor = await visit()
    await doctor.signs_in(Role.DOCTOR, f"/patients/{cleo}/plan")
    await expect(doctor.page.get_by_role("heading", name="Begin a plan")).to_be_visible()
    personal = doctor.page.get_by_role("region", name="Personal limits")
    await expect(personal).to_have_count(0)
    client = await house.client(Role.DOCTOR)
    assert (await client.post(f"/api/patients/{cleo}/limits", json=LIMIT)).status_code == 200
    await client.aclose()
    await doctor.page.reload()
    await expect(personal).to_contain_text("below 86 %")
    assert await doctor.axe_faults() == []
    patient = await visit(viewport=PHONE, color_scheme="dark")
    await patient.signs_in(Role.PATIENT, "/plan")
    told = patient.page.get_by_role("region", name="When your team is told")
    await expect(told).to_contain_text("below 86 %, if it stays so")
    await expect(told).to_contain_text("Set for you")
    await expect(told).to_contain_text("alarms nobody")
    assert await patient.axe_faults() == []
    assert not await patient.scrolls_sideways()
    await doctor.click(personal.get_by_role("link", name="Change limits"))
    await expect(doctor.page).to_have_url(f"{house.url}/patients/{cleo}/limits")
