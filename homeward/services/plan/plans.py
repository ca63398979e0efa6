"""Plans of patients: begun, changed, ended, and what was kept of them."""

import contextlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from homeward.clinical.plan import Item, Plan, kept
from homeward.clinical.plan_templates import TEMPLATES
from homeward.clinical.words import said_again
from homeward.guard.sealing import Secret, of_patient
from homeward.model.choice import Language
from homeward.model.errors import Conflict, Forbidden, Unreadable
from homeward.services.plan import views as v
from homeward.services.plan.body import read, written
from homeward.services.plan.zone_routes import Q
from homeward.store import Door

SHOWN_BACK, SHOWN_AHEAD = timedelta(days=28), timedelta(days=2)


async def begin(
    door: Door, patient: int, plan: Plan, now: datetime, instead_of: int | None = None,
    first_rota: int | None = None,
) -> int:  # fmt: skip
    """A plan of a condition holds from now on, in the place of the one before; its number. Raises
    Conflict where that is not the one it was changed from (None: whatever holds)."""
    async with door.transaction() as inside:
        await inside.one(Q.lock_patient, dict, patient=patient)
        held = await inside.all(Q.held, dict, patient=patient, condition=plan.condition)
        before = [each["id"] for each in held]
        if instead_of is not None and before != [instead_of]:
            raise Conflict("Somebody changed this plan meanwhile. Look again.")
        number = await _add(inside, patient, plan, now, first_rota)
        # Who took a medicine an hour early is not told to take it again.
        items = _unchanged(plan, held)
        await inside.run(Q.said_already, plan=number, before=before, items=items, now=now)
        return number


async def begin_first(
    inside: Door, patient: int, plan: Plan, now: datetime, first_rota: int | None = None
) -> int:
    """The first plan of whoever has none, within a transaction of the caller's; its number. Raises
    Conflict where they have one by now."""
    await inside.one(Q.lock_patient, dict, patient=patient)
    if await inside.all(Q.plans_of, dict, patient=patient):
        raise Conflict("Somebody began a plan meanwhile. Look again.")
    return await _add(inside, patient, plan, now, first_rota)


async def _add(
    inside: Door, patient: int, plan: Plan, now: datetime, first_rota: int | None
) -> int:
    whose = {"patient": patient, "condition": plan.condition, "now": now, "person": me(inside)}
    await inside.run(Q.end_plan, **whose)
    body = Secret(of_patient(patient), "plan.body", written(plan))
    values = whose | {"body": body, "first_rota": first_rota}
    return (await inside.one(Q.add_plan, dict, **values))["id"]


def _unchanged(plan: Plan, held: Sequence[dict[str, Any]]) -> list[str]:
    """Keys of lines that ask for the same as before."""
    before: set[tuple[str, ...]] = set()
    for each in held:
        with contextlib.suppress(Unreadable):
            before |= {_asked(item) for item in read(each["body"]).items}
    return [item.key for item in plan.items if _asked(item) in before]


def _asked(item: Item) -> tuple[str, ...]:
    return item.key, item.kind, item.label, item.reference, *item.vitals


async def end(door: Door, patient: int, condition: str, now: datetime) -> None:
    """A plan is over: nobody is told any more of what was due."""
    async with door.transaction() as inside:
        await inside.one(Q.lock_patient, dict, patient=patient)
        whose = {"patient": patient, "condition": condition, "now": now, "person": me(door)}
        await inside.run(Q.let_rest, **whose)
        await inside.run(Q.end_plan, **whose)


async def answer(door: Door, patient: int, said: v.HomeAnswer, now: datetime) -> None:
    """Somebody says that it was done, or need not be. Raises Conflict where it is not to be said:
    it is not open yet, was said before, or is measured, which only a reading answers."""
    came = None if said.is_excused else now
    state = "excused" if said.is_excused else "done"
    if not await door.run(
        Q.answer, id=said.due, patient=patient, state=state, came=came, person=me(door), now=now
    ):
        raise Conflict("This cannot be answered now. Look again.", "changed")


async def shown(
    door: Door, patient: int, now: datetime, language: Language | None = None
) -> v.HomePlansShown:
    """Every plan that holds, what is due, and what was kept in four weeks, item by item."""
    plans, in_hospital, dues = await door.together(
        Q.plans_of(dict, patient=patient),
        Q.in_hospital(v.InHospital, patient=patient),
        Q.dues_of(v.HomeDueShown, patient=patient, start=now - SHOWN_BACK, end=now + SHOWN_AHEAD),
    )
    now_ms = round(now.timestamp() * 1000)
    return v.HomePlansShown(
        now_ms,
        [
            _plan(plan, [due for due in dues if due.plan_id == plan["id"]], language)
            for plan in plans
        ],
        dues,
        in_hospital[0] if in_hospital else None,
    )


def _plan(
    row: dict[str, Any], dues: Sequence[v.HomeDueShown], language: Language | None
) -> v.HomePlanShown:
    try:
        plan = read(row["body"])
    except Unreadable:
        plan = None
    of: dict[str, list[str]] = defaultdict(list)
    for due in dues:
        of[due.item].append(due.state)
    items = [] if plan is None else [_item(item, of[item.key], language) for item in plan.items]
    whole = kept(due.state for due in dues)
    return v.HomePlanShown(
        row["id"], row["condition"], row["made"], row["made_by"],
        plan.language if plan else "en", plan.carer_after_minutes if plan else None, items,
        whole.expected, whole.done, _first(row),
    )  # fmt: skip


def _first(row: dict[str, Any]) -> v.FirstRota | None:
    return v.FirstRota(row["first_rota_id"], row["first_rota"]) if row["first_rota_id"] else None


def _item(item: Item, states: Sequence[str] = (), language: Language | None = None) -> v.ItemShown:
    held, label = kept(states), said_again(item.label, language)
    return v.ItemShown(
        item.key, item.kind, label, [f"{at:%H:%M}" for at in item.at], list(item.weekdays),
        list(item.vitals), item.reference, item.before_minutes, item.after_minutes,
        held.expected, held.done, sum(state == "rested" for state in states),
    )  # fmt: skip


async def templates(door: Door) -> list[v.TemplateShown]:
    """Every plan to begin with: those that came along, and in their place the hospital's own."""
    rows = await door.all(Q.templates, dict)
    own = {row["name"]: read(row["body"]) for row in rows}
    first = {row["name"]: _first(row) for row in rows}
    every = {**TEMPLATES, **own}
    return [
        v.TemplateShown(
            name, name in own, plan.language, plan.carer_after_minutes,
            [_item(item) for item in plan.items], first.get(name),
        )
        for name, plan in sorted(every.items())
    ]  # fmt: skip


async def keep_template(
    door: Door, plan: Plan, now: datetime, first_rota: int | None = None
) -> None:
    """A plan to begin with, as the hospital wants it from now on."""
    values = {"name": plan.condition, "body": written(plan), "first_rota": first_rota}
    await door.run(Q.add_template, **values, now=now, person=me(door))


def me(door: Door) -> int:
    """Who asks."""
    if door.actor is None:
        raise Forbidden
    return door.actor.person_id
