"""A patient's chart: who, what is now, and the whole record on one time axis."""

import asyncio
import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from playwright.async_api import Locator, expect

from homeward.clinical.scores import news2
from homeward.model.alarm import Priority
from homeward.model.frame import HOT, Channel, WaveFrame
from homeward.model.person import Role
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME
from homeward.model.wave import BY_NAME as WAVES
from homeward.store.bundles import WAVES as WAVE_KIND
from tests.browser.conftest import DESKTOP, PHONE, passes, says_nothing_yet
from tests.inbox import KEEP, kept

HOUR = 3600
RECORD_HOURS = 20
GAP_MINUTES = (40, 20)  # ago: nothing was measured in between
OXYGEN_COLOUR = (0x07, 0x64, 0x8A)
SICK = {
    "respiratory_rate": 24, "oxygen_saturation": 92, "on_oxygen": 0, "systolic": 105,
    "pulse": 118, "consciousness": 0, "temperature": 38.4,
}  # fmt: skip


def _record(ward: Any) -> np.ndarray:
    """Twenty hours of one reading a minute, with a gap in the last hour."""
    now_us = round(datetime.now(UTC).timestamp() * 1e6)
    ages = [age for age in range(20, RECORD_HOURS * HOUR, 60) if not _is_gap(age / 60)]
    values = {"heart_rate": 80.0, "oxygen_saturation": 96.0, "systolic": 128.0, "diastolic": 79.0}
    rows = np.zeros(len(ages) * len(values), HOT)
    for place, (name, value) in enumerate(values.items()):
        mine = rows[place :: len(values)]
        mine["patient"], mine["device"] = ward.anna, ward.house.ids["monitor-1"]
        mine["vital"], mine["value"] = BY_NAME[name].index, value
        mine["at"] = mine["received"] = now_us - np.array(ages) * 1_000_000
    rows["value"][rows["at"] < now_us - 19 * HOUR * 1_000_000] += 1  # the record's own start
    return rows


def _is_gap(minutes: float) -> bool:
    return GAP_MINUTES[1] < minutes < GAP_MINUTES[0]


async def _stored(ward: Any) -> None:
    device, body = ward.house.ids["monitor-1"], _record(ward).tobytes()
    await ward.sql(KEEP, **kept(device, 1, datetime.now(UTC), body))


async def _scored(ward: Any, minutes_ago: float, **vitals: float) -> None:
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    inputs = {name: Reading(BY_NAME[name], value, at) for name, value in vitals.items()}
    score = news2.score(inputs, at, 1)
    at_ms = round(at.timestamp() * 1000)
    parts = [
        {
            "parameter": part.parameter, "label": part.label, "value": part.value,
            "points": part.points, "at": at_ms, "age_seconds": 0, "is_missing": part.is_missing,
        }
        for part in score.parts
    ]  # fmt: skip
    detail = {
        "name": "news2", "at": at_ms, "total": score.total, "low": score.low, "high": score.high,
        "risk": score.risk, "interval": score.interval, "scale": 1, "parts": parts,
    }  # fmt: skip
    await ward.sql(
        "insert into score (patient_id, name, at, total, low, high, risk, detail) values"
        " (%(patient)s, 'news2', %(at)s, %(total)s, %(low)s, %(high)s, %(risk)s, %(detail)s)"
        " returning id",
        patient=ward.anna, at=at, total=score.total, low=score.low, high=score.high,
        risk=score.risk, detail=json.dumps(detail),
    )  # fmt: skip


async def _opens(
    visit: Any, ward: Any, show: str = "", has_clock: bool = False, **options: Any
) -> Any:
    """`has_clock`: the page's own can be moved on."""
    nurse = await visit(**options)
    if has_clock:
        await nurse.page.clock.install()
    await nurse.follows(ward)
    await nurse.signs_in(Role.NURSE, f"/patients/{ward.anna}{show}")
    await expect(nurse.page.get_by_role("heading", name="Anna")).to_be_visible()
    await expect(nurse.page.get_by_test_id("pulse")).to_contain_text("Live")
    await ward.is_heard(ward.anna, is_alone=True)
    return nurse


