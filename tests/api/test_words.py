"""A patient is spoken to in their language and their unit, on every route that has words."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from homeward.api.app import every_route
from homeward.clinical.episode import Key
from homeward.clinical.words import WORDS, Speech
from homeward.clinical.words.wanted import preferred
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.choice import Language
from homeward.model.person import Role
from homeward.services.call.converge import converge
from homeward.services.watch.ledger import Change, write
from tests.api.conftest import House, sql
from tests.api.test_reports import fill, put, texts

LOW = WORDS[Language.ENGLISH]["alarm.glucose_very_low"]
# Curves for drawing, each with its unit, and files for other systems: data, and not words.
DATA = (
    "/trend", "/totals", "/export", "/treatments", "/meter-records", "/disclosures/file",
    "/consents/fhir",
)  # fmt: skip
LIMIT = """
    insert into rule_setting (rule, patient_id, choice, limit_value, clear_limit, delay_seconds,
        clear_seconds, set_at, set_by, by_role, reason)
    select 'glucose_low', %(patient)s, 'limit', 80, 90, 0, 0, now(), id, 'doctor', 'Falls'
    from person where role = 'doctor'"""
SWITCH = """
    insert into score_switch (score, is_on, patient_id, reason, at, set_by)
    select 'news2', false, %(patient)s, 'At home', now(), id from person where role = 'doctor'"""
# How a limit, an alarm and the device that is worn are said there.
ON_PAPER = {
    Language.ENGLISH: ("Watched for glucose low: from 80 mg/dL", "Glucose 50 < 54 mg/dL", "cgm"),
    Language.GERMAN: (
        "Überwacht auf niedrigen Blutzucker: ab 80 mg/dL", "Blutzucker 50 < 54 mg/dL",
        "Glukosesensor",
    ),
    Language.SPANISH: (
        "Vigilancia de glucosa baja: desde 80 mg/dL", "Glucosa 50 < 54 mg/dL",
        "sensor de glucosa",
    ),
    Language.ARABIC: (
        "مراقبة انخفاض السكر: من \u206680 mg/dL\u2069", "سكر الدم: \u206650 < 54 mg/dL\u2069",
        "مستشعر سكر",
    ),
}  # fmt: skip


async def is_low(house: House) -> None:
    """Cleo's glucose is low, and was measured."""
    now = datetime.now(UTC)
    finding = Finding(Priority.HIGH, "Glucose 50 < 54 mg/dL", now, 50.0, 54.0, LOW)
    change = Change(Key("glucose_low", house.ids["Cleo"]), Kind.PHYSIOLOGICAL, now, finding)
    await write(house.store, house.tools.bus, [change])
    await put(house, "Cleo", "glucose", [now - timedelta(minutes=1)], [50.0])


async def chooses(client: httpx.AsyncClient, **said: str) -> None:
    assert (await client.put("/api/choices", json=said)).status_code == 200


async def glucose_today(client: httpx.AsyncClient) -> Any:
    today = (await client.get("/api/today")).json()
    return today, next(each for each in today["vitals"] if each["vital"] == "glucose")


@pytest.mark.parametrize("language", list(Language))
async def test_today_is_in_the_patients_language(house: House, language: Language) -> None:
    await is_low(house)
    words = WORDS[language]
    async with await house.client(Role.PATIENT) as cleo:
        await chooses(cleo, language=language.value)
        today, glucose = await glucose_today(cleo)
        assert glucose["label"] == words["today.glucose"]
        assert glucose["words"] == words["today.glucose.low"]
        assert [each["text"] for each in today["alarms"]] == [words["alarm.glucose_very_low"]]
        assert today["next"][0] == {
            "title": words["next.now"], "detail": words["alarm.glucose_very_low"]
        }  # fmt: skip


