"""Plans to begin with, by condition. Each is a start: carers change it for their patient.

How often: diabetes, ADA Standards of Care 2024 section 7 (who wears no continuous sensor measures
before meals and at bedtime); hypertension, ESH 2021 (J Hypertens 39:1293: twice in the morning and
evening, for the seven days before a visit); heart failure, ESC 2021 (Eur Heart J 42:3599: weight
daily); COPD and post-discharge, Homeward's own choice; pregnancy, NICE NG133 (home blood pressure,
daily at least where it is raised). The COPD Assessment Test and the Kansas City Cardiomyopathy
Questionnaire are licensed: no template names them. PHQ-9 is free to use (Pfizer: no permission
required to reproduce, translate or display), and named by its canonical address.
"""

from collections.abc import Mapping
from datetime import time
from types import MappingProxyType

from homeward.clinical.plan import Item, Kind, Plan

MORNING, NOON, EVENING, NIGHT = time(7), time(12, 30), time(19), time(22)
MONDAY = (0,)
PHQ9 = "http://loinc.org/q/44249-1"


def _measure(key: str, label: str, *vitals: str, at: tuple[time, ...]) -> Item:
    return Item(key, Kind.MEASURE, label, at, vitals=vitals)


_PRESSURE = _measure(
    "pressure", "Blood pressure, twice, a minute apart", "systolic", "diastolic",
    at=(MORNING, EVENING),
)  # fmt: skip
_WEIGHT = _measure("weight", "Weight, before breakfast", "weight", at=(MORNING,))
_OXYGEN = _measure("oxygen", "Oxygen saturation, at rest", "oxygen_saturation",
                   at=(MORNING, EVENING))  # fmt: skip
_MEDICINE = Item("medicine", Kind.MEDICINE, "Medicines of the morning", (time(8),))
_MOOD = Item("mood", Kind.QUESTIONNAIRE, "How I have felt (PHQ-9)", (time(10),), MONDAY,
             reference=PHQ9)  # fmt: skip


def _check(name: str) -> Item:
    """A daily check of symptoms (clinical.questionnaires)."""
    return Item("check", Kind.QUESTIONNAIRE, "How I am today", (time(9),),
                reference=f"urn:homeward:questionnaire:{name}")  # fmt: skip


TEMPLATES: Mapping[str, Plan] = MappingProxyType(
    {
        plan.condition: plan
        for plan in (
            Plan(
                "diabetes",
                (
                    _measure("glucose", "Glucose, before meals and at bedtime", "glucose",
                             at=(MORNING, NOON, EVENING, NIGHT)),
                    _MEDICINE,
                    _MOOD,
                ),
            ),
            Plan("hypertension", (_PRESSURE, _MEDICINE)),
            Plan("heart_failure", (_WEIGHT, _PRESSURE, _MEDICINE, _check("heart-failure"), _MOOD)),
            Plan(
                "copd",
                (
                    _OXYGEN,
                    Item("inhaler", Kind.MEDICINE, "Inhaler", (time(8), time(20))),
                    Item("walk", Kind.TASK, "A walk of ten minutes", (time(15),)),
                    _check("copd"),
                ),
            ),
            Plan(
                "post_discharge",
                (
                    _PRESSURE,
                    _OXYGEN,
                    _measure("temperature", "Temperature", "temperature", at=(EVENING,)),
                    _MEDICINE,
                    _check("after-discharge"),
                ),
            ),
            Plan("pregnancy_pressure", (_PRESSURE, _check("pregnancy"))),
        )
    }
)  # fmt: skip
