"""How a patient or a relative is spoken to: by what they chose, else as their browser or their plan
says, else in English and in the house's unit of glucose. Staff are spoken to in English.

What goes out by itself has no browser to ask: `languages_of` is for whatever does.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from homeward.clinical.words import ENGLISH, Speech, glucose_in, glucose_said_in, said_again
from homeward.clinical.words.wanted import preferred
from homeward.model.choice import GlucoseUnit, Language
from homeward.model.person import AT_HOME
from homeward.model.shown import AlarmShown
from homeward.settings import Settings
from homeward.store import Door, queries

Q = queries("homeward.services")


@dataclass(frozen=True, slots=True)
class _Spoken:
    person: int | None
    language: str | None
    glucose_unit: str | None
    of_plan: str | None


async def speech(door: Door, settings: Settings, accepted: str = "") -> Speech:
    """How to speak to who asks; `accepted` is their browser's Accept-Language."""
    me = door.actor
    if me is None or me.role not in AT_HOME:
        return ENGLISH
    asked = {"people": [me.person_id], "patients": [me.patient_id]}
    said = await door.one(Q.spoken, _Spoken, **asked)
    unit = GlucoseUnit(said.glucose_unit or settings.glucose_unit)
    return Speech(_found(said, preferred(accepted)), unit)


async def languages_of(platform: Door, people: Collection[int]) -> Mapping[int, Language]:
    """In which language what goes out to these patients and relatives is said. A choice is its
    owner's alone to read: only the platform's own door finds it."""
    asked = {"people": list(people), "patients": [None] * len(people)}
    rows = await platform.all(Q.spoken, _Spoken, **asked)
    return {row.person: _found(row) for row in rows if row.person is not None}


async def language_of_patient(platform: Door, patient: int, person: int | None) -> Language:
    """The same for a patient, who need not have an account."""
    asked = {"people": [person], "patients": [patient]}
    return _found(await platform.one(Q.spoken, _Spoken, **asked))


def _found(said: _Spoken, browsers: Language | None = None) -> Language:
    return Language(said.language or browsers or said.of_plan or Language.ENGLISH)


async def language_of(door: Door, settings: Settings, accepted: str = "") -> Language | None:
    """In which language who asks is spoken to; None: staff, who see what a patient was told."""
    if door.actor is None or door.actor.role not in AT_HOME:
        return None
    return (await speech(door, settings, accepted)).language


def alarm_for(alarm: AlarmShown, say: Speech) -> AlarmShown:
    """An alarm as who is spoken to so reads it: their words, and glucose in their unit."""
    told = alarm.patient_text and said_again(alarm.patient_text, say.language)
    text = glucose_said_in(alarm.text, say.glucose_unit)
    if text == alarm.text:
        return replace(alarm, patient_text=told)
    return replace(
        alarm, patient_text=told, text=text, value=_glucose(alarm.value, say),
        limit=_glucose(alarm.limit, say),
    )  # fmt: skip


def _glucose(value: float | None, say: Speech) -> float | None:
    return None if value is None else round(glucose_in(value, say.glucose_unit), 1)
