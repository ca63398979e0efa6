"""A patient reads their pages in their language, their unit and their letters."""

import json
import os
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from homeward.model.alarm import Priority
from homeward.model.person import Role
from tests.browser.conftest import PHONE
from tests.browser.test_relative import chosen
from tests.browser.test_today import _alerts, _wears

PAGES = (
    "/", "/choices", "/measure", "/plan", "/reports", "/told", "/reached", "/data", "/consent",
    "/looked", "/account", "/from",
)  # fmt: skip
HEADS = {
    "de": ("Mein Plan", "Meine Daten", "Mein Konto"),
    "es": ("Mi plan", "Mis datos", "Mi cuenta"),
    "ar": ("خطتي", "بياناتي", "حسابي"),
}
# A heading below another than the one it is part of.
SKIPPED = """() => {
  const levels = [...document.querySelectorAll("main :is(h1, h2, h3, h4)")].map(h => +h.tagName[1]);
  return levels.some((level, at) => level > (levels[at - 1] ?? 0) + 1) || levels[0] !== 1
    || levels.filter(level => level === 1).length !== 1;
}"""
CUT = """() => [...document.querySelectorAll("main *, header *")].filter(one =>
  getComputedStyle(one).overflowX === "hidden" && one.textContent && !one.closest("svg")
  && one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1)
  .map(one => one.outerHTML.slice(0, 90))"""
SHOTS = os.environ.get("HOMEWARD_SHOTS")


async def _chooses(visitor: Any, **choices: str) -> None:
    """As the page of choices does, from this very page."""
    answer = await visitor.page.evaluate(
        """async (choices) => (await fetch("/api/choices", {method: "PUT", body: choices,
             headers: {"content-type": "application/json"}})).status""",
        json.dumps(choices),
    )
    assert answer == 200


async def _stands(visitor: Any, path: str) -> None:
    await visitor.goes(path)
    await expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    await expect(visitor.page.locator(".mantine-Loader-root, [data-turns]")).to_have_count(0)


async def _turns_to(visitor: Any, path: str) -> None:
    """By a link, as it were: the page is not loaded anew."""
    heading = visitor.page.get_by_role("heading", level=1)
    before = await heading.inner_text()
    await visitor.page.evaluate("(path) => history.pushState(null, '', path)", path)
    await expect(heading).not_to_have_text(before)
    await expect(visitor.page.locator(".mantine-Loader-root, [data-turns]")).to_have_count(0)


async def test_every_page_is_read_in_every_language_by_everybody(visit: Any, ward: Any) -> None:
    await _wears(ward, *((minutes, 120) for minutes in range(4, 60, 5)))
    await _alerts(ward, Priority.MEDIUM)
    patient = await visit(viewport=PHONE, reduced_motion="reduce")
    await patient.signs_in(Role.PATIENT)
    await expect(patient.page.get_by_role("heading", level=1)).to_be_visible()
    root = patient.page.locator("html")
    for language, size in (("de", "larger"), ("es", "large"), ("ar", "larger")):
        await _chooses(patient, language=language, text_size=size, glucose_unit="mmol/L")
        heads = []
        for path in PAGES:
            is_loaded = language == "de" or path == PAGES[0]
            await (_stands if is_loaded else _turns_to)(patient, path)
            where = f"{language} {path}"
            await expect(root).to_have_attribute("lang", language)
            await expect(root).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
            heads.append(await patient.page.get_by_role("heading", level=1).inner_text())
            assert not await patient.scrolls_sideways(), where
            assert await patient.axe_faults() == [], where
            assert not await patient.page.evaluate(SKIPPED), where
            assert await patient.page.evaluate(CUT) == [], where
            if SHOTS:
                shot = Path(SHOTS) / f"{language}{path.replace('/', '-')}.png"
                await patient.page.screenshot(path=shot, full_page=True)
        assert set(HEADS[language]) <= set(heads)


async def test_a_relative_reads_their_pages_in_their_language(visit: Any, ward: Any) -> None:
    await chosen(ward)
    mother = await visit(viewport=PHONE, reduced_motion="reduce")
    await mother.signs_in(Role.RELATIVE)
    await expect(mother.page.get_by_role("heading", level=1)).to_be_visible()
    await _chooses(mother, language="ar", text_size="larger")
    heads = []
    for path in ("/", "/quiet", "/reached", "/account", "/choices"):
        await (_stands if path == "/" else _turns_to)(mother, path)
        await expect(mother.page.locator("html")).to_have_attribute("dir", "rtl")
        heads.append(await mother.page.get_by_role("heading", level=1).inner_text())
        assert not await mother.scrolls_sideways(), path
        assert await mother.axe_faults() == [], path
        if SHOTS:
            shot = Path(SHOTS) / f"relative{path.replace('/', '-')}.png"
            await mother.page.screenshot(path=shot, full_page=True)
    assert {"لا جديد الآن", "ساعات هدوئي", "حسابي"} <= set(heads)


