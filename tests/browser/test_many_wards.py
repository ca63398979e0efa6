"""A house of many wards: those one has to do with stand in the header, all others in a menu."""

from typing import Any

from playwright.async_api import Locator, expect

from tests.browser.conftest import PHONE


async def more_wards(ward: Any) -> None:
    await ward.sql(
        "insert into ward (name, kind)"
        " select 'Ward ' || n, 'ward' from generate_series(4, 12) n returning id"
    )
    await ward.sql(
        "insert into ward_staff (person_id, starts) values (%(nurse)s, now()) returning id",
        nurse=ward.house.ids["nurse"],
    )


def wards_in_sight(visitor: Any) -> Locator:
    header = visitor.page.get_by_role("navigation", name="Main")
    return header.locator("a[href^='/wards/']")


async def test_of_many_wards_ones_own_are_in_sight_and_all_are_in_a_menu_above_the_thumb(
    visit: Any, ward: Any
) -> None:
    await more_wards(ward)
    nurse = await visit()
    await nurse.opens_board(ward)
    await expect(wards_in_sight(nurse)).to_have_text(["Ward 3"])
    await nurse.page.get_by_role("button", name="Wards").click()
    items = nurse.page.get_by_role("menuitem")
    await expect(items.first).to_be_visible()
    names = [name for name in await items.all_inner_texts() if name.startswith("Ward ")]
    assert names == [f"Ward {number}" for number in range(3, 13)]  # nine comes before ten
    await items.get_by_text("Ward 10", exact=True).click()
    await expect(nurse.page.get_by_role("heading", name="Ward 10")).to_be_visible()
    await expect(wards_in_sight(nurse)).to_have_text(["Ward 3", "Ward 10"])
    await expect(wards_in_sight(nurse).last).to_have_attribute("aria-current", "page")
    # On a phone the menu opens above the thumb.
    await expect(items).to_have_count(0)
    await nurse.page.set_viewport_size(PHONE)
    await nurse.page.get_by_role("button", name="Wards").click()
    await expect(items.first).to_be_in_viewport()
    for name in ("Ward 3", "Alarms", "Rota"):
        link = nurse.page.get_by_role("navigation", name="Main").get_by_role("link", name=name)
        await expect(link).to_be_in_viewport(ratio=1)
