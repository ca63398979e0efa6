"""At which values a patient's team is told, in the patient's words.

Only limits that ring now and that have a word for patients: a rule that is off, or that watches how
fast a value falls, has no number to read on a meter.
"""

from dataclasses import dataclass
from datetime import datetime

from homeward.clinical.limit import shown_unit
from homeward.clinical.setting import InForce
from homeward.clinical.words import WORDS, Speech, glucose_decimals, glucose_in
from homeward.model.vital import GLUCOSE, Vital
from homeward.services.limits_in_force import of_patient
from homeward.store import Door


@dataclass(frozen=True, slots=True)
class ToldAt:
    """Beyond `limit` the team is told: at once, or (`has_to_last`) when it stays so; beyond
    `extreme`, where there is one, at once. `is_own`: somebody set it for this patient. Glucose is
    in the unit its owner chose, which `unit` says."""

    vital: str
    label: str
    unit: str
    decimals: int
    side: str
    limit: float
    extreme: float | None
    has_to_last: bool
    is_own: bool


async def told_at(door: Door, patient: int, say: Speech, now: datetime) -> list[ToldAt]:
    """The limits that hold for a patient now, as they read them. Raises Missing."""
    found = [as_told(each, say) for each in await of_patient(door, patient, now)]
    return [each for each in found if each is not None]


def as_told(each: InForce, say: Speech) -> ToldAt | None:
    """One rule in a patient's words; None where it rings for nothing they can read. Pure."""
    vital, rule = each.default.vital, each.rule
    key = f"today.{vital.name}"
    if rule is None or rule.limit is None or rule.words is None:
        return None
    if len(rule.vitals) > 1 or key not in WORDS[say.language]:
        return None
    at = rule.limit
    return ToldAt(
        vital.name,
        say(key),
        say.glucose_unit.value if vital is GLUCOSE else shown_unit(vital),
        glucose_decimals(say.glucose_unit) if vital is GLUCOSE else vital.decimals,
        str(at.side),
        _own(at.limit, vital, say),
        None if at.extreme is None else _own(at.extreme, vital, say),
        has_to_last=at.delay_seconds > 0,
        is_own=each.trouble is None
        and each.setting is not None
        and each.setting.patient_id is not None,
    )


def _own(value: float, vital: Vital, say: Speech) -> float:
    if vital is not GLUCOSE:
        return value
    return round(glucose_in(value, say.glucose_unit), glucose_decimals(say.glucose_unit))
