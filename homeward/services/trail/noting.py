"""Adds to the audit: what an act was, and whose data it touched."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from homeward.guard.audit import NOBODY, OPERATOR, Action, Outcome, purpose_of
from homeward.guard.sealing import Blind
from homeward.model.person import Actor, Role
from homeward.store import Door, queries

Q = queries("homeward.services.trail")
# How the patients of an act are found: those of a ward, the one of an alarm, and so on; `named`:
# they are said.
Whose = Literal[
    "named", "ward", "alarm", "open alarms", "call", "own calls", "relative", "wearer",
    "record number",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does. `number` and `object` say to which one; `patients` are those known.

    `subtype` is what FHIR calls the interaction (restful-interaction), or `login`.
    """

    action: Action
    subtype: str
    kind: str
    whose: Whose = "named"
    number: int | None = None
    object: str = ""
    patients: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class By:
    """Who does it, by which sign-in, from where, and when. `route`: by which way in."""

    actor: Actor | None
    route: str
    now: datetime
    session: str = ""
    address: str = ""
    is_operator: bool = False

    @property
    def is_pretend(self) -> bool:
        """Whether this is the sentinel, which sees nobody who lives."""
        return self.actor is not None and self.actor.role is Role.SENTINEL


def values(act: Act, by: By, outcome: Outcome = Outcome.DONE, times: int = 1) -> dict[str, Any]:
    """What `Q.note` is given."""
    role = by.actor.role if by.actor else None
    is_numbered = act.whose == "record number"
    nobody = OPERATOR if by.is_operator else NOBODY
    return {
        "now": by.now, "person": by.actor.person_id if by.actor else None,
        "role": nobody if role is None else role.value, "session": by.session,
        "address": by.address, "action": act.action.value, "subtype": act.subtype,
        "whose": act.whose, "number": act.number, "object": act.object,
        "found_by": Blind("patient.record_number", act.object) if is_numbered else [],
        "patients": list(act.patients), "kind": act.kind, "purpose": purpose_of(role),
        "outcome": outcome.value, "route": by.route, "times": times,
    }  # fmt: skip


def owe(door: Door, act: Act, by: By) -> None:
    """Have the act noted with the first question of this door: both are done, or neither."""
    if not by.is_pretend:
        door.owe(Q.note, **values(act, by))


async def note(
    door: Door, act: Act, by: By, outcome: Outcome = Outcome.DONE, times: int = 1
) -> None:
    """Note an act by itself. Raises Unreachable."""
    if not by.is_pretend or outcome is not Outcome.DONE:
        await door.run(Q.note, **values(act, by, outcome, times))
