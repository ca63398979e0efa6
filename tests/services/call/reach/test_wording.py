"""What a message says, and above all what it does not."""

import re

import pytest

from homeward.model.alarm import Kind, Priority
from homeward.model.message import Way

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
