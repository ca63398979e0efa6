"""How a patient or a relative is spoken to: by what they chose, else as their browser or their plan
says, else in English and in the house's unit of glucose. Staff are spoken to in English."""

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
    language: str | None
    glucose_unit: str | None
    of_plan: str | None


async def speech(door: Door, settings: Settings, accepted: str = "") -> Speech:
    """How to speak to who asks; `accepted` is their browser's Accept-Language."""
    me = door.actor
    if me is None or me.role not in AT_HOME:
        return ENGLISH
    said = await door.one(Q.spoken, _Spoken, person=me.person_id, patient=me.patient_id)
    found = said.language or preferred(accepted) or said.of_plan or Language.ENGLISH
    return Speech(Language(found), GlucoseUnit(said.glucose_unit or settings.glucose_unit))


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
