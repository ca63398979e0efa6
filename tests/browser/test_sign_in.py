"""Coming in and going out."""

import re
from typing import Any

from playwright.async_api import expect

from homeward.model.person import Role
from tests.browser.conftest import PASSWORD, said_on


async def test_a_nurse_comes_to_her_ward_and_leaves_again(visit: Any, house: Any) -> None:
    nurse = await visit()
    await nurse.signs_in_by_form(Role.NURSE)
    await expect(nurse.page).to_have_url(re.compile(r"/wards/\d+$"))
    await expect(nurse.page.get_by_role("heading", level=1)).to_be_visible()
    await nurse.page.get_by_role("button", name="Test nurse").click()
    await nurse.page.get_by_role("menuitem", name="Sign out").click()
    await expect(nurse.page.get_by_label("Sign-in name")).to_be_visible()
    await nurse.page.reload()
    await expect(nurse.page.get_by_label("Sign-in name")).to_be_visible()


async def test_a_wrong_password_is_refused_and_an_engineer_sees_devices_and_no_ward(
    visit: Any, house: Any
) -> None:
    engineer = await visit()
    await engineer.goes("/")
    for password in ("wrong", PASSWORD):
        await engineer.page.get_by_label("Sign-in name").fill("engineer")
        await engineer.page.get_by_label("Password", exact=True).fill(password)
        await engineer.page.get_by_role("button", name="Sign in", exact=True).click()
        if password == "wrong":
            said = engineer.page.get_by_role("alert")
            await expect(said).to_contain_text("do not belong together")
    await expect(engineer.page).to_have_url(re.compile(r"/devices$"))
    links = engineer.page.get_by_role("navigation", name="Main").get_by_role("link")
    assert await links.all_inner_texts() == ["System", "Devices"]


async def test_no_demo_account_is_offered_outside_the_demo(visit: Any, house: Any) -> None:
    visitor = await visit()
    await visitor.goes("/")
    await expect(visitor.page.get_by_label("Sign-in name")).to_be_visible()
    await visitor.page.wait_for_load_state("networkidle")
    await expect(visitor.page.get_by_text("This is a demo")).to_have_count(0)


async def test_a_session_that_was_ended_elsewhere_ends_here(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    await ward.sql("delete from session returning 1 as gone")
    await expect(nurse.page.get_by_label("Sign-in name")).to_be_visible(timeout=15_000)


async def test_whoever_signs_out_leaves_nobodys_name_on_the_page(visit: Any, ward: Any) -> None:
    """ASVS 5.0.0, 14.3.1: not in the document, not behind the back button, not in what is kept."""
    nurse = await visit()
    page = nurse.page
    await nurse.opens_board(ward)
    await page.goto(f"{nurse.url}/patients/{ward.anna}")
    await expect(page.get_by_role("heading", name="Anna")).to_be_visible()
    await page.get_by_role("button", name="Test nurse").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    for go in (None, page.go_back, page.go_forward):
        if go is not None:
            await go()
        await expect(page.get_by_label("Sign-in name")).to_be_visible()
        left = await said_on(page) + await page.title()
        left += await page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
        assert not [name for name in ("Anna", "Bela", "R-Anna", "Test nurse") if name in left]
