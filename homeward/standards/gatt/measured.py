"""What a packet means: readings of a patient, what is missing and why, and when by its own clock.

A value is a reading only where nothing in the packet speaks against it: control solution, a
demonstration and a faulty sensor measure no patient. What is held back keeps its reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from homeward.model.beyond import beyond
from homeward.model.errors import Unreadable
from homeward.model.reading import Reading
from homeward.model.unit import in_own_unit
from homeward.model.vital import BY_NAME, Vital
from homeward.standards.gatt.field import Characteristic
from homeward.standards.gatt.local_time import LocalTime
from homeward.standards.gatt.number import NEGATIVE_INFINITY, POSITIVE_INFINITY, Absent
from homeward.standards.gatt.read import Record, Values, read

_INFINITIES = frozenset({NEGATIVE_INFINITY, POSITIVE_INFINITY})
# Not measured on a patient, and nothing is wrong: nobody has to look at it.
NOBODYS = frozenset({"control_solution", "demonstration", "testing"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value as the meter sent it, in the unit it sent it in (UCUM)."""

    vital: Vital
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One record; `units` are those of its numbers (UCUM). `missing` says of each vital sign that
    it has no value for, why.

    `said` is its own clock's time with what people changed on it, without a zone; None where the
    record has none, or its date is not known. `offset` are minutes since the session began.
    """

    values: Values
    units: Mapping[str, str]
    quantities: tuple[Quantity, ...]
    missing: Mapping[str, str]
    said: datetime | None
    sequence: int | None
    offset: int | None

    def readings(self, at: datetime) -> tuple[Reading, ...]:
        """Its readings, measured at `at`; of an infinity what is known of it. Raises Unreadable for
        what no body has, and where of an infinity nothing is known and there is nothing else."""
        found = [
            Reading(each.vital, in_own_unit(each.vital, float(each.value), each.unit), at)
            for each in self.quantities
        ]
        for name, why in self.missing.items():
            if why in _INFINITIES:
                try:
                    value = beyond(BY_NAME[name], is_low=why == NEGATIVE_INFINITY)
                    found.append(Reading(BY_NAME[name], value, at))
                except Unreadable:
                    if not found:
                        raise
        return tuple(found)


def measured(
    characteristic: Characteristic, octets: bytes, crc: bool | None = None
) -> list[Measured]:
    """The records of one packet, in order. Raises Unreadable."""
    return [_measured(characteristic, each) for each in read(characteristic, octets, crc)]


def _measured(characteristic: Characteristic, record: Record) -> Measured:
    values, units = record
    against = _against(characteristic, values)
    quantities: dict[str, Quantity] = {}
    missing: dict[str, str] = {}
    for field in characteristic.fields:
        value = values.get(field.name)
        if not field.vital or value is None:
            continue
        if isinstance(value, Absent) or against:
            missing[field.vital] = against or str(value)
        elif isinstance(value, Decimal):
            quantities[field.vital] = Quantity(BY_NAME[field.vital], value, units[field.name])
    sequence, offset = values.get("sequence"), values.get("offset")
    counts = "base_time" not in values and isinstance(offset, Decimal)
    return Measured(
        values,
        units,
        tuple(quantities.values()),
        missing,
        _said(values),
        int(sequence) if isinstance(sequence, Decimal) else None,
        int(offset) if counts and isinstance(offset, Decimal) else None,
    )


def _against(characteristic: Characteristic, values: Values) -> str:
    """The first thing said with which no value is a reading; empty: nothing."""
    said: set[object] = set()
    for value in values.values():
        said.update(value) if isinstance(value, tuple) else said.add(value)
    return next((name for name in characteristic.withholds if name in said), "")


def _said(values: Values) -> datetime | None:
    time = values.get("time", values.get("base_time"))
    moment = time.moment if isinstance(time, LocalTime) else None
    offset = values.get("offset") if "base_time" in values else None
    if moment is None or isinstance(offset, Absent) or _is_clock_wrong(values):
        return None
    if not isinstance(offset, Decimal):
        return moment
    try:
        return moment + timedelta(minutes=int(offset))
    except OverflowError:
        return None


def _is_clock_wrong(values: Values) -> bool:
    """Whether the record itself says that its clock cannot be believed."""
    said = (values.get("flags"), values.get("status"))
    words = [word for each in said if isinstance(each, tuple) for word in each]
    return "clock_not_set" in words or "time_fault" in words
