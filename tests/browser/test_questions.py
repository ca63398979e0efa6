"""Questions on the screen: asked by the plan, answered with few taps, also without a network."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

from playwright.async_api import Route, expect

from homeward.clinical.flagged import FLAGGED
from homeward.model.alarm import Kind
from homeward.model.person import Role
from homeward.services.plan.expecting import expect as expect_due
from homeward.services.watch.at_home import flagged_now
from homeward.services.watch.ledger import write
from homeward.services.watch.watcher import Watcher
from tests.api.conftest import House, sql
from tests.browser.conftest import AWAY, PHONE, Visit

DUE = (
    "update plan_due set at = now(), opens = now() - interval '1 hour',"
    " closes = now() + interval '1 hour', nudge = now() + interval '1 hour',"
    " escalate = null where id = (select min(id) from plan_due)"
)
CALM = ("As usual", "No", "No", "No", "No")


async def asks(house: House, name: str, reference: str) -> None:
    """Cleo has a plan that asks this, now."""
    client = await house.client(Role.DOCTOR)
    item = {
        "key": "check", "kind": "questionnaire", "label": name, "at": ["09:00"],
        "reference": reference,
    }  # fmt: skip
    plan = {"condition": "heart_failure", "items": [item]}
    answer = await client.post(f"/api/patients/{house.ids['Cleo']}/plans", json=plan)
    assert answer.status_code == 204, answer.text
    await expect_due(house.store, datetime.now(UTC), "UTC")
    await house.store.door().run(sql(DUE))
    await client.aclose()


async def taps(visitor: Any, *answers: str) -> None:
    """One tap a question: an answer and a next."""
    for place, answer in enumerate(answers, 1):
        await taps_on(visitor, place, answer)


async def taps_on(visitor: Any, place: int, answer: str) -> None:
    await expect(visitor.page.get_by_text(f"Question {place} of")).to_be_visible()
    await visitor.click(visitor.page.get_by_text(answer, exact=True))


async def kept(house: House) -> list[dict[str, Any]]:
    text = (
        "select url, language, flags, flags_new, is_begun, points, due_id, key"
        " from question_answer order by id"
    )
    return await house.store.door().all(sql(text), dict)


async def test_a_patient_answers_from_the_plan_and_the_doctor_sees_it(
    house: House, visit: Visit
) -> None:
    await asks(house, "How I am today", "urn:homeward:questionnaire:heart-failure")
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT, "/plan")
    await cleo.click(cleo.page.get_by_role("link", name="Answer now"))
    await expect(cleo.page.get_by_role("heading", name="How is your breath today?")).to_be_focused()
    assert await cleo.axe_faults() == []
    assert not await cleo.scrolls_sideways()
    await taps(cleo, *CALM)
    await cleo.click(cleo.page.get_by_role("button", name="Leave this out"))
    await expect(cleo.page.get_by_role("heading", name="Is this right?")).to_be_focused()
    assert await cleo.axe_faults() == []
    await cleo.click(cleo.page.get_by_role("button", name="Send"))
    await expect(cleo.page.get_by_text("Your answers are with your care team.")).to_be_visible()
    assert cleo.clicks <= 8, "one tap a question, one to leave out, one to send"
    await expect(cleo.page.get_by_role("alert")).to_have_count(0)
    ((one,),) = [await kept(house)]
    assert (one["flags"], one["language"], one["due_id"] is not None) == (0, "en", True)
    await cleo.click(cleo.page.get_by_role("button", name="All my questions"))
    await expect(cleo.page.get_by_role("heading", name="Nothing is asked now.")).to_be_visible()
    doctor = await visit()
    await doctor.signs_in(Role.DOCTOR, f"/patients/{house.ids['Cleo']}/plan")
    answered = doctor.page.get_by_role("region", name="Answered questions")
    await doctor.click(answered.get_by_text("How is your heart today?"))
    await expect(answered.get_by_text("As usual")).to_be_visible()
    assert await doctor.axe_faults() == []


async def test_a_red_flag_says_at_once_what_to_do_and_rings_though_the_network_was_away(
    house: House, visit: Visit
) -> None:
    await asks(house, "How I am today", "urn:homeward:questionnaire:heart-failure")
    cleo = await visit(viewport=PHONE)
    cleo.expected = (*cleo.expected, *AWAY)
    await cleo.signs_in(Role.PATIENT, "/questions")
    page = cleo.page
    await page.get_by_role("button", name="Answer now").first.click()
    to_do = page.get_by_role("alert")
    await page.context.set_offline(True)
    await taps(cleo, "Hard even when I sit still")
    await expect(to_do).to_contain_text("Call the emergency number now.")
    await taps_on(cleo, 2, "No")
    await expect(to_do).to_contain_text("does NOT know yet")
    for place in (3, 4, 5):
        await taps_on(cleo, place, "No")
    await page.get_by_role("textbox").fill("since last night")
    await page.get_by_role("button", name="Next").click()
    lost: list[int] = []

    async def loses_the_first_answer(route: Route) -> None:
        if route.request.method != "POST" or len(lost) == 2:
            await route.continue_()
        elif not lost:  # a server of before does not have this version yet
            gone = {"error": "This version is not here.", "code": "questions_gone"}
            lost.append(404)
            await route.fulfill(status=404, json=gone)
        else:
            lost.append((await route.fetch()).status)
            await route.abort()

    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_text("Thank you")).to_be_visible()
    await expect(to_do).to_contain_text("Call the emergency number now.")
    await expect(to_do).to_contain_text("does NOT know yet")
    assert await cleo.axe_faults() == []
    await expect(page.get_by_text("kept on this phone")).to_be_visible()
    assert await kept(house) == []
    await page.route("**/questions", loses_the_first_answer)
    await page.context.set_offline(False)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.get_by_text("Your answers are with your care team.")).to_be_visible(
        timeout=40_000
    )
    await expect(to_do).to_contain_text("Your care team is told.")
    # It waited for a newer server; then its answer was lost, and it went again.
    assert lost == [404, 200]
    begun, whole = await kept(house)
    assert (begun["flags"], begun["is_begun"], begun["flags_new"]) == (1, True, 1)
    assert (whole["flags"], whole["is_begun"], whole["flags_new"]) == (1, False, 0)
    flagged = await flagged_now(house.store.door(), datetime.now(UTC))
    assert [*flagged] == [house.ids["Cleo"]]


async def test_a_red_flag_rings_though_the_page_is_closed_at_once_and_once_when_all_is_sent(
    house: House, visit: Visit
) -> None:
    await asks(house, "How I am today", "urn:homeward:questionnaire:heart-failure")
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT, "/questions")
    page = cleo.page
    await page.get_by_role("button", name="Answer now").first.click()
    await taps(cleo, "Hard even when I sit still")
    await expect(page.get_by_role("alert")).to_contain_text("We are telling your care team")
    await page.close(run_before_unload=True)
    await until(house, 1)
    assert await rings(house) == 1
    text = "select state from plan_due order by id limit 1"
    assert await house.store.door().all(sql(text), dict) == [{"state": "open"}]
    cleo.page = page = await page.context.new_page()
    await cleo.goes("/questions")
    await page.get_by_role("button", name="Answer now").first.click()
    await expect(page.get_by_text("You began this before.")).to_be_visible()
    await expect(page.get_by_role("radio", name="Hard even when I sit still")).to_be_checked()
    await taps(cleo, "Hard even when I sit still", "No", "No", "No", "No")
    await page.get_by_role("button", name="Leave this out").click()
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_text("Your answers are with your care team.")).to_be_visible()
    assert await rings(house) == 1
    whole = (await kept(house))[-1]
    assert (whole["is_begun"], whole["flags_new"], whole["due_id"] is not None) == (False, 0, True)


async def test_a_red_flag_goes_out_by_itself_and_taking_it_back_is_said(
    house: House, visit: Visit
) -> None:
    await asks(house, "How I am today", "urn:homeward:questionnaire:heart-failure")
    cleo = await visit(viewport=PHONE)
    page = cleo.page
    await page.clock.install()
    await cleo.signs_in(Role.PATIENT, "/questions")
    await page.get_by_role("button", name="Answer now").first.click()
    await expect(page.get_by_text("Question 1 of")).to_be_visible()
    # A tap beside the answer, put right at once, is no sign: no time goes by meanwhile.
    await page.clock.pause_at(await page.evaluate("Date.now() / 1000 + 1"))
    await taps(cleo, "Hard even when I sit still")
    await page.get_by_role("button", name="Back").click()
    await taps_on(cleo, 1, "As usual")
    await page.clock.resume()
    await expect(page.get_by_role("alert")).to_have_count(0)
    await taps_on(cleo, 2, "Yes")
    to_do = page.get_by_role("alert")
    await expect(to_do).to_contain_text("Your care team is told.")  # nobody pressed anything
    assert await cleo.axe_faults() == []
    ((chest,),) = [await kept(house)]
    assert (chest["is_begun"], chest["flags"]) == (True, 1)
    await page.get_by_role("button", name="Back").click()
    await taps_on(cleo, 2, "No")
    await expect(page.get_by_text("They see that you changed it.")).to_be_visible()
    assert await cleo.axe_faults() == []
    await until(house, 2)
    assert await rings(house) == 1
    await (
        page.get_by_role("button", name="Stop for now")
        .or_(page.get_by_role("button", name="Back"))
        .first.click()
    )
    doctor = await visit()
    await doctor.signs_in(Role.DOCTOR, f"/patients/{house.ids['Cleo']}/plan")
    answered = doctor.page.get_by_role("region", name="Answered questions")
    await expect(answered.get_by_text("(chosen, then changed)")).to_be_visible()
    await expect(answered.get_by_text("(begun, not sent yet)")).to_be_visible()
    assert await doctor.axe_faults() == []


async def test_at_the_bedside_a_warning_sign_goes_out_before_the_answers_and_the_carer_is_told(
    house: House, visit: Visit
) -> None:
    await asks(house, "How I am today", "urn:homeward:questionnaire:heart-failure")
    nurse = await visit()
    nurse.expected = (*nurse.expected, *AWAY)
    await nurse.signs_in(Role.NURSE, f"/patients/{house.ids['Cleo']}/questions")
    page = nurse.page
    await page.get_by_role("button", name="Answer now").first.click()
    await page.context.set_offline(True)
    await taps(nurse, "Hard even when I sit still")
    to_do = page.get_by_role("alert").filter(has=page.get_by_role("heading", name="Warning sign"))
    await expect(to_do).to_contain_text("NOT raised")  # and nothing claims that it was
    assert await kept(house) == []
    await page.context.set_offline(False)
    await taps_on(nurse, 2, "No")  # going on, it goes at once
    await expect(to_do).to_contain_text("Raised for the team")
    ((begun,),) = [await kept(house)]
    assert (begun["is_begun"], begun["flags"], begun["language"]) == (True, 1, "en")
    assert await rings(house) == 1
    answer = page.get_by_role("button", name="Acknowledge: Warning sign in answered questions")
    await expect(answer).to_be_visible()
    assert await nurse.axe_faults() == []
    await page.get_by_role("button", name="Back").click()
    await page.get_by_role("button", name="Back").click()
    await taps_on(nurse, 1, "As usual")
    await expect(page.get_by_text("answer chosen before was raised")).to_be_visible()
    await until(house, 2)
    await taps_on(nurse, 2, "Yes")
    await expect(to_do).to_contain_text("Raised for the team")  # nobody pressed anything
    await until(house, 3)
    for place in (3, 4, 5):
        await taps_on(nurse, place, "No")
    await page.get_by_role("button", name="Leave this out").click()
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_text("The answers are NOT sent.")).to_be_visible()
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_text("The answers are in the record.")).to_be_visible()
    await expect(to_do).to_contain_text("Raised for the team")
    rows = await kept(house)
    assert [(each["is_begun"], each["flags_new"]) for each in rows] == [
        (True, 1), (True, 0), (True, 1), (False, 0)
    ]  # fmt: skip
    await answer.click()
    await page.get_by_role("button", name="I am with the patient").click()
    await expect(answer).to_have_count(0)


async def test_what_was_begun_by_a_version_before_is_asked_by_the_newer_and_told(
    house: House, visit: Visit
) -> None:
    await asks(house, "How I am today", "urn:homeward:questionnaire:heart-failure")
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT, "/questions")
    page = cleo.page
    answer = page.get_by_role("button", name="Answer now").first
    await answer.click()
    await taps(cleo, "As usual")
    await expect(page.get_by_text("Question 2 of")).to_be_visible()
    # The phone was switched off within three seconds, and Homeward was upgraded meanwhile.
    await page.evaluate(BEGUN_BEFORE, house.ids["Cleo"])
    await cleo.goes("/questions")
    await answer.click()
    await expect(page.get_by_text("You began this before.")).to_be_visible()
    await expect(page.get_by_role("alert")).to_contain_text("Your care team is told.")
    ((begun,),) = [await kept(house)]
    assert (begun["is_begun"], begun["flags_new"]) == (True, 1)


BEGUN_BEFORE = """patient => new Promise((done, failed) => {
  const asked = indexedDB.open("homeward-questions", 1);
  asked.onerror = failed;
  asked.onsuccess = () => {
    const change = asked.result.transaction("kept", "readwrite");
    const kept = change.objectStore("kept");
    const of = `draft ${patient} urn:homeward:questionnaire:heart-failure|`;
    kept.delete(of + "2");
    kept.put({answers: {breath: "rest"}, at: Date.now(), chain: "before", told: "x"}, of + "1");
    change.oncomplete = done;
  };
})"""


async def until(house: House, rows: int) -> None:
    """So many came to the server."""
    async with asyncio.timeout(10):
        while len(await kept(house)) < rows:
            await asyncio.sleep(0.05)


async def rings(house: House) -> int:
    """The watch looks; how many alarms of warning signs there are then."""
    now = datetime.now(UTC)
    flagged = await flagged_now(house.store.door(), now)
    watcher = Watcher()
    await write(
        house.store, house.tools.bus,
        watcher.worked_out(FLAGGED, flagged, now, Kind.PHYSIOLOGICAL).changes,
    )  # fmt: skip
    text = "select id from alarm where condition = %(flagged)s"
    return len(await house.store.door().all(sql(text), dict, flagged=FLAGGED))


async def test_a_warning_sign_is_on_the_patients_own_day_and_on_the_chart(
    house: House, visit: Visit
) -> None:
    cleo = house.ids["Cleo"]
    client = await house.client(Role.PATIENT)
    said = {
        "key": "phq-of-cleo", "url": "http://loinc.org/q/44249-1", "version": "1",
        "language": "de", "answered": round(datetime.now(UTC).timestamp() * 1000),
        "answers": {str(number): "0" for number in range(1, 9)} | {"9": "1", "10": "0"},
    }  # fmt: skip
    answer = await client.post(f"/api/patients/{cleo}/questions", json=said)
    assert answer.json()["flags"] == ["self-harm"]
    await client.aclose()
    now = datetime.now(UTC)
    flagged = await flagged_now(house.store.door(), now)
    changes = Watcher().worked_out(FLAGGED, flagged, now, Kind.PHYSIOLOGICAL).changes
    (alarm,) = await write(house.store, house.tools.bus, changes)
    patient = await visit(viewport=PHONE)
    await patient.signs_in(Role.PATIENT)
    # Answered in German, and told of in the language they read.
    await expect(patient.page.get_by_text("You told us of a warning sign")).to_be_visible()
    doctor = await visit()
    await doctor.signs_in(Role.DOCTOR, f"/patients/{cleo}")
    told = doctor.page.get_by_text("Warning sign in answered questions")
    await expect(told.first).to_be_visible()
    await doctor.goes(f"/alarms/{alarm.id}")
    await expect(told.first).to_be_visible()
    assert await doctor.axe_faults() == []


async def test_a_patient_corrects_what_they_said_and_both_stay(house: House, visit: Visit) -> None:
    await asks(house, "How I am today", "urn:homeward:questionnaire:heart-failure")
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT, "/questions")
    page = cleo.page
    await page.get_by_role("button", name="Answer now").first.click()
    await taps(cleo, *CALM)
    await page.get_by_role("button", name="Leave this out").click()
    await page.get_by_role("button", name="Change: Are you dizzy?").click()
    await taps_on(cleo, 5, "Yes, when I stand up")
    await page.get_by_role("button", name="Leave this out").click()
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("alert")).to_contain_text("Call your care team now.")
    await page.get_by_role("button", name="All my questions").click()
    await page.get_by_role("button", name="Correct this").click()
    await expect(page.get_by_role("radio", name="As usual")).to_be_checked()
    await taps(cleo, *CALM)
    await page.get_by_role("button", name="Leave this out").click()
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_text("Your answers are with your care team.")).to_be_visible()
    await expect(page.get_by_role("alert")).to_have_count(0)
    await page.get_by_role("button", name="All my questions").click()
    await expect(page.get_by_role("button", name="Correct this")).to_have_count(1)
    # Where the answers took their time, the sign that was chosen was told of before them.
    text = "select id, flags, replaces from question_answer where not is_begun order by id"
    first, second = await house.store.door().all(sql(text), dict)
    assert (first["flags"], second["flags"], second["replaces"]) == (1, 0, first["id"])


async def test_it_is_asked_in_arabic_from_right_to_left_and_with_the_keyboard(
    house: House, visit: Visit
) -> None:
    await asks(house, "How I am today", "urn:homeward:questionnaire:copd")
    cleo = await visit(viewport=PHONE, locale="ar")
    await cleo.signs_in(Role.PATIENT, "/questions")
    page = cleo.page
    await page.get_by_role("button", name="أجب الآن").first.click()
    heading = page.get_by_role("heading", name="ما مدى ضيق تنفسك؟")
    await expect(heading).to_be_focused()
    direction = "element => getComputedStyle(element).direction"
    assert await heading.evaluate(direction) == "rtl"
    assert not await cleo.scrolls_sideways()
    assert await cleo.axe_faults() == []
    await cleo.press("Tab")
    await cleo.press("Space")
    await cleo.press("Enter")
    await expect(page.get_by_role("heading", name="كيف سعالك؟")).to_be_focused()
    await page.get_by_role("button", name="رجوع").click()
    await expect(page.get_by_role("radio", name="كالمعتاد")).to_be_checked()
    # Nothing is chosen where something must be.
    await page.get_by_role("button", name="التالي").click()
    await page.get_by_role("button", name="التالي").click()
    await expect(page.get_by_role("alert")).to_have_text("من فضلك اختر إجابة.")


async def test_a_doctor_asks_phq_9_and_its_sum_stands_over_time(house: House, visit: Visit) -> None:
    await asks(house, "How I have felt", "http://loinc.org/q/44249-1")
    doctor = await visit()
    await doctor.signs_in(Role.DOCTOR, f"/patients/{house.ids['Cleo']}/plan")
    page = doctor.page
    await page.get_by_role("link", name="Answer now").click()
    await taps(doctor, *(["Several days"] * 8), "Not at all", "Somewhat difficult")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_text("The answers are in the record.")).to_be_visible()
    await page.get_by_role("link", name="Back to the plan").click()
    answered = page.get_by_role("region", name="Answered questions")
    await expect(answered.get_by_role("img")).to_be_visible()
    await expect(answered.get_by_text("8 of 27: mild")).to_be_visible()
    assert await doctor.axe_faults() == []


async def test_a_hospital_brings_its_own_or_is_told_why_not_and_a_plan_asks_it(
    house: House, visit: Visit
) -> None:
    doctor = await visit()
    doctor.expected = (*doctor.expected, "422 (Unprocessable")
    await doctor.signs_in(Role.DOCTOR, "/questionnaires")
    mine = doctor.page.get_by_role("region", name="Bring in your own")
    resource: dict[str, Any] = {
        "resourceType": "Questionnaire", "url": "https://hospital.test/sleep", "version": "1",
        "status": "active", "title": "Sleep",
        "item": [{"linkId": "a", "type": "quantity", "text": "How long?"}],
    }  # fmt: skip
    text = mine.get_by_role("textbox")
    await text.fill(json.dumps(resource))
    await mine.get_by_role("button", name="Bring it in").click()
    await expect(mine.get_by_role("alert")).to_contain_text("'quantity' are not asked here")
    resource["item"][0]["type"] = "decimal"
    await text.fill(json.dumps(resource))
    await mine.get_by_role("button", name="Bring it in").click()
    await expect(mine.get_by_role("status")).to_contain_text("Sleep, version 1, may be asked now.")
    listed = doctor.page.get_by_role("region", name="What may be asked")
    await expect(listed.get_by_text("https://hospital.test/sleep")).to_be_visible()
    assert await doctor.axe_faults() == []
    await doctor.goes(f"/patients/{house.ids['Cleo']}/plan")
    page = doctor.page
    await page.get_by_role("button", name="Hypertension").click()
    await page.get_by_role("button", name="Change this plan").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Questions").click()
    await dialog.get_by_role("button", name="Save the plan").click()
    line = dialog.get_by_role("group", name="A new line")
    await expect(line.get_by_role("alert")).to_have_text("Say which questions.")
    await line.get_by_label("Which questions").select_option("Sleep")
    assert await doctor.axe_faults() == []
    await dialog.get_by_role("button", name="Save the plan").click()
    await expect(page.get_by_role("list", name="The plan")).to_contain_text("Sleep")
