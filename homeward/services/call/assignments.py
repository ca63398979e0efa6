"""Which nurse has which patient, and the handover to the next one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from homeward.model.errors import Conflict, Missing, Unreadable
from homeward.services.call.roster import Q
from homeward.services.call.standing import WHY_CHARACTERS_MAX
from homeward.store import Door

PATIENTS_MAX = 200


def as_seen(patients: Sequence[int], nurses: Sequence[int | None]) -> Mapping[int, int | None]:
    """Whose each patient was on the screen. Raises Unreadable."""
    if len(patients) != len(nurses):
        raise Unreadable("Say of each patient whose they were, or of none.")
    return dict(zip(patients, nurses, strict=True))


async def hand_over(
    door: Door, ward: int, patients: Sequence[int], to: int, now: datetime, why: str,
    seen: Mapping[int, int | None] | None = None,
) -> int:  # fmt: skip
    """These patients of a ward are this nurse's from now on; how many changed hands. `seen`: whose
    each was when it was read (None: whoever's).

    What was before stays on record, with who ended it. Raises Missing where a patient is not on
    the ward or the nurse may not be called, Unreadable for none or too many, Conflict where
    somebody else handed one of them over since.
    """
    if not 1 <= len(patients) <= PATIENTS_MAX:
        raise Unreadable(f"A handover is of 1 to {PATIENTS_MAX} patients.")
    wanted = sorted(set(patients))
    by = door.actor.person_id if door.actor else None
    async with door.transaction() as inside:
        await must_be_able(inside, to)
        here = await inside.all(Q.lock_patients, dict, ward=ward, patients=wanted)
        if len(here) != len(wanted):
            raise Missing("One of these patients is not on this ward.")
        if seen is not None:
            await _must_be_as_seen(inside, wanted, to, seen)
        values = {"patients": wanted, "ward": ward, "to": to, "now": now, "by": by}
        await inside.run(Q.end_assignments, **values)
        return await inside.run(Q.begin_assignments, **values, why=why[:WHY_CHARACTERS_MAX])


async def _must_be_as_seen(
    inside: Door, patients: Sequence[int], to: int, seen: Mapping[int, int | None]
) -> None:
    held = {
        row["patient_id"]: row for row in await inside.all(Q.carried_by, dict, patients=patients)
    }
    for patient in patients:
        row = held.get(patient)
        nurse = row["person_id"] if row else None
        if nurse in (to, seen[patient]):
            continue
        if row is None:
            raise Conflict("One of these patients is nobody's any more. Look again.", "changed")
        who = row["by"] or "The platform"
        words = f"{who} gave one of these patients to {row['nurse']} meanwhile. Look again."
        raise Conflict(words, "changed")


async def must_be_able(door: Door, *people: int) -> None:
    """Raise Missing unless each of these is a nurse or doctor who may sign in."""
    able = {row["id"] for row in await door.all(Q.able, dict)}
    if not able.issuperset(people):
        raise Missing("Only a nurse or doctor who may sign in can be called.")
