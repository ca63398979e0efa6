"""What the rota screen is shown. Times are ms since 1970 UTC unless they are local times of day."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from homeward.model.errors import Unreadable
from homeward.services.call.chain import Duty, Link, Target, chain_for
from homeward.services.call.checks import AHEAD, HORIZON
from homeward.services.call.roster import Roster, WardRota
from homeward.services.call.rota import Plan, Shift, Span, gaps, next_handover, spans

DAYS = 14
HANDOVER_WITHIN = timedelta(days=14)
PLANS_MAX = 12


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody by name; `is_there` while they have a visible screen before them."""

    id: int
    name: str
    is_there: bool


@dataclass(frozen=True, slots=True)
class SpanShown:
    """Who is on call from when to when; nobody: a gap."""

    starts: int
    ends: int
    people: list[int]


@dataclass(frozen=True, slots=True)
class ShiftShown:
    """One shift, in local time; weekdays from 0, Monday."""

    name: str
    starts: str
    ends: str
    weekdays: list[int]
    people: list[int]


@dataclass(frozen=True, slots=True)
class OverrideShown:
    """A change that is or comes; who made it and why."""

    id: int
    kind: str
    person_id: int | None
    stand_in_id: int | None
    starts: int
    ends: int
    made_by: str | None
    why: str


@dataclass(frozen=True, slots=True)
class PlanShown:
    """A plan of a rota: from when, who made it and why.

    `is_in_force`: it counts now; `is_to_come`: it begins later and may still be taken back.
    """

    id: int
    starts: int
    made: int
    made_by: str | None
    why: str
    is_in_force: bool
    is_to_come: bool
    zone: str
    turn_hours: int
    handover: str
    begins: str
    people: list[int]
    shifts: list[ShiftShown]


@dataclass(frozen=True, slots=True)
class RotaShown:
    """A rota: who is on call now and next, two weeks of it, and its plans, the latest first.

    `gap` is the first time within a day when nobody is on call; `changes` how often it was changed.
    """

    id: int
    name: str
    zone: str
    now: list[int]
    next: SpanShown | None
    gap: SpanShown | None
    spans: list[SpanShown]
    overrides: list[OverrideShown]
    plans: list[PlanShown]
    changes: int


@dataclass(frozen=True, slots=True)
class TargetShown:
    """One target of a step, in words, and who that is now."""

    target: str
    person_id: int | None
    rota_id: int | None
    name: str
    now: list[int]


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step: those called at once, and seconds until the next."""

    wait_seconds: int
    targets: list[TargetShown]


@dataclass(frozen=True, slots=True)
class ChainShown:
    """The chain in force: which version, and by whom (None: the platform's own command)."""

    id: int
    made: int
    made_by: str | None
    why: str
    steps: list[StepShown]


@dataclass(frozen=True, slots=True)
class Carried:
    """A patient and whose they are now."""

    patient_id: int
    patient: str
    bed: str
    nurse_id: int | None


@dataclass(frozen=True, slots=True)
class WardRotas:
    """Everything of a ward's calls. `start` is the midnight the two weeks begin with.

    `patients` is empty for those who see no patients.
    """

    ward_id: int
    ward: str
    now: int
    start: int
    people: list[Named]
    rotas: list[RotaShown]
    chain: ChainShown | None
    patients: list[Carried]


@dataclass(frozen=True, slots=True)
class LimitOfPatient:
    """One rule set otherwise for a patient, and by whom."""

    rule: str
    choice: str
    limit: float | None
    set_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One patient on the handover sheet. `low` to `high` is what a partial score can be."""

    patient_id: int
    patient: str
    age: int
    bed: str
    nurse: str | None
    total: int | None
    low: int | None
    high: int | None
    risk: str | None
    scored: int | None
    alarms: list[str]
    limits: list[LimitOfPatient]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The handover sheet of a ward."""

    ward: str
    now: int
    lines: list[SheetLine]


def milliseconds(at: datetime) -> int:
    """As pages know it."""
    return round(at.timestamp() * 1000)


def rota_shown(
    each: WardRota, start: datetime, now: datetime, duty: Duty,
    overrides: list[OverrideShown], plans: list[PlanShown], changes: int,
) -> RotaShown | None:  # fmt: skip
    """A rota for the screen; None where its plan cannot be read."""
    if each.rota is None:
        return None
    away = each.rota.everybody() - duty.people.keys()
    following = next_handover(each.rota, now, HANDOVER_WITHIN)
    coming = [gap for gap in gaps(each.rota, now, now + HORIZON, away) if gap.starts < now + AHEAD]
    return RotaShown(
        id=each.id,
        name=each.name,
        zone=each.rota.plan_at(now).zone,
        now=[person for person in duty.on_call.get(each.id, ()) if person in duty.people],
        next=_span(following) if following else None,
        gap=_span(coming[0]) if coming else None,
        spans=[_span(s) for s in spans(each.rota, start, start + timedelta(days=DAYS), away)],
        overrides=overrides,
        plans=plans,
        changes=changes,
    )


def plans_shown(rows: Sequence[dict[str, Any]], now: datetime) -> list[PlanShown]:
    """The plans of one rota, the latest first; one that cannot be read any more is left out."""
    found: list[PlanShown] = []
    has_begun = False
    for row in rows:
        is_to_come = row["starts"] > now
        with suppress(Unreadable, msgspec.ValidationError):
            plan = msgspec.convert(row["plan"], Plan)
            found.append(_plan(row, plan, is_to_come, not is_to_come and not has_begun))
        has_begun = has_begun or not is_to_come
    return found


def _plan(row: dict[str, Any], plan: Plan, is_to_come: bool, is_in_force: bool) -> PlanShown:
    return PlanShown(
        id=row["id"],
        starts=milliseconds(row["starts"]),
        made=milliseconds(row["made"]),
        made_by=row["made_by"],
        why=row["why"],
        is_in_force=is_in_force,
        is_to_come=is_to_come,
        zone=plan.zone,
        turn_hours=plan.turn_hours,
        handover=plan.handover.isoformat("minutes"),
        begins=plan.begins.isoformat(),
        people=list(plan.people),
        shifts=[_shift(shift) for shift in plan.shifts],
    )


def steps_shown(roster: Roster, ward: int, duty: Duty) -> list[StepShown]:
    """The chain with everybody it would call now; the patient's nurse is the patient's."""
    return [
        StepShown(step[0].wait_seconds, [_target(link, duty) for link in step])
        for step in chain_for(roster.links, ward)
    ]


def _target(link: Link, duty: Duty) -> TargetShown:
    now: Sequence[int] = () if link.target is Target.ASSIGNED else duty.reached_by(link, None)
    return TargetShown(link.target.value, link.person_id, link.rota_id, duty.words(link), list(now))


def _shift(shift: Shift) -> ShiftShown:
    starts, ends = shift.starts.isoformat("minutes"), shift.ends.isoformat("minutes")
    return ShiftShown(shift.name, starts, ends, list(shift.weekdays), list(shift.people))


def _span(span: Span) -> SpanShown:
    return SpanShown(milliseconds(span.starts), milliseconds(span.ends), list(span.people))