async def test_what_was_chosen_beats_the_browser_which_beats_the_plan(house: House) -> None:
    await is_low(house)
    nurse = await house.client(Role.NURSE)
    items = [{"key": "walk", "kind": "task", "label": "A walk of ten minutes", "at": ["15:00"]}]
    plan = {"condition": "copd", "items": items, "language": "es"}
    path = f"/api/patients/{house.ids['Cleo']}/plans"
    assert (await nurse.post(path, json=plan)).status_code == 204
    now = datetime.now(UTC)
    due = """
        insert into plan_due (plan_id, patient_id, item, kind, vitals, language, zone, at, day,
            opens, closes, nudge)
        select id, patient_id, 'walk', 'task', '{}', 'es', 'UTC', now(), now(), now(), now(), now()
        from plan"""
    await house.store.door().run(sql(due))
    assert now < datetime.now(UTC)
    async with await house.client(Role.PATIENT) as cleo:
        for accepted, chosen, wanted in (
            ("", None, "es"), ("fr-FR,fr;q=0.9", None, "es"), ("de-AT,en;q=0.5", None, "de"),
            ("de-AT,en;q=0.5", "ar", "ar"),
        ):  # fmt: skip
            if chosen:
                await chooses(cleo, language=chosen)
            cleo.headers["accept-language"] = accepted
            _, glucose = await glucose_today(cleo)
            assert glucose["label"] == WORDS[Language(wanted)]["today.glucose"], accepted
            shown = (await cleo.get(path)).json()["plans"][0]["items"][0]["label"]
            assert shown == WORDS[Language(wanted)]["template.walk"]
    shown = (await nurse.get(path, headers={"accept-language": "de"})).json()
    assert shown["plans"][0]["items"][0]["label"] == "A walk of ten minutes"
    await nurse.aclose()


async def test_nowhere_is_a_glucose_in_another_unit_than_was_chosen(house: House) -> None:
    await fill(house)
    await is_low(house)
    cleo = await house.client(Role.PATIENT)
    await chooses(cleo, glucose_unit="mmol/L", language="de")
    values = {"patient_id": house.ids["Cleo"], "name": "glucose", "delivery_id": 1}
    asked, found = 0, 0
    for route in every_route():
        is_asked = route.method == "GET" and Role.PATIENT in route.roles
        if not is_asked or route.path.endswith(DATA):
            continue
        answer = await cleo.get(route.path.format(**values))
        assert answer.status_code in {200, 404}, route.path
        asked += 1
        found += "mmol/L" in answer.text
        # What is said in both units is said in theirs.
        wrong = re.findall(r"mg/dL(?! \(\d)|Glucose (?:50|54)\b", answer.text)
        assert wrong == [], f"{route.path}: {answer.text}"
    assert asked >= 15
    assert found >= 4, "today, alarms, the report, and what was chosen"
    _, glucose = await glucose_today(cleo)
    assert (glucose["value"], glucose["unit"]) == (2.8, "mmol/L")
    (alarm,) = (await cleo.get(f"/api/patients/{house.ids['Cleo']}/alarms")).json()
    assert (alarm["text"], alarm["value"], alarm["limit"]) == ("Glucose 2.8 < 3.0 mmol/L", 2.8, 3.0)
    await cleo.aclose()
    async with await house.client(Role.NURSE) as nurse:
        (alarm,) = (await nurse.get(f"/api/patients/{house.ids['Cleo']}/alarms")).json()
        assert (alarm["text"], alarm["value"]) == ("Glucose 50 < 54 mg/dL", 50.0)
        assert alarm["patient_text"] == LOW


