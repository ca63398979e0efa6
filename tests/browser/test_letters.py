"""Messages on screens: sent once whatever the network does, there without a reload."""

import asyncio
import re
from typing import Any

from playwright.async_api import Route, expect

from homeward.model.person import Role
from tests.api.conftest import House, sql
from tests.api.test_letters import ANSWER, letters, of, said
from tests.api.test_reports import fill
from tests.browser.conftest import AWAY, PHONE, Visit, says_nothing_yet

LATER_MS = 2_500
# What counts new ones is loaded two seconds after the day (web/src/home/later.ts).
COUNTED_MS = 2_000 + LATER_MS


async def test_what_a_patient_writes_is_sent_once_and_answered_before_their_eyes(
    house: House, visit: Visit
):
    cleo = await visit(viewport=PHONE)
    cleo.expected += AWAY
    await cleo.signs_in(Role.PATIENT, "/")
    page = cleo.page
    await cleo.click(page.get_by_role("link", name="Messages"))
    await expect(page.get_by_text("Messages are not watched around the clock.")).to_be_visible()
    await expect(page.get_by_text("No messages yet.")).to_be_visible()
    assert await cleo.axe_faults() == []
    # Without a network, then with one whose answer is lost, and over a reload in between.
    is_away, lost = True, 0

    async def carries(route: Route) -> None:
        nonlocal lost
        if is_away:
            await route.abort()
        elif route.request.method == "POST" and not lost:
            lost += 1
            await route.fetch()  # the server has it, and its answer is lost
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/api/patients/*/letters", carries)
    box = page.get_by_label("Write to your care team")
    await box.fill("My ankles are thick again.")
    await cleo.click(page.get_by_role("button", name="Send"))
    await expect(page.get_by_text("Kept on this device.")).to_be_visible()
    await expect(box).to_have_value("")
    is_away = False
    await page.reload()
    own = page.locator("li[data-letter]")
    await expect(own).to_have_count(1, timeout=40_000)
    await expect(page.get_by_text("Kept on this device.")).to_have_count(0, timeout=40_000)
    assert lost == 1
    async with await house.client(Role.DOCTOR) as doctor:
        assert len(await letters(doctor, house)) == 1
        await expect(own.get_by_text("Sent. Nobody has read it yet.")).to_be_visible()
        newest, *_ = await letters(doctor, house)
        await doctor.post(of(house, "/read"), json={"until": newest["id"]})
        await expect(own.get_by_text("Read by Test doctor")).to_be_visible(timeout=LATER_MS)
        await doctor.post(of(house), json=said(ANSWER))
        await expect(page.get_by_text(ANSWER)).to_be_visible(timeout=LATER_MS)
        async with asyncio.timeout(LATER_MS / 1000):
            while not (await letters(doctor, house))[0]["read_by"]:
                await asyncio.sleep(0.05)
    assert await cleo.axe_faults() == []
    assert not await cleo.scrolls_sideways()


async def test_a_new_message_stands_on_the_patients_day(house: House, visit: Visit):
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT, "/")
    link = cleo.page.get_by_role("link", name="Messages")
    await expect(link).to_be_visible()
    async with await house.client(Role.DOCTOR) as doctor:
        await doctor.post(of(house), json=said(ANSWER))
    await expect(link.get_by_text("1 new")).to_be_visible(timeout=COUNTED_MS)
    await cleo.click(link)
    await expect(cleo.page.get_by_text(ANSWER)).to_be_visible()


async def test_it_speaks_arabic_from_right_to_left(house: House, visit: Visit):
    cleo = await visit(viewport=PHONE, locale="ar")
    await cleo.signs_in(Role.PATIENT, "/messages")
    box = cleo.page.get_by_label("اكتب إلى فريق رعايتك")
    await expect(box).to_be_visible()
    assert await box.evaluate("(box) => box.closest('[dir]').parentElement.closest('[dir=rtl]')")
    assert await cleo.axe_faults() == []
    assert not await cleo.scrolls_sideways()


async def test_the_team_sees_who_wrote_answers_from_the_panel_and_reads_on_the_chart(
    house: House, visit: Visit
):
    nurse = await visit()
    page = nurse.page
    is_said = await says_nothing_yet(page)
    async with page.expect_response("**/api/wards/*/letters"):
        await nurse.signs_in(Role.NURSE, f"/wards/{house.ids['Home care']}")
    await expect(page.get_by_role("link", name="Who needs a call")).to_be_visible()
    async with await house.client(Role.PATIENT) as cleo:
        # Before the server begins to tell: counted all the same.
        await cleo.post(of(house), json=said("My ankles are thick again."))
        is_said()
        await expect(page.get_by_text("1 unread message")).to_be_visible(timeout=LATER_MS)
        await nurse.click(page.get_by_role("link", name="Who needs a call"))
        await expect(page.get_by_text("Wrote within 1 h, not read")).to_be_visible()
        await nurse.click(page.get_by_role("button", name="Write… to Cleo"))
        await nurse.click(page.get_by_role("button", name="Measure again"))
        box = page.get_by_label("To Cleo, R-Cleo")
        await expect(box).to_have_value("Please measure again tomorrow morning and send it to us.")
        await box.fill("Please weigh yourself tomorrow morning.")
        # News that cannot be asked about takes neither the panel away nor what is half written.
        nurse.expected += AWAY
        await page.route("**/panel", lambda route: route.abort())
        await cleo.post(of(house), json=said("And they hurt."))
        old = page.get_by_role("alert").filter(has_text="Not up to date")
        await expect(old).to_be_visible()
        await expect(box).to_have_value("Please weigh yourself tomorrow morning.")
        await page.unroute("**/panel")
        assert await nurse.axe_faults() == []
        await nurse.click(page.get_by_role("button", name="Send"))
        await nurse.click(page.get_by_text("Everybody 1"))
        await expect(page.get_by_text("Wrote or called: Test nurse")).to_be_visible()
        assert (await letters(cleo, house))[0]["text"] == "Please weigh yourself tomorrow morning."
        await nurse.click(page.get_by_role("link", name="Messages"))
        await expect(page.get_by_text("My ankles are thick again.")).to_be_visible()
        await cleo.post(of(house), json=said("I did: 84 kg."))
        await expect(page.get_by_text("I did: 84 kg.")).to_be_visible(timeout=LATER_MS)
        assert await nurse.axe_faults() == []
        await nurse.click(page.get_by_role("button", name="Needs no answer"))
        await expect(page.get_by_role("button", name="Needs no answer")).to_have_count(0)
        found: list[dict[str, Any]] = await letters(cleo, house)
        assert found[0]["settled_by"] == "Test nurse"


