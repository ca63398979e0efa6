"""Settings of rules, in and out of their table: who may set what, and what is in force."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from homeward.bus import Bus
from homeward.clinical import setting as rules_of_setting
from homeward.clinical.rule import Rule
from homeward.clinical.rules import RULES
from homeward.clinical.setting import Choice, InForce, Setting, in_force
from homeward.clinical.subject import Subject
from homeward.guard.route import STAFF
from homeward.guard.sealing import Secret, of_patient
from homeward.model.errors import Conflict, Forbidden, Misconfigured, Missing, Unreadable
from homeward.model.person import Role
from homeward.services.limits_in_force import limit_of, setting_of, subject_of
from homeward.services.watch.ledger import Q
from homeward.services.watch.plan import Orders
from homeward.services.watch.wave_settings import AS_RULES
from homeward.store import Door, Store

BY_NAME = {rule.name: rule for rule in RULES} | dict(AS_RULES)
REASON_CHARACTERS = (3, 500)
CHANGED = "told.limits"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose limits: one patient's, one ward's, or (neither) those of the whole site."""

    patient_id: int | None = None
    ward_id: int | None = None

    @property
    def rank(self) -> int:
        """How near it is to the patient, as settings are ranked."""
        return 2 if self.patient_id is not None else 1 if self.ward_id is not None else 0

    @property
    def setters(self) -> frozenset[Role]:
        """Who may set anything here. What holds for every ward is no single ward's to change."""
        return STAFF if self.rank else frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants set. `is_said`: they have confirmed what will not ring any more.
    `instead_of`: which setting they saw in force, 0 where none was; None: whatever is."""

    rule: str
    choice: Choice
    reason: str
    limit: float | None = None
    clear_limit: float | None = None
    delay_seconds: int = 0
    clear_seconds: int = 0
    extreme: float | None = None
    expires: datetime | None = None
    is_said: bool = False
    instead_of: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who is watched, and where. A ward or the site as such has the subject of an adult."""

    subject: Subject
    ward_id: int | None
    ward: str | None

    def rules(
        self, settings: Sequence[Setting], on: date, names: Collection[str] | None = None
    ) -> tuple[InForce, ...]:
        """The rules (or those named) as they are in force for this person on a day."""
        every = in_force(tuple(BY_NAME.values()), self.subject, on, settings)
        return tuple(each for each in every if names is None or each.default.name in names)


async def orders_now(door: Door, now: datetime) -> Orders:
    """Every setting in force, and who is where."""
    settings = await settings_now(door, now)
    rows = await door.all(Q.wards_of_patients, dict)
    return Orders(
        settings,
        {row["patient_id"]: row["ward_id"] for row in rows},
        {row["patient_id"]: subject_of(row) for row in rows},
    )


async def settings_now(door: Door, now: datetime) -> tuple[Setting, ...]:
    """Every setting in force. One of a rule that is no more concerns nobody."""
    rows = await door.all(Q.settings, dict, now=now)
    return tuple(setting_of(row, BY_NAME) for row in rows if row["rule"] in BY_NAME)


async def end_settings(door: Door, now: datetime) -> list[int]:
    """Write down which settings ended by themselves; which they are."""
    rows = await door.all(Q.end_settings, dict, now=now)
    return [row["setting_id"] for row in rows]


async def person_of(door: Door, scope: Scope) -> Person:
    """Whose limits these are. Raises Missing."""
    if scope.patient_id is not None:
        row = await door.maybe(Q.limits_patient, dict, patient=scope.patient_id)
        if row is None:
            raise Missing("There is no such patient.")
        return Person(subject_of(row), row["ward_id"], row["ward"])
    if scope.ward_id is None:
        return Person(Subject(), None, None)
    row = await door.maybe(Q.limits_ward, dict, ward=scope.ward_id)
    if row is None:
        raise Missing("There is no such ward.")
    return Person(Subject(), row["id"], row["name"])


def concerning(scope: Scope, person: Person, settings: Sequence[Setting]) -> list[Setting]:
    """Those of the settings that concern this patient, this ward, or the site."""
    return [
        each
        for each in settings
        if (each.patient_id is not None and each.patient_id == scope.patient_id)
        or (each.patient_id is None and each.ward_id in (None, person.ward_id))
    ]


async def set_rule(
    store: Store, bus: Bus, door: Door, scope: Scope, order: Order, now: datetime
) -> int:
    """Set one rule of a patient, a ward or the site; the number of the setting.

    Raises Forbidden for what needs a doctor or (for the site) an administrator, Conflict for what
    must be confirmed aloud first or was changed since it was read, Unreadable for what cannot be,
    Missing.
    """
    async with door.transaction() as inside:
        number = await set_within(inside, scope, order, now)
    await tell_set(bus, scope, order.rule)
    return number


