"""Where a patient's own values come from, in their words: the meter, their own hand, a cloud, a
file, or their care team. What staff read of it besides is in `sources`.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import numpy as np
from fastapi import Request

from homeward.clinical.words import Speech, glucose_decimals, glucose_in
from homeward.guard.route import Route
from homeward.model.entered import BY_HAND
from homeward.model.errors import Unreadable
from homeward.model.person import Role
from homeward.model.vital import BY_INDEX, BY_NAME, GLUCOSE, Vital
from homeward.services.asking import Asking
from homeward.services.chart.words import BESIDE, order
from homeward.services.contract import Tools
from homeward.services.speaking import speech
from homeward.store import Door, queries
from homeward.store.chunks import micros, samples
from homeward.store.newest import newest
from homeward.store.packed import DAY_US, SAMPLES, Array

Q = queries("homeward.services.chart")
LOOK_BACK = timedelta(days=31)
DAYS_MAX, DAYS_MAX_SELDOM = 7, 31  # what streams is a reading a second
SELDOM = frozenset({"systolic", "weight", "temperature", "body_fat", "height"})
VALUES_MAX = 50
OWN_KIND = "patient app"  # of a device that a patient's page registered
# What is no number to its owner, and what stands beside another number.
_NOT_SHOWN = frozenset({"consciousness", "on_oxygen", "respiratory_effort", *BESIDE.values()})
Way = Literal["you", "meter", "cloud", "file", "team", "device"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of theirs, and what it is called in their language."""

    vital: str
    label: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where values come from. `way`: entered by `you`, read from your `meter`, by a `cloud` or a
    `file` (`through` names which), entered by your `team`, sent by a `device`; `name` is what it is
    called, empty where it has no name. `last` is in ms since 1970 UTC."""

    way: Way
    name: str
    through: str
    values: int
    last: int


@dataclass(frozen=True, slots=True)
class ValueFrom:
    """One value and its origin, an index of `origins`. `beside`: what is written after a stroke.
    `at` is in ms since 1970 UTC."""

    at: int
    value: float
    beside: float | None
    origin: int


@dataclass(frozen=True, slots=True)
class WhereFrom:
    """The measures of the last 31 days and, of the one asked for, who told it and the newest 50
    values: those of up to `days` days before its last. Without any, `vital` is empty."""

    measures: list[Measure]
    vital: str
    unit: str
    decimals: int
    days: int
    origins: list[Origin]
    values: list[ValueFrom]


async def get_where_from(
    patient_id: int, door: Asking, request: Request, vital: str = ""
) -> WhereFrom:
    """Where my values come from: of this vital sign, or without one of the first there is."""
    if vital and vital not in BY_NAME:
        raise Unreadable("It takes a vital sign there is.")
    tools: Tools = request.app.state.tools
    say = await speech(door, tools.settings, request.headers.get("accept-language", ""))
    last = await _last(door, patient_id, tools.now())
    measures = [Measure(name, _label(BY_NAME[name], say)) for name in last]
    chosen = vital if vital in last else next(iter(last), "")
    if not chosen:
        return WhereFrom(measures, "", "", 0, 0, [], [])
    wanted = BY_NAME[chosen]
    days = DAYS_MAX_SELDOM if chosen in SELDOM else DAYS_MAX
    end = last[chosen] + 1
    beside = BY_NAME.get(BESIDE.get(chosen, ""))
    indices = [each.index for each in (wanted, beside) if each is not None]
    found = await samples(door, patient_id, indices, end - days * DAY_US, end)
    rows = found.get(wanted.index, np.empty(0, SAMPLES))
    lower = found.get(beside.index, np.empty(0, SAMPLES)) if beside else np.empty(0, SAMPLES)
    devices = (await asyncio.to_thread(np.unique, rows["device"])).tolist()
    known = await door.all(Q.sources_named, dict, devices=devices, patient=patient_id)
    told = {row["id"]: row for row in known}
    is_glucose = wanted is GLUCOSE
    glucose = say if is_glucose else None
    origins, values = await asyncio.to_thread(_told, patient_id, rows, lower, told, glucose)
    return WhereFrom(
        measures,
        chosen,
        say.glucose_unit.value if is_glucose else wanted.unit,
        glucose_decimals(say.glucose_unit) if is_glucose else wanted.decimals,
        days,
        origins,
        values,
    )


async def _last(door: Door, patient: int, now: datetime) -> dict[str, int]:
    """When each measure was last taken (us since 1970), as they stand on the page of today."""
    every = list(BY_INDEX)
    found = (await newest(door, [patient], every, micros(now - LOOK_BACK)))[patient]
    shown = [each for each in map(BY_INDEX.__getitem__, found) if each.name not in _NOT_SHOWN]
    return {
        each.name: found[each.index].at
        for each in sorted(shown, key=lambda each: (order(each), each.index))
    }


def _told(
    patient: int, rows: Array, lower: Array, told: Mapping[int, Mapping[str, Any]],
    glucose: Speech | None,
) -> tuple[list[Origin], list[ValueFrom]]:  # fmt: skip
    numbers, counts = np.unique(rows["device"], return_counts=True)
    order = numbers[np.argsort(-counts, kind="stable")].tolist()
    origins = [_origin(number, patient, rows, told.get(number)) for number in order]
    shown = rows[-VALUES_MAX:]
    lower = lower[lower["at"] >= shown["at"][0]] if len(shown) else lower[:0]
    beside = {(row["at"].item(), row["device"].item()): row["value"].item() for row in lower}
    values = [
        ValueFrom(
            at // 1000,
            round(glucose_in(value, glucose.glucose_unit), 1) if glucose else value,
            beside.get((at, device)),
            order.index(device),
        )
        for at, device, value in (
            (row["at"].item(), row["device"].item(), row["value"].item()) for row in shown[::-1]
        )
    ]
    return origins, values


def _origin(number: int, patient: int, rows: Array, row: Mapping[str, Any] | None) -> Origin:
    mine = rows["at"][rows["device"] == number]
    way, name, through = _way(number, patient, row)
    return Origin(way, name, through, len(mine), int(mine[-1]) // 1000)


def _way(number: int, patient: int, row: Mapping[str, Any] | None) -> tuple[Way, str, str]:
    if number == BY_HAND:
        return "team", "", ""
    if row is None:
        return "device", "", ""
    if row["cloud"]:
        return "cloud", "", row["cloud"]
    if row["called"]:
        return "file", row["called"], "Apple Health"
    if row["kind"] == OWN_KIND:
        meter = row["name"].removesuffix(f"-of-{patient}")
        return ("you", "", "") if meter == "by-hand" else ("meter", meter, "")
    return "device", row["name"], ""


def _label(vital: Vital, say: Speech) -> str:
    return say("today.systolic" if vital.name in BESIDE else f"summary.vital.{vital.name}")


ROUTES = (
    Route(
        "GET", "/api/patients/{patient_id}/where-from", get_where_from, frozenset({Role.PATIENT}),
        part="readings",
    ),
)  # fmt: skip
