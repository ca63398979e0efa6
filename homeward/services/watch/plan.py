"""Who is judged by which rules: everybody's own, shared by all who are judged alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from homeward.clinical.gate import Gate
from homeward.clinical.rule import Rule, Who
from homeward.clinical.setting import InForce, Setting, in_force
from homeward.clinical.subject import ANYBODY, Subject


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of some people: all, those of each vital (by index), their gates."""

    every: tuple[InForce, ...]
    by_vital: Mapping[int, Sequence[Rule]]
    gate: Gate
    at_once: Gate
    settings: Mapping[str, int]  # the setting each rule is judged by, where there is one

    def decided_by(self, rule: Rule) -> dict[str, Any]:
        """Which rule decides, as the ledger names it."""
        detail: dict[str, Any] = {"rule": rule.name, "version": rule.version}
        if rule.name in self.settings:
            detail["setting"] = self.settings[rule.name]
        return detail


@dataclass(frozen=True)
class Orders:
    """Which settings are in force, and on which ward each patient is (None: on none).

    `subjects` are those of everybody in a bed: who wears no device is charted by hand.
    """

    settings: tuple[Setting, ...] = ()
    wards: Mapping[int, int | None] = field(default_factory=dict[int, int | None])
    subjects: Mapping[int, Subject] = field(default_factory=dict[int, Subject])

    def of(self, patient: int) -> tuple[Setting, ...]:
        """The settings that concern a patient: the site's, the ward's, their own."""
        ward = self.wards.get(patient)
        places = ((None, None), (None, ward), (patient, None))
        return tuple(each for place in dict.fromkeys(places) for each in self._at.get(place, ()))

    @cached_property
    def _at(self) -> dict[tuple[int | None, int | None], list[Setting]]:
        """By patient, or else by ward; of the site by neither."""
        found: dict[tuple[int | None, int | None], list[Setting]] = {}
        for each in self.settings:
            ward = each.ward_id if each.patient_id is None else None
            found.setdefault((each.patient_id, ward), []).append(each)
        return found


class Plan:
    """The rules of everybody, by patient; worked out anew when somebody or something changes."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        whos = [who for rule in rules for who, _ in rule.limits]
        whos += [rule.only for rule in rules if rule.only is not None]
        self._whos: tuple[Who, ...] = tuple(dict.fromkeys(whos))
        self._shared: dict[tuple[object, ...], RuleSet] = {}
        self._sets: dict[int, RuleSet] = {}
        self._subjects: Mapping[int, Subject] = {}
        self._orders = Orders()
        self._on = date.min

    def know(self, subjects: Mapping[int, Subject]) -> None:
        """Who everybody is. Anybody not told of is an adult."""
        if subjects != self._subjects:
            self._subjects, self._on = dict(subjects), date.min

    def order(self, orders: Orders) -> None:
        """What was ordered for whom."""
        if orders != self._orders:
            self._orders, self._on = orders, date.min

    def is_old(self, on: date) -> bool:
        """Whether it must be worked out again: something changed, or a new day."""
        return on != self._on

    def renew(self, on: date, patients: Iterable[int]) -> frozenset[int]:
        """Work out the rules of these patients; those whose rules are others than before."""
        self._on, before, self._sets = on, self._sets, {}
        shared, self._shared = self._shared, {}
        changed: set[int] = set()
        for patient in patients:
            now = self._sets[patient] = self._work_out(patient, shared)
            if before.get(patient) is not now:
                changed.add(patient)
        return frozenset(changed)

    def of(self, patient: int) -> RuleSet:
        """The rules of one patient."""
        found = self._sets.get(patient)
        if found is None:
            found = self._sets[patient] = self._work_out(patient, {})
        return found

    def _work_out(self, patient: int, shared: Mapping[tuple[object, ...], RuleSet]) -> RuleSet:
        subject = self._subjects.get(patient) or self._orders.subjects.get(patient, ANYBODY)
        settings = self._orders.of(patient)
        key = (*(who.fits(subject, self._on) for who in self._whos), *settings)
        found = self._shared.get(key) or shared.get(key)
        if found is None:
            found = _rule_set(in_force(self._rules, subject, self._on, settings))
        self._shared[key] = found
        return found


def _rule_set(every: tuple[InForce, ...]) -> RuleSet:
    rules = [each.rule for each in every if each.rule is not None]
    by_vital: dict[int, list[Rule]] = {}
    for rule in rules:
        for vital in rule.vitals:
            by_vital.setdefault(vital.index, []).append(rule)
    settings = {each.default.name: each.setting.id for each in every if each.setting is not None}
    return RuleSet(every, by_vital, Gate(rules), Gate.at_once(rules), settings)
