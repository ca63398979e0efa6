"""Makes what is due stand as rows ahead of its time, and finds out whether it came.

Every timer is a row: nothing is remembered here between two passes. Each pass is bounded, and safe
to run twice.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from homeward.clinical.plan import OLDEST_TOLD, due
from homeward.model.errors import Unreadable, place_of
from homeward.model.vital import BY_NAME
from homeward.services.plan.body import read, zones_of
from homeward.services.plan.zone_routes import Q
from homeward.store import Door, Store
from homeward.store.chunks import micros, moment, samples
from homeward.store.cold import ColdAway
from homeward.store.newest import newest

AHEAD, TOPPED_UP = timedelta(hours=48), timedelta(hours=24)
PLANS_MAX, ROWS_MAX = 200, 500
LATE_FOR = timedelta(days=7)
LOOK_AGAIN = timedelta(hours=1)
_FIRST: dict[str, Any] = {"closes": datetime.min.replace(tzinfo=UTC), "after": 0}
ONE_RECORD = (Unreadable, ColdAway)  # what keeps the record of one person from being read
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Looked:
    """Something to look for in the record."""

    id: int
    patient_id: int
    vitals: list[str]
    opens: datetime
    closes: datetime
    is_over: bool


async def expect(store: Store, now: datetime, house_zone: str) -> int:
    """Have what is due of every plan stand a day ahead at least; of how many that was done."""
    async with store.door().transaction() as door:
        await door.run(Q.end_of_erased, now=now)
        plans = await door.all(Q.to_expect, dict, ahead=now + TOPPED_UP, plans_max=PLANS_MAX)
        if not plans:
            return 0
        clocks = await door.all(Q.zones_of, dict, patients=[plan["patient_id"] for plan in plans])
        of: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in clocks:
            of[row["patient_id"]].append(row)
        made = {plan["id"]: _rows(plan, of[plan["patient_id"]], now, house_zone) for plan in plans}
        known = [number for number, rows in made.items() if rows is not None]
        rows = [row for found in made.values() for row in found or ()]
        keys = {name: [row[name] for row in rows] for name in ("plan", "item", "at")}
        await door.run(Q.forget_due, plans=known, now=now, **keys)
        await door.run_many(Q.expect, rows)
        await door.run(Q.expected, plans=known, until=now + AHEAD)
        # What stands of a plan that cannot be read stays, and it is tried again before that ends.
        unknown = sorted(made.keys() - known)
        await door.run(Q.expected, plans=unknown, until=now + TOPPED_UP + LOOK_AGAIN)
        return len(plans)


def _rows(
    plan: dict[str, Any], clocks: Sequence[dict[str, Any]], now: datetime, house_zone: str
) -> list[dict[str, Any]] | None:
    try:
        said = read(plan["body"])
    except Unreadable:  # sealed by a key that is not here
        log.error("plan %d cannot be read: what it asks from now on is not known", plan["id"])
        return None
    zones = zones_of(clocks, house_zone)
    items = {item.key: item for item in said.items}
    # What was due while nobody worked is caught up; all before that stands there already.
    start = max(plan["made"], min(plan["expected_until"] or now, now), now - LATE_FOR)
    return [
        {
            "plan": plan["id"], "patient": plan["patient_id"], "item": each.item,
            "kind": items[each.item].kind, "vitals": list(items[each.item].vitals),
            "language": said.language, "zone": zones.at(each.at), "at": each.at,
            "day": each.day, "opens": each.opens, "closes": each.closes, "nudge": each.nudge,
            "escalate": each.escalate,
        }
        for each in due(said, zones, start, now + AHEAD)
    ]  # fmt: skip


async def look(store: Store, now: datetime) -> int:
    """See in the record what came of what is open, and of what was missed lately; of how many it is
    known now. However many are open, all are looked at."""
    door = store.door()
    await door.run(Q.rest, now=now)
    await door.run(Q.unanswered, now=now)
    known, after = 0, _FIRST
    while after is not None:
        page = await door.all(Q.to_look, Looked, now=now, rows_max=ROWS_MAX, **after)
        known += await _settle(door, await _spoken(door, page), now)
        last = page[-1] if len(page) == ROWS_MAX else None
        after = {"closes": last.closes, "after": last.id} if last else None
    values = {"since": now - LATE_FOR, "before": now - LOOK_AGAIN, "rows_max": ROWS_MAX}
    known += await _settle(door, await door.all(Q.to_look_again, Looked, **values), now)
    return known + await _look_late(door, now)


async def _settle(door: Door, wanted: Sequence[Looked], now: datetime) -> int:
    """Write down what came, and what closed without it; of how many it is known now."""
    missed: list[int] = []
    known = 0
    for patient, mine in _by_patient(wanted).items():
        for each in mine:
            came = await _first(door, patient, each)
            if came is not None:
                known += await door.run(Q.came, id=each.id, came=came, now=now)
            elif each.is_over:
                missed.append(each.id)
    if missed:
        await door.run(Q.missed, ids=missed, now=now)
    return known + len(missed)


async def _look_late(door: Door, now: datetime) -> int:
    """Who was told to measure, and has: that ends what is told, also after the window."""
    known = 0
    after: int | None = 0
    while after is not None:
        page = await door.all(
            Q.to_look_late, Looked, since=now - OLDEST_TOLD, after=after, rows_max=ROWS_MAX
        )
        for each in await _heard(door, page):
            came = await _first(door, each.patient_id, each)
            if came is not None:
                known += await door.run(Q.came, id=each.id, came=came, now=now)
                continue
            came = await _first(door, each.patient_id, replace(each, closes=now))
            if came is not None:
                known += await door.run(Q.came_late, id=each.id, came=came)
        after = page[-1].id if len(page) == ROWS_MAX else None
    return known


async def _spoken(door: Door, wanted: Sequence[Looked]) -> list[Looked]:
    """What is over, and of what is still open that which may have come."""
    still = {each.id for each in await _heard(door, [e for e in wanted if not e.is_over])}
    return [each for each in wanted if each.is_over or each.id in still]


async def _heard(door: Door, still: Sequence[Looked]) -> list[Looked]:
    """Those whose newest readings are since their window opened: of everybody else nothing has come
    yet, which one question tells."""
    if not still:
        return []
    vitals = sorted({BY_NAME[name].index for each in still for name in each.vitals})
    since = micros(min(each.opens for each in still))
    try:
        found = await newest(door, sorted({each.patient_id for each in still}), vitals, since)
    except ONE_RECORD:  # one that rotted hides nobody else's: each is looked at alone
        return list(still)

    def has_spoken(each: Looked) -> bool:
        mine = found[each.patient_id]
        last = [mine.get(BY_NAME[name].index) for name in each.vitals]
        return all(one is not None and one.at >= micros(each.opens) for one in last)

    return [each for each in still if has_spoken(each)]


def _by_patient(wanted: Sequence[Looked]) -> dict[int, list[Looked]]:
    found: dict[int, list[Looked]] = defaultdict(list)
    for each in wanted:
        found[each.patient_id].append(each)
    return found


async def _first(door: Door, patient: int, each: Looked) -> datetime | None:
    """When all that was to be measured first was, within its window; None while it was not, and
    where nobody can know: somebody is told then, and nobody else's is left unlooked at."""
    vitals = [BY_NAME[name].index for name in each.vitals]
    try:
        found = await samples(door, patient, vitals, micros(each.opens), micros(each.closes))
    except ONE_RECORD as error:
        log.error("whether something came cannot be read: %s", place_of(error))
        return None
    if len(found) < len(vitals):
        return None
    return moment(max(int(rows["at"][0]) for rows in found.values()))
