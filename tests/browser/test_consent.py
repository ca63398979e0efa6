"""A patient decides who sees their record, and takes it back; a carer's open page follows."""

from typing import Any

from playwright.async_api import expect

from homeward.model.person import Role
from tests.browser.conftest import PHONE

CLICKS_MAX = 2


async def test_closing_and_opening_again_in_two_clicks_while_the_chart_is_open(
    visit: Any, ward: Any
) -> None:
    nurse = await visit()
    await nurse.signs_in(Role.NURSE, f"/patients/{ward.house.ids['Cleo']}")
    await expect(nurse.page.get_by_label("Now", exact=True)).to_be_visible()
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT)
    page = cleo.page
    await cleo.click(page.get_by_role("link", name="Who may see my data"))
    values = page.get_by_role("switch", name="Measured values and scores")
    await expect(values).to_be_checked()
    await cleo.click(values)
    await expect(values).not_to_be_checked()
    assert cleo.clicks == CLICKS_MAX
    await expect(page.get_by_text("Nobody of this team sees what is off")).to_be_visible()
    closed = nurse.page.get_by_role("heading", name="Cleo closed this part of the record")
    await expect(closed).to_be_visible()
    await expect(nurse.page.get_by_label("Now", exact=True)).to_have_count(0)
    assert not await cleo.scrolls_sideways()
    assert await cleo.axe_faults() == []
    assert await nurse.axe_faults() == []
    await cleo.click(values)
    await expect(nurse.page.get_by_label("Now", exact=True)).to_be_visible()
    await expect(closed).to_have_count(0)


async def test_a_doctor_of_another_team_is_named_and_withdrawn(visit: Any, ward: Any) -> None:
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT, "/consent")
    page = cleo.page
    await page.get_by_role("button", name="Name somebody").click()
    await page.get_by_label("Their full name, exactly").fill("Nobody Here")
    await page.get_by_label("How long").select_option("1 week")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_contain_text("exactly this name")
    cleo.faults.clear()  # the browser's own line about the 404 we asked for
    await page.get_by_role("button", name="Name somebody").click()
    await page.get_by_label("Their full name, exactly").fill("Test doctor")
    await expect(page.get_by_role("checkbox", name="Waveforms")).to_be_checked()
    assert await cleo.axe_faults() == []
    await page.get_by_role("button", name="Save").click()
    line = page.get_by_role("listitem").filter(has_text="Test doctor")
    await expect(line).to_contain_text("may see measured values and waveforms")
    await page.goto("about:blank")
    await page.goto(f"{ward.house.url}/")
    cleo.clicks = 0
    await cleo.click(page.get_by_role("link", name="Who may see my data"))
    await cleo.click(page.get_by_role("button", name="Withdraw: Test doctor"))
    await expect(page.get_by_text("Nobody is named")).to_be_visible()
    assert cleo.clicks == CLICKS_MAX


async def test_a_board_says_what_is_closed(visit: Any, ward: Any) -> None:
    async with await ward.house.client(Role.PATIENT) as client:
        said = {"purpose": "care", "decision": "deny", "parts": ["readings"],
                "ward_id": ward.house.ids["Home care"]}  # fmt: skip
        path = f"/api/patients/{ward.house.ids['Cleo']}/consents"
        assert (await client.post(path, json=said)).status_code == 200
    nurse = await visit()
    await nurse.signs_in(Role.NURSE, f"/wards/{ward.house.ids['Home care']}")
    tile = nurse.page.get_by_role("article").filter(has_text="Cleo")
    await expect(tile).to_contain_text("Values closed by the patient. Alarms go on.")
