"""Restriction of processing: a record rests at the patient's wish (GDPR 18; 45 CFR 164.522(a)).

While it rests PostgreSQL opens it to nobody but the patient, the carer who clears up what it is
about, whoever is called for an alarm of theirs, and in an emergency, with a reason (migration
0043). The watch goes on: rules judge, the ward's board shows what is measured now, alarms ring for
the whole team.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from homeward.guard.sealing import Secret, of_patient
from homeward.model.errors import Conflict, Forbidden, Missing, Unreadable
from homeward.model.person import Role
from homeward.services.people.admission import person_id
from homeward.services.people.amending import ANSWER_CHARACTERS_MIN, Decision
from homeward.services.people.sign_in import Q
from homeward.store import Door

# GDPR 18(1) a to d.
Ground = Literal["accuracy", "unlawful", "claims", "objection"]


@dataclass(frozen=True, slots=True)
class Restriction:
    """A record that rests, or was to. Times in ms since 1970 UTC. `kept_by`: who clears up
    what it is about, and may open the record for it."""

    id: int
    patient_id: int
    patient: str
    ground: Ground
    reason: str
    asked: int
    asked_by: str
    decided: int | None
    decided_by: str | None
    verdict: Decision | None
    answer: str
    kept_by: str | None
    ended: int | None
    ended_by: str | None
    ended_why: str


async def ask(door: Door, patient: int, ground: Ground, reason: str, now: datetime) -> None:
    """Ask that the record rests. Raises Conflict where it does, or somebody asked before."""
    reason = reason.strip()
    if len(reason) < ANSWER_CHARACTERS_MIN:
        raise Unreadable("Say why, in a few words.", "say_why")
    sealed = Secret(of_patient(patient), "restriction.reason", reason)
    values = {"patient": patient, "ground": ground, "reason": sealed, "by": _by(door), "now": now}
    try:
        await door.run(Q.ask_rest, **values)
    except Conflict:
        raise Conflict("This was asked before.", "asked_before") from None


async def answer(
    door: Door, restriction: int, verdict: Decision, words: str, keeper: str, now: datetime
) -> None:
    """Accept or refuse. `keeper`: the login of the nurse or doctor who clears up what it is about;
    empty: whoever answers. Raises Conflict where somebody did, Unreadable without a reason,
    Missing and Forbidden for a keeper who cannot be."""
    words = words.strip()
    if len(words) < ANSWER_CHARACTERS_MIN:
        raise Unreadable("Say why, in a few words: the patient reads it.", "say_why")
    by = _by(door)
    kept_by = await person_id(door, keeper, Role.NURSE, Role.DOCTOR) if keeper.strip() else by
    whose = await door.one(Q.rest_of, dict, id=restriction, patient=None)
    sealed = Secret(of_patient(whose["patient"]), "restriction.answer", words)
    values = {"id": restriction, "verdict": verdict, "answer": sealed, "by": by, "now": now}
    if not await door.run(Q.answer_rest, **values, keeper=kept_by):
        raise Conflict("This was answered before, or is asked no more.", "changed")


async def end(
    door: Door, now: datetime, why: str, *, restriction: int | None = None,
    patient: int | None = None,
) -> None:  # fmt: skip
    """The record rests no more: this restriction, or whatever stands for this patient. Raises
    Missing where none does, Unreadable without a reason."""
    why = why.strip()
    if len(why) < ANSWER_CHARACTERS_MIN:
        raise Unreadable("Say why, in a few words: the patient reads it.", "say_why")
    whose = await door.maybe(Q.rest_of, dict, id=restriction, patient=patient)
    if whose is None:
        raise Missing("Nothing rests here.", "nothing_rests")
    sealed = Secret(of_patient(whose["patient"]), "restriction.ended_why", why)
    values = {"id": restriction, "patient": patient, "why": sealed, "by": _by(door), "now": now}
    if not await door.run(Q.end_rest, **values):
        raise Missing("Nothing rests here.", "nothing_rests")


def _by(door: Door) -> int:
    if door.actor is None:
        raise Forbidden
    return door.actor.person_id
