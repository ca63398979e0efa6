"""Make the calls what the alarms want them to be. Safe to run twice, or twice at once.

Every timer is a row: nothing is remembered here between two passes, so a killed process loses
nothing and calls nobody twice.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeward.bus import Bus
from homeward.clinical import flagged
from homeward.clinical.plan import MISSED, TOLD_FOR
from homeward.services.call.chain import (
    FIRST_STEP,
    Chain,
    Next,
    Pursued,
    chain_for,
    next_calls,
    with_first,
)
from homeward.services.call.checks import check_roster, note_empty, standing_troubles
from homeward.services.call.quiet import Told, wanting
from homeward.services.call.reach.letters import tell_letters
from homeward.services.call.reach.queueing import failing_ways, queue_new, tend_deliveries
from homeward.services.call.receipts import tell_calls
from homeward.services.call.roster import Q, Roster, read_roster
from homeward.services.call.rota import on_call_until
from homeward.services.call.why import Before, because
from homeward.store import Door, Store

CALLS_MAX = 500  # alarms called for in one transaction; the rest in the next, worst first
HELD_UP_SECONDS = 0.02
TURNS_MAX = 20  # transactions in one pass; a chain nobody of which can be reached takes several
ALARMS_MAX = 5_000
UNCONFIRMED_SECONDS = 30
UNTIL = timedelta(days=2)  # a turn that ends later than that is told without its end


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait (seconds): for an answer, and for a sign that a call arrived."""

    answer_seconds: int
    unconfirmed_seconds: int


@dataclass(frozen=True, slots=True)
class _New:
    alarm: int
    audience: str
    step: int
    round: int
    person: int
    ward: int
    via: str
    target: str
    until: datetime | None
    because: str
    wait: int


async def converge(
    store: Store,
    bus: Bus,
    now: datetime,
    answer_seconds: int,
    unconfirmed_seconds: int = UNCONFIRMED_SECONDS,
) -> dict[str, str]:
    """One pass. Gives the troubles that stand: what, and in words, such as an empty rota.

    Over 2,000 open alarms it takes 36 ms on two shared cores (tests/stories/test_calls.py).
    """
    patience = Patience(answer_seconds, unconfirmed_seconds)
    async with store.door().transaction() as door:
        await door.run(Q.set_now, now=now)
        touched = await door.all(Q.end_calls, dict, now=now)
        touched += await door.all(Q.mend_times, dict, now=now)
        touched += await door.all(Q.pass_on, dict, now=now)
        await tend_deliveries(door, now)
    changed = {row["id"] for row in touched}
    for _ in range(TURNS_MAX):
        made, is_held_up = await _call_carers(store, now, patience)
        changed |= made
        if is_held_up:  # somebody else is writing one of these alarms just now
            await asyncio.sleep(HELD_UP_SECONDS)
        elif not made:
            break
    changed |= await _call_patients(store, now, answer_seconds)
    await tell_letters(store, now)
    await check_roster(store, now)
    await tell_calls(store.door(), bus, sorted(changed))
    return await standing_troubles(store.door()) | await failing_ways(store.door(), now)


async def _call_carers(store: Store, now: datetime, patience: Patience) -> tuple[set[int], bool]:
    """The calls made, and whether an alarm was locked: it waits for the next turn, not a pass."""
    async with store.door().transaction() as door:
        await door.run(Q.set_now, now=now)
        cases = await door.all(
            Q.pursued, Pursued, now=now, alarms_max=ALARMS_MAX,
            unconfirmed_seconds=patience.unconfirmed_seconds,
        )  # fmt: skip
        if not cases:
            return set(), False
        roster = await read_roster(door, now, UNTIL)
        new = await _wanted(door, cases, roster, now, patience)
        locked = await door.all(Q.lock_active, dict, ids=sorted({each.alarm for each in new}))
        ids = {row["id"] for row in locked}
        free = [each for each in new if each.alarm in ids]
        return await _make(door, now, free), len(free) < len(new)


