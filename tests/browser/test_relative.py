"""A relative is told what the patient is told, sees nothing else, and leaves a receipt."""

import asyncio
import re
from datetime import UTC, datetime
from typing import Any

from playwright.async_api import expect

from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.person import Role
from homeward.services.people.admission import set_telephone
from homeward.services.watch.ledger import Change, write
from tests.browser.conftest import AWAY, DESKTOP, PHONE, passes

WORDS = "Your sugar is low. Eat something sweet."


async def chosen(ward: Any, *priorities: str) -> None:
    """Cleo wants the relative told."""
    ids = ward.house.ids
    await ward.sql(
        "insert into relative (patient_id, person_id, priorities, since, made)"
        " values (%(patient)s, %(person)s, %(priorities)s, now(), now()) returning id",
        patient=ids["Cleo"], person=ids["relative"], priorities=list(priorities or ("high",)),
    )  # fmt: skip


async def is_low(ward: Any, priority: Priority = Priority.HIGH, holds: bool = True) -> None:
    """Cleo's glucose is low (or is so no more), and the calls follow."""
    now, tools = datetime.now(UTC), ward.house.tools
    finding = Finding(priority, "Glucose 50 < 54 mg/dL", now, 50.0, 54.0, WORDS) if holds else None
    key = Key("glucose_low", ward.house.ids["Cleo"])
    await write(tools.store, tools.bus, [Change(key, Kind.PHYSIOLOGICAL, now, finding)])
    await ward.calls()


async def seen(ward: Any) -> bool:
    rows = await ward.sql("select seen from call where audience = 'relative'")
    return rows[0]["seen"] is not None


async def test_a_relative_reads_the_patients_words_what_to_do_and_presses_a_receipt(
    visit: Any, ward: Any
) -> None:
    await set_telephone(ward.house.store.door(), "Home care", "+49 30 1234", datetime.now(UTC))
    await chosen(ward)
    mother = await visit(reduced_motion="reduce")
    await mother.signs_in(Role.RELATIVE)
    await expect(mother.page.get_by_text("Nothing to tell")).to_be_visible()
    await is_low(ward)
    told = mother.page.get_by_role("alert", name="Do this now: Cleo")
    await expect(told).to_contain_text(f"Cleo was told: {WORDS}")
    for words in ("Call Cleo, or go there", "Cleo has not seen it yet", "care team is called"):
        await expect(told).to_contain_text(words)
    await expect(told.get_by_role("link", name="+49 30 1234")).to_have_attribute(
        "href", "tel:+49301234"
    )
    # How low it is nobody is told; a time of day may be ten to.
    assert "50" not in re.sub(r"\d\d?:\d\d", "", await told.inner_text())
    assert await mother.axe_faults() == []
    assert not await seen(ward)  # that it stands on a screen is no receipt: nobody may be there
    await passes(mother.page, 900)
    # What it says of who has seen it is as old as the last answer, and says so.
    mother.expected += AWAY
    await mother.page.route("**/api/told", lambda route: route.abort())
    await mother.click(told.get_by_role("button", name="I have seen it"))
    await expect(told.get_by_text("What you see may be out of date")).to_be_visible()
    assert await seen(ward)
    await mother.page.unroute("**/api/told")
    await mother.page.reload()
    await expect(told.get_by_text("You said that you have seen it")).to_be_visible()
    await expect(told.get_by_text("out of date")).to_have_count(0)
    await is_low(ward, holds=False)
    nurse = await ward.house.client(Role.NURSE)
    (alarm,) = (await nurse.get("/api/alarms")).json()
    answer = {"reason": "Called", "priority": "high", "state": "latched"}
    await nurse.post(f"/api/alarms/{alarm['id']}/acknowledge", json=answer)
    await ward.calls()
    await expect(mother.page.get_by_text("Nothing to tell now")).to_be_visible()
    await expect(mother.page.get_by_role("region", name="Over")).to_contain_text(WORDS)
    await mother.goes("/devices")
    await expect(mother.page.get_by_text("Nothing to tell now")).to_be_visible()


