"""Alarms of one's ward on every page: seen, heard and answered wherever one is."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from playwright.async_api import Locator, WebSocketRoute, expect

from homeward.clinical.episode import Key
from homeward.clinical.scores import news2
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.frame import HOT
from homeward.model.person import Role
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME
from homeward.services.watch.ledger import Change, write
from tests.browser.conftest import PHONE
from tests.inbox import KEEP, kept

LISTENER = Path(__file__).parent / "listener.js"
SYNC_MS = 15_000  # the pages ask for open alarms this often
WELL = {"respiratory_rate": 14.0, "oxygen_saturation": 97.0, "pulse": 70.0}
SICK = {"respiratory_rate": 26.0, "oxygen_saturation": 90.0, "pulse": 120.0}


def strip(visitor: Any) -> Locator:
    return visitor.page.get_by_role("region", name="Alarms elsewhere")


async def comes_to(visitor: Any, ward: Any, path: str) -> None:
    """A page, as by a bookmark: nothing is remembered but what the browser keeps of the board."""
    await visitor.follows(ward)
    await visitor.signs_in(Role.NURSE, path)
    await expect(visitor.page.get_by_test_id("pulse")).to_contain_text("Live")


async def platform_alarm(ward: Any, text: str = "Disk: 4 % free") -> None:
    now = datetime.now(UTC)
    finding = Finding(Priority.MEDIUM, text, now, 4.0, 5.0)
    change = Change(Key("trouble_disk", None, None), Kind.TECHNICAL, now, finding)
    await write(ward.house.tools.store, ward.house.tools.bus, [change])


async def score_of(ward: Any, patient: int, **vitals: float) -> None:
    """These were measured two minutes ago; the watcher scored them and tells it."""
    at = datetime.now(UTC) - timedelta(minutes=2)
    inputs = {name: Reading(BY_NAME[name], value, at) for name, value in vitals.items()}
    found = news2.score(inputs, at, 1)
    at_ms = round(at.timestamp() * 1000)
    parts = [
        {
            "parameter": part.parameter, "label": part.label, "value": part.value,
            "points": part.points, "at": at_ms, "age_seconds": 0, "is_missing": part.is_missing,
        }
        for part in found.parts
    ]  # fmt: skip
    score = {
        "name": "news2", "at": at_ms, "total": found.total, "low": found.low, "high": found.high,
        "risk": found.risk, "interval": found.interval, "scale": 1, "parts": parts,
    }  # fmt: skip
    await ward.sql(
        "insert into score (patient_id, name, at, total, low, high, risk, detail) values"
        " (%(patient)s, 'news2', %(at)s, %(total)s, %(low)s, %(high)s, %(risk)s, %(detail)s)"
        " returning id",
        patient=patient, at=at, total=found.total, low=found.low, high=found.high,
        risk=found.risk, detail=json.dumps(score),
    )  # fmt: skip
    rows, device = np.zeros(len(inputs), HOT), ward.house.ids["monitor-1"]
    for place, reading in enumerate(inputs.values()):
        at_us = at_ms * 1000
        rows[place] = (patient, device, reading.vital.index, 0, at_us, at_us, reading.value)
    await ward.sql(KEEP, **kept(device, patient, datetime.now(UTC), rows.tobytes()))
    told = json.dumps({"patient_id": patient, "score": score}).encode()
    await ward.house.tools.bus.publish("told.score", told)


async def test_on_one_chart_the_others_alarms_are_seen_and_answered(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    await nurse.goes(f"/patients/{ward.house.ids['Bela']}")
    await expect(nurse.page.get_by_test_id("pulse")).to_contain_text("Live")
    await expect(strip(nurse)).to_have_count(0)
    alarm = await ward.alarms()
    for words in ("!!!", "3-01 · Anna", "SpO₂ 86 < 90 %", "You are called"):
        await expect(strip(nurse)).to_contain_text(words)
    await nurse.click(strip(nurse).get_by_role("button", name="Acknowledge"))
    await nurse.click(nurse.page.get_by_role("button", name="Known to the team"))
    await expect(strip(nurse)).to_have_count(0)
    assert await ward.alarm(alarm) == {"state": "acknowledged", "reason": "Known to the team"}
    assert nurse.clicks == 2


async def test_an_alarm_that_stood_before_is_there_when_a_chart_is_opened(
    visit: Any, ward: Any
) -> None:
    await ward.alarms()
    nurse = await visit()
    await comes_to(nurse, ward, f"/patients/{ward.house.ids['Bela']}")
    await expect(strip(nurse)).to_contain_text("You are called")


async def test_the_strip_is_answered_by_keyboard(visit: Any, ward: Any) -> None:
    alarm = await ward.alarms()
    nurse = await visit()
    await comes_to(nurse, ward, "/devices")
    button = strip(nurse).get_by_role("button", name="Acknowledge")
    await expect(button).to_be_visible()
    await nurse.page.get_by_role("button", name="Test nurse").focus()
    await nurse.press("Tab")
    await expect(button).to_be_focused()
    await nurse.press("Enter")
    await expect(nurse.page.get_by_role("dialog", name="Acknowledge alarm")).to_be_visible()
    await nurse.press("2")
    await expect(strip(nurse)).to_have_count(0)
    assert (await ward.alarm(alarm))["reason"] == "Sensor put right"


async def test_from_the_devices_one_press_opens_the_patient(visit: Any, ward: Any) -> None:
    alarm = await ward.alarms()
    nurse = await visit()
    await comes_to(nurse, ward, "/devices")
    await nurse.click(strip(nurse).get_by_role("link", name="Open"))
    await expect(nurse.page).to_have_url(f"{nurse.url}/patients/{ward.anna}")
    here = nurse.page.get_by_role("region", name="Open alarms")
    await expect(here.locator(f"[data-alarm='{alarm}']")).to_be_visible()
    await expect(strip(nurse)).to_have_count(0)  # it stands on the page itself


async def test_scrolled_away_from_its_alarms_a_chart_still_shows_them(
    visit: Any, ward: Any
) -> None:
    await ward.alarms()
    nurse = await visit(viewport={"width": 390, "height": 500})
    await comes_to(nurse, ward, f"/patients/{ward.anna}")
    here = nurse.page.get_by_role("region", name="Open alarms")
    await expect(here).to_contain_text("SpO₂ 86")
    await expect(strip(nurse)).to_have_count(0)
    await nurse.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    await expect(strip(nurse)).to_contain_text("SpO₂ 86 < 90 %")
    await expect(strip(nurse)).to_be_in_viewport()
    assert not await nurse.scrolls_sideways()
    await nurse.page.evaluate("scrollTo(0, 0)")
    await expect(strip(nurse)).to_have_count(0)


async def test_next_door_ones_own_ward_is_still_heard(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await comes_to(nurse, ward, f"/wards/{ward.house.ids['Home care']}")
    await expect(nurse.tile("Cleo")).to_be_visible()
    await ward.alarms()
    await expect(strip(nurse)).to_contain_text("3-01 · Anna")
    await nurse.page.get_by_role("link", name="Ward 3").click()
    await expect(nurse.tile("Anna").locator("[data-alarm]")).to_be_visible()
    await expect(strip(nurse)).to_have_count(0)


async def test_who_no_longer_follows_a_ward_is_told_so(visit: Any, ward: Any) -> None:
    await ward.alarms()
    nurse = await visit()
    await nurse.opens_board(ward)
    await nurse.page.get_by_role("button", name="Followed").click()
    await nurse.page.get_by_role("link", name="Devices").click()
    await expect(nurse.page.get_by_text("You follow no ward")).to_be_visible()
    await expect(strip(nurse)).to_have_count(0)
    await nurse.page.get_by_role("link", name="Ward 3").click()
    await nurse.page.get_by_role("button", name="Follow", exact=True).click()
    await nurse.page.get_by_role("link", name="Devices").click()
    await expect(strip(nurse)).to_contain_text("SpO₂ 86 < 90 %")


async def test_the_worst_comes_first_and_the_rest_is_one_press_away(visit: Any, ward: Any) -> None:
    bela = ward.house.ids["Bela"]
    await ward.alarms("SpO₂ sensor silent", Priority.LOW, ward.anna, "silent_oxygen_saturation")
    await ward.alarms("Resp 22 > 20 /min", Priority.MEDIUM, bela, "breath_high")
    await ward.alarms()
    nurse = await visit()
    await comes_to(nurse, ward, "/devices")
    await expect(strip(nurse)).to_contain_text("SpO₂ 86 < 90 %")
    await nurse.click(strip(nurse).get_by_role("button", name="+2 more"))
    bars = nurse.page.get_by_role("dialog").locator("[data-alarm]")
    await expect(bars).to_have_count(3)
    marks = [text.split()[0] for text in await bars.all_inner_texts()]
    assert marks == ["!!!", "!!", "!"]


async def test_sound_that_was_armed_sounds_on_every_page(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await nurse.page.add_init_script(path=LISTENER)
    await nurse.opens_board(ward)
    await nurse.page.get_by_role("button", name="Sound").click()
    await expect(nurse.page.get_by_role("button", name="Sound")).to_have_text("Sound on")
    await nurse.page.get_by_role("link", name="Bela").click()
    await expect(nurse.page.get_by_role("heading", name="Bela")).to_be_visible()
    await ward.alarms()
    await nurse.page.wait_for_function("window.bursts.at(-1) === 10")
    await expect(strip(nurse)).to_be_visible()


async def test_an_alarm_nobody_can_hear_says_so(visit: Any, ward: Any) -> None:
    await ward.alarms()
    nurse = await visit()
    await nurse.opens_board(ward)
    await expect(nurse.tile("Anna")).to_contain_text("sound is off")
    await nurse.page.get_by_role("link", name="Devices").click()
    await expect(strip(nurse)).to_contain_text("sound is off")
    await nurse.page.get_by_role("button", name="Sound").click()
    await expect(strip(nurse)).not_to_contain_text("sound is off")


async def test_a_call_on_the_strip_is_a_receipt(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await comes_to(nurse, ward, "/devices")
    alarm = await ward.alarms()
    await expect(strip(nurse)).to_contain_text(", seen")
    seen = await ward.sql("select seen from call where alarm_id = %(id)s", id=alarm)
    assert [row["seen"] is not None for row in seen] == [True]


async def test_an_alarm_lost_on_the_way_is_found_by_asking(visit: Any, ward: Any) -> None:
    nurse = await visit()

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(lambda text: None if '"alarm":' in str(text) else socket.send(text))

    await nurse.page.clock.install()
    await nurse.page.route_web_socket("**/api/live", between)
    await comes_to(nurse, ward, "/devices")
    await ward.alarms("Resp 22 > 20 /min", Priority.MEDIUM, ward.anna, "breath_high")
    await nurse.page.clock.fast_forward(SYNC_MS)
    await expect(strip(nurse)).to_contain_text("Resp 22 > 20 /min")
    await ward.alarms("", Priority.MEDIUM, ward.anna, "breath_high", holds=False)
    await nurse.page.clock.fast_forward(SYNC_MS)
    await expect(strip(nurse)).to_have_count(0)


async def test_who_answers_for_no_ward_has_no_strip(visit: Any, ward: Any) -> None:
    engineer = await visit()
    async with engineer.page.expect_websocket() as opened:
        await engineer.signs_in(Role.ENGINEER)
    await expect(engineer.page.get_by_test_id("pulse")).to_contain_text("Live")
    await ward.alarms()
    await ward.reads(ward.anna, pulse=70)
    socket = await opened.value
    async with socket.expect_event("framereceived", lambda text: '"connected"' in str(text)):
        # What is told after them is there.
        news = {"device": "monitor-1", "what": "connected"}
        await ward.house.tools.bus.tell("told.device", news)
    await expect(strip(engineer)).to_have_count(0)
    await expect(engineer.page.get_by_text("You follow no ward")).to_have_count(0)


async def test_the_strip_is_for_everybody_and_a_telephone_shows_the_alarm_whole(
    visit: Any, ward: Any
) -> None:
    bela = ward.house.ids["Bela"]
    await ward.alarms("Sensor silent", Priority.LOW, bela, "silent_oxygen_saturation")
    nurse = await visit(reduced_motion="reduce")
    await comes_to(nurse, ward, "/devices")
    worse = (
        (Priority.LOW, "Temp 38.9", "temperature_high"),
        (Priority.MEDIUM, "Resp 8 < 9 /min", "breath_high"),
        (Priority.HIGH, "Resp 5 < 9 /min", "breath_low"),
    )
    for others, (priority, text, condition) in enumerate(worse):
        await ward.alarms(text, priority, condition=condition)
        if priority is not Priority.LOW:  # of two it is the older
            await expect(strip(nurse)).to_contain_text(text)
        await expect(strip(nurse)).to_contain_text(f"+{others + 1} more")
        assert await nurse.axe_faults() == []
    await nurse.page.set_viewport_size(PHONE)
    for name in ("Acknowledge: Resp 5 < 9 /min", "+3 more"):
        button = strip(nurse).get_by_role("button", name=name)
        await expect(button).to_be_in_viewport(ratio=1)
    await expect(strip(nurse).get_by_text("Resp 5 < 9 /min")).to_be_in_viewport(ratio=1)
    assert not await nurse.scrolls_sideways()
    assert await nurse.axe_faults() == []


async def test_a_score_with_inputs_missing_never_looks_low(visit: Any, ward: Any) -> None:
    await score_of(ward, ward.anna, **WELL)
    await score_of(ward, ward.house.ids["Bela"], **SICK)
    nurse = await visit()
    await nurse.opens_board(ward)
    anna = nurse.tile("Anna").locator("[data-risk]")
    await expect(anna).to_have_attribute("data-risk", "incomplete")
    await expect(anna).to_have_text("NEWS2 0–11incomplete")
    bela = nurse.tile("Bela").locator("[data-risk]")
    await expect(bela).to_have_attribute("data-risk", "high")
    assert await nurse.axe_faults() == []
    await nurse.goes(f"/patients/{ward.anna}?show=score")
    tile = nurse.page.get_by_test_id("numbers").locator("[data-score]")
    await expect(tile).to_have_attribute("data-weight", "incomplete")
    await expect(tile).to_contain_text("at worst high risk")
    table = nurse.page.get_by_role("table")
    total = table.get_by_role("row", name="NEWS total").get_by_role("cell").last
    await expect(total).to_have_attribute("data-weight", "incomplete")
    risk = table.get_by_role("row", name="Clinical risk").get_by_role("cell").last
    await expect(risk).to_have_text("incomplete")
    assert await nurse.axe_faults() == []
    await nurse.goes(f"/patients/{ward.anna}")
    held = nurse.page.get_by_role("list", name="NEWS2 in this span").get_by_role("listitem").last
    await expect(held).to_have_attribute("data-weight", "incomplete")
    assert await nurse.axe_faults() == []


async def test_a_wave_has_its_lane_as_soon_as_it_comes(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await nurse.opens_board(ward)
    sweep = nurse.tile("Anna").locator("[data-drawn]")
    await expect(sweep.locator("[data-wave]")).to_have_count(0)
    async with ward.streams(ward.anna, lose_every=1000):
        await expect(sweep.locator("[data-wave=ecg_ii]")).to_have_text("II")
        await expect(sweep.locator("[data-wave=pleth]")).to_have_text("Pleth")
    await expect(nurse.tile("Bela").locator("[data-wave]")).to_have_count(0)


async def test_eight_beds_keep_two_rows_however_many_call(visit: Any, ward: Any) -> None:
    """A board on the wall of 1600x950: nobody scrolls there."""
    began = datetime.now(UTC) - timedelta(days=1)
    last = 0
    for number in range(3, 9):
        (row,) = await ward.sql(
            "insert into patient (record_number, name, birth_date, sex) values"
            " (%(number)s, %(name)s, '1950-03-01', 'female') returning id",
            number=f"R-{number}", name=f"Patient {number}",
        )  # fmt: skip
        await ward.sql(
            "insert into stay (patient_id, ward_id, bed, starts) values"
            " (%(patient)s, %(ward)s, %(bed)s, %(now)s) returning id",
            patient=row["id"], ward=ward.house.ids["Ward 3"], bed=f"3-0{number}", now=began,
        )  # fmt: skip
        last = row["id"]
    for patient in (ward.anna, last):
        await ward.alarms("NEWS2 ≥ 7: emergency (Temperature missing)", patient=patient)
        await ward.alarms("Resp 22 > 20 /min", Priority.MEDIUM, patient, "breath_high")
    await platform_alarm(ward)
    nurse = await visit()
    await nurse.opens_board(ward)
    await expect(nurse.page.get_by_role("article")).to_have_count(8)
    await expect(nurse.page.get_by_role("region", name="Alarms of no bed")).to_be_visible()
    await expect(nurse.tile("Patient 8").locator("[data-alarm]")).to_have_count(2)
    await expect(nurse.tile("Patient 8").locator("[data-call]")).to_be_visible()
    tall = await nurse.page.evaluate("document.documentElement.scrollHeight")
    assert tall <= 950
