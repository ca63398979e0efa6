"""What a message says, and above all what it does not."""

import re

import pytest

from homeward.clinical.words import WORDS
from homeward.model.alarm import Kind, Priority
from homeward.model.choice import Language
from homeward.model.message import Way

LOW = WORDS[Language.ENGLISH]["alarm.glucose_very_low"]
CANARIES = ("Zebra", "Quagga", "bed-77", "SpO", "84", "oxygen", "QX-4711", "sugar", "2026")


async def alarmed(reach, patient_text=None):
    house = reach.house
    patient = await house.patient("Zebra Quagga", "Ward 3")
    await house.sql("update patient set record_number = 'QX-4711'")
    await house.sql("update stay set bed = 'bed-77'")
    await house.alarm(patient, "SpO2 84 oxygen low", patient_text=patient_text)
    await house.sql("update alarm set text = 'SpO₂ 84 < 90 %%'")
    await reach.passes()


@pytest.mark.parametrize("may", [False, True])
async def test_no_canary_leaves_by_any_way(reach, may):
    """H-20. The contact alone cannot allow it either: the site has not."""
    for way in Way:
        await reach.contact("nora", way, may_name_health=may)
    await reach.house.sql("update contact set verified = now()")
    await alarmed(reach, "Take 15 g of sugar, Zebra.")
    messages = await reach.taken()
    assert len(messages) == len(Way)
    for message in messages:
        base, _, token = message.link.rpartition("/")
        assert re.fullmatch("[0-9a-f]{32}", token)
        # The site's own address, whose port is any number here, and nothing of the patient.
        assert base == f"{reach.tools.settings.pages_url}/m"
        out = f"{message.title} {message.text} {message.sentence}"
        assert message.sentence == "Homeward: high alarm, Ward 3."
        assert not [canary for canary in CANARIES if canary in out]


@pytest.mark.parametrize(
    ("site", "contact", "verified"),
    [(True, True, False), (True, False, True), (False, True, True)],
)
async def test_each_of_three_must_allow_it(reach, site, contact, verified):
    allow(reach, site)
    await reach.contact("nora", may_name_health=contact)
    if verified:
        await reach.house.sql("update contact set verified = now()")
    await alarmed(reach)
    (message,) = await reach.taken()
    assert message.text == "high alarm, Ward 3."


def allow(reach, site):
    from dataclasses import replace

    settings = replace(reach.tools.settings, messages_may_name_health=site)
    reach.tools = replace(reach.tools, settings=settings)


async def test_where_all_allow_it_the_alarm_is_named_and_its_patient_is_not(reach):
    allow(reach, True)
    await reach.contact("nora", may_name_health=True)
    await reach.house.sql("update contact set verified = now()")
    await alarmed(reach)
    (message,) = await reach.taken()
    assert message.text == "high alarm, Ward 3, bed-77: SpO₂ 84 < 90 %"
    assert "Zebra" not in message.text


async def test_a_patient_is_asked_to_open_their_page(reach):
    house = reach.house
    patient = await house.patient("rosa", "Home care", person="rosa")
    await reach.contact("rosa", priority_min="low")
    await house.alarm(patient, "glucose_low", patient_text="Take 15 g of fast sugar now.")
    await reach.passes()
    (message,) = await reach.taken()
    assert message.sentence == "Homeward: please open your page."


async def test_a_patients_own_words_where_they_allow_it(reach):
    allow(reach, True)
    house = reach.house
    patient = await house.patient("rosa", "Home care", person="rosa")
    await reach.contact("rosa", may_name_health=True, priority_min="low")
    await house.sql("update contact set verified = now()")
    await house.alarm(patient, "glucose_low", patient_text="Take 15 g of fast sugar now.")
    await reach.passes()
    (message,) = await reach.taken()
    assert message.text == "Take 15 g of fast sugar now."


async def test_trouble_of_the_platform_says_so(reach):
    await reach.contact("nora")
    await reach.house.alarm(None, "trouble_disk", Priority.MEDIUM, Kind.TECHNICAL)
    await reach.passes()
    (message,) = await reach.taken()
    assert message.text == "medium alarm, the platform itself."


