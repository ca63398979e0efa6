"""Which hearts have not changed by a single beat for very long, in columns."""

from datetime import datetime

import numpy as np

from homeward.clinical import steadiness
from homeward.clinical.episode import Key
from homeward.model.alarm import Kind
from homeward.model.frame import KINDS
from homeward.model.vital import BY_INDEX
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.ledger import Change
from homeward.services.watch.windows import Floats, Ints, Windows, as_microseconds, as_time

_IS_WATCHED = np.zeros(KINDS, bool)
_IS_WATCHED[[vital.index for vital in steadiness.VITALS]] = True
_PAUSE_US = np.zeros(KINDS, np.int64)
for _vital in steadiness.VITALS:
    _PAUSE_US[_vital.index] = _vital.stale_seconds * 1_000_000
_CHECKED_US = steadiness.STEADY_SECONDS * 1_000_000


class Steadiness:
    """Since when each slot says the same. What was taken over ends by a changed value only."""

    def __init__(self, windows: Windows, conditions: Conditions) -> None:
        self._windows = windows
        self._conditions = conditions
        self._value = np.full(0, np.nan)
        self._since = np.zeros(0, np.int64)  # received
        self._last = np.zeros(0, np.int64)
        self._has_changed = np.zeros(0, bool)

    def hear(self, slots: Ints, values: Floats, received: Ints) -> None:
        """These different slots have new readings."""
        vitals = self._windows.vital[slots]
        watched = _IS_WATCHED[vitals]
        if not watched.any():
            return
        self._grow()
        slots, values, received = slots[watched], values[watched], received[watched]
        pause_us = _PAUSE_US[vitals[watched]]
        same = values == self._value[slots]
        goes_on = same & (received - self._last[slots] <= pause_us)
        self._has_changed[slots] |= ~same & ~np.isnan(self._value[slots])
        self._since[slots] = np.where(goes_on, self._since[slots], received)
        self._value[slots], self._last[slots] = values, received

    def forget(self, slots: Ints) -> None:
        """What these slots said last is told again."""
        self._grow()
        self._value[slots] = np.nan

    def check(self, now: datetime) -> list[Change]:
        """Who is too steady, and who has moved again."""
        seen: list[Change] = []
        slots = np.flatnonzero(self._last - self._since >= _CHECKED_US)
        for slot in slots.tolist():
            vital = BY_INDEX[int(self._windows.vital[slot])]
            since, last = as_time(int(self._since[slot])), as_time(int(self._last[slot]))
            found = steadiness.steady(vital, float(self._value[slot]), since, last)
            key = Key(steadiness.condition(vital), int(self._windows.patient[slot]))
            if found is not None:
                seen.append(Change(key, Kind.TECHNICAL, now, found))
        steady = {change.key for change in seen}
        for key in self._conditions.keys(steadiness.STEADY):
            if key not in steady and self._has_moved(key, now):
                seen.append(Change(key, Kind.TECHNICAL, now, None))
        return [change for change in seen if self._conditions.is_news(change)]

    def _has_moved(self, key: Key, now: datetime) -> bool:
        """Whether another value came, or nobody measures it: silence then says so."""
        vital = next(each for each in steadiness.VITALS if key.condition.endswith(each.name))
        slot = self._windows.slot(key.patient_id or 0, vital.index)
        if not 0 <= slot < len(self._last):
            return False
        is_gone = as_microseconds(now) - int(self._last[slot]) > _CHECKED_US
        every = [each for each in self._windows.all_of(slot) if each < len(self._last)]
        return is_gone or any(self._has_changed[each] for each in every)

    def _grow(self) -> None:
        more = len(self._windows.count) - len(self._value)
        if more > 0:
            self._value = np.concatenate([self._value, np.full(more, np.nan)])
            self._has_changed = np.concatenate([self._has_changed, np.zeros(more, bool)])
            for name in ("_since", "_last"):
                old = getattr(self, name)
                setattr(self, name, np.concatenate([old, np.zeros(more, np.int64)]))
