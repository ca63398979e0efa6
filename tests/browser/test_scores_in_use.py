"""Which score is used for whom: shown with the rule that chose it, switched with a reason."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from homeward.guard import signed
from homeward.model.person import Role
from homeward.services.watch import own_tables
from homeward.services.watch.own_tables import Said
from tests.browser.conftest import PHONE

BORN = date(1950, 3, 1)  # Anna (tests/api/conftest.py)
TABLE = (Path(__file__).parents[1] / "clinical" / "own_pews.toml").read_text()


async def _opens(visit: Any, role: Role, path: str, **options: Any) -> Any:
    visitor = await visit(**options)
    await visitor.signs_in(role, path)
    await expect(visitor.page.get_by_role("list", name="Scores")).to_be_visible()
    return visitor


def _line(visitor: Any, score: str) -> Any:
    return visitor.page.locator(f"[data-score='{score}']")


async def _switches(visitor: Any, label: str, choice: str, why: str) -> Any:
    await visitor.click(visitor.page.get_by_role("button", name=f"Switch {label}"))
    dialog = visitor.page.get_by_role("dialog")
    await dialog.get_by_text(choice, exact=True).click()
    await dialog.get_by_label("Why").fill(why)
    return dialog


async def _own_table(ward: Any) -> Callable[[], Awaitable[None]]:
    """A table of the site's own; what takes the trust in its key back."""
    door = ward.house.store.door()
    said = Said(ward.house.ids["administrator"], "guideline 12", datetime.now(UTC))
    private, public = signed.make_key()
    await own_tables.trust(door, public, "Paediatrics", said, is_trusted=True)
    await own_tables.add(door, TABLE, signed.sign(private, TABLE.encode()), said)

    async def take_back() -> None:
        await own_tables.trust(door, public, "Paediatrics", said, is_trusted=False)

    return take_back


async def _rows(ward: Any) -> list[tuple[Any, ...]]:
    text = "select score, is_on, reason from score_switch order by id"
    return [tuple(row.values()) for row in await ward.sql(text)]


async def test_a_doctor_switches_a_score_for_a_patient_and_the_page_says_why_each_is_used(
    visit, ward
) -> None:
    doctor = await visit()
    await doctor.signs_in(Role.DOCTOR, f"/patients/{ward.anna}/limits")
    await doctor.click(doctor.page.get_by_role("link", name="Scores in use"))
    await expect(doctor.page.get_by_role("heading", name="Scores of Anna")).to_be_visible()
    today = datetime.now(UTC).date()
    years = today.year - BORN.year - ((today.month, today.day) < (BORN.month, BORN.day))
    await expect(doctor.page.get_by_text(f"NEWS2 leads: {years} years")).to_be_visible()
    await expect(_line(doctor, "bedside_pews")).to_contain_text("Not meant for this patient")
    await expect(_line(doctor, "qsofa")).to_contain_text("Off by default")
    dialog = await _switches(doctor, "qSOFA", "On", "")
    await doctor.click(dialog.get_by_role("button", name="Save"))
    await expect(dialog.get_by_text("Say why, in a few words.")).to_be_visible()
    assert await _rows(ward) == []
    await dialog.get_by_label("Why").fill("suspected sepsis")
    await doctor.click(dialog.get_by_role("button", name="Save"))
    await expect(dialog).to_have_count(0)
    await expect(_line(doctor, "qsofa")).to_contain_text("In use beside it")
    await expect(_line(doctor, "qsofa")).to_contain_text("On for this patient: Test doctor")
    await expect(doctor.page.get_by_role("region", name="Changes")).to_contain_text("qSOFA on")
    assert await _rows(ward) == [("qsofa", True, "suspected sepsis")]


async def test_who_is_left_without_a_score_is_said_before_and_after(visit, ward) -> None:
    doctor = await _opens(visit, Role.DOCTOR, f"/wards/{ward.house.ids['Ward 3']}/scores")
    await expect(_line(doctor, "news2")).to_contain_text("In use, leads for 2 patients")
    dialog = await _switches(doctor, "NEWS2", "Off", "ward table from Monday")
    save = dialog.get_by_role("button", name="Save")
    await expect(save).to_be_disabled()
    await dialog.get_by_label("2 patients here have no early-warning score").check(force=True)
    await doctor.click(save)
    await expect(_line(doctor, "news2")).to_contain_text("Off for ward 3: Test doctor".replace(
        "ward 3", "Ward 3"))  # fmt: skip
    without = doctor.page.get_by_role("alert")
    await expect(without).to_contain_text("2 of 2 patients here have no early-warning score")
    assert await _rows(ward) == [("news2", False, "ward table from Monday")]


async def test_a_nurse_reads_and_the_site_is_the_administrators(visit, ward) -> None:
    nurse = await _opens(visit, Role.NURSE, f"/wards/{ward.house.ids['Ward 3']}/scores")
    await expect(nurse.page.get_by_role("button", name="Switch NEWS2")).to_have_count(0)
    await nurse.click(nurse.page.get_by_role("link", name="The whole site"))
    await expect(nurse.page.get_by_role("heading", name="Scores of the whole site")).to_be_visible()
    admin = await visit()
    await admin.signs_in(Role.ADMINISTRATOR, "/system")
    await admin.click(admin.page.get_by_role("link", name="Scores", exact=True))
    await expect(admin.page.get_by_text("No key is trusted here")).to_be_visible()
    dialog = await _switches(admin, "MEWS", "On", "trial until summer")
    await admin.click(dialog.get_by_role("button", name="Save"))
    await expect(_line(admin, "mews")).to_contain_text("On for the whole site: Test administrator")
    await nurse.goes(f"/patients/{ward.anna}/scores")
    await expect(_line(nurse, "mews")).to_contain_text("On for the whole site: Test administrator")


async def test_an_own_table_says_whose_it_is_and_what_is_wrong(visit, ward) -> None:
    take_back = await _own_table(ward)
    admin = await _opens(visit, Role.ADMINISTRATOR, "/scores")
    line = _line(admin, "own_ward_pews")
    await expect(line).to_contain_text("Version 3, signed with the key Paediatrics")
    keys = admin.page.get_by_role("region", name="Keys that sign")
    await expect(line).to_contain_text("The signature holds.")
    await expect(keys).to_contain_text("Paediatrics")
    await take_back()
    await admin.page.reload()
    await expect(line).to_contain_text("Version 3, signed with the key Paediatrics")
    await expect(line.get_by_role("alert")).to_contain_text("its key is not trusted any more")
    await expect(keys).to_contain_text("not trusted any more")


async def test_scores_in_use_are_for_everybody(visit, ward) -> None:
    await (await _own_table(ward))()
    path = f"/patients/{ward.anna}/scores"
    doctor = await _opens(visit, Role.DOCTOR, path, viewport=PHONE)
    assert await doctor.axe_faults() == []
    assert not await doctor.scrolls_sideways()
    dialog = await _switches(doctor, "NEWS2", "Off", "a test")
    assert await doctor.axe_faults() == []
    await doctor.press("Escape")
    await expect(dialog).to_have_count(0)
