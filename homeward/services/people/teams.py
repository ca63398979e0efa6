"""Who works on which ward: whose records they open without asking anybody."""

from dataclasses import dataclass
from datetime import datetime

from homeward.bus import Bus
from homeward.model.errors import Forbidden, Missing
from homeward.model.person import Role
from homeward.services.people.admission import person_id, ward_id
from homeward.services.people.sign_in import Q
from homeward.store import Door

CARERS = (Role.NURSE, Role.DOCTOR)


@dataclass(frozen=True, slots=True)
class Member:
    """One line of a ward's team; `everywhere`: they work on every ward. `since` in ms."""

    id: int
    person_id: int
    name: str
    role: str
    everywhere: bool
    since: int
    made_by: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Carer:
    """A nurse or doctor who may be put on a team."""

    id: int
    name: str
    role: str


async def works_on(door: Door, login: str, ward: str | None, now: datetime, why: str = "") -> None:
    """Somebody works on a ward from now on; None: on every ward there is or will be.

    Raises Missing, Forbidden for anybody but a nurse or doctor.
    """
    person = await person_id(door, login, *CARERS)
    place = None if ward is None else await ward_id(door, ward)
    await put(door, person, place, now, why)


async def works_no_more(door: Door, login: str, ward: str | None, now: datetime) -> None:
    """... and no more. Raises Missing where they did not."""
    person = await person_id(door, login)
    place = None if ward is None else await ward_id(door, ward)
    if not await door.run(Q.work_no_more, person=person, ward=place, now=now, by=_by(door)):
        raise Missing(f"{login} does not work on {ward or 'every ward'}.")


async def put(door: Door, person: int, ward: int | None, now: datetime, why: str = "") -> None:
    """Put a carer on the team of a ward (None: of every ward); one who is on it stays."""
    carers = {each.id for each in await door.all(Q.carers, Carer)}
    if person not in carers:
        raise Forbidden("Only nurses and doctors are on the team of a ward.")
    await door.run(Q.work_on, person=person, ward=ward, now=now, by=_by(door), why=why)


async def end(door: Door, line: int, now: datetime) -> None:
    """End one line of a team. Raises Missing where it ended before."""
    if not await door.run(Q.end_work, id=line, now=now, by=_by(door)):
        raise Missing("Nobody is on the team by this line any more.")


async def tell(bus: Bus) -> None:
    """Say that somebody may see others now, so that open screens follow at once; where the bus is
    away they find it in the record within seconds."""
    if bus.connected:
        await bus.tell("told.rights", {"what": "team"})


def _by(door: Door) -> int | None:
    return door.actor.person_id if door.actor else None
