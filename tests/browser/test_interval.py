"""How often somebody is observed: ordered with a reason and an end, and shown on the round."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import expect

from homeward.model.person import Role
from tests.api.test_round import scored
from tests.browser.conftest import PHONE

HOUR = 3600


async def _opens(visit: Any, ward: Any, role: Role, **options: Any) -> Any:
    visitor = await visit(**options)
    await visitor.signs_in(role, f"/patients/{ward.anna}/interval")
    await expect(visitor.page.get_by_role("region", name="Observed")).to_be_visible()
    return visitor


def _button(visitor: Any, name: str) -> Any:
    return visitor.page.get_by_role("button", name=name, exact=True)


async def _orders(visitor: Any, often: str, hours: str, why: str) -> None:
    await visitor.click(_button(visitor, often))
    await visitor.page.get_by_label("For how long").select_option(hours)
    await visitor.page.get_by_label("Why").fill(why)
    await visitor.click(_button(visitor, "Order"))


async def _rows(ward: Any) -> list[tuple[Any, ...]]:
    text = "select interval_seconds, by_role, reason from observation_order order by id"
    return [tuple(row.values()) for row in await ward.sql(text)]


async def _ordered(ward: Any, role: str, seconds: int, why: str, hours: int = 8) -> None:
    await ward.sql(
        "insert into observation_order (patient_id, person_id, by_role, at, interval_seconds,"
        " score_seconds, reason, until) values (%(patient)s, %(person)s, %(role)s, now(),"
        " %(seconds)s, 21600, %(why)s, %(until)s) returning id",
        patient=ward.anna, person=ward.house.ids[role], role=role, seconds=seconds, why=why,
        until=datetime.now(UTC) + timedelta(hours=hours),
    )  # fmt: skip


async def test_a_doctor_orders_and_the_round_says_by_whom_and_until_when(visit, ward) -> None:
    await scored(ward.house, ward.anna, 10, 6 * HOUR, low=3)
    doctor = await visit()
    await doctor.signs_in(Role.DOCTOR, f"/patients/{ward.anna}")
    await doctor.click(doctor.page.get_by_role("link", name="How often"))
    now = doctor.page.get_by_role("region", name="Observed")
    await expect(now).to_contain_text("Every 6 h by")
    await _orders(doctor, "12 h", "24", "stable for a week")
    await expect(now).to_contain_text("Every 12 h, ordered by Test doctor until")
    await expect(now).to_contain_text("stable for a week")
    await expect(now).to_contain_text("Without the order: every 6 h by")
    await doctor.goes(f"/wards/{ward.house.ids['Ward 3']}/round")
    line = doctor.page.get_by_role("listitem").filter(has_text="Anna")
    await expect(line).to_contain_text("every 12 h, ordered by Test doctor until")
    await doctor.goes(f"/patients/{ward.anna}/observe")
    await expect(doctor.page.get_by_text("Observed: every 12 h, ordered by")).to_be_visible()
    await doctor.click(doctor.page.get_by_role("link", name="How often"))
    await doctor.click(_button(doctor, "As the score says"))
    await doctor.page.get_by_label("Why").fill("fever since noon")
    await doctor.click(_button(doctor, "End the order"))
    await expect(now).to_contain_text("Every 6 h by")
    history = doctor.page.get_by_role("region", name="Orders").get_by_role("listitem")
    await expect(history.first).to_contain_text("As the score says")
    await expect(history.last).to_contain_text("Every 12 h until")
    assert await _rows(ward) == [
        (12 * HOUR, "doctor", "stable for a week"), (None, "doctor", "fever since noon"),
    ]  # fmt: skip


async def test_a_nurse_orders_more_and_never_less_than_the_doctor(visit, ward) -> None:
    await scored(ward.house, ward.anna, 10, 6 * HOUR, low=3)
    await _ordered(ward, "doctor", HOUR, "after surgery")
    nurse = await _opens(visit, ward, Role.NURSE)
    await expect(_button(nurse, "2 h")).to_be_disabled()
    await expect(_button(nurse, "As the score says")).to_be_disabled()
    await expect(nurse.page.get_by_text("a doctor’s order is a doctor’s to end")).to_be_visible()
    await nurse.click(_button(nurse, "30 min"))
    await nurse.page.get_by_label("For how long").select_option("2")
    await nurse.page.get_by_label("Why").fill("looks pale")
    await nurse.click(_button(nurse, "Order"))
    now = nurse.page.get_by_role("region", name="Observed")
    await expect(now).to_contain_text("Every 30 min, ordered by Test nurse until")
    await expect(_button(nurse, "As the score says")).to_be_enabled()
    assert (await _rows(ward))[1:] == [(1800, "nurse", "looks pale")]


async def test_nothing_is_ordered_without_how_often_how_long_and_why(visit, ward) -> None:
    nurse = await _opens(visit, ward, Role.NURSE)
    await expect(nurse.page.get_by_role("region", name="Observed")).to_contain_text(
        "A first set within 1 h"
    )
    await nurse.click(_button(nurse, "Order"))
    for words in ("Say how often.", "Say for how long.", "Say why, in a few words."):
        await expect(nurse.page.get_by_text(words)).to_be_visible()
    assert await _rows(ward) == []


async def test_an_order_that_the_score_outgrew_is_said_to_wait(visit, ward) -> None:
    await _ordered(ward, "doctor", 12 * HOUR, "stable for a week")
    await scored(ward.house, ward.anna, 10, HOUR, low=6)
    nurse = await _opens(visit, ward, Role.NURSE)
    now = nurse.page.get_by_role("region", name="Observed")
    await expect(now).to_contain_text("more than was ordered")
    await expect(now).to_contain_text("The order waits. Every 12 h was ordered by Test doctor")


async def test_at_home_there_is_no_round_to_order(visit, ward) -> None:
    doctor = await visit()
    await doctor.signs_in(Role.DOCTOR, f"/patients/{ward.house.ids['Cleo']}/interval")
    await expect(doctor.page.get_by_text("There is no round here")).to_be_visible()
    await expect(_button(doctor, "Order")).to_have_count(0)


async def test_how_often_is_for_everybody(visit, ward) -> None:
    await scored(ward.house, ward.anna, 10, 6 * HOUR, low=3)
    await _ordered(ward, "doctor", HOUR, "after surgery")
    nurse = await _opens(visit, ward, Role.NURSE, viewport=PHONE)
    assert await nurse.axe_faults() == []
    assert not await nurse.scrolls_sideways()
    first = _button(nurse, "15 min")
    await first.focus()
    await nurse.press("Space")
    await expect(first).to_have_attribute("aria-pressed", "true")
    await nurse.press("Tab")
    await expect(_button(nurse, "30 min")).to_be_focused()
