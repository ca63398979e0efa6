"""What is wrong with the roster before anybody needs it: gaps a day ahead, steps with nobody."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from homeward.clinical.zone import zone_of
from homeward.services.call.chain import Duty, Link, Next, Pursued, Target, chain_for
from homeward.services.call.roster import Q, Roster, WardRota, read_roster
from homeward.services.call.rota import Span, gaps
from homeward.store import Door, Store

CHECK_SECONDS = 60
AHEAD = timedelta(hours=24)
HORIZON = timedelta(days=9)  # a gap that begins within a day is told with its end, if it has one
ALARMS_MAX = 5_000


async def check_roster(store: Store, now: datetime) -> None:
    """Look through it, where that is due; what is so no more is forgotten."""
    async with store.door().transaction() as door:
        if not await door.all(Q.take_check, dict, now=now, seconds=CHECK_SECONDS):
            return
        await door.run(Q.set_now, now=now)
        roster = await read_roster(door, now, HORIZON)
        wards = {row["id"]: row["name"] for row in await door.all(Q.lived_in, dict)}
        cases = await door.all(
            Q.pursued, Pursued, now=now, alarms_max=ALARMS_MAX, unconfirmed_seconds=0
        )
        found = _gaps(roster, now) | _empty(roster, now, wards, cases)
        await door.run(Q.clear_troubles, kept=list(found))
        await door.run_many(
            Q.note_trouble,
            [{"what": what, "text": text, "now": now} for what, text in found.items()],
        )


async def standing_troubles(door: Door) -> dict[str, str]:
    """What stands: what, and in words."""
    return {row["what"]: row["text"] for row in await door.all(Q.troubles, dict)}


async def note_empty(door: Door, roster: Roster, case: Pursued, found: Next, now: datetime) -> None:
    """A call went past steps with nobody: said at once, not when the roster is next looked at."""
    duty = roster.duty(now)
    troubles: dict[str, str] = {}
    if found.is_fallback:
        troubles |= _nobody(case.ward_id, case.ward, bool(duty.instead_of(case.ward_id)))
    elif case.ward_id is not None:
        steps = chain_for(roster.links, case.ward_id)
        empty = [step for step in steps if step[0].step in found.empty]
        troubles |= _empty_steps(case.ward or "", empty, duty)
    for what, text in troubles.items():
        await door.run(Q.note_trouble, what=what, text=text, now=now)


def _gaps(roster: Roster, now: datetime) -> dict[str, str]:
    """When nobody is on call within a day, told while there is time to find somebody."""
    troubles: dict[str, str] = {}
    for each in roster.rotas:
        if each.rota is None:
            words = "its plan cannot be read, so nobody is on call"
            troubles[f"rota_gap_{each.id}"] = f"{each.ward}, rota {each.name}: {words}"
            continue
        away = each.rota.everybody() - roster.people.keys()
        coming = gaps(each.rota, now, now + HORIZON, away)
        found = [gap for gap in coming if gap.starts < now + AHEAD]
        if found:
            troubles[f"rota_gap_{each.id}"] = _gap_words(each, found, now)
    return troubles


def _gap_words(rota: WardRota, found: Sequence[Span], now: datetime) -> str:
    assert rota.rota is not None
    zone = zone_of(rota.rota.plan_at(now).zone)
    first = found[0]
    starts = "now" if first.starts <= now else first.starts.astimezone(zone).strftime("%a %H:%M")
    ends = first.ends.astimezone(zone).strftime("%a %H:%M")
    until = "on" if first.ends >= now + HORIZON else f"to {ends}"
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    words = f"nobody is on call from {starts} {until}{more}"
    return f"{rota.ward}, rota {rota.name}: {words}"


def _empty(
    roster: Roster, now: datetime, wards: dict[int, str], cases: Sequence[Pursued]
) -> dict[str, str]:
    """Steps, and whole chains, that would call nobody now."""
    duty = roster.duty(now)
    names = wards | {case.ward_id: case.ward or "" for case in cases if case.ward_id is not None}
    troubles: dict[str, str] = {}
    for ward_id, ward in names.items():
        chain = chain_for(roster.links, ward_id)
        patients = [case.patient_id for case in cases if case.ward_id == ward_id]
        empty = [step for step in chain if _is_empty(step, duty, patients)]
        if len(empty) == len(chain):
            troubles |= _nobody(ward_id, ward, bool(duty.instead_of(ward_id)))
        else:
            troubles |= _empty_steps(ward, empty, duty)
    has_homeless = any(case.ward_id is None for case in cases)
    if has_homeless and not any(duty.reached_by(link, None) for link in roster.links):
        troubles |= _nobody(None, None, bool(duty.staff))
    return troubles


def _is_empty(step: Sequence[Link], duty: Duty, patients: Sequence[int | None]) -> bool:
    """Whether it calls nobody now; a step by assignment, for a patient somebody must come to."""
    if any(link.target is Target.ASSIGNED for link in step):
        return any(not _people(step, duty, patient) for patient in patients)
    return not _people(step, duty, None)


def _people(step: Sequence[Link], duty: Duty, patient: int | None) -> list[int]:
    return [person for link in step for person in duty.reached_by(link, patient)]


def _empty_steps(ward: str, steps: Sequence[Sequence[Link]], duty: Duty) -> dict[str, str]:
    return {
        f"empty_step_{step[0].ward_id}_{step[0].step}": (
            f"{ward}: step {step[0].step} of the chain calls nobody"
            f" ({' and '.join(duty.words(link) for link in step)})"
        )
        for step in steps
    }


def _nobody(ward_id: int | None, ward: str | None, has_staff: bool) -> dict[str, str]:
    instead = ": all staff are called" if has_staff else ""
    if ward_id is None:
        return {"nobody_to_call": f"nobody to call on any ward{instead}"}
    return {f"nobody_to_call_{ward_id}": f"nobody to call on {ward}{instead}"}
