"""Who sees whom, at a screen: a closed record, breaking the glass, its review, and the teams."""

from typing import Any

from playwright.async_api import expect

from homeward.model.person import Role
from tests.api.conftest import sql
from tests.browser.conftest import PHONE

WHY = "Found without a pulse in the corridor"


async def leaves_ward_3(ward: Any) -> None:
    text = "update ward_staff set ends = now() where person_id = %(person)s and ward_id = %(ward)s"
    await ward.house.store.door().run(
        sql(text), person=ward.house.ids["nurse"], ward=ward.house.ids["Ward 3"]
    )


async def test_a_record_of_another_team_is_opened_in_an_emergency_and_reviewed(
    visit: Any, ward: Any
) -> None:
    await leaves_ward_3(ward)
    nurse = await visit()
    await nurse.signs_in(Role.NURSE, f"/wards/{ward.house.ids['Home care']}")
    page = nurse.page
    await expect(nurse.tile("Cleo")).to_be_visible()
    nurse.clicks = nurse.keys = 0
    await nurse.click(page.get_by_role("button", name="Find a patient"))
    await page.keyboard.type("Anna")
    await expect(page.get_by_text("Nobody on your wards is found by that.")).to_be_visible()
    await nurse.click(page.get_by_role("button", name="Open in an emergency"))
    await page.keyboard.type("R-Anna")
    await nurse.press("Enter")
    await expect(page.get_by_text("born 1950 · Ward 3 · 3-01")).to_be_visible()
    why = page.get_by_label("Why do you open this record?")
    opens = page.get_by_role("button", name="Open for an hour")
    await why.fill("urgent")
    await expect(opens).to_be_disabled()
    await why.fill(WHY)
    await nurse.click(opens)
    await expect(page.get_by_role("heading", name="Anna")).to_be_visible()
    lately = page.get_by_role("list", name="Opened in an emergency")
    await expect(lately).to_contain_text("Test nurse, nurse")
    await expect(lately).to_contain_text(WHY)
    # To look, to say that it is an emergency, and to open: three clicks, and a key to find.
    assert (nurse.clicks, nurse.keys) == (3, 1)

    ada = await visit()
    await ada.signs_in(Role.ADMINISTRATOR, "/devices")
    ada.clicks = 0
    await ada.click(ada.page.get_by_role("link", name="Access"))
    queue = ada.page.get_by_role("region", name="To be reviewed")
    await expect(queue).to_contain_text("1 to review")
    await expect(queue).to_contain_text(WHY)
    assert await ada.axe_faults() == []
    await ada.click(queue.get_by_role("button", name="Justified", exact=True))
    await expect(queue).to_contain_text("Nothing waits to be reviewed.")
    reviewed = ada.page.get_by_role("region", name="Reviewed", exact=True)
    await expect(reviewed).to_contain_text("Justified, says Test administrator")
    assert ada.clicks == 2


async def test_a_closed_record_says_so_and_is_never_an_empty_chart(visit: Any, ward: Any) -> None:
    await leaves_ward_3(ward)
    nurse = await visit(viewport=PHONE)
    nurse.is_refused()
    await nurse.signs_in(Role.NURSE, f"/patients/{ward.anna}")
    closed = nurse.page.get_by_role("region", name="This record is closed to you")
    await expect(closed).to_contain_text("You are not on this patient's team")
    assert not await nurse.scrolls_sideways()
    assert await nurse.axe_faults() == []
    await nurse.page.get_by_label("Why do you open this record?").fill(WHY)
    await nurse.page.get_by_role("button", name="Open for an hour").click()
    await expect(nurse.page.get_by_role("heading", name="Anna")).to_be_visible()


async def test_an_administrator_makes_the_teams(visit: Any, ward: Any) -> None:
    ada = await visit(viewport=PHONE)
    await ada.signs_in(Role.ADMINISTRATOR, "/access")
    team = ada.page.get_by_role("region", name="Team of Ward 3")
    await expect(team).to_contain_text("Test nurse")
    assert not await ada.scrolls_sideways()
    await ada.click(team.get_by_role("button", name="Take off Test nurse"))
    await expect(team.get_by_text("Test nurse", exact=True)).to_have_count(0)
    nurse = await visit()
    await nurse.signs_in(Role.NURSE)
    await expect(nurse.page.get_by_role("link", name="Home care")).to_be_visible()
    await expect(nurse.page.get_by_role("link", name="Ward 3")).to_have_count(0)
    await team.get_by_label("Who joins Ward 3").select_option("Test nurse, nurse")
    await ada.click(team.get_by_role("button", name="Add"))
    await expect(team.get_by_text("Test nurse", exact=True)).to_be_visible()
    await nurse.goes("/")
    await expect(nurse.page.get_by_role("link", name="Ward 3")).to_be_visible()


async def test_who_works_nowhere_is_told_whom_to_ask(visit: Any, ward: Any) -> None:
    await ward.house.store.door().run(sql("update ward_staff set ends = now()"))
    nurse = await visit()
    await nurse.signs_in(Role.NURSE)
    await expect(nurse.page.get_by_text("You work on no ward yet")).to_be_visible()
