"""Routes of what patients decide themselves."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Request
from pydantic import Field

from homeward.guard.route import STAFF, Route
from homeward.model.consent import Consent, Decision, Part, Purpose
from homeward.model.person import Role
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.people import teams
from homeward.services.people.consent import (
    DAYS_MAX,
    Decided,
    Ward,
    bundle,
    carer_named,
    consents,
    decide,
    withdraw,
)
from homeward.services.people.sign_in import Q
from homeward.services.people.teams import Carer

OWN = frozenset({Role.PATIENT})
Days = Annotated[int, Field(ge=1, le=DAYS_MAX)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


@dataclass(frozen=True)
class NewConsent:
    """What a patient decides. Care: with one carer, by number or by exact name, or a ward."""

    purpose: Purpose
    decision: Decision
    parts: tuple[Part, ...]
    person_id: int | None = None
    name: Name | None = None
    ward_id: int | None = None
    days: Days | None = None


@dataclass(frozen=True, slots=True)
class Consents:
    """What a patient decided, and with whom they could: wards they are or were on, and who works
    there. `now` in ms since 1970 UTC."""

    now: int
    decided: list[Consent]
    wards: list[Ward]
    carers: list[Carer]


def _tools(request: Request) -> Tools:
    return request.app.state.tools


async def get_consents(patient_id: int, door: Asking, request: Request) -> Consents:
    """What one patient decided, and what they could."""
    now = round(_tools(request).now().timestamp() * 1000)
    wards = await door.all(Q.wards_of, Ward, patient=patient_id)
    carers = await door.all(Q.carers_of, Carer, patient=patient_id)
    return Consents(now, await consents(door, patient_id), wards, carers)


async def get_consents_fhir(patient_id: int, door: Asking, request: Request) -> dict[str, Any]:
    """The same as a Bundle of FHIR R4 Consents."""
    return await bundle(door, patient_id, _tools(request).now())


async def post_consent(
    patient_id: int, said: NewConsent, door: Asking, request: Request
) -> Consents:
    """A patient decides who may see which part of their record, or that research may use it."""
    person = said.person_id if said.name is None else await carer_named(door, said.name)
    decided = Decided(
        said.purpose, said.decision, said.parts, person, said.ward_id, said.days
    )  # fmt: skip
    tools = _tools(request)
    await decide(door, patient_id, decided, tools.now())
    await teams.tell(tools.bus)
    return await get_consents(patient_id, door, request)


async def delete_consent(
    patient_id: int, consent_id: int, door: Asking, request: Request
) -> Consents:
    """It holds no more: whatever it opened closes at once."""
    tools = _tools(request)
    await withdraw(door, patient_id, consent_id, tools.now())
    await teams.tell(tools.bus)
    return await get_consents(patient_id, door, request)


CONSENT_ROUTES = (
    Route("GET", "/api/patients/{patient_id}/consents", get_consents, STAFF | OWN),
    Route("GET", "/api/patients/{patient_id}/consents/fhir", get_consents_fhir, STAFF | OWN),
    Route("POST", "/api/patients/{patient_id}/consents", post_consent, OWN),
    Route("DELETE", "/api/patients/{patient_id}/consents/{consent_id}", delete_consent, OWN),
)
