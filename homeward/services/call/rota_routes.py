"""Routes of the rota screen: who is on call, who stands in, whom the chain calls, who has whom.

Every nurse and doctor of the ward may change them, and administrators: at three in the morning the
one who notices the gap fills it. Those of another ward neither read nor change them. Each change is
a row with who, when and why (docs/decisions/0009).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import Request
from pydantic import Field

from homeward.clinical.zone import zone_of
from homeward.guard.route import IN_PATH, STAFF, Route
from homeward.model.errors import Conflict, Missing
from homeward.model.person import Role
from homeward.services.asking import Asking, Moment
from homeward.services.call import rotas
from homeward.services.call.assignments import PATIENTS_MAX, as_seen, hand_over
from homeward.services.call.roster import Q, read_roster
from homeward.services.call.rota import Override, OverrideKind, Plan
from homeward.services.call.rota_views import (
    DAYS,
    PLANS_MAX,
    Carried,
    ChainShown,
    LimitOfPatient,
    Named,
    OverrideShown,
    Sheet,
    SheetLine,
    WardRotas,
    milliseconds,
    plans_shown,
    rota_shown,
    steps_shown,
)
from homeward.services.call.standing import STEPS_MAX, Step, set_chain
from homeward.services.contract import Tools
from homeward.store import Door

KEEPERS = STAFF | {Role.ADMINISTRATOR}
Words = Annotated[str, Field(max_length=300)]


@dataclass(frozen=True)
class NewRota:
    """A rota by name, with its plan."""

    name: Words
    plan: Plan
    why: Words = ""


@dataclass(frozen=True)
class NewPlan:
    """Another plan of a rota, from when it begins; `starts` None: from now. `changes_seen`: the
    rota's `changes` as they stood on the screen; None: whatever came since."""

    plan: Plan
    why: Words = ""
    starts: Moment | None = None
    changes_seen: int | None = None


@dataclass(frozen=True)
class NewOverride:
    """Who stands in (for whom; None: whoever is on call), joins or steps out, from when to when;
    `changes_seen` as of a plan."""

    kind: OverrideKind
    starts: Moment
    ends: Moment
    person_id: int | None = None
    stand_in_id: int | None = None
    why: Words = ""
    changes_seen: int | None = None


@dataclass(frozen=True)
class NewChain:
    """A chain instead of the version that stood on the screen; `over` None: there was none."""

    steps: Annotated[list[Step], Field(max_length=STEPS_MAX)]
    over: int | None = None
    why: Words = ""


@dataclass(frozen=True)
class Handover:
    """These patients to this nurse. `from_nurses`: whose each of them was on the screen (null:
    nobody's); None: whoever's they are."""

    patients: Annotated[list[int], Field(max_length=PATIENTS_MAX)]
    to: int
    why: Words = ""
    from_nurses: Annotated[list[int | None], Field(max_length=PATIENTS_MAX)] | None = None


@dataclass(frozen=True, slots=True)
class _Ward:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class _Chain:
    id: int
    made: int
    made_by: str | None
    why: str


async def get_ward_rotas(ward_id: int, door: Asking, request: Request) -> WardRotas:
    """Who is on call on a ward now and for two weeks, and whom its chain calls."""
    now = _now(request)
    ward = await door.one(Q.ward, _Ward, ward=ward_id)
    # Before all else: what is changed while this is read is not said to have been seen.
    rows = await door.all(Q.changes, dict, ward=ward_id, rota=None)
    often = {row["rota_id"]: row["changes"] for row in rows}
    # From a day before: its midnight is only known with the zone, and the past stays as it was.
    roster = await read_roster(door, now, timedelta(days=DAYS), now - timedelta(days=2))
    duty = roster.duty(now)
    here = [each for each in roster.rotas if each.ward_id == ward_id]
    zones = [each.rota.plan_at(now).zone for each in here if each.rota]
    start = _midnight(now, zones[0] if zones else "UTC")
    changes: dict[int, list[OverrideShown]] = {}
    for row in await door.all(Q.overrides_shown, dict, start=start, ward=ward_id):
        changes.setdefault(row.pop("rota_id"), []).append(OverrideShown(**row))
    plans: dict[int, list[dict[str, Any]]] = {}
    for row in await door.all(Q.plans, dict, ward=ward_id, plans_max=PLANS_MAX):
        plans.setdefault(row["rota_id"], []).append(row)
    shown = [
        rota_shown(
            each, start, now, duty, changes.get(each.id, []),
            plans_shown(plans.get(each.id, ()), now), often.get(each.id, 0),
        )
        for each in here
    ]  # fmt: skip
    chain = await door.maybe(Q.chain, _Chain, ward=ward_id)
    may_see = door.actor is not None and door.actor.role in STAFF
    return WardRotas(
        ward_id=ward.id,
        ward=ward.name,
        now=milliseconds(now),
        start=milliseconds(start),
        people=await door.all(Q.people_shown, Named),
        rotas=[each for each in shown if each is not None],
        chain=ChainShown(
            chain.id, chain.made, chain.made_by, chain.why, steps_shown(roster, ward_id, duty)
        )
        if chain
        else None,
        patients=await door.all(Q.carried, Carried, ward=ward_id) if may_see else [],
    )


