"""The observation round at the bedside: few presses, nothing lost, nothing filed unseen."""

import asyncio
from datetime import timedelta
from typing import Any

from playwright.async_api import expect

from homeward.model.person import Role
from tests.api.test_round import admitted, scored
from tests.browser.conftest import DESKTOP, PHONE

# The clock of the ward's computer, in ms, as the page finds it when it opens.
AHEAD = """{ const now = Date.now, ahead = Number(sessionStorage.getItem("ahead"));
Date.now = () => now() + ahead; }"""


async def _entries(ward: Any) -> list[dict[str, Any]]:
    return await ward.sql(
        "select vital, value, absent, device from observation_value order by observation_id, vital"
    )


async def _until_filed(ward: Any, count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(15):
        while len(rows := await _entries(ward)) < count:
            await asyncio.sleep(0.05)
    return rows


async def _at_bedside(visit: Any, ward: Any, path: str = "", **options: Any) -> Any:
    visitor = await visit(**options)
    await visitor.page.add_init_script(AHEAD)
    await visitor.signs_in(Role.NURSE, f"/patients/{ward.anna}/observe{path}")
    await expect(_button(visitor, "Alert, on air")).to_be_visible()
    return visitor


def _button(visitor: Any, name: str) -> Any:
    return visitor.page.get_by_role("button", name=name, exact=True)


async def test_alert_on_air_is_two_presses_from_the_bedside_whatever_its_clock_says(
    visit: Any, ward: Any
) -> None:
    nurse = await _at_bedside(visit, ward, viewport=PHONE)
    for place, ahead_seconds in enumerate((0, 600, -7200), 1):
        if ahead_seconds:
            await nurse.page.evaluate(f"sessionStorage.setItem('ahead', {ahead_seconds * 1000})")
            await nurse.page.reload()
        nurse.clicks = 0
        (asked,) = await ward.sql("select now() as at")
        await nurse.click(_button(nurse, "Alert, on air"))
        await nurse.click(_button(nurse, "Save"))
        await expect(nurse.page.get_by_text("Saved. Anna is observed.")).to_be_visible()
        rows = await _until_filed(ward, 2 * place)
        assert [(row["vital"], row["value"]) for row in rows[-2:]] == [
            ("consciousness", 0), ("on_oxygen", 0),
        ]  # fmt: skip
        assert nurse.clicks == 2
        assert not await nurse.scrolls_sideways()
        (*_, filed) = await ward.sql("select at, now() as by from observation order by id")
        assert asked["at"] - timedelta(seconds=20) < filed["at"] <= filed["by"]


async def test_a_round_goes_from_bed_to_bed_and_each_leaves_the_list(visit: Any, ward: Any) -> None:
    house = ward.house
    await scored(house, ward.anna, 400, 3600)
    await scored(house, house.ids["Bela"], 300, 3600)
    nurse = await visit()
    await nurse.signs_in(Role.NURSE, f"/wards/{house.ids['Ward 3']}/round")
    beds = nurse.page.get_by_role("list", name="Whom to observe").get_by_role("listitem")
    await expect(beds.first).to_contain_text("Anna")
    await expect(beds.first).to_contain_text("5 h 40 min overdue")
    await nurse.click(nurse.page.get_by_role("link", name="Start: 3-01 Anna"))
    await nurse.click(nurse.page.get_by_role("button", name="C New confusion"))
    await nurse.click(_button(nurse, "Oxygen"))
    outcome = nurse.page.get_by_role("region", name="What it makes of the score")
    await expect(outcome).to_contain_text("next at most in 1 h")
    await nurse.click(nurse.page.get_by_role("button", name="Save, next 3-02 Bela"))
    await expect(nurse.page.get_by_role("heading", name="Bela")).to_be_visible()
    assert nurse.clicks == 4
    await nurse.page.get_by_label("Temperature °C").fill("36,8")
    await nurse.click(nurse.page.get_by_label("Not possible", exact=True))
    await nurse.page.get_by_label("Not possible", exact=True).select_option("asleep")
    await nurse.click(nurse.page.get_by_role("button", name="Save", exact=False).last)
    rows = await _until_filed(ward, 9)
    assert sorted(row["absent"] or "" for row in rows)[-6:] == ["asleep"] * 6
    await nurse.click(nurse.page.get_by_role("link", name="Round"))
    line = beds.filter(has_text="Bela")
    await expect(line).to_contain_text("Put off: ")
    await expect(line).not_to_contain_text("overdue")


async def test_what_a_monitor_shows_is_filed_only_once_it_was_confirmed(
    visit: Any, ward: Any
) -> None:
    nurse = await _at_bedside(visit, ward)
    await ward.is_heard(ward.anna)
    await ward.reads(ward.anna, oxygen_saturation=96, respiratory_rate=18)
    field = nurse.page.get_by_label("SpO₂ %")
    await expect(field).to_have_attribute("placeholder", "96")
    await nurse.click(_button(nurse, "Alert, on air"))
    await nurse.click(nurse.page.get_by_role("button", name="Respirations 18: seen, take it"))
    await nurse.click(_button(nurse, "Save"))
    rows = await _until_filed(ward, 3)
    assert {row["vital"] for row in rows} == {"consciousness", "on_oxygen", "respiratory_rate"}


async def test_typed_while_the_server_is_away_it_is_kept_and_saved_once(
    visit: Any, ward: Any
) -> None:
    nurse = await _at_bedside(visit, ward)
    nurse.faults.clear()
    posts = "**/api/patients/*/observations"
    await nurse.page.route(posts, lambda route: route.abort())
    await nurse.click(_button(nurse, "Alert, on air"))
    await nurse.click(_button(nurse, "Save"))
    bar = nurse.page.get_by_role("status", name="Not saved yet")
    await expect(bar).to_contain_text("Anna")
    await nurse.page.get_by_role("link", name="Ward 3", exact=False).first.click()
    await expect(bar).to_be_visible()  # it goes along to every page
    assert await _entries(ward) == []
    await nurse.page.unroute(posts)
    await _until_filed(ward, 2)
    await expect(bar).to_have_count(0)
    assert len(await ward.sql("select id from observation")) == 1
    nurse.faults[:] = [each for each in nurse.faults if "Failed to load" not in each]


async def test_an_answer_that_comes_after_one_turned_away_is_kept_and_nobody_is_led_off(
    visit: Any, ward: Any
) -> None:
    await scored(ward.house, ward.house.ids["Bela"], 300, 3600)
    nurse = await _at_bedside(visit, ward, f"?round={ward.house.ids['Ward 3']}")
    answered = asyncio.Event()

    async def slow(route: Any) -> None:
        await answered.wait()
        await route.continue_()

    await nurse.page.route("**/api/patients/*/observations", slow)
    await nurse.page.get_by_label("Pulse /min").fill("199")
    await nurse.click(nurse.page.get_by_role("button", name="Save, next 3-02 Bela"))
    await nurse.click(nurse.page.get_by_role("link", name="Round", exact=True))
    title = nurse.page.get_by_role("heading", name="Observation round")
    await expect(title).to_be_visible()
    answered.set()
    bar = nurse.page.get_by_role("status", name="Not saved yet")
    await expect(bar).to_contain_text("Anna, not saved: Pulse 199: this is rare")
    await nurse.click(bar.get_by_role("button", name="It is right: save it"))
    assert [row["value"] for row in await _until_filed(ward, 1)] == [199]
    await expect(bar).to_have_count(0)
    await expect(title).to_be_visible()


async def test_a_slip_is_asked_about_once_and_an_impossible_value_never_leaves(
    visit: Any, ward: Any
) -> None:
    nurse = await _at_bedside(visit, ward)
    await nurse.page.get_by_label("Pulse /min").fill("999")
    await expect(nurse.page.get_by_text("Possible is 0 to 350")).to_be_visible()
    await expect(_button(nurse, "Save")).to_be_disabled()
    await nurse.page.get_by_label("Pulse /min").fill("199")
    await nurse.click(_button(nurse, "Save"))
    await expect(nurse.page.get_by_role("alert")).to_contain_text("Pulse 199: this is rare")
    assert await _entries(ward) == []
    await nurse.click(_button(nurse, "It is right: save"))
    assert [row["value"] for row in await _until_filed(ward, 1)] == [199]


async def test_keys_alone_do_it(visit: Any, ward: Any) -> None:
    nurse = await _at_bedside(visit, ward)
    await nurse.press("v")
    await expect(nurse.page.get_by_role("button", name="V Responds to voice")).to_have_attribute(
        "aria-pressed", "true"
    )
    await nurse.press("o")
    await ward.alarms()
    await nurse.page.get_by_role("button", name="Acknowledge", exact=False).first.click()
    await expect(nurse.page.get_by_role("dialog")).to_be_visible()
    await nurse.press("u")  # into the window over the page: of the patient below it says nothing
    await nurse.press("Escape")
    await nurse.page.get_by_label("Respirations /min").focus()
    await nurse.page.keyboard.type("22")
    await nurse.press("Enter")
    await nurse.page.keyboard.type("93")
    await nurse.press("Control+Enter")
    rows = await _until_filed(ward, 4)
    assert {row["vital"]: row["value"] for row in rows} == {
        "consciousness": 2, "on_oxygen": 1, "oxygen_saturation": 93, "respiratory_rate": 22,
    }  # fmt: skip


async def test_a_ward_of_nobody_says_so(visit: Any, ward: Any) -> None:
    await ward.sql("update stay set ends = now() where ends is null returning id")
    nurse = await visit()
    await nurse.signs_in(Role.NURSE, f"/wards/{ward.house.ids['Ward 3']}/round")
    await expect(nurse.page.get_by_text("Nobody lies on this ward")).to_be_visible()
    await expect(nurse.page.get_by_text("Empty: 3-01, 3-02.")).to_be_visible()


async def test_the_round_is_readable_by_everybody(visit: Any, ward: Any) -> None:
    await scored(ward.house, ward.anna, 400, 3600)
    await admitted(ward.house, "Emil", "3-04")
    nurse = await visit()
    await nurse.signs_in(Role.NURSE, f"/wards/{ward.house.ids['Ward 3']}/round")
    for viewport in (DESKTOP, PHONE):
        await nurse.page.set_viewport_size(viewport)
        await expect(nurse.page.get_by_role("link", name="Emil").first).to_be_visible()
        assert await nurse.axe_faults() == []
        assert not await nurse.scrolls_sideways()
    await nurse.goes(f"/patients/{ward.anna}/observe")
    for viewport in (PHONE, DESKTOP):
        await nurse.page.set_viewport_size(viewport)
        await expect(_button(nurse, "Alert, on air")).to_be_visible()
        assert await nurse.axe_faults() == []
        assert not await nurse.scrolls_sideways()


async def test_the_chart_shows_who_entered_what_and_a_slip_is_struck(visit: Any, ward: Any) -> None:
    nurse = await _at_bedside(visit, ward)
    await nurse.page.get_by_label("Pulse /min").fill("27")
    await nurse.click(_button(nurse, "Save"))
    await nurse.click(_button(nurse, "It is right: save"))
    await _until_filed(ward, 1)
    await nurse.goes(f"/patients/{ward.anna}")
    points = nurse.page.get_by_role("list", name="Observations entered in this span")
    await nurse.click(points.get_by_role("button", name="Test nurse: Pulse 27 /min"))
    await nurse.click(nurse.page.get_by_role("link", name="Correct this entry"))
    await expect(nurse.page.get_by_label("Pulse /min")).to_have_value("27")
    await expect(_button(nurse, "Save the correction")).to_be_disabled()
    await nurse.page.get_by_label("Pulse /min").fill("72")
    await nurse.page.get_by_label("Why it is corrected").fill("digits turned round")
    await nurse.click(_button(nurse, "Save the correction"))
    struck = points.get_by_role("button", name="Test nurse, corrected: Pulse 27 /min")
    await expect(struck).to_have_attribute("data-struck", "true")
    # The correction lies over the slip, for both are of one moment: it tells of it too.
    await nurse.click(points.get_by_role("button", name="Test nurse, a correction: Pulse 72 /min"))
    dialog = nurse.page.get_by_role("dialog")
    await expect(dialog.locator("s")).to_have_text("Pulse 27 /min")
    await nurse.press("Escape")
    await struck.dispatch_event("click")
    await expect(dialog).to_contain_text("digits turned round")
    await expect(dialog.locator("s")).to_have_text("27 /min")
    assert await nurse.axe_faults() == []
    rows = await ward.sql("select corrects is not null as is_new from observation order by id")
    assert [row["is_new"] for row in rows] == [False, True]
