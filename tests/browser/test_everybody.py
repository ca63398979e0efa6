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


async def test_the_board_is_for_everybody(visit: Any, ward: Any) -> None:
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


async def test_home_care_is_for_everybody(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    await nurse.goes(f"/wards/{ward.house.ids['Home care']}")
    await expect(nurse.page.get_by_test_id("pulse")).to_contain_text("Live")
    await ward.is_heard(ward.house.ids["Cleo"])
    await ward.reads(ward.house.ids["Cleo"], glucose=60)
    await expect(nurse.tile("Cleo")).to_contain_text("below target")
    assert await nurse.axe_faults() == []


async def test_a_telephone_never_scrolls_sideways(visit: Any, ward: Any) -> None:
    await _busy(ward)
    nurse = await visit(viewport=PHONE)
    await nurse.goes("/")
    await expect(nurse.page.get_by_label("Sign-in name")).to_be_visible()
    assert not await nurse.scrolls_sideways()
    await nurse.opens_board(ward)
    assert not await nurse.scrolls_sideways()
    tiles = nurse.page.get_by_role("article")
    lefts = {round((await tile.bounding_box())["x"]) for tile in await tiles.all()}
    assert len(lefts) == 1
    await nurse.page.get_by_role("button", name="Alarms", exact=True).click()
    await expect(nurse.page.get_by_role("dialog")).to_be_visible()
    assert not await nurse.scrolls_sideways()


async def test_the_patients_page_is_light(visit: Any, house: Any, pages: Path) -> None:
    patient = await visit()
    await patient.signs_in(Role.PATIENT)
    await patient.page.reload()
    await patient.page.wait_for_load_state("networkidle")
    await expect(patient.page.get_by_role("button", name="Sign out")).to_be_visible()
    loaded = await patient.page.evaluate(
        "performance.getEntriesByType('resource').map(one => new URL(one.name).pathname)"
    )
    scripts = [pages / path.lstrip("/") for path in loaded if path.endswith(".js")]
    assert scripts
    size = sum(len(gzip.compress(script.read_bytes(), 9)) for script in scripts)
    assert size < PATIENT_SCRIPT_BYTES_MAX