async def post_rota(ward_id: int, said: NewRota, door: Asking, request: Request) -> int:
    """A new rota of a ward; its number."""
    await door.one(Q.ward, _Ward, ward=ward_id)
    number = await rotas.add_rota(door, ward_id, said.name, said.plan, _now(request), said.why)
    await _look_again(door)
    return number


async def post_plan(rota_id: int, said: NewPlan, door: Asking, request: Request) -> None:
    """Another plan of a rota, in force from when it begins; what was before stays as it was."""
    starts = None if said.starts is None else datetime.fromtimestamp(said.starts / 1000, UTC)
    await rotas.set_plan(
        door, rota_id, said.plan, _now(request), said.why, starts, said.changes_seen
    )
    await _look_again(door)


async def delete_plan(plan_id: int, door: Asking, request: Request) -> None:
    """A plan that has not begun never does."""
    await rotas.withdraw_plan(door, plan_id, _now(request))
    await _look_again(door)


async def delete_rota(rota_id: int, door: Asking, request: Request) -> None:
    """A rota counts no more."""
    await rotas.end_rota(door, rota_id, _now(request))
    await _look_again(door)


async def post_override(rota_id: int, said: NewOverride, door: Asking, request: Request) -> int:
    """Somebody stands in, joins or steps out for a while; the change's number."""
    starts, ends = (datetime.fromtimestamp(ms / 1000, UTC) for ms in (said.starts, said.ends))
    change = Override(said.kind, starts, ends, said.person_id, said.stand_in_id)
    now = _now(request)
    number = await rotas.override(door, rota_id, change, now, said.why, said.changes_seen)
    await _look_again(door)
    return number


async def delete_override(override_id: int, door: Asking, request: Request) -> None:
    """A change counts no more."""
    await rotas.withdraw(door, override_id, _now(request))
    await _look_again(door)


async def put_chain(ward_id: int, said: NewChain, door: Asking, request: Request) -> None:
    """Another chain of a ward, in force at once, unless somebody was first."""
    async with door.transaction() as inside:
        await inside.one(Q.lock_ward, _Ward, ward=ward_id)
        chain = await inside.maybe(Q.chain, _Chain, ward=ward_id)
        if said.over != (chain.id if chain else None):
            who = (chain.made_by if chain else None) or "Somebody else"
            raise Conflict(f"{who} changed this chain meanwhile. Look at it again.", "changed")
        await _must_be_of(inside, ward_id, said.steps)
        await set_chain(inside, ward_id, said.steps, _now(request), said.why)
    await _look_again(door)


async def post_handover(ward_id: int, said: Handover, door: Asking, request: Request) -> int:
    """These patients are this nurse's from now on; how many changed hands."""
    seen = None if said.from_nurses is None else as_seen(said.patients, said.from_nurses)
    return await hand_over(door, ward_id, said.patients, said.to, _now(request), said.why, seen)


async def get_handover_sheet(ward_id: int, door: Asking, request: Request) -> Sheet:
    """Every patient of a ward on one page, to be printed for the handover."""
    ward = await door.one(Q.ward, _Ward, ward=ward_id)
    rows = await door.all(Q.sheet, dict, ward=ward_id)
    return Sheet(ward.name, milliseconds(_now(request)), [_line(row) for row in rows])


def _line(row: dict[str, Any]) -> SheetLine:
    said = zip(row.pop("limits") or [], row.pop("reasons") or [], strict=True)
    limits = [LimitOfPatient(**each, reason=reason) for each, reason in said]
    return SheetLine(**row, limits=limits)


async def _must_be_of(door: Door, ward: int, steps: list[Step]) -> None:
    able = {row["id"] for row in await door.all(Q.able, dict)}
    own = {row["id"] for row in await door.all(Q.rotas_of, dict, ward=ward)}
    for aim in (aim for step in steps for aim in step.targets):
        if aim.person_id is not None and aim.person_id not in able:
            raise Missing("Only a nurse or doctor who may sign in can be called.")
        if aim.rota_id is not None and aim.rota_id not in own:
            raise Missing("This ward has no such rota.")


async def _look_again(door: Door) -> None:
    """A gap that was filled, or made, is found at the next pass and not within a minute."""
    await door.run(Q.check_soon)


def _midnight(now: datetime, zone: str) -> datetime:
    return datetime.combine(now.astimezone(zone_of(zone)).date(), time(0), zone_of(zone))


def _now(request: Request) -> datetime:
    tools: Tools = request.app.state.tools
    return tools.now()


ROUTES = (
    Route("GET", "/api/wards/{ward_id}/rotas", get_ward_rotas, KEEPERS, as_platform=IN_PATH),
    Route("POST", "/api/wards/{ward_id}/rotas", post_rota, KEEPERS),
    Route("POST", "/api/rotas/{rota_id}/plan", post_plan, KEEPERS),
    Route("DELETE", "/api/plans/{plan_id}", delete_plan, KEEPERS),
    Route("DELETE", "/api/rotas/{rota_id}", delete_rota, KEEPERS),
    Route("POST", "/api/rotas/{rota_id}/overrides", post_override, KEEPERS),
    Route("DELETE", "/api/overrides/{override_id}", delete_override, KEEPERS),
    Route("PUT", "/api/wards/{ward_id}/chain", put_chain, KEEPERS),
    Route("POST", "/api/wards/{ward_id}/handover", post_handover, STAFF),
    Route("GET", "/api/wards/{ward_id}/handover", get_handover_sheet, STAFF),
)
