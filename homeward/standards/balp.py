"""Rows of the audit as FHIR R4 AuditEvents of IHE's Basic Audit Log Patterns (BALP 1.1).

An event for each patient a row names, as BALP wants it for a search that finds several. A query's
parameters are not told: they may be names. What was refused follows the same pattern with its
outcome, as BALP allows.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

PROFILE = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
TERMS = "http://terminology.hl7.org/CodeSystem/"
DICOM = "http://dicom.nema.org/resources/ontology/DCM"
RESTFUL = "http://hl7.org/fhir/restful-interaction"
SITE = "urn:homeward"
_SOURCE, _DESTINATION = (DICOM, "110153"), (DICOM, "110152")
_RECIPIENT = (f"{TERMS}v3-ParticipationType", "IRCP")
_AUTHOR = (f"{TERMS}v3-ParticipationType", "AUT")
# By action: the profile, and what the client, the server and the user are in it.
_PATTERNS = {
    "C": ("Create", _SOURCE, _DESTINATION, _AUTHOR),
    "R": ("Read", _DESTINATION, _SOURCE, _RECIPIENT),
    "U": ("Update", _SOURCE, _DESTINATION, _AUTHOR),
    "D": (
        "Delete", (DICOM, "110150"), (f"{TERMS}provenance-participant-type", "custodian"), _AUTHOR,
    ),
    "E": ("Query", _SOURCE, _DESTINATION, _RECIPIENT),
}  # fmt: skip
_REST = {"system": f"{TERMS}audit-event-type", "code": "rest"}
_LOGIN = "login"  # DICOM PS3.16, CID 401: User Authentication


@dataclass(frozen=True, slots=True)
class Audited:
    """What an event is made of: one row of the audit. `at` in microseconds since 1970 UTC."""

    id: int
    at: int
    action: str
    subtype: str
    person: int | None
    name: str
    role: str
    address: str
    patients: Sequence[int]
    kind: str
    object: str
    purpose: str
    outcome: int
    route: str


def audit_events(row: Audited) -> list[dict[str, Any]]:
    """The events of a row: one for each patient, or one where it names none."""
    return [_event(row, patient) for patient in row.patients] or [_event(row, None)]


def _event(row: Audited, patient: int | None) -> dict[str, Any]:
    pattern, client, server, user = _PATTERNS[row.action]
    whole = f"{'' if patient is None else 'Patient'}{pattern}"
    is_login = row.subtype == _LOGIN
    at = datetime.fromtimestamp(row.at / 1e6, UTC)
    return {
        "resourceType": "AuditEvent",
        "id": f"{row.id}" if patient is None else f"{row.id}-{patient}",
        **({} if is_login or row.outcome else {"meta": {"profile": [PROFILE + whole]}}),
        "type": _coding(DICOM, "110114") if is_login else _REST,
        "subtype": [_coding(DICOM, "110122") if is_login else _coding(RESTFUL, row.subtype)],
        "action": row.action,
        "recorded": at.isoformat(timespec="microseconds"),
        "outcome": str(row.outcome),
        "agent": [
            _machine(client, row.address or "terminal", row.address),
            _machine(server, "homeward", ""),
            *_person(user, row),
        ],
        "source": {"observer": _identifier("system", "homeward")},
        "entity": [*_about(patient), _data(row)],
    }


def _coding(system: str, code: str) -> dict[str, str]:
    return {"system": system, "code": code}


def _concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [_coding(system, code)]}


def _identifier(what: str, value: str) -> dict[str, Any]:
    return {"identifier": {"system": f"{SITE}:{what}", "value": value}}


def _machine(kind: tuple[str, str], name: str, address: str) -> dict[str, Any]:
    network = {"address": address or "localhost", "type": "2" if address else "1"}
    return {
        "type": _concept(*kind),
        "who": _identifier("system", name),
        "requestor": False,
        "network": network,
    }


def _person(kind: tuple[str, str], row: Audited) -> list[dict[str, Any]]:
    who = row.role if row.person is None else str(row.person)
    return [
        {
            "type": _concept(*kind),
            "who": _identifier("person", who),
            "requestor": True,
            "role": [{"text": row.role}],
            **({"name": row.name} if row.name else {}),
            "purposeOfUse": [_concept(f"{TERMS}v3-ActReason", row.purpose)],
        }
    ]


def _about(patient: int | None) -> list[dict[str, Any]]:
    if patient is None:
        return []
    return [
        {
            "what": {"reference": f"Patient/{patient}"},
            "type": _coding(f"{TERMS}audit-entity-type", "1"),
            "role": _coding(f"{TERMS}object-role", "1"),
        }
    ]


def _data(row: Audited) -> dict[str, Any]:
    entity: dict[str, Any] = {"type": _coding(f"{TERMS}audit-entity-type", "2")}
    if row.action == "E":
        entity["role"] = _coding(f"{TERMS}object-role", "24")
        entity["query"] = b64encode(row.route.encode()).decode()
    else:
        entity["role"] = _coding(f"{TERMS}object-role", "4")
        entity["what"] = _identifier(row.kind, row.object or row.kind)
    return entity
