"""Settings: which rules watch a person, and with which limits.

A rule has a default for a person, by age and recorded orders. A setting says something else: for
the whole site, for a ward, or for one patient, and the nearest one counts. What the site and the
ward say is the floor of the unit: to go below it for one patient is a doctor's decision.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from homeward.clinical.limit import Limit
from homeward.clinical.rule import Rule, beside_one_another
from homeward.clinical.subject import Subject
from homeward.model.errors import Misconfigured, Unreadable
from homeward.model.person import Role

OFF_MAX = timedelta(hours=12)  # a shift: nobody finds an alarm off that nobody on duty knows of


class Choice(StrEnum):
    """What a setting says of a rule."""

    LIMIT = "limit"  # on, with this limit
    OFF = "off"
    ON = "on"  # on, as by default, whatever a wider setting says
    DEFAULT = "default"  # nothing any more: what was said before is withdrawn


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting in force. Neither patient nor ward: the whole site.

    `by_role` is the role its author had; the limit is there with LIMIT and nothing else.
    """

    id: int
    rule: str
    choice: Choice
    limit: Limit | None = None
    patient_id: int | None = None
    ward_id: int | None = None
    by_role: Role = Role.DOCTOR

    @property
    def rank(self) -> int:
        """How near it is to the patient."""
        return 2 if self.patient_id is not None else 1 if self.ward_id is not None else 0


@dataclass(frozen=True, slots=True)
class InForce:
    """One rule as one person is judged by it. `rule` is None while it is off.

    `default` is the house's for this person, `floor` the unit's (None: off there). `trouble`
    says that a setting does not fit its rule, which is then judged by what lies below.
    """

    default: Rule
    floor: Rule | None
    rule: Rule | None
    setting: Setting | None
    trouble: str | None = None


def in_force(
    rules: Sequence[Rule], subject: Subject, on: date, settings: Iterable[Setting]
) -> tuple[InForce, ...]:
    """Every rule that is for this person on this day. `settings` are those that concern them.

    A rule yields only to what is on: give all that are judged together.
    """
    by_rule: dict[str, list[Setting]] = {}
    for each in sorted(settings, key=lambda each: each.rank):
        by_rule.setdefault(each.rule, []).append(each)
    found: list[InForce] = []
    for rule in rules:
        default = rule.of(subject, on)
        if default is not None:
            has_own = default.limit != rule.limit
            found.append(_of_one(default, by_rule.get(rule.name, ()), has_own=has_own))
    on_now = [each.rule for each in found if each.rule is not None]
    judged = {rule.name: rule for rule in beside_one_another(on_now)}
    return tuple(replace(each, rule=judged.get(each.default.name)) for each in found)


def _of_one(default: Rule, settings: Sequence[Setting], *, has_own: bool) -> InForce:
    """`has_own`: the default is not everybody's. A child's limits, and those by a doctor's order
    of SpO2 scale 2, are not replaced by one that was set for a whole unit."""
    floor: Rule | None = default if default.is_on else None
    now: Rule | None = floor
    nearest = trouble = None
    for each in settings:
        if has_own and each.limit is not None and each.patient_id is None:
            continue
        try:
            now = _chosen(default, each)
        except Misconfigured as error:  # the rule has changed since: never judged by neither
            trouble = str(error)
            continue
        nearest = each
        if each.patient_id is None:
            floor = now
    return InForce(default, floor, now, nearest, trouble)


def _chosen(default: Rule, setting: Setting) -> Rule | None:
    if setting.choice is Choice.OFF:
        return None
    if setting.choice is Choice.LIMIT and setting.limit is None:
        raise Misconfigured(f"{default.name} has no limit such as was set")
    return default if setting.limit is None else default.with_limit(setting.limit)


def check(rule: Rule, choice: Choice, limit: Limit | None) -> None:
    """Raise Unreadable for what cannot be: a limit without a rule for it, or no sensor gives."""
    if (choice is Choice.LIMIT) != (limit is not None):
        raise Unreadable("A limit goes with its values, and nothing else does.")
    if limit is None:
        return
    try:
        rule.with_limit(limit)
    except Misconfigured as error:
        raise Unreadable(str(error)) from None
    low, high = rule.vital.possible
    for value in (limit.limit, limit.clear_limit, limit.extreme):
        if value is not None and not low <= value <= high:
            raise Unreadable(f"{rule.vital.label} is from {low:g} to {high:g} {rule.vital.unit}.")


def needs_doctor(new: Rule | None, before: InForce, *, is_unit: bool) -> str | None:
    """Why this change is a doctor's, or None where a nurse may make it too.

    A nurse may watch a patient more closely than the unit does, and go back to that; not below
    the unit's floor, and not below what a doctor ordered for this patient.
    """
    if is_unit:
        return "it changes the floor for every patient of the unit"
    if _is_looser(new, before.floor):
        return "it is wider than this unit's own limits"
    ordered = before.setting
    if ordered is None or ordered.patient_id is None or ordered.by_role is not Role.DOCTOR:
        return None
    if _is_looser(new, before.rule):
        return "it is wider than what a doctor ordered for this patient"
    return None


def must_be_said(new: Rule | None, default: Rule) -> str | None:
    """What has to be confirmed aloud: what no longer rings that the house thinks always should."""
    if new is None:
        return "This alarm will not ring at all."
    if new.limit is None or default.limit is None or default.limit.extreme is None:
        return None
    extreme = default.limit.extreme
    if new.limit.extreme is None:
        return f"Nothing will ring at once any more (by default beyond {extreme:g})."
    if default.limit.is_extreme(new.limit.limit):
        return f"The limit is beyond {extreme:g}, where by default nobody waits."
    if new.limit.waits_longer_than(default.limit):
        return f"What rings at once by default (beyond {extreme:g}) will wait for its delay."
    return None


def must_expire(choice: Choice, now: datetime, expires: datetime | None, patient: bool) -> None:
    """Raise Unreadable for an expiry that is none, or an alarm off for longer than a shift."""
    if expires is not None and expires <= now:
        raise Unreadable("That time is over already.")
    if choice is Choice.OFF and patient and (expires is None or expires - now > OFF_MAX):
        hours = OFF_MAX // timedelta(hours=1)
        raise Unreadable(f"An alarm that is off comes back after at most {hours} hours.")


def _is_looser(new: Rule | None, than: Rule | None) -> bool:
    if than is None:
        return False
    if new is None:
        return True
    if new.limit is None or than.limit is None:
        return False
    return new.limit.is_looser_than(than.limit)
