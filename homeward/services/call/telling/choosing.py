"""What a patient chose about being told: quiet hours, relatives, and invitations to become one.

Relatives hear the patient's own words, which hold no number, and of nothing the patient did not
choose. Every choice is a row: who made it, when, and why where a carer made it for them.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from homeward.clinical.zone import zone_of
from homeward.guard.sealing import Secret, of_patient, of_person
from homeward.model.alarm import Priority
from homeward.model.consent import Let
from homeward.model.errors import Conflict, Missing, Unreadable
from homeward.store import Door, queries

Q = queries("homeward.services.call.telling")
RELATIVES_MAX = 10  # with those who are invited
NAME_CHARACTERS_MAX = 60
TOKEN_BYTES = 32
INVITED_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Choice:
    """Who chooses for a patient, when, and why where they are not the patient."""

    patient: int
    by: int
    now: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day without calls of low priority, by the clock of a zone; both None: none."""

    starts: time | None
    ends: time | None
    zone: str

    def __post_init__(self) -> None:
        zone_of(self.zone)
        if (self.starts is None) != (self.ends is None) or (
            self.starts is not None and self.starts == self.ends
        ):
            raise Unreadable(
                "Quiet hours have a beginning and another end, or neither.", "quiet_wrong"
            )


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as its secret finds it."""

    id: int
    patient_id: int
    patient: str
    name: str
    priorities: list[str]
    expires: datetime
    accepted_by: int | None
    is_withdrawn: bool
    has_account: bool

    def state(self, now: datetime) -> str:
        """`open`, or why it is so no more."""
        if self.accepted_by is not None:
            return "accepted"
        if self.is_withdrawn:
            return "withdrawn"
        return "open" if now < self.expires else "expired"


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


async def set_quiet(door: Door, person: int, said: Quiet, by: int, now: datetime, why: str) -> None:
    """When somebody wants to be left alone from now on; what was before stays on record."""
    values = {"starts": said.starts, "ends": said.ends, "zone": said.zone}
    kept = Secret(of_person(person), "quiet_hours.why", why)
    await door.run(Q.set_quiet, person=person, now=now, by=by, why=kept, **values)


async def invite(
    door: Door, choice: Choice, name: str, priorities: Sequence[Priority]
) -> tuple[str, datetime]:
    """The secret of a new invitation, and until when it is good. It is kept as its hash alone."""
    name = name.strip()
    if not 1 <= len(name) <= NAME_CHARACTERS_MAX:
        raise Unreadable(f"A name has 1 to {NAME_CHARACTERS_MAX} characters.", "name_length")
    token, expires = secrets.token_urlsafe(TOKEN_BYTES), choice.now + INVITED_FOR
    async with door.transaction() as inside:
        await inside.one(Q.lock_patient, _Id, patient=choice.patient)
        count = await inside.one(Q.count_told, dict, patient=choice.patient, now=choice.now)
        if count["people"] >= RELATIVES_MAX:
            raise Unreadable(
                f"At most {RELATIVES_MAX} relatives can be told or invited.", "relatives_most"
            )
        await inside.run(
            Q.invite, patient=choice.patient, token=hashed(token),
            name=_of(choice, "invitation.name", name), priorities=in_order(priorities),
            now=choice.now, by=choice.by, why=_of(choice, "invitation.why"), expires=expires,
        )  # fmt: skip
    return token, expires


async def withdraw_invitation(door: Door, choice: Choice, number: int) -> None:
    """An invitation is good no more. Raises Missing where it was accepted or is not theirs."""
    values = {"id": number, "patient": choice.patient, "now": choice.now, "by": choice.by}
    if not await door.run(Q.withdraw_invitation, **values):
        raise Missing("There is no such invitation any more.")


async def find_invitation(door: Door, token: str) -> Invitation:
    """An invitation by its secret. Raises Missing, with words for whoever opened the link."""
    found = await door.maybe(Q.invitation_by_token, Invitation, token=hashed(token))
    if found is None:
        raise Missing("This link leads nowhere. Ask for a new one.", "invitation_over")
    return found


async def accept(door: Door, token: str, person: int, now: datetime) -> None:
    """A relative wants to be told. Accepted twice by the same person, it is accepted once."""
    async with door.transaction() as inside:
        await inside.run(Q.lock_invitation, token=hashed(token))
        found = await find_invitation(inside, token)
        if found.accepted_by == person:
            return
        state = found.state(now)
        if state != "open":
            raise Conflict(f"This invitation is {state}. Ask for a new one.", "invitation_over")
        values = {"patient": found.patient_id, "person": person, "now": now}
        await inside.run(Q.end_relative, **values, by=person, why="invited anew")
        await inside.run(Q.end_rights, **values, by=person, still=[])
        await inside.run(Q.accept_invitation, id=found.id, person=person, now=now)
        await inside.run(
            Q.add_relative, **values, priorities=found.priorities, by=person,
            why=f"accepted invitation {found.id}",
        )  # fmt: skip


async def change(door: Door, choice: Choice, person: int, priorities: Sequence[Priority]) -> None:
    """A relative hears of other alarms from now on. Raises Missing."""
    values = {"patient": choice.patient, "person": person, "now": choice.now, "by": choice.by}
    wanted = in_order(priorities)
    async with door.transaction() as inside:
        await inside.one(Q.lock_patient, _Id, patient=choice.patient)
        why = _of(choice, "relative.why")
        if not await inside.run(Q.change_relative, **values, priorities=wanted, why=why):
            raise Missing("There is no such relative.", "relative_gone")


async def end(door: Door, choice: Choice, person: int) -> None:
    """A relative is told nothing any more, and may do nothing else. Raises Missing."""
    values = {"patient": choice.patient, "person": person, "now": choice.now, "by": choice.by}
    async with door.transaction() as inside:
        if not await inside.run(Q.end_relative, **values, why=_of(choice, "relative.ended_why")):
            raise Missing("There is no such relative.", "relative_gone")
        await inside.run(Q.end_rights, **values, still=[])


async def let(door: Door, choice: Choice, person: int, may: Sequence[Let]) -> None:
    """What a relative may do from now on besides being told. Raises Missing."""
    values = {"patient": choice.patient, "person": person, "now": choice.now, "by": choice.by}
    async with door.transaction() as inside:
        await inside.one(Q.lock_patient, _Id, patient=choice.patient)
        if await inside.maybe(Q.is_told, _Id, patient=choice.patient, person=person) is None:
            raise Missing("There is no such relative.", "relative_gone")
        await inside.run(Q.end_rights, **values, still=list(may))
        await inside.run(Q.add_rights, **values, wanted=list(may))


def _of(choice: Choice, place: str, text: str | None = None) -> Secret:
    """What somebody wrote of a patient's choice, as it is kept; else why it was made."""
    return Secret(of_patient(choice.patient), place, choice.why if text is None else text)


def hashed(token: str) -> bytes:
    """How the secret of an invitation is kept."""
    return hashlib.sha256(token.encode()).digest()


def in_order(priorities: Sequence[Priority]) -> list[str]:
    """Each once, the most urgent first."""
    return [each.value for each in Priority if each in priorities]
