"""Each journey of a patient by its presses, at the width of a telephone, in three languages.

A language is one sitting: a patient goes from their day through everything they can do, as many
presses as `JOURNEYS` allows for each. A press into a field counts; a choice in the browser's own
list of what is near is the browser's. Every page on the way is looked at by axe.
"""

import asyncio
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bench._meter import stored
from homeward.clinical.words import WORDS
from homeward.model.choice import Language
from homeward.model.person import Role
from homeward.services.plan.expecting import expect as expect_due
from tests.api.conftest import sql
from tests.api.test_letters import letters
from tests.api.test_reports import fill
from tests.browser.conftest import PHONE, Visitor
from tests.browser.test_languages import CUT
from tests.browser.test_measure import charted, meter_of
from tests.browser.test_today import _alerts, _seen  # pyright: ignore[reportPrivateUsage]

# What is pressed and what is read, as the pages say it (web/src/languages).
SAID: dict[str, tuple[str, str, str]] = {
    "measure": ("Measure and send", "Messen und senden", "القياس والإرسال"),
    "upper": ("Upper number", "Oberer Wert", "الرقم العلوي"),
    "lower": ("Lower number", "Unterer Wert", "الرقم السفلي"),
    "send": ("Send", "Senden", "إرسال"),
    "all sent": ("Everything is sent.", "Alles ist gesendet.", "أُرسل كل شيء."),
    "read meter": ("Read my meter", "Mein Gerät auslesen", "قراءة جهازي"),
    "plan": ("My plan", "Mein Plan", "خطتي"),
    "due": ("Due now", "Jetzt fällig", "مطلوب الآن"),
    "done": ("Done", "Erledigt", "تم"),
    "answer": ("Answer now", "Jetzt beantworten", "أجب الآن"),
    "usual": ("As usual", "Wie gewohnt", "كالمعتاد"),
    "no": ("No", "Nein", "لا"),
    "leave out": ("Leave this out", "Auslassen", "تخطي هذا السؤال"),
    "with team": ("Your answers are with your care team.",
                  "Ihre Antworten sind bei Ihrem Behandlungsteam.",
                  "إجاباتك لدى فريق الرعاية."),
    "messages": ("Messages", "Nachrichten", "الرسائل"),
    "write": ("Write to your care team", "Schreiben Sie Ihrem Team", "اكتب إلى فريق رعايتك"),
    "nobody read": ("Sent. Nobody has read it yet.",
                    "Gesendet. Noch hat sie niemand gelesen.", "أُرسلت. لم يقرأها أحد بعد."),
    "reports": ("My reports", "Meine Berichte", "تقاريري"),
    "looked": ("Who looked at my data", "Wer meine Daten angesehen hat",
               "من اطلع على بياناتي"),
    "consent": ("Who may see my data", "Wer meine Daten sehen darf", "من يجوز له رؤية بياناتي"),
    "readings": ("Measured values and scores", "Messwerte und Punktzahlen",
                 "القيم المقيسة والدرجات"),
    "data": ("My data", "Meine Daten", "بياناتي"),
    "everything": ("Download everything", "Alles herunterladen", "تنزيل كل شيء"),
    "now": ("Do this now", "Tun Sie das jetzt", "افعل هذا الآن"),
}  # fmt: skip
LANGUAGES = (Language.ENGLISH, Language.GERMAN, Language.ARABIC)
DUE_NOW = """
with first as (select min(id) as id from plan_due group by item),
    rest as (delete from plan_due where id not in (select id from first))
update plan_due set at = now(), opens = now() - interval '1 hour',
    closes = now() + interval '1 hour', nudge = now() + interval '1 hour', escalate = null
from first where plan_due.id = first.id"""
ITEMS = [
    {"key": "walk", "kind": "task", "label": "A walk of ten minutes", "at": ["15:00"]},
    {"key": "check", "kind": "questionnaire", "label": "How I am", "at": ["09:00"],
     "reference": "urn:homeward:questionnaire:heart-failure"},
]  # fmt: skip


@dataclass
class Sitting:
    """One patient at one telephone, in one language."""

    cleo: Visitor
    ward: Any
    language: Language

    @property
    def page(self) -> Page:
        return self.cleo.page

    def said(self, name: str) -> str:
        return SAID[name][LANGUAGES.index(self.language)]

    async def is_at_home(self, is_anew: bool) -> None:
        """On the day's page, loaded anew or as by its link."""
        if is_anew:
            await self.cleo.goes("/")
        else:
            await self.page.evaluate("history.pushState(null, '', '/')")
        day = self.page.get_by_role("link", name=self.said("measure"))
        await expect(day.first).to_be_visible()

    async def presses(self, role: Any, name: str) -> None:
        """Something on the page, by what it is called in this language."""
        found = self.page.get_by_role(role, name=self.said(name), exact=role != "link")
        await self.cleo.click(found.first)

    async def types(self, name: str, text: str) -> None:
        box = self.page.get_by_label(self.said(name), exact=True)
        await self.cleo.click(box)
        await box.fill(text)

    async def reads(self, text: str) -> None:
        await expect(self.page.get_by_text(text).first).to_be_visible()

    async def is_for_everybody(self) -> None:
        """Whatever stands there now, once it stands."""
        await expect(self.page.locator(".mantine-Loader-root")).to_have_count(0)
        where = f"{self.language} {self.page.url}"
        assert await self.cleo.axe_faults() == [], where
        assert not await self.cleo.scrolls_sideways(), where
        assert await self.page.evaluate(CUT) == [], where