async def _wanted(
    door: Door, cases: Sequence[Pursued], roster: Roster, now: datetime, patience: Patience
) -> list[_New]:
    """The next calls of as many alarms as one transaction takes; and what was found empty."""
    duty = roster.duty(now)
    first = await _first_told(door, now)
    chains: dict[int | None, Chain] = {}
    wanted: list[tuple[Pursued, Next]] = []
    empty: dict[int, tuple[Pursued, Next]] = {}
    for case in cases:
        if len(wanted) == CALLS_MAX:
            break
        if case.ward_id not in chains:
            chains[case.ward_id] = chain_for(roster.links, case.ward_id)
        chain = chains[case.ward_id]
        if case.ward_id is not None and (named := first.get(case.alarm_id)):
            rotas = {each.name: each.id for each in roster.rotas if each.ward_id == case.ward_id}
            chain = with_first(chain, case.ward_id, named, rotas, patience.answer_seconds)
        found = next_calls(chain, case, duty, patience.answer_seconds)
        if found.calls:
            wanted.append((case, found))
        if found.is_fallback or any(step > FIRST_STEP for step in found.empty):
            empty.setdefault(case.ward_id or 0, (case, found))
    for case, found in empty.values():
        await note_empty(door, roster, case, found, now)
    return await _with_reasons(door, roster, wanted, now, patience)


async def _first_told(door: Door, now: datetime) -> dict[int, Sequence[str | None]]:
    """By alarm, whom the plans it is of have called before their ward's chain."""
    rows = await door.all(
        Q.first_told, dict, missed=MISSED, flagged=flagged.FLAGGED, now=now,
        lately=now - TOLD_FOR, oldest=now - flagged.OLDEST_TOLD,
    )  # fmt: skip
    return {row["alarm_id"]: row["named"] for row in rows}


async def _with_reasons(
    door: Door, roster: Roster, wanted: Sequence[tuple[Pursued, Next]], now: datetime,
    patience: Patience,
) -> list[_New]:  # fmt: skip
    """The calls as they are written, each with why it is made."""
    again = [case.alarm_id for case, _ in wanted if case.round]
    before: dict[int, list[Before]] = {}
    for each in await door.all(Q.before, Before, alarms=again) if again else ():
        before.setdefault(each.alarm_id, []).append(each)
    rotas = {each.id: each.rota for each in roster.rotas}
    until: dict[tuple[int | None, int], datetime | None] = {}
    new: list[_New] = []
    for case, found in wanted:
        known = before.get(case.alarm_id, ())
        why = because(case, found, known, patience.unconfirmed_seconds)
        for each in found.calls:
            turn = (each.rota_id, each.person_id)
            rota = rotas.get(each.rota_id or 0)
            if turn not in until:
                until[turn] = on_call_until(rota, each.person_id, now, UNTIL) if rota else None
            new.append(
                _New(
                    case.alarm_id, "carer", found.step, found.round, each.person_id,
                    case.ward_id or 0, each.via, each.target, until[turn], why, each.wait_seconds,
                )
            )  # fmt: skip
    return new


async def _call_patients(store: Store, now: datetime, answer_seconds: int) -> set[int]:
    """Call patients in their own words, and the relatives they chose."""
    async with store.door().transaction() as door:
        rows = await door.all(Q.wanting_told, Told, rows_max=ALARMS_MAX)
        wanted = wanting(rows, now)[:CALLS_MAX]
        if not wanted:
            return set()
        locked = await door.all(Q.lock_standing, dict, ids=sorted({e.alarm_id for e in wanted}))
        ids = {row["id"] for row in locked}
        new = [
            _New(
                each.alarm_id, each.audience, 1, each.round, each.person_id, each.ward_id or 0,
                "the patient" if each.audience == "patient" else "chosen by the patient",
                each.audience, None, "", answer_seconds,
            )
            for each in wanted
            if each.alarm_id in ids
        ]  # fmt: skip
        return await _make(door, now, new)


async def _make(door: Door, now: datetime, new: Sequence[_New]) -> set[int]:
    if not new:
        return set()
    rows = await door.all(
        Q.make_calls, dict, now=now,
        alarms=[each.alarm for each in new],
        audiences=[each.audience for each in new],
        steps=[each.step for each in new],
        rounds=[each.round for each in new],
        people=[each.person for each in new],
        wards=[each.ward for each in new],
        vias=[each.via for each in new],
        targets=[each.target for each in new],
        untils=[each.until for each in new],
        becauses=[each.because for each in new],
        waits=[each.wait for each in new],
    )  # fmt: skip
    await queue_new(door, now)  # in the same commit: a call without a way is hopeless at once
    return {row["id"] for row in rows}
