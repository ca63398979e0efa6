"""The content security policy with trusted types: screens live with it, an intruder does not."""

from typing import Any

import pytest
from playwright.async_api import expect

from homeward.model.person import Role
from tests.browser.conftest import STATIC, Visitor
from tests.browser.test_upgraded import OPENS

# Kept by the page itself: the browser's own report of what the policy forbade.
NOTED = """
window.forbidden = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.forbidden.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
"""
SCREENS = {
    Role.NURSE: (
        "/wards/{ward}", "/wards/{ward}/station", "/wards/{ward}/round", "/wards/{ward}/limits",
        "/wards/{ward}/handover", "/wards/{ward}/alarm-load", "/rota/{ward}", "/alarms",
        "/patients/{anna}", "/patients/{anna}?show=score", "/patients/{anna}/limits",
        "/patients/{anna}/observe", "/patients/{anna}/interval", "/reached", "/devices", "/system",
        "/patients/{anna}/told", "/account",
    ),
    Role.ADMINISTRATOR: ("/system", "/devices", "/reached", "/access", "/audit", "/account"),
    Role.PATIENT: ("/", "/told", "/reached"),
    Role.RELATIVE: ("/", "/quiet", "/reached"),
}  # fmt: skip


async def _noting(visit: Any) -> Visitor:
    visitor = await visit()
    await visitor.page.add_init_script(NOTED)
    return visitor


@pytest.mark.parametrize("role", SCREENS)
async def test_no_screen_asks_for_what_the_policy_forbids(
    visit: Any, ward: Any, role: Role
) -> None:
    ids = {"ward": ward.house.ids["Ward 3"], "anna": ward.anna}
    visitor = await _noting(visit)
    page = visitor.page
    first, *others = (path.format(**ids) for path in SCREENS[role])
    await visitor.signs_in(role, first)
    for path in (first, *others):
        if path != first:  # what it loads besides; the page itself is there
            await page.evaluate(OPENS, path)
        await expect(page.locator("#main").get_by_role("heading").first).to_be_visible()
        await expect(page.locator(".mantine-Loader-root, [data-turns]")).to_have_count(0)
        assert await page.evaluate("window.forbidden") == [], path


async def test_the_sign_in_page_lives_with_it(visit: Any, house: Any) -> None:
    visitor = await _noting(visit)
    await visitor.goes("/")
    await expect(visitor.page.get_by_label("Sign-in name")).to_be_visible()
    assert await visitor.page.evaluate("window.forbidden") == []


INTRUSIONS = {
    "markup of text": "document.body.innerHTML = '<img src=x onerror=window.hit=1>'",
    "a fragment": "document.createRange().createContextualFragment('<b>x</b>')",
    "a script's text": "document.createElement('script').text = 'window.hit = 1'",
    "a script elsewhere": "document.createElement('script').src = 'https://evil.example/a.js'",
    "a worker elsewhere": "new Worker('/api/health')",
    "a policy of one's own": "trustedTypes.createPolicy('mine', {createHTML: (text) => text})",
    "the default policy again": "trustedTypes.createPolicy('default', {createHTML: (t) => t})",
    "an event handler in markup": "document.body.insertAdjacentHTML('beforeend', '<i onclick=x>')",
}


async def test_an_intruder_in_a_page_makes_neither_markup_nor_scripts(
    visit: Any, house: Any
) -> None:
    """What a hole in a page would be used for, tried from within it."""
    visitor = await visit()
    await visitor.goes("/")
    await expect(visitor.page.get_by_label("Sign-in name")).to_be_visible()
    for what, code in INTRUSIONS.items():
        refused = await visitor.page.evaluate(
            f"() => {{ try {{ {code}; return false }} catch (error) {{ return error.name }} }}"
        )
        assert refused in ("TypeError", "SecurityError", "EvalError"), what
    assert await visitor.page.evaluate("window.hit") is None
    await expect(visitor.page.get_by_label("Sign-in name")).to_be_visible()
    visitor.faults.clear()  # the browser's own words about each of these


async def test_no_address_names_a_patient(visit: Any, ward: Any) -> None:
    """What is in an address lies in histories, in proxies and in logs."""
    nurse = await visit()
    asked: list[str] = []
    nurse.page.on("request", lambda request: asked.append(request.url))
    await nurse.opens_board(ward)
    await nurse.page.get_by_role("button", name="Find a patient").click()
    await nurse.page.get_by_label("Name, record number or bed").fill("R-Bela")
    found = nurse.page.get_by_role("button", name="Bela")
    await expect(found).to_be_visible()
    await nurse.page.get_by_label("Name, record number or bed").fill("Ann")
    await nurse.page.get_by_role("button", name="Anna").click()
    await nurse.page.wait_for_url(f"**/patients/{ward.anna}")
    await expect(nurse.page.get_by_role("heading", level=1)).to_be_visible()
    assert len(asked) > 10
    built = {f"{ward.house.url}/assets/{file.name}" for file in (STATIC / "assets").iterdir()}
    # A hash of theirs may spell anything, and so may the number of the port.
    asked = [url.removeprefix(ward.house.url) for url in asked if url not in built]
    assert asked
    assert not [url for url in asked for name in ("Ann", "Bela", "R-", "1950") if name in url]