def _panel(nurse: Any, name: str) -> Locator:
    return nurse.page.locator(f"[data-panel={name}]")


def _curve(nurse: Any, name: str) -> Locator:
    return _panel(nurse, name).get_by_role("img")


def _span(nurse: Any, name: str) -> Locator:
    return nurse.page.get_by_role("button", name=name, exact=True)


async def test_who_it_is_stays_in_sight(visit: Any, ward: Any) -> None:
    await _stored(ward)
    nurse = await _opens(visit, ward, viewport={"width": 1280, "height": 480})
    await expect(_panel(nurse, "pressure")).to_be_attached()
    await nurse.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert await nurse.page.evaluate("scrollY") > 100
    patient = nurse.page.get_by_role("region", name="Patient")
    born, today = date(1950, 3, 1), datetime.now(UTC).date()
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    for words in ("Anna", f"{years} y, female", "R-Anna", "Ward 3", "3-01", "SpO₂ scale 1"):
        await expect(patient.get_by_text(words).first).to_be_in_viewport()


async def test_numbers_come_live_with_ages_and_blank(visit: Any, ward: Any) -> None:
    nurse = await _opens(visit, ward, has_clock=True)
    numbers = nurse.page.get_by_test_id("numbers")
    await ward.reads(ward.anna, heart_rate=72, systolic=128, diastolic=79)
    await expect(numbers).to_contain_text("72")
    await expect(numbers).to_contain_text("128/79")
    await nurse.page.clock.fast_forward(10_000)
    await expect(numbers.locator("[data-vital=HR]")).to_contain_text("--")
    await expect(numbers.locator("[data-vital=HR]")).to_contain_text("last 1")
    await expect(numbers).to_contain_text("128/79")  # a pressure stands for an hour


async def test_the_whole_record_is_one_click_away_every_span_has_a_key_and_arrows_move(
    visit: Any, ward: Any
) -> None:
    await _stored(ward)
    nurse = await _opens(visit, ward)
    await expect(_curve(nurse, "heart")).to_have_accessible_name(
        "HR between 80 and 80 /min, last 80"
    )
    await nurse.click(_span(nurse, "All"))
    await expect(_curve(nurse, "heart")).to_have_accessible_name(
        "HR between 80 and 81 /min, last 80"
    )
    assert nurse.clicks == 1
    names = ("1 min", "10 min", "1 h", "6 h", "24 h", "7 d", "30 d", "1 y")
    for key, name in enumerate((*names, "All"), 1):
        await nurse.press(str(key))
        await expect(_span(nurse, name)).to_have_attribute("aria-pressed", "true")
    await nurse.press("3")
    back = nurse.page.get_by_role("button", name="Back to live")
    await expect(back).to_have_count(0)
    await nurse.press("ArrowLeft")
    await expect(back).to_be_visible()
    await nurse.press("ArrowRight")
    await expect(back).to_have_count(0)
    await nurse.press("ArrowLeft")
    await nurse.press("ArrowLeft")
    await nurse.press("l")
    await expect(_span(nurse, "1 h")).to_have_attribute("aria-pressed", "true")


def _is_of_sixteen_years(request: Any) -> bool:
    asked = parse_qs(urlsplit(request.url).query)
    return "/trend?" in request.url and _length_ms(asked) > 15 * 365 * 24 * HOUR * 1000


def _length_ms(asked: dict[str, list[str]]) -> int:
    return int(asked["end"][0]) - int(asked["start"][0])


