"""Who wore which device when: whose a reading is, by the moment it was measured."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from homeward.store.packed import Array

NOBODY = 0
FOREVER = 2**62


@dataclass(frozen=True, slots=True)
class Wearing:
    """One patient wore one device from `starts` until before `ends` (us since 1970)."""

    device_id: int
    patient_id: int
    starts: int
    ends: int | None


def wearers_of(devices: Array, at: Array, worn: Iterable[Wearing]) -> Array:
    """Who wore each device at each time (us since 1970); NOBODY where nobody did.

    A device is worn by one at a time: whoever put it on last before then, unless they took it off.
    """
    rows = [
        (e.device_id, e.starts, FOREVER if e.ends is None else e.ends, e.patient_id) for e in worn
    ]
    table = np.array(rows, np.int64).reshape(-1, 4)
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    both_devices = np.concatenate([table[:, 0], devices])
    both_times = np.concatenate([table[:, 1], at])
    is_asked = np.arange(len(both_devices)) >= len(table)
    order = np.lexsort((is_asked, both_times, both_devices))
    last = np.cumsum(~is_asked[order]) - 1  # the wearing that stands before each in that order
    asked = is_asked[order]
    places = last[asked]
    found = table[np.maximum(places, 0)] if len(table) else np.empty((len(places), 4), np.int64)
    mine = order[asked] - len(table)
    is_worn = (places >= 0) & (found[:, 0] == devices[mine]) & (at[mine] < found[:, 2])
    patients = np.full(len(at), NOBODY, np.int64)
    patients[mine[is_worn]] = found[is_worn, 3]
    return patients
