"""Open mHealth data points, and IEEE 1752.1, whose schemas grew from them.

A data point is a header, which names its schema, and a body (omh:data-point:1.0; IEEE 1752.1-2021).
What a body must have is told here by hand, for the measures there are vitals for and for steps,
from the published schemas (Apache-2.0): the same documents pass and fail. A statistic over a time
is sound and no reading; steps are a total of their time.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from homeward.model.errors import Unreadable
from homeward.model.total import METRIC, Total
from homeward.model.vital import BY_NAME
from homeward.standards.telling_readings import (
    THINGS_MAX,
    Told,
    is_list,
    is_number,
    is_object,
    json_of,
    reading,
    total,
    zoned,
)

_TEMPERATURES = MappingProxyType({"C": "Cel", "F": "[degF]", "K": "K"})
_WEIGHTS = MappingProxyType(
    {"fg": "fg", "pg": "pg", "ng": "ng", "ug": "ug", "mg": "mg", "g": "g", "kg": "kg",
     "Metric Ton": "t", "gr": "[gr]", "oz": "[oz_av]", "lb": "[lb_av]", "Ton": "[ston_av]"}
)  # fmt: skip
_PRESSURES = MappingProxyType({"mmHg": "mm[Hg]"})


@dataclass(frozen=True, slots=True)
class _Measure:
    """One schema: its values by field, each a vital and units (theirs to UCUM); since which version
    a time is required."""

    values: Mapping[str, tuple[str, Mapping[str, str]]]
    timed_since: float


_MEASURES: Mapping[str, _Measure] = MappingProxyType(
    {
        "blood-glucose": _Measure(
            {"blood_glucose": ("glucose", {"mg/dL": "mg/dL", "mmol/L": "mmol/L"})}, 3.0
        ),
        "blood-pressure": _Measure(
            {
                "systolic_blood_pressure": ("systolic", _PRESSURES),
                "diastolic_blood_pressure": ("diastolic", _PRESSURES),
            },
            3.0,
        ),
        "body-temperature": _Measure({"body_temperature": ("temperature", _TEMPERATURES)}, 3.0),
        "body-weight": _Measure({"body_weight": ("weight", _WEIGHTS)}, 2.0),
        "heart-rate": _Measure({"heart_rate": ("heart_rate", {"beats/min": "/min"})}, 2.0),
        "oxygen-saturation": _Measure(
            {"oxygen_saturation": ("oxygen_saturation", {"%": "%"})}, 2.0
        ),
        "respiratory-rate": _Measure(
            {"respiratory_rate": ("respiratory_rate", {"breaths/min": "/min"})}, 2.0
        ),
        "step-count": _Measure({"step_count": ("steps", {"steps": "1"})}, 2.0),
    }
)
_STATISTICS = frozenset(
    {"average", "count", "maximum", "median", "minimum", "standard deviation", "sum", "variance",
     "1st quartile", "3rd quartile", "lower quartile", "upper quartile"}
)  # fmt: skip
_MEALS = frozenset(
    {"fasting", "not fasting", "before meal", "after meal", "before breakfast", "after breakfast",
     "before lunch", "after lunch", "before dinner", "after dinner", "2 hours postprandial"}
)  # fmt: skip
_SLEEPS = frozenset({"before sleeping", "during sleep", "on waking"})
_BLOODS = frozenset({"whole blood", "plasma", "serum"})
_SPECIMENS = frozenset(
    {"breath", "capillary blood", "interstitial fluid", "lacrimal fluid", "saliva", "sweat",
     "tears", "urine"}
)  # fmt: skip
_PARTS_OF_DAY = frozenset({"morning", "afternoon", "evening", "night"})
_DURATIONS: Mapping[str, float] = MappingProxyType(
    {"ps": 1e-12, "ns": 1e-9, "us": 1e-6, "ms": 1e-3, "sec": 1.0, "min": 60.0, "h": 3_600.0,
     "d": 86_400.0, "wk": 604_800.0}
)  # fmt: skip
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a sound body says. Values by vital or metric, in UCUM units; `at` None: no moment is
    told, or one that is no better than a part of a day. `starts`: of a time, if it was one."""

    values: Sequence[tuple[str, float, str]]
    at: datetime | None
    statistic: str
    starts: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Frame:
    """When: the moment or the end; the start where it is an interval; whether it is exact."""

    at: datetime | None
    starts: datetime | None = None
    is_interval: bool = True
    is_exact: bool = True


def measured(name: str, version: str, body: Any) -> Measured:
    """Read a body of the schema of this name and version. Raises Unreadable where it fails it."""
    measure = _MEASURES.get(name)
    if measure is None:
        raise Unreadable(f"{name[:40]!r} is no schema that is read here")
    try:
        number = float(version)
    except ValueError:
        raise Unreadable("the schema's version is no number") from None
    if not is_object(body):
        raise Unreadable("a body is a JSON object")
    values = [
        (vital, *_value(field, body.get(field), units, number))
        for field, (vital, units) in measure.values.items()
    ]
    _words(body, number)
    frame = body.get("effective_time_frame")
    if frame is None:
        if number >= measure.timed_since:
            raise Unreadable("effective_time_frame is missing")
        return Measured(values, None, str(body.get("descriptive_statistic", "")))
    when = _frame(frame)
    if name == "step-count" and not when.is_interval:
        raise Unreadable("steps are counted over a time_interval")
    if name == "blood-pressure" and number >= 4.0 and not when.is_exact:
        raise Unreadable("effective_time_frame is a part of a day")
    return Measured(values, when.at, str(body.get("descriptive_statistic", "")), when.starts)


