"""For how long what is kept: decided by administrators, each decision a row that stays.

Unless somebody decides otherwise nothing is ever deleted, and only waveforms leave the database,
once there is a cold store for them to go to.
"""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from homeward.model.errors import Conflict, Unreadable
from homeward.store import Door, queries

sql = queries("homeward.services.record")
DECISIONS_MAX = 200
REASON_CHARS_MIN = 3


@dataclass(frozen=True, slots=True)
class Retention:
    """One kind: after how many days it goes to the cold store, and is deleted; None is never."""

    kind: str
    hot_days: int | None = None
    kept_days: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided what about a kind, when and why."""

    kind: str
    hot_days: int | None
    kept_days: int | None
    reason: str
    person: str
    at: datetime


DEFAULTS = MappingProxyType(
    {each.kind: each for each in (
        Retention("waves", hot_days=30), Retention("vitals"), Retention("rollups"),
        Retention("quarantine"), Retention("totals"), Retention("documents"),
    )}
)  # fmt: skip
# Limits are tried on a month of readings before they are saved, and alarms look a day back.
DAYS_MIN = MappingProxyType(
    {"vitals": 31, "waves": 7, "rollups": 31, "quarantine": 1, "totals": 31, "documents": 31}
)
MOVED = ("waves", "vitals")


async def in_force(door: Door) -> dict[str, Retention]:
    """What is in force of each kind."""
    decided = await door.all(sql.retentions, Retention)
    return {**DEFAULTS, **{each.kind: each for each in decided}}


async def decisions(door: Door) -> list[Decision]:
    """What was decided, the newest first."""
    return await door.all(sql.retention_history, Decision, rows_max=DECISIONS_MAX)


async def decide(door: Door, wanted: Retention, reason: str, person: int, now: datetime) -> None:
    """Decide for how long a kind is kept.

    Raises Unreadable for what cannot be, Conflict for what contradicts another kind.
    """
    _check(wanted)
    if len(reason.strip()) < REASON_CHARS_MIN:
        raise Unreadable("Say why, in a few words: whoever asks in years will want to know.")
    async with door.transaction() as inside:
        await inside.run(sql.one_at_a_time)
        every = await in_force(inside) | {wanted.kind: wanted}
        vitals, rollups = every["vitals"].kept_days, every["rollups"].kept_days
        if rollups is not None and (vitals is None or rollups < vitals):
            raise Conflict("Rollups are kept at least as long as the vital signs they are made of.")
        values = {"kind": wanted.kind, "hot_days": wanted.hot_days, "kept_days": wanted.kept_days}
        await inside.run(
            sql.decide_retention, **values, reason=reason.strip(), person=person, now=now
        )


def _check(wanted: Retention) -> None:
    if wanted.kind not in DEFAULTS:
        raise Unreadable(f"{wanted.kind} is not one of {', '.join(DEFAULTS)}.")
    if wanted.hot_days is not None and wanted.kind not in MOVED:
        raise Unreadable(f"{wanted.kind} do not go to the cold store; {' and '.join(MOVED)} do.")
    days_min = DAYS_MIN[wanted.kind]
    for days in (wanted.hot_days, wanted.kept_days):
        if days is not None and days < days_min:
            raise Unreadable(f"{wanted.kind} stay in the database for {days_min} days or more.")
    if wanted.hot_days and wanted.kept_days and wanted.kept_days <= wanted.hot_days:
        raise Unreadable("What is deleted first cannot go to the cold store after that.")
