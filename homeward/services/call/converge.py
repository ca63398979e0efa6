"""Make the calls what the alarms want them to be. Safe to run twice, or twice at once.

Every timer is a row: nothing is remembered here between two passes, so a killed process loses
nothing and calls nobody twice.
"""

from datetime import datetime

from homeward.bus import Bus
from homeward.services.call.chain import Link, Wanting, chain_for, next_call
from homeward.services.call.receipts import Q, tell_calls
from homeward.store import Door, Store

CALLS_MAX = 500  # new calls in one pass; the rest in the next, worst first


async def converge(store: Store, bus: Bus, now: datetime, answer_seconds: int) -> dict[str, str]:
    """One pass. Gives the troubles met: what, and in words, such as an empty chain."""
    async with store.door().transaction() as door:
        touched = await door.all(Q.end_calls, dict, now=now)
        touched += await door.all(Q.mend_times, dict, now=now)
        touched += await door.all(Q.pass_on, dict, now=now)
        made, troubles = await _call_carers(door, now)
        made += await _call_patients(door, now, answer_seconds)
    changed = {row["id"] for row in touched} | set(made)
    await tell_calls(store.door(), bus, sorted(changed))
    return troubles


async def _call_carers(door: Door, now: datetime) -> tuple[list[int], dict[str, str]]:
    wanting = await door.all(Q.wanting_carers, Wanting, calls_max=CALLS_MAX)
    links = await door.all(Q.chains, Link) if wanting else []
    troubles: dict[str, str] = {}
    made: list[int] = []
    for each in wanting:
        found = next_call(chain_for(links, each.ward_id), each)
        if found is None:
            troubles.update(_nobody(each))
            continue
        link = found.link
        made += await _make(
            door, now, each.alarm_id, "carer", link.step, found.round, link.person_id,
            link.wait_seconds,
        )  # fmt: skip
    return made, troubles


async def _call_patients(door: Door, now: datetime, answer_seconds: int) -> list[int]:
    made: list[int] = []
    for row in await door.all(Q.wanting_patients, dict, calls_max=CALLS_MAX):
        made += await _make(
            door, now, row["alarm_id"], "patient", 1, row["round"], row["person_id"],
            answer_seconds,
        )  # fmt: skip
    return made


async def _make(
    door: Door,
    now: datetime,
    alarm: int,
    audience: str,
    step: int,
    round_: int,
    person: int,
    wait: int,
) -> list[int]:
    rows = await door.all(
        Q.make_call, dict, now=now, alarm=alarm, audience=audience, step=step, round=round_,
        person=person, wait=wait,
    )  # fmt: skip
    return [row["id"] for row in rows]


def _nobody(wanting: Wanting) -> dict[str, str]:
    if wanting.ward_id is None:
        return {"nobody_to_call": "nobody to call on any ward"}
    return {f"nobody_to_call_{wanting.ward_id}": f"nobody to call on {wanting.ward}"}