async def sees_an_alert(at: Sitting) -> None:
    """It is there by itself, in their own words, and the server knows that it was seen."""
    await _alerts(at.ward)
    await at.reads(at.said("now"))
    async with asyncio.timeout(8):
        while await _seen(at.ward) != [True]:
            await asyncio.sleep(0.05)


async def measures_by_hand(at: Sitting) -> None:
    await at.presses("link", "measure")
    await at.is_for_everybody()
    await at.types("upper", "128")
    await at.types("lower", "82")
    await at.presses("button", "send")
    await at.reads(at.said("all sent"))
    assert (await charted(at.ward, "systolic", "diastolic")) == [[*SYSTOLIC, 128], [*DIASTOLIC, 82]]


async def reads_a_meter(at: Sitting) -> None:
    (before,) = await charted(at.ward, "glucose")
    await at.presses("link", "measure")
    await at.presses("button", "read meter")
    async with asyncio.timeout(15):
        while len((await charted(at.ward, "glucose"))[0]) < len(before) + METERED:
            await asyncio.sleep(0.1)
    await at.reads(at.said("all sent"))


async def does_what_is_due(at: Sitting) -> None:
    await at.presses("link", "plan")
    await at.reads(WORDS[at.language]["template.walk"])
    await at.is_for_everybody()
    await at.presses("button", "done")
    await expect(at.page.get_by_role("button", name=at.said("done"), exact=True)).to_have_count(0)


async def answers_questions(at: Sitting) -> None:
    await at.presses("link", "plan")
    await at.presses("link", "answer")
    await expect(at.page.get_by_role("radio").first).to_be_visible()
    await at.is_for_everybody()
    for answer in ("usual", "no", "no", "no", "no"):
        before = await at.page.get_by_role("heading", level=2).inner_text()
        await at.cleo.click(at.page.get_by_text(at.said(answer), exact=True))
        await expect(at.page.get_by_role("heading", level=2)).not_to_have_text(before)
    await at.presses("button", "leave out")
    await at.is_for_everybody()
    await at.presses("button", "send")
    await at.reads(at.said("with team"))


async def writes_a_message(at: Sitting) -> None:
    await at.presses("link", "messages")
    await at.types("write", "My ankles are thick again.")
    await at.is_for_everybody()
    await at.presses("button", "send")
    await at.reads(at.said("nobody read"))


async def reads_reports(at: Sitting) -> None:
    await at.presses("link", "reports")
    await expect(at.page.get_by_role("img").first).to_be_visible()


async def sees_who_looked(at: Sitting) -> None:
    await at.presses("link", "looked")
    await at.reads("Test nurse")


async def closes_a_part(at: Sitting) -> None:
    await at.presses("link", "consent")
    await at.presses("switch", "readings")
    switch = at.page.get_by_role("switch", name=at.said("readings"), exact=True)
    await expect(switch.first).not_to_be_checked()


async def takes_everything_along(at: Sitting) -> None:
    await at.presses("link", "data")
    async with at.page.expect_download() as coming:
        await at.presses("link", "everything")
    with zipfile.ZipFile(await (await coming.value).path()) as archive:
        assert "bundle.json" in archive.namelist()


# Each from the day's page, and as many presses as it may take.
JOURNEYS: tuple[tuple[Callable[[Sitting], Awaitable[None]], int], ...] = (
    (sees_an_alert, 0),
    (measures_by_hand, 4),  # measure, both numbers, send
    (reads_a_meter, 2),  # and the choice in the browser's own list
    (does_what_is_due, 2),
    (answers_questions, 9),  # plan, answer, five questions, the note left out, send
    (writes_a_message, 3),  # messages, the field, send
    (reads_reports, 1),
    (sees_who_looked, 1),
    (closes_a_part, 2),
    (takes_everything_along, 2),
)
METERED = 6  # values that wait on the meter
SYSTOLIC, DIASTOLIC = [131.0] * 28, [82.0] * 28  # of the reports (tests.api.test_reports.fill)


async def has_a_plan(ward: Any) -> None:
    """A task and questions, both due now, whatever the clock says."""
    async with await ward.house.client(Role.DOCTOR) as doctor:
        plan = {"condition": "heart_failure", "items": ITEMS, "language": "en"}
        path = f"/api/patients/{ward.house.ids['Cleo']}/plans"
        answer = await doctor.post(path, json=plan)
        assert answer.status_code == 204, answer.text
    await expect_due(ward.house.store, datetime.now(UTC), "UTC")
    await ward.house.store.door().run(sql(DUE_NOW))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_journey_takes_no_more_presses_than_it_may(
    visit: Any, ward: Any, language: Language
) -> None:
    await fill(ward.house)
    await has_a_plan(ward)
    async with await ward.house.client(Role.NURSE) as nurse:
        await nurse.get(f"/api/patients/{ward.house.ids['Cleo']}")
    cleo = await visit(
        viewport=PHONE, timezone_id="UTC", locale=language.value, reduced_motion="reduce"
    )
    at = Sitting(cleo, ward, language)
    newest = datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(hours=1)
    async with meter_of(cleo.page, stored(METERED, 0, newest)[0]):
        await cleo.signs_in(Role.PATIENT)
        for place, (journey, most) in enumerate(JOURNEYS):
            await at.is_at_home(is_anew=place < 2)  # an alert lies over the page it came to
            cleo.clicks = 0
            await journey(at)
            assert cleo.clicks <= most, f"{journey.__name__} in {language}"
            await at.is_for_everybody()
    async with await ward.house.client(Role.DOCTOR) as doctor:
        assert [each["text"] for each in await letters(doctor, ward.house)] == [
            "My ankles are thick again."
        ]
