"""The record as a PDF to read: short enough for a person, and it says where the rest is."""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from homeward.clinical.words import glucose_decimals, glucose_in, glucose_said_in
from homeward.model.choice import GlucoseUnit
from homeward.model.errors import Unreadable
from homeward.model.total import METRIC
from homeward.model.vital import BY_INDEX, GLUCOSE
from homeward.services.paper import Curve, Part, paper
from homeward.services.release.gather import LOOK_BACK, Q, Whose, still
from homeward.services.release.questions import rows_of
from homeward.standards.idco import alerts, parse
from homeward.store.chunks import trend

ALARMS_MAX = 200
LOOKED_MAX = 300
WENT_MAX = 300
ANSWERED_MAX = 200
TOLD_MAX = 100
IMPLANTS_MAX = 100
POINTS = 120
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Read:
    """What the page is made of."""

    who: dict[str, Any]
    stays: Rows
    devices: Rows
    plans: Rows
    answered: Rows
    alarms: Rows
    relatives: Rows
    amendments: Rows
    seen_by: Rows
    went: Rows
    curves: Mapping[int, Curve]
    treatments: Rows
    implants: Rows
    counted: Rows


async def summary(of: Whose) -> bytes:
    """The PDF. Raises Missing where the right to see has ended."""
    read = await _read(of)
    return await asyncio.to_thread(
        paper, f"Health record of {read.who['name']}", _lead(of), parts(read, of.unit)
    )


async def _read(of: Whose) -> Read:
    door, patient, since = of.door, of.patient, of.now - LOOK_BACK
    return Read(
        who=await still(door, patient),
        stays=await door.all(Q.stays, dict, patient=patient),
        devices=await door.all(Q.devices, dict, patient=patient),
        plans=await door.all(Q.plans, dict, patient=patient, now=of.now),
        answered=await rows_of(of, ANSWERED_MAX),
        alarms=await door.all(Q.newest_alarms, dict, patient=patient, rows_max=ALARMS_MAX),
        relatives=await door.all(Q.relatives, dict, patient=patient),
        amendments=await door.all(Q.amendments, dict, patient=patient),
        seen_by=await of.audit.all(
            Q.seen_by, dict, patient=patient, since=since, rows_max=LOOKED_MAX
        ),
        went=await of.audit.all(
            Q.accounting, dict, patient=patient, since=since, rows_max=WENT_MAX
        ),
        curves=await _curves(of),
        treatments=await door.all(Q.treatments, dict, patient=patient, rows_max=TOLD_MAX),
        implants=await door.all(
            Q.implant_reports, dict, patient=patient, after=0, rows_max=IMPLANTS_MAX
        ),
        counted=await door.all(Q.counted, dict, patient=patient),
    )


async def _curves(of: Whose) -> dict[int, Curve]:
    found = await trend(of.door, of.patient, list(BY_INDEX), of.start_us, of.end_us, POINTS)
    return {
        vital: Curve(each.at, each.low, each.high, each.mean)
        for vital, each in sorted(found.items())
        if len(each.at)
    }


def _lead(of: Whose) -> str:
    return (
        f"What Homeward keeps about you, as it was on {_at(of.now)}. Times are UTC. Every single "
        "value is in the files beside this page, in a form other systems read (FHIR R4)."
    )


def parts(read: Read, unit: GlucoseUnit = GlucoseUnit.MG_DL) -> list[Part]:
    """What stands on the page, part by part; a part without rows says that there are none. `unit`
    is that of glucose."""
    who = read.who
    return [
        Part("Who you are", ("", ""), [
            ("Name", who["name"]), ("Record number", who["record_number"]),
            ("Born", who["birth_date"]), ("Sex", who["sex"]),
        ]),
        Part("Where you were", ("From", "To", "Where"), [
            (_at(r["starts"]), _at(r["ends"]), f"{r['ward']}, {r['bed']}") for r in read.stays
        ]),
        Part("Devices you wear or wore", ("Device", "Kind", "Since", "Until"), [
            (r["name"], r["kind"], _at(r["starts"][0]), _at(r["ends"][-1])) for r in read.devices
        ]),
        Part("Vital signs", ("What", "Lowest", "Average", "Highest", "Last"), [
            _vital(vital, curve, unit) for vital, curve in read.curves.items()
        ], {_named(v, unit): _told_in(v, c, unit) for v, c in read.curves.items()}),
        *_apps(read),
        Part("Plans", ("Since", "What", "Why", "Who"), [
            (
                _at(r["at"]), glucose_said_in(r["words"], unit) + ("" if r["holds"] else " (over)"),
                r["reason"], r["person"],
            ) for r in read.plans
        ]),
        Part("Questions you answered", ("When", "What", "Points", "Who"), [
            (_at(r["answered"]), r["title"] + (" (corrected since)" if r["replaced_by"] else ""),
             "" if r["points"] is None else f"{r['points']:g}, {r['band']}", r["person"])
            for r in read.answered
        ]),
        Part(_alarms_head(read.alarms), ("When", "Alarm", "Priority", "What was done"), [
            (_at(r["raised"]), glucose_said_in(r["text"], unit), r["priority"], _done(r))
            for r in read.alarms
        ]),
        Part("Whom you want told", ("Name", "Of alarms of", "Since", "Until"), [
            (r["name"], ", ".join(r["priorities"]), _at(r["starts"]), _at(r["ends"]))
            for r in read.relatives
        ]),
        Part("Corrections you asked for", ("When", "What", "Answer"), [
            (_at(r["asked"]), f"{r['field']}: {r['before']} → {r['wanted']}", _answer(r))
            for r in read.amendments
        ]),
        Part("To whom anything of it went", ("When", "To whom", "What", "What for"), [
            (_ms(r["at"]), r["recipient"], r["what"], r["purpose"]) for r in read.went
        ]),
        Part("Who looked at it", ("Day", "Who", "As", "How often"), [
            (r["day"], r["person"] or "The operator", r["role"], str(r["times"]))
            for r in read.seen_by
        ]),
    ]  # fmt: skip


