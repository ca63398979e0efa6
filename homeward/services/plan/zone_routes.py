"""Routes of a patient's clock: by which zone they live, and since when."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Request
from pydantic import Field

from homeward.clinical.zone import zone_of
from homeward.guard.route import STAFF, Route
from homeward.model.errors import Forbidden, Unreadable
from homeward.model.person import Role
from homeward.services.asking import Asking, Moment
from homeward.services.contract import Tools
from homeward.store import queries

Q = queries("homeward.services.plan")
AHEAD_MAX = timedelta(days=366)  # a journey that is planned


@dataclass(frozen=True)
class NewZone:
    """Another clock, from a moment on (ms since 1970 UTC; None: now)."""

    zone: Annotated[str, Field(min_length=1, max_length=60)]
    starts: Moment | None = None


@dataclass(frozen=True, slots=True)
class ZoneShown:
    """A clock, from when, and who said so."""

    id: int
    zone: str
    starts: int
    made: int
    made_by: str


@dataclass(frozen=True, slots=True)
class ZonesShown:
    """The clock of now, that of the house, and each change, newest first."""

    zone: str
    of_house: str
    changes: list[ZoneShown]


async def get_zone(patient_id: int, door: Asking, request: Request) -> ZonesShown:
    """By which clock a patient lives."""
    tools: Tools = request.app.state.tools
    now_ms = round(tools.now().timestamp() * 1000)
    changes = await door.all(Q.every_zone, ZoneShown, patient=patient_id)
    of_house = tools.settings.zone
    begun = [each.zone for each in changes if each.starts <= now_ms]
    return ZonesShown(begun[0] if begun else of_house, of_house, changes)


async def put_zone(patient_id: int, said: NewZone, door: Asking, request: Request) -> None:
    """A patient lives by another clock: they moved, or travel. What was before stays on record."""
    tools: Tools = request.app.state.tools
    now = tools.now()
    zone_of(said.zone)
    starts = now if said.starts is None else datetime.fromtimestamp(said.starts / 1000, UTC)
    if starts > now + AHEAD_MAX:
        raise Unreadable("A journey is said at most a year ahead.", "journey_far")
    if door.actor is None:
        raise Forbidden
    async with door.transaction() as inside:
        await inside.run(
            Q.add_zone, patient=patient_id, zone=said.zone, starts=starts, now=now,
            person=door.actor.person_id,
        )  # fmt: skip
        await inside.run(Q.zone_changed, patient=patient_id)


_AT = "/api/patients/{patient_id}/zone"
CHOOSERS = STAFF | {Role.PATIENT}
ZONE_ROUTES = (
    Route("GET", _AT, get_zone, CHOOSERS),
    Route("PUT", _AT, put_zone, CHOOSERS),
)
