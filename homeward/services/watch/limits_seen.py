"""Limits as screens see them: in force, inherited from whom, and what was ever changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from homeward.clinical.setting import InForce, Setting
from homeward.services.watch import limits
from homeward.services.watch.ledger import Q
from homeward.services.watch.limits import Person, Scope
from homeward.services.watch.limits_views import (
    SCOPES,
    SITE,
    Below,
    LimitsShown,
    Said,
    SettingShown,
    rule_shown,
)
from homeward.store import Door


async def seen(door: Door, scope: Scope, now: datetime) -> LimitsShown:
    """What is watched of a patient, a ward or the site. Raises Missing."""
    person = await limits.person_of(door, scope)
    every = await limits.settings_now(door, now)
    settings = limits.concerning(scope, person, every)
    rules = person.rules(settings, now.date())
    wider = [
        (level, name, _by_name(person, [s for s in settings if s.rank <= rank], now))
        for rank, (level, name) in enumerate(_names(scope, person))
    ]
    below = await _below(door, scope, every)
    in_force = (*rules, *(each for _, _, of in wider for each in of.values()))
    ids = {each.setting.id for each in in_force if each.setting is not None}
    said = {each.id: each for each in await door.all(Q.setting_said, Said, ids=sorted(ids))}
    intervals = await intervals_of(door, scope)
    history = await door.all(
        Q.setting_history, SettingShown, patient=scope.patient_id, ward=scope.ward_id, rule=None
    )
    shown = [
        rule_shown(
            each, said, intervals,
            [(level, name, of[each.default.name]) for level, name, of in wider],
            below.get(each.default.name, Below()),
        )
        for each in rules
    ]  # fmt: skip
    return LimitsShown(scope.patient_id, person.ward_id, person.ward, shown, history)


async def intervals_of(door: Door, scope: Scope) -> dict[str, float]:
    """How often each vital comes: of a patient; of a ward or the site as such nobody can say."""
    patients = [] if scope.patient_id is None else [scope.patient_id]
    rows = await door.all(Q.intervals, dict, patients=patients)
    return {row["vital"]: row["seconds"] for row in rows}


def _names(scope: Scope, person: Person) -> Sequence[tuple[str, str]]:
    """The levels above this one, the widest first. Who is on no ward has only the site above."""
    names = (SITE, person.ward or "")
    count = min(scope.rank, 1 if person.ward_id is None else 2)
    return tuple(zip(SCOPES, names[:count], strict=False))


def _by_name(person: Person, settings: Sequence[Setting], now: datetime) -> dict[str, InForce]:
    return {each.default.name: each for each in person.rules(settings, now.date())}


async def _below(door: Door, scope: Scope, every: Sequence[Setting]) -> Mapping[str, Below]:
    """By rule: whom a change here would not reach, since they have a setting of their own."""
    nearer = [each for each in every if each.rank > scope.rank]
    if not nearer:
        return {}
    names = {row["id"]: row["name"] for row in await door.all(Q.ward_names, dict)}
    ward_of = {
        row["patient_id"]: row["ward_id"] for row in await door.all(Q.wards_of_patients, dict)
    }
    found: dict[str, Below] = {}
    for rule in {each.rule for each in nearer}:
        mine = [each for each in nearer if each.rule == rule]
        wards = sorted(names[s.ward_id] for s in mine if s.ward_id in names)
        patients = sum(
            each.patient_id is not None and scope.ward_id in (None, ward_of.get(each.patient_id))
            for each in mine
        )
        found[rule] = Below(wards, patients)
    return found
