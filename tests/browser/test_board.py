"""The ward board: what devices say, as it is said."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from playwright.async_api import WebSocketRoute, expect

LOST_MS = 5_100  # the server is silent for this long (web/src/live-store.ts), and a little


async def test_numbers_stand_on_the_board_as_soon_as_told_and_a_pressure_whole_or_not_at_all(
    visit: Any, ward: Any
) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    heart = nurse.tile("Anna").locator("[data-vital=heart_rate]")
    await expect(heart).to_contain_text("--")
    await ward.reads(ward.anna, heart_rate=72)
    await expect(heart).to_contain_text("72")
    bela = nurse.tile("Bela")
    await expect(bela.locator("[data-vital=heart_rate]")).to_contain_text("--")
    pressure = nurse.tile("Anna").locator("[data-vital=systolic]")
    await ward.reads(ward.anna, systolic=128)
    await ward.reads(ward.anna, heart_rate=73)
    await expect(heart).to_contain_text("73")
    await expect(pressure).to_contain_text("--")
    await ward.reads(ward.anna, diastolic=79)
    await expect(pressure).to_contain_text("128/79")
    # Without electrodes the finger counts, and is called pulse.
    await ward.reads(ward.house.ids["Bela"], pulse=81)
    await expect(bela.locator("[data-vital=pulse]")).to_contain_text("Pulse")
    await expect(bela.locator("[data-vital=pulse]")).to_contain_text("81")


async def test_a_value_blanks_after_its_own_time_and_keeps_its_age(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await nurse.page.clock.install()
    await nurse.opens_board(ward)
    oxygen = nurse.tile("Anna").locator("[data-vital=oxygen_saturation]")
    await ward.reads(ward.anna, oxygen_saturation=97, temperature=38.6)
    await expect(oxygen).to_contain_text("97")
    await nurse.page.clock.fast_forward(10_000)  # its own time; a temperature has an hour
    await expect(oxygen).to_contain_text("--")
    await expect(oxygen).to_contain_text("last 1")
    await expect(nurse.tile("Anna").locator("[data-vital=temperature]")).to_contain_text("38.6")


async def test_what_was_entered_stays_with_its_mark_and_age_until_a_device_says_more(
    visit: Any, ward: Any
) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    entry = {
        "key": str(uuid4()),
        "at": round((datetime.now(UTC) - timedelta(minutes=12)).timestamp() * 1000),
        "values": [
            {"vital": "respiratory_rate", "value": 18, "unit": "/min"},
            {"vital": "consciousness", "value": "A"},
        ],
    }
    url = f"{nurse.url}/api/patients/{ward.anna}/observations"
    answer = await nurse.page.request.post(url, data=entry)
    assert answer.ok, await answer.text()
    breath = nurse.tile("Anna").locator("[data-vital=respiratory_rate]")
    await expect(breath).to_contain_text("18")
    await expect(breath).to_contain_text("by hand, 12 min")
    await expect(breath).to_have_attribute("data-by-hand", "true")
    await expect(nurse.tile("Anna")).to_contain_text("A--by hand, 12 min")
    await nurse.opens_board(ward)  # and so it is for whoever comes later
    await expect(breath).to_contain_text("by hand, 12 min")
    await ward.reads(ward.anna, respiratory_rate=20)
    await expect(breath).to_contain_text("20")
    assert await breath.get_attribute("data-by-hand") is None


async def test_a_silent_connection_is_called_lost_and_values_still_blank(
    visit: Any, ward: Any
) -> None:
    """The cable is pulled: the socket stays open and says nothing more."""
    nurse = await visit()
    cables = [True]  # whole or pulled; what hung on a pulled one stays silent

    def between(socket: WebSocketRoute) -> None:
        server, mine = socket.connect_to_server(), len(cables) - 1
        socket.on_message(server.send)
        server.on_message(lambda text: socket.send(text) if cables[mine] else None)

    await nurse.page.clock.install()
    await nurse.page.route_web_socket("**/api/live", between)
    await nurse.opens_board(ward)
    banner = nurse.page.get_by_role("alert").filter(has_text="Connection lost")
    heart = nurse.tile("Anna").locator("[data-vital=heart_rate]")
    await ward.reads(ward.anna, heart_rate=72)
    await expect(heart).to_contain_text("72")
    await expect(banner).to_have_count(0)
    cables[0] = False
    await nurse.page.clock.fast_forward(LOST_MS)
    await expect(banner).to_contain_text("values below are old")
    await nurse.page.clock.fast_forward(10_000)
    await expect(heart).to_contain_text("--")
    tries = asyncio.Semaphore(0)

    async def away(route: Any) -> None:
        await route.abort()
        tries.release()

    # Back again, but only just: who lies where cannot be asked for, and is not forgotten for that.
    await nurse.page.route("**/api/wards/*/board", away)
    cables.append(True)
    await nurse.page.clock.fast_forward(LOST_MS)
    await expect(banner).to_have_count(0)
    for _ in range(2):
        await asyncio.wait_for(tries.acquire(), 15)
    # By the page's own clock, which was moved on, a heart rate of now is too old to be shown.
    await ward.reads(ward.anna, temperature=38.6)
    await expect(nurse.tile("Anna").locator("[data-vital=temperature]")).to_contain_text("38.6")
    nurse.faults[:] = [each for each in nurse.faults if "Failed to load" not in each]


async def test_waves_are_drawn_and_a_lost_frame_is_a_gap(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    sweep = nurse.tile("Anna").locator("[data-drawn]")
    await expect(sweep).to_have_attribute("data-live", "false")
    async with ward.streams(ward.anna, lose_every=8):
        await expect(sweep).to_have_attribute("data-live", "true")
        await expect(sweep).not_to_have_attribute("data-drawn", "0")
        await expect(sweep).not_to_have_attribute("data-gaps", "0")
    await expect(nurse.tile("Bela").locator("[data-drawn]")).to_have_attribute("data-drawn", "0")


async def test_a_chart_is_opened_by_walking_the_beds_and_by_name_in_two_clicks(
    visit: Any, ward: Any
) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    await nurse.press("j")
    await expect(nurse.page.get_by_role("link", name="Anna")).to_be_focused()
    await nurse.press("j")
    await expect(nurse.page.get_by_role("link", name="Bela")).to_be_focused()
    await nurse.press("k")
    await nurse.press("Enter")
    await expect(nurse.page).to_have_url(f"{nurse.url}/patients/{ward.anna}")
    await nurse.click(nurse.page.get_by_role("button", name="Find a patient"))
    found = nurse.page.get_by_role("dialog").get_by_role("button")
    await nurse.page.keyboard.type("bel")
    await expect(found.filter(has_text="Anna")).to_have_count(0)
    await nurse.click(found.filter(has_text="Bela"))
    await expect(nurse.page).to_have_url(f"{nurse.url}/patients/{ward.house.ids['Bela']}")
    assert nurse.clicks == 2


FOCUSED = """async (button) => {
  button.click()
  await null
  const keys = document.activeElement
  return keys.labels?.[0]?.innerText || keys.innerText
}"""


async def test_a_dialog_has_the_keys_in_the_moment_it_opens(visit: Any, ward: Any) -> None:
    """No key can fall between: opening, drawing and focus are one task of the browser."""
    await ward.alarms()
    nurse = await visit()
    await nurse.opens_board(ward)
    for opener, wanted in (
        ("Find a patient", "Name, record number or bed"),
        ("Acknowledge: SpO₂ 86", "I am with the patient"),
    ):
        button = nurse.page.get_by_role("button", name=opener).first
        await button.focus()
        assert wanted in await button.evaluate(FOCUSED)
        await nurse.press("Escape")
        await expect(button).to_be_focused()
