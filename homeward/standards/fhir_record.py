"""A patient's record as FHIR R4 (4.0.1) resources: one function a kind of row.

Rows are mappings as `services/release/queries.sql` names their columns; times are `datetime` with a
zone. What the house knows no code for is told in words: a text is better than a code that is
nearly right.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from homeward.model.vital import BY_NAME, CONSCIOUSNESS_LETTERS, Vital

Row = Mapping[str, Any]
Resource = dict[str, Any]

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
MDC = "urn:iso:std:iso:11073:10101"
TERMS = "http://terminology.hl7.org/CodeSystem/"
SITE = "urn:homeward"
_SEVERITIES = {"high": "high", "medium": "moderate", "low": "low"}
_SEXES = {"female": "female", "male": "male", "other": "other", "unknown": "unknown"}
_ABSENT = {
    "refused": ("asked-declined", "Refused"),
    "asleep": ("not-performed", "Asleep"),
    "off_ward": ("not-performed", "Off the ward"),
    "device": ("error", "The device could not measure it"),
}
CONSCIOUSNESS = ("Alert", "New confusion", "Responds to voice", "Responds to pain", "Unresponsive")
_EVENTS = {
    "raised": "Raised", "acknowledged": "Acknowledged", "cleared": "The condition ended",
    "resolved": "Over",
}  # fmt: skip


def instant(at: datetime) -> str:
    """A moment as FHIR writes it: UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def reference(kind: str, number: object) -> Resource:
    """Where another resource of the same record is."""
    return {"reference": f"{kind}/{number}"}


def said(text: str) -> Resource:
    """Something told in words."""
    return {"text": text}


def _by(name: str | None) -> Resource:
    return {"display": name or "The platform itself"}


def _period(starts: datetime, ends: datetime | None) -> Resource:
    return {"start": instant(starts)} | ({"end": instant(ends)} if ends else {})


def patient(row: Row) -> Resource:
    """Whose record it is."""
    return {
        "resourceType": "Patient",
        "id": str(row["id"]),
        "identifier": [{"system": f"{SITE}:record-number", "value": row["record_number"]}],
        "name": [{"text": row["name"]}],
        "gender": _SEXES[row["sex"]],
        "birthDate": row["birth_date"],
    }


def stay(row: Row, patient: int) -> Resource:
    """One stay in a bed or at home."""
    is_home = row["kind"] == "home"
    return {
        "resourceType": "Encounter",
        "id": f"stay-{row['id']}",
        "status": "finished" if row["ends"] else "in-progress",
        "class": {"system": f"{TERMS}v3-ActCode", "code": "HH" if is_home else "IMP"},
        "subject": reference("Patient", patient),
        "period": _period(row["starts"], row["ends"]),
        "location": [{"location": {"display": f"{row['ward']}, {row['bed']}"}}],
    }


def device(row: Row, patient: int) -> Resource:
    """A device they wear or wore."""
    return {
        "resourceType": "Device",
        "id": str(row["id"]),
        "status": "active" if row["status"] == "active" else "inactive",
        "deviceName": [{"name": row["name"], "type": "user-friendly-name"}],
        "type": said(row["kind"]),
        "patient": reference("Patient", patient),
        "note": [
            {"text": f"Worn from {instant(worn[0])} to {instant(worn[1]) if worn[1] else 'now'}."}
            for worn in zip(row["starts"], row["ends"], strict=True)
        ],
    }


def code_of(vital: Vital) -> Resource:
    """A vital sign's codes, LOINC's first."""
    known = ((LOINC, vital.loinc), (MDC, vital.mdc))
    codings = [{"system": system, "code": str(code)} for system, code in known if code is not None]
    return ({"coding": codings} if codings else {}) | said(vital.label)


def quantity(value: float, unit: str) -> Resource:
    """A number with its UCUM unit."""
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def value_of(vital: Vital, value: float) -> Resource:
    """A reading as its kind wants it: a quantity, a word or a yes."""
    if vital.name == "consciousness":
        place = round(value)
        letter = CONSCIOUSNESS_LETTERS[place]
        return {"valueCodeableConcept": said(f"{letter}: {CONSCIOUSNESS[place]}")}
    if vital.name == "on_oxygen":
        return {"valueBoolean": value >= 0.5}
    return {"valueQuantity": quantity(value, vital.unit)}


def vital_sign(vital: Vital, patient: int, identity: str) -> Resource:
    """What every observation of a vital sign begins with."""
    return {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "category": [
            {"coding": [{"system": f"{TERMS}observation-category", "code": "vital-signs"}]}
        ],
        "code": code_of(vital),
        "subject": reference("Patient", patient),
    }


