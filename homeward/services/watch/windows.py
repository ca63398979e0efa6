"""Windows: the newest readings of every vital of everybody, in columns.

Each (patient, vital) has a slot: a ring of its last readings, in two wide arrays, so that a
frame of a thousand readings is taken in by a handful of array operations.

The device that measures a vital first has the vital's own slot. A further one that measures the
same has a slot of its own: mixed, a probe on the table would hide the one on the finger. What
people enter has a slot of its own too, and never gives or takes another's.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from homeward.model.entered import AS_ENTERED, BESIDE_SECONDS, BY_HAND
from homeward.model.frame import KINDS
from homeward.model.reading import Reading
from homeward.model.vital import BY_INDEX, VITALS

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.void]  # of model.frame.HOT

RING = 256  # readings kept of one vital of one patient
NEAR = 64  # as many as a minute usually has: looked through first
FEW = 16  # as many as it has of one who is measured every few seconds
SPARE = 16  # cells beyond a full window, so that jitter never cuts its oldest reading
# A window longer than DENSE_SECONDS keeps its newest part as dense as any, since delays are
# counted there; what is older is thinned once the ring is full.
DENSE_SECONDS = 120
DENSE_CELLS = 144  # at one reading a second, and some jitter
SPARSE_CELLS = 64  # of all the rest
SLOTS_FIRST = 64
LONG_AGO = -(2**62)
NEVER = 2**62
_HAND = 2**62  # keys of what was entered begin here
_BESIDE_US = BESIDE_SECONDS * 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CELLS = ("at", "value", "count", "newest", "received", "due", "_began")  # what a window is


def as_time(microseconds: int) -> datetime:
    """A time of a frame (us since 1970 UTC)."""
    # By place: by name it takes half as long again, and this is done for each value of a window.
    return EPOCH + timedelta(0, 0, microseconds)


def as_microseconds(at: datetime) -> int:
    """A time as frames have it (us since 1970 UTC)."""
    return (at - EPOCH) // timedelta(microseconds=1)


class Numbers:
    """Gives each key a small number for ever, many at once."""

    def __init__(self) -> None:
        self._keys = np.empty(0, np.int64)  # sorted
        self._numbers = np.empty(0, np.int64)

    def __len__(self) -> int:
        return len(self._keys)

    def of(self, keys: Ints) -> Ints:
        """The numbers of these keys; new ones get the next."""
        found = self.known(keys)
        if len(found) and found.min() < 0:
            new = np.unique(keys[found < 0])
            numbers = np.arange(len(self._keys), len(self._keys) + len(new))
            places = np.searchsorted(self._keys, new)
            self._keys = np.insert(self._keys, places, new)
            self._numbers = np.insert(self._numbers, places, numbers)
            found = self.known(keys)
        return found

    def known(self, keys: Ints) -> Ints:
        """The numbers of these keys, -1 for those never seen."""
        if not len(self._keys):
            return np.full(len(keys), -1, np.int64)
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.where(self._keys[places] == keys, self._numbers[places], -1)


class Windows:
    """The rings. `seconds` is how far back each vital (by index) must be remembered.

    A vital measured faster than its ring can hold that long is thinned: within one
    `spacing` the newest reading replaces the one before it. Of a long window only the older part
    is thinned so, as far as it must be: an arterial line is measured each second, and a cuff's
    rule looks back an hour.
    """

    def __init__(self, seconds: dict[int, float]) -> None:
        self._seconds = seconds
        self.numbers = Numbers()
        self._spacing_of = np.zeros(KINDS, np.int64)
        self._is_long = np.zeros(KINDS, bool)
        for vital in VITALS:
            length = seconds[vital.index]
            is_long = self._is_long[vital.index] = length > DENSE_SECONDS
            dense = DENSE_SECONDS / DENSE_CELLS if is_long else length / (RING - SPARE)
            self._spacing_of[vital.index] = int(dense * 1e6)
        self.at = np.zeros((SLOTS_FIRST, RING), np.int64)
        self.value = np.zeros((SLOTS_FIRST, RING))
        self.count = np.zeros(SLOTS_FIRST, np.int64)
        self.newest = np.full(SLOTS_FIRST, LONG_AGO, np.int64)  # measured (device time)
        self.received = np.full(SLOTS_FIRST, LONG_AGO, np.int64)
        self.due = np.full(SLOTS_FIRST, NEVER, np.int64)  # when its newest's delay is over
        self.patient = np.zeros(SLOTS_FIRST, np.int64)
        self.vital = np.zeros(SLOTS_FIRST, np.int64)
        self.source = np.zeros(SLOTS_FIRST, np.int64)  # the device whose readings these are
        self._further: dict[int, dict[int, int]] = {}  # slots of further devices, by main slot
        self._main: dict[int, int] = {}  # of a further slot: the vital's own
        self._by_hand: dict[int, int] = {}  # the slot of what was entered, by main slot
        self._began = np.full(SLOTS_FIRST, LONG_AGO, np.int64)  # of the newest cell
        self._spacing = np.zeros(SLOTS_FIRST, np.int64)

    def slots(self, patients: Ints, vitals: Ints) -> Ints:
        """The slot of each (patient, vital); new ones are made."""
        before = len(self.numbers)
        slots = self.numbers.of(patients * KINDS + vitals)
        if len(self.numbers) > before:
            self._grow(len(self.numbers))
            self.patient[slots] = patients
            self.vital[slots] = vitals
            self._spacing[slots] = self._spacing_of[vitals]
        return slots

    def slots_of(
        self, patients: Ints, vitals: Ints, devices: Ints, at: Ints, received: Ints
    ) -> Ints:
        """The slot of each reading, by who measured it."""
        slots = self.slots(patients, vitals)
        by_hand = devices == BY_HAND
        is_first = (self.source[slots] == 0) & ~by_hand
        self.source[slots[is_first]] = devices[is_first]
        for place in np.flatnonzero(by_hand).tolist():
            slots[place] = self._slot_by_hand(int(slots[place]))
        for place in np.flatnonzero((self.source[slots] != devices) & ~by_hand).tolist():
            slots[place] = self._slot_beside(
                int(slots[place]), int(devices[place]), int(at[place]), int(received[place])
            )
        return slots

    def _slot_beside(self, main: int, device: int, at: int, received: int) -> int:
        """Where a device puts what another measures: in its stead, once that one is silent."""
        own = self._further.get(main, {}).get(device)
        stale_us = BY_INDEX[int(self.vital[main])].stale_seconds * 1_000_000
        if self.count[main] and received - self.received[main] > stale_us:
            if own is not None and self.count[own]:
                for name in _CELLS:
                    column = getattr(self, name)
                    column[main] = column[own]
                self.count[own], self.due[own] = 0, NEVER
            elif at <= self.newest[main]:  # the other's clock was ahead: its window is no measure
                self.count[main], self.due[main] = 0, NEVER
                self.newest[main] = self._began[main] = LONG_AGO
            self.source[main] = device
            return main
        if own is None:
            own = self._further_slot(main, -(main << 32) - device, device)
            self._further.setdefault(main, {})[device] = own
        return own

    def _slot_by_hand(self, main: int) -> int:
        """Where what people enter goes."""
        own = self._by_hand.get(main)
        if own is None:
            patient, vital = int(self.patient[main]), int(self.vital[main])
            own = self._further_slot(main, _HAND + patient * KINDS + vital, BY_HAND)
            self._by_hand[main] = own
        return own

    def _further_slot(self, main: int, key: int, source: int) -> int:
        own = int(self.numbers.of(np.array([key]))[0])
        self._grow(len(self.numbers))
        for name in ("patient", "vital", "_spacing"):
            getattr(self, name)[own] = getattr(self, name)[main]
        self.source[own] = source
        self._main[own] = main
        return own

    def by_hand(self, patient: int) -> list[int]:
        """The slots of what was entered for a patient."""
        return [slot for main, slot in self._by_hand.items() if self.patient[main] == patient]

    def forget_by_hand(self, patient: int) -> None:
        """Empty the slots of what was entered for a patient."""
        self._empty(self.by_hand(patient))

    def forget(self, patients: Sequence[int]) -> Ints:
        """Empty every slot of these patients; which they are."""
        slots = np.flatnonzero(np.isin(self.patient[: len(self.numbers)], patients))
        self._empty(slots)
        mains = np.setdiff1d(slots, np.array([*self._main], np.int64))
        self.source[mains] = 0  # whoever is heard first has the vital's own
        return slots

    def _empty(self, slots: Sequence[int] | Ints) -> None:
        self.count[slots] = 0
        self.due[slots] = NEVER
        for name in ("newest", "received", "_began"):
            getattr(self, name)[slots] = LONG_AGO

    def beside(self, slot: int) -> list[int]:
        """This slot, then others in which the same is measured now.

        What was entered stands beside devices for ten minutes after it was measured.
        """
        every = self.all_of(slot)
        if len(every) == 1:
            return every
        stale_us = BY_INDEX[int(self.vital[slot])].stale_seconds * 1_000_000
        since = self.received[slot] - stale_us
        others = [each for each in every if each != slot and self.count[each]]
        now = [each for each in others if self._is_beside(each, slot, since)]
        if now and self.source[slot] == BY_HAND and not self._is_beside(slot, slot, since):
            return now
        return [slot, *now]

    def _is_beside(self, other: int, slot: int, since: int) -> bool:
        if self.source[other] == BY_HAND:
            return bool(self.newest[other] >= self.received[slot] - _BESIDE_US)
        return bool(self.received[other] >= since)

    def all_of(self, slot: int) -> list[int]:
        """Every slot of this vital of this patient."""
        main = self._main.get(slot, slot)
        by_hand = [self._by_hand[main]] if main in self._by_hand else []
        return [main, *self._further.get(main, {}).values(), *by_hand]

    def known_slots(self, patients: Ints, vitals: Ints) -> Ints:
        """The slot of each (patient, vital), -1 where nothing ever came."""
        return self.numbers.known(patients * KINDS + vitals)

    def known_by_hand(self, patients: Ints, vitals: Ints) -> Ints:
        """The slot of what was entered for each (patient, vital), -1 where nothing was."""
        return self.numbers.known(_HAND + patients * KINDS + vitals)

    def slot(self, patient: int, vital: int) -> int:
        """The slot of one vital of one patient, -1 where nothing ever came."""
        return int(self.known_slots(np.array([patient]), np.array([vital]))[0])

    def put(self, slots: Ints, at: Ints, value: Floats, received: Ints) -> None:
        """Take in one reading for each of these different slots, newer than all before."""
        for slot in slots[(self.count[slots] >= RING) & self._is_long[self.vital[slots]]].tolist():
            self._make_room(slot)
        replaces = at - self._began[slots] < self._spacing[slots]
        count = self.count[slots] + ~replaces
        cell = (count - 1) % RING
        self.at[slots, cell] = at
        self.value[slots, cell] = value
        self.count[slots] = count
        self._began[slots] = np.where(replaces, self._began[slots], at)
        self.newest[slots] = at
        self.received[slots] = received
        self.due[slots] = NEVER

    def _make_room(self, slot: int) -> None:
        """Thin the older part of a full ring, evenly; its cells are in order, from the first."""
        at, value = self.at[slot].copy(), self.value[slot].copy()
        seconds = self._seconds[int(self.vital[slot])]
        age = self.newest[slot] - at
        kept = age <= seconds * 1e6
        if kept.sum() > DENSE_CELLS + SPARSE_CELLS:
            spacing = int((seconds - DENSE_SECONDS) * 1e6 / (SPARSE_CELLS - 1)) + 1
            is_last = np.diff(at // spacing, append=-1) != 0  # of its stretch
            kept &= is_last | (age <= DENSE_SECONDS * 1e6)
        count = int(kept.sum())
        self.at[slot, :count], self.value[slot, :count] = at[kept], value[kept]
        self.count[slot] = count

    def window(self, slot: int) -> list[Reading]:
        """The readings of one slot that any rule may ask for, oldest first.

        What was entered speaks for itself: the newest alone.
        """
        vital = BY_INDEX[int(self.vital[slot])]
        if self.source[slot] == BY_HAND:
            newest = float(self.last_values(np.array([slot]))[0])
            return [Reading(AS_ENTERED[vital.name], newest, as_time(int(self.newest[slot])))]
        seconds = self._seconds[vital.index]
        count = int(self.count[slot])
        cells = np.arange(max(0, count - RING), count) % RING
        at = self.at[slot, cells]
        cells = cells[at >= self.newest[slot] - int(seconds * 1e6)]
        rows = zip(self.at[slot, cells].tolist(), self.value[slot, cells].tolist(), strict=True)
        return [Reading(vital, value, as_time(at)) for at, value in rows]

    def last_values(self, slots: Ints) -> Floats:
        """The newest value of each slot."""
        return self.value[slots, (self.count[slots] - 1) % RING]

    def last_value(self, slot: int) -> float:
        """The newest value of one slot."""
        return float(self.value[slot, (self.count[slot] - 1) % RING])

    def settled_values(self, slots: Ints, seconds: float, readings_min: int) -> Floats:
        """The settled value of each slot, as `clinical.window.settled` has it."""
        reach = int(seconds * 1e6)
        if not self._is_longer(slots, reach, FEW).any():
            return self._middles(slots, reach, FEW, readings_min)
        values = self._middles(slots, reach, NEAR, readings_min)
        is_longer = self._is_longer(slots, reach, NEAR)
        if is_longer.any():  # measured faster than once a second
            values[is_longer] = self._middles(slots[is_longer], reach, RING, readings_min)
        return values

    def _is_longer(self, slots: Ints, reach: int, cells: int) -> npt.NDArray[np.bool_]:
        """Whether more readings than these cells hold may be as new as this."""
        count = self.count[slots]
        oldest = self.at[slots, (count - cells) % RING]
        return (count > cells) & (self.newest[slots] - oldest <= reach)

    def _middles(self, slots: Ints, reach: int, cells_max: int, readings_min: int) -> Floats:
        back = self.count[slots, None] - 1 - np.arange(cells_max)
        cells = back % RING
        age = self.newest[slots, None] - self.at[slots[:, None], cells]
        is_in = (back >= 0) & (age <= reach)
        values = np.where(is_in, self.value[slots[:, None], cells], np.inf)
        newest = values[:, 0].copy()
        values.sort(axis=1)
        count = is_in.sum(axis=1)
        middle = values[np.arange(len(slots)), (count - 1) // 2]
        return np.where(count < readings_min, newest, middle)

    def _grow(self, slots: int) -> None:
        size = len(self.count)
        if slots <= size:
            return
        while size < slots:
            size *= 2
        more = size - len(self.count)
        for name, fill in (
            ("at", 0), ("value", 0.0), ("count", 0), ("newest", LONG_AGO), ("received", LONG_AGO),
            ("due", NEVER), ("patient", 0), ("vital", 0), ("_began", LONG_AGO), ("_spacing", 0),
            ("source", 0),
        ):  # fmt: skip
            old = getattr(self, name)
            new = np.full((more, *old.shape[1:]), fill, old.dtype)
            setattr(self, name, np.concatenate([old, new]))


def rounds(slots: Ints, at: Ints, received: Ints, newest: Ints) -> list[Ints]:
    """Places of the readings that are newer than all known of their slots, in rounds that hold
    each slot once, each slot's as they were received.

    What was received in the same moment, a message of several, is taken as it was measured: the
    record knows no other order, and a watcher that takes over must see what this one saw. What was
    overtaken, and doubles, take no turn, as the record does not give them one either.
    """
    places = np.flatnonzero(at > newest[slots])
    if not len(places):
        return []
    order = places[np.lexsort((at[places], received[places], slots[places]))]
    is_first = np.diff(slots[order], prepend=-1) != 0
    if is_first.all():
        return [places]
    rank = np.unique(at[order], return_inverse=True)[1] + np.cumsum(is_first) * len(order)
    order = order[np.diff(np.maximum.accumulate(rank), prepend=-1) > 0]
    starts = np.flatnonzero(np.diff(slots[order], prepend=-1))
    turn = np.arange(len(order)) - np.repeat(starts, np.diff(starts, append=len(order)))
    by_turn = np.argsort(turn, kind="stable")
    ends = np.cumsum(np.bincount(turn))
    return [np.sort(order[each]) for each in np.split(by_turn, ends[:-1])]