async def test_several_wards_are_named_or_counted(reach):
    await reach.contact("nora")
    for number in range(3):
        await reach.house.ward(f"W{number}", "nora")
        await reach.house.alarm(await reach.house.patient(f"p{number}", f"W{number}"))
    await reach.passes()
    (message,) = await reach.taken()
    assert message.text == "3 alarms, 3 high, 3 wards."


SPOKEN = {
    "de": ("bitte öffnen Sie Ihre Seite.", "dringender Alarm, Ward 3.", "Öffnen"),
    "es": ("abra su página, por favor.", "alarma urgente, Ward 3.", "Abrir"),
    "ar": ("من فضلك افتح صفحتك.", "إنذار عاجل، Ward 3.", "افتح"),
}


@pytest.mark.parametrize("language", SPOKEN)
async def test_everybody_is_told_in_the_language_they_chose(reach, language):
    """H-20. No word of the patient's is in it, in any language."""
    await told_at_ward(reach, LOW)
    await chooses(reach, "rosa", language)
    await chooses(reach, "mia", language)
    to_patient, to_relative, opens = SPOKEN[language]
    await reach.passes()
    said = {message.address.partition("@")[0]: message for message in await reach.taken()}
    assert {name: message.text for name, message in said.items()} == {
        "rosa": to_patient, "mia": to_relative, "nora": "high alarm, Ward 3.",
    }  # fmt: skip
    assert (said["rosa"].open_word, said["nora"].open_word) == (opens, "Open")


@pytest.mark.parametrize("language", SPOKEN)
async def test_where_it_may_be_named_the_patients_words_are_in_the_readers_language(
    reach, language
):
    allow(reach, True)
    await told_at_ward(reach, LOW, may_name_health=True)
    await reach.house.sql("update contact set verified = now()")
    await chooses(reach, "mia", language)
    await reach.passes()
    said = {message.address.partition("@")[0]: message.text for message in await reach.taken()}
    assert said["rosa"] == LOW
    assert said["mia"].endswith(WORDS[Language(language)]["alarm.glucose_very_low"])
    assert said["nora"].endswith("SpO₂ 84 < 90 %")


async def test_who_never_chose_is_told_in_the_language_of_the_plan(reach):
    """And so is who the patient has told: of their own language nobody knows more."""
    await told_at_ward(reach, LOW)
    await reach.house.sql(
        "insert into plan (patient_id, condition, body, made, made_by) select patient.id, 'copd',"
        " '{}', now(), person.id from patient, person where person.name = 'nora'"
    )
    await reach.house.sql(
        "insert into plan_due (plan_id, patient_id, item, kind, vitals, language, zone, at, day,"
        " opens, closes, nudge) select id, patient_id, 'x', 'task', '{}', 'es', 'UTC', now(),"
        " now(), now(), now(), now() from plan"
    )
    await reach.passes()
    said = {message.address.partition("@")[0]: message.text for message in await reach.taken()}
    assert said == {
        "rosa": SPOKEN["es"][0], "mia": SPOKEN["es"][1], "nora": "high alarm, Ward 3.",
    }  # fmt: skip


async def told_at_ward(reach, words, **contact):
    """Rosa lies on Ward 3, where Nora is; Mia is to be told."""
    house = reach.house
    patient = await house.patient("rosa", "Ward 3", person="rosa")
    await house.person("mia", "relative")
    await house.sql(
        "insert into relative (patient_id, person_id, priorities, since, made)"
        " values (%(patient)s, %(mia)s, '{high}', %(now)s, %(now)s)",
        patient=patient, mia=house.people["mia"], now=house.now,
    )  # fmt: skip
    for name in ("rosa", "mia", "nora"):
        await reach.contact(name, priority_min="low", **contact)
    await house.alarm(patient, "glucose_low", patient_text=words)
    await house.sql("update alarm set text = 'SpO₂ 84 < 90 %%'")


async def chooses(reach, name, language):
    await reach.house.sql(
        "insert into person_choice (person_id, language, changed)"
        " select id, %(language)s, now() from person where name = %(name)s",
        name=name, language=language,
    )  # fmt: skip
