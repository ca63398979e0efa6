"""Relatives a patient chose: what they are told, and the patient's own choice of it.

They hear the patient's own words, which hold no number, and of nothing the patient did not choose.
"""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated

from fastapi import Request
from pydantic import Field

from homeward.guard.route import INSIDERS, Route
from homeward.model.alarm import Priority
from homeward.model.errors import Forbidden, Missing, Unreadable
from homeward.model.person import Role
from homeward.services.asking import Asking
from homeward.services.call.roster import Q
from homeward.services.call.rota import zone_of
from homeward.services.contract import Tools
from homeward.store import Door

RELATIVES_MAX = 10


@dataclass(frozen=True)
class NewRelative:
    """Somebody with an account as relative, and the alarms they shall hear of."""

    login: Annotated[str, Field(max_length=100)]
    priorities: Annotated[list[Priority], Field(min_length=1, max_length=3)]


@dataclass(frozen=True, slots=True)
class RelativeShown:
    """A relative of mine."""

    id: int
    name: str
    priorities: list[str]
    made: int


@dataclass(frozen=True, slots=True)
class ToldShown:
    """What a relative is told: of whom, what the patient was told, and whether it stands."""

    call_id: int
    patient: str
    text: str
    priority: str
    since: int
    seen: int | None
    is_over: bool


@dataclass(frozen=True)
class Quiet:
    """Hours of the day in which I want no call of low priority; both None: I want every one."""

    starts: time | None
    ends: time | None
    zone: Annotated[str, Field(max_length=60)]


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


async def get_relatives(door: Asking) -> list[RelativeShown]:
    """Whom I want told."""
    return await door.all(Q.relatives, RelativeShown, patient=_own_record(door))


async def post_relative(said: NewRelative, door: Asking, request: Request) -> None:
    """I want somebody told, from now on; said again, of other alarms."""
    patient, now = _own_record(door), _now(request)
    async with door.transaction() as inside:
        person = await inside.maybe(Q.relative_by_login, _Id, login=said.login)
        if person is None:
            raise Missing("No relative has this login. The ward can make an account for them.")
        await inside.run(Q.end_relative, patient=patient, person=person.id, now=now, by=_me(door))
        if len(await inside.all(Q.relatives, RelativeShown, patient=patient)) >= RELATIVES_MAX:
            raise Unreadable(f"At most {RELATIVES_MAX} relatives can be told.")
        await inside.run(
            Q.add_relative, patient=patient, person=person.id, now=now, by=_me(door),
            priorities=sorted(set(said.priorities)),
        )  # fmt: skip


async def delete_relative(person_id: int, door: Asking, request: Request) -> None:
    """They are told nothing any more."""
    values = {"patient": _own_record(door), "person": person_id, "now": _now(request)}
    if not await door.run(Q.end_relative, **values, by=_me(door)):
        raise Missing("You have no such relative.")


async def get_told(door: Asking) -> list[ToldShown]:
    """What I, a relative, am told: of the last week, newest first."""
    return await door.all(Q.told_relative, ToldShown, person=_me(door))


async def put_quiet(said: Quiet, door: Asking, request: Request) -> None:
    """When I want to be left alone, at low priority; nothing else is ever held back."""
    zone_of(said.zone)
    if (said.starts is None) != (said.ends is None) or (
        said.starts is not None and said.starts == said.ends
    ):
        raise Unreadable("Quiet hours have a beginning and another end, or neither.")
    values = {"starts": said.starts, "ends": said.ends, "zone": said.zone}
    await door.run(Q.set_quiet, person=_me(door), now=_now(request), **values)


def _me(door: Door) -> int:
    if door.actor is None:
        raise Forbidden
    return door.actor.person_id


def _own_record(door: Door) -> int:
    if door.actor is None or door.actor.patient_id is None:
        raise Forbidden
    return door.actor.patient_id


def _now(request: Request) -> datetime:
    tools: Tools = request.app.state.tools
    return tools.now()


PATIENT, RELATIVE = frozenset({Role.PATIENT}), frozenset({Role.RELATIVE})
ROUTES = (
    Route("GET", "/api/today/relatives", get_relatives, PATIENT),
    Route("POST", "/api/today/relatives", post_relative, PATIENT),
    Route("DELETE", "/api/today/relatives/{person_id}", delete_relative, PATIENT),
    Route("GET", "/api/told", get_told, RELATIVE),
    Route("PUT", "/api/me/quiet", put_quiet, INSIDERS | RELATIVE),
)
