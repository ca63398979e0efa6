"""Reports on the screen: the patient's own and the carer's, the sheet of paper one click away."""

from playwright.async_api import expect

from homeward.model.person import Role
from tests.api.conftest import House
from tests.api.test_reports import fill
from tests.browser.conftest import PHONE, Visit


async def test_a_patient_reads_their_reports_and_takes_the_paper(house: House, visit: Visit):
    await fill(house)
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT)
    await cleo.click(cleo.page.get_by_role("link", name="My reports"))
    await expect(cleo.page.get_by_role("heading", name="Glucose profile")).to_be_visible()
    await expect(cleo.page.get_by_role("img", name="Glucose by time of day")).to_be_visible()
    await cleo.click(cleo.page.get_by_text("mmol/L", exact=True))
    await expect(cleo.page.get_by_text("In range, 3.9 to 10.0")).to_be_visible()
    assert await cleo.axe_faults() == []
    assert not await cleo.scrolls_sideways()
    async with cleo.page.expect_download() as downloading:
        await cleo.click(cleo.page.get_by_role("link", name="Download as PDF"))
    paper = await (await downloading.value).path()
    assert paper.read_bytes().startswith(b"%PDF-")
    await cleo.click(cleo.page.get_by_text("Pressure", exact=True))
    await expect(cleo.page.get_by_text("131/82 mmHg").first).to_be_visible()


async def test_a_carer_finds_them_beside_the_chart(house: House, visit: Visit):
    await fill(house)
    doctor = await visit()
    await doctor.signs_in(Role.DOCTOR, f"/patients/{house.ids['Cleo']}")
    await doctor.click(doctor.page.get_by_role("link", name="Reports"))
    await doctor.click(doctor.page.get_by_text("Weight", exact=True))
    risen = doctor.page.get_by_text("In 3 days, to the newest").locator("..")
    await expect(risen).to_contain_text("+2.8 kg")
    await expect(risen).to_contain_text("not met")
    assert await doctor.axe_faults() == []
