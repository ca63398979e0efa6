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
    """Who wore each device at each time (us since 1970); NOBODY where nobody did."""
    patients = np.full(len(at), NOBODY, np.int64)
    order = np.argsort(devices, kind="stable")
    edges = np.flatnonzero(np.diff(devices[order])) + 1
    places = {int(devices[each[0]]): each for each in np.split(order, edges) if len(each)}
    for each in worn:
        mine = places.get(each.device_id)
        if mine is not None:
            times = at[mine]
            ends = FOREVER if each.ends is None else each.ends
            patients[mine[(times >= each.starts) & (times < ends)]] = each.patient_id
    return patients
