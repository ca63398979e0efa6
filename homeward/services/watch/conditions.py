"""Which conditions hold now, as the watcher sees them; what is news goes to the ledger.

Kept apart from the rows' states on purpose: whether a condition holds is a matter of readings,
whether somebody has answered is a matter of people.
"""

import logging
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from homeward.clinical.episode import Key, is_worse
from homeward.model.alarm import Priority, State
from homeward.services.watch.ledger import Change, Episode

log = logging.getLogger(__name__)


class Conditions:
    """The conditions that hold, each with the worst priority it had so far."""

    def __init__(self) -> None:
        self._held: dict[Key, Priority] = {}
        self._of_patient: dict[int | None, set[str]] = {}
        self._measured: dict[Key, datetime] = {}  # what each stands for, where anything was
        self._taken_over: set[Key] = set()  # what these stand for may never have been read
        self._ended: set[Key] = set()  # since they were last asked for
        self._is_again = False

    def agree(self, episodes: Iterable[Episode]) -> set[Key]:
        """Hold what the ledger holds and nothing else; which were held by only one of them."""
        before = self._held
        self._held, self._of_patient, self._measured = {}, {}, {}
        self.restore(episodes)
        self._taken_over &= self._held.keys()
        other = before.keys() ^ self._held.keys()
        if other:
            names = sorted({key.condition for key in other})
            log.warning("the ledger knows better: %s", ", ".join(names))
        return other

    def restore(self, episodes: Iterable[Episode], rules: Collection[str] = ()) -> None:
        """Take over from the ledger. A latched episode does not hold: it was cleared.

        The reading that a rule found may have been told to the watcher before, and not be in the
        record yet: what was measured before it does not end the condition.
        """
        for episode in episodes:
            if episode.state is not State.LATCHED:
                self._hold(episode.key, episode.priority, episode.measured)
                if episode.condition in rules:
                    self._taken_over.add(episode.key)

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

    def take_ended(self, names: Collection[str]) -> set[int]:
        """The patients of whom any of these conditions has ended since this was last asked."""
        ended, self._ended = self._ended, set()
        return patients_of(key for key in ended if key.condition in names)

    def of_patient(self, patient: int) -> frozenset[str]:
        """The names of the conditions that hold for one patient."""
        return frozenset(self._of_patient.get(patient, ()))

    def is_news(self, change: Change) -> bool:
        """Whether this begins, worsens or ends a condition; from now on that is known.

        After a correction the ledger is always asked: it may have let one end by a value that is
        struck now, and a watcher that took over holds it by the value that stands.
        """
        held = self._held.get(change.key)
        if change.finding is None:
            if held is None or self._ends_nothing(change):
                return False
            del self._held[change.key]
            self._measured.pop(change.key, None)
            self._ended.add(change.key)
            self._of_patient[change.key.patient_id].discard(change.key.condition)
            return True
        is_known = held is not None and not is_worse(change.finding.priority, held)
        if is_known and not change.is_corrected:
            return False
        self._hold(change.key, change.finding.priority, change.measured)
        self._taken_over.discard(change.key)
        return True

    def _ends_nothing(self, change: Change) -> bool:
        """Whether this was measured before what the condition stands for, where that counts."""
        if change.is_corrected or not (self._is_again or change.key in self._taken_over):
            return False
        known = self._measured.get(change.key)
        return known is not None and change.measured is not None and change.measured < known

    def _hold(self, key: Key, priority: Priority, measured: datetime | None) -> None:
        self._held[key] = priority
        if measured is None:
            self._measured.pop(key, None)
        else:
            self._measured[key] = measured
        self._of_patient.setdefault(key.patient_id, set()).add(key.condition)


def patients_of(keys: Iterable[Key]) -> set[int]:
    """Whom these conditions are of; those of no patient are left out."""
    return {key.patient_id for key in keys if key.patient_id is not None}
