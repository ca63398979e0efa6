"""What is beyond a limit and inside its delay: whose time is over, in columns.

A reading judges what was before it. After a spot check there may be no next one, so time itself
judges that: once nothing has come after it for longer than the delay, by the moments at which
readings are received. Each slot keeps one moment (`Windows.due`), and any newer reading takes it
away: all of it follows from the windows and the rules, so one who takes over finds it again.
"""

from collections.abc import Iterable

import numpy as np

from homeward.clinical.limit import Limit
from homeward.model.entered import BY_HAND
from homeward.model.vital import BY_INDEX, MINUTE
from homeward.services.watch.windows import LONG_AGO, NEVER, Ints, Windows

UNHEARD_SECONDS = 3600  # not measured for so long (or its score's age): it is over, or anew
_SECOND_US = 1_000_000
_BACK_US = MINUTE * _SECOND_US  # received so far ahead of now: our clock went back


class Pending:
    """When each slot's newest reading has waited long enough."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows

    def wait(self, slot: int, limits: Iterable[Limit], after: int = LONG_AGO) -> None:
        """Its newest waits for the delays of those of these limits that it is beyond; not for one
        that was over before `after` (us)."""
        if self._windows.source[slot] == BY_HAND:  # it never waits
            return
        value, received = self._windows.last_value(slot), int(self._windows.received[slot])
        for limit in limits:
            due = received + limit.delay_seconds * _SECOND_US
            if limit.is_breached(value) and due >= after:
                self._windows.due[slot] = min(due, int(self._windows.due[slot]))

    def is_any(self, slot: int) -> bool:
        """Whether its newest waits."""
        return bool(self._windows.due[slot] < NEVER)

    def forget(self, slot: int) -> None:
        """Its newest waits for nothing any more."""
        self._windows.due[slot] = NEVER

    def ripe(self, until: int) -> list[int]:
        """The slots in which nothing has come until then (us) for longer than some delay."""
        slots = np.flatnonzero(self._windows.due < NEVER)
        is_over = (self._windows.due[slots] < until) | self._is_ahead(slots, until)
        return self._in_order(slots[is_over])

    def overtaken(self, slots: Ints, received: Ints) -> list[int]:
        """Those of these different slots whose next readings, received then, come too late."""
        return self._in_order(slots[self._windows.due[slots] < received])

    def waited(self, slot: int, until: int) -> int:
        """For how long (us) nothing has come in a slot. Where our clock went back nobody knows:
        for long enough."""
        if self._is_ahead(slot, until):
            return UNHEARD_SECONDS * _SECOND_US
        return until - int(self._windows.received[slot])

    def is_old(self, slot: int, waited: int) -> bool:
        """Whether what was last measured so long ago (us) says nothing of now."""
        vital = BY_INDEX[int(self._windows.vital[slot])]
        return waited > max(UNHEARD_SECONDS, vital.score_seconds) * _SECOND_US

    def _is_ahead(self, slots: Ints | int, until: int) -> np.ndarray:
        return np.asarray(self._windows.received[slots] > until + _BACK_US)

    def _in_order(self, slots: Ints) -> list[int]:
        """By vital: an alarm that covers another is judged before it, as in a message."""
        if not len(slots):
            return []
        return slots[np.argsort(self._windows.vital[slots], kind="stable")].tolist()
