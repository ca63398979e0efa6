"""What the record gives back, as the hot lane told it: oldest first, late where it was. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from homeward.model.entered import BY_HAND, LIVE
from homeward.model.frame import KINDS, LATE_US
from homeward.model.vital import MINUTE, VITALS
from homeward.services.watch.silences import Watched
from homeward.services.watch.windows import DENSE_SECONDS, Ints, Rows, as_microseconds

# What streams is remembered for minutes, what is measured by hand for hours.
STREAMS = frozenset(v.index for v in VITALS if v.stale_seconds <= MINUTE)
WINDOW_US = DENSE_SECONDS * 1_000_000
BATCH_US = 1_000_000  # what was missed is judged second by second, as it would have been

_APART = 2**31  # between the numbers of two patients' devices
_BY_HAND_US = LIVE // timedelta(microseconds=1)


def as_told(rows: Rows) -> Rows:
    """What the record holds, as the hot lane would have told it, each once, oldest first.

    What came too late, or after a newer one of its device, was not judged then: it is late now,
    or a window filled from the record would be another than the one that was judged.
    """
    rows = _distinct(rows[np.lexsort((rows["at"], _streams(rows), rows["patient"]))])
    allowed = np.where(rows["device"] == BY_HAND, _BY_HAND_US, LATE_US[rows["vital"]])
    rows["late"] = (rows["received"] - rows["at"]) > allowed
    in_time = np.flatnonzero(rows["late"] == 0)
    rows["late"][in_time] = _is_overtaken(rows[in_time])
    return rows[np.argsort(rows["at"], kind="stable")]


def last_of_streams(rows: Rows, near: datetime) -> Rows:
    """Without what no rule asks for: of what streams, all that was measured before `near` and two
    minutes before its last. A score, and a rule of a slower vital, ask for what has stopped."""
    order = np.lexsort((rows["at"], rows["vital"], rows["patient"]))
    order = order[(rows["late"][order] == 0)]
    found = rows[order]
    is_last = np.ones(len(found), bool)
    is_last[:-1] = (np.diff(found["vital"]) != 0) | (np.diff(found["patient"]) != 0)
    last = found[is_last]
    keys, places = last["patient"] * KINDS + last["vital"], rows["patient"] * KINDS + rows["vital"]
    if not len(keys):
        return rows
    newest = last["at"][np.minimum(np.searchsorted(keys, places), len(keys) - 1)]
    since = np.minimum(newest - WINDOW_US, as_microseconds(near))
    return rows[~np.isin(rows["vital"], sorted(STREAMS)) | (rows["at"] >= since)]


def not_whole(patients: Sequence[int], rows: Rows, near: datetime) -> dict[int, frozenset[int]]:
    """Which streams of each patient these rows, all since `near`, do not hold the last two minutes
    of."""
    since = as_microseconds(near) + WINDOW_US
    heard = rows[rows["at"] >= since]
    whole: dict[int, set[int]] = {patient: set() for patient in patients}
    seen = np.unique(heard["patient"] * KINDS + heard["vital"])
    for patient, vital in zip((seen // KINDS).tolist(), (seen % KINDS).tolist(), strict=True):
        whole[patient].add(vital)
    return {patient: STREAMS - vitals for patient, vitals in whole.items()}


def _streams(rows: Rows) -> Ints:
    """What of one patient comes in order: a vital of a device."""
    return rows["device"] * KINDS + rows["vital"]


def _starts(rows: Rows) -> npt.NDArray[np.bool_]:
    """Which of these rows, sorted by stream, are the first of theirs."""
    is_first = np.ones(len(rows), bool)
    is_first[1:] = (np.diff(_streams(rows)) != 0) | (np.diff(rows["patient"]) != 0)
    return is_first


def _distinct(rows: Rows) -> Rows:
    """Of readings that are the same (device, vital, time and value) the first received."""
    is_same = ~_starts(rows)[1:] & (np.diff(rows["at"]) == 0)
    if not is_same.any():
        return rows
    columns = rows["received"], rows["value"], rows["at"], _streams(rows), rows["patient"]
    rows = rows[np.lexsort(columns)]
    is_new = _starts(rows)
    is_new[1:] |= (np.diff(rows["at"]) != 0) | (np.diff(rows["value"]) != 0)
    return rows[is_new]


def _is_overtaken(rows: Rows) -> npt.NDArray[np.bool_]:
    """Which of these rows, by stream and time of measurement, came after a newer one."""
    if not len(rows):
        return np.zeros(0, bool)
    received = rows["received"] - rows["received"].min()
    # Each stream in a range of its own, the later ones above: seen from the end, the least so far
    # never comes from another stream.
    received += (np.cumsum(_starts(rows)) - 1) * (received.max() + 1)
    earliest_after = np.minimum.accumulate(received[::-1])[::-1]
    return earliest_after < received


def is_worn(rows: Rows, watched: Sequence[Watched]) -> npt.NDArray[np.bool_]:
    """Which of these rows are of a device that their patient wears now."""
    worn = [each.patient_id * _APART + each.device_id for each in watched]
    return np.isin(rows["patient"] * _APART + rows["device"], np.array(worn, np.int64))


def split(rows: Rows, mark: datetime) -> tuple[Rows, Rows]:
    """Those judged before (received up to the mark), and those not."""
    is_judged = rows["received"] <= as_microseconds(mark)
    return rows[is_judged], rows[~is_judged]


def by_moment(rows: Rows) -> list[Rows]:
    """Rows in batches of a second, in the order they were received."""
    rows = rows[np.argsort(rows["received"], kind="stable")]
    ends = np.flatnonzero(np.diff(rows["received"] // BATCH_US)) + 1
    return [batch for batch in np.split(rows, ends) if len(batch)]
