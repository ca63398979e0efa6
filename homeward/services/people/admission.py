"""The admission desk: accounts, wards, patients and their beds."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from homeward.guard.sealing import Blind, Secret, of_patient, of_person
from homeward.model.errors import Conflict, Forbidden, Missing, Unreadable
from homeward.model.person import Role
from homeward.services.contract import Tools
from homeward.services.people.new_password import hash_chosen
from homeward.services.people.sessions import Ended, Q, end_others, hashed, tell
from homeward.settings import Settings
from homeward.store import Door
from homeward.store.door import Query

PUERPERIUM_DAYS = 42  # WHO: the maternal period ends 42 days after birth
NAME_CHARACTERS_MAX = 60
LOGIN = re.compile(r"[a-z0-9._@-]{3,60}")
TELEPHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{1,29}")
CHANGEABLE = (Role.NURSE, Role.DOCTOR, Role.ENGINEER, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in."""

    login: str
    name: str
    role: str
    is_disabled: bool


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    role: str


@dataclass(frozen=True, slots=True)
class _Named:
    name: str


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _Invited:
    id: int
    has_account: bool


@dataclass(frozen=True, slots=True)
class NewPatient:
    """Who is admitted. `account` is the login of the patient's own account, if they have one."""

    record_number: str
    name: str
    born: date
    sex: str
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Pregnancy:
    """What is recorded, and why. `born`: the day the child was born, once it is."""

    is_pregnant: bool
    reason: str
    born: date | None = None


async def add_person(
    door: Door, settings: Settings, login: str, name: str, role: Role, password: str
) -> None:
    """A new account. Raises Conflict where the login is taken, Guessable."""
    kept = await hash_chosen(door, settings, password, login, name)
    values = {"login": login, "role": role, "hash": kept}
    number = (await door.one(Q.next_person, _Id)).id
    own = Secret(of_person(number), "person.name", name) if role is Role.PATIENT else name
    try:
        await door.run(Q.add_person, id=number, name=own, **values)
    except Conflict:
        raise Conflict(f"The login {login} is taken.") from None


async def add_invited(
    door: Door, tools: Tools, token: str, login: str, name: str, password: str
) -> None:
    """A relative's own account, by the secret of an invitation: one for each invitation.

    Raises Missing where it does not stand, Conflict where it was used or the login is taken,
    Unreadable for a name that is none, Guessable.
    """
    found = await door.maybe(Q.open_invitation, _Invited, token=hashed(token), now=tools.now())
    if found is None:
        raise Missing("This invitation is good no more. Ask for a new one.", "invitation_over")
    if found.has_account:
        raise Conflict(
            "An account was made with this invitation. Sign in with it.", "invitation_used"
        )
    if not LOGIN.fullmatch(login):
        raise Unreadable(
            "A sign-in name has 3 to 60 small letters, digits or . _ - @", "login_form"
        )
    name = name.strip()
    if not 1 <= len(name) <= NAME_CHARACTERS_MAX:
        raise Unreadable(f"A name has 1 to {NAME_CHARACTERS_MAX} characters.", "name_length")
    number = (await door.one(Q.next_person, _Id)).id
    own = Secret(of_person(number), "person.name", name)
    kept = await hash_chosen(door, tools.settings, password, login, name)
    values = {"id": number, "login": login, "name": own, "hash": kept}
    try:
        await door.run(Q.add_invited, **values, invitation=found.id)
    except Conflict:
        raise Conflict("This sign-in name is taken. Choose another.", "login_taken") from None


async def set_telephone(door: Door, ward: str, telephone: str, now: datetime) -> None:
    """The number a ward is called by; empty: none any more. Raises Missing, Unreadable."""
    telephone = telephone.strip()
    if telephone and not TELEPHONE.fullmatch(telephone):
        raise Unreadable("A telephone number has 2 to 30 digits, spaces or + ( ) / . -")
    by = door.actor.person_id if door.actor else None
    values = {"ward": await ward_id(door, ward), "telephone": telephone, "now": now, "by": by}
    await door.run(Q.set_telephone, **values)


