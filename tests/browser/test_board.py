"""The ward board: what devices say, as it is said."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import WebSocketRoute, expect

from homeward.model.person import Role


async def test_a_number_stands_on_the_board_as_soon_as_it_is_told(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    heart = nurse.tile("Anna").locator("[data-vital=heart_rate]")
    await expect(heart).to_contain_text("--")
    await ward.reads(ward.anna, heart_rate=72)
    await expect(heart).to_contain_text("72")
    await expect(nurse.tile("Bela").locator("[data-vital=heart_rate]")).to_contain_text("--")


async def test_a_pressure_is_shown_whole_or_not_at_all(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    pressure = nurse.tile("Anna").locator("[data-vital=systolic]")
    await ward.reads(ward.anna, systolic=128)
    await ward.reads(ward.anna, heart_rate=72)
    await expect(nurse.tile("Anna").locator("[data-vital=heart_rate]")).to_contain_text("72")
    await expect(pressure).to_contain_text("--")
    await ward.reads(ward.anna, diastolic=79)
    await expect(pressure).to_contain_text("128/79")


async def test_a_value_blanks_after_its_own_time_and_keeps_its_age(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    oxygen = nurse.tile("Anna").locator("[data-vital=oxygen_saturation]")
    breath = nurse.tile("Anna").locator("[data-vital=respiratory_rate]")
    await ward.reads(ward.anna, age_seconds=6, oxygen_saturation=97, respiratory_rate=14)
    await expect(oxygen).to_contain_text("97")
    await expect(oxygen).to_contain_text("--")  # after 10 s; breathing has 15 s
    await expect(oxygen).to_contain_text("last 1")
    assert "14" in await breath.inner_text()


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


async def test_without_electrodes_the_finger_counts_and_is_called_pulse(
    visit: Any, ward: Any
) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    await ward.reads(ward.anna, pulse=81)
    pulse = nurse.tile("Anna").locator("[data-vital=pulse]")
    await expect(pulse).to_contain_text("Pulse")
    await expect(pulse).to_contain_text("81")


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

    await nurse.page.route_web_socket("**/api/live", between)
    await nurse.opens_board(ward)
    banner = nurse.page.get_by_role("alert").filter(has_text="Connection lost")
    heart = nurse.tile("Anna").locator("[data-vital=heart_rate]")
    await ward.reads(ward.anna, heart_rate=72)
    await expect(heart).to_contain_text("72")
    await expect(banner).to_have_count(0)
    cables[0] = False
    await expect(banner).to_contain_text("values below are old", timeout=7_000)
    await expect(heart).to_contain_text("--", timeout=12_000)
    tries = asyncio.Semaphore(0)

    async def away(route: Any) -> None:
        await route.abort()
        tries.release()

    # Back again, but only just: who lies where cannot be asked for, and is not forgotten for that.
    await nurse.page.route("**/api/wards/*/board", away)
    cables.append(True)
    await expect(banner).to_have_count(0, timeout=15_000)
    for _ in range(2):
        await asyncio.wait_for(tries.acquire(), 15)
    await ward.reads(ward.anna, heart_rate=75)
    await expect(heart).to_contain_text("75")
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


async def test_beds_are_walked_by_keyboard_and_opened(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    await nurse.press("j")
    await expect(nurse.page.get_by_role("link", name="Anna")).to_be_focused()
    await nurse.press("j")
    await expect(nurse.page.get_by_role("link", name="Bela")).to_be_focused()
    await nurse.press("k")
    await nurse.press("Enter")
    await expect(nurse.page).to_have_url(f"{nurse.url}/patients/{ward.anna}")


async def test_a_chart_is_opened_by_name_in_two_clicks(visit: Any, ward: Any) -> None:
    doctor = await visit()
    await doctor.opens_board(ward, Role.DOCTOR)
    await doctor.click(doctor.page.get_by_role("button", name="Find a patient"))
    found = doctor.page.get_by_role("dialog").get_by_role("button")
    await doctor.page.keyboard.type("bel")
    await expect(found.filter(has_text="Anna")).to_have_count(0)
    await doctor.click(found.filter(has_text="Bela"))
    await expect(doctor.page).to_have_url(f"{doctor.url}/patients/{ward.house.ids['Bela']}")
    assert doctor.clicks == 2


@pytest.mark.parametrize(
    ("role", "opener", "wanted"),
    [
        (Role.DOCTOR, "Find a patient", "Name, record number or bed"),
        (Role.NURSE, "Acknowledge: SpO₂ 86", "I am with the patient"),
    ],
)
async def test_a_dialog_has_the_keys_in_the_moment_it_opens(
    visit: Any, ward: Any, role: Role, opener: str, wanted: str
) -> None:
    """No key can fall between: opening, drawing and focus are one task of the browser."""
    await ward.alarms()
    somebody = await visit()
    await somebody.opens_board(ward, role)
    button = somebody.page.get_by_role("button", name=opener)
    await button.first.focus()
    focused = await button.first.evaluate(
        """async (button) => {
            button.click()
            await null
            const keys = document.activeElement
            return keys.labels?.[0]?.innerText || keys.innerText
        }"""
    )
    assert wanted in focused
    await somebody.press("Escape")
    await expect(button.first).to_be_focused()


async def test_home_care_shows_glucose_large(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    await nurse.goes(f"/wards/{ward.house.ids['Home care']}")
    await expect(nurse.tile("Cleo")).to_be_visible()
    await expect(nurse.page.get_by_test_id("pulse")).to_contain_text("Live")
    await ward.is_heard(ward.house.ids["Cleo"])
    await ward.reads(ward.house.ids["Cleo"], glucose=203)
    glucose = nurse.tile("Cleo").locator("[data-vital=glucose]")
    await expect(glucose).to_contain_text("203")
    await expect(nurse.tile("Cleo")).to_contain_text("above target")
