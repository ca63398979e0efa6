"""Routes of the right to see: the team of a ward, and records opened in an emergency."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Request
from pydantic import Field

from homeward.guard.route import STAFF, Route
from homeward.model.person import Role
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.people import emergency, teams
from homeward.services.people.emergency import Emergency, Found, Verdict
from homeward.services.people.sign_in import Q
from homeward.services.people.teams import Carer, Member

ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
Words = Annotated[str, Field(max_length=emergency.REASON_CHARACTERS_MAX)]


@dataclass(frozen=True)
class NewMember:
    """Who works on a ward from now on, or on every ward."""

    person_id: int
    everywhere: bool = False
    why: Words = ""


@dataclass(frozen=True)
class Wanted:
    """The record number of whoever lies there."""

    record_number: Annotated[str, Field(max_length=100)]


@dataclass(frozen=True)
class BreakGlass:
    """Whose record is opened, and why: told to the patient and to who reviews it."""

    patient_id: int
    reason: Words


@dataclass(frozen=True)
class Review:
    """What the review says."""

    verdict: Verdict
    note: Words = ""


@dataclass(frozen=True, slots=True)
class Team:
    """Who works on a ward, and who could."""

    members: list[Member]
    carers: list[Carer]


@dataclass(frozen=True, slots=True)
class Opened:
    """Until when a record is open (ms since 1970 UTC)."""

    until: int


def _tools(request: Request) -> Tools:
    return request.app.state.tools


async def get_team(ward_id: int, door: Asking) -> Team:
    """Who works on a ward: whose records they may open."""
    members = await door.all(Q.team, Member, ward=ward_id)
    return Team(members, await door.all(Q.carers, Carer))


async def post_member(ward_id: int, said: NewMember, door: Asking, request: Request) -> Team:
    """Somebody works on this ward, or on every ward, from now on."""
    ward = None if said.everywhere else ward_id
    tools = _tools(request)
    await teams.put(door, said.person_id, ward, tools.now(), said.why)
    await teams.tell(tools.bus)
    return await get_team(ward_id, door)


async def delete_member(staff_id: int, door: Asking, request: Request) -> None:
    """They do not work there any more; what they had open closes within seconds."""
    tools = _tools(request)
    await teams.end(door, staff_id, tools.now())
    await teams.tell(tools.bus)


async def post_emergency_search(said: Wanted, door: Asking) -> Found:
    """Whose record number this is, for an emergency."""
    return await emergency.find(door, said.record_number)


async def post_emergency(said: BreakGlass, door: Asking, request: Request) -> Opened:
    """Open a record in an emergency, for an hour."""
    now = _tools(request).now()
    until = await emergency.open_glass(door, said.patient_id, said.reason, now)
    return Opened(round(until.timestamp() * 1000))


async def get_emergencies(door: Asking) -> list[Emergency]:
    """Records opened in an emergency, those to be reviewed first."""
    return await door.all(Q.emergencies, Emergency, patient=None)


async def get_patient_emergencies(patient_id: int, door: Asking) -> list[Emergency]:
    """When one patient's record was opened in an emergency, by whom and why."""
    return await door.all(Q.emergencies, Emergency, patient=patient_id)


async def post_review(access_id: int, said: Review, door: Asking, request: Request) -> None:
    """Say whether an opening was justified."""
    await emergency.review(door, access_id, said.verdict, said.note, _tools(request).now())


REVIEW = "whoever reviews sees who opened whose record and why, and nothing that is in it"
BY_NUMBER = "in an emergency somebody of no team names exactly one record, and sees who it is"
RIGHTS_ROUTES = (
    Route("GET", "/api/wards/{ward_id}/team", get_team, STAFF | ADMINISTRATORS),
    Route("POST", "/api/wards/{ward_id}/team", post_member, ADMINISTRATORS),
    Route("DELETE", "/api/team/{staff_id}", delete_member, ADMINISTRATORS),
    Route("POST", "/api/emergency/search", post_emergency_search, STAFF, as_platform=BY_NUMBER),
    Route("POST", "/api/emergency", post_emergency, STAFF),
    Route("GET", "/api/emergency", get_emergencies, ADMINISTRATORS, as_platform=REVIEW),
    Route("POST", "/api/emergency/{access_id}/review", post_review, ADMINISTRATORS),
    Route(
        "GET", "/api/patients/{patient_id}/emergency", get_patient_emergencies,
        STAFF | {Role.PATIENT},
    ),
)  # fmt: skip