async def test_a_report_speaks_as_its_reader_chose_on_screen_and_on_paper(house: House) -> None:
    await fill(house)
    at = f"/api/patients/{house.ids['Cleo']}/reports"
    cleo = await house.client(Role.PATIENT)
    english: dict[str, list[str]] = {}
    for language in Language:
        await chooses(cleo, language=language.value)
        words = WORDS[language]
        for name in ("glucose", "pressure", "weight", "oximetry"):
            page = (await cleo.get(f"{at}/{name}")).json()["page"]
            assert page["title"] == words[name]
            said = [page["span"], page["lacking"], *page["notes"], *page["head"]]
            said += [each["name"] for each in page["figures"]]
            said += [page["plot"]["label"], *(each["name"] for each in page["plot"]["curves"])]
            if language is Language.ENGLISH:
                english[name] = said
            alike = set(said) & set(english[name]) - {"", "GMI", "Trend", "Median"}
            assert bool(alike) == (language is Language.ENGLISH), alike
            paper = await cleo.get(f"{at}/{name}/paper")
            assert paper.content.startswith(b"%PDF-")
    weight = (await cleo.get(f"{at}/weight")).json()["page"]
    signed = [each["value"] for each in weight["figures"] if "+" in each["value"]]
    assert signed[0].startswith("\u2066\u200e+"), "its sign stays before it amid Arabic"
    await chooses(cleo, language="de")
    weight = (await cleo.get(f"{at}/weight")).json()["page"]
    assert "+2,8 kg" in {each["value"] for each in weight["figures"]}
    assert all(re.fullmatch(r"\d\d\.\d\d\.\d{4}", row[0]) for row in weight["rows"])
    asked = (await cleo.get(f"{at}/glucose", params={"unit": "mmol/L"})).json()["page"]
    assert "Im Zielbereich, 3,9 bis 10,0" in {each["name"] for each in asked["figures"]}
    await cleo.aclose()