async def test_a_patient_lets_a_relative_read_reports_and_messages_and_takes_it_back(
    house: House, visit: Visit
):
    await fill(house)
    related = (
        "insert into relative (patient_id, person_id, priorities, since, made)"
        " values (%(cleo)s, %(mia)s, '{high}', now(), now())"
    )
    await house.store.door().run(sql(related), cleo=house.ids["Cleo"], mia=house.ids["relative"])
    async with await house.client(Role.DOCTOR) as doctor:
        await doctor.post(of(house), json=said(ANSWER))
    cleo, mia = await visit(viewport=PHONE), await visit(viewport=PHONE)
    mia.is_refused()
    await mia.signs_in(Role.RELATIVE)
    await expect(mia.page.get_by_text("Measured values are never shown to you.")).to_be_visible()
    await cleo.signs_in(Role.PATIENT, "/told")
    switches = [
        cleo.page.get_by_label("May read my reports"),
        cleo.page.get_by_label("May read and write messages"),
    ]
    for each in switches:
        await expect(each).not_to_be_checked()
        await cleo.click(each)
        await expect(each).to_be_checked()
    assert await cleo.axe_faults() == []
    await mia.goes("/")
    await mia.click(mia.page.get_by_role("link", name="Messages about Cleo"))
    await expect(mia.page.get_by_text(ANSWER)).to_be_visible()
    await mia.page.get_by_label("Write about how they are").fill("She sleeps badly.")
    await mia.click(mia.page.get_by_role("button", name="Send"))
    await expect(mia.page.get_by_text("She sleeps badly.")).to_be_visible()
    assert await mia.axe_faults() == []
    await mia.goes("/")
    await mia.click(mia.page.get_by_role("link", name="Reports of Cleo"))
    await expect(mia.page.get_by_text("Time in range").first).to_be_visible()
    assert await mia.axe_faults() == []
    for each in switches:
        await cleo.click(each)
        await expect(each).not_to_be_checked()
    await mia.page.reload()
    await expect(mia.page.get_by_text("This cannot be shown now")).to_be_visible()


