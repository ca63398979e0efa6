"""Rotas and their changes: each one a row, with who and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from homeward.model.errors import Conflict, Missing, Unreadable
from homeward.services.call.assignments import must_be_able
from homeward.services.call.roster import Q
from homeward.services.call.rota import NAME_CHARACTERS_MAX, Override, OverrideKind, Plan
from homeward.services.call.standing import WHY_CHARACTERS_MAX
from homeward.store import Door

OVERRIDE_MAX = timedelta(days=92)
PLAN_AHEAD_MAX = timedelta(days=366)
LATE_MAX = timedelta(minutes=15)  # "now" was said when the page was opened
DONE = {
    "plan": "gave this rota another plan",
    "no plan": "took a plan of this rota back",
    "override": "changed who is on call",
    "no override": "took a change of who is on call back",
}


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


async def add_rota(
    door: Door, ward: int, name: str, plan: Plan, now: datetime, why: str = ""
) -> int:
    """A new rota of a ward; its number. Raises Conflict where the name is taken."""
    name = name.strip()
    if not 1 <= len(name) <= NAME_CHARACTERS_MAX:
        raise Unreadable(f"A rota's name has 1 to {NAME_CHARACTERS_MAX} characters.")
    by = door.actor.person_id if door.actor else None
    async with door.transaction() as inside:
        rows = await inside.all(Q.add_rota, _Id, ward=ward, name=name, now=now, by=by)
        if not rows:
            raise Conflict(f"This ward has a rota {name!r} already.")
        await set_plan(inside, rows[0].id, plan, now, why)
    return rows[0].id


async def set_plan(
    door: Door, rota: int, plan: Plan, now: datetime, why: str, starts: datetime | None = None,
    seen: int | None = None,
) -> None:  # fmt: skip
    """A new plan, in force from `starts` (None: from now); what was until then stays as it was.
    `seen`: how often the rota had been changed when it was read (None: however often).

    Raises Missing for people who cannot be called, Unreadable for a beginning that is past or
    too far away, Conflict where somebody changed the rota since it was read.
    """
    by = door.actor.person_id if door.actor else None
    begins = now if starts is None else starts
    if not now - LATE_MAX <= begins <= now + PLAN_AHEAD_MAX:
        raise Unreadable(f"A plan begins now, or within {PLAN_AHEAD_MAX.days} days.")
    words = msgspec.json.encode(plan).decode()
    async with door.transaction() as inside:
        await _must_be_as_seen(inside, rota, seen)
        await must_be_able(inside, *plan.everybody())
        values = {"rota": rota, "plan": words, "starts": max(begins, now), "now": now, "by": by}
        if not await inside.run(Q.add_plan, **values, why=why[:WHY_CHARACTERS_MAX]):
            raise Missing("There is no such rota.")


async def withdraw_plan(door: Door, number: int, now: datetime) -> None:
    """A plan that was to come does not. Raises Missing, also where it has begun."""
    by = door.actor.person_id if door.actor else None
    if not await door.run(Q.withdraw_plan, id=number, now=now, by=by):
        raise Missing("There is no such plan to come.")


async def end_rota(door: Door, rota: int, now: datetime) -> None:
    """It counts no more. Raises Missing, and Conflict while a chain calls it."""
    by = door.actor.person_id if door.actor else None
    async with door.transaction() as inside:
        if any(row["rota_id"] == rota for row in await inside.all(Q.chains, dict)):
            raise Conflict("A chain calls this rota. Take it out of the chain first.")
        if not await inside.run(Q.end_rota, rota=rota, now=now, by=by):
            raise Missing("There is no such rota.")


async def override(
    door: Door, rota: int, change: Override, now: datetime, why: str, seen: int | None = None
) -> int:
    """Somebody stands in, joins or steps out for a while; the change's number. Raises Conflict
    where somebody changed the rota since it was `seen`, as `set_plan` does."""
    by = door.actor.person_id if door.actor else None
    if not now - timedelta(days=1) < change.ends <= change.starts + OVERRIDE_MAX:
        raise Unreadable(f"A change ends in the future, at most {OVERRIDE_MAX.days} days long.")
    if change.ends <= change.starts:
        raise Unreadable("A change ends after it starts.")
    if (change.kind is OverrideKind.REMOVE) != (change.stand_in_id is None):
        raise Unreadable("A change names who comes, unless somebody only steps out.")
    async with door.transaction() as inside:
        await _must_be_as_seen(inside, rota, seen)
        if change.stand_in_id is not None:
            await must_be_able(inside, change.stand_in_id)
        rows = await inside.all(
            Q.add_override, _Id, rota=rota, kind=change.kind, person=change.person_id,
            stand_in=change.stand_in_id, starts=change.starts, ends=change.ends, now=now, by=by,
            why=why[:WHY_CHARACTERS_MAX],
        )  # fmt: skip
        if not rows:
            raise Missing("There is no such rota.")
    return rows[0].id


async def withdraw(door: Door, number: int, now: datetime) -> None:
    """A change counts no more. Raises Missing."""
    by = door.actor.person_id if door.actor else None
    if not await door.run(Q.withdraw, id=number, now=now, by=by):
        raise Missing("There is no such change.")


async def _must_be_as_seen(inside: Door, rota: int, seen: int | None) -> None:
    """Two who fill the same gap at once: the second is told of the first. Raises Conflict, and
    Missing."""
    if await inside.maybe(Q.lock_rota, _Id, rota=rota) is None:
        raise Missing("There is no such rota.")
    for row in await inside.all(Q.changes, dict, ward=None, rota=rota):
        if seen is not None and row["changes"] != seen:
            who = row["by"] or "The platform"
            raise Conflict(f"{who} {DONE[row['what']]} meanwhile. Look again.", "changed")
