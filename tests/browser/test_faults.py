"""A thumb that taps twice, somebody else's page in another tab, and a server that fails."""

from typing import Any

from playwright.async_api import Route, expect

from homeward.model.person import Role
from tests.api.conftest import House
from tests.api.test_letters import letters
from tests.browser.conftest import AWAY, PHONE, Visit, session_of
from tests.browser.test_measure import charted
from tests.browser.test_questions import CALM, asks, kept, taps
from tests.browser.test_relative import chosen

AGAIN_MS = 5_000  # a page that nobody answers asks again this often (web/src/main.tsx)
REFRESH_MS = 10_000  # and a relative's what they were told (web/src/relative.tsx)
TWICE = "button => { button.click(); button.click(); }"
BEHIND = """async () => {
  const asked = indexedDB.open("homeward-home");
  const disk = await new Promise(done => { asked.onsuccess = () => done(asked.result); });
  const all = disk.transaction("waiting").objectStore("waiting").getAll();
  const rows = await new Promise(done => { all.onsuccess = () => done(all.result); });
  disk.close();
  return rows.length;
}"""


async def test_what_is_tapped_twice_is_measured_once(visit: Visit, ward: Any) -> None:
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT, "/measure")
    mine = cleo.page.get_by_role("region", name="By hand")
    await mine.get_by_label("What did you measure?").select_option("weight")
    await mine.get_by_label("Weight", exact=True).fill("71")
    await mine.get_by_role("button", name="Send", exact=True).evaluate(TWICE)
    await expect(cleo.page.get_by_text("Everything is sent")).to_be_visible()
    await expect(mine.get_by_label("Weight", exact=True)).to_have_value("")
    assert await charted(ward, "weight") == [[71.0]]


async def test_what_is_tapped_twice_is_written_once(visit: Visit, house: House) -> None:
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT, "/messages")
    await cleo.page.get_by_label("Write to your care team").fill("My ankles are thick.")
    await cleo.page.get_by_role("button", name="Send").evaluate(TWICE)
    own = cleo.page.locator("li[data-letter]")
    await expect(own.first).to_contain_text("My ankles are thick.")
    await expect(cleo.page.get_by_text("Kept on this device.")).to_have_count(0)
    async with await house.client(Role.DOCTOR) as doctor:
        assert len(await letters(doctor, house)) == 1


async def test_what_is_tapped_twice_is_answered_once(visit: Visit, house: House) -> None:
    await asks(house, "How I am today", "urn:homeward:questionnaire:heart-failure")
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT, "/questions")
    await cleo.page.get_by_role("button", name="Answer now").first.click()
    await taps(cleo, *CALM)
    await cleo.page.get_by_role("button", name="Leave this out").click()
    await cleo.page.get_by_role("button", name="Send").evaluate(TWICE)
    await expect(cleo.page.get_by_text("Your answers are with your care team.")).to_be_visible()
    assert await cleo.page.evaluate(BEHIND) == 0
    assert len(await kept(house)) == 1


async def test_two_taps_on_an_answer_answer_one_question(visit: Visit, house: House) -> None:
    await asks(house, "How I am today", "urn:homeward:questionnaire:heart-failure")
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT, "/questions")
    await cleo.page.get_by_role("button", name="Answer now").first.click()
    await taps(cleo, CALM[0])
    for place in (2, 3, 4):
        await expect(cleo.page.get_by_text(f"Question {place} of")).to_be_visible()
        await cleo.page.get_by_text("No", exact=True).dblclick()
    await expect(cleo.page.get_by_text("Question 5 of")).to_be_visible()
    await expect(cleo.page.locator("input:checked")).to_have_count(0)


async def test_a_disk_that_the_browser_closed_is_opened_anew(visit: Visit, ward: Any) -> None:
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT, "/measure")
    page = cleo.page
    mine = page.get_by_role("region", name="By hand")
    await mine.get_by_label("What did you measure?").select_option("weight")
    for weight in ("71", "72"):
        await mine.get_by_label("Weight", exact=True).fill(weight)
        await mine.get_by_role("button", name="Send", exact=True).click()
        await expect(mine.get_by_label("Weight", exact=True)).to_have_value("")
        await expect(page.get_by_text("Everything is sent")).to_be_visible()
        devtools = await page.context.new_cdp_session(page)
        origin = await page.evaluate("location.origin")
        said = {"origin": origin, "storageTypes": "indexeddb"}
        await devtools.send("Storage.clearDataForOrigin", said)
    assert await charted(ward, "weight") == [[71.0, 72.0]]