def _vital(index: int, curve: Curve, unit: GlucoseUnit) -> tuple[str, ...]:
    vital, told = BY_INDEX[index], _told_in(index, curve, unit)
    numbers = (told.low.min(), told.mean.mean(), told.high.max(), told.mean[-1])
    decimals = glucose_decimals(unit) if vital is GLUCOSE else vital.decimals
    return (_named(index, unit), *(f"{number:.{decimals}f}" for number in numbers))


def _named(index: int, unit: GlucoseUnit) -> str:
    vital = BY_INDEX[index]
    return f"{vital.label} ({unit.value if vital is GLUCOSE else vital.unit})"


def _told_in(index: int, curve: Curve, unit: GlucoseUnit) -> Curve:
    if BY_INDEX[index] is not GLUCOSE:
        return curve
    factor = glucose_in(1.0, unit)
    return Curve(curve.at, curve.low * factor, curve.high * factor, curve.mean * factor)


def _apps(read: Read) -> list[Part]:
    """What apps, counters and implants told; nothing where there is none."""
    total = read.treatments[0]["total"] if read.treatments else 0
    newest = f": the newest {len(read.treatments)} of {total}" if total > TOLD_MAX else ""
    parts = [
        Part(f"What your apps told{newest}", ("When", "What", "Insulin, carbohydrates", "By"), [
            _treatment(r) for r in read.treatments
        ]),
        Part("What was counted", ("What", "From", "To", "In all", "By"), [
            (METRIC[r["metric"]].label, _at(r["starts"]), _at(r["ends"]),
             f"{r['value']:,.0f} {METRIC[r['metric']].unit}".removesuffix(" 1"), r["device"])
            for r in read.counted
        ]),
        Part("Reports of your implants", ("Came", "Device", "What somebody should look at"), [
            _implant(r) for r in read.implants
        ]),
    ]  # fmt: skip
    return [part for part in parts if part.rows]


def _treatment(row: Mapping[str, Any]) -> tuple[str, ...]:
    try:
        said = msgspec.json.decode(row["body"], type=dict[str, Any])
    except msgspec.DecodeError:  # its key is not to be had
        return (_at(row["at"]), "It cannot be read", "", row["device"])
    amounts = [
        f"{said[name]:g} {unit}"
        for name, unit in (("insulin", "U"), ("carbs", "g"))
        if type(said.get(name)) in (int, float)
    ]
    kind = str(said.get("eventType") or "Note")[:100]
    return (_at(row["at"]), kind, ", ".join(amounts), row["device"])


def _implant(row: Mapping[str, Any]) -> tuple[str, ...]:
    try:
        report = parse(base64.b64decode(row["body"], validate=True))
    except (ValueError, Unreadable):
        return (_at(row["at"]), "It cannot be read", "")
    flagged = [f"{each.text or each.code}: {each.said} {each.unit}".strip()
               for each in alerts(report)]  # fmt: skip
    return (_at(row["at"]), f"{report.model} {report.serial}".strip(), "; ".join(flagged[:20]))


def _alarms_head(alarms: Rows) -> str:
    total = alarms[0]["total"] if alarms else 0
    return f"Alarms: the newest {len(alarms)} of {total}" if total > len(alarms) else "Alarms"


def _done(row: Mapping[str, Any]) -> str:
    if row["acknowledged_by"]:
        reason = f": {row['acknowledged_reason']}" if row["acknowledged_reason"] else ""
        return f"Attended by {row['acknowledged_by']}{reason}"
    return f"Over since {_at(row['resolved'])}" if row["resolved"] else "Still on"


def _answer(row: Mapping[str, Any]) -> str:
    if not row["verdict"]:
        return "Waits for an answer"
    return f"{row['verdict'].capitalize()} by {row['decided_by']}: {row['answer']}"


def _at(at: Any) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "now"


def _ms(ms: int) -> str:
    return str(np.datetime64(ms, "m" if ms < 0 else "ms"))[:16].replace("T", " ")
