"""The round: every bed of a ward, whom to observe first on top."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from homeward.clinical import observation
from homeward.guard.sealing import Secret, of_patient
from homeward.model.errors import Conflict, Missing, Refused, Unreadable
from homeward.model.person import Role
from homeward.model.shown import PatientShown
from homeward.model.vital import BY_NAME
from homeward.services.observe import views as v
from homeward.services.observe.entering import REASON_CHARACTERS_MAX, Q
from homeward.store import Door
from homeward.store.rounds import InBed, as_orders, in_beds

EMPTY_KNOWN = timedelta(days=30)  # a bed that nobody lay in for longer is no bed any more


@dataclass(frozen=True, slots=True)
class _Ward:
    id: int
    name: str


async def ward_round(door: Door, ward_id: int, now: datetime) -> v.RoundShown:
    """Every bed of a ward, in one batch of reads. Raises Missing."""
    ward = await door.maybe(Q.ward, _Ward, ward=ward_id)
    if ward is None:
        raise Missing("There is no such ward.")
    beds, patients, empty = await asyncio.gather(
        in_beds(door, now, ward_id),
        door.all(Q.ward_patients, PatientShown, ward=ward_id),
        door.all(Q.empty_beds, dict, ward=ward_id, since=now - EMPTY_KNOWN),
    )
    of = {each.id: each for each in patients}
    shown = [as_shown(each, of.get(each.patient_id), now) for each in beds]
    shown.sort(key=_urgency)
    shown += [v.BedRound(row["bed"], None, None, None, False, None, None, 0, []) for row in empty]
    return v.RoundShown(ward.id, ward.name, _ms(now), shown)


def as_shown(each: InBed, patient: PatientShown | None, now: datetime) -> v.BedRound:
    """One occupied bed as screens know it."""
    planned = observation.plan(each.known, now)
    parts = [
        v.DueShown(
            part.parameter, _label(part.parameter), _ms(part.seen), _ms(part.due), part.put_off
        )
        for part in planned.parts
    ]
    return v.BedRound(
        bed=each.bed,
        patient=patient,
        score=each.score,
        interval_seconds=planned.interval_seconds,
        is_ordered=planned.is_ordered,
        order=_order(each),
        due=_ms(planned.due),
        overdue_seconds=max(0, int(planned.overdue(now).total_seconds())),
        parts=parts,
        asked_seconds=observation.asked(each.known.interval_seconds),
        asked_by=None if each.asking is None else f"{each.asking.label} {each.asking.said}".strip(),
    )


async def order(door: Door, patient_id: int, said: v.NewOrder, now: datetime) -> v.BedRound:
    """Order how often a patient is observed: a new row, which holds until the next or its end.

    Raises Missing where they lie on no ward, Unreadable for what may not be ordered, Conflict
    where somebody ordered otherwise since it was read.
    """
    actor = door.actor
    if actor is None:
        raise Refused("Nobody is signed in.")
    if not 0 < len(said.reason.strip()) <= REASON_CHARACTERS_MAX:
        raise Unreadable("Say why, in a sentence: it is kept with the order.")
    if not _ms(now) < said.until <= _ms(now + observation.ORDER_LASTS_MAX):
        raise Unreadable("An order ends within seven days; give it again where it still holds.")
    async with door.transaction() as inside:
        await inside.run(Q.lock_orders, patient=patient_id)
        await _must_be_newest(inside, patient_id, said.over)
        here = await bed_of(inside, patient_id, now)
        if here is None:
            raise Missing("This patient lies on no ward.")
        asked = here.known.interval_seconds
        wrong = observation.may_order(
            said.interval_seconds, asked, as_orders(here.orders), now,
            is_doctor=actor.role is Role.DOCTOR,
        )  # fmt: skip
        if wrong:
            raise Unreadable(wrong)
        reason = Secret(of_patient(patient_id), "observation_order.reason", said.reason.strip())
        await inside.run(
            Q.add_order, patient=patient_id, person=actor.person_id, role=actor.role, now=now,
            interval=said.interval_seconds, score=asked, reason=reason,
            until=said.until,
        )  # fmt: skip
        ordered = await bed_of(inside, patient_id, now)
    assert ordered is not None
    return await shown_bed(door, ordered, now)


async def _must_be_newest(inside: Door, patient_id: int, over: int | None) -> None:
    newest = await inside.maybe(Q.newest_order, dict, patient=patient_id)
    if over is None or over == (newest["id"] if newest else 0):
        return
    who = f"{newest['person']} ({newest['role']})" if newest else "Somebody"
    raise Conflict(f"{who} ordered how often meanwhile. Look again.", "changed")


async def orders(door: Door, patient_id: int, now: datetime) -> v.OrdersShown:
    """How often one patient is observed, by whose word, and what was ordered before."""
    here = await bed_of(door, patient_id, now)
    history = await door.all(Q.every_order, v.OrderShown, patient=patient_id)
    lasts = round(observation.ORDER_LASTS_MAX.total_seconds())
    if here is None:
        return v.OrdersShown(None, None, lasts, history)
    known = as_orders(here.orders)
    doctors = observation.standing([each for each in known if each.is_doctors], now)
    most = observation.asked(here.known.interval_seconds)
    if doctors is not None and doctors.interval_seconds is not None:
        most = min(most, doctors.interval_seconds)
    return v.OrdersShown(await shown_bed(door, here, now), most, lasts, history)


async def bed_of(door: Door, patient_id: int, now: datetime) -> InBed | None:
    """Where a patient lies, with all that decides about their next observation."""
    found = await in_beds(door, now, patient=patient_id)
    return found[0] if found else None


async def shown_bed(door: Door, each: InBed, now: datetime) -> v.BedRound:
    """One patient's bed as screens know it."""
    patient = await door.one(Q.patient_shown, PatientShown, patient=each.patient_id)
    return as_shown(each, patient, now)


def _order(each: InBed) -> v.OrderShown | None:
    order = each.known.order
    row = next((row for row in each.orders if order is not None and row["id"] == order.id), None)
    if row is None:
        return None
    return v.OrderShown(
        row["id"], row["interval_seconds"], row["reason"], _ms(row["at"]), _ms(row["until"]),
        row["person"], row["by_role"],
    )  # fmt: skip


def _urgency(each: v.BedRound) -> tuple[int, int, int, str]:
    low = each.score.low if each.score else 0
    return (-each.overdue_seconds // 60, each.due or 0, -low, each.bed)


def _label(parameter: str) -> str:
    if parameter == "on_oxygen":
        return "Air or oxygen"
    vital = BY_NAME.get(parameter)
    return vital.label if vital else parameter


def _ms(at: datetime | None) -> Any:
    return None if at is None else round(at.timestamp() * 1000)
