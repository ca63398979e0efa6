"""Breaking the glass: whoever is on no team of a patient opens the record in an emergency.

Never refused to a carer, since a life may hang on it; never unseen: with a reason, for an hour,
told to the patient and to who reviews it (45 CFR 164.312(a)(2)(ii), emergency access procedure).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from homeward.guard.sealing import Secret, of_patient
from homeward.model.errors import Conflict, Forbidden, Missing, Unreadable
from homeward.services.people.admission import numbered
from homeward.services.people.sign_in import Q
from homeward.store import Door

OPEN_FOR = timedelta(minutes=60)
REASON_CHARACTERS_MIN = 10
REASON_CHARACTERS_MAX = 500
Verdict = Literal["justified", "not justified"]


@dataclass(frozen=True, slots=True)
class Found:
    """Enough to know that it is the right patient: nothing of what is in the record."""

    id: int
    name: str
    born: int
    ward: str | None
    bed: str | None


@dataclass(frozen=True, slots=True)
class Emergency:
    """One opening of a record in an emergency. Times in ms since 1970 UTC."""

    id: int
    patient_id: int
    patient: str
    person: str
    role: str
    reason: str
    starts: int
    ends: int
    reviewed: int | None
    reviewed_by: str | None
    verdict: Verdict | None
    note: str


async def find(door: Door, record_number: str) -> Found:
    """The patient of exactly this record number. Raises Missing."""
    found = await door.maybe(Q.by_number, Found, number=numbered(record_number.strip()))
    if found is None:
        raise Missing("No patient has exactly this record number.")
    return found


async def open_glass(door: Door, patient: int, reason: str, now: datetime) -> datetime:
    """Open a record for an hour; until when. Raises Unreadable without a reason, Missing."""
    if door.actor is None:
        raise Forbidden
    reason = reason.strip()[:REASON_CHARACTERS_MAX]
    if len(reason) < REASON_CHARACTERS_MIN:
        raise Unreadable(f"Say why, in {REASON_CHARACTERS_MIN} letters or more.")
    until = now + OPEN_FOR
    values = {"patient": patient, "person": door.actor.person_id, "now": now, "until": until}
    async with door.transaction() as inside:
        if await inside.maybe(Q.patient, dict, patient=patient) is None:
            raise Missing("There is no such patient.")
        sealed = Secret(of_patient(patient), "emergency_access.reason", reason)
        await inside.one(Q.open_glass, dict, reason=sealed, **values)
    return until


async def review(door: Door, emergency: int, verdict: Verdict, note: str, now: datetime) -> None:
    """Say whether it was right. Raises Conflict where somebody did, and for one's own."""
    if door.actor is None:
        raise Forbidden
    found = await door.maybe(Q.opened_whose, dict, id=emergency)
    if found is None:
        raise Missing("There is no such emergency.")
    note = note.strip()[:REASON_CHARACTERS_MAX]
    sealed = Secret(of_patient(found["patient"]), "emergency_access.note", note)
    values = {"id": emergency, "verdict": verdict, "note": sealed}
    if not await door.run(Q.review_glass, by=door.actor.person_id, now=now, **values):
        raise Conflict("This was reviewed before, or is your own.")
