"""The browser is killed, the session ends, an answer is lost, two tabs send: each value once."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Page, async_playwright, expect

from bench._app_kills import WAITING, Telephone, lives
from bench._line import State, line_to
from homeward.model.person import Role
from homeward.services.people.routes import COOKIE
from tests.api.conftest import NO_TLS
from tests.browser.conftest import PASSWORD, session_of
from tests.browser.test_measure import charted, enters
from tests.browser.test_offline import comes, keeps, line

__all__ = ["line"]
KILLS = 4


async def waits_for_nothing(page: Page) -> None:
    """Until all is sent."""
    async with asyncio.timeout(15):
        while await page.evaluate(WAITING):
            await asyncio.sleep(0.05)


async def test_a_killed_browser_loses_and_doubles_nothing(ward: Any, tmp_path: Path) -> None:
    async def record() -> list[float]:
        return (await charted(ward, "weight"))[0]

    async with (
        line_to(int(ward.house.url.rsplit(":", 1)[1])) as made,
        async_playwright() as playwright,
    ):
        cookie = await session_of(ward.house.url, Role.PATIENT)
        phone = Telephone(playwright, tmp_path, made, cookie)
        figures = await lives(phone, KILLS, 1809, record)
    assert (figures["lost"], figures["duplicates"], figures["never_entered"]) == (0, 0, 0)
    assert figures["kills"] == KILLS
    assert figures["said_to_be_kept"] > 0


async def test_a_lost_answer_and_a_busy_server_double_nothing(
    visit: Any, ward: Any, line: Any
) -> None:
    cleo = await comes(visit, line)
    page = cleo.page
    await page.get_by_role("link", name="Measure and send").click()
    await keeps(page)
    line.be(State.BUSY)
    await enters(page, "weight", Weight="81")
    await expect(page.get_by_text("1 waiting to be sent")).to_be_visible()
    await expect(page.get_by_text("They are kept on this phone")).to_be_visible()
    line.lose_answer_to(b"/measurements")
    line.be(State.OPEN)
    async with asyncio.timeout(15):
        while not line.lost:
            await asyncio.sleep(0.05)
    await enters(page, "weight", Weight="82")
    await waits_for_nothing(page)
    assert line.lost == 1
    assert await charted(ward, "weight") == [[81, 82]]


async def test_a_session_that_ended_meanwhile_sends_once_it_is_begun_again(
    visit: Any, ward: Any, line: Any
) -> None:
    cleo = await comes(visit, line)
    page = cleo.page
    await page.get_by_role("link", name="Measure and send").click()
    await keeps(page)
    line.be(State.CUT)
    await enters(page, "weight", Weight="83")
    await expect(page.get_by_text("1 waiting to be sent")).to_be_visible()
    async with httpx.AsyncClient(base_url=ward.house.url, verify=NO_TLS) as elsewhere:
        (cookie,) = await page.context.cookies()
        elsewhere.headers["cookie"] = f"{COOKIE}={cookie.get('value')}"
        assert (await elsewhere.delete("/api/session")).status_code == 204
    line.be(State.OPEN)
    await page.get_by_label("Sign-in name").fill(Role.PATIENT.value)
    assert await page.evaluate(WAITING) == [83]
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await waits_for_nothing(page)
    assert await charted(ward, "weight") == [[83]]


async def test_two_tabs_send_each_value_once(visit: Any, ward: Any, line: Any) -> None:
    cleo = await comes(visit, line)
    one, other = cleo.page, await cleo.page.context.new_page()
    sent: list[float] = []

    def note(answer: Any) -> None:  # what is tried while the server is busy is tried again
        if answer.url.endswith("/measurements") and answer.ok:
            entries = answer.request.post_data_json["entries"]
            sent.extend(each["values"][0]["value"] for each in entries)

    for page in (one, other):
        page.on("response", note)
        await page.goto(f"{line.url}/measure")
        await keeps(page)
    line.be(State.BUSY)
    for place, page in enumerate((one, other, one, other)):
        await enters(page, "weight", Weight=str(84 + place))
        await expect(page.get_by_text(f"{place + 1} waiting to be sent")).to_be_visible()
    assert sent == []
    line.be(State.OPEN)
    await waits_for_nothing(one)
    assert sorted(sent) == [84, 85, 86, 87]
    assert sorted((await charted(ward, "weight"))[0]) == [84, 85, 86, 87]
