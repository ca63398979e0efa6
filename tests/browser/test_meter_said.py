"""What a meter said beside its number, on a patient's chart."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import expect

from homeward.model.person import Role
from homeward.services.fleet.meter_keeping import MeterRecord, context_of, keep_records
from tests.browser.test_chart import _stored as stored

GLUCOSE = bytes.fromhex("020300ea07030108000078b011")  # its clock: 2026-03-01 08:00
BEFORE_MEAL = bytes.fromhex("32030001013ca0")  # and 60 millionths of a litre of rapid insulin


async def test_a_meal_a_dose_and_the_meters_clock_stand_below_the_table(
    visit: Any, ward: Any
) -> None:
    now = datetime.now(UTC)
    at = now - timedelta(minutes=9)
    device, door = ward.house.ids["monitor-1"], ward.house.store.door()
    told = [MeterRecord(0x2A18, 0, 3, GLUCOSE, at, 10_800.0), context_of(BEFORE_MEAL, 0)]
    await keep_records(door, device, ward.anna, told, "Europe/Berlin", now)
    await stored(ward)
    nurse = await visit()
    page = nurse.page
    await nurse.signs_in(Role.NURSE, f"/patients/{ward.anna}")
    await page.get_by_role("switch", name="As a table").click()
    row = page.get_by_role("row").filter(has_text="said 2026-03-01 08:00, 3 h fast")
    for words in ("sample: capillary whole blood", "before meal", "dose 0.060 mL", "monitor-1"):
        await expect(row).to_contain_text(words)
