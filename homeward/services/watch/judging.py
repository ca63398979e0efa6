"""Rules over windows: a frame of readings in, what changed out.

The gate leaves out what no rule could find anything in; a patient with an open episode is
always judged. Everybody is judged by their own rules (plan.py). A rule that raises becomes a
technical alarm of that patient, and the others go on: a swallowed exception would be a silent
monitor.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, product
from math import inf

import numpy as np
import numpy.typing as npt

from homeward.clinical.episode import Key, is_worse
from homeward.clinical.evidence import evidence
from homeward.clinical.gate import beyond
from homeward.clinical.rule import Rule, is_covered, may_speak
from homeward.clinical.rules import RULES
from homeward.clinical.subject import Subject
from homeward.clinical.window import Window
from homeward.model.alarm import Finding, Kind
from homeward.model.vital import BY_INDEX, Vital
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.ledger import ORDERED, Change
from homeward.services.watch.plan import Orders, Plan, RuleSet
from homeward.services.watch.rule_troubles import (
    TROUBLE_RULE,
    TROUBLE_SETTING,
    rule_failed,
    setting_unfit,
)
from homeward.services.watch.windows import (
    DENSE_SECONDS,
    Ints,
    Windows,
    as_microseconds,
    as_time,
)

UNHEARD_SECONDS = 3600  # not measured for so long (or its score's age): it is over, or anew
# Of a combination's vitals, each measured by several devices: so many pairings are asked.
PAIRINGS_MAX = 16
# What is kept by slot, and what it is of a new one.
_BY_SLOT = {
    "_is_open": False, "_low": -inf, "_high": inf, "_low_at_once": -inf, "_high_at_once": inf,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    """What a rule found, by the newest reading of which slot, and from what."""

    finding: Finding | None
    slot: int
    windows: Mapping[str, Window] = field(default_factory=dict[str, Window])


class Judging:
    """Judges what comes, one round of different slots at a time."""

    def __init__(
        self,
        windows: Windows,
        conditions: Conditions,
        rules: Sequence[Rule] = RULES,
        waiting: Collection[int] = (),
    ) -> None:
        self._windows = windows
        self._conditions = conditions
        self._waiting = waiting  # patients of whom only the last minute is known
        self._plan = Plan(rules)
        self._vitals_of = {rule.name: tuple(v.index for v in rule.vitals) for rule in rules}
        self.rules: Collection[str] = self._vitals_of.keys()  # their names
        self._is_open = np.zeros(0, bool)  # by slot: some episode of it holds
        self._low = np.zeros(0)  # by slot: from here ...
        self._high = np.zeros(0)  # ... to here nothing can begin
        self._low_at_once = np.zeros(0)  # and from here ...
        self._high_at_once = np.zeros(0)  # ... to here nothing at once, by one reading
        self._slots = 0  # so many slots have their bounds
        self._others: set[int] = set()  # patients whose rules have changed since the last order

    def know(self, subjects: Mapping[int, Subject]) -> None:
        """Who everybody is: it decides about their limits."""
        self._plan.know(subjects)

    def order(self, orders: Orders, now: datetime) -> list[Change]:
        """Which settings are in force; whatever is fresh is judged by them at once."""
        self._plan.order(orders)
        self._grow()
        if self._plan.is_old(now.date()):
            self._renew(now)
        changed, self._others = sorted(self._others), set()
        changes: list[Change] = []
        for patient in changed:
            changes += self._ordered(patient, now)
        return changes

    def restore(self) -> None:
        """Judge every reading of the patients whose episodes were taken over."""
        self._is_open[:] = False
        # What was said of settings is said anew, or ends: nobody else remembers it.
        said = self._conditions.keys(TROUBLE_SETTING)
        self._others |= {key.patient_id for key in said if key.patient_id is not None}
        for rule, vitals in self._vitals_of.items():
            for key in [*self._conditions.keys(rule), *self._conditions.keys(TROUBLE_RULE + rule)]:
                if key.patient_id is not None and key.condition in (rule, TROUBLE_RULE + rule):
                    self._others.add(key.patient_id)  # what is off by now must end
                    patients = np.full(len(vitals), key.patient_id)
                    for slot in self._windows.slots(patients, np.array(vitals)).tolist():
                        self._refresh(slot)

    def take(self, slots: Ints, values: npt.NDArray[np.float64], now: datetime) -> list[Change]:
        """What the newest readings of these slots (already in their windows) change."""
        self._grow()
        if self._plan.is_old(now.date()):
            self._renew(now)
        is_beyond = beyond(values, self._low[slots], self._high[slots])
        changes: list[Change] = []
        for slot in slots[is_beyond | self._is_open[slots]].tolist():
            changes += self._judge(slot, now)
        return changes

    def may_begin(self, slots: Ints, values: npt.NDArray[np.float64]) -> bool:
        """Whether any of these values alone begins what a limit of its slot says, where nothing
        holds yet; slots below 0, and new ones, are left out."""
        known = (slots >= 0) & (slots < self._slots)
        slots, values = slots[known], values[known]
        is_beyond = beyond(values, self._low_at_once[slots], self._high_at_once[slots])
        return bool((is_beyond & ~self._is_open[slots]).any())

    def judge_again(self, now: datetime, patients: Sequence[int] | None = None) -> list[Change]:
        """Judge the newest reading of every slot (of these patients) whose episodes hold, where it
        is still fresh: of what was measured long ago the record gave no whole window, and one value
        ends nothing."""
        self._grow()
        changes: list[Change] = []
        slots = np.flatnonzero(self._is_open)
        if patients is not None:
            slots = slots[np.isin(self._windows.patient[slots], patients)]
        for slot in slots.tolist():
            if self._windows.count[slot] and self._is_fresh(slot, now):
                changes += self._judge(slot, now)
        return changes

    def corrected(self, slots: Sequence[int], now: datetime) -> list[Change]:
        """These slots were emptied and filled anew: what was found in them alone is over."""
        changes: list[Change] = []
        for slot in slots:
            known = [each for each in self._windows.all_of(slot) if self._windows.count[each]]
            if known:
                changes += self._judge(known[-1], now, is_corrected=True)
                continue
            patient, vital = int(self._windows.patient[slot]), int(self._windows.vital[slot])
            if patient in self._waiting:  # what else is known of it is still to be read
                continue
            rules = self._plan.of(patient).by_vital.get(vital, ())
            keys = [Key(rule.name, patient) for rule in rules]
            detail = {"because": "what was entered was corrected"}
            over = [Change(key, Kind.PHYSIOLOGICAL, now, None, detail=detail) for key in keys]
            changes += [change for change in over if self._conditions.is_news(change)]
            self._refresh(slot)
        return changes

    def is_unheard(self, key: Key, now: datetime) -> bool:
        """Whether nobody has measured what this condition is about for very long."""
        vitals = self._vitals_of.get(key.condition)
        if vitals is None or key.patient_id is None:
            return False
        return any(self._is_unmeasured(key.patient_id, vital, now) for vital in vitals)

    def _is_unmeasured(self, patient: int, vital: int, now: datetime) -> bool:
        slot = self._windows.slot(patient, vital)
        if slot < 0:
            return True
        last = max(int(self._windows.received[each]) for each in self._windows.all_of(slot))
        unheard = timedelta(seconds=max(UNHEARD_SECONDS, BY_INDEX[vital].score_seconds))
        return as_microseconds(now) - last > unheard // timedelta(microseconds=1)

    def _judge(self, slot: int, now: datetime, *, is_corrected: bool = False) -> list[Change]:
        patient, vital = int(self._windows.patient[slot]), int(self._windows.vital[slot])
        changes: list[Change] = []
        touched: set[int] = set()
        rules, seen = self._plan.of(patient), dict[int, Window]()
        is_waiting = patient in self._waiting
        for rule in rules.by_vital.get(vital, ()):
            if is_waiting and rule.window_seconds > DENSE_SECONDS:
                continue
            is_open = self._conditions.holds(Key(rule.name, patient))
            if not is_open and self._is_quiet(rule, slot, patient):
                continue
            for key, found, kind in self._ask(rule, slot, patient, now, seen):
                if is_waiting and not self._is_sure(found):
                    continue
                measured = as_time(int(self._windows.newest[found.slot]))
                received = as_time(int(self._windows.received[found.slot]))
                detail = rules.decided_by(rule)
                change = Change(
                    key, kind, now, found.finding, measured, received, detail,
                    is_corrected=is_corrected,
                )  # fmt: skip
                if self._conditions.is_news(change):
                    if found.windows:
                        change.detail["evidence"] = evidence(rule, found.windows, is_open)
                    changes.append(change)
                    touched.update(each.index for each in rule.vitals)
        self._refresh_all(patient, touched)
        return changes

    def _is_sure(self, found: _Found) -> bool:
        """Whether this is so whatever came before: nothing ends by the last minute alone, and a
        value that stands alone there may not be the first."""
        if found.finding is None:
            return False
        if all(len(window) > 1 for window in found.windows.values()):
            return True
        value = self._windows.last_value(found.slot)
        return not self._low_at_once[found.slot] <= value <= self._high_at_once[found.slot]

    def _is_quiet(self, rule: Rule, slot: int, patient: int) -> bool:
        """Whether nothing can begin: one of the rule's vitals is where it should be. What is asked
        once a second of everybody with an arterial line had better not look at whole windows."""
        if self._conditions.holds(Key(TROUBLE_RULE + rule.name, patient)):
            return False
        vital = BY_INDEX[int(self._windows.vital[slot])]
        if rule.bounds_of(vital).hold(self._windows.last_value(slot)):
            return True
        for other in rule.vitals:
            if other is not vital and (fresh := self._fresh_slots(other, slot, patient)):
                bounds = rule.bounds_of(other)
                if all(bounds.hold(self._windows.last_value(each)) for each in fresh):
                    return True
        return False

    def _ask(
        self, rule: Rule, slot: int, patient: int, now: datetime, seen: dict[int, Window]
    ) -> list[tuple[Key, _Found, Kind]]:
        key = Key(rule.name, patient)
        trouble = Key(TROUBLE_RULE + rule.name, patient)
        is_open = self._conditions.holds(key)
        try:
            if not may_speak(rule, self._fresh(rule, slot, patient), is_open):
                return []
            found = self._worst(rule, slot, patient, is_open, seen)
            if found.finding is not None and not is_open and rule.covered_by:
                held = self._conditions.priorities(patient, rule.covered_by)
                if is_covered(rule, found.finding, held):
                    found = _Found(None, slot)
        except Exception as error:  # D22: whatever a rule raises becomes an alarm
            found = _Found(rule_failed(rule.name, error, now), slot)
            return [(trouble, found, Kind.TECHNICAL)]
        over = _Found(None, slot)
        return [(trouble, over, Kind.TECHNICAL), (key, found, Kind.PHYSIOLOGICAL)]

    def _worst(
        self, rule: Rule, slot: int, patient: int, is_open: bool, seen: dict[int, Window]
    ) -> _Found:
        """Of what several devices say of one vital: whatever is worst holds."""
        worst: _Found | None = None
        for slots in self._pairings(rule, slot, patient):
            for each in slots.values():
                if each not in seen:
                    seen[each] = self._windows.window(each)
            windows = {name: seen[each] for name, each in slots.items()}
            found = _Found(rule.ask(windows, is_open), next(iter(slots.values())), windows)
            if worst is None or _is_worse(found.finding, worst.finding):
                worst = found
        assert worst is not None
        return worst

    def _pairings(self, rule: Rule, slot: int, patient: int) -> Iterable[dict[str, int]]:
        """The fresh slots of a rule's vitals, each way the devices can be paired."""
        vital = int(self._windows.vital[slot])
        names = [BY_INDEX[vital].name]
        choices = [self._windows.beside(slot)]
        for other in rule.vitals:
            if other.index != vital and (fresh := self._fresh_slots(other, slot, patient)):
                names.append(other.name)
                choices.append(fresh)
        pairings = islice(product(*choices), PAIRINGS_MAX)
        return (dict(zip(names, each, strict=True)) for each in pairings)

    def _fresh_slots(self, other: Vital, slot: int, patient: int) -> list[int]:
        """Where another vital of this patient came shortly before this slot's newest reading."""
        known = self._windows.slot(patient, other.index)
        if known < 0:
            return []
        since = self._windows.received[slot] - other.stale_seconds * 1_000_000
        return [
            each
            for each in self._windows.all_of(known)
            if self._windows.count[each] and self._windows.received[each] >= since
        ]

    def _fresh(self, rule: Rule, slot: int, patient: int) -> tuple[str, ...]:
        """The vital this rule yields to, if its last reading came shortly before this one; not by
        our clock of before it went back."""
        other = rule.yields_to
        if other is None:
            return ()
        known = self._windows.slot(patient, other.index)
        if known < 0 or not self._windows.count[known]:
            return ()
        age = abs(int(self._windows.received[slot] - self._windows.received[known]))
        return (other.name,) if age <= other.stale_seconds * 1_000_000 else ()

    def _ordered(self, patient: int, now: datetime) -> list[Change]:
        """The rules of a patient are others now: end what is off, judge what is fresh."""
        rules = self._plan.of(patient)
        detail = {"because": "off", ORDERED: True}
        changes = [
            Change(Key(name, patient), Kind.PHYSIOLOGICAL, now, None, detail=dict(detail))
            for name in self._off(rules)
        ]
        for each in rules.every:
            key = Key(TROUBLE_SETTING + each.default.name, patient)
            found = None if each.trouble is None else setting_unfit(each.default.name, now)
            changes.append(Change(key, Kind.TECHNICAL, now, found))
        news = [change for change in changes if self._conditions.is_news(change)]
        slots = np.flatnonzero(self._windows.patient[: self._slots] == patient)
        for slot in slots.tolist():
            self._refresh(slot)
        slots = slots[self._windows.count[slots] > 0]
        values = self._windows.last_values(slots)
        is_asked = beyond(values, self._low[slots], self._high[slots]) | self._is_open[slots]
        for slot in slots[is_asked].tolist():
            if self._is_fresh(slot, now):
                judged = self._judge(slot, now)
                for change in judged:
                    change.detail[ORDERED] = True
                news += judged
        return news

    def _is_fresh(self, slot: int, now: datetime) -> bool:
        stale_us = BY_INDEX[int(self._windows.vital[slot])].stale_seconds * 1_000_000
        return as_microseconds(now) - int(self._windows.received[slot]) <= stale_us

    def _off(self, rules: RuleSet) -> list[str]:
        on = {each.default.name for each in rules.every if each.rule is not None}
        return [name for name in self._vitals_of if name not in on]

    def _refresh_all(self, patient: int, vitals: Iterable[int]) -> None:
        for vital in vitals:
            slot = self._windows.slot(patient, vital)
            if slot >= 0:
                self._refresh(slot)

    def _refresh(self, slot: int) -> None:
        self._grow()
        patient, vital = int(self._windows.patient[slot]), int(self._windows.vital[slot])
        self._is_open[self._windows.all_of(slot)] = any(
            self._conditions.holds(Key(rule.name, patient))
            or self._conditions.holds(Key(TROUBLE_RULE + rule.name, patient))
            for rule in self._plan.of(patient).by_vital.get(vital, ())
        )

    def _renew(self, now: datetime) -> None:
        """Work everybody's rules out again, and their gates."""
        patients = np.unique(self._windows.patient[: self._slots]).tolist()
        self._others |= self._plan.renew(now.date(), patients)
        self._bound(np.arange(self._slots))

    def _bound(self, slots: Ints) -> None:
        """Give these slots the bounds of their patients' gates."""
        patients, place = np.unique(self._windows.patient[slots], return_inverse=True)
        sets = [self._plan.of(patient) for patient in patients.tolist()]
        numbers = {id(each): number for number, each in enumerate(sets)}
        number_of = np.array([numbers[id(each)] for each in sets], np.int64)[place]
        for number in numbers.values():
            mine = slots[number_of == number]
            vitals = self._windows.vital[mine]
            self._low[mine], self._high[mine] = sets[number].gate.bounds(vitals)
            bounds = sets[number].at_once.bounds(vitals)
            self._low_at_once[mine], self._high_at_once[mine] = bounds

    def _grow(self) -> None:
        more = len(self._windows.count) - len(self._is_open)
        if more > 0:
            for name, first in _BY_SLOT.items():
                longer = np.concatenate([getattr(self, name), np.full(more, first)])
                setattr(self, name, longer)
        known, self._slots = self._slots, len(self._windows.numbers)
        if self._slots > known:
            new = np.arange(known, self._slots)
            self._bound(new)
            patients = self._windows.patient[new].tolist()
            # Nobody was told yet what is ordered for them: after a start that is everybody.
            self._others.update(patients)
            for slot, patient in zip(new.tolist(), patients, strict=True):
                if self._conditions.of_patient(patient):  # of a vital that others measure too
                    self._refresh(slot)


def _is_worse(one: Finding | None, other: Finding | None) -> bool:
    if one is None or other is None:
        return one is not None
    return is_worse(one.priority, other.priority)
