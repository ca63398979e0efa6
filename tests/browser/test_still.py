"""Nothing moves under a thumb: what comes to a patient's or a relative's pages pushes nothing."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import WebSocketRoute, expect

from homeward.model.alarm import Priority
from homeward.model.person import Role
from tests.api.test_letters import ANSWER, of, said
from tests.browser.conftest import LOADED_MS, PHONE, passes, until, where_it_is_noon
from tests.browser.test_journeys import has_a_plan
from tests.browser.test_relative import WORDS as LOW
from tests.browser.test_relative import chosen, is_low, seen
from tests.browser.test_today import (
    WORDS,
    _alerts,  # pyright: ignore[reportPrivateUsage]
    _receipted,  # pyright: ignore[reportPrivateUsage]
    _wears,  # pyright: ignore[reportPrivateUsage]
)

# Good is up to 0.1 (web.dev, Cumulative Layout Shift): the share of the screen that moved, times
# how far of its longer side. What follows a press within half a second is left out.
SHIFT_MAX = 0.1
NOTES = """window.moved = [];
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.moved.push(
    {by: each.value, what: each.sources.map(({node}) => node?.outerHTML?.slice(0, 80) ?? "")});
}).observe({type: "layout-shift", buffered: true});"""
# Its script came a second ago, and so it runs.
IS_LOADED = """() => performance.getEntriesByType('resource').some(({name, responseEnd}) =>
  /arrived-.*js$/.test(name) && performance.now() - responseEnd > 1000)"""
ABOVE = "[data-arrived]"


async def moved(page: Any) -> float:
    """How much since it was asked before; says by what where it was too much."""
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")
    shifts = await page.evaluate("window.moved.splice(0)")
    total = sum(each["by"] for each in shifts)
    assert total < SHIFT_MAX, shifts
    return total


async def is_loaded(page: Any) -> None:
    """Until what holds alerts above the pages is there."""
    await until(page, IS_LOADED)


async def leaves(visitor: Any) -> None:
    """By Escape, which is heard once it has stood there for a moment."""
    async with asyncio.timeout(8):
        while await visitor.page.locator(ABOVE).count():
            await visitor.press("Escape")


async def _places(page: Any) -> list[Any]:
    """Where the four things stand that are pressed every day."""
    links = page.get_by_role("navigation", name="Every day").get_by_role("link")
    await expect(links).to_have_count(4)
    return [await each.bounding_box() for each in await links.all()]


async def test_an_alert_a_message_and_a_plan_move_nothing_on_the_day_and_come_whole_to_the_next(
    visit: Any, ward: Any
) -> None:
    await _wears(ward, *((minutes, 120) for minutes in range(4, 60, 5)))
    cleo = await visit(viewport=PHONE, timezone_id=where_it_is_noon())
    page = cleo.page
    await page.add_init_script(NOTES)
    await cleo.signs_in(Role.PATIENT)
    await expect(page.get_by_role("img", name="Curve of today's glucose")).to_be_visible()
    await moved(page)
    before = await _places(page)
    async with await ward.house.client(Role.DOCTOR) as doctor:
        await doctor.post(of(ward.house), json=said(ANSWER))
    await expect(page.get_by_text("1 new")).to_be_visible(timeout=LOADED_MS)
    assert await cleo.axe_faults() == []  # also what is counted must be read
    assert await moved(page) < SHIFT_MAX / 10
    await is_loaded(page)
    await _alerts(ward)
    await expect(page.locator(ABOVE).get_by_role("listitem")).to_have_count(5)
    async with page.expect_response("**/api/today"):
        await has_a_plan(ward)
    await moved(page)
    assert await _places(page) == before
    assert await cleo.axe_faults() == []
    assert not await cleo.scrolls_sideways()
    # What stood there before comes whole.
    await page.reload()
    await expect(page.locator("main [data-alarm]").get_by_role("listitem")).to_have_count(5)
    await expect(page.locator(ABOVE)).to_have_count(0)
    await moved(page)


async def test_an_alert_is_in_sight_on_every_page_and_scrolled_away_from_the_top(
    visit: Any, ward: Any
) -> None:
    cleo = await visit(viewport=PHONE)
    page = cleo.page
    await cleo.signs_in(Role.PATIENT, "/data")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    # Once the page is as long as that.
    await until(page, "scrollTo(0, document.body.scrollHeight), window.scrollY > 400")
    await is_loaded(page)
    await _alerts(ward)
    above = page.locator(ABOVE)
    await expect(above.get_by_text(WORDS)).to_be_in_viewport()
    await _receipted(ward)
    await expect(above.get_by_role("listitem")).to_have_count(5)
    assert await cleo.axe_faults() == []
    await passes(page, 900)
    await page.get_by_role("button", name="I have read this").click()
    await expect(above).to_have_count(0)
    await page.get_by_role("link", name="My day", exact=True).click()
    await expect(page.locator("main [data-alarm]").get_by_text(WORDS)).to_be_in_viewport()


@pytest.mark.parametrize("path", ["/", "/messages"])
async def test_an_alert_that_came_while_the_line_was_down_is_seen_once_it_is_back(
    visit: Any, ward: Any, path: str
) -> None:
    """The socket tells what happens from now on; what happened meanwhile is in the record alone."""
    cleo = await visit(viewport=PHONE)
    sockets: list[WebSocketRoute] = []
    is_down = False

    async def between(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        if is_down:
            await socket.close()
        else:
            socket.connect_to_server()

    await cleo.page.route_web_socket("**/api/live", between)
    await cleo.signs_in(Role.PATIENT, path)
    await is_loaded(cleo.page)
    is_down = True
    await sockets[-1].close()
    await _alerts(ward)
    is_down = False
    await expect(cleo.page.locator(ABOVE).get_by_text(WORDS)).to_be_in_viewport()


async def test_a_press_meant_for_something_else_puts_no_alert_away(visit: Any, ward: Any) -> None:
    cleo = await visit(viewport=PHONE)
    page = cleo.page
    # The button has the press at the very moment it comes, as from a finger that was on its way.
    await page.add_init_script("""new MutationObserver(() => {
      document.querySelector("[data-arrived] button:not([data-hit])")?.click();
      document.querySelector("[data-arrived] button")?.setAttribute("data-hit", "");
    }).observe(document, {subtree: true, childList: true});""")
    await cleo.signs_in(Role.PATIENT)
    await is_loaded(page)
    await _alerts(ward, Priority.MEDIUM)
    await expect(page.locator("[data-arrived] [data-hit]")).to_be_visible()
    await expect(page.locator(ABOVE).get_by_role("listitem")).to_have_count(5)
    # A list on a page is left by Escape, and the alert stands where it belongs.
    await leaves(cleo)
    await expect(page.locator("main [data-alarm]")).to_be_visible()


async def test_an_alert_is_laid_over_whatever_a_relative_reads_and_moves_nothing(
    visit: Any, ward: Any
) -> None:
    await chosen(ward)
    mother = await visit(viewport=PHONE, color_scheme="dark")
    page = mother.page
    await page.add_init_script(NOTES)
    # A press that was on its way to something else has the button at the very moment it comes.
    await page.add_init_script("""new MutationObserver(() => {
      for (const each of document.querySelectorAll("[data-arrived] button:not([data-hit])")) {
        each.setAttribute("data-hit", "");
        each.click();
      }
    }).observe(document, {subtree: true, childList: true});""")
    await mother.signs_in(Role.RELATIVE)
    link = page.get_by_role("link", name="How I am reached")
    await expect(link).to_be_visible()
    await expect(page.get_by_text("only while this page is open")).to_be_visible()
    await moved(page)
    before = await link.bounding_box()
    await is_low(ward)
    above = page.locator(ABOVE)
    await expect(above).to_contain_text(f"Cleo was told: {LOW}")
    await expect(above.locator("[data-hit]")).to_have_count(2)
    assert await moved(page) < SHIFT_MAX / 10
    assert await link.bounding_box() == before
    assert not await seen(ward)
    await expect(page.locator("main").get_by_role("article")).to_have_count(0)
    await expect(page.locator("main")).not_to_contain_text("Nothing to tell")
    assert await mother.axe_faults() == []
    assert not await mother.scrolls_sideways()
    await leaves(mother)  # it stands on the page, and nobody has said to have seen it
    told = page.locator("main").get_by_role("alert", name="Do this now: Cleo")
    await expect(told).to_be_in_viewport()
    assert not await seen(ward)


async def test_on_any_other_page_it_is_over_that_and_its_receipt_is_pressed_there(
    visit: Any, ward: Any
) -> None:
    await chosen(ward)
    await is_low(ward)
    mother = await visit(viewport=PHONE)
    page = mother.page
    await mother.signs_in(Role.RELATIVE, "/choices")
    above = page.locator(ABOVE)
    await expect(above).to_contain_text(f"Cleo was told: {LOW}")
    assert await mother.axe_faults() == []
    await passes(page, 900)
    await above.get_by_role("button", name="I have seen it").click()
    await expect(above).to_have_count(0)
    assert await seen(ward)
    await page.get_by_role("link", name="What you are told", exact=True).click()
    await expect(page.get_by_text("You said that you have seen it")).to_be_visible()
