"""Which readings a rule is asked about: its vitals' fresh windows, of whichever devices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice, product

from homeward.clinical.episode import Key, is_worse
from homeward.clinical.rule import Rule, is_covered, may_speak
from homeward.clinical.window import Window
from homeward.model.alarm import Finding, Kind
from homeward.model.vital import BY_INDEX, Vital
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.rule_troubles import TROUBLE_RULE, rule_failed
from homeward.services.watch.windows import Windows

# Of a combination's vitals, each measured by several devices: so many pairings are asked.
PAIRINGS_MAX = 16


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found, by the newest reading of which slot, and from what."""

    finding: Finding | None
    slot: int
    windows: Mapping[str, Window] = field(default_factory=dict[str, Window])


Asked = tuple[Key, Found, Kind]


class Asking:
    """Asks rules about one slot's newest reading, and what belongs to it."""

    def __init__(self, windows: Windows, conditions: Conditions) -> None:
        self._windows = windows
        self._conditions = conditions

    def is_quiet(self, rule: Rule, slot: int, patient: int) -> bool:
        """Whether nothing can begin: one of the rule's vitals is where it should be. What is asked
        once a second of everybody with an arterial line had better not look at whole windows."""
        if self._conditions.holds(Key(TROUBLE_RULE + rule.name, patient)):
            return False
        vital = BY_INDEX[int(self._windows.vital[slot])]
        if rule.bounds_of(vital).hold(self._windows.last_value(slot)):
            return True
        for other in rule.vitals:
            if other is not vital and (fresh := self.fresh_slots(other, slot, patient)):
                bounds = rule.bounds_of(other)
                if all(bounds.hold(self._windows.last_value(each)) for each in fresh):
                    return True
        return False

    def ask(
        self, rule: Rule, slot: int, patient: int, now: datetime, seen: dict[int, Window]
    ) -> list[Asked]:
        """What a rule says of a reading that came, and that it works."""
        is_open = self._conditions.holds(Key(rule.name, patient))
        try:
            if not may_speak(rule, self._better(rule, slot, patient), is_open):
                return []
            found = self._uncovered(rule, patient, self._worst(rule, slot, patient, is_open, seen))
        except Exception as error:  # D22: whatever a rule raises becomes an alarm
            failed = Found(rule_failed(rule.name, error, now), slot)
            return [(Key(TROUBLE_RULE + rule.name, patient), failed, Kind.TECHNICAL)]
        works = Key(TROUBLE_RULE + rule.name, patient), Found(None, slot), Kind.TECHNICAL
        return [works, (Key(rule.name, patient), found, Kind.PHYSIOLOGICAL)]

    def ask_last(self, rule: Rule, slot: int, patient: int, now: datetime) -> list[Asked]:
        """What it says, while its condition does not hold, once nothing has come after this
        reading for longer than its delay."""
        try:
            if not may_speak(rule, self._better(rule, slot, patient, or_after=True), is_open=False):
                return []
            windows = {rule.vital.name: self._windows.window(slot)}
            found = Found(rule.ask_last(windows), slot, windows)
            found = self._uncovered(rule, patient, found)
        except Exception as error:  # D22: as above
            failed = Found(rule_failed(rule.name, error, now), slot)
            return [(Key(TROUBLE_RULE + rule.name, patient), failed, Kind.TECHNICAL)]
        return [(Key(rule.name, patient), found, Kind.PHYSIOLOGICAL)]

    def _uncovered(self, rule: Rule, patient: int, found: Found) -> Found:
        if found.finding is None or self._conditions.holds(Key(rule.name, patient)):
            return found
        held = self._conditions.priorities(patient, rule.covered_by)
        return Found(None, found.slot) if is_covered(rule, found.finding, held) else found

    def _worst(
        self, rule: Rule, slot: int, patient: int, is_open: bool, seen: dict[int, Window]
    ) -> Found:
        """Of what several devices say of one vital: whatever is worst holds."""
        worst: Found | None = None
        for slots in self._pairings(rule, slot, patient):
            for each in slots.values():
                if each not in seen:
                    seen[each] = self._windows.window(each)
            windows = {name: seen[each] for name, each in slots.items()}
            found = Found(rule.ask(windows, is_open), next(iter(slots.values())), windows)
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
            if other.index != vital and (fresh := self.fresh_slots(other, slot, patient)):
                names.append(other.name)
                choices.append(fresh)
        pairings = islice(product(*choices), PAIRINGS_MAX)
        return (dict(zip(names, each, strict=True)) for each in pairings)

    def fresh_slots(self, other: Vital, slot: int, patient: int) -> list[int]:
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

    def _better(
        self, rule: Rule, slot: int, patient: int, *, or_after: bool = False
    ) -> tuple[str, ...]:
        """The vital this rule yields to, if its last reading came shortly before this one (or any
        time after it); not by our clock of before it went back."""
        other = rule.yields_to
        if other is None:
            return ()
        known = self._windows.slot(patient, other.index)
        if known < 0 or not self._windows.count[known]:
            return ()
        age = int(self._windows.received[slot] - self._windows.received[known])
        age = age if or_after else abs(age)
        return (other.name,) if age <= other.stale_seconds * 1_000_000 else ()


def _is_worse(one: Finding | None, other: Finding | None) -> bool:
    if one is None or other is None:
        return one is not None
    return is_worse(one.priority, other.priority)