async def test_who_reads_older_messages_keeps_their_place_when_one_comes(
    house: House, visit: Visit
) -> None:
    async with await house.client(Role.DOCTOR) as doctor:
        for number in range(60):
            await doctor.post(of(house), json=said(f"Message {number}."))
        cleo = await visit(viewport=PHONE)
        is_said = await says_nothing_yet(cleo.page)
        await cleo.signs_in(Role.PATIENT, "/messages")
        await cleo.page.get_by_role("button", name="Older messages").click()
        oldest = cleo.page.get_by_text("Message 0.", exact=True)
        await expect(oldest).to_be_visible()
        await doctor.post(of(house), json=said("And one more."))
        is_said()
        await expect(cleo.page.get_by_text("And one more.")).to_be_visible()
        await expect(oldest).to_be_visible()


async def test_what_is_told_meanwhile_and_older_messages_do_not_end_each_other(
    house: House, visit: Visit
) -> None:
    asked: list[str] = []
    goes_on = {"": asyncio.Event(), "before": asyncio.Event()}

    async def waits(route: Route) -> None:
        which = "before" if "before" in route.request.url else ""
        asked.append(which)
        await goes_on[which].wait()
        await route.continue_()

    async def has_asked(count: int) -> None:
        async with asyncio.timeout(20):
            while len(asked) < count:
                await asyncio.sleep(0.02)

    async with await house.client(Role.DOCTOR) as doctor:
        for number in range(60):
            await doctor.post(of(house), json=said(f"Message {number}."))
        cleo = await visit(viewport=PHONE)
        await cleo.signs_in(Role.PATIENT, "/messages")
        older = cleo.page.get_by_role("button", name="Older messages")
        await expect(older).to_be_visible()
        await cleo.page.wait_for_load_state("networkidle")
        await cleo.page.route(re.compile(r"/letters(\?.*)?$"), waits)
        await doctor.post(of(house), json=said("Told before older ones are asked for."))
        await has_asked(1)
        await cleo.click(older)
        goes_on[""].set()
        await has_asked(2)
        await doctor.post(of(house), json=said("Told while older ones come."))
        goes_on["before"].set()
        for text in ("Message 0.", "Told before older ones are", "Told while older ones come."):
            await expect(cleo.page.get_by_text(text)).to_be_visible()
        assert asked[:2] == ["", "before"]
        assert cleo.clicks == 1


async def test_nothing_of_one_patient_stands_under_another_whom_the_same_relative_reads(
    house: House, visit: Visit
):
    door, mia = house.store.door(), house.ids["relative"]
    for name in ("Cleo", "Anna"):
        related = (
            "with told as (insert into relative (patient_id, person_id, priorities, since, made)"
            " values (%(patient)s, %(mia)s, '{high}', now(), now()))"
            " insert into relative_right (patient_id, person_id, may, starts, made_by)"
            " values (%(patient)s, %(mia)s, 'letters', now(), %(mia)s)"
        )
        await door.run(sql(related), patient=house.ids[name], mia=mia)
        async with await house.client(Role.DOCTOR) as doctor:
            answer = await doctor.post(of(house, name=name), json=said(f"To {name} alone."))
            assert answer.status_code in (200, 201, 204), answer.text
    relative = await visit(viewport=PHONE)
    page = relative.page
    await relative.signs_in(Role.RELATIVE, f"/of/{house.ids['Cleo']}/messages")
    await expect(page.get_by_text("To Cleo alone.")).to_be_visible()
    box = page.get_by_label("Write about how they are")
    await box.fill("Cleo sleeps badly.")
    # Anna's do not come for a while: meanwhile nothing of Cleo's stands there.
    comes = asyncio.Event()

    async def late(route: Route) -> None:
        await comes.wait()
        await route.continue_()

    await page.route(f"**{of(house, name='Anna')}", late)
    await page.evaluate(f"history.pushState(null, '', '/of/{house.ids['Anna']}/messages')")
    await expect(page.get_by_role("status")).to_be_visible()
    await expect(page.get_by_text("To Cleo alone.")).to_have_count(0)
    comes.set()
    await expect(page.get_by_text("To Anna alone.")).to_be_visible()
    await expect(page.get_by_text("To Cleo alone.")).to_have_count(0)
    await expect(box).to_have_value("")
    await page.go_back()
    await expect(page.get_by_text("To Cleo alone.")).to_be_visible()
    await expect(page.get_by_text("To Anna alone.")).to_have_count(0)
