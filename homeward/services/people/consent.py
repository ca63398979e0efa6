"""What patients decide themselves: who may see which part of their record, what for, how long.

Enforced by PostgreSQL for each row (migrations 0040 and 0041), and told on the bus, so that what
streams ends at once. What is closed opens for whoever is called for the patient, and by breaking
the glass: a switch must not cost a life.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from homeward.model.consent import Consent, Decision, Part, Purpose
from homeward.model.errors import Conflict, Forbidden, Missing, Unreadable
from homeward.services.people.sign_in import Q
from homeward.standards.consent import fhir_consent
from homeward.store import Door

DAYS_MAX = 3_660


@dataclass(frozen=True, slots=True)
class Decided:
    """What a patient decides now. Care names one carer, or a ward; research nobody. `days` None:
    until it is withdrawn."""

    purpose: Purpose
    decision: Decision
    parts: tuple[Part, ...]
    person_id: int | None = None
    ward_id: int | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward somebody was on, or is on now."""

    id: int
    name: str
    kind: str
    is_now: bool


@dataclass(frozen=True, slots=True)
class _Whom:
    id: int
    name: str


async def consents(door: Door, patient: int) -> list[Consent]:
    """Every decision of a patient, the newest first."""
    return await door.all(Q.consents, Consent, patient=patient)


async def decide(door: Door, patient: int, decided: Decided, now: datetime) -> None:
    """Write a decision down; it takes the place of the one about the same before.

    Raises Unreadable for one that says nothing, Forbidden for closing the ward one lies on, Missing
    for a carer or ward that is none.
    """
    if door.actor is None:
        raise Forbidden
    _check(decided)
    consent = await _consent(door, patient, decided, now)
    about = {"patient": patient, "purpose": decided.purpose, "person": decided.person_id}
    async with door.transaction() as inside:
        await inside.one(Q.lock_decisions, dict, patient=patient)
        await inside.run(Q.replace_consent, ward=decided.ward_id, now=now, **about)
        await inside.run(
            Q.add_consent, ward=decided.ward_id, decision=decided.decision,
            parts=list(decided.parts), now=now,
            ends=None if decided.days is None else now + timedelta(days=decided.days),
            by=door.actor.person_id, resource=json.dumps(fhir_consent(consent, consent.starts)),
            **about,
        )  # fmt: skip


async def withdraw(door: Door, patient: int, consent: int, now: datetime) -> None:
    """It holds no more. Raises Conflict where it did not any more."""
    if not await door.run(Q.withdraw_consent, patient=patient, id=consent, now=now):
        raise Conflict("This was withdrawn or ran out before.", "consent_over")


async def bundle(door: Door, patient: int, now: datetime) -> dict[str, Any]:
    """Every decision as FHIR, as they stand now."""
    at = round(now.timestamp() * 1000)
    found = [fhir_consent(each, at) for each in await consents(door, patient)]
    return {
        "resourceType": "Bundle", "type": "collection", "total": len(found),
        "entry": [{"resource": each} for each in found],
    }  # fmt: skip


async def carer_named(door: Door, name: str) -> int:
    """The nurse or doctor of exactly this name. Raises Missing, Conflict for two of a name."""
    found = await door.all(Q.carers_named, _Whom, name=name.strip())
    if not found:
        raise Missing("No nurse or doctor here has exactly this name.", "carer_unknown")
    if len(found) > 1:
        raise Conflict(
            "Two have this name. Ask your care team to help you with this.", "carer_twice"
        )
    return found[0].id


def _check(decided: Decided) -> None:
    if not decided.parts:
        raise Unreadable("Say which part of your record this is about.", "choose_one")
    if decided.days is not None and not 1 <= decided.days <= DAYS_MAX:
        raise Unreadable(f"For 1 to {DAYS_MAX} days, or until it is withdrawn.", "consent_days")
    named = [each for each in (decided.person_id, decided.ward_id) if each is not None]
    if len(named) != (1 if decided.purpose == "care" else 0):
        raise Unreadable("Care is with one carer or one ward, research with nobody by name.")
    is_permit = decided.decision == "permit"
    if is_permit and decided.ward_id is not None:
        raise Unreadable("A ward sees whoever lies there; name a carer.")
    if not is_permit and decided.purpose == "research":
        raise Unreadable("Nothing is used for research unless it is agreed to.")


async def _consent(door: Door, patient: int, decided: Decided, now: datetime) -> Consent:
    """Raises Missing, Forbidden."""
    person = ward = None
    if decided.person_id is not None:
        person = await door.maybe(Q.carer, _Whom, person=decided.person_id)
        if person is None:
            raise Missing("There is no such nurse or doctor.", "carer_gone")
    if decided.ward_id is not None:
        found = {each.id: each for each in await door.all(Q.wards_of, Ward, patient=patient)}
        ward = found.get(decided.ward_id)
        if ward is None:
            raise Missing("You were never on this ward.", "ward_never")
        if ward.is_now and ward.kind == "ward":
            raise Forbidden(
                "While you lie on a ward, its team must see how you are.", "ward_must_see"
            )
    starts = round(now.timestamp() * 1000)
    ends = None if decided.days is None else starts + decided.days * 86_400_000
    return Consent(
        0, patient, decided.purpose, decided.decision,
        person.id if person else None, person.name if person else None,
        ward.id if ward else None, ward.name if ward else None,
        list(decided.parts), starts, ends, None,
    )  # fmt: skip
