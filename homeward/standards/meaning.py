"""What a code means, what a name means, and which units fit: so that the three can be compared.

Codes of vitals are the vitals' own (LOINC, IEEE 11073-10101); the others are listed here, with
LOINC's own meaning.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from homeward.model.unit import ACCEPTED
from homeward.model.vital import BY_NAME
from homeward.standards.fhir_observation import BY_LOINC, BY_MDC, LOINC, MDC

_FURTHER_LOINC: Mapping[str, str] = MappingProxyType(
    {
        "85354-9": "blood_pressure",
        "40443-4": "resting_heart_rate",
        "80404-7": "heart_rate_variability",
        "55423-8": "steps",
        "41950-7": "steps",
        "41981-2": "active_energy",
        "41953-1": "distance",
        "9052-2": "energy_intake",
        "39156-5": "body_mass_index",
    }
)
# In UCUM, by meaning; of vitals what the record accepts.
UNITS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {name: tuple(units) for name, units in ACCEPTED.items()}
    | {
        "resting_heart_rate": ("/min", "{beats}/min"),
        "walking_heart_rate": ("/min", "{beats}/min"),
        "heart_rate_variability": ("ms",),
        "steps": ("1", "{steps}"),
        "active_energy": ("kcal", "kJ"),
        "energy_intake": ("kcal", "kJ"),
        "distance": ("m", "km"),
        "body_mass_index": ("kg/m2",),
    }
)
# What people write for a UCUM code.
_WRITTEN: Mapping[str, str] = MappingProxyType(
    {
        "count/min": "/min", "bpm": "/min", "beats/min": "/min", "beats/minute": "/min",
        "breaths/min": "/min", "breaths/minute": "/min", "mmHg": "mm[Hg]", "degC": "Cel",
        "C": "Cel", "°C": "Cel", "degF": "[degF]", "F": "[degF]", "°F": "[degF]",
        "count": "1", "steps": "1", "lb": "[lb_av]", "lbs": "[lb_av]", "in": "[in_i]",
        "percent": "%", "Cal": "kcal",
    }
)  # fmt: skip
# The first that is part of a name, spelt without anything but letters and digits, decides.
_PARTS: tuple[tuple[str, str], ...] = (
    ("diastol", "diastolic"), ("systol", "systolic"), ("meanarterialpressure", "mean_pressure"),
    ("meanbloodpressure", "mean_pressure"), ("bloodpressure", "blood_pressure"),
    ("heartratevariability", "heart_rate_variability"),
    ("restingheartrate", "resting_heart_rate"), ("heartrateresting", "resting_heart_rate"),
    ("walkingheartrate", "walking_heart_rate"),
    ("heartrate", "heart_rate"), ("pulserate", "pulse"),
    ("respiratoryrate", "respiratory_rate"), ("respirationrate", "respiratory_rate"),
    ("breathingrate", "respiratory_rate"),
    ("oxygensaturation", "oxygen_saturation"), ("spo2", "oxygen_saturation"),
    ("glucose", "glucose"), ("bodytemperature", "temperature"),
    ("bodymassindex", "body_mass_index"), ("bodymass", "weight"), ("bodyweight", "weight"),
    ("bodyfat", "body_fat"), ("bodyheight", "height"),
    ("stepcount", "steps"), ("numberofsteps", "steps"),
    ("activeenergy", "active_energy"), ("caloriesburned", "active_energy"),
    ("dietaryenergy", "energy_intake"), ("calorieintake", "energy_intake"),
)  # fmt: skip
_WHOLE: Mapping[str, str] = MappingProxyType(
    {
        "hr": "heart_rate", "pulse": "pulse", "rr": "respiratory_rate", "sys": "systolic",
        "dia": "diastolic", "sbp": "systolic", "dbp": "diastolic", "temp": "temperature",
        "temperature": "temperature", "weight": "weight", "height": "height", "steps": "steps",
        "hrv": "heart_rate_variability", "bp": "blood_pressure", "bmi": "body_mass_index",
    }
)  # fmt: skip
_LOINC = re.compile(r"([0-9]{1,7})-([0-9])")
_NOT_LETTERS = re.compile(r"[^a-z0-9]")


def meaning_of_code(system: str, code: str) -> str:
    """What a code of LOINC or IEEE 11073-10101 means; empty where we do not know."""
    if system == LOINC:
        vital = BY_LOINC.get(code)
        return vital.name if vital else _FURTHER_LOINC.get(code, "")
    vital = BY_MDC.get(code) if system == MDC else None
    return vital.name if vital else ""


def meaning_of_name(name: str) -> str:
    """What a name says that a value is; empty where it says nothing we know."""
    letters = _NOT_LETTERS.sub("", name.lower())
    if letters in BY_NAME:
        return letters
    whole = _WHOLE.get(letters)
    return whole or next((meaning for part, meaning in _PARTS if part in letters), "")


def ucum_of(unit: str) -> str:
    """The UCUM code of a unit as people write it; empty where we do not know it."""
    if any(unit in units for units in UNITS.values()):
        return unit
    return _WRITTEN.get(unit, "")


def fits(meaning: str, unit: str) -> bool | None:
    """Whether what means this can have this unit; None where we do not know its units."""
    known = UNITS.get(meaning)
    return None if known is None else ucum_of(unit) in known


def is_loinc(code: str) -> bool:
    """Whether a code has LOINC's form and check digit (modulus 10; LOINC Users' Guide, app. C)."""
    found = _LOINC.fullmatch(code)
    if found is None:
        return False
    total = 0
    for place, digit in enumerate(reversed(found[1])):
        number = int(digit) * (2 if place % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return (10 - total % 10) % 10 == int(found[2])