def entered(row: Row, patient: int) -> list[Resource]:
    """What somebody entered at the bedside: an observation for each value. A corrected one stays,
    and says so."""
    status = {"status": "entered-in-error"} if row["corrected_by"] else {}
    found: list[Resource] = []
    for value in row["values"]:
        vital = BY_NAME[value["vital"]]
        one = vital_sign(vital, patient, f"entered-{row['id']}-{vital.name}".replace("_", "-"))
        one |= status | {
            "effectiveDateTime": instant(row["at"]),
            "issued": instant(row["entered"]),
            "performer": [_by(row["person"])],
        }
        if value["absent"]:
            code, words = _ABSENT[value["absent"]]
            coding = [{"system": f"{TERMS}data-absent-reason", "code": code}]
            one["dataAbsentReason"] = {"coding": coding, "text": words}
        else:
            one |= value_of(vital, value["value"])
        if row["reason"]:
            one["note"] = [{"text": f"Correction: {row['reason']}"}]
        found.append(one)
    return found


def alarm(row: Row, patient: int) -> Resource:
    """One alarm, who was called, and what was done."""
    issue: Resource = {
        "resourceType": "DetectedIssue",
        "id": f"alarm-{row['id']}",
        "status": "final" if row["resolved"] else "preliminary",
        "code": said(row["condition"].replace("_", " ")),
        "severity": _SEVERITIES[row["priority"]],
        "patient": reference("Patient", patient),
        "identifiedPeriod": _period(row["since"], row["resolved"]),
        "detail": row["text"],
    }
    acted = zip(row["events"], row["event_people"], row["event_reasons"], strict=True)
    called = zip(row["calls"], row["call_people"], strict=True)
    done = [_event(*each) for each in acted] + [_call(*each) for each in called]
    if done:
        issue["mitigation"] = sorted(done, key=lambda each: each["date"])
    return issue


def _event(event: Row, person: str, reason: str) -> Resource:
    words = _EVENTS.get(event["event"], event["event"].replace("_", " ").capitalize())
    who = f" by {person}" if person else ""
    return {"action": said(f"{words}{who}{f': {reason}' if reason else ''}"), "date": event["at"]}


def _call(call: Row, person: str) -> Resource:
    seen = ", who saw it" if call["seen"] else ""
    return {"action": said(f"Called: {person} ({call['role']}){seen}"), "date": call["at"]}


def score(row: Row, patient: int) -> Resource:
    """An early-warning score, each time it changed."""
    known = (
        {"valueInteger": row["total"]}
        if row["total"] is not None
        else {"valueString": f"{row['low']} to {row['high']}: inputs were missing"}
    )
    return {
        "resourceType": "Observation",
        "id": f"score-{row['id']}",
        "status": "final",
        "category": [{"coding": [{"system": f"{TERMS}observation-category", "code": "survey"}]}],
        "code": said(row["name"]),
        "subject": reference("Patient", patient),
        "effectiveDateTime": instant(row["at"]),
        "interpretation": [said(f"risk: {row['risk']}")],
        **known,
    }


def letter(row: Row, patient: int) -> Resource:
    """What somebody wrote to a patient, or as one; without words where none can be read."""
    return {
        "resourceType": "Communication",
        "id": f"letter-{row['id']}",
        "status": "completed",
        "subject": reference("Patient", patient),
        "sent": instant(row["at"]),
        "sender": _by(row["author"]),
        **({"payload": [{"contentString": row["body"]}]} if row["body"] else {}),
    }


def plans(rows: Sequence[Row], patient: int) -> list[Resource]:
    """What is and was planned: how often they are observed, limits of their own and so on."""
    return [
        {
            "resourceType": "CarePlan",
            "id": f"plan-{row['kind']}-{row['id']}",
            "status": "active" if row["holds"] else "completed",
            "intent": "order",
            "subject": reference("Patient", patient),
            "period": _period(row["at"], row["until"]),
            "created": instant(row["at"]),
            "author": _by(row["person"]),
            "description": row["words"] + (f" ({row['reason']})" if row["reason"] else ""),
        }
        for row in rows
    ]


def relative(row: Row, patient: int) -> Resource:
    """Somebody the patient wants told."""
    return {
        "resourceType": "RelatedPerson",
        "id": f"relative-{row['id']}",
        "active": row["ends"] is None,
        "patient": reference("Patient", patient),
        "name": [{"text": row["name"]}],
        "relationship": [said(f"is told of alarms of {', '.join(row['priorities'])} priority")],
        "period": _period(row["starts"], row["ends"]),
    }


def amendment(row: Row, patient: int) -> Resource:
    """A correction somebody asked for: what was there, what was wanted, and what was answered."""
    words = f"{row['field']}: from {row['before'] or 'nothing'!r} to {row['wanted']!r}"
    answer = f"; {row['verdict']}: {row['answer']}" if row["verdict"] else "; waits for an answer"
    return {
        "resourceType": "Provenance",
        "id": f"amendment-{row['id']}",
        "target": [reference("Patient", patient)],
        "recorded": instant(row["decided"] or row["asked"]),
        "activity": said(f"Amendment asked for: {words}{answer}"),
        "agent": [{"who": _by(row["decided_by"] or row["asked_by"])}],
        "reason": [said(row["reason"])],
    }
