"""A dead watcher must never look like a quiet ward."""

from typing import Any

import pytest
from playwright.async_api import expect

from homeward.api import vigil
from homeward.model.person import Role
from tests.browser.conftest import Guard


@pytest.mark.parametrize("role", [Role.NURSE, Role.PATIENT])
async def test_it_is_said_full_width_when_nobody_watches_over_the_alarms(
    visit: Any, ward: Any, guard: Guard, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vigil, "SILENT_SECONDS", 1.5)
    somebody = await visit()
    if role is Role.NURSE:
        await somebody.opens_board(ward)
    else:
        await somebody.signs_in(role)
    words = {
        Role.NURSE: "Alarms are not being watched – call the engineer.",
        Role.PATIENT: "Nobody is alerted by your readings just now.",
    }
    banner = somebody.page.get_by_role("alert").filter(has_text=words[role])
    await expect(somebody.page.get_by_test_id("unwatched")).to_have_count(0)
    guard.is_alive = False
    await expect(banner).to_be_visible()
    box = await banner.bounding_box()
    assert box is not None
    assert box["width"] >= await somebody.page.evaluate("document.documentElement.clientWidth")
    assert not await somebody.axe_faults()
    guard.is_alive = True
    await expect(banner).to_have_count(0)
