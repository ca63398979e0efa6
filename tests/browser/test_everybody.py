"""For everybody: contrast, names, narrow screens, poor lines."""

import gzip
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from homeward.model.alarm import Priority
from homeward.model.person import Role
from tests.browser.conftest import PHONE

# First load of the patient's page: what a telephone on a poor line waits for.
PATIENT_SCRIPT_BYTES_MAX = 115_000


async def _busy(ward: Any) -> None:
    bela = ward.house.ids["Bela"]
    await ward.alarms()
    await ward.alarms("Resp 22 > 20 /min", Priority.MEDIUM, bela, "breath_high")
    await ward.alarms("SpO₂ sensor silent", Priority.LOW, bela, "silent_oxygen_saturation")


async def test_sign_in_is_for_everybody(visit: Any, house: Any) -> None:
    visitor = await visit()
    await visitor.goes("/")
    await expect(visitor.page.get_by_label("Sign-in name")).to_be_visible()
    assert await visitor.axe_faults() == []
    await visitor.page.set_viewport_size(PHONE)
    await expect(visitor.page.get_by_label("Sign-in name")).to_be_visible()
    assert not await visitor.scrolls_sideways()


async def test_the_board_is_for_everybody_and_a_telephone_never_scrolls_sideways(
    visit: Any, ward: Any
) -> None:
    await _busy(ward)
    nurse = await visit(reduced_motion="reduce")
    await nurse.opens_board(ward)
    await ward.reads(ward.anna, heart_rate=72, oxygen_saturation=97, systolic=120, diastolic=80)
    await expect(nurse.tile("Anna")).to_contain_text("120/80")
    assert await nurse.axe_faults() == []
    for key in ("a", "l", "?"):
        await nurse.press(key)
        dialog = nurse.page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        await expect(dialog).to_have_css("opacity", "1")
        assert await nurse.axe_faults() == []
        await nurse.press("Escape")
        await expect(dialog).to_have_count(0)
    await nurse.page.set_viewport_size(PHONE)
    tiles = nurse.page.get_by_role("article")
    await expect(tiles).to_have_count(2)
    assert not await nurse.scrolls_sideways()
    lefts = {round((await tile.bounding_box())["x"]) for tile in await tiles.all()}
    assert len(lefts) == 1
    await nurse.page.get_by_role("button", name="Alarms", exact=True).click()
    await expect(nurse.page.get_by_role("dialog")).to_be_visible()
    assert not await nurse.scrolls_sideways()


async def test_home_care_is_for_everybody_and_shows_glucose_large(visit: Any, ward: Any) -> None:
    nurse, cleo = await visit(), ward.house.ids["Cleo"]
    await nurse.signs_in(Role.NURSE, f"/wards/{ward.house.ids['Home care']}")
    await expect(nurse.page.get_by_test_id("pulse")).to_contain_text("Live")
    await ward.is_heard(cleo)
    await ward.reads(cleo, glucose=60)
    await expect(nurse.tile("Cleo")).to_contain_text("below target")
    assert await nurse.axe_faults() == []
    await ward.reads(cleo, glucose=203)
    await expect(nurse.tile("Cleo").locator("[data-vital=glucose]")).to_contain_text("203")
    await expect(nurse.tile("Cleo")).to_contain_text("above target")


# What is there at first, and what a page fetches two seconds later (web/src/home/later.ts) not.
SEES_THE_PAGE = """new MutationObserver((_, watch) => {
  if (!document.querySelector("main")) return;
  watch.disconnect();
  window.isThere = performance.now();
}).observe(document, {childList: true, subtree: true})"""
SCRIPTS_AT_FIRST = """() => performance.getEntriesByType("resource")
  .filter(({startTime}) => startTime < window.isThere + 1_500)
  .map(({name}) => new URL(name).pathname).filter(path => path.endsWith(".js"))"""


async def test_the_patients_page_is_light(visit: Any, house: Any, pages: Path) -> None:
    patient = await visit()
    await patient.page.add_init_script(SEES_THE_PAGE)
    await patient.signs_in(Role.PATIENT)
    await expect(patient.page.get_by_text("Hello Cleo")).to_be_visible()
    await patient.page.wait_for_load_state("networkidle")
    loaded = await patient.page.evaluate(SCRIPTS_AT_FIRST)
    scripts = [pages / path.lstrip("/") for path in loaded]
    assert scripts
    size = sum(len(gzip.compress(script.read_bytes(), 9)) for script in scripts)
    assert size < PATIENT_SCRIPT_BYTES_MAX