async def test_from_a_second_to_years_no_more_is_asked_for_than_can_be_drawn(
    visit: Any, ward: Any
) -> None:
    await _stored(ward)
    nurse = await _opens(visit, ward)
    await expect(_curve(nurse, "heart")).to_be_visible()
    width = (await _curve(nurse, "heart").bounding_box())["width"]
    # Of questions that were dropped for newer ones no answer is kept.
    answered: list[Any] = []
    nurse.page.on(
        "requestfinished", lambda one: answered.append(one) if "/trend?" in one.url else None
    )
    await nurse.press("9")
    await expect(_span(nurse, "All")).to_have_attribute("aria-pressed", "true")
    await expect(_curve(nurse, "heart")).to_have_accessible_name(
        "HR between 80 and 81 /min, last 80"
    )
    # Whatever was asked for: what came last may be the end of the record, asked for anew.
    trends = [await (await one.response()).json() for one in list(answered)]
    longest = max(len(series["at"]) for trend in trends for series in trend["series"])
    assert RECORD_HOURS * 30 < longest <= width
    asked: list[str] = []
    nurse.page.on("request", lambda one: asked.append(one.url) if "/trend?" in one.url else None)
    await nurse.press("1")
    for _ in range(6):
        await nurse.press("+")
    spans = nurse.page.get_by_test_id("range")
    await expect(spans).to_contain_text(".")  # tenths of a second
    await nurse.press("8")
    async with nurse.page.expect_request(_is_of_sixteen_years):
        for _ in range(4):
            await nurse.press("-")
    await expect(spans).to_contain_text(str(datetime.now(UTC).year - 16))
    await expect(_curve(nurse, "heart")).to_have_accessible_name(
        "HR between 80 and 81 /min, last 80"
    )
    queries = [parse_qs(urlsplit(url).query) for url in asked]
    assert min(_length_ms(each) for each in queries) <= 1_010
    assert max(int(each["points"][0]) for each in queries) <= width


async def test_who_moves_on_no_longer_waits_for_the_answer(visit: Any, ward: Any) -> None:
    await _stored(ward)
    nurse = await _opens(visit, ward)
    await expect(_curve(nurse, "heart")).to_be_visible()
    failed: list[str] = []
    nurse.page.on("requestfailed", lambda one: failed.append(one.failure or ""))
    held: list[Any] = []

    async def hold_the_first(route: Any) -> None:
        if held:
            await route.continue_()
        held.append(route)

    # Until the end: without anybody to hold it, the first would go on and might be answered.
    await nurse.page.route("**/trend?**", hold_the_first)
    await nurse.press("5")
    async with asyncio.timeout(8):
        while not held:
            await asyncio.sleep(0.01)
    await nurse.press("6")
    await expect(_curve(nurse, "heart")).to_have_accessible_name(
        "HR between 80 and 81 /min, last 80"
    )
    async with asyncio.timeout(8):  # the browser tells of it when it has the time
        while "net::ERR_ABORTED" not in failed:
            await asyncio.sleep(0.01)
    await nurse.page.unroute("**/trend?**")


async def test_traces_are_drawn_where_seconds_can_be_seen(visit: Any, ward: Any) -> None:
    await _stored(ward)
    now = datetime.now(UTC)
    device = ward.house.ids["monitor-1"]
    for number in range(6):
        start = now - timedelta(seconds=60 - 10 * number)
        beats = (np.sin(np.arange(5_000) / 40) * 200).astype("<i2")
        channel = Channel(WAVES["ecg_ii"], 500.0, 0.005, beats)
        frame = WaveFrame(1, number, round(start.timestamp() * 1e6), (channel,)).pack()
        await ward.sql(KEEP, **kept(device, 100 + number, now, frame, kind=WAVE_KIND))
    nurse = await _opens(visit, ward)
    await expect(_curve(nurse, "heart")).to_be_visible()
    await expect(nurse.page.locator("[data-waves]")).to_have_count(0)  # an hour is too long
    answered: list[Any] = []
    nurse.page.on(
        "requestfinished", lambda one: answered.append(one) if "/waves?" in one.url else None
    )
    await nurse.press("1")
    lanes = nurse.page.locator("[data-waves]")
    await expect(lanes.locator("path[data-wave=ecg_ii]")).to_have_attribute("d", re.compile("M.+L"))
    width = int(await lanes.get_attribute("data-waves") or 0)
    async with asyncio.timeout(8):
        while not answered:
            await asyncio.sleep(0.01)
    lines = await (await answered[0].response()).json()
    assert 1_000 < sum(len(line["values"]) for line in lines) <= 2 * width


