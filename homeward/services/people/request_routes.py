"""Routes of what patients ask of their own record: that it is corrected, that it rests."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Request
from pydantic import Field

from homeward.guard.route import STAFF, Route
from homeward.model.person import Role
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.people import amending, resting, teams
from homeward.services.people.amending import Amendment, Decision
from homeward.services.people.resting import Ground, Restriction
from homeward.services.people.sign_in import Q

KEEPERS = frozenset({Role.ADMINISTRATOR})
OWNER = frozenset({Role.PATIENT})
Words = Annotated[str, Field(max_length=1000)]


@dataclass(frozen=True)
class NewAmendment:
    """What is wrong, what should stand there, and how one knows."""

    field: amending.Field
    wanted: Annotated[str, Field(max_length=2000)]
    reason: Words


@dataclass(frozen=True)
class Answer:
    """Accepted or refused, and why: the patient reads it."""

    verdict: Decision
    answer: Words


@dataclass(frozen=True)
class RestAnswer:
    """The same; and the sign-in name of the carer who clears it up, if not who answers."""

    verdict: Decision
    answer: Words
    keeper: Annotated[str, Field(max_length=100)] = ""


@dataclass(frozen=True)
class NewRestriction:
    """Why the record is to rest: the ground in law, and in one's own words."""

    ground: Ground
    reason: Words


@dataclass(frozen=True)
class NoMore:
    """Why it rests no more."""

    why: Words


@dataclass(frozen=True, slots=True)
class Requests:
    """What was asked for."""

    amendments: list[Amendment]
    restrictions: list[Restriction]


def _tools(request: Request) -> Tools:
    return request.app.state.tools


async def get_requests(door: Asking) -> Requests:
    """What the patients I may see asked for."""
    return await _requests(door, None)


async def get_patient_requests(patient_id: int, door: Asking) -> Requests:
    """What one patient asked for, and what was answered."""
    return await _requests(door, patient_id)


async def _requests(door: Asking, patient: int | None) -> Requests:
    amendments, restrictions = await door.together(
        Q.amendments(Amendment, patient=patient), Q.restrictions(Restriction, patient=patient)
    )
    return Requests(amendments, restrictions)


async def post_amendment(
    patient_id: int, said: NewAmendment, door: Asking, request: Request
) -> None:
    """Ask for a correction."""
    now = _tools(request).now()
    await amending.ask(door, patient_id, said.field, said.wanted, said.reason, now)


async def post_amendment_answer(
    patient_id: int, amendment_id: int, said: Answer, door: Asking, request: Request
) -> None:
    """Accept a correction, which makes it, or refuse it."""
    now = _tools(request).now()
    await amending.answer(door, patient_id, amendment_id, said.verdict, said.answer, now)


async def post_restriction(
    patient_id: int, said: NewRestriction, door: Asking, request: Request
) -> None:
    """Ask that the record rests."""
    await resting.ask(door, patient_id, said.ground, said.reason, _tools(request).now())


async def delete_restriction(patient_id: int, door: Asking, request: Request) -> None:
    """My record need not rest any more."""
    tools = _tools(request)
    await resting.end(door, tools.now(), "By the patient's own wish.", patient=patient_id)
    await teams.tell(tools.bus)


async def get_restrictions(door: Asking) -> list[Restriction]:
    """Records that rest or are to, for who answers for it."""
    return await door.all(Q.restrictions, Restriction, patient=None)


async def post_restriction_answer(
    restriction_id: int, said: RestAnswer, door: Asking, request: Request
) -> None:
    """Let a record rest, and keep the restriction; or refuse."""
    tools = _tools(request)
    await resting.answer(door, restriction_id, said.verdict, said.answer, said.keeper, tools.now())
    await teams.tell(tools.bus)


async def post_restriction_end(
    restriction_id: int, said: NoMore, door: Asking, request: Request
) -> None:
    """A record rests no more; its patient reads why before anybody opens it (GDPR 18(3))."""
    tools = _tools(request)
    await resting.end(door, tools.now(), said.why, restriction=restriction_id)
    await teams.tell(tools.bus)


KEEPS = "whoever answers for it sees who asked that their record rests and why, and no record"
_AT = "/api/patients/{patient_id}"
REQUEST_ROUTES = (
    Route("GET", "/api/requests", get_requests, STAFF),
    Route("GET", f"{_AT}/requests", get_patient_requests, STAFF | OWNER),
    Route("POST", f"{_AT}/amendments", post_amendment, STAFF | OWNER),
    Route("POST", f"{_AT}/amendments/{{amendment_id}}/answer", post_amendment_answer, STAFF),
    Route("POST", f"{_AT}/restriction", post_restriction, STAFF | OWNER),
    Route("DELETE", f"{_AT}/restriction", delete_restriction, OWNER),
    Route("GET", "/api/restrictions", get_restrictions, KEEPERS, as_platform=KEEPS),
    Route("POST", "/api/restrictions/{restriction_id}/answer", post_restriction_answer, KEEPERS),
    Route("POST", "/api/restrictions/{restriction_id}/end", post_restriction_end, KEEPERS),
)
