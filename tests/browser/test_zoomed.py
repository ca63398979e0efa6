"""Twice as large, nothing of a patient's pages is cut off or scrolls sideways (WCAG 1.4.4, 1.4.10).

German, for its long words, and Arabic; with an alert on the day and above the pages.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import expect

from homeward.model.person import Role
from tests.api.test_letters import ANSWER, of, said
from tests.api.test_reports import fill
from tests.browser.conftest import PHONE
from tests.browser.test_journeys import has_a_plan
from tests.browser.test_languages import CUT, PAGES
from tests.browser.test_still import ABOVE, is_loaded
from tests.browser.test_today import (
    _alerts,  # pyright: ignore[reportPrivateUsage]
    _receipted,  # pyright: ignore[reportPrivateUsage]
    _wears,  # pyright: ignore[reportPrivateUsage]
)
from tests.browser.test_upgraded import OPENS

# A telephone at a zoom of 200 % has half its width; letters alone at 200 % have all of it.
ZOOMED = {"width": PHONE["width"] // 2, "height": PHONE["height"] // 2}
LARGE = "document.documentElement.style.fontSize = '200%'"
AS_BEFORE = "document.documentElement.style.fontSize = '100%'"
MORE = ("/messages", "/questions")
# What reaches past the edge of the screen, where the page itself cannot be scrolled to it.
OUTSIDE = """() => [...document.querySelectorAll("main *, header *, aside *")].filter((one) => {
  const {left, right, width} = one.getBoundingClientRect();
  return width > 1 && one.textContent && !one.closest("svg, [class*=VisuallyHidden]")
    && (right > innerWidth + 1 || left < -1) && getComputedStyle(one).visibility === "visible";
}).map((one) => one.outerHTML.slice(0, 120))"""
# Words that stay small whichever letters are chosen; those of a drawing stand below it as well.
UNCHANGED = """() => [...document.querySelectorAll("main *, aside *")].filter((one) =>
  [...one.childNodes].some(({nodeType, data}) => nodeType === 3 && data.trim())
  && one.getBoundingClientRect().width > 1 && !one.closest("svg, select")
  && parseFloat(getComputedStyle(one).fontSize)
    < 0.75 * parseFloat(getComputedStyle(document.documentElement).fontSize))
  .map((one) => one.outerHTML.slice(0, 90))"""


async def is_whole(visitor: Any, where: str) -> None:
    await expect(visitor.page.locator(".mantine-Loader-root, [data-turns]")).to_have_count(0)
    assert not await visitor.scrolls_sideways(), (where, await visitor.page.evaluate(OUTSIDE))
    assert await visitor.page.evaluate(CUT) == [], where
    assert await visitor.page.evaluate(UNCHANGED) == [], where


async def opens(page: Any, path: str) -> None:
    """Without loading all anew; the same page in another size is the same page."""
    await page.evaluate(OPENS, path)
    await expect(page.get_by_role("heading", level=1)).to_be_visible()


@asynccontextmanager
async def large(page: Any) -> AsyncIterator[None]:
    """Letters alone, at the full width."""
    await page.set_viewport_size(PHONE)
    await page.evaluate(LARGE)
    yield
    await page.evaluate(AS_BEFORE)
    await page.set_viewport_size(ZOOMED)


@pytest.mark.parametrize("language", ["de", "ar"])
async def test_twice_as_large_nothing_is_cut_and_nothing_scrolls_sideways(
    visit: Any, ward: Any, language: str
) -> None:
    """Zoomed, and with large letters."""
    await _wears(ward, *((minutes, 120) for minutes in range(4, 60, 5)))
    await fill(ward.house)
    await has_a_plan(ward)
    async with await ward.house.client(Role.DOCTOR) as doctor:
        await doctor.post(of(ward.house), json=said(ANSWER))
    cleo = await visit(viewport=ZOOMED, locale=language, reduced_motion="reduce")
    page = cleo.page
    await cleo.signs_in(Role.PATIENT)
    for path in (*PAGES, *MORE):
        await opens(page, path)
        await is_whole(cleo, f"zoomed, {language} {path}")
        async with large(page):
            await is_whole(cleo, f"large, {language} {path}")
    await is_loaded(page)
    await _alerts(ward)
    above = page.locator(ABOVE)
    await expect(above.get_by_role("listitem")).to_have_count(5)
    head = above.get_by_role("button")
    await is_whole(cleo, "zoomed, above the page")
    await expect(head).to_be_in_viewport(ratio=1)
    # It is taller than the screen, and yet it was in sight.
    box = await above.locator("[data-alarm]").bounding_box()
    assert box
    assert box["height"] > ZOOMED["height"]
    await _receipted(ward)
    async with large(page):
        await is_whole(cleo, "large, above the page")
        await expect(head).to_be_in_viewport(ratio=1)
    await cleo.goes("/")
    await expect(page.locator("main [data-alarm]").get_by_role("listitem")).to_have_count(5)
    await is_whole(cleo, "zoomed, on the day")
    async with large(page):
        await is_whole(cleo, "large, on the day")
