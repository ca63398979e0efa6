"""Who opened whose record: found in three clicks by who answers for it, and told to the patient."""

import re
from typing import Any

from playwright.async_api import expect

from homeward.model.person import Role
from tests.browser.conftest import PHONE

CLICKS_MAX = 3


async def reads(ward: Any, role: Role, name: str, times: int = 1) -> None:
    """Somebody opens a record, as its page does."""
    async with await ward.house.client(role) as client:
        for _ in range(times):
            path = f"/api/patients/{ward.house.ids[name]}"
            assert (await client.get(path)).status_code == 200


async def test_who_opened_a_record_when_and_why_in_three_clicks(visit: Any, ward: Any) -> None:
    await reads(ward, Role.NURSE, "Anna")
    await reads(ward, Role.DOCTOR, "Bela")
    privacy = await visit()
    await privacy.signs_in(Role.ADMINISTRATOR)
    page = privacy.page
    await privacy.click(page.get_by_role("link", name="Audit"))
    await page.get_by_label("Whose record?").fill("Ann")
    await privacy.click(page.get_by_role("button", name="Anna"))
    await expect(page.get_by_role("heading", name="Who opened the record of Anna")).to_be_visible()
    line = page.get_by_role("listitem").filter(has_text="Test nurse")
    await expect(line).to_contain_text("opened the record")
    await expect(line).to_contain_text("care")
    await expect(page.get_by_role("listitem").filter(has_text="Test doctor")).to_have_count(0)
    assert privacy.clicks <= CLICKS_MAX
    assert await privacy.axe_faults() == []


async def test_what_one_person_did_and_what_was_refused(visit: Any, ward: Any) -> None:
    await reads(ward, Role.NURSE, "Anna")
    async with await ward.house.client(Role.ENGINEER) as engineer:
        path = f"/api/patients/{ward.anna}"
        assert (await engineer.get(path)).status_code == 403
    privacy = await visit(viewport=PHONE)
    await privacy.signs_in(Role.ADMINISTRATOR, "/audit")
    page = privacy.page
    await page.get_by_role("button", name="Test nurse").first.click()
    await expect(page.get_by_role("heading", name="What Test nurse did")).to_be_visible()
    await expect(page.get_by_role("listitem").filter(has_text="Test engineer")).to_have_count(0)
    await page.get_by_role("button", name="Show all").click()
    await page.get_by_label("Only what was refused").check()
    lines = page.get_by_role("list", name="Acts, newest first").get_by_role("listitem")
    await expect(lines).to_have_count(1)
    await expect(lines).to_contain_text("Test engineer")
    await expect(lines).to_contain_text("refused")
    assert not await privacy.scrolls_sideways()
    assert await privacy.axe_faults() == []


async def test_a_patient_sees_who_looked_at_their_data(visit: Any, ward: Any) -> None:
    await reads(ward, Role.NURSE, "Cleo", times=2)
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT)
    page = cleo.page
    await cleo.click(page.get_by_role("link", name="Who looked at my data"))
    await expect(page.get_by_role("heading", name="Who looked at my data")).to_be_visible()
    day = page.get_by_role("region", name="Today")
    await expect(day).to_contain_text("Test nurse")
    await expect(day).to_contain_text(re.compile(r"looked at your data (once|twice), to care for"))
    assert cleo.clicks == 1
    assert not await cleo.scrolls_sideways()
    assert await cleo.axe_faults() == []
