"""Without a network the patient's app opens, shows nothing old, and keeps what is measured."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from bench._line import Line, State, line_to
from homeward.model.person import Role
from tests.browser.conftest import AWAY, PHONE, Visitor
from tests.browser.test_measure import charted, enters

REFUSED = ("Cache.addAll", "the server responded")
KEPT = """async () => (await caches.keys()).filter(name => !name.includes("push")).sort()"""
IS_WHOLE = """async () => Boolean(navigator.serviceWorker.controller
  && await caches.match("/owner", {cacheName: "homeward-owner"}))"""
TITLE = "No connection"


@pytest.fixture
async def line(house: Any) -> AsyncIterator[Line]:
    async with line_to(int(house.url.rsplit(":", 1)[1])) as made:
        yield made


async def comes(visit: Any, line: Line, role: Role = Role.PATIENT, **options: Any) -> Visitor:
    """Somebody whose whole way to the server is this line."""
    visitor = await visit(**{"viewport": PHONE, **options})
    visitor.url = line.url
    visitor.expected = (*visitor.expected, *AWAY, *REFUSED)
    await visitor.signs_in(role)
    return visitor


async def keeps(page: Page) -> None:
    """Until the page that opens without a network is on the disk, whole."""
    async with asyncio.timeout(20):
        while not await page.evaluate(IS_WHOLE):
            await asyncio.sleep(0.1)
    await page.wait_for_load_state("networkidle")  # what is fetched later is here, too


async def keeps_nothing(page: Page) -> None:
    """Until nothing of it is on the disk."""
    async with asyncio.timeout(10):
        while await page.evaluate(KEPT):
            await asyncio.sleep(0.05)


def first(page: Page) -> Any:
    return page.get_by_role("heading", level=1)


async def tries_again(page: Page, line: Line) -> None:
    """The network is back. Pressed before it answers: the page looks for it by itself, too, and an
    answer might take the button away from under the press."""
    line.be(State.SILENT)
    await page.get_by_role("button", name="Try again").click()
    line.be(State.OPEN)


async def test_it_opens_without_a_network_and_what_is_measured_is_sent(
    visit: Any, ward: Any, line: Line
) -> None:
    cleo = await comes(visit, line)
    page = cleo.page
    await keeps(page)
    line.be(State.CUT)
    await page.goto(f"{line.url}/plan")
    await expect(first(page)).to_have_text(TITLE)
    await expect(page.get_by_text("Your values are not shown here")).to_be_visible()
    await expect(page.get_by_text("kept for Test patient")).to_be_visible()
    assert await cleo.axe_faults() == []
    assert not await cleo.scrolls_sideways()
    await enters(page, "weight", Weight="81,4")
    await expect(page.get_by_text("1 waiting to be sent")).to_be_visible()
    await tries_again(page, line)
    await expect(first(page)).to_have_text("My plan")
    await expect(page).to_have_url(f"{line.url}/plan")
    while not (await charted(ward, "weight"))[0]:
        await asyncio.sleep(0.1)
    assert await charted(ward, "weight") == [[81.4]]


async def can_be_installed(page: Page) -> None:
    """What keeps a browser from offering it: nothing."""
    session = await page.context.new_cdp_session(page)
    found = await session.send("Page.getInstallabilityErrors")
    assert found["installabilityErrors"] == []
    manifest = await session.send("Page.getAppManifest")
    assert manifest["errors"] == []


async def test_it_can_be_installed_and_half_typed_numbers_are_not_thrown_away(
    visit: Any, ward: Any, line: Line
) -> None:
    cleo = await comes(visit, line)
    page = cleo.page
    await keeps(page)
    await can_be_installed(page)
    line.be(State.BUSY)
    await page.reload()
    await expect(first(page)).to_have_text(TITLE)
    await page.get_by_label("Upper number").fill("12")
    await tries_again(page, line)
    await expect(first(page)).to_have_text("The connection is back")
    await expect(page.get_by_label("Upper number")).to_have_value("12")
    await cleo.click(page.get_by_role("button", name="Open Homeward"))
    await expect(page.get_by_role("link", name="Measure and send")).to_be_visible()
    assert cleo.clicks == 1


async def test_a_silent_network_is_not_waited_for_and_a_slow_one_is(
    visit: Any, ward: Any, line: Line
) -> None:
    """Four seconds; then whoever finds the network back waits for its page, however long."""
    cleo = await comes(visit, line)
    page = cleo.page
    await keeps(page)
    line.be(State.SILENT)
    asked = page.goto(line.url)
    async with asyncio.timeout(8):
        await asked
    await expect(first(page)).to_have_text(TITLE)
    # Half typed, so that the page does not go back by itself meanwhile.
    await page.get_by_label("Upper number").fill("12")
    again = asyncio.create_task(page.goto(f"{line.url}/?again"))
    await asyncio.wait([again], timeout=5)
    assert not again.done()
    line.be(State.OPEN)
    await again
    await expect(page.get_by_role("link", name="Measure and send")).to_be_visible()
    await expect(page).to_have_url(f"{line.url}/")


@pytest.fixture
def release(pages: Path) -> Iterator[Path]:
    """The built pages, to be changed as a release does; afterwards they are as before."""
    files = [pages / name for name in ("index.html", "shell.json")]
    before = [each.read_bytes() for each in files]
    yield pages
    for each, octets in zip(files, before, strict=True):
        each.write_bytes(octets)
    (pages / "assets" / "offline-next.html").unlink(missing_ok=True)


async def test_no_release_waits_for_what_is_kept(
    visit: Any, ward: Any, line: Line, release: Path
) -> None:
    cleo = await comes(visit, line)
    page = cleo.page
    await keeps(page)
    before = await page.evaluate(KEPT)
    index, listed = release / "index.html", json.loads((release / "shell.json").read_text())
    index.write_text(index.read_text().replace("<html ", "<html data-release=next "))
    document = "/assets/offline-next.html"
    files = [document, *listed["files"]]
    whole = json.dumps({"document": document, "files": files})
    (release / "shell.json").write_text(whole)
    async with page.expect_response(f"**{document}") as missed:
        await page.reload()
    assert (await missed.value).status == 404  # the other version answered
    await expect(page.locator("html")).to_have_attribute("data-release", "next")
    line.be(State.CUT)
    await page.reload()
    await expect(first(page)).to_have_text(TITLE)
    kept = (release / listed["document"].lstrip("/")).read_text()
    (release / document.lstrip("/")).write_text(kept.replace("<html ", "<html data-release=next "))
    await tries_again(page, line)
    await expect(page.get_by_role("link", name="Measure and send")).to_be_visible()
    async with asyncio.timeout(20):
        while await page.evaluate(KEPT) in (
            before,
            sorted([*before, f"homeward-shell-{document}"]),
        ):
            await asyncio.sleep(0.1)
    assert await page.evaluate(KEPT) == ["homeward-owner", f"homeward-shell-{document}"]
    line.be(State.CUT)
    await page.reload()
    await expect(page.locator("html[data-release=next][data-offline]")).to_have_count(1)


async def test_what_is_half_typed_outlives_a_file_that_does_not_come(
    visit: Any, ward: Any, line: Line
) -> None:
    """A page asks for some files late; a server that is away is no other version."""
    cleo = await visit(viewport=PHONE)
    cleo.url, cleo.expected = line.url, (*cleo.expected, *AWAY, *REFUSED)
    missed: list[str] = []
    cleo.page.on("requestfailed", lambda it: missed.append(it.url))
    is_cut = asyncio.Event()

    async def late(route: Route) -> None:
        await is_cut.wait()
        await route.continue_()

    await cleo.page.route("**/outbox-of-*.js", late)
    await cleo.signs_in(Role.PATIENT, "/measure")
    await cleo.page.get_by_label("Upper number").fill("12")
    line.be(State.CUT)
    is_cut.set()
    async with asyncio.timeout(15):
        while not any("outbox-of" in url for url in missed):
            await asyncio.sleep(0.05)
    async with asyncio.timeout(15):
        while not any("health" in url for url in missed):
            await asyncio.sleep(0.05)
    await expect(cleo.page.get_by_label("Upper number")).to_have_value("12")


async def test_signed_out_nothing_is_kept_and_nothing_opens(
    visit: Any, ward: Any, line: Line
) -> None:
    cleo = await comes(visit, line)
    page = cleo.page
    await keeps(page)
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_label("Sign-in name")).to_be_visible()
    await keeps_nothing(page)
    line.be(State.CUT)
    with pytest.raises(Exception, match="ERR_"):
        await page.reload()


async def test_a_nurse_at_the_same_browser_gets_no_page_but_the_servers(
    visit: Any, ward: Any, line: Line
) -> None:
    cleo = await comes(visit, line)
    page = cleo.page
    await keeps(page)
    await page.context.clear_cookies()
    await cleo.signs_in(Role.NURSE)
    await expect(page.get_by_role("link", name="Ward 3").first).to_be_visible()
    await keeps_nothing(page)
    line.be(State.CUT)
    with pytest.raises(Exception, match="ERR_"):
        await page.goto(f"{line.url}/wards/{ward.house.ids['Ward 3']}")
