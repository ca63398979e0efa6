"""Limits: seen by everybody, tightened by a nurse, widened by a doctor, and never unnoticed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from playwright.async_api import Locator, expect

from homeward.model.person import Role
from homeward.store.chunks import micros
from homeward.store.packed import SAMPLES, pack, pack_rollup, roll_up
from tests.browser.conftest import PHONE

ADD = (
    "insert into hour_chunk (patient_id, hour, vital, samples, low, high, mean, minutes, body) "
    "values (%(patient)s, %(hour)s, 3, 3600, %(low)s, %(high)s, %(mean)s, %(minutes)s, %(body)s) "
    "returning id"
)


async def _dips(ward: Any, values: tuple[float, ...]) -> None:
    """Yesterday an hour with a minute at each of these saturations."""
    hour = (datetime.now(UTC) - timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    rows = np.zeros(3600, SAMPLES)
    rows["vital"], rows["device"], rows["value"] = 3, ward.house.ids["monitor-1"], 97
    for place, value in enumerate(values):
        rows["value"][100 + 400 * place : 160 + 400 * place] = value
    rows["at"] = micros(hour) + np.arange(3600) * 1_000_000
    rows["received"] = rows["at"] + 100_000
    value = rows["value"]
    await ward.sql(
        ADD, patient=ward.anna, hour=hour, low=float(value.min()), high=float(value.max()),
        mean=float(value.mean()), minutes=pack_rollup(roll_up(rows)), body=pack(rows),
    )  # fmt: skip


async def _steady(ward: Any) -> None:
    text = "update device set expects = '{\"oxygen_saturation\": 1}' returning id"
    await ward.sql(text)


async def _opens(visit: Any, ward: Any, role: Role, **options: Any) -> Any:
    visitor = await visit(**options)
    await visitor.signs_in(role, f"/patients/{ward.anna}/limits")
    await expect(visitor.page.get_by_role("heading", name="Limits of Anna")).to_be_visible()
    return visitor


def _row(visitor: Any, rule: str = "oxygen_low") -> Locator:
    return visitor.page.locator(f"[data-rule='{rule}']")


async def _changes(visitor: Any, title: str = "Oxygen saturation stays low") -> Locator:
    await visitor.click(visitor.page.get_by_role("button", name=f"Change {title}"))
    dialog = visitor.page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    return dialog


async def _sets(dialog: Locator, **fields: str) -> None:
    labels = {
        "limit": "Below (%)", "extreme": "At once below (%)", "clear": "Ends at (%)", "why": "Why",
    }  # fmt: skip
    for name, value in fields.items():
        await dialog.get_by_label(labels[name], exact=True).fill(value)


async def test_a_nurse_tightens_and_sees_before_what_it_would_have_done(visit, ward) -> None:
    await _steady(ward)
    await _dips(ward, (93, 93, 88))
    nurse = await _opens(visit, ward, Role.NURSE)
    await expect(_row(nurse)).to_contain_text("< 90 %")
    await expect(_row(nurse)).to_contain_text("17 s, beyond the extreme 2 s")
    dialog = await _changes(nurse)
    await _sets(dialog, limit="95", clear="96", why="pneumonia, watch closely")
    await nurse.click(dialog.get_by_role("button", name="Look at the last 30 days"))
    await expect(dialog.get_by_role("status")).to_contain_text("Would have raised 3 alarms")
    await expect(dialog.get_by_role("status")).to_contain_text("instead of 1 in the last 30 days")
    await nurse.click(dialog.get_by_role("button", name="Save"))
    await expect(dialog).to_have_count(0)
    await expect(_row(nurse)).to_contain_text("< 95 %")
    await expect(_row(nurse)).to_contain_text("Set for this patient by Test nurse (nurse)")
    await expect(_row(nurse)).to_contain_text("pneumonia, watch closely")
    history = nurse.page.get_by_role("region", name="Changes")
    await expect(history).to_contain_text("< 95 % after 15 s")


async def test_what_was_changed_in_another_tab_meanwhile_is_not_overwritten(visit, ward) -> None:
    nurse = await _opens(visit, ward, Role.NURSE)
    dialog = await _changes(nurse)
    await _sets(dialog, limit="92", clear="94", why="as yesterday")
    tab = replace(nurse, page=await nurse.page.context.new_page())
    await tab.goes(f"/patients/{ward.anna}/limits")
    there = await _changes(tab)
    await _sets(there, limit="95", clear="96", why="pneumonia, watch closely")
    await tab.click(there.get_by_role("button", name="Look at the last 30 days"))
    await tab.click(there.get_by_role("button", name="Save"))
    await expect(there).to_have_count(0)
    await nurse.click(dialog.get_by_role("button", name="Look at the last 30 days"))
    await expect(dialog.get_by_role("alert")).to_contain_text("Test nurse has changed this")
    await expect(dialog.locator("[type=submit]")).to_be_disabled()
    await nurse.click(dialog.get_by_role("button", name="Keep what I typed"))
    await expect(dialog.get_by_label("Below (%)", exact=True)).to_have_value("92")
    await expect(dialog.locator("[type=submit]")).to_have_text("Look at the last 30 days")
    await tab.goes(f"/patients/{ward.anna}/limits")
    there = await _changes(tab)
    await _sets(there, limit="95", clear="96", why="still closely")
    await tab.click(there.get_by_role("button", name="Look at the last 30 days"))
    await tab.click(there.get_by_role("button", name="Save"))
    await expect(there).to_have_count(0)
    await nurse.click(dialog.get_by_role("button", name="Look at the last 30 days"))
    await nurse.click(dialog.get_by_role("button", name="Begin with what holds now"))
    await expect(dialog.get_by_label("Below (%)", exact=True)).to_have_value("95")
    assert [
        row["limit"] for row in await ward.sql("select limit_value as limit from rule_setting")
    ] == [95, 95]


async def test_what_cannot_be_is_said_beside_the_field_and_what_is_a_doctors_to_a_nurse(
    visit, ward
) -> None:
    nurse = await _opens(visit, ward, Role.NURSE)
    dialog = await _changes(nurse)
    look = dialog.get_by_role("button", name="Look at the last 30 days")
    await _sets(dialog, limit="150", extreme="x")
    await nurse.click(look)
    await expect(dialog.get_by_text("From 0 to 100.")).to_be_visible()
    await expect(dialog.get_by_text("Say why, in a few words.")).to_be_visible()
    await _sets(dialog, limit="86", extreme="80", clear="88", why="her usual values")
    await nurse.click(look)
    await expect(dialog.get_by_role("alert")).to_contain_text("This needs a doctor")
    await expect(dialog.get_by_role("button", name="Save")).to_be_disabled()
    assert await ward.sql("select id from rule_setting") == []


async def test_a_rule_of_waveforms_is_switched_on_for_a_ward_and_off_for_good(visit, ward) -> None:
    rule, title = "ventricular_tachycardia", "Ventricular tachycardia: five"
    doctor = await visit()
    await doctor.signs_in(Role.DOCTOR, f"/wards/{ward.house.ids['Ward 3']}/limits")
    row = _row(doctor, rule)
    await expect(row).to_contain_text("ECG")
    await expect(row).to_contain_text("Off by default")
    dialog = await _changes(doctor, title)
    await _sets(dialog, why="a cardiac ward")
    await doctor.click(dialog.get_by_role("button", name="Look at the last 30 days"))
    await expect(dialog.get_by_role("status")).to_contain_text("cannot be told")
    await doctor.click(dialog.get_by_role("button", name="Save"))
    await expect(row).to_contain_text("On, without a limit to set")
    await expect(row).to_contain_text("By default off")
    await expect(doctor.page.get_by_text("1 on that is off by default")).to_be_visible()
    dialog = await _changes(doctor, title)
    await _sets(dialog, why="too many false ones")
    await doctor.click(dialog.get_by_role("button", name="Look at the last 30 days"))
    await expect(dialog.get_by_role("status")).to_contain_text("By its own alarms of then")
    await dialog.get_by_label("This alarm will not ring at all").check(force=True)
    await doctor.click(dialog.get_by_role("button", name="Save"))
    await expect(row).to_contain_text("Off: does not ring")


async def test_a_doctor_who_switches_off_says_so_and_the_board_shows_it(visit, ward) -> None:
    doctor = await _opens(visit, ward, Role.DOCTOR)
    dialog = await _changes(doctor)
    await dialog.get_by_text("Off", exact=True).click()
    await _sets(dialog, why="palliative care, agreed with her")
    await doctor.click(dialog.get_by_role("button", name="Look at the last 30 days"))
    await expect(dialog.get_by_text("Say until when.")).to_be_visible()
    await dialog.get_by_label("Until when").select_option("8")
    await doctor.click(dialog.get_by_role("button", name="Look at the last 30 days"))
    save = dialog.get_by_role("button", name="Save")
    await expect(save).to_be_disabled()
    await dialog.get_by_label("This alarm will not ring at all").check(force=True)
    await doctor.click(save)
    await expect(_row(doctor)).to_contain_text("Off: does not ring")
    await doctor.goes(f"/wards/{ward.house.ids['Ward 3']}")
    mark = doctor.tile("Anna").get_by_role("link", name="1 off")
    await expect(mark).to_be_visible()
    await doctor.click(mark)
    await expect(_row(doctor)).to_contain_text("until")


async def test_limits_are_a_step_from_the_chart_and_from_the_board(visit, ward) -> None:
    doctor = await visit()
    await doctor.opens_board(ward, Role.DOCTOR)
    await doctor.click(doctor.page.get_by_role("link", name="Limits", exact=True))
    await expect(doctor.page.get_by_role("heading", name="Limits of Ward 3")).to_be_visible()
    await expect(doctor.page.get_by_text("every adult of this ward")).to_be_visible()
    await doctor.goes(f"/patients/{ward.anna}")
    await doctor.click(doctor.page.get_by_role("link", name="Limits", exact=True))
    await expect(doctor.page.get_by_role("heading", name="Limits of Anna")).to_be_visible()


async def test_the_administrator_sets_the_site_and_each_level_says_from_whom_it_has_it(
    visit, ward
) -> None:
    await _dips(ward, (93, 93, 88))
    admin = await visit()
    await admin.signs_in(Role.ADMINISTRATOR, "/system")
    await admin.click(admin.page.get_by_role("link", name="Limits", exact=True))
    await expect(admin.page.get_by_role("heading", name="Limits of the whole site")).to_be_visible()
    await expect(admin.page.get_by_text("every adult on every ward")).to_be_visible()
    dialog = await _changes(admin)
    await _sets(dialog, limit="95", clear="96", why="alarm board, protocol 12")
    await admin.click(dialog.get_by_role("button", name="Look at the last 30 days"))
    would = dialog.get_by_role("status")
    await expect(would).to_contain_text("Would have raised 3 alarms instead of 1")
    await expect(would).to_contain_text("of 3 of 3 patients")
    await admin.click(dialog.get_by_role("button", name="Save"))
    await expect(_row(admin)).to_contain_text("Set for the whole site by Test administrator")

    doctor = await visit()
    await doctor.signs_in(Role.DOCTOR, f"/wards/{ward.house.ids['Ward 3']}/limits")
    await expect(_row(doctor)).to_contain_text("< 95 %")
    await expect(_row(doctor)).to_contain_text("Comes from the whole site: set by Test admin")
    await expect(_row(doctor)).to_contain_text("alarm board, protocol 12")
    dialog = await _changes(doctor)
    ladder = dialog.get_by_label("What it has now, and from whom")
    await expect(ladder).to_contain_text("By default< 90 %")
    await expect(ladder).to_contain_text("The whole site< 95 %")
    await doctor.press("Escape")
    way = doctor.page.get_by_role("navigation", name="From where these limits come")
    await expect(way).to_contain_text("The whole site 1 set")
    await doctor.click(way.get_by_role("link", name="The whole site"))
    await expect(
        doctor.page.get_by_role("heading", name="Limits of the whole site")
    ).to_be_visible()
    await expect(doctor.page.get_by_role("button", name="Change Oxygen")).to_have_count(0)
    await doctor.goes(f"/patients/{ward.anna}/limits")
    dialog = await _changes(doctor)
    await expect(dialog.get_by_text("as the whole site")).to_be_visible()


async def test_without_a_reason_or_a_word_about_off_the_site_stays_as_it_is(visit, ward) -> None:
    await ward.sql(
        "insert into rule_setting (rule, ward_id, choice, set_at, set_by, by_role, reason)"
        " values ('oxygen_low', %(ward)s, 'on', now(), %(by)s, 'doctor', 'a test') returning id",
        ward=ward.house.ids["Ward 3"], by=ward.house.ids["doctor"],
    )  # fmt: skip
    admin = await visit()
    await admin.signs_in(Role.ADMINISTRATOR, "/limits")
    await expect(_row(admin)).to_contain_text("Keep their own: Ward 3")
    dialog = await _changes(admin)
    await dialog.get_by_text("Off", exact=True).click()
    await expect(dialog.get_by_text("Off is off for children too.")).to_be_visible()
    look = dialog.get_by_role("button", name="Look at the last 30 days")
    await admin.click(look)
    await expect(dialog.get_by_text("Say why, in a few words.")).to_be_visible()
    await _sets(dialog, why="sensors recalled")
    await dialog.get_by_label("Until when").select_option("24")
    await admin.click(look)
    save = dialog.get_by_role("button", name="Save")
    await expect(save).to_be_disabled()
    await dialog.get_by_label("This alarm will not ring at all").check(force=True)
    await admin.click(save)
    await expect(_row(admin)).to_contain_text("Off: does not ring")
    rows = await ward.sql("select choice, by_role, reason from rule_setting where ward_id is null")
    assert [tuple(row.values()) for row in rows] == [("off", "administrator", "sensors recalled")]


async def test_limits_are_for_everybody(visit, ward) -> None:
    await ward.sql(
        "insert into rule_setting (rule, patient_id, choice, set_at, set_by, by_role, reason)"
        " values ('glucose_low', %(patient)s, 'off', now(), %(by)s, 'doctor', 'a test')"
        " returning id",
        patient=ward.anna, by=ward.house.ids["doctor"],
    )  # fmt: skip
    nurse = await _opens(visit, ward, Role.NURSE, viewport=PHONE)
    await expect(_row(nurse, "glucose_low")).to_contain_text("Off")
    assert await nurse.axe_faults() == []
    assert not await nurse.scrolls_sideways()
    dialog = await _changes(nurse)
    assert await nurse.axe_faults() == []
    await nurse.press("Escape")
    await expect(dialog).to_have_count(0)
