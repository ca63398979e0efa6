"""Routes of the audit: who saw whom, for who must answer that, and for the patient."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Query, Request
from pydantic import Field

from homeward.guard.audit import Entry
from homeward.guard.route import IN_PATH, Route
from homeward.model.errors import Unreadable
from homeward.model.person import Role
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.trail import views as v
from homeward.services.trail.noting import Q
from homeward.standards.balp import Audited, audit_events

ROWS_MAX = 100
NUMBER_MAX = 2**63 - 1
LOOKED_MAX = 300
LOOKED_FOR = timedelta(days=6 * 365)  # 45 CFR 164.528: an accounting of six years
SEARCH_CHARACTERS_MIN = 2
FOUND_MAX = 20
FOREVER_MS = 253_402_300_799_000  # the last moment a date can say

Milliseconds = Annotated[int, Query(ge=0, le=FOREVER_MS)]
Number = Annotated[int | None, Query(ge=1, lt=2**63)]


async def get_audit(
    door: Asking,
    patient: Number = None,
    person: Number = None,
    since: Milliseconds = 0,
    until: Milliseconds = FOREVER_MS,
    before: Number = None,
    refused: bool = False,
) -> v.AuditFound:
    """Who did what with whose data, newest first: of a patient, of a person, of a span."""
    asked = Q.found if person is None else Q.found_of_person
    rows = await door.all(
        asked if patient is None else Q.found_of_patient, v.AuditEntry, patient=patient,
        person=person, refused=refused, before=before or NUMBER_MAX, since=_at(since),
        until=_at(until), rows_max=ROWS_MAX,
    )  # fmt: skip
    return v.AuditFound(rows, rows[-1].id if len(rows) == ROWS_MAX else None)


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


@dataclass(frozen=True)
class Sought:
    """Part of a name, a record number or a bed."""

    search: Annotated[str, Field(max_length=100)]


async def post_audit_patient_search(said: Sought, door: Asking) -> list[v.PatientFound]:
    """Whom to ask about; nobody's data. By POST: a name in an address would lie in logs."""
    search = said.search.strip()
    if len(search) < SEARCH_CHARACTERS_MIN:
        return []
    wanted = search.casefold()
    everybody = await door.all(Q.patients_named, v.PatientFound)
    found = [each for each in everybody if each.has(wanted)]
    return sorted(found, key=lambda each: (each.name, each.id))[:FOUND_MAX]


async def get_audit_events(entry_id: int, door: Asking) -> v.AuditEvents:
    """One act as FHIR AuditEvents, by IHE's Basic Audit Log Patterns."""
    row = await door.one(Q.entry, Entry, id=entry_id)
    told = Audited(
        row.id, row.at, row.action, row.subtype, row.person, "", row.role, row.address,
        row.patients, row.kind, row.object, row.purpose, row.outcome, row.route,
    )  # fmt: skip
    return v.AuditEvents(audit_events(told))


async def get_who_looked(
    patient_id: int, door: Asking, request: Request, zone: str = "UTC"
) -> list[v.Looked]:
    """Who saw or changed my record, a line for each person and day, newest first."""
    tools: Tools = request.app.state.tools
    own = door.actor.person_id if door.actor else None
    return await door.all(
        Q.who_looked, v.Looked, patient=patient_id, zone=_zone(zone), own=own,
        since=tools.now() - LOOKED_FOR, rows_max=LOOKED_MAX,
    )  # fmt: skip


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unreadable("There is no such time zone.", "zone_unknown") from None


AUDITORS = frozenset({Role.ADMINISTRATOR})
ANSWERS = "whoever answers for it sees who opened whose record, and nothing that is in it"

ROUTES = (
    Route("GET", "/api/audit", get_audit, AUDITORS, as_platform=ANSWERS),
    Route(
        "POST", "/api/audit/patients/search", post_audit_patient_search, AUDITORS,
        as_platform=ANSWERS,
    ),
    Route("GET", "/api/audit/{entry_id}/events", get_audit_events, AUDITORS, as_platform=ANSWERS),
    Route(
        "GET", "/api/patients/{patient_id}/audit", get_who_looked, frozenset({Role.PATIENT}),
        as_platform=IN_PATH,
    ),
)  # fmt: skip
