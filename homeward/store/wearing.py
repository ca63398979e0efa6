"""Who wore which device when: whose a reading is, by the moment it was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from homeward.store.packed import Array

NOBODY = 0
FOREVER = 2**62
# One patient wore one device from `starts` until before `ends` (us since 1970).
WORN = np.dtype([(name, "<i8") for name in ("device", "patient", "starts", "ends")])


@dataclass(frozen=True, slots=True)
class Wearing:
    """The same for who asks for one at a time; `ends` is None while they wear it."""

    device_id: int
    patient_id: int
    starts: int
    ends: int | None


def worn_of(lists: Mapping[str, Sequence[Any]]) -> Array:
    """Rows of WORN, of a row of the database with a list for each column."""
    worn = np.empty(len(lists["devices"]), WORN)
    worn["device"], worn["patient"] = lists["devices"], lists["patients"]
    worn["starts"] = lists["starts"]
    worn["ends"] = [FOREVER if ends is None else ends for ends in lists["ends"]]
    return worn


def wearers_of(devices: Array, at: Array, worn: Array) -> Array:
    """Who wore each device at each time (us since 1970); NOBODY where nobody did.

    A device is worn by one at a time: whoever put it on last before then, unless they took it off.
    """
    patients = np.full(len(at), NOBODY, np.int64)
    if not len(worn):
        return patients
    worn = worn[np.lexsort((worn["starts"], worn["device"]))]
    last = _last_put_on(devices, at, worn)
    found = worn[np.maximum(last, 0)]
    is_worn = (last >= 0) & (found["device"] == devices) & (at < found["ends"])
    patients[is_worn] = found["patient"][is_worn]
    return patients


def _last_put_on(devices: Array, at: Array, worn: Array) -> Array:
    """Where in `worn`, by device and start, each device was last put on before then; below 0 or
    another device's where it never was."""
    ids = worn["device"]
    if (ids[1:] != ids[:-1]).all():  # nearly always: each was put on once in the span
        last = np.searchsorted(ids, devices, side="right") - 1
        return np.where(worn["starts"][last] <= at, last, -1)
    ids, begun = np.unique(ids), np.unique(worn["starts"])

    def place(devices: Array, times: Array) -> Array:
        """One number for both: after all of other devices that come before, and earlier ones."""
        turns = np.searchsorted(begun, times, side="right")
        return np.searchsorted(ids, devices) * (len(begun) + 1) + turns

    wearings = place(worn["device"], worn["starts"])
    return np.searchsorted(wearings, place(devices, at), side="right") - 1