def _value(field: str, said: object, units: Mapping[str, str], version: float) -> tuple[float, str]:
    if field == "step_count" and version < 3.0 and is_number(said):
        return float(said), "1"
    if not is_object(said):
        raise Unreadable(f"{field} is missing, or has no value and unit")
    value, unit = said.get("value"), said.get("unit")
    if not is_number(value):
        raise Unreadable(f"{field} has no number")
    if not isinstance(unit, str) or unit not in units:
        raise Unreadable(f"{field} is not in {', '.join(units)}")
    return float(value), units[unit]


def _words(body: Mapping[str, Any], version: float) -> None:
    specimens = _SPECIMENS if version >= 3.0 else _SPECIMENS | _BLOODS
    for field, known in (
        ("blood_specimen_type", _BLOODS),
        ("specimen_source", specimens),
        ("temporal_relationship_to_meal", _MEALS),
        ("temporal_relationship_to_sleep", _SLEEPS),
        ("descriptive_statistic", _STATISTICS),
    ):
        if field in body and body[field] not in known:
            raise Unreadable(f"{field} is none of {', '.join(sorted(known))}")


def _frame(frame: object) -> _Frame:
    if is_object(frame) and "date_time" in frame:
        return _Frame(zoned(frame["date_time"], "date_time"), is_interval=False)
    interval = frame.get("time_interval") if is_object(frame) else None
    if not is_object(interval):
        raise Unreadable("effective_time_frame has neither date_time nor time_interval")
    start, end = interval.get("start_date_time"), interval.get("end_date_time")
    if start is not None and end is not None:
        return _Frame(zoned(end, "end_date_time"), zoned(start, "start_date_time"))
    if "duration" in interval and (start is None) != (end is None):
        return _lasting(start, end, interval["duration"])
    if _DATE.fullmatch(str(interval.get("date"))) and interval.get("part_of_day") in _PARTS_OF_DAY:
        return _Frame(None, is_exact=False)
    raise Unreadable("time_interval has no start and end, nor one of them and a duration")


def _lasting(start: object, end: object, said: object) -> _Frame:
    length = _duration(said)
    try:
        if end is not None:
            until = zoned(end, "end_date_time")
            return _Frame(until, until - length)
        since = zoned(start, "start_date_time")
        return _Frame(since + length, since)
    except OverflowError:
        raise Unreadable("duration is no length of time") from None


def _duration(said: object) -> timedelta:
    if is_object(said) and is_number(said.get("value")) and said.get("unit") in _DURATIONS:
        try:
            return timedelta(seconds=said["value"] * _DURATIONS[said["unit"]])
        except (OverflowError, ValueError):
            pass
    raise Unreadable("duration is no length of time")


def understand(body: bytes, received: datetime) -> Told:
    """Read a data point, or a list of them, received at `received` (UTC).

    Raises Unreadable where the body is no JSON or too much.
    """
    whole = json_of(body)
    points: list[Any] = whole if is_list(whole) else [whole]
    if len(points) > THINGS_MAX:
        raise Unreadable(f"more than {THINGS_MAX:,} data points")
    told = Told()
    for point in points:
        try:
            name, version, inner = _parts(point)
            said = measured(name, version, inner)
            told.readings += _readings(said, received)
            told.totals += [(each, point) for each in _totals(said, received)]
        except Unreadable as error:
            told.spoil(str(error), point)
    return told


def _parts(point: Any) -> tuple[str, str, Any]:
    header = point.get("header") if is_object(point) else None
    schema = header.get("schema_id") if is_object(header) else None
    if not is_object(point) or not is_object(schema):
        raise Unreadable("a data point has a header with its schema_id, and a body")
    return str(schema.get("name", "")), str(schema.get("version", "")), point.get("body")


def _readings(one: Measured, received: datetime) -> list[Any]:
    if one.statistic:
        raise Unreadable(f"{one.statistic} of a time is a statistic, and no measurement")
    if one.at is None:
        raise Unreadable("it says no moment: none is guessed")
    found: list[Any] = []
    for name, value, unit in one.values:
        if name not in METRIC:
            found.append(reading(BY_NAME[name], value, unit, one.at, received))
    return found


def _totals(one: Measured, received: datetime) -> list[Total]:
    found: list[Total] = []
    for name, value, unit in one.values:
        if name not in METRIC:
            continue
        if one.starts is None or one.at is None:
            raise Unreadable(f"it says no start and end of its {name}: none is guessed")
        found.append(total(METRIC[name], value, unit, (one.starts, one.at), received))
    return found