async def test_nobody_is_left_waiting_before_a_page_that_stays_silent(
    visit: Any, ward: Any
) -> None:
    """Not chosen, chosen without another way, and chosen no more: each is said."""
    mother = await visit(viewport=PHONE)
    await mother.signs_in(Role.RELATIVE)
    await expect(mother.page.get_by_text("Nobody has you told yet")).to_be_visible()
    await chosen(ward, "high", "medium")
    await mother.page.reload()
    await expect(mother.page.get_by_text("only while this page is open")).to_be_visible()
    await expect(mother.page.get_by_text("told of urgent news and what must")).to_be_visible()
    await ward.sql("update relative set ended = now() returning id")
    await mother.page.reload()
    await expect(mother.page.get_by_role("status")).to_contain_text("no longer told about Cleo")
    await expect(mother.page.get_by_text("Nothing to tell")).to_have_count(0)
    assert await mother.axe_faults() == []


async def test_a_relative_sets_quiet_hours_and_ways_of_their_own(visit: Any, ward: Any) -> None:
    await chosen(ward)
    mother = await visit(viewport=PHONE)
    await mother.signs_in(Role.RELATIVE)
    await mother.click(mother.page.get_by_role("link", name="My quiet hours"))
    await mother.click(mother.page.get_by_role("button", name="Set quiet hours"))
    await mother.page.get_by_label("From").fill("21:30")
    await mother.click(mother.page.get_by_role("button", name="Save"))
    await expect(mother.page.get_by_text("21:30 to 07:00")).to_be_visible()
    await expect(mother.page.get_by_text("always comes through")).to_be_visible()
    await mother.click(mother.page.get_by_role("link", name="Homeward: What you are told"))
    await mother.click(mother.page.get_by_role("link", name="How I am reached"))
    await expect(mother.page.get_by_text("never what it is")).to_be_visible()


async def test_what_comes_while_the_page_still_asks_is_shown_at_once(visit: Any, ward: Any) -> None:
    """The first answer is older than the alert, and comes after the word of it."""
    await chosen(ward)
    mother = await visit(viewport=PHONE)
    is_told = asyncio.Event()

    async def late(route: Any) -> None:
        answer = await route.fetch()
        async with asyncio.timeout(8):
            await is_told.wait()
        await route.fulfill(response=answer)

    await mother.page.route("**/api/told", late, times=1)
    async with mother.page.expect_websocket() as opened:
        await mother.signs_in(Role.RELATIVE)
    async with (await opened.value).expect_event("framereceived", lambda text: '"call"' in text):
        await is_low(ward)
    await passes(mother.page, 500)
    is_told.set()
    await expect(mother.page.get_by_text(WORDS)).to_be_visible()


async def test_what_they_have_seen_and_becomes_worse_is_told_anew_and_it_is_for_everybody(
    visit: Any, ward: Any
) -> None:
    await set_telephone(ward.house.store.door(), "Home care", "+49 30 1234567", datetime.now(UTC))
    await chosen(ward, "medium", "low")
    mother = await visit(reduced_motion="reduce")
    await mother.signs_in(Role.RELATIVE)
    told = mother.page.get_by_role("article")
    for priority, label in ((Priority.LOW, "Good to know"), (Priority.MEDIUM, "Do this soon")):
        await is_low(ward, priority)
        await expect(told).to_have_accessible_name(f"{label}: Cleo")
        await expect(told).to_contain_text(WORDS)
        await expect(told).to_contain_text("Cleo has not seen it yet")
        for viewport in (DESKTOP, PHONE):
            await mother.page.set_viewport_size(viewport)
            assert await mother.axe_faults() == []
            assert not await mother.scrolls_sideways()
            # At a zoom of 200 % its width is half.
            half = {"width": viewport["width"] // 2, "height": 422}
            await mother.page.set_viewport_size(half)
            assert not await mother.scrolls_sideways()
        await ward.sql("update call set seen = now() where ended is null returning id")
