"""May they: whose record, which ward. PostgreSQL knows; here its answer becomes a clear error.

Asked before a handler begins, so that who may not see a patient is told so, and is not shown an
empty chart that looks like a quiet one.
"""

from dataclasses import dataclass
from typing import Literal

from homeward.guard.route import STAFF
from homeward.model.consent import Let, Part
from homeward.model.errors import AtRest, ClosedByPatient, Forbidden, Missing, NotOnTeam
from homeward.model.person import Role
from homeward.store import Door, queries

Q = queries("homeward.api")


@dataclass(frozen=True, slots=True)
class _Right:
    may: bool
    is_there: bool
    is_watched: bool = False
    is_open: bool = True


async def must_see(
    door: Door, patient: int, part: Part | None = None, let: Let | None = None
) -> None:
    """Whether this record is theirs to open, or (`let`) a relative's whom the patient let.

    Raises NotOnTeam or AtRest for a carer, Forbidden for anybody else, Missing where there is none,
    and ClosedByPatient for a part of the record that is closed to them.
    """
    if let is not None and door.actor is not None and door.actor.role is Role.RELATIVE:
        if not (await door.one(Q.is_let, dict, patient=patient, let=let))["may"]:
            raise Forbidden
    elif not await is_open(door, patient, part):
        raise ClosedByPatient


async def is_open(door: Door, patient: int, part: Part | None) -> bool:
    """Whether that part of a record is open to who may see whose it is. Raises as must_see."""
    right = await door.one(Q.may_see, _Right, patient=patient, part=part or "")
    if right.may:
        return right.is_open
    if right.is_there:
        raise AtRest if right.is_watched else NotOnTeam
    # Only carers are told that there is no such patient: to all others an id says nothing.
    is_carer = door.actor is not None and door.actor.role in STAFF
    raise Missing("There is no such patient.") if is_carer else Forbidden


async def must_work_on(door: Door, ward: int) -> None:
    """Raises Forbidden for a ward they do not work on, Missing where there is none."""
    right = await door.one(Q.works_on, _Right, ward=ward)
    if not right.is_there:
        raise Missing("There is no such ward.")
    if not right.may:
        raise Forbidden("You do not work on this ward.")


async def must_keep(door: Door, number: int, of: Literal["rota", "plan", "override"]) -> None:
    """Raises Missing for a rota, or a plan or change of one, that is none, or of a ward they do not
    work on."""
    if not (await door.one(Q.keeps, dict, of=of, number=number))["may"]:
        raise Missing("There is no such thing in the rotas of your wards.")


async def must_hear_of(door: Door, alarm: int) -> None:
    """Raises Missing for an alarm that is none, or none of theirs: an id tells nothing."""
    if not (await door.one(Q.hears_of, dict, alarm=alarm))["may"]:
        raise Missing("There is no such alarm.")
