"""Rules over windows: a frame of readings in, what changed out.

The gate leaves out what no rule could find anything in; a patient with an open episode is
always judged. A rule that raises becomes a technical alarm of that patient, and the others
go on: a swallowed exception would be a silent monitor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from homeward.clinical.episode import Key, is_worse
from homeward.clinical.gate import Gate
from homeward.clinical.rule import Rule, may_speak
from homeward.clinical.rules import RULES, oxygen_low
from homeward.clinical.window import Window
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.vital import BY_INDEX
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.ledger import Change
from homeward.services.watch.windows import Ints, Windows, as_microseconds, as_time

TROUBLE_RULE = "trouble_rule_"
UNHEARD_SECONDS = 3600  # not measured for so long (or its score's age): it is over, or anew


def with_scale_2(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules for a patient whose oxygen target is 88-92 %."""
    return tuple(
        rule.with_limit(oxygen_low.LIMIT_SCALE_2) if rule is oxygen_low.RULE else rule
        for rule in rules
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What a rule found, and in which window."""

    finding: Finding | None
    place: int


class Judging:
    """Judges what comes, one round of different slots at a time."""

    def __init__(
        self, windows: Windows, conditions: Conditions, rules: Sequence[Rule] = RULES
    ) -> None:
        self._windows = windows
        self._conditions = conditions
        self._rules = {1: _by_vital(rules), 2: _by_vital(with_scale_2(rules))}
        self._gate = Gate([*rules, *with_scale_2(rules)])
        self._vital_of = {rule.name: rule.vital.index for rule in rules}
        self._is_open = np.zeros(0, bool)  # by slot: some episode of it holds
        self.scale_2: frozenset[int] = frozenset()  # patients

    def restore(self) -> None:
        """Judge every reading of the patients whose episodes were taken over."""
        self._is_open[:] = False
        for rule, vital in self._vital_of.items():
            for key in [*self._conditions.keys(rule), *self._conditions.keys(TROUBLE_RULE + rule)]:
                if key.patient_id is not None:
                    patients, vitals = np.array([key.patient_id]), np.array([vital])
                    slot = int(self._windows.slots(patients, vitals)[0])
                    self._refresh(slot)

    def take(self, slots: Ints, values: npt.NDArray[np.float64], now: datetime) -> list[Change]:
        """What the newest readings of these slots (already in their windows) change."""
        self._grow()
        vitals = self._windows.vital[slots]
        matters = self._gate.mask(vitals, values) | self._is_open[slots]
        changes: list[Change] = []
        for slot in slots[matters].tolist():
            changes += self._judge(slot, now)
        return changes

    def judge_again(self, now: datetime) -> list[Change]:
        """Judge the newest reading of every slot whose episodes hold."""
        self._grow()
        changes: list[Change] = []
        for slot in np.flatnonzero(self._is_open).tolist():
            if self._windows.count[slot]:
                changes += self._judge(slot, now)
        return changes

    def is_unheard(self, key: Key, now: datetime) -> bool:
        """Whether nobody has measured what this condition is about for very long."""
        vital = self._vital_of.get(key.condition)
        if vital is None or key.patient_id is None:
            return False
        slot = self._windows.slot(key.patient_id, vital)
        if slot < 0:
            return True
        last = max(int(self._windows.received[each]) for each in self._windows.all_of(slot))
        unheard = timedelta(seconds=max(UNHEARD_SECONDS, BY_INDEX[vital].score_seconds))
        return as_microseconds(now) - last > unheard // timedelta(microseconds=1)

    def _judge(self, slot: int, now: datetime) -> list[Change]:
        patient, vital = int(self._windows.patient[slot]), int(self._windows.vital[slot])
        slots = self._windows.beside(slot)
        windows = [self._windows.window(each) for each in slots]
        changes: list[Change] = []
        for rule in self._rules_of(patient, vital):
            detail = {"rule": rule.name, "version": rule.version}
            for key, found, kind in self._ask(rule, windows, slot, patient, now):
                decided = slots[found.place]
                measured = as_time(int(self._windows.newest[decided]))
                received = as_time(int(self._windows.received[decided]))
                changes.append(Change(key, kind, now, found.finding, measured, received, detail))
        news = [change for change in changes if self._conditions.is_news(change)]
        if news:
            self._refresh(slot)
        return news

    def _ask(
        self, rule: Rule, windows: Sequence[Window], slot: int, patient: int, now: datetime
    ) -> list[tuple[Key, _Found, Kind]]:
        key = Key(rule.name, patient)
        trouble = Key(TROUBLE_RULE + rule.name, patient)
        is_open = self._conditions.holds(key)
        try:
            if not may_speak(rule, self._fresh(rule, slot, patient), is_open):
                return []
            found = _worst([rule.judge(window, is_open) for window in windows])
        except Exception as error:  # D22: whatever a rule raises becomes an alarm
            failed = _Found(_failed(rule.name, error, now), 0)
            return [(trouble, failed, Kind.TECHNICAL)]
        over = _Found(None, 0)
        return [(trouble, over, Kind.TECHNICAL), (key, found, Kind.PHYSIOLOGICAL)]

    def _fresh(self, rule: Rule, slot: int, patient: int) -> tuple[str, ...]:
        """The vital this rule yields to, if its last reading came shortly before this one."""
        other = rule.yields_to
        if other is None:
            return ()
        known = self._windows.slot(patient, other.index)
        if known < 0 or not self._windows.count[known]:
            return ()
        age = int(self._windows.received[slot] - self._windows.received[known])
        return (other.name,) if age <= other.stale_seconds * 1_000_000 else ()

    def _rules_of(self, patient: int, vital: int) -> Sequence[Rule]:
        return self._rules[2 if patient in self.scale_2 else 1].get(vital, ())

    def _refresh(self, slot: int) -> None:
        self._grow()
        patient, vital = int(self._windows.patient[slot]), int(self._windows.vital[slot])
        self._is_open[self._windows.all_of(slot)] = any(
            self._conditions.holds(Key(rule.name, patient))
            or self._conditions.holds(Key(TROUBLE_RULE + rule.name, patient))
            for rule in self._rules_of(patient, vital)
        )

    def _grow(self) -> None:
        more = len(self._windows.count) - len(self._is_open)
        if more > 0:
            self._is_open = np.concatenate([self._is_open, np.zeros(more, bool)])


def window_seconds(rules: Sequence[Rule], least: float) -> dict[int, float]:
    """How far back each vital (by index) must be remembered, at least `least`."""
    seconds = dict.fromkeys(BY_INDEX, least)
    for rule in rules:
        index = rule.vital.index
        seconds[index] = max(seconds[index], rule.window_seconds)
    return seconds


def age_limit(vital: int) -> timedelta:
    """Readings older than this when received are late: charts, never alarms."""
    return timedelta(seconds=max(60, BY_INDEX[vital].stale_seconds))


def _by_vital(rules: Sequence[Rule]) -> dict[int, list[Rule]]:
    found: dict[int, list[Rule]] = {}
    for rule in rules:
        found.setdefault(rule.vital.index, []).append(rule)
    return found


def _worst(findings: Sequence[Finding | None]) -> _Found:
    """Of what several devices say of one vital: whatever is worst holds."""
    worst = _Found(findings[0], 0)
    for place, finding in enumerate(findings):
        if finding is not None and (
            worst.finding is None or is_worse(finding.priority, worst.finding.priority)
        ):
            worst = _Found(finding, place)
    return worst


def _failed(rule: str, error: Exception, now: datetime) -> Finding:
    # The class of the error, never its words: they may hold a patient's values.
    words = f"Rule {rule} failed ({type(error).__name__}): this patient is watched by the others"
    return Finding(Priority.MEDIUM, words, now)
