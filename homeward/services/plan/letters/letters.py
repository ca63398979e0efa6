"""Letters are written, read and settled: each once, and in the record before anybody is told."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from homeward.clinical.letter import answer_by
from homeward.guard.sealing import Secret, of_patient
from homeward.model.errors import Conflict, Forbidden, TooOften, Unreadable
from homeward.model.person import Role
from homeward.services.plan.letters import views as v
from homeward.store import Door, queries

Q = queries("homeward.services.plan.letters")
ROWS_MAX = 50  # of a page
HOUR = timedelta(hours=1)
WRITTEN_MAX = {Role.PATIENT: 20, Role.RELATIVE: 20, Role.NURSE: 200, Role.DOCTOR: 200}  # an hour
SIDES: dict[Role, v.Side] = {
    Role.PATIENT: "patient", Role.RELATIVE: "relative", Role.NURSE: "team", Role.DOCTOR: "team",
}  # fmt: skip
NEWEST = 2**63 - 1
_WAIT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Written:
    """What is to be kept: of which patient, when, and how long its answer may take."""

    patient: int
    key: UUID
    text: str
    now: datetime
    hours: int
    zone: str


async def write(inside: Door, said: Written) -> tuple[int, bool]:
    """Keep a letter; its number, and whether it is new. Run it in a transaction. Who sends it again
    gets the same number.

    Raises Unreadable for one without words, TooOften, Conflict where this key is another's.
    """
    author, side = _author(inside)
    text = said.text.strip()
    if not text or "\0" in text:
        raise Unreadable("There is nothing to read in this message.", "letter_empty")
    await inside.one(Q.lock_patient, dict, patient=said.patient)
    known = await inside.maybe(Q.known, dict, author=author, key=said.key)
    if known is not None:
        if known["patient_id"] != said.patient:
            raise Conflict("This message was sent to somebody else.", "message_elsewhere")
        return known["id"], False
    lately = await inside.one(Q.lately, dict, author=author, since=said.now - HOUR)
    if lately["letters"] >= WRITTEN_MAX[_role(inside)]:
        raise TooOften(_WAIT_SECONDS)
    is_team = side == "team"
    row = await inside.one(
        Q.add, dict, patient=said.patient, now=said.now, author=author, side=side, key=said.key,
        body=Secret(of_patient(said.patient), "letter.body", text),
        answer_by=None if is_team else answer_by(said.now, said.hours, said.zone),
    )  # fmt: skip
    if is_team:  # what came while it was typed is no answer's: nobody has read it yet
        values = {"patient": said.patient, "until": row["id"], "now": said.now, "person": author}
        await inside.run(Q.settle_read, **values)
    return row["id"], True


async def settle(door: Door, patient: int, until: int, now: datetime) -> int:
    """What stands open of a patient up to a letter wants no answer any more; how many that was."""
    person, _ = _author(door)
    return await door.run(Q.settle, patient=patient, until=until, now=now, person=person)


async def mark_read(door: Door, patient: int, until: int, now: datetime) -> int:
    """Who asks has read what others wrote, up to a letter; how many that is news of."""
    person, _ = _author(door)
    rows = await door.all(Q.read, dict, patient=patient, until=until, person=person, now=now)
    return len(rows)


async def shown(door: Door, patient: int, before: int) -> tuple[list[v.LetterShown], bool]:
    """A page of what was written, newest first, and whether there is more."""
    me, _ = _author(door)
    rows = await door.all(Q.of_patient, dict, patient=patient, before=before, rows_max=ROWS_MAX + 1)
    page = rows[:ROWS_MAX]
    readers: dict[int, list[v.ReadBy]] = defaultdict(list)
    for each in await door.all(Q.read_by, dict, letters=[row["id"] for row in page]):
        if each["person_id"] != me:
            readers[each["letter_id"]].append(v.ReadBy(each["name"], each["role"], each["at"]))
    return [_shown(row, me, readers[row["id"]]) for row in page], len(rows) > ROWS_MAX


def _shown(row: dict[str, Any], me: int, readers: list[v.ReadBy]) -> v.LetterShown:
    return v.LetterShown(
        row["id"], row["at"], row["side"], row["author"] or "",
        row["role"] or "relative", row["author_id"] == me,
        row["body"] or None, readers, row["answer_by"], row["settled"], row["settled_by"],
    )  # fmt: skip


def _author(door: Door) -> tuple[int, v.Side]:
    """Who writes or reads, and on whose side. Raises Forbidden."""
    if door.actor is None or door.actor.role not in SIDES:
        raise Forbidden
    return door.actor.person_id, SIDES[door.actor.role]


def _role(door: Door) -> Role:
    return door.actor.role if door.actor else Role.SENTINEL
