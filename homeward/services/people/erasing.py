"""A patient's data, erased on their request (GDPR article 17): what goes, what the law keeps.

Who they were and what people wrote of them is sealed by a key of their own; the key is destroyed,
and with it every copy there is, in pages, changes and backups. What was measured stays under a
number that nobody can lead back to them, as medical records must (article 17 (3)(c)).
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

import msgspec

from homeward.model.errors import Conflict, Missing
from homeward.services.contract import Tools
from homeward.services.people.sessions import Ended, Q, end_others, tell
from homeward.store import Door
from homeward.store.sealed import count, erase

WHY_CHARACTERS_MAX = 500
KEPT = (
    "readings, waveforms, scores, alarms and observations, under number {number}, without a name: "
    "until what `homeward retention` says; a medical record is kept by law (GDPR 17 (3)(c))",
    "the audit of who saw or changed the record: at least six years (45 CFR 164.316(b)(2)(i)); it "
    "holds numbers, never names",
    "the year of birth and the sex, without which what was measured cannot be read",
)
TOLD_PARTS = {
    "patient.name": "name and record number",
    "person.name": "name and sign-in of their own account",
    "contact.address": "addresses and telephone numbers",
    "contact.label": "names of their devices for messages",
    "invitation.name": "names of relatives they invited",
    "cloud_link.account": "their accounts at clouds of wearables",
    "cloud_link.tokens": "what opened their accounts there",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What is destroyed, how many texts of each kind; what is kept and until when; what must be
    done elsewhere. `stands_in_the_way`: why it cannot be yet."""

    patient_id: int
    destroyed: dict[str, int]
    kept: list[str]
    elsewhere: list[str]
    stands_in_the_way: list[str]


@dataclass(frozen=True, slots=True)
class _Whose:
    person_id: int | None
    is_synthetic: bool
    is_erased: bool
    is_in_bed: bool
    devices: int
    number: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish to be erased, as a screen shows it. Times in ms since 1970 UTC. `is_in_backups`: it
    was done, and backups of before open it until the operator has changed the wrapping key."""

    id: int
    patient_id: int
    patient: str
    asked: int
    decided: int | None
    decision: str | None
    why: str
    is_in_backups: bool = False


async def look(door: Door, patient: int) -> Report:
    """What an erasure would do. Raises Missing."""
    whose = await _whose(door, patient)
    counts = await count(door, "patient", patient)
    if whose.person_id is not None:
        counts |= await count(door, "person", whose.person_id)
    return await _report(door, patient, whose, counts)


async def ask(door: Door, patient: int, by: int, now: datetime) -> None:
    """The patient wants it; somebody confirms or refuses. Raises Conflict where they asked."""
    await _whose(door, patient)
    try:
        await door.run(Q.ask_erasure, patient=patient, by=by, now=now)
    except Conflict:
        raise Conflict(
            "You asked for this before. It is being looked at.", "asked_before"
        ) from None


async def wishes(door: Door) -> list[Wish]:
    """Everybody's, those to be decided first; of those that were done, whether backups open it."""
    every = await door.all(Q.erasures, Wish, patient=None)
    still = {row["id"] for row in await door.all(Q.open_in_backups, dict)}
    return [replace(each, is_in_backups=each.id in still) for each in every]


async def refuse(door: Door, request: int, by: int, why: str, now: datetime) -> None:
    """Say no, and why. Raises Missing where it was decided before."""
    why = why.strip()[:WHY_CHARACTERS_MAX]
    if not why:
        raise Conflict("Say why: the patient reads it.")
    values = {"id": request, "by": by, "now": now, "why": why}
    if not await door.run(Q.refuse_erasure, **values):
        raise Missing("There is no such request any more.")


async def carry_out(
    tools: Tools, door: Door, patient: int, by: int | None, wish: int | None = None
) -> Report:
    """Erase; what was done. All of it or none. `wish`: which one is granted by it. Raises Missing,
    also where that was refused meanwhile, and Conflict where something stands in the way.

    Who has their page open is signed out; every process forgets what it had opened, at once where
    the bus is there, else within ten minutes.
    """
    now = tools.now()
    async with door.transaction() as inside:
        # First: who is about to hold the record, or to put them to bed, is waited for and seen.
        await inside.maybe(Q.lock_patient, dict, patient=patient)
        if wish is not None and await inside.maybe(Q.wish_to_grant, dict, id=wish) is None:
            raise Missing("There is no such request any more.")
        whose = await _whose(inside, patient)
        found = await _report(inside, patient, whose, {})
        if found.stands_in_the_way:
            raise Conflict(f"It cannot be erased yet: {'; '.join(found.stands_in_the_way)}.")
        counts = await erase(inside, "patient", patient)
        await inside.run(Q.erase_patient, patient=patient, now=now)
        if whose.person_id is not None:
            counts |= {
                name: counts.get(name, 0) + texts
                for name, texts in (await erase(inside, "person", whose.person_id)).items()
            }
            await _erase_account(tools, inside, whose.person_id)
        report = await _report(inside, patient, whose, counts)
        said = msgspec.json.encode(asdict(report)).decode()
        values = {"patient": patient, "by": by, "now": now, "report": said}
        await inside.run(Q.note_erasure, **values)
        for query in (Q.end_told, Q.end_clouds):
            await inside.run(query, patient=patient, now=now)
    if tools.store.keys is not None:
        tools.store.keys.forget()
    if tools.bus.connected:  # else every process forgets within minutes
        await tools.bus.tell("told.erased", {})
    if whose.person_id is not None:
        await tell(tools.bus, Ended(person_id=whose.person_id))
    return report


async def _erase_account(tools: Tools, door: Door, person: int) -> None:
    """Nobody signs in by it any more, and it says of nobody who they were."""
    await end_others(tools, door, person, None)
    for query in (
        Q.erase_account, Q.erase_contacts, Q.forget_passkeys, Q.end_authenticator,
        Q.forget_recovery_codes, Q.forget_outside, Q.forget_choices,
    ):  # fmt: skip
        await door.run(query, person=person, now=tools.now())


async def _whose(door: Door, patient: int) -> _Whose:
    found = await door.maybe(Q.to_erase, _Whose, patient=patient)
    if found is None or found.is_synthetic:
        raise Missing("There is no such patient.")
    return found


async def _report(door: Door, patient: int, whose: _Whose, counts: dict[str, int]) -> Report:
    barred = []
    if whose.is_erased:
        barred.append("they were erased before")
    if whose.is_in_bed:
        barred.append("they lie in a bed: discharge them first")
    if whose.devices:
        barred.append(f"they wear {whose.devices} devices: take them off first")
    barred += await _holds(door, patient)
    return Report(
        patient,
        {name: texts for name, texts in counts.items() if texts},
        [each.format(number=patient) for each in KEPT],
        [
            "exports, print-outs and what was sent to other systems: who has them must erase them",
            "backups of before hold what was sealed, and its key: they open it until the operator "
            "runs `homeward keys rotate` on the server, then `homeward keys save`, and erases "
            "older files of it; this page and `homeward doctor` say so until that was done",
        ],
        barred,
    )


async def _holds(door: Door, patient: int) -> list[str]:
    """Legal holds that stand."""
    rows = await door.all(Q.holds, dict, patient=patient)
    return ["a legal hold stands"] if rows else []
