"""A dead watcher must never look like a quiet ward."""

from typing import Any

import pytest
from playwright.async_api import Locator, expect

from homeward.api import vigil
from homeward.model.person import Role
from tests.browser.conftest import Guard

WORDS = {
    Role.NURSE: "Alarms are not being watched – call the engineer.",
    Role.PATIENT: "Nobody is alerted by your readings just now.",
}


async def test_it_is_said_full_width_when_nobody_watches_over_the_alarms(
    visit: Any, ward: Any, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vigil, "SILENT_SECONDS", 1.5)
    nurse, cleo = await visit(), await visit()
    await nurse.opens_board(ward)
    await cleo.signs_in(Role.PATIENT)
    await expect(cleo.page.get_by_text("Hello Cleo")).to_be_visible()
    for each in (nurse, cleo):
        await expect(each.page.get_by_test_id("unwatched")).to_have_count(0)
    guard.is_alive = False
    banners: list[Locator] = []
    for each, words in zip((nurse, cleo), WORDS.values(), strict=True):
        banner = each.page.get_by_role("alert").filter(has_text=words)
        banners.append(banner)
        await expect(banner).to_be_visible()
        box = await banner.bounding_box()
        assert box is not None
        assert box["width"] >= await each.page.evaluate("document.documentElement.clientWidth")
        assert not await each.axe_faults()
    guard.is_alive = True
    for banner in banners:
        await expect(banner).to_have_count(0)