async def test_what_was_not_measured_is_a_gap_and_the_curves_can_be_read_as_a_table(
    visit: Any, ward: Any
) -> None:
    """Colours of the curve's own pixels: none in the middle of the gap, some on either side."""
    await _stored(ward)
    nurse = await _opens(visit, ward)
    await expect(_curve(nurse, "oxygen")).to_have_accessible_name(
        "SpO₂ between 96 and 96 %, last 96"
    )
    canvas = _panel(nurse, "oxygen").locator("canvas")

    async def inked(from_minutes: float, to_minutes: float) -> int:
        return await canvas.evaluate(
            """(canvas, [from, to, ink]) => {
              const left = 46 * devicePixelRatio, wide = canvas.width - left;
              const x = Math.round(left + wide * (1 - from / 60));
              const breadth = Math.round(wide * (from - to) / 60);
              const { data } = canvas.getContext("2d").getImageData(x, 0, breadth, canvas.height);
              let count = 0;
              for (let place = 0; place < data.length; place += 4)
                count += ink.every((one, part) => Math.abs(one - data[place + part]) < 40);
              return count;
            }""",
            [from_minutes, to_minutes, OXYGEN_COLOUR],
        )

    async with asyncio.timeout(8):  # it is drawn a moment after it is said in words
        while not (await inked(55, 45) > 100 and await inked(15, 5) > 100):
            await asyncio.sleep(0.05)
    assert await inked(36, 24) == 0
    await nurse.page.get_by_role("switch", name="As a table").click()
    row = nurse.page.get_by_role("row", name="Systolic")
    await expect(row).to_contain_text("128")
    await expect(row).to_contain_text("mmHg")
    await expect(nurse.page.locator("[data-panel]")).to_have_count(0)


async def test_a_live_reading_joins_the_curve(visit: Any, ward: Any) -> None:
    await _stored(ward)
    nurse = await _opens(visit, ward)
    await nurse.press("2")
    await expect(_curve(nurse, "heart")).to_have_accessible_name(
        "HR between 80 and 80 /min, last 80"
    )
    await ward.reads(ward.anna, heart_rate=141)
    await expect(_curve(nurse, "heart")).to_have_accessible_name(
        "HR between 80 and 141 /min, last 141"
    )


async def test_dragging_zooms(visit: Any, ward: Any) -> None:
    await _stored(ward)
    nurse = await _opens(visit, ward)
    await expect(_curve(nurse, "heart")).to_have_accessible_name(
        "HR between 80 and 80 /min, last 80"
    )
    before = await nurse.page.get_by_test_id("range").inner_text()
    box = await _curve(nurse, "heart").bounding_box()
    # Wherever it stands by now: what is above it may have come meanwhile.
    await _curve(nurse, "heart").hover(position={"x": box["width"] * 0.3, "y": 40})
    await nurse.page.mouse.down()
    box = await _curve(nurse, "heart").bounding_box()
    clock = nurse.page.get_by_test_id("pulse").locator("time")
    for part in (0.4, 0.5):  # a hand takes longer than the page's own second
        shown = await clock.inner_text()
        await expect(clock).not_to_have_text(shown)
        await nurse.page.mouse.move(box["x"] + box["width"] * part, box["y"] + 45)
    await nurse.page.mouse.up()
    await expect(nurse.page.get_by_role("button", name="Back to live")).to_be_visible()
    assert await nurse.page.get_by_test_id("range").inner_text() != before


async def test_an_alarm_stands_on_the_axis_with_its_priority_also_from_before_the_server_tells(
    visit: Any, ward: Any
) -> None:
    """Of a ward that the reader does not follow: nothing else on the page asks for its alarms."""
    await _stored(ward)
    nurse = await visit()
    is_said = await says_nothing_yet(nurse.page)
    async with nurse.page.expect_response("**/now"):
        await nurse.signs_in(Role.NURSE, f"/patients/{ward.anna}")
    await expect(nurse.page.get_by_test_id("pulse")).to_contain_text("Live")
    await expect(nurse.page.get_by_text("No open alarms")).to_be_visible()
    await passes(nurse.page, 500)  # all that it asks by itself is answered
    await ward.alarms()
    is_said()
    stands = nurse.page.get_by_role("region", name="Open alarms")
    await expect(stands).to_contain_text("SpO₂ 86 < 90 %")
    mark = nurse.page.get_by_role("button", name="High alarm: SpO₂ 86 < 90 %")
    await expect(mark).to_contain_text("!!!")
    await expect(mark).to_have_accessible_name(re.compile("still standing"))
    await nurse.click(mark)
    await expect(nurse.page.get_by_role("button", name="Back to live")).to_be_visible()