async def test_a_page_that_woke_as_somebody_elses_is_theirs(visit: Visit, house: House) -> None:
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT)
    page = cleo.page
    await expect(page.get_by_text("Hello Cleo")).to_be_visible()
    # Meanwhile, in another tab, Cleo signed out and a relative signed in.
    await page.context.clear_cookies()
    await page.context.add_cookies([await session_of(cleo.url, Role.RELATIVE)])
    cleo.is_refused()
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(page.get_by_text("Hello Cleo")).to_have_count(0)
    await expect(page.get_by_role("banner")).to_contain_text("Test relative")


async def test_who_signed_out_without_a_network_is_signed_out_once_there_is_one(
    visit: Visit, house: House
) -> None:
    cleo = await visit(viewport=PHONE)
    cleo.expected = (*cleo.expected, *AWAY)
    await cleo.signs_in(Role.PATIENT)
    page = cleo.page
    await expect(page.get_by_text("Hello Cleo")).to_be_visible()

    async def away(route: Route) -> None:
        if route.request.method == "DELETE":
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/api/session", away)
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_label("Sign-in name")).to_be_visible()
    await page.unroute("**/api/session")
    await page.reload()
    await expect(page.get_by_label("Sign-in name")).to_be_visible()
    answer = await page.request.get(f"{cleo.url}/api/session")
    assert answer.status == 401
    await cleo.signs_in_by_form(Role.PATIENT)
    await page.reload()
    await expect(page.get_by_text("Hello Cleo")).to_be_visible()


async def test_a_page_that_fails_keeps_nobody_from_their_day(visit: Visit, house: House) -> None:
    cleo = await visit(viewport=PHONE)
    cleo.expected = (*cleo.expected, "TypeError", "Cannot read")
    await cleo.page.route("**/plans", lambda route: route.fulfill(json={}))
    await cleo.signs_in(Role.PATIENT, "/plan")
    await expect(cleo.page.get_by_role("alert")).to_contain_text("This cannot be shown now")
    await cleo.page.get_by_role("link", name="My day", exact=True).click()
    await expect(cleo.page.get_by_text("Hello Cleo")).to_be_visible()
    cleo.faults.clear()


async def test_nobody_need_press_for_a_screen_to_begin_once_the_server_is_there(
    visit: Visit, house: House
) -> None:
    board = await visit()
    board.expected = (*board.expected, "503")

    async def away(route: Route) -> None:
        await route.fulfill(status=503, json={"error": "It is being started."})

    await board.page.clock.install()
    await board.page.route("**/api/session", away)
    await board.goes("/")
    await expect(board.page.get_by_text("It is being started.")).to_be_visible()
    await board.page.unroute("**/api/session")
    await board.page.clock.fast_forward(AGAIN_MS)
    await expect(board.page.get_by_label("Sign-in name")).to_be_visible()


async def test_a_relative_is_not_calmed_by_what_is_old(visit: Visit, ward: Any) -> None:
    await chosen(ward)
    relative = await visit(viewport=PHONE)
    relative.expected = (*relative.expected, *AWAY, "500")
    page = relative.page
    await page.clock.install()
    async with page.expect_websocket() as opened:
        await relative.signs_in(Role.RELATIVE)
    socket = await opened.value
    await expect(page.get_by_role("heading", level=1)).to_have_text("Nothing to tell now")
    await page.route("**/api/told", lambda route: route.fulfill(status=500, json={"error": "?"}))
    for _ in range(4):  # in steps: its connection goes on, and it is not that which is away
        async with socket.expect_event("framereceived", lambda text: '"beat"' in str(text)):
            await page.clock.fast_forward(REFRESH_MS // 3)
    await expect(page.get_by_role("heading", level=1)).to_have_text("We cannot reach Homeward")
    assert await relative.axe_faults() == []
