"""What meters said beside their numbers, as FHIR R4 (4.0.1) Observations. Pure.

A meter's record is no second reading: its values stand among the readings, so it has no code of a
vital sign itself, and nobody counts them twice. Its components have: the values in the unit they
were sent in. Whatever is read of a packet, the packet stands there too, as it came.
"""

from collections.abc import Iterator
from types import MappingProxyType

from homeward.model.vital import BY_NAME
from homeward.standards.fhir_record import (
    TERMS,
    Resource,
    Row,
    code_of,
    instant,
    quantity,
    reference,
    said,
)
from homeward.standards.gatt.beside import Beside, Together, again, said_beside
from homeward.standards.gatt.measured import Measured

UNREAD = "It cannot be read: it was erased, or its key is not to be had"
# FHIR R4, data-absent-reason; what it has no code for is told in words.
_ABSENT = MappingProxyType(
    {
        "nan": "not-a-number",
        "positive_infinity": "positive-infinity",
        "negative_infinity": "negative-infinity",
        "control_solution": "not-applicable",
        "unknown": "unknown",
    }
)


def meter_record(one: Together, patient: int) -> Resource:
    """A measurement as the meter told it: its values, what was said beside them, and its clock."""
    row = min(one.rows, key=lambda each: each["id"])
    parts: list[Resource] = []
    if one.found is not None:
        parts += [*_values(one.found), *(_beside(each) for each in one.beside)]
        parts += _clock(one.found, row)
    parts += [_octets(each) for each in (row, one.context) if each is not None]
    return _observation(row, patient, one.found) | {"component": parts}


def meter_context(row: Row, patient: int, is_replaced: bool) -> Resource:
    """A context that goes with no measurement. `is_replaced`: the meter sent another later."""
    found = again(row)
    parts = [_beside(each) for each in said_beside(row["of"], found)]
    status = {"status": "entered-in-error"} if is_replaced else {}
    words = "A later one replaced it" if is_replaced else "Its measurement is not known"
    return (
        _observation(row, patient, found)
        | status
        | {"component": [*parts, _octets(row)], "note": [{"text": words}]}
    )


def _observation(row: Row, patient: int, found: Measured | None) -> Resource:
    at = {"effectiveDateTime": instant(row["at"])} if row["at"] else {}
    unread = {} if found else {"dataAbsentReason": said(UNREAD)}
    return {
        "resourceType": "Observation",
        "id": f"meter-{row['id']}",
        "status": "final",
        "code": said("What a meter said beside its number"),
        "subject": reference("Patient", patient),
        **at,
        "issued": instant(row["received"]),
        "device": reference("Device", row["device_id"]),
        **unread,
    }


def _values(found: Measured) -> Iterator[Resource]:
    for each in found.quantities:
        yield {"code": code_of(each.vital)} | _quantity(format(each.value, "f"), each.unit)
    for vital, why in found.missing.items():
        yield {"code": code_of(BY_NAME[vital])} | _absent(why)


def _beside(one: Beside) -> Resource:
    code = {"code": said("HbA1c" if one.name == "hba1c" else _plain(one.name))}
    if one.is_missing:
        return code | _absent(one.value)
    if one.unit:
        return code | _quantity(one.value, one.unit)
    return code | {"valueString": ", ".join(map(_plain, one.words))}


def _clock(found: Measured, row: Row) -> Iterator[Resource]:
    if found.said is not None:
        clock = f"{found.said.isoformat()} ({row['zone']})"
        yield {"code": said("The meter's own clock")} | {"valueString": clock}
    ahead = {"code": said("How much its clock was ahead")}
    if row["ahead"] is None:
        yield ahead | _absent("could_not_be_asked")
    else:
        yield ahead | _quantity(f"{row['ahead']:f}".rstrip("0").rstrip("."), "s")


def _octets(row: Row) -> Resource:
    return {
        "code": said(f"Packet as it came, hex, of characteristic {row['of']:04X}"),
        "valueString": row["octets"] or UNREAD,
    }


def _quantity(value: str, unit: str) -> Resource:
    return {"valueQuantity": quantity(float(value), unit)}


def _absent(why: str) -> Resource:
    code = _ABSENT.get(why)
    known = {"coding": [{"system": f"{TERMS}data-absent-reason", "code": code}]} if code else {}
    return {"dataAbsentReason": known | said(_plain(why))}


def _plain(word: str) -> str:
    return word.replace("_", " ")
