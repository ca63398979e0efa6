"""Rules over windows: a frame of readings in, what changed out.

The gate leaves out what no rule could find anything in; a patient with an open episode is
always judged. Everybody is judged by their own rules (plan.py). A rule that raises becomes a
technical alarm of that patient, and the others go on: a swallowed exception would be a silent
monitor.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from math import inf

import numpy as np
import numpy.typing as npt

from homeward.clinical.episode import Key
from homeward.clinical.evidence import evidence
from homeward.clinical.gate import beyond
from homeward.clinical.rule import Rule
from homeward.clinical.rules import RULES
from homeward.clinical.subject import Subject
from homeward.clinical.window import Window
from homeward.model.alarm import Kind
from homeward.model.vital import BY_INDEX
from homeward.services.watch.asking import Asked, Asking, Found
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.ledger import ORDERED, Change
from homeward.services.watch.pending import Pending
from homeward.services.watch.plan import Orders, Plan, RuleSet
from homeward.services.watch.rule_troubles import (
    TROUBLE_RULE,
    TROUBLE_SETTING,
    setting_unfit,
)
from homeward.services.watch.windows import (
    DENSE_SECONDS,
    LONG_AGO,
    Ints,
    Windows,
    as_microseconds,
    as_time,
)

# What is kept by slot, and what it is of a new one.
_BY_SLOT = {
    "_is_open": False, "_low": -inf, "_high": inf, "_low_at_once": -inf, "_high_at_once": inf,
}  # fmt: skip


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
        self._asking = Asking(windows, conditions)
        self._pending = Pending(windows)
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

    def outlast(self, until: datetime, now: datetime) -> list[Change]:
        """What it changes that nothing else has come until then (see `pending`)."""
        ripe = self._pending.ripe(as_microseconds(until))
        return [each for slot in ripe for each in self._outlast(slot, as_microseconds(until), now)]

    def overtake(self, slots: Ints, received: Ints, now: datetime) -> list[Change]:
        """The same of slots that are about to get newer readings, received then: what rang by time
        must ring as well where the time went by while nobody watched."""
        changes: list[Change] = []
        for slot in self._pending.overtaken(slots, received):
            until = int(received[slots == slot][0])
            changes += self._outlast(slot, until, now)
        return changes

    def remember(self, patients: Ints, mark: datetime) -> None:
        """What these patients' newest readings wait for, all judged before: those whose time was
        not over yet at the mark, up to which everything was judged and written."""
        self._grow()
        slots = np.flatnonzero(np.isin(self._windows.patient[: self._slots], patients))
        slots = slots[self._windows.count[slots] > 0]
        values = self._windows.last_values(slots)
        for slot in slots[beyond(values, self._low[slots], self._high[slots])].tolist():
            self._wait_again(slot, as_microseconds(mark))

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
        return self._pending.is_old(slot, as_microseconds(now) - last)

    def _judge(self, slot: int, now: datetime, *, is_corrected: bool = False) -> list[Change]:
        patient, vital = int(self._windows.patient[slot]), int(self._windows.vital[slot])
        changes: list[Change] = []
        rules, seen = self._plan.of(patient), dict[int, Window]()
        is_waiting = patient in self._waiting
        for rule in rules.by_vital.get(vital, ()):
            if is_waiting and rule.window_seconds > DENSE_SECONDS:
                continue
            is_open = self._conditions.holds(Key(rule.name, patient))
            if not is_open and self._asking.is_quiet(rule, slot, patient):
                continue
            asked = self._asking.ask(rule, slot, patient, now, seen)
            if asked and not is_open and rule.limit is not None and asked[-1][1].finding is None:
                self._pending.wait(slot, (rule.limit,))
            if is_waiting:
                asked = [each for each in asked if self._is_sure(each[1])]
            changes += self._news(rule, asked, now, is_open, is_corrected=is_corrected)
        return changes

    def _outlast(self, slot: int, until: int, now: datetime) -> list[Change]:
        """Judge what nothing came after until then (us) for longer than a rule's delay."""
        patient, vital = int(self._windows.patient[slot]), int(self._windows.vital[slot])
        if patient in self._waiting:  # what came after may still have to be read
            return []
        waited = self._pending.waited(slot, until)
        self._pending.forget(slot)
        changes: list[Change] = []
        if self._pending.is_old(slot, waited):
            return changes
        for rule in self._plan.of(patient).by_vital.get(vital, ()):
            if rule.limit is None or self._conditions.holds(Key(rule.name, patient)):
                continue
            if waited <= rule.limit.delay_seconds * 1_000_000:
                self._pending.wait(slot, (rule.limit,))
                continue
            asked = self._asking.ask_last(rule, slot, patient, now)
            changes += self._news(rule, asked, now, is_open=False, is_last=True)
        return changes

    def _news(
        self,
        rule: Rule,
        asked: Iterable[Asked],
        now: datetime,
        is_open: bool,
        *,
        is_last: bool = False,
        is_corrected: bool = False,
    ) -> list[Change]:
        news: list[Change] = []
        for key, found, kind in asked:
            patient = int(self._windows.patient[found.slot])
            measured = as_time(int(self._windows.newest[found.slot]))
            received = as_time(int(self._windows.received[found.slot]))
            detail = self._plan.of(patient).decided_by(rule)
            change = Change(
                key, kind, now, found.finding, measured, received, detail,
                is_corrected=is_corrected,
            )  # fmt: skip
            if self._conditions.is_news(change):
                if found.windows:
                    given = evidence(rule, found.windows, is_open, is_last=is_last)
                    change.detail["evidence"] = given
                news.append(change)
                self._refresh_all(patient, [each.index for each in rule.vitals])
        return news

    def _is_sure(self, found: Found) -> bool:
        """Whether this is so whatever came before: nothing ends by the last minute alone, and a
        value that stands alone there may not be the first."""
        if found.finding is None:
            return False
        if all(len(window) > 1 for window in found.windows.values()):
            return True
        value = self._windows.last_value(found.slot)
        return not self._low_at_once[found.slot] <= value <= self._high_at_once[found.slot]

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
        for slot in filter(self._pending.is_any, slots.tolist()):
            self._wait_again(slot)
        values = self._windows.last_values(slots)
        is_asked = beyond(values, self._low[slots], self._high[slots]) | self._is_open[slots]
        for slot in slots[is_asked].tolist():
            if self._is_fresh(slot, now):
                judged = self._judge(slot, now)
                for change in judged:
                    change.detail[ORDERED] = True
                news += judged
        return news

    def _wait_again(self, slot: int, after: int = LONG_AGO) -> None:
        """Work out what a slot's newest waits for."""
        patient, vital = int(self._windows.patient[slot]), int(self._windows.vital[slot])
        self._pending.forget(slot)
        for rule in self._plan.of(patient).by_vital.get(vital, ()):
            if rule.limit is not None and not self._conditions.holds(Key(rule.name, patient)):
                self._pending.wait(slot, (rule.limit,), after)

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
