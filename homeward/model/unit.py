"""Units: UCUM, exact, and never guessed.

A reading arrives in its vital's unit or in one listed here for that vital; anything else is
refused. Factors: UCUM 2.1; glucose by its molar mass of 180.156 g/mol, so 1 mmol/L is
18.0156 mg/dL; 1 kPa is 7.50062 mmHg.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from homeward.model.errors import Unreadable
from homeward.model.vital import VITALS, Vital

_Convert = Callable[[float], float]
GLUCOSE_MG_PER_MMOL = 18.0156  # mg/dL in one mmol/L


def _same(value: float) -> float:
    return value


def _fahrenheit(value: float) -> float:
    return (value - 32) / 1.8


def _times(factor: float) -> _Convert:
    return lambda value: value * factor


_BEATS: Mapping[str, _Convert] = {"/min": _same, "{beats}/min": _same}
_BREATHS: Mapping[str, _Convert] = {"/min": _same, "{breaths}/min": _same}
_PRESSURE: Mapping[str, _Convert] = {"mm[Hg]": _same, "kPa": _times(7.50062)}
_FLAG: Mapping[str, _Convert] = {"1": _same}

ACCEPTED: Mapping[str, Mapping[str, _Convert]] = MappingProxyType(
    {
        "heart_rate": _BEATS,
        "pulse": _BEATS,
        "respiratory_rate": _BREATHS,
        "oxygen_saturation": {"%": _same},
        "systolic": _PRESSURE,
        "diastolic": _PRESSURE,
        "mean_pressure": _PRESSURE,
        "temperature": {"Cel": _same, "[degF]": _fahrenheit},
        "consciousness": _FLAG,
        "on_oxygen": _FLAG,
        "glucose": {"mg/dL": _same, "mmol/L": _times(GLUCOSE_MG_PER_MMOL)},
        "capillary_refill": {"s": _same},
        "respiratory_effort": _FLAG,
        "oxygen_flow": {"L/min": _same},
        "inspired_oxygen": {"%": _same},
        "perfusion_index": {"%": _same},
        "weight": {"kg": _same, "g": _times(0.001), "[lb_av]": _times(0.45359237)},
        "body_fat": {"%": _same},
        "height": {"cm": _same, "m": _times(100), "[in_i]": _times(2.54)},
    }
)

assert ACCEPTED.keys() == {vital.name for vital in VITALS}


def in_own_unit(vital: Vital, value: float, unit: str) -> float:
    """The value in the vital's own unit.

    Raises Unreadable where the unit is not listed for this vital.
    """
    convert = ACCEPTED[vital.name].get(unit)
    if convert is None:
        known = ", ".join(ACCEPTED[vital.name])
        raise Unreadable(f"unit {unit!r} is not one of {known} for {vital.name}")
    return convert(value)
