"""Who is told about a patient: the patient's own choice, an invitation, and receipts."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from homeward.model.person import Role
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_relative import WORDS, chosen, is_low

PASSWORD = "four words do well"


async def comes(visit: Any, **options: Any) -> Any:
    cleo = await visit(**{"viewport": PHONE, "reduced_motion": "reduce"} | options)
    await cleo.signs_in(Role.PATIENT, "/told")
    await expect(cleo.page.get_by_role("heading", name="Who is told, and when")).to_be_visible()
    return cleo


async def invites(visitor: Any, name: str = "Mia") -> str:
    page = visitor.page
    await page.get_by_role("button", name="Invite somebody").click()
    await page.get_by_label("Their name").fill(name)
    await page.get_by_label("Soon").check()
    await page.get_by_role("button", name="Make a link").click()
    link = await page.get_by_label("Link", exact=True).input_value()
    await page.get_by_role("button", name="Done").click()
    return link.removeprefix(visitor.url)


async def test_quiet_hours_are_found_below_the_day_set_changed_and_taken_off(
    visit: Any, ward: Any
) -> None:
    cleo = await visit(viewport=PHONE, reduced_motion="reduce")
    await cleo.signs_in(Role.PATIENT)
    await cleo.click(cleo.page.get_by_role("link", name="Who is told, and quiet hours"))
    await expect(cleo.page.get_by_text("Nobody else is told")).to_be_visible()
    box = cleo.page.get_by_role("region", name="Quiet hours")
    await expect(box).to_contain_text("urgent or must be done soon always comes through")
    await box.get_by_role("button", name="Set quiet hours").click()
    await box.get_by_label("By the clock of").select_option("Asia/Tokyo")
    await box.get_by_label("Until").fill("22:00")
    await expect(box.get_by_role("button", name="Save")).to_be_disabled()
    await box.get_by_label("Until").fill("06:30")
    await box.get_by_role("button", name="Save").click()
    await expect(box).to_contain_text("22:00 to 06:30by the clock of Tokyo")
    await box.get_by_role("button", name="Change quiet hours").click()
    await box.get_by_role("button", name="No quiet hours").click()
    await expect(box).to_contain_text("None")
    rows = await ward.sql("select starts, zone, made_by from quiet_hours order by id")
    assert [row["zone"] for row in rows] == ["Asia/Tokyo"] * 2
    assert [row["starts"] is None for row in rows] == [False, True]


async def test_a_relative_is_invited_accepts_is_changed_and_removed(visit: Any, ward: Any) -> None:
    cleo = await comes(visit)
    link = await invites(cleo)
    await expect(cleo.page.get_by_text("has not accepted yet")).to_be_visible()
    mia = await visit(viewport=PHONE)
    await mia.goes(link)
    await expect(mia.page.get_by_role("heading", name="Cleo wants you told")).to_be_visible()
    assert await mia.axe_faults() == []
    await mia.page.get_by_label("Choose a sign-in name").fill("Mia@home.test")
    field = mia.page.get_by_label("Choose a password")
    await field.fill("short")
    await expect(mia.page.get_by_text("7 more")).to_be_visible()
    await field.fill(PASSWORD)
    await mia.page.get_by_role("button", name="Accept").click()
    await expect(mia.page.get_by_text("Nothing to tell now")).to_be_visible()
    await mia.goes(link)
    await expect(mia.page.get_by_text("You are told about Cleo from now on")).to_be_visible()
    await cleo.page.reload()
    line = cleo.page.get_by_role("listitem").filter(has_text="Mia")
    await expect(line).to_contain_text("is told of urgent news and what must be done soon")
    await cleo.page.get_by_role("button", name="Change what Mia is told").click()
    await line.get_by_label("Soon").uncheck()
    await line.get_by_role("button", name="Save").click()
    await expect(line).to_contain_text("is told of urgent news")
    await cleo.page.get_by_role("button", name="Remove Mia").click()
    await line.get_by_role("button", name="Remove Mia").click()
    await expect(cleo.page.get_by_text("Nobody else is told")).to_be_visible()
    await mia.goes("/")
    await expect(mia.page.get_by_text("no longer told about Cleo")).to_be_visible()


async def test_a_link_that_is_good_no_more_says_so(visit: Any, ward: Any) -> None:
    cleo = await comes(visit)
    link = await invites(cleo)
    await cleo.page.get_by_role("button", name="Take back the invitation of Mia").click()
    await cleo.page.get_by_role("button", name="Take it back").click()
    await expect(cleo.page.get_by_text("Nobody else is told")).to_be_visible()
    lapsed = await invites(cleo, "Omar")
    await ward.sql("update invitation set expires = now() where withdrawn is null returning id")
    mia = await visit(viewport=PHONE)
    for place, words in (
        (link, "This invitation was taken back"),
        (lapsed, "This invitation has run out"),
        ("/invited", "This link is not whole"),
        ("/invited#guessed", "This link leads nowhere"),
    ):
        await mia.page.goto("about:blank")  # or another link would be the same page
        await mia.goes(place)
        await expect(mia.page.get_by_role("alert")).to_contain_text(words)
        assert await mia.axe_faults() == []
    mia.faults.clear()  # the browser notes the 404 of the guessed one
    await cleo.page.reload()
    await expect(cleo.page.get_by_text("was invited, and the link ran out")).to_be_visible()


async def test_somebody_else_signed_in_must_sign_out_first(visit: Any, ward: Any) -> None:
    cleo = await comes(visit)
    link = await invites(cleo)
    await cleo.goes(link)
    await expect(cleo.page.get_by_text("You are signed in as Test patient")).to_be_visible()
    await cleo.page.get_by_role("button", name="Sign out and go on").click()
    await cleo.page.get_by_role("button", name="I have an account already").click()
    await cleo.page.get_by_label("Sign-in name").fill("relative")
    await cleo.page.get_by_label("Password", exact=True).fill("correct horse")
    await cleo.page.get_by_role("button", name="Sign in and accept").click()
    await expect(cleo.page.get_by_text("Nothing to tell now")).to_be_visible()


async def test_receipts_say_who_was_told_and_who_has_seen_it(visit: Any, ward: Any) -> None:
    await chosen(ward)
    cleo = await comes(visit)
    receipts = cleo.page.get_by_role("region", name="Who was told")
    await expect(receipts).to_contain_text("Nothing in the last four weeks")
    await is_low(ward)
    article = receipts.get_by_role("article")
    await expect(article).to_contain_text(WORDS)
    for words in ("You: not seen yet", "Test relative: not seen yet", "Your care team: called"):
        await expect(article).to_contain_text(words)
    relative = await ward.house.client(Role.RELATIVE)
    (told,) = (await relative.get("/api/told")).json()["told"]
    await relative.post(f"/api/calls/{told['call_id']}/seen")
    await expect(article).to_contain_text("Test relative: seen", timeout=20_000)
    # How low it is nobody is told; a time of day may be ten to.
    assert "50" not in re.sub(r"\d\d?:\d\d", "", await article.inner_text())


async def test_a_carer_reads_it_on_the_chart_and_chooses_with_a_reason(
    visit: Any, ward: Any
) -> None:
    await ward.sql("update relative set ended = now() returning id")
    nurse = await visit(reduced_motion="reduce")
    await nurse.signs_in(Role.NURSE, f"/patients/{ward.house.ids['Cleo']}")
    await nurse.click(nurse.page.get_by_role("link", name="Who is told"))
    await expect(nurse.page.get_by_role("heading", name="told about Cleo")).to_be_visible()
    box = nurse.page.get_by_role("region", name="Quiet hours")
    await box.get_by_role("button", name="Set quiet hours").click()
    await expect(box.get_by_role("button", name="Save")).to_be_disabled()
    await box.get_by_label("Why you choose this").fill("Asked me to at the visit")
    await box.get_by_role("button", name="Save").click()
    await expect(box).to_contain_text("Set by Test nurse: Asked me to at the visit")
    assert await nurse.axe_faults() == []
    cleo = await comes(visit)
    own = cleo.page.get_by_role("region", name="Quiet hours")
    await expect(own).to_contain_text("Set by Test nurse: Asked me to at the visit")
    await nurse.goes(f"/patients/{ward.anna}/told")
    await expect(nurse.page.get_by_text("Anna has no account")).to_be_visible()


@pytest.mark.parametrize(
    ("role", "viewports"), [(Role.PATIENT, [PHONE]), (Role.NURSE, [DESKTOP, PHONE])]
)
async def test_it_is_for_everybody(visit: Any, ward: Any, role: Role, viewports: Any) -> None:
    await chosen(ward, "high", "low")
    await is_low(ward)
    visitor = await visit(viewport=viewports[0], reduced_motion="reduce")
    own = role is Role.PATIENT
    await visitor.signs_in(role, "/told" if own else f"/patients/{ward.house.ids['Cleo']}/told")
    page = visitor.page
    await expect(page.get_by_role("article").first).to_contain_text(WORDS)
    await page.get_by_role("button", name="quiet hours").click()
    await page.get_by_role("button", name="Invite somebody").click()
    await page.get_by_role("button", name="Change what Test relative").click()
    for viewport in viewports:
        await page.set_viewport_size(viewport)
        assert await visitor.axe_faults() == []
        assert not await visitor.scrolls_sideways()
