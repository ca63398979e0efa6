"""Alarms on the board: seen, heard, answered."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.person import Role
from homeward.services.watch.ledger import Change
from homeward.services.watch.registry import watched_now
from homeward.services.watch.watcher import Verdict
from homeward.services.watch.writer import Writer
from tests.browser.conftest import REPAINTED

LISTENER = Path(__file__).parent / "listener.js"
# IEC 60601-1-8:2006+A2:2020, table 2.
FLASH_HERTZ = {Priority.HIGH: (1.4, 2.8), Priority.MEDIUM: (0.4, 0.8)}


async def test_an_alarm_says_how_urgent_what_and_who_is_called_and_names_the_next(
    visit: Any, ward: Any
) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    alarm = await ward.alarms()
    bar = nurse.tile("Anna").locator(f"[data-alarm='{alarm}']")
    await expect(bar).to_contain_text("!!!")
    await expect(bar).to_contain_text("SpO₂ 86 < 90 %")
    await expect(bar).to_contain_text("You are called")
    await expect(bar).to_contain_text("next person in 1:")
    await expect(nurse.page.get_by_role("group", name="not answered")).to_contain_text("1 high")
    # Nobody answers.
    await ward.calls(after=timedelta(minutes=3))
    await expect(bar).to_contain_text("Calling Test doctor")


async def receipts_of(ward: Any, alarm: int) -> list[dict[str, Any]]:
    """On whose screen it stood and how long it was on its way, once there is one."""
    text = "select name, seconds from alarm_receipt join person on id = person_id"
    async with asyncio.timeout(10):
        while not (found := await ward.sql(text + " where alarm_id = %(id)s", id=alarm)):
            await asyncio.sleep(0.05)
    return found


async def test_what_stands_on_a_visible_screen_leaves_a_receipt_for_the_call_and_the_alarm(
    visit: Any, ward: Any
) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    alarm = await ward.alarms(received=True)
    await expect(nurse.tile("Anna").locator(f"[data-alarm='{alarm}']")).to_contain_text(", seen")
    seen = await ward.sql("select seen from call where alarm_id = %(id)s", id=alarm)
    assert [row["seen"] is not None for row in seen] == [True]
    receipts = await receipts_of(ward, alarm)
    assert [each["name"] for each in receipts] == ["Test nurse"]
    assert receipts[0]["seconds"] > 0


async def test_a_stalled_disk_does_not_hold_back_what_rings(visit: Any, ward: Any) -> None:
    """The watcher's own writer, a ledger nobody can write for a while, and the patient's tile."""
    nurse = await visit()
    await nurse.opens_board(ward)
    tools, now = ward.house.tools, datetime.now(UTC)
    writer = Writer(tools.store, tools.bus)
    writer.herald.know(await watched_now(tools.store.door(), now))
    tasks = [asyncio.create_task(each()) for each in (writer.write_changes, writer.tell_ahead)]
    bar = nurse.tile("Anna").locator("[data-alarm]")
    async with tools.store.pool.connection() as stalled, stalled.transaction():
        await stalled.execute("lock table alarm in exclusive mode")
        finding = Finding(Priority.HIGH, "SpO₂ 70 < 90 %", now, 70.0, 90.0)
        key = Key("oxygen_low", ward.anna)
        await writer.put(Verdict([Change(key, Kind.PHYSIOLOGICAL, now, finding)]))
        await expect(bar).to_contain_text("SpO₂ 70 < 90 %")
        await expect(bar.get_by_role("button")).to_be_disabled()
        await expect(nurse.page.get_by_role("group", name="not answered")).to_contain_text("1 high")
    await expect(bar.get_by_role("button", name="Acknowledge")).to_be_enabled()
    await expect(bar).to_have_count(1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_answering_takes_two_clicks_or_two_keys(visit: Any, ward: Any) -> None:
    alarm = await ward.alarms()
    nurse = await visit()
    await nurse.opens_board(ward)
    await nurse.click(nurse.tile("Anna").get_by_role("button", name="Acknowledge"))
    await nurse.click(nurse.page.get_by_role("button", name="I am with the patient"))
    bar = nurse.tile("Anna").locator(f"[data-alarm='{alarm}']")
    await expect(bar).to_have_attribute("data-state", "acknowledged")
    await expect(bar).to_contain_text("Test nurse: I am with the patient")
    assert await ward.alarm(alarm) == {"state": "acknowledged", "reason": "I am with the patient"}
    assert (nurse.clicks, nurse.keys) == (2, 0)
    alarm = await ward.alarms("Resp 26 > 24 /min", condition="breath_high")
    bar = nurse.tile("Anna").locator(f"[data-alarm='{alarm}']")
    await expect(bar).to_be_visible()
    await nurse.press("a")
    await expect(nurse.page.get_by_role("dialog", name="Acknowledge alarm")).to_be_visible()
    await nurse.press("3")
    await expect(bar).to_have_attribute("data-state", "acknowledged")
    assert await ward.alarm(alarm) == {"state": "acknowledged", "reason": "Known to the team"}
    assert (nurse.clicks, nurse.keys) == (2, 2)


async def test_a_medium_alarms_sound_can_be_paused_and_its_call_goes_on(
    visit: Any, ward: Any
) -> None:
    alarm = await ward.alarms(priority=Priority.MEDIUM)
    nurse = await visit()
    await nurse.opens_board(ward)
    await nurse.click(nurse.tile("Anna").get_by_role("button", name="Acknowledge"))
    await nurse.click(nurse.page.get_by_role("button", name="Pause the sound"))
    bar = nurse.tile("Anna").locator(f"[data-alarm='{alarm}']")
    await expect(bar).to_have_attribute("data-state", "audio-paused")
    await expect(bar.get_by_title("Sound paused by Test nurse")).to_contain_text("1:")
    await expect(bar).to_contain_text("next person in")
    await expect(nurse.page.get_by_role("group", name="not answered")).to_contain_text("1 medium")


async def test_somebody_else_was_first(visit: Any, ward: Any) -> None:
    alarm = await ward.alarms()
    first, second = await visit(), await visit()
    for each in (first, second):
        await each.opens_board(ward)
        await expect(each.tile("Anna").locator(f"[data-alarm='{alarm}']")).to_be_visible()
    await second.press("a")
    await expect(second.page.get_by_role("dialog")).to_be_visible()
    await first.press("a")
    await expect(first.page.get_by_role("dialog")).to_be_visible()
    await first.press("1")
    bar = second.tile("Anna").locator(f"[data-alarm='{alarm}']")
    await expect(bar).to_have_attribute("data-state", "acknowledged")
    second.faults.clear()
    await second.press("2")
    await expect(second.page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    assert (await ward.alarm(alarm))["reason"] == "I am with the patient"
    second.faults.clear()  # the browser logs the server's 409; it is what we asked for


async def test_a_high_alarm_that_ended_unseen_still_wants_an_answer(visit: Any, ward: Any) -> None:
    alarm = await ward.alarms()
    await ward.alarms(holds=False)
    nurse = await visit()
    await nurse.opens_board(ward)
    bar = nurse.tile("Anna").locator(f"[data-alarm='{alarm}']")
    await expect(bar).to_have_attribute("data-state", "latched")
    await expect(bar).to_contain_text("nobody has answered")
    await expect(bar.get_by_role("button", name="Acknowledge")).to_be_visible()


# How often the colour of a bar turns to another and back in so many seconds.
TURNS = """async (one, seconds) => {
  const until = performance.now() + seconds * 1000;
  let turns = 0;
  let last = getComputedStyle(one).backgroundColor;
  while (performance.now() < until) {
    await new Promise(requestAnimationFrame);
    const now = getComputedStyle(one).backgroundColor;
    if (now !== last) turns += 1;
    last = now;
  }
  return turns / 2;
}"""
FLASH_SECONDS = 4


async def test_it_flashes_as_the_standard_says_and_is_still_for_those_who_asked_for_it(
    visit: Any, ward: Any
) -> None:
    alarms = {priority: await ward.alarms(str(priority), priority, condition=str(priority))
              for priority in FLASH_HERTZ}  # fmt: skip
    nurse = await visit()
    await nurse.opens_board(ward)

    async def turns(priority: Priority) -> float:
        """A second."""
        one = nurse.tile("Anna").locator(f"[data-alarm='{alarms[priority]}'] > div").first
        return await one.evaluate(f"one => ({TURNS})(one, {FLASH_SECONDS})") / FLASH_SECONDS

    for found, (least, most) in zip(
        await asyncio.gather(*map(turns, alarms)), FLASH_HERTZ.values(), strict=True
    ):
        assert least <= found <= most
    await nurse.page.emulate_media(reduced_motion="reduce")
    await nurse.page.evaluate(REPAINTED)
    assert await asyncio.gather(*map(turns, alarms)) == [0, 0]


async def test_sound_is_off_until_armed_and_then_sounds_ten_pulses_for_a_high_alarm(
    visit: Any, ward: Any
) -> None:
    nurse = await visit()
    await nurse.page.add_init_script(path=LISTENER)
    await nurse.opens_board(ward)
    button = nurse.page.get_by_role("button", name="Sound")
    await expect(button).to_have_text("Sound off – arm")
    await button.click()
    await expect(button).to_have_text("Sound on")
    await button.click()
    await expect(button).to_have_text("Sound off – arm")
    await button.click()
    await expect(button).to_have_text("Sound on")
    await ward.alarms()
    await nurse.page.wait_for_function("window.bursts.at(-1) === 10")
    assert await nurse.page.evaluate("window.bursts[0]") == 1  # the loudspeaker's own check


async def test_the_list_holds_every_open_alarm_worst_first(visit: Any, ward: Any) -> None:
    bela = ward.house.ids["Bela"]
    await ward.alarms("Resp 22 > 20 /min", Priority.MEDIUM, bela, "breath_high")
    await ward.alarms("SpO₂ sensor silent", Priority.LOW, ward.anna, "silent_oxygen_saturation")
    await ward.alarms()
    nurse = await visit()
    await nurse.opens_board(ward)
    await nurse.press("l")
    bars = nurse.page.get_by_role("dialog").locator("[data-alarm]")
    await expect(bars).to_have_count(3)
    marks = [text.split()[0] for text in await bars.all_inner_texts()]
    assert marks == ["!!!", "!!", "!"]


async def test_an_empty_list_of_no_ward_is_not_calm_nor_one_that_could_not_be_asked_for(
    visit: Any, ward: Any
) -> None:
    nurse = await visit()
    calm = nurse.page.get_by_text("No alarm waits")
    await nurse.signs_in(Role.NURSE, "/alarms")
    await expect(nurse.page.get_by_text("You follow no ward. Open one")).to_be_visible()
    await expect(calm).to_have_count(0)
    await nurse.follows(ward)
    nurse.expected += ("503",)
    asked = "**/api/alarms?*"
    away = {"status": 503, "json": {"error": "Away."}}
    await nurse.page.route(asked, lambda route: route.fulfill(**away))
    await nurse.goes("/alarms")
    await expect(nurse.page.get_by_text("Whether an alarm waits is not known")).to_be_visible()
    await expect(nurse.page.locator("[data-away]")).to_contain_text("could not be asked for")
    await expect(calm).to_have_count(0)
    assert await nurse.axe_faults() == []


# The line below comes up as the first one is answered, and the next press meets it there.
PRESSES_WHAT_COMES_UP = """() => new MutationObserver((_, watch) => {
  const left = document.querySelectorAll('[aria-label^="I go"]');
  if (left.length !== 1) return;
  watch.disconnect();
  left[0].click();
}).observe(document.body, {childList: true, subtree: true})"""


async def test_the_alarm_centre_is_answered_with_one_press_and_never_for_another_line(
    visit: Any, ward: Any
) -> None:
    low = await ward.alarms("Temp 38.9", Priority.LOW, condition="temperature_high")
    high = await ward.alarms()
    nurse = await visit()
    await nurse.follows(ward)
    await nurse.signs_in(Role.NURSE, "/alarms")
    open_now = nurse.page.get_by_role("region", name="Nobody has answered")
    bars = open_now.locator("[data-alarm]")
    await expect(bars).to_have_count(2)
    order = [await bars.nth(n).get_attribute("data-alarm") for n in range(2)]
    assert order == [str(high), str(low)], "worst first"
    await nurse.page.evaluate(PRESSES_WHAT_COMES_UP)
    await nurse.click(open_now.get_by_role("button", name="I go: SpO₂"))
    dialog = nurse.page.get_by_role("dialog", name="Acknowledge alarm")
    await expect(dialog).to_contain_text("Temp 38.9")
    await nurse.press("Escape")
    await expect(dialog).to_have_count(0)
    taken = nurse.page.get_by_role("region", name="Answered, and not over")
    await expect(taken).to_contain_text("Test nurse: I am with the patient")
    assert (await ward.alarm(high))["reason"] == "I am with the patient"
    assert (await ward.alarm(low))["state"] == "active"
    assert nurse.clicks == 1


async def test_one_alarms_story_says_who_knew_what_when(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    alarm = await ward.alarms(received=True)
    await expect(nurse.tile("Anna").locator(f"[data-alarm='{alarm}']")).to_contain_text(", seen")
    await receipts_of(ward, alarm)  # who leaves the page before that has left no receipt
    await nurse.goes(f"/alarms/{alarm}")
    story = nurse.page.get_by_role("region", name="Who knew what, when")
    for line in ("Raised, high", "Called Test nurse", "Test nurse saw the call"):
        await expect(story).to_contain_text(line)
    await expect(story).to_contain_text("On the screen of Test nurse, nurse")
    await nurse.page.get_by_label("What was done").fill("Oxygen 2 L/min")
    await nurse.click(nurse.page.get_by_role("button", name="Write down"))
    await expect(story).to_contain_text("Done by Test nurse")
    await expect(story).to_contain_text("Oxygen 2 L/min")


async def test_a_gateway_and_its_beds_are_one_line_and_all_are_there(visit: Any, ward: Any) -> None:
    await ward.loses_a_gateway(beds=6)
    nurse = await visit()
    await nurse.follows(ward)
    await nurse.signs_in(Role.NURSE, "/alarms")
    open_now = nurse.page.get_by_role("region", name="Nobody has answered")
    await expect(open_now.get_by_role("heading")).to_have_text("Nobody has answered 1")
    await expect(open_now.get_by_text("6 alarms with this cause")).to_be_visible()
    await nurse.click(open_now.get_by_text("6 alarms with this cause"))
    await expect(open_now.locator("details [data-alarm]")).to_have_count(6)
