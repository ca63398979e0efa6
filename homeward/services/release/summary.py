"""The record as a PDF to read: short enough for a person, and it says where the rest is."""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from homeward.clinical.limit import shown_unit
from homeward.clinical.score import OWN
from homeward.clinical.words import (
    ENGLISH,
    WORDS,
    Speech,
    glucose_decimals,
    glucose_in,
    glucose_said_in,
    said_again,
)
from homeward.clinical.words.alarm_text import alarm_text, number_in
from homeward.model.errors import Unreadable
from homeward.model.total import METRIC
from homeward.model.vital import BY_INDEX, GLUCOSE
from homeward.services.paper import Curve, Part, paper
from homeward.services.release.accounting import went_again
from homeward.services.release.gather import LOOK_BACK, Q, Whose, still
from homeward.services.release.meters import in_words, newest
from homeward.services.release.questions import rows_of
from homeward.standards.gatt.beside import Together
from homeward.standards.idco import alerts, parse
from homeward.store.chunks import trend

ALARMS_MAX = 200
LOOKED_MAX = 300
WENT_MAX = 300
ANSWERED_MAX = 200
TOLD_MAX = 100
IMPLANTS_MAX = 100
POINTS = 120
ENGLISH_WORDS = WORDS[ENGLISH.language]
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
    meters: list[Together]
    implants: Rows
    counted: Rows


async def summary(of: Whose) -> bytes:
    """The PDF. Raises Missing where the right to see has ended."""
    read = await _read(of)
    title = of.say("summary.title", name=read.who["name"])
    return await asyncio.to_thread(paper, title, _lead(of), parts(read, of.say), of.say)


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
        meters=await newest(of, TOLD_MAX),
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
    return f"{of.say('summary.lead', at=of.say.minute(of.now))} {of.say('summary.lead.rest')}"