async def test_an_alarm_is_answered_on_the_chart(visit: Any, ward: Any) -> None:
    alarm = await ward.alarms()
    other = await ward.alarms("Resp 26 > 24 /min", Priority.MEDIUM, condition="breath_high")
    nurse = await _opens(visit, ward)
    bar = nurse.page.locator(f"[data-alarm='{alarm}']")
    await nurse.click(bar.get_by_role("button", name="Acknowledge"))
    await nurse.click(nurse.page.get_by_role("button", name="I am with the patient"))
    await expect(bar).to_have_attribute("data-state", "acknowledged")
    # D1: one condition of one patient; every other stays.
    await expect(nurse.page.locator(f"[data-alarm='{other}']")).to_have_attribute(
        "data-state", "active"
    )
    assert nurse.clicks == 2


async def test_the_news2_chart_marks_each_value_in_its_band(visit: Any, ward: Any) -> None:
    await _scored(ward, 2, **SICK)
    nurse = await _opens(visit, ward, "?show=score")
    table = nurse.page.get_by_role("table")
    marked = {
        "21–24": "24", "92–93": "92", "101–110": "105", "111–120": "118",
        "38.1–39.0": "38.4", "Air": "●", "Alert": "●",
    }  # fmt: skip
    for band, text in marked.items():
        row = table.get_by_role("row").filter(
            has=nurse.page.get_by_role("rowheader", name=band, exact=True)
        )
        await expect(row.locator("[data-here]").first).to_have_text(text)
    totals = table.get_by_role("row", name="NEWS total")
    await expect(totals.get_by_role("cell").last).to_have_text("8")
    await expect(table.get_by_role("row", name="Clinical risk")).to_contain_text("High")
    await expect(nurse.page.get_by_text("Royal College of Physicians")).to_be_visible()


async def test_a_partial_score_is_a_range_and_names_what_is_missing(visit: Any, ward: Any) -> None:
    await _scored(ward, 2, **{name: value for name, value in SICK.items() if name != "pulse"})
    nurse = await _opens(visit, ward, "?show=score")
    table = nurse.page.get_by_role("table")
    await expect(table.get_by_role("row", name="NEWS total").get_by_role("cell").last).to_have_text(
        "6–9"
    )
    await expect(table.get_by_role("row", name="Missing")).to_contain_text("Pulse")


async def test_a_patient_that_is_not_there_is_said_to_be_missing(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await nurse.signs_in(Role.NURSE, "/patients/999999")
    await expect(nurse.page.get_by_role("alert")).to_contain_text("cannot be shown")
    nurse.faults.clear()  # the browser's own line about the 404 we asked for


async def test_the_chart_is_for_everybody_and_fits_a_telephone(visit: Any, ward: Any) -> None:
    await _stored(ward)
    await _scored(ward, 30, **SICK)
    await ward.alarms()
    nurse = await _opens(visit, ward, viewport=PHONE, reduced_motion="reduce")
    page = nurse.page
    await expect(_panel(nurse, "heart")).to_be_visible()
    assert not await nurse.scrolls_sideways()
    await page.set_viewport_size(DESKTOP)
    await expect(_panel(nurse, "heart")).to_be_visible()
    assert await nurse.axe_faults() == []
    await page.get_by_role("switch", name="As a table").click()
    await expect(page.get_by_role("row", name="Systolic")).to_be_visible()
    assert await nurse.axe_faults() == []
    await page.get_by_role("tab", name="NEWS2 chart").click()
    await expect(page.get_by_role("row", name="NEWS total")).to_be_visible()
    assert await nurse.axe_faults() == []
    await page.set_viewport_size(PHONE)
    await expect(page.get_by_role("row", name="NEWS total")).to_be_visible()
    assert not await nurse.scrolls_sideways()