# Of the next three `door` is where what is changed is written, and what is owed with it.
async def set_password(tools: Tools, login: str, password: str, door: Door | None = None) -> None:
    """A new password; every session of theirs ends. Raises Missing, Guessable."""
    reading, unknown = tools.store.door(), f"Nobody has the login {login}."
    own = await reading.maybe(Q.name_of, _Named, login=login)
    if own is None:
        raise Missing(unknown)
    kept = await hash_chosen(reading, tools.settings, password, login, own.name)
    await _change(tools, door, Q.set_password, unknown, login=login, hash=kept)


async def disable(tools: Tools, login: str, door: Door | None = None) -> None:
    """They are out, at once and everywhere. Raises Missing."""
    unknown = f"Nobody has the login {login}, or they were disabled before."
    await _change(tools, door, Q.disable, unknown, login=login, now=tools.now())


async def set_role(tools: Tools, login: str, role: Role, door: Door | None = None) -> None:
    """They are here for something else; every session of theirs ends.

    Raises Missing, and Forbidden where somebody is or would become what a record or an invitation
    makes them: a patient, a relative, the sentinel.
    """
    if role not in CHANGEABLE:
        raise Forbidden(f"Nobody is made a {role} later: make an account of their own.")
    await person_id(tools.store.door(), login, *CHANGEABLE)
    among = [each.value for each in CHANGEABLE]
    values = {"login": login, "role": role, "among": among}
    await _change(tools, door, Q.set_role, f"{login} is a {role} already.", **values)


async def _change(
    tools: Tools, door: Door | None, query: Query, unknown: str, **values: object
) -> None:
    """Change an account and end its sessions, in one transaction; then tell everybody."""
    async with (door or tools.store.door()).transaction() as inside:
        changed = await inside.maybe(query, _Id, **values)
        if changed is None:
            raise Missing(unknown)
        await end_others(tools, inside, changed.id, None)
    await tell(tools.bus, Ended(person_id=changed.id))


async def number_of(door: Door, login: str) -> int:
    """Whose login this is, whether or not they may sign in. Raises Missing."""
    found = await door.maybe(Q.number_of, _Id, login=login)
    if found is None:
        raise Missing(f"Nobody has the login {login}.")
    return found.id


async def person_id(door: Door, login: str, *roles: Role) -> int:
    """The person of a login, in one of these roles (none: any). Raises Missing, Forbidden."""
    known = await door.maybe(Q.person_id, _Known, login=login)
    if known is None:
        raise Missing(f"Nobody who may work here has the login {login}.")
    if roles and known.role not in roles:
        raise Forbidden(f"{login} is a {known.role}; this needs a {' or '.join(roles)}.")
    return known.id


async def ward_id(door: Door, name: str) -> int:
    """A ward by its name. Raises Missing."""
    ward = await door.maybe(Q.ward_id, _Id, name=name)
    if ward is None:
        raise Missing(f"There is no ward {name!r}. Add it: homeward ward add {name!r}")
    return ward.id


async def patient_id(door: Door, record_number: str) -> int:
    """A patient by their record number. Raises Missing."""
    found = await door.maybe(Q.patient_id, _Id, number=numbered(record_number))
    if found is None:
        raise Missing(f"No patient has the record number {record_number}.")
    return found.id


def numbered(record_number: str) -> Blind:
    """A record number as patients are found by it."""
    return Blind("patient.record_number", record_number)


async def add_ward(door: Door, name: str, *, is_home: bool) -> None:
    """A new ward, or a home-care team. Raises Conflict."""
    try:
        await door.run(Q.add_ward, name=name, kind="home" if is_home else "ward")
    except Conflict:
        raise Conflict(f"There is a ward {name!r} already.") from None