async def test_a_choice_holds_at_once_and_on_the_next_device(visit: Any, ward: Any) -> None:
    # One of them is of today, also just after midnight.
    await _wears(ward, *((minutes, 126) for minutes in range(0, 60, 5)))
    patient = await visit(viewport=PHONE, reduced_motion="reduce")
    await patient.signs_in(Role.PATIENT, "/choices")
    page = patient.page
    await patient.click(page.get_by_role("radio", name="Deutsch"))
    title = page.get_by_role("heading", level=1, name="Sprache, Einheit und Schrift")
    await expect(title).to_be_visible()
    await expect(page.get_by_role("radio", name="Deutsch")).to_be_focused()
    await patient.click(page.get_by_role("radio", name="mmol/L"))
    await patient.click(page.get_by_role("radio", name="Größer"))
    await expect(page.locator("html")).to_have_css("font-size", "24px")
    assert await patient.axe_faults() == []
    phone = await visit(viewport=PHONE)
    await phone.signs_in(Role.PATIENT)
    curve = phone.page.get_by_role("img", name="Kurve des heutigen Blutzuckers")
    await expect(curve).to_have_accessible_name(
        "Kurve des heutigen Blutzuckers. "
        "100 % von heute in Ihrem Zielbereich von 3,9 bis 10,0 mmol/L."
    )
    value = phone.page.locator("article[data-vital=glucose]")
    await expect(value).to_contain_text("7,0 mmol/L")
    await expect(value).not_to_contain_text("mg/dL")
    await phone.goes("/measure")
    await phone.page.get_by_label("Was haben Sie gemessen?").select_option("glucose")
    await expect(phone.page.get_by_label("Einheit")).to_have_value("mmol/L")
    await phone.goes("/reports")
    await expect(phone.page.get_by_role("radio", name="mmol/L")).to_be_checked()


async def test_what_the_server_refuses_is_said_in_the_language_of_who_reads_it(
    visit: Any, ward: Any
) -> None:
    cleo, nurse = await visit(viewport=PHONE), await visit(locale="de")
    await cleo.signs_in(Role.PATIENT)
    await nurse.signs_in(Role.NURSE, "/account")
    cleo.is_refused()
    nurse.is_refused()
    for language, change, old, fresh, end, words in (
        ("de", "Passwort ändern", "Ihr jetziges Passwort", "Das neue", "Ändern",
         "Ihr jetziges Passwort ist ein anderes."),
        ("ar", "تغيير كلمة المرور", "كلمة المرور الحالية", "الجديدة", "تغيير",
         "كلمة مرورك الحالية غير هذه."),
        ("en", "Change password", "The password you have", "The new one", "Change",
         "The password you have now is another one."),
    ):  # fmt: skip
        await _chooses(cleo, language=language)
        await _stands(cleo, "/account")
        await _changes_password(cleo, change, old, fresh, end)
        await expect(cleo.page.get_by_role("alert")).to_have_text(words)
        assert await cleo.axe_faults() == []
        if SHOTS:
            await cleo.page.screenshot(path=Path(SHOTS) / f"refused-{language}.png")
    asked = ("Change password", "The password you have", "The new one", "Change")
    await _changes_password(nurse, *asked)
    told = nurse.page.get_by_role("alert")
    await expect(told).to_have_text("The password you have is another one.")


async def _changes_password(visitor: Any, change: str, old: str, fresh: str, end: str) -> None:
    page = visitor.page
    await page.get_by_role("button", name=change, exact=True).click()
    await page.get_by_label(old, exact=True).fill("not the one I have")
    await page.get_by_label(fresh, exact=True).fill("seven yellow kites above")
    await page.get_by_role("button", name=end, exact=True).click()


async def test_before_signing_in_the_browsers_language_is_spoken_and_staff_read_english(
    visit: Any, house: Any
) -> None:
    visitor = await visit(locale="es-MX")
    await visitor.goes("/")
    page = visitor.page
    await expect(page.get_by_label("Nombre de usuario")).to_be_visible()
    await page.get_by_label("Idioma").select_option("ar")
    await expect(page.get_by_label("اسم الدخول")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert await visitor.axe_faults() == []
    await visitor.signs_in(Role.NURSE, "/account")
    await expect(page.get_by_role("heading", level=1, name="My account")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("dir", "ltr")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
