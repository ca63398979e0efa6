"""What patients are told in each language: nothing is missing, and nothing is lost between them."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter

import pytest

import homeward
from homeward.cli._patient_export import FOR_WHOM, WHAT_FOR
from homeward.clinical.flagged import Flagged
from homeward.clinical.flagged import to_tell as flagged_answers
from homeward.clinical.plan import Kind
from homeward.clinical.plan_templates import TEMPLATES
from homeward.clinical.rules import RULES
from homeward.clinical.score import discover
from homeward.clinical.signals.bedside import ARTEFACT_TEXT, POOR_TEXT
from homeward.clinical.signals.claim import Shown
from homeward.clinical.signals.rules import RULES as WAVE_RULES
from homeward.clinical.words import (
    ENGLISH,
    SAID_AGAIN,
    WHAT,
    WORDS,
    Speech,
    beside,
    glucose_in,
    glucose_said_in,
    orders,
    said_again,
)
from homeward.clinical.words.alarm_text import alarm_text
from homeward.clinical.words.former import FORMER
from homeward.model.alarm import Priority
from homeward.model.choice import GlucoseUnit, Language
from homeward.model.person import Role
from homeward.model.total import METRIC
from homeward.model.unit import in_own_unit
from homeward.model.vital import GLUCOSE, VITALS
from homeward.services.fleet.fleet import EDGE, EXPECTS
from homeward.services.release.accounting import went_again
from homeward.standards.gatt.beside import _BUILT  # pyright: ignore[reportPrivateUsage]
from homeward.standards.gatt.cgm import SESSION_START
from homeward.standards.gatt.field import Kind as FieldKind
from homeward.standards.gatt.glucose import CONTEXT
from homeward.standards.gatt.number import (
    NAN,
    NEGATIVE_INFINITY,
    NRES,
    POSITIVE_INFINITY,
    RESERVED,
)
from homeward.standards.gatt.profiles import CHARACTERISTICS
from tests.clinical.test_rules import ALL_CASES, moments, play

OTHERS = [each for each in Language if each is not Language.ENGLISH]
# Written alike in two languages, or nothing but its placeholders.
ALIKE = {
    "message.where", "message.full", "glucose.gmi", "weight.trend", "glucose.median",
    "summary.name", "summary.alarm", "beside.name.hba1c", "monitor.against", "monitor.score",
    "monitor.alone",
}  # fmt: skip
NAMES = {"patient_text", "extreme_patient_text"}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_key_with_the_same_placeholders(language: Language) -> None:
    english, words = WORDS[Language.ENGLISH], WORDS[language]
    assert words.keys() == english.keys()
    wrong = [
        key for key, text in words.items()
        if not text.strip() or placeholders(text) != placeholders(english[key])
        or (text == english[key] and key not in ALIKE)
    ]  # fmt: skip
    assert wrong == []


def test_the_summary_has_a_word_for_each_vital_sign_total_and_role() -> None:
    names = {f"vital.{each.name}" for each in VITALS} | {f"metric.{each}" for each in METRIC}
    names |= {f"role.{each}" for each in Role if each is not Role.SENTINEL}
    names |= {f"priority.{each}" for each in Priority}
    assert {f"summary.{each}" for each in names} <= WORDS[Language.ENGLISH].keys()


def test_what_a_meter_says_beside_its_number_has_words() -> None:
    fields = [
        field
        for each in CHARACTERISTICS
        if each is CONTEXT or any(field.kind is FieldKind.TIME for field in each.fields)
        for field in each.fields
        if not field.vital and field.name not in _BUILT and each is not SESSION_START
    ]
    words = {word for field in fields for _, word in (*field.words, *field.absent)}
    words |= {bit.name for field in fields for bit in field.bits}
    words |= {NAN, NRES, POSITIVE_INFINITY, NEGATIVE_INFINITY, RESERVED}
    assert words <= beside.WORDS.keys()
    assert {field.name for field in fields} == beside.NAMES.keys()


@pytest.mark.parametrize("language", OTHERS)
def test_what_the_rules_say_is_said_again_in_every_language(language: Language) -> None:
    texts = {
        finding.text
        for rule, case, unit in (each.values for each in ALL_CASES)
        for finding in play(rule, moments(rule, case, unit), unit)[1]
    }
    for rule in WAVE_RULES:
        texts.add(rule.words(Shown("II", 0.0, 30.0 if rule.unit else None)))
    texts |= {ARTEFACT_TEXT, POOR_TEXT}
    assert len(texts) > 40
    say = Speech(language)
    assert [text for text in texts if alarm_text(text, say) == text] == []


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("Glucose 2.8 < 3.0 mmol/L", "Blutzucker 2,8 < 3,0 mmol/L"),
        ("SpO₂ 91, was < 90 %", "Sauerstoffsättigung 91, war < 90 %"),
        ("Resp: nothing for 2 h 5 min", "Atemfrequenz: nichts seit 2 h 5 min"),
        ("monitor-3: nothing for 12 s", "monitor-3: nichts seit 12 s"),
        ("cuff: Arterial line off for 9 s", "cuff: arterieller Zugang ab seit 9 s"),
        ("NEWS2 7: emergency (Temp, Pulse missing)",
         "NEWS2 7: Notfall (es fehlt: Temperatur, Puls)"),
        ("Missed at home: Systolic and Diastolic, due 07:00, and 1 more",
         "Zu Hause versäumt: Blutdruck, oberer Wert, Blutdruck, unterer Wert, fällig um 07:00, "
         "und 1 weitere"),
        ("Observations overdue by 50 min: Temp, respiratory_rate",
         "Messungen überfällig seit 50 min: Temperatur, Atemfrequenz"),
        ("Our own score 5: somebody should look", "Our own score 5: somebody should look"),
    ],
)  # fmt: skip
def test_an_alarm_of_the_summary_is_in_the_readers_words(text: str, german: str) -> None:
    assert alarm_text(text, Speech(Language.GERMAN)) == german
    assert alarm_text(text, ENGLISH) == text


def test_every_rule_and_kind_of_device_of_ours_has_words() -> None:
    assert orders.RULES.keys() == {rule.name for rule in RULES}
    assert {EDGE, "patient app", "cloud", *EXPECTS} <= orders.KINDS.keys()
    assert orders.SCORES.keys() == {score.name for score in discover()}


@pytest.mark.parametrize("language", OTHERS)
def test_what_went_to_whom_is_said_again_and_what_somebody_said_stays(language: Language) -> None:
    say = Speech(language)
    written = {texts[0].replace("{form}", "csv") for texts in orders.WENT.values()}
    written |= {FOR_WHOM, WHAT_FOR, *(f"An alarm: {each} priority" for each in Priority)}
    assert [text for text in written if went_again(text, say) == text] == []
    assert "csv" in went_again("Readings and waveforms, as csv", say)
    assert went_again("The court of Ulm", say) == "The court of Ulm"


@pytest.mark.parametrize("language", list(Language))
def test_no_two_of_what_is_said_again_are_the_same(language: Language) -> None:
    texts = [text for key, text in WORDS[language].items() if key.startswith(SAID_AGAIN)]
    assert len(texts) == len(set(texts))


def said_in_the_code() -> set[str]:
    """Every text for patients that is written in our code, the catalogues apart."""
    found: set[str] = set()
    folder = Path(homeward.__file__).parent
    for file in folder.rglob("*.py"):
        if file.parent.name == "words":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.keyword) and node.arg in NAMES:
                found |= texts_of(node.value)
            is_named = isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None
            if is_named and "PATIENT_TEXT" in ast.unparse(node).split("=")[0]:
                found |= texts_of(node.value)
    return found


def texts_of(node: ast.AST | None) -> set[str]:
    strings = (each for each in ast.walk(node) if isinstance(each, ast.Constant)) if node else ()
    return {each.value for each in strings if isinstance(each.value, str) and " " in each.value}


def test_what_the_rules_say_to_patients_is_in_the_catalogue_and_nothing_else_is() -> None:
    english = {text for key, text in WORDS[Language.ENGLISH].items() if key.startswith("alarm.")}
    said = said_in_the_code()
    assert len(said) > 20
    now = datetime(2026, 5, 4, 9, tzinfo=UTC)
    flagged = flagged_answers([Flagged(1, now, now, "en", is_heard=False)])
    assert flagged is not None
    assert said | {flagged.patient_text} == english


def test_the_lines_of_plans_that_came_along_are_in_the_catalogue() -> None:
    labels = {item.label for plan in TEMPLATES.values() for item in plan.items}
    words = WORDS[Language.ENGLISH].items()
    assert labels == {text for key, text in words if key.startswith("template.")}


@pytest.mark.parametrize("told_in", list(Language))
@pytest.mark.parametrize("read_in", list(Language))
def test_what_was_told_in_one_language_is_read_in_another(
    told_in: Language, read_in: Language
) -> None:
    for key, text in WORDS[told_in].items():
        if key.startswith(SAID_AGAIN):
            assert said_again(text, read_in) == WORDS[read_in][key]
    whats = [key for key in WORDS[told_in] if key.startswith(WHAT)]
    for kind in Kind:
        for what in whats if kind is Kind.MEASURE else whats[:1]:
            told, wanted = (
                Speech(each)(f"plan.{kind}", what=Speech(each)(what), at="07:30")
                for each in (told_in, read_in)
            )
            assert said_again(told, read_in) == wanted


@pytest.mark.parametrize("read_in", list(Language))
def test_what_was_told_before_it_was_worded_better_is_read_in_every_language(
    read_in: Language,
) -> None:
    assert len(FORMER) > 7
    for text, key in FORMER.items():
        assert said_again(text, read_in) == WORDS[read_in][key]
        assert text not in {words[key] for words in WORDS.values()}


def test_what_is_none_of_ours_is_read_as_it_was_told() -> None:
    for text in ("", "Take 15 g of sugar.", "Please measure your mood now. It was due at 07:30."):
        assert said_again(text, Language.GERMAN) == text
    ours = WORDS[Language.ENGLISH]["alarm.glucose_low"]
    assert said_again(ours, None) == ours


def test_numbers_and_days_are_written_as_in_their_language() -> None:
    shown = {}
    for language in Language:
        say = Speech(language)
        at = datetime(2026, 3, 5, 7, 30, tzinfo=UTC)
        shown[language.value] = (
            say.number(1234.5, 1, in_groups=True), say.number(2.8, 1, has_sign=True),
            say.percent(12.34), say.percent(None), say.day(date(2026, 3, 5)), say.minute(at),
        )  # fmt: skip
    assert shown == {
        "en": ("1,234.5", "+2.8", "12.3 %", "--", "2026-03-05", "2026-03-05 07:30"),
        "de": ("1.234,5", "+2,8", "12,3 %", "--", "05.03.2026", "05.03.2026 07:30"),
        "es": ("1.234,5", "+2,8", "12,3 %", "--", "05/03/2026", "05/03/2026 07:30"),
        "ar": ("1,234.5", "\u200e+2.8", "\u206612.3 %\u2069", "--", "05/03/2026",
               "05/03/2026 07:30"),
    }  # fmt: skip


def test_a_glucose_there_and_back_is_the_same() -> None:
    for value in (20.0, 54.0, 69.9, 180.0, 600.0):
        there = glucose_in(value, GlucoseUnit.MMOL_L)
        assert in_own_unit(GLUCOSE, there, "mmol/L") == pytest.approx(value)
        assert glucose_in(value, GlucoseUnit.MG_DL) == value


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Glucose 50 < 54 mg/dL", "Glucose 2.8 < 3.0 mmol/L"),
        ("Glucose 53.9 < 54 mg/dL", "Glucose 2.99 < 3.00 mmol/L"),
        ("Glucose 72, was < 70 mg/dL", "Glucose 4.0, was < 3.9 mmol/L"),
        ("Glucose 250 > 180 mg/dL", "Glucose 13.9 > 10.0 mmol/L"),
        ("Glucose 112 mg/dL, falling 2.3 mg/dL/min", "Glucose 6.2 mmol/L, falling 0.13 mmol/L/min"),
        ("Glucose 112 mg/dL, was falling fast", "Glucose 6.2 mmol/L, was falling fast"),
        ("SpO₂ 84 < 90 %", "SpO₂ 84 < 90 %"),
        ("Missed at home: Glucose, due 07:00", "Missed at home: Glucose, due 07:00"),
    ],
)
def test_a_monitors_glucose_is_read_in_ones_own_unit(text: str, wanted: str) -> None:
    assert glucose_said_in(text, GlucoseUnit.MMOL_L) == wanted
    assert glucose_said_in(text, GlucoseUnit.MG_DL) == text


@pytest.mark.parametrize("written", ["70", "69.5"])
def test_a_limit_of_glucose_is_told_with_its_unit(written: str) -> None:
    text = f"Watched for glucose low: from {written}"
    assert glucose_said_in(text, GlucoseUnit.MG_DL) == f"{text} mg/dL"
    assert glucose_said_in(text, GlucoseUnit.MMOL_L) == "Watched for glucose low: from 3.9 mmol/L"
    other = "Watched for heart rate low: from 40"
    assert glucose_said_in(other, GlucoseUnit.MMOL_L) == other


def test_whatever_a_rule_says_of_glucose_is_told_in_ones_own_unit() -> None:
    """Every finding of every case that clinicians read."""
    said: set[str] = set()
    for case in ALL_CASES:
        rule, written, unit = case.values
        if GLUCOSE not in rule.vitals:
            continue
        is_open = False
        for windows in moments(rule, written, unit):
            finding = rule.judge(windows[GLUCOSE.name], is_open)
            is_open = finding is not None
            said |= {finding.text} if finding else set()
    assert len(said) > 10
    for text in said:
        told = glucose_said_in(text, GlucoseUnit.MMOL_L)
        assert told.count("mmol/L") == text.count("mg/dL") >= 1
        assert "mg/dL" not in told


def test_a_key_that_is_none_is_no_empty_word() -> None:
    with pytest.raises(KeyError):
        ENGLISH("today.horoscope")
