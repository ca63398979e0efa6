"""Vital signs as FHIR Observations (R4 and R5): one, or a Bundle of them.

A value counts where its status says that it is final, its code is one we know (LOINC or IEEE
11073-10101), its unit is a UCUM code and its time has a zone. What was entered in error or is
preliminary is put aside and says so; what has a dataAbsentReason is no number. What is less or more
than all a device measures (a comparator, or an infinity as the reason) counts where it is known
what that means (model/beyond.py), and is put aside where it is not.
Whose it is says the sender's credential; `subject` is not asked.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from homeward.model.beyond import beyond
from homeward.model.errors import Unreadable
from homeward.model.reading import Reading
from homeward.model.unit import in_own_unit
from homeward.model.vital import BY_NAME, VITALS, Vital
from homeward.standards.telling_readings import (
    THINGS_MAX,
    Told,
    is_list,
    is_number,
    is_object,
    json_of,
    reading,
    zoned,
)

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
MDC = "urn:iso:std:iso:11073:10101"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_INFINITIES = MappingProxyType({"negative-infinity": True, "positive-infinity": False})
_LESS, _MORE = ("<", "<="), (">", ">=")  # FHIR R4, Quantity.comparator
# Whose values count; FHIR R4, Observation.status.
COUNT = frozenset({"final", "amended", "corrected"})
# The same vital under further LOINC codes: SpO2 in arterial blood by oximetry, glucose in blood by
# mass and by moles, and by a glucometer.
_OTHER_CODES: Mapping[str, str] = MappingProxyType(
    {
        "2708-6": "oxygen_saturation",
        "2339-0": "glucose",
        "15074-8": "glucose",
        "41653-7": "glucose",
        "14743-9": "glucose",
        "3141-9": "weight",
    }
)
BY_LOINC: Mapping[str, Vital] = MappingProxyType(
    {vital.loinc: vital for vital in VITALS if vital.loinc}
    | {code: BY_NAME[name] for code, name in _OTHER_CODES.items() if name in BY_NAME}
)
BY_MDC: Mapping[str, Vital] = MappingProxyType({str(v.mdc): v for v in VITALS if v.mdc})
_NUMBERS = frozenset(BY_NAME) - {"consciousness", "on_oxygen", "respiratory_effort"}


def understand(body: bytes, received: datetime) -> Told:
    """Read an Observation or a Bundle of them, received at `received` (UTC).

    Raises Unreadable where the body is neither, or too much.
    """
    said = json_of(body)
    kind = said.get("resourceType") if is_object(said) else None
    if kind == "Observation":
        observations = [said]
    elif kind == "Bundle":
        observations = list(_of_bundle(said))
    else:
        raise Unreadable("neither an Observation nor a Bundle")
    told = Told()
    for each in observations:
        try:
            found, absent = _observed(each, received)
        except Unreadable as error:
            told.spoil(str(error), each)
            continue
        told.readings += found
        told.absent += absent
    return told


def _of_bundle(bundle: Mapping[str, Any]) -> Iterator[Any]:
    entries = bundle.get("entry", [])
    if not is_list(entries) or len(entries) > THINGS_MAX:
        raise Unreadable(f"a Bundle has a list of entries, at most {THINGS_MAX:,}")
    for entry in entries:
        yield entry.get("resource") if is_object(entry) else None


def _observed(one: Any, received: datetime) -> tuple[list[Reading], int]:
    """The readings of an Observation and of its components, and how many had no value."""
    if not is_object(one) or one.get("resourceType") != "Observation":
        raise Unreadable("not an Observation")
    status = one.get("status")
    if status not in COUNT:
        raise Unreadable(f"status is {str(status)[:20]}: it does not count")
    parts: list[Mapping[str, Any]] = [one]
    components = one.get("component", [])
    if is_list(components):
        parts += [each for each in components if is_object(each)]
    at = _moment(one)
    found: list[Reading] = []
    absent = 0
    for part in parts:
        if "valueQuantity" in part:
            found.append(_reading(part, at, received))
        elif (is_low := _is_low(part.get("dataAbsentReason"))) is not None:
            vital = _vital(part.get("code"))
            value = beyond(vital, is_low=is_low)
            found.append(reading(vital, value, vital.unit, at, received))
        elif "dataAbsentReason" in part:
            absent += 1
        elif any(key.startswith("value") for key in part):
            raise Unreadable("a vital sign is a valueQuantity")
    if not found and not absent:
        raise Unreadable("there is no value, and no reason why")
    return found, absent


def _moment(one: Mapping[str, Any]) -> datetime:
    """When it was measured: a moment, or the end of a period."""
    if "effectivePeriod" in one:
        period = one["effectivePeriod"]
        return zoned(period.get("end") if is_object(period) else None, "effectivePeriod.end")
    if "effectiveInstant" in one:
        return zoned(one["effectiveInstant"], "effectiveInstant")
    return zoned(one.get("effectiveDateTime"), "effectiveDateTime")


def _reading(part: Mapping[str, Any], at: datetime, received: datetime) -> Reading:
    vital = _vital(part.get("code"))
    quantity = part["valueQuantity"]
    if not is_object(quantity) or not is_number(quantity.get("value")):
        raise Unreadable("valueQuantity has no number")
    if quantity.get("system") != UCUM or not isinstance(quantity.get("code"), str):
        raise Unreadable("valueQuantity has no UCUM code: no unit is guessed")
    value, unit = float(quantity["value"]), quantity["code"]
    if comparator := quantity.get("comparator"):
        if comparator not in _LESS and comparator not in _MORE:
            raise Unreadable(f"{str(comparator)[:20]} is no comparator that says less or more")
        said = in_own_unit(vital, value, unit)
        value, unit = beyond(vital, is_low=comparator in _LESS, said=said), vital.unit
    return reading(vital, value, unit, at, received)


def _is_low(reason: object) -> bool | None:
    """Whether a dataAbsentReason says that it is less, or more, than any number; None: neither."""
    codings: Any = reason.get("coding") if is_object(reason) else None
    for coding in codings if is_list(codings) else []:
        code = str(coding.get("code")) if is_object(coding) else ""
        if code in _INFINITIES and coding.get("system") == ABSENT:
            return _INFINITIES[code]
    return None


def _vital(code: object) -> Vital:
    codings: Any = code.get("coding") if is_object(code) else None
    for coding in codings if is_list(codings) else []:
        if not is_object(coding):
            continue
        known = {LOINC: BY_LOINC, MDC: BY_MDC}.get(str(coding.get("system")), {})
        vital = known.get(str(coding.get("code")))
        if vital is not None and vital.name in _NUMBERS:
            return vital
    raise Unreadable("no code of it is one of a vital sign that is kept")
