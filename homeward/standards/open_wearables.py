"""Events of Open Wearables: what a watch or a ring measured, as its webhooks tell it.

Written from the guide "Outgoing Webhooks" and the emitting code of the-momentum/open-wearables as
of August 2026 (commit 44a268be): an envelope of `type` and `data`, and in a time series' `samples`,
each with a time, a type and a unit. Whose it is says `user_id`, which is a name of theirs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

from homeward.model.errors import Unreadable
from homeward.model.total import METRIC, Metric, Total
from homeward.model.vital import BY_NAME
from homeward.standards.payload import EARLIEST
from homeward.standards.telling_readings import (
    Told,
    is_list,
    is_number,
    is_object,
    json_of,
    reading,
    zoned,
)

SAMPLES_MAX = 5_000  # they send 2,500 at most
USER = re.compile(r"[A-Za-z0-9-]{1,64}")
REVOKED = "connection.revoked"
# What of theirs is one of ours, and its unit as we know it. Averages of a day or of a walk, what
# skin has, and what is worked out of something (stress, recovery) is no vital sign.
_VITALS: Mapping[str, str] = MappingProxyType(
    {
        "heart_rate": "heart_rate",
        "oxygen_saturation": "oxygen_saturation",
        "respiratory_rate": "respiratory_rate",
        "body_temperature": "temperature",
        "blood_glucose": "glucose",
        "blood_pressure_systolic": "systolic",
        "blood_pressure_diastolic": "diastolic",
        "weight": "weight",
        "height": "height",
        "body_fat_percentage": "body_fat",
    }
)
_TOTALS: Mapping[str, str] = MappingProxyType(
    {
        "steps": "steps",
        "energy": "active_energy",
        "distance_walking_running": "distance",
        "flights_climbed": "flights",
    }
)
# Their names of units (their table of series types; their sample payloads spell some otherwise).
_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "bpm": "/min", "brpm": "/min", "breaths/min": "/min", "percent": "%", "%": "%",
        "celsius": "Cel", "°C": "Cel", "mg_dl": "mg/dL", "mg/dL": "mg/dL", "mmHg": "mm[Hg]",
        "kg": "kg", "cm": "cm", "count": "1", "kcal": "kcal", "meters": "m", "m": "m",
    }
)  # fmt: skip
_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")


@dataclass(slots=True)
class Event:
    """One event: its kind, whose it is by their name, and what it told. `lost`: a connection of
    theirs that ended, in words (empty: none did)."""

    kind: str
    user: str
    told: Told = field(default_factory=Told)
    lost: str = ""


def understand(body: bytes, received: datetime) -> Event:
    """Read one event, received at `received` (UTC).

    Raises Unreadable where it is none, or says not whose it is; a sample that cannot be read is put
    aside alone. What is kept by none of our names is counted as absent.
    """
    said = json_of(body)
    data = said.get("data") if is_object(said) else None
    if not is_object(said) or not isinstance(said.get("type"), str) or not is_object(data):
        raise Unreadable("an event has a type and its data")
    user = data.get("user_id")
    if not isinstance(user, str) or not USER.fullmatch(user):
        raise Unreadable("it does not say whose it is")
    event = Event(said["type"][:100], user.lower())
    if event.kind == REVOKED:
        event.lost = (
            f"{_word(data.get('provider'))} is connected no more: {_word(data.get('reason'))}"
        )
    elif "samples" in data:
        _samples(event.told, data["samples"], received)
    return event


def _samples(told: Told, samples: object, received: datetime) -> None:
    if not is_list(samples) or len(samples) > SAMPLES_MAX:
        told.spoil(f"samples is a list, of {SAMPLES_MAX:,} at most", samples)
        return
    for each in samples:
        try:
            _sample(told, each, received)
        except Unreadable as error:
            told.spoil(str(error), each)


def _sample(told: Told, one: object, received: datetime) -> None:
    if not is_object(one) or not is_number(one.get("value")):
        raise Unreadable("a sample has a value that is a number")
    kind, value = str(one.get("type")), float(one["value"])
    vital, metric = BY_NAME.get(_VITALS.get(kind, "")), METRIC.get(_TOTALS.get(kind, ""))
    # A count of some minutes comes without its end, and cannot be laid beside another source's.
    if vital is None and (metric is None or one.get("is_daily_total") is not True):
        told.absent += 1
        return
    at = zoned(one.get("timestamp"), "timestamp")
    unit = _UNITS.get(str(one.get("unit")))
    if unit is None:
        raise Unreadable(f"unit {str(one.get('unit'))[:20]!r} is not known: none is guessed")
    if vital is not None:
        told.readings.append(reading(vital, value, unit, at, received))
    elif metric is not None:
        told.totals.append((_day(metric, value, unit, at, one, received), one))


def _day(
    metric: Metric,
    value: float,
    unit: str,
    at: datetime,
    one: Mapping[str, Any],
    received: datetime,
) -> Total:
    """A count of a whole day, which is the wearer's own. It is told again as the day goes on; its
    row is the same then, so it has the day's end from the beginning."""
    found = _OFFSET.fullmatch(str(one.get("zone_offset")))
    if found is None:
        raise Unreadable("a day's count without its zone: which day was it?")
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3]))
    if ahead > timedelta(hours=14):
        raise Unreadable("zone_offset is none there is")
    zone = timezone(-ahead if found[1] == "-" else ahead)
    starts = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if not EARLIEST <= starts <= received:
        raise Unreadable("a day before 2000, or that has not begun")
    ends = starts + timedelta(days=1)
    return Total(
        metric, starts.astimezone(UTC), ends.astimezone(UTC), metric.in_own_unit(value, unit)
    )


def _word(said: object) -> str:
    return re.sub(r"[^A-Za-z0-9_ .-]", "?", said)[:40] if isinstance(said, str) else "unknown"