async def test_on_paper_arabic_says_what_the_screen_says(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from homeward.services.report import drawing, routes

    drawn: list[str] = []

    def sheet(made: Any) -> bytes:
        drawn.extend(texts(drawing.laid_out(made)))
        return drawing.sheet(made)

    monkeypatch.setattr(routes, "sheet", sheet)
    await fill(house)
    async with await house.client(Role.PATIENT) as cleo:
        await chooses(cleo, language="ar", glucose_unit="mmol/L")
        at = f"/api/patients/{house.ids['Cleo']}/reports/glucose"
        page = (await cleo.get(at)).json()["page"]
        answer = await cleo.get(f"{at}/paper")
        assert answer.content.startswith(b"%PDF-")
        assert answer.content.count(b"/FontFile2") == 2, "Latin and Arabic letters"
        assert answer.content.count(b"/Type /Page\n") == 1
    assert WORDS[Language.ARABIC]["glucose"] in drawn
    for figure in page["figures"]:
        assert figure["name"] in drawn
        assert figure["value"] in drawn
    # The first column stands at the right, where one begins to read.
    heads = list(reversed(page["head"]))
    assert heads in [drawn[place : place + len(heads)] for place in range(len(drawn))]
    assert any("mmol/L" in text for text in drawn)
    assert not any("mg/dL" in text for text in drawn)


async def test_a_relative_reads_in_their_own_language_what_the_patient_was_told(
    house: House,
) -> None:
    async with (
        await house.client(Role.PATIENT) as cleo,
        await house.client(Role.RELATIVE) as relative,
    ):
        body = {"name": "Mia", "priorities": ["high"]}
        path = f"/api/patients/{house.ids['Cleo']}"
        token = (await cleo.post(f"{path}/invitations", json=body)).json()["token"]
        await relative.post("/api/invitation/accept", json={"token": token})
        await is_low(house)
        await converge(house.store, house.tools.bus, datetime.now(UTC), 120)
        await asyncio.gather(chooses(cleo, language="de"), chooses(relative, language="es"))
        (told,) = (await relative.get("/api/told")).json()["told"]
        assert told["text"] == WORDS[Language.SPANISH]["alarm.glucose_very_low"]
        (told,) = (await cleo.get(f"{path}/telling")).json()["told"]
        assert told["text"] == WORDS[Language.GERMAN]["alarm.glucose_very_low"]
    async with await house.client(Role.NURSE) as nurse:
        (told,) = (await nurse.get(f"{path}/telling")).json()["told"]
        assert told["text"] == LOW


async def test_the_summary_of_ones_record_has_glucose_in_the_unit_that_was_chosen(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from homeward.services import paper as sheets
    from homeward.services.release import summary

    written: list[str] = []

    def paper(title: str, lead: str, parts: list[sheets.Part], say: Speech) -> bytes:
        for part in parts:
            written.extend([part.title, *part.curves, *(" ".join(row) for row in part.rows)])
        return sheets.paper(title, lead, parts, say)

    monkeypatch.setattr(summary, "paper", paper)
    await fill(house)
    await is_low(house)
    await house.store.door().run(sql(LIMIT), patient=house.ids["Cleo"])
    path = f"/api/patients/{house.ids['Cleo']}/export/summary"
    async with await house.client(Role.PATIENT) as cleo:
        await chooses(cleo, glucose_unit="mmol/L")
        answer = await cleo.get(path)
        assert answer.content.startswith(b"%PDF-")
    assert not [text for text in written if "mg/dL" in text]
    for wanted in ("Glucose (mmol/L) 2.8 ", "Glucose 2.8 < 3.0 mmol/L", "from 4.4 mmol/L"):
        assert [text for text in written if wanted in text], wanted


@pytest.mark.parametrize("language", list(Language))
async def test_the_summary_of_ones_record_is_in_the_language_that_was_chosen(
    house: House, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    from homeward.services import paper as sheets
    from homeward.services.release import summary

    written: list[str] = []

    def paper(title: str, lead: str, parts: list[sheets.Part], say: Speech) -> bytes:
        written.extend([title, lead])
        for part in parts:
            written.extend([part.title, *part.head, *part.curves])
            written.extend(cell for row in part.rows for cell in row)
        return sheets.paper(title, lead, parts, say)

    monkeypatch.setattr(summary, "paper", paper)
    await fill(house)
    await is_low(house)
    await house.store.door().run(sql(LIMIT), patient=house.ids["Cleo"])
    await house.store.door().run(sql(SWITCH), patient=house.ids["Cleo"])
    await house.store.door().run(
        sql("with worn as (insert into device (name, kind) values ('cgm-8', 'cgm') returning id)"
            " insert into association (device_id, patient_id, starts, source)"
            " select id, %(patient)s, now(), 'test' from worn"),
        patient=house.ids["Cleo"],
    )  # fmt: skip
    await converge(house.store, house.tools.bus, datetime.now(UTC), 120)
    async with await house.client(Role.PATIENT) as cleo:
        await chooses(cleo, language=language)
        answer = await cleo.get(f"/api/patients/{house.ids['Cleo']}/export/summary")
        assert answer.content.startswith(b"%PDF-")
    say = Speech(language)
    for key in ("who", "born", "vitals", "alarms", "told", "on", "priority.high", "seen", "went"):
        assert say(f"summary.{key}") in written, key
    assert say("summary.title", name="Cleo") in written
    assert say("alarm.glucose_very_low") in written, "what they were told"
    assert any(each.startswith(say("summary.vital.glucose")) for each in written)
    assert set(ON_PAPER[language]) <= set(written)
    assert say("summary.order.score.off", subject=say("summary.score.news2")) in written
    assert {say(f"summary.went.{each}") for each in ("page", "summary", "copy")} <= set(written)
    others = {words for key, words in WORDS[Language.ENGLISH].items() if key.startswith("summary.")}
    mine = {words for key, words in WORDS[language].items() if key.startswith("summary.")}
    assert not (others - mine) & set(written)


@pytest.mark.parametrize(
    ("accepted", "wanted"),
    [
        ("", None), ("*", None), ("de", "de"), ("ES-mx", "es"), ("fr,ar;q=0.3", "ar"),
        ("en;q=0.1, de;q=0.9", "de"), ("de;q=0", None), ("de;q=x, en;q=0.2", "en"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"), ("," * 5000 + "de", None), ("de;q=nan", None),
    ],
)  # fmt: skip
def test_the_language_a_browser_wants_most(accepted: str, wanted: str | None) -> None:
    assert preferred(accepted) == wanted