async def set_within(inside: Door, scope: Scope, order: Order, now: datetime) -> int:
    """The same within a transaction of the caller's, who tells of it once it is committed."""
    actor = inside.actor
    if actor is None or actor.role not in scope.setters:
        raise Forbidden
    person = await person_of(inside, scope)
    if scope.patient_id is not None and person.ward_id is None:
        raise Conflict("This patient is in no bed: their limits would end at once.")
    reason = _reason(order.reason)
    rules_of_setting.must_expire(
        order.choice, now, order.expires, patient=scope.patient_id is not None
    )
    await inside.run(Q.lock_rule, scope=scope.patient_id or -(scope.ward_id or 0))
    settings = concerning(scope, person, await settings_now(inside, now))
    before = one_rule(person, order.rule, settings, now)
    await _must_be_as_seen(inside, before, order.instead_of)
    new = proposed(before, order, is_unit=scope.patient_id is None)
    why = needs_doctor(new, before, scope)
    if why is not None and actor.role is not Role.DOCTOR:
        raise Forbidden(f"This needs a doctor: {why}.")
    words = rules_of_setting.must_be_said(new, before.default)
    if words is not None and order.choice is not Choice.DEFAULT and not order.is_said:
        raise Conflict(f"Confirm this: {words}")
    values = _values(order) | {"patient_id": scope.patient_id, "ward_id": scope.ward_id}
    kept = kept_reason(scope.patient_id, "rule_setting.reason", reason)
    row = await inside.one(
        Q.add_setting, dict, now=now, person=actor.person_id, role=actor.role, reason=kept,
        **values,
    )  # fmt: skip
    return row["id"]


async def _must_be_as_seen(inside: Door, before: InForce, seen: int | None) -> None:
    held = 0 if before.setting is None else before.setting.id
    if seen in (None, held):
        return
    said = await inside.all(Q.setting_said, dict, ids=[held])
    who = said[0]["by"] if said else "Somebody"
    raise Conflict(f"{who} has changed this meanwhile. Look again.", "changed")


async def tell_set(bus: Bus, scope: Scope, rule: str) -> None:
    """Have the watcher look at once; it asks again within seconds all the same."""
    if bus.connected:
        told = {"rule": rule, "patient_id": scope.patient_id, "ward_id": scope.ward_id}
        await bus.tell(CHANGED, told)


def kept_reason(patient: int | None, place: str, reason: str) -> Secret | str:
    """Why something is watched otherwise, as it is kept: sealed where it is of one patient."""
    return reason if patient is None else Secret(of_patient(patient), place, reason)


def needs_doctor(new: Rule | None, before: InForce, scope: Scope) -> str | None:
    """Why this is a doctor's to set; None where whoever may set here at all may set it."""
    if not scope.rank:
        return None
    return rules_of_setting.needs_doctor(new, before, is_unit=scope.patient_id is None)


def proposed(before: InForce, order: Order, *, is_unit: bool) -> Rule | None:
    """The rule as it would be by an order; None where it would be off. Raises Unreadable."""
    rule = before.default
    if order.choice is Choice.OFF:
        return None
    if order.choice is Choice.ON:
        return rule
    if order.choice is Choice.DEFAULT:
        of_house = rule if rule.is_on else None
        return of_house if is_unit else before.floor
    if order.limit is None or order.clear_limit is None:
        raise Unreadable("A limit goes with a value at which it ends.")
    try:
        limit = limit_of(rule, order.limit, _values(order))
    except Misconfigured as error:
        raise Unreadable(str(error)) from None
    rules_of_setting.check(rule, order.choice, limit)
    return rule.with_limit(limit)


def one_rule(person: Person, name: str, settings: Sequence[Setting], now: datetime) -> InForce:
    """One rule as it is in force. Raises Missing, Unreadable where it is not for this person."""
    if name not in BY_NAME:
        raise Missing(f"There is no rule {name}.")
    found = person.rules(settings, now.date(), {name})
    if not found:
        raise Unreadable(f"{name} is not for people of this age.")
    return found[0]


def _values(order: Order) -> dict[str, Any]:
    has_limit = order.choice is Choice.LIMIT
    return {
        "rule": order.rule,
        "choice": order.choice,
        "limit": order.limit if has_limit else None,
        "clear_limit": order.clear_limit if has_limit else None,
        "delay_seconds": order.delay_seconds if has_limit else None,
        "clear_seconds": order.clear_seconds if has_limit else None,
        "extreme": order.extreme if has_limit else None,
        "expires": order.expires,
    }


def _reason(words: str) -> str:
    least, most = REASON_CHARACTERS
    reason = words.strip()[:most]
    if len(reason) < least:
        raise Unreadable("Say why, in a few words.")
    return reason
