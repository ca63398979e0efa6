"""Routes of erasure: a patient asks; an administrator sees what it would do, and decides."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Request
from pydantic import Field

from homeward.guard.route import Route
from homeward.model.errors import Forbidden, Missing
from homeward.model.person import Role
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.people import erasing
from homeward.services.people.erasing import Report, Wish
from homeward.services.people.sign_in import Q
from homeward.store import Door

ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
Words = Annotated[str, Field(max_length=erasing.WHY_CHARACTERS_MAX)]
DECIDES = "whoever decides sees who wants to be erased and what of it there is, and no data"


@dataclass(frozen=True)
class Refusal:
    """Why not: the patient reads it."""

    patient_id: int
    why: Words


@dataclass(frozen=True)
class Confirmation:
    """Whose data is erased, said again: it cannot be undone."""

    patient_id: int


def _tools(request: Request) -> Tools:
    return request.app.state.tools


def _me(door: Door) -> int:
    if door.actor is None:
        raise Forbidden
    return door.actor.person_id


async def get_own(patient_id: int, door: Asking) -> list[Wish]:
    """What one patient wished, and what was decided."""
    return await door.all(Q.erasures, Wish, patient=patient_id)


async def post_own(patient_id: int, door: Asking, request: Request) -> None:
    """A patient wants their data to be erased."""
    await erasing.ask(door.as_platform, patient_id, _me(door), _tools(request).now())


async def get_wishes(door: Asking) -> list[Wish]:
    """Who wants to be erased, those to be decided first, and who was."""
    return await erasing.wishes(door)


async def get_report(erasure_id: int, door: Asking) -> Report:
    """What it would destroy, what is kept, and what stands in the way."""
    return await erasing.look(door, await _patient(door, erasure_id))


async def post_refusal(erasure_id: int, said: Refusal, door: Asking, request: Request) -> None:
    """It is not done, and why."""
    await _same(door, erasure_id, said.patient_id)
    await erasing.refuse(door, erasure_id, _me(door), said.why, _tools(request).now())


async def post_erasure(
    erasure_id: int, said: Confirmation, door: Asking, request: Request
) -> Report:
    """It is done, for good; what was destroyed."""
    await _same(door, erasure_id, said.patient_id)
    patient = said.patient_id
    return await erasing.carry_out(_tools(request), door, patient, _me(door), erasure_id)


async def _patient(door: Door, erasure: int) -> int:
    found = await door.maybe(Q.erasure, dict, id=erasure)
    if found is None:
        raise Missing("There is no such request any more.")
    return found["patient_id"]


async def _same(door: Door, erasure: int, patient: int) -> None:
    if await _patient(door, erasure) != patient:
        raise Missing("There is no such request any more.")


ERASING_ROUTES = (
    Route("GET", "/api/patients/{patient_id}/erasure", get_own, frozenset({Role.PATIENT})),
    Route("POST", "/api/patients/{patient_id}/erasure", post_own, frozenset({Role.PATIENT})),
    Route("GET", "/api/erasures", get_wishes, ADMINISTRATORS, as_platform=DECIDES),
    Route("GET", "/api/erasures/{erasure_id}", get_report, ADMINISTRATORS, as_platform=DECIDES),
    Route("POST", "/api/erasures/{erasure_id}/refusal", post_refusal, ADMINISTRATORS),
    Route("POST", "/api/erasures/{erasure_id}", post_erasure, ADMINISTRATORS),
)
