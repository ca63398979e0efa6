"""Which conditions hold now, as the watcher sees them; what is news goes to the ledger.

Kept apart from the rows' states on purpose: whether a condition holds is a matter of readings,
whether somebody has answered is a matter of people.
"""

import logging
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

import numpy as np

from homeward.clinical.episode import Key, is_worse
from homeward.model.alarm import Priority, State
from homeward.services.watch.ledger import Change, Episode
from homeward.services.watch.windows import Ints

log = logging.getLogger(__name__)


class Conditions:
    """The conditions that hold, each with the worst priority it had so far."""

    def __init__(self) -> None:
        self._held: dict[Key, Priority] = {}
        self._of_patient: dict[int | None, set[str]] = {}
        self._measured: dict[Key, datetime] = {}  # what each stands for, where anything was
        self._ended: set[Key] = set()  # since they were last asked for
        self._is_again = False

    def agree(self, episodes: Iterable[Episode]) -> bool:
        """Hold what the ledger holds and nothing else; whether that was any different."""
        before, self._held, self._of_patient, self._measured = self._held, {}, {}, {}
        self.restore(episodes)
        if before.keys() == self._held.keys():
            return False
        names = sorted({key.condition for key in before.keys() ^ self._held.keys()})
        log.warning("the ledger knows better: %s", ", ".join(names))
        return True

    def restore(self, episodes: Iterable[Episode]) -> None:
        """Take over from the ledger. A latched episode does not hold: it was cleared."""
        for episode in episodes:
            if episode.state is not State.LATCHED:
                self._hold(episode.key, episode.priority, episode.measured)

    @contextmanager
    def judged_again(self) -> Iterator[None]:
        """Meanwhile what is judged may have been judged before: what was measured before a
        condition began ended another one then, and ends nothing now. So has it the ledger."""
        self._is_again = True
        try:
            yield
        finally:
            self._is_again = False

    def holds(self, key: Key) -> bool:
        """Whether this condition holds."""
        return key in self._held

    def keys(self, prefix: str) -> list[Key]:
        """The conditions that hold and whose name begins so."""
        return [key for key in self._held if key.condition.startswith(prefix)]

    def priorities(self, patient: int, names: Iterable[str]) -> dict[str, Priority]:
        """Those of these conditions that hold for one patient, with their priorities."""
        keys = (Key(name, patient) for name in names)
        return {key.condition: self._held[key] for key in keys if key in self._held}

    def take_ended(self, names: Collection[str]) -> Ints:
        """The patients of whom any of these conditions has ended since this was last asked."""
        ended, self._ended = self._ended, set()
        found = {key.patient_id or 0 for key in ended if key.condition in names}
        return np.array(sorted(found - {0}), np.int64)

    def of_patient(self, patient: int) -> frozenset[str]:
        """The names of the conditions that hold for one patient."""
        return frozenset(self._of_patient.get(patient, ()))

    def is_news(self, change: Change) -> bool:
        """Whether this begins, worsens or ends a condition; from now on that is known."""
        held = self._held.get(change.key)
        if change.finding is None:
            if held is None or (self._is_again and self._is_older(change)):
                return False
            del self._held[change.key]
            self._measured.pop(change.key, None)
            self._ended.add(change.key)
            self._of_patient[change.key.patient_id].discard(change.key.condition)
            return True
        if held is not None and not is_worse(change.finding.priority, held):
            return False
        self._hold(change.key, change.finding.priority, change.measured)
        return True

    def _is_older(self, change: Change) -> bool:
        known = self._measured.get(change.key)
        return known is not None and change.measured is not None and change.measured < known

    def _hold(self, key: Key, priority: Priority, measured: datetime | None) -> None:
        self._held[key] = priority
        if measured is None:
            self._measured.pop(key, None)
        else:
            self._measured[key] = measured
        self._of_patient.setdefault(key.patient_id, set()).add(key.condition)
