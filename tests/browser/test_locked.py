"""A ward's board that nobody touches: names go, alarms stay, seen and heard."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from homeward.model.person import Role
from homeward.settings import Settings
from tests.browser.conftest import PASSWORD, PHONE, said_on

LISTENER = Path(__file__).parent / "listener.js"


async def locks(nurse: Any) -> None:
    await nurse.click(nurse.page.get_by_role("button", name="Test nurse"))
    await nurse.click(nurse.page.get_by_role("menuitem", name="Lock this board"))
    await expect(nurse.page.get_by_role("button", name="Unlock")).to_be_visible()


def bed(visitor: Any, name: str) -> Any:
    beds = visitor.page.get_by_role("list", name="Beds").get_by_role("listitem")
    return beds.filter(has_text=name)


async def unlocks(visitor: Any, login: str) -> None:
    page = visitor.page
    await page.get_by_role("button", name="Unlock").click()
    await page.get_by_label("Sign-in name").fill(login)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")


async def test_names_go_and_alarms_stay(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    await ward.alarms()
    await locks(nurse)
    assert nurse.clicks == 2
    await expect(bed(nurse, "3-01")).to_contain_text("SpO₂ 86 < 90 %")
    await expect(bed(nurse, "3-02")).to_contain_text("no alarm")
    await ward.alarms("Heart rate 171 > 160 /min", patient=ward.house.ids["Bela"],
                      condition="heart_rate_high")  # fmt: skip
    await expect(bed(nurse, "3-02")).to_contain_text("Heart rate 171")
    words = await said_on(nurse.page)
    assert not [name for name in ("Anna", "Bela", "R-Anna", "Test nurse") if name in words]
    assert await nurse.axe_faults() == []
    await nurse.page.set_viewport_size(PHONE)
    await expect(bed(nurse, "3-01")).to_contain_text("SpO₂")
    assert not await nurse.scrolls_sideways()  # on a phone nothing is cut off


async def test_its_alarms_are_heard(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await nurse.page.add_init_script(path=LISTENER)
    await nurse.opens_board(ward)
    await nurse.page.get_by_role("button", name="Sound").click()
    await locks(nurse)
    await expect(nurse.page.get_by_role("button", name="Sound")).to_have_text("Sound on")
    await ward.alarms()
    await nurse.page.wait_for_function("window.bursts.at(-1) === 10")
    await expect(bed(nurse, "3-01")).to_contain_text("SpO₂")


async def test_it_stays_locked_tells_who_does_not_work_there_so_and_somebody_else_unlocks_it(
    visit: Any, ward: Any
) -> None:
    nurse = await visit()
    nurse.is_refused()
    await nurse.opens_board(ward)
    await locks(nurse)
    await nurse.page.reload()
    await expect(bed(nurse, "3-01")).to_be_visible()
    await unlocks(nurse, "engineer")
    told = nurse.page.get_by_role("alert").filter(has_text="This is the board of Ward 3")
    await expect(told).to_contain_text("Sign in at another screen.")
    await ward.alarms()
    await expect(bed(nurse, "3-01")).to_contain_text("SpO₂ 86 < 90 %")
    await nurse.page.get_by_label("Sign-in name").fill("doctor")
    await nurse.page.keyboard.press("Enter")
    await expect(nurse.tile("Anna")).to_be_visible()
    await expect(nurse.page.get_by_role("button", name="Test doctor")).to_be_visible()


async def test_a_board_that_lost_the_server_says_so_locked_or_not(
    visit: Any, ward: Any, guard: Any
) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    await locks(nurse)
    guard.is_alive = False
    await expect(nurse.page.get_by_test_id("unwatched")).to_be_visible(timeout=15_000)
    guard.is_alive = True
    await expect(nurse.page.get_by_test_id("unwatched")).to_have_count(0)


class TestUntouched:
    """A site that locks after two seconds."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, board_lock_seconds=2)

    async def test_nobody_touches_it_and_it_locks_by_itself(self, visit: Any, ward: Any) -> None:
        nurse = await visit()
        await nurse.signs_in(Role.NURSE, f"/wards/{ward.house.ids['Ward 3']}")
        await expect(bed(nurse, "3-01")).to_be_visible(timeout=15_000)


class TestOld:
    """A site whose sign-ins last for a minute and a bit."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, session_seconds_max=62)

    @pytest.mark.parametrize("page", ["", "/station"])
    async def test_a_board_locks_before_its_session_ends(
        self, visit: Any, ward: Any, page: str
    ) -> None:
        nurse = await visit()
        await nurse.signs_in(Role.NURSE, f"/wards/{ward.house.ids['Ward 3']}{page}")
        await expect(bed(nurse, "3-01")).to_be_visible(timeout=15_000)
