"""Legal holds: a record that must be kept as it is, whatever retention or a wish to erase says.

A hold ends by somebody's word alone, never by its date: the day in `until` is when it is looked at
again. Retention asks the view `record_part`, which knows of holds (migration 0044); whatever erases
asks the table.
"""

from dataclasses import dataclass
from datetime import date, datetime

from homeward.guard.sealing import Secret, of_patient
from homeward.model.errors import Conflict, Missing, Unreadable
from homeward.store import Door, queries

sql = queries("homeward.services.record")
REASON_CHARS_MIN = 3
HOLDS_MAX = 1000


@dataclass(frozen=True, slots=True)
class Hold:
    """Whose record is held, why, since when and by whom; `ends` is null while it stands."""

    record_number: str
    why: str
    until: date | None
    starts: datetime
    starts_by: str
    ends: datetime | None
    ends_by: str | None
    ends_why: str


async def hold(
    door: Door, patient: int, why: str, until: date | None, person: int, now: datetime
) -> None:
    """Keep this record as it is. Raises Conflict where it is held, Unreadable without a reason."""
    values = {
        "patient": patient,
        "why": _said(patient, "why", why),
        "until": until,
        "by": person,
        "now": now,
    }
    try:
        async with door.transaction() as inside:
            await inside.maybe(sql.lock_patient, dict, patient=patient)
            # What is being deleted just now is gone before this holds, and not after.
            await inside.run(sql.wait_for_turn)
            await inside.run(sql.hold, **values)
    except Conflict:
        raise Conflict("This record is held already.") from None


async def release(door: Door, patient: int, why: str, person: int, now: datetime) -> None:
    """The hold ends; retention goes on from here. Raises Missing where none stands, Unreadable."""
    said = _said(patient, "ends_why", why)
    if not await door.run(sql.release, patient=patient, why=said, by=person, now=now):
        raise Missing("This record is not held.")


async def holds(door: Door) -> list[Hold]:
    """Every hold there is or was, those that stand first."""
    return await door.all(sql.holds, Hold, rows_max=HOLDS_MAX)


def _said(patient: int, column: str, why: str) -> Secret:
    why = why.strip()
    if len(why) < REASON_CHARS_MIN:
        raise Unreadable("Say why, in a few words: whoever asks in years will want to know.")
    return Secret(of_patient(patient), f"legal_hold.{column}", why)