def parts(read: Read, say: Speech = ENGLISH) -> list[Part]:
    """What stands on the page, part by part; a part without rows says that there are none."""
    part = _Wording(say)
    return [
        *_stays(read, part),
        Part(part("vitals"), part.head("what", "*lowest", "*average", "*highest", "last"), [
            _vital(vital, curve, say) for vital, curve in read.curves.items()
        ], {_named(v, say): _told_in(v, c, say) for v, c in read.curves.items()}),
        *_apps(read, part),
        *_care(read, part),
        *_rights(read, part),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Wording:
    """Words of the page, as whoever reads it is spoken to."""

    say: Speech

    def __call__(self, key: str, **filled: object) -> str:
        return self.say(f"summary.{key}", **filled)

    def head(self, *keys: str) -> tuple[str, ...]:
        """Names of columns; with a star those that reports have, too."""
        return tuple(
            self.say(f"report.{key[1:]}") if key.startswith("*") else self(key) for key in keys
        )

    def known(self, kind: str, name: str) -> str:
        """The word for a value of ours; the value itself for one that is new."""
        return self(f"{kind}.{name}") if f"summary.{kind}.{name}" in ENGLISH_WORDS else name

    def at(self, at: datetime | None) -> str:
        """A moment; one that has not come is now."""
        return self.say.minute(at) if at else self("now")

    def newest(self, title: str, rows: Rows) -> str:
        """A title that says where there are more rows than are shown."""
        total = rows[0]["total"] if rows else 0
        if total <= len(rows):
            return self(title)
        return self("newest", what=self(title), shown=len(rows), total=total)


def _stays(read: Read, part: _Wording) -> list[Part]:
    who = read.who
    return [
        Part(part("who"), ("", ""), [
            (part("name"), who["name"]), (part("number"), who["record_number"]),
            (part("born"), part.say.day(date.fromisoformat(who["birth_date"]))),
            (part("sex"), part.known("sex", who["sex"])),
        ]),
        Part(part("where"), part.head("from", "to", "place"), [
            (part.at(r["starts"]), part.at(r["ends"]), f"{r['ward']}, {r['bed']}")
            for r in read.stays
        ]),
        Part(part("devices"), part.head("device", "kind", "since", "until"), [
            (r["name"], part.known("device", r["kind"]), part.at(r["starts"][0]),
             part.at(r["ends"][-1]))
            for r in read.devices
        ]),
    ]  # fmt: skip


def _care(read: Read, part: _Wording) -> list[Part]:
    unit = part.say.glucose_unit
    return [
        Part(part("plans"), part.head("since", "what", "why", "person"), [
            (part.at(r["at"]), _ordered(r, part), r["reason"], r["person"]) for r in read.plans
        ]),
        Part(part("questions"), part.head("when", "what", "points", "person"), [
            (part.at(r["answered"]),
             part("corrected", what=r["title"]) if r["replaced_by"] else r["title"],
             "" if r["points"] is None else f"{r['points']:g}, {r['band']}", r["person"])
            for r in read.answered
        ]),
        Part(part.newest("alarms", read.alarms),
             part.head("when", "alarm", "told", "priority", "done"), [
            (part.at(r["raised"]), alarm_text(glucose_said_in(r["text"], unit), part.say),
             said_again(r["patient_text"] or "", part.say.language),
             part.known("priority", r["priority"]), _done(r, part))
            for r in read.alarms
        ]),
    ]  # fmt: skip


def _rights(read: Read, part: _Wording) -> list[Part]:
    return [
        Part(part("relatives"), part.head("name", "of", "since", "until"), [
            (r["name"], ", ".join(part.known("priority", each) for each in r["priorities"]),
             part.at(r["starts"]), part.at(r["ends"])) for r in read.relatives
        ]),
        Part(part("corrections"), part.head("when", "what", "answer"), [
            (part.at(r["asked"]), _corrected(r, part), _answer(r, part)) for r in read.amendments
        ]),
        Part(part("went"), part.head("when", "whom", "what", "purpose"), [
            (part.at(datetime.fromtimestamp(r["at"] / 1000, UTC)),
             *(went_again(r[name], part.say) for name in ("recipient", "what", "purpose")))
            for r in read.went
        ]),
        Part(part("seen"), part.head("day", "person", "as", "times"), [
            (part.say.day(date.fromisoformat(r["day"])), r["person"] or part("operator"),
             part.known("role", r["role"]), str(r["times"])) for r in read.seen_by
        ]),
    ]  # fmt: skip


def _ordered(row: Mapping[str, Any], part: _Wording) -> str:
    say, subject = part.say, row["subject"]
    key = f"summary.score.{subject}" if row["kind"] == "score" else f"rule.{subject}"
    named = subject.removeprefix(OWN).replace("_", " ")
    if key in ENGLISH_WORDS:
        named = say(key)
    text = part(f"order.{row['said']}", subject=named, number=_bound(row, say))
    return text if row["holds"] else part("over", what=text)


def _bound(row: Mapping[str, Any], say: Speech) -> str:
    number = row["number"]
    if number is None:
        return ""
    if not row["subject"].startswith("glucose"):
        return number_in(f"{number:g}", say)
    value = glucose_in(number, say.glucose_unit)
    text = f"{value:.1f}" if glucose_decimals(say.glucose_unit) else f"{value:g}"
    return number_in(f"{text} {say.glucose_unit}", say)


def _vital(index: int, curve: Curve, say: Speech) -> tuple[str, ...]:
    vital, told = BY_INDEX[index], _told_in(index, curve, say)
    numbers = (told.low.min(), told.mean.mean(), told.high.max(), told.mean[-1])
    decimals = glucose_decimals(say.glucose_unit) if vital is GLUCOSE else vital.decimals
    return (_named(index, say), *(say.number(float(number), decimals) for number in numbers))


def _named(index: int, say: Speech) -> str:
    vital = BY_INDEX[index]
    label = say(f"summary.vital.{vital.name}")
    if vital is GLUCOSE:
        return f"{label} ({say.glucose_unit})"
    return label if vital.unit == "1" else f"{label} ({shown_unit(vital)})"


def _told_in(index: int, curve: Curve, say: Speech) -> Curve:
    if BY_INDEX[index] is not GLUCOSE:
        return curve
    factor = glucose_in(1.0, say.glucose_unit)
    return Curve(curve.at, curve.low * factor, curve.high * factor, curve.mean * factor)


def _apps(read: Read, part: _Wording) -> list[Part]:
    """What apps, counters and implants told; nothing where there is none."""
    parts = [
        Part(part.newest("apps", read.treatments), part.head("when", "what", "amounts", "by"), [
            _treatment(r, part) for r in read.treatments
        ]),
        Part(part.newest("meters", [dict(row) for each in read.meters for row in each.rows]),
             part.head("when", "value", "beside", "clock", "by"), [
            (part.at(row["at"]), *in_words(each, part.say), row["device"])
            for each in read.meters for row in each.rows[-1:]
        ]),
        Part(part("counted"), part.head("what", "from", "to", "all", "by"), [
            (part.known("metric", r["metric"]), part.at(r["starts"]), part.at(r["ends"]),
             f"{part.say.number(r['value'], in_groups=True)} {METRIC[r['metric']].unit}"
             .removesuffix(" 1"), r["device"])
            for r in read.counted
        ]),
        Part(part("implants"), part.head("came", "device", "look"), [
            _implant(r, part) for r in read.implants
        ]),
    ]  # fmt: skip
    return [each for each in parts if each.rows]


def _treatment(row: Mapping[str, Any], part: _Wording) -> tuple[str, ...]:
    at = part.at(row["at"])
    try:
        said = msgspec.json.decode(row["body"], type=dict[str, Any])
    except msgspec.DecodeError:  # its key is not to be had
        return (at, part("unread"), "", row["device"])
    amounts = [
        f"{said[name]:g} {unit}"
        for name, unit in (("insulin", "U"), ("carbs", "g"))
        if type(said.get(name)) in (int, float)
    ]
    kind = str(said.get("eventType") or "Note")[:100]
    return (at, kind, ", ".join(amounts), row["device"])


def _implant(row: Mapping[str, Any], part: _Wording) -> tuple[str, ...]:
    try:
        report = parse(base64.b64decode(row["body"], validate=True))
    except (ValueError, Unreadable):
        return (part.at(row["at"]), part("unread"), "")
    flagged = [f"{each.text or each.code}: {each.said} {each.unit}".strip()
               for each in alerts(report)]  # fmt: skip
    device = f"{report.model} {report.serial}".strip()
    return (part.at(row["at"]), device, "; ".join(flagged[:20]))


def _done(row: Mapping[str, Any], part: _Wording) -> str:
    if row["acknowledged_by"]:
        reason = f": {row['acknowledged_reason']}" if row["acknowledged_reason"] else ""
        return part("attended", who=row["acknowledged_by"]) + reason
    return part("ended", at=part.at(row["resolved"])) if row["resolved"] else part("on")


def _corrected(row: Mapping[str, Any], part: _Wording) -> str:
    field = {"name": "name", "birth_date": "born", "sex": "sex"}.get(row["field"], "other")
    before, wanted = (
        part.known("sex", each or "") if field == "sex" else each
        for each in (row["before"], row["wanted"])
    )
    return part("change", field=part(field), before=before, wanted=wanted)


def _answer(row: Mapping[str, Any], part: _Wording) -> str:
    if not row["verdict"]:
        return part("waits")
    return part(row["verdict"], who=row["decided_by"], answer=row["answer"])
