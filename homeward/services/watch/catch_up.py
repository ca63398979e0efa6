"""Where the watcher before us stopped: its windows, its open episodes, its last scores."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
import numpy as np

from homeward.clinical.scores import SCORERS
from homeward.model.entered import BY_HAND
from homeward.model.frame import HOT
from homeward.model.shown import ScoreShown
from homeward.model.vital import BY_INDEX, MINUTE, VITALS
from homeward.services.watch.judging import age_limit
from homeward.services.watch.ledger import Q
from homeward.services.watch.silences import Watched
from homeward.services.watch.watcher import Rows, Watcher, as_rows
from homeward.services.watch.windows import KINDS, as_microseconds
from homeward.store import Door
from homeward.store.chunks import Newest, newest, samples_of
from homeward.store.entered import entered
from homeward.store.packed import Array as Samples

# What streams is remembered for minutes, what is measured by hand for hours.
STREAM_STALE_SECONDS = MINUTE
STREAM_BACK = timedelta(minutes=10)
REMEMBERED = timedelta(hours=24)
OUTAGE_MAX = timedelta(hours=1)  # a longer one is read by its last hour
PATIENTS_AT_ONCE = 250  # to read many costs little more than to read one, but memory
BATCH_US = 1_000_000  # what was missed is judged second by second, as it would have been

_LATE_US = np.zeros(KINDS, np.int64)
for _index in BY_INDEX:
    _LATE_US[_index] = age_limit(_index) // timedelta(microseconds=1)


async def watched_now(door: Door, now: datetime) -> list[Watched]:
    """Who is measured by what now."""
    return await door.all(Q.watched, Watched, now=now)


async def last_scores(door: Door) -> list[tuple[int, ScoreShown]]:
    """The last score of each kind of everybody here."""
    names = [scorer.name for scorer in SCORERS]
    rows = await door.all(Q.last_scores, dict, names=names)
    return [(row["patient_id"], msgspec.convert(row["detail"], ScoreShown)) for row in rows]


async def last_mark(door: Door) -> datetime | None:
    """Up to when everything received was judged and its alarms committed."""
    row = await door.maybe(Q.last_mark, dict)
    return row["at"] if row else None


async def rows_since(
    door: Door, patients: Sequence[int], mark: datetime, now: datetime
) -> dict[int, Rows]:
    """What the record holds of each patient that could still matter, oldest first."""
    streams = [v.index for v in VITALS if v.stale_seconds <= STREAM_STALE_SECONDS]
    slow = [v for v in VITALS if v.stale_seconds > STREAM_STALE_SECONDS]
    since = max(min(mark, now) - STREAM_BACK, now - OUTAGE_MAX)
    longest = max(v.score_seconds for v in slow)
    end_us = as_microseconds(now + timedelta(minutes=10))
    found = await samples_of(door, patients, streams, as_microseconds(since), end_us)
    slow_since = as_microseconds(now - timedelta(seconds=longest))
    slowly = [v.index for v in slow]
    for patient, rows in (await samples_of(door, patients, slowly, slow_since, end_us)).items():
        found[patient] |= rows
    # The last word of streams that have long stopped: a score still remembers it.
    older = await newest(door, patients, streams, as_microseconds(now - REMEMBERED))
    by_hand = await entered(door, patients, now - REMEMBERED, now + timedelta(minutes=10))
    return {
        patient: np.concatenate(
            [
                _older(patient, older[patient], rows),
                _rows(patient, {BY_HAND: by_hand[patient]} if patient in by_hand else {}),
                _rows(patient, rows),
            ]
        )
        for patient, rows in found.items()
    }


def _rows(patient: int, found: Mapping[int, Samples]) -> Rows:
    return as_rows(patient, found.values(), _LATE_US) if found else np.zeros(0, HOT)


def _older(patient: int, found: Mapping[int, Newest], known: Collection[int]) -> Rows:
    rows = [
        (patient, each.device, vital, 0, each.at, each.received, each.value)
        for vital, each in found.items()
        if vital not in known and each.device != BY_HAND
    ]
    return np.array(rows, HOT)


def split(rows: Rows, mark: datetime) -> tuple[Rows, Rows]:
    """Those judged before (received up to the mark), and those not."""
    is_judged = rows["received"] <= as_microseconds(mark)
    return rows[is_judged], rows[~is_judged]


def by_moment(rows: Sequence[Rows]) -> list[Rows]:
    """Everybody's rows in batches of a second, in the order they were received."""
    every = np.concatenate(rows) if rows else np.zeros(0, HOT)
    every = every[np.argsort(every["received"], kind="stable")]
    ends = np.flatnonzero(np.diff(every["received"] // BATCH_US)) + 1
    return [batch for batch in np.split(every, ends) if len(batch)]


async def catch_up(
    watcher: Watcher, door: Door, watched: Sequence[Watched], mark: datetime, now: datetime
) -> list[Rows]:
    """Fill the windows; gives the batches nobody has judged yet."""
    worn: dict[int, list[int]] = {}
    for each in watched:
        worn.setdefault(each.patient_id, []).append(each.device_id)
    patients = sorted(worn)
    missed: list[Rows] = []
    for start in range(0, len(patients), PATIENTS_AT_ONCE):
        some = patients[start : start + PATIENTS_AT_ONCE]
        for patient, rows in (await rows_since(door, some, mark, now)).items():
            judged, rest = split(rows, mark)
            watcher.remember(judged, now)
            # As at the door: of a device they wear no more nothing begins or ends an alarm.
            rest["late"] |= ~np.isin(rest["device"], worn[patient])
            missed.append(rest)
    return by_moment(missed)