async def admit(door: Door, who: NewPatient, ward: str, bed: str, now: datetime) -> None:
    """A new patient in a bed. Raises Conflict where the record number or the bed is taken."""
    async with door.transaction() as inside:
        account = None
        if who.account is not None:
            account = await person_id(inside, who.account, Role.PATIENT)
        number = (await inside.one(Q.next_patient, _Id)).id
        own = of_patient(number)
        values = {
            "id": number, "name": Secret(own, "patient.name", who.name), "born": who.born,
            "found_by": Blind("patient.record_number", who.record_number, is_kept=True),
            "number": Secret(own, "patient.number_sealed", who.record_number), "sex": who.sex,
        }  # fmt: skip
        if await inside.maybe(Q.patient_id, _Id, number=numbered(who.record_number)):
            raise Conflict(f"Record number {who.record_number} belongs to somebody already.")
        try:
            await inside.run(Q.add_patient, **values, person=account)
        except Conflict:
            raise Conflict(
                f"Record number {who.record_number} or that account belongs to somebody already."
            ) from None
        await move(inside, who.record_number, ward, bed, now)


async def move(door: Door, record_number: str, ward: str, bed: str, now: datetime) -> None:
    """From one bed to another. Raises Conflict where somebody lies there, Missing."""
    async with door.transaction() as inside:
        place = await ward_id(inside, ward)
        number = numbered(record_number)
        await inside.run(Q.end_stay, number=number, now=now)
        values = {"number": number, "ward": place, "bed": bed, "now": now}
        try:
            begun = await inside.run(Q.begin_stay, **values)
        except Conflict:
            raise Conflict(f"Somebody lies in {ward} {bed}.") from None
        if not begun:
            raise Missing(f"No patient has the record number {record_number}.")


async def discharge(door: Door, record_number: str, now: datetime) -> None:
    """They leave. Raises Missing where they are in no bed."""
    if not await door.run(Q.end_stay, number=numbered(record_number), now=now):
        raise Missing(f"{record_number} is in no bed.")


async def note_pregnancy(
    door: Door, record_number: str, pregnancy: Pregnancy, by: str, now: datetime
) -> None:
    """Record that a patient is pregnant, has given birth, or is not pregnant.

    From then on they are watched by what is meant for pregnancy, to the 42nd day after birth.
    Raises Missing, Forbidden for anybody but a nurse or doctor, Unreadable for a birth to come.
    """
    recorder = await person_id(door, by, Role.NURSE, Role.DOCTOR)
    whose = await patient_id(door, record_number)
    until = None
    if pregnancy.born is not None:
        if pregnancy.born > now.date():
            raise Unreadable("A birth is recorded once the child is born.")
        until = datetime.combine(pregnancy.born, time(), UTC) + timedelta(days=PUERPERIUM_DAYS + 1)
    is_pregnant = pregnancy.is_pregnant and (until is None or until > now)
    reason = Secret(of_patient(whose), "pregnancy.reason", pregnancy.reason)
    values = {"patient": whose, "by": recorder, "reason": reason, "now": now}
    values |= {"pregnant": is_pregnant, "until": until if is_pregnant else None}
    await door.run(Q.note_pregnancy, **values)


async def order_scale(door: Door, record_number: str, scale: int, by: str) -> None:
    """Which SpO2 scale NEWS2 uses for a patient, by a doctor's order.

    Scale 2 is for a target of 88-92 %, and only by a recorded decision of a competent clinician
    (RCP NEWS2, 2017). Raises Forbidden for anybody but a doctor, Missing.
    """
    doctor = await person_id(door, by, Role.DOCTOR)
    by_whom = doctor if scale == 2 else None
    values = {"number": numbered(record_number), "scale": scale, "by": by_whom}
    if not await door.run(Q.set_scale, **values):
        raise Missing(f"No patient has the record number {record_number}.")
