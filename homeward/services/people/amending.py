"""Corrections: a patient says what is wrong in their record, staff accept or refuse with a reason.

Nothing is overwritten unseen: what stood there, what was wanted and what was answered all stay
(45 CFR 164.526; GDPR 16). A name, a birth date and a sex are corrected here; of all else staff make
the correction where it stands, and say here what they did.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from homeward.guard.sealing import Secret, of_patient, of_person
from homeward.model.errors import Conflict, Forbidden, Missing, Unreadable
from homeward.services.people.sign_in import Q
from homeward.store import Door

Field = Literal["name", "birth_date", "sex", "other"]
Decision = Literal["accepted", "refused"]
NAME_CHARACTERS_MAX = 200
ANSWER_CHARACTERS_MIN = 3
BORN_FIRST = date(1900, 1, 1)
SEXES = ("female", "male", "other", "unknown")
_SET = {"name": Q.set_name, "birth_date": Q.set_birth_date, "sex": Q.set_sex}


@dataclass(frozen=True, slots=True)
class Amendment:
    """One correction that was asked for. Times in ms since 1970 UTC."""

    id: int
    patient_id: int
    patient: str
    field: Field
    before: str
    wanted: str
    reason: str
    asked: int
    asked_by: str
    decided: int | None
    decided_by: str | None
    verdict: Decision | None
    answer: str


@dataclass(frozen=True, slots=True)
class _Waiting:
    field: str
    before: str
    wanted: str
    account: int | None
    stands: str


async def ask(
    door: Door, patient: int, field: Field, wanted: str, reason: str, now: datetime
) -> None:
    """Ask for a correction. Raises Unreadable for what the field cannot hold."""
    wanted, reason = wanted.strip(), reason.strip()
    _check(field, wanted, now)
    if not reason:
        raise Unreadable("Say how you know, in a few words.", "say_why")
    own = of_patient(patient)
    values = {
        "patient": patient, "field": field,
        "wanted": Secret(own, "amendment.wanted", wanted),
        "reason": Secret(own, "amendment.reason", reason),
    }  # fmt: skip
    await door.run(Q.ask_amendment, **values, by=_by(door), now=now)


async def answer(
    door: Door, patient: int, amendment: int, verdict: Decision, words: str, now: datetime
) -> None:
    """Accept or refuse. Raises Unreadable without a reason, Missing where none waits, Conflict
    where what stands there has changed since it was asked."""
    words = words.strip()
    if len(words) < ANSWER_CHARACTERS_MIN:
        raise Unreadable("Say why, in a few words: the patient reads it.", "say_why")
    async with door.transaction() as inside:
        found = await inside.maybe(Q.amendment, _Waiting, id=amendment, patient=patient)
        if found is None:
            raise Missing("Nothing waits to be answered here.")
        if verdict == "accepted" and found.field in _SET:
            if found.stands != found.before:
                raise Conflict(
                    f"Since it was asked this was changed, to {found.stands}.", "changed"
                )
            is_name = found.field == "name"
            name = Secret(of_patient(patient), "patient.name", found.wanted)
            said = name if is_name else found.wanted
            await inside.run(_SET[found.field], patient=patient, wanted=said)
            if is_name and found.account is not None:
                own = Secret(of_person(found.account), "person.name", found.wanted)
                await inside.run(Q.set_account_name, person=found.account, wanted=own)
        by = _by(door)
        said = Secret(of_patient(patient), "amendment.answer", words)
        await inside.run(
            Q.answer_amendment, id=amendment, verdict=verdict, answer=said, by=by, now=now
        )


def _check(field: Field, wanted: str, now: datetime) -> None:
    if not wanted:
        raise Unreadable("Say what should stand there.", "say_what")
    if field == "name" and len(wanted) > NAME_CHARACTERS_MAX:
        raise Unreadable(f"A name has up to {NAME_CHARACTERS_MAX} characters.", "name_length")
    if field == "sex" and wanted not in SEXES:
        raise Unreadable(f"This is one of {', '.join(SEXES)}.", "choose_one")
    if field == "birth_date":
        try:
            born = date.fromisoformat(wanted)
        except ValueError:
            raise Unreadable(
                "A day of birth is written such as 1950-03-01.", "birth_form"
            ) from None
        if not BORN_FIRST <= born <= now.date():
            raise Unreadable("Nobody here can be born on that day.", "birth_impossible")


def _by(door: Door) -> int:
    if door.actor is None:
        raise Forbidden
    return door.actor.person_id
