"""Where readings come from is one tap from the curve, and from each line of the table."""

from typing import Any

from playwright.async_api import expect

from homeward.model.person import Role
from tests.api.test_sources import measured
from tests.browser.conftest import PHONE


async def test_each_reading_says_who_said_it_on_the_curve_and_in_the_table(
    visit: Any, ward: Any
) -> None:
    await measured(ward.house)
    nurse = await visit(reduced_motion="reduce")
    page = nurse.page
    await nurse.signs_in(Role.NURSE, f"/patients/{ward.anna}")
    await expect(page.get_by_role("figure", name="Vital signs over time")).to_be_visible()
    await page.keyboard.press("5")  # of 24 hours
    await nurse.click(page.get_by_role("button", name="Sources", exact=True))
    assert nurse.clicks == 1
    dialog = page.get_by_role("dialog", name="Where readings come from")
    await dialog.get_by_label("Vital sign").select_option(label="Systolic")
    await expect(dialog).to_contain_text("Reports leave out 1: a better source measured")
    row = dialog.get_by_role("row").filter(has_text="141")
    await expect(row).to_contain_text("by hand")
    await expect(row).to_contain_text("not in reports")
    await dialog.get_by_label("Vital sign").select_option(label="Weight")
    await expect(dialog).to_contain_text("annas-scale (cloud: Withings)")
    await dialog.get_by_label("Vital sign").select_option(label="HR")
    row = dialog.get_by_role("row").filter(has_text="came late")
    await expect(row).to_contain_text("Anna's Watch (file: Apple Health)")
    # The table leads there too, and is for everybody.
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await page.set_viewport_size(PHONE)
    await page.get_by_role("switch", name="As a table").click()
    await page.get_by_role("button", name="Sources of Weight").click()
    await expect(dialog).to_contain_text("annas-scale (cloud: Withings)")
    assert not await nurse.scrolls_sideways()
    assert await nurse.axe_faults() == []
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
