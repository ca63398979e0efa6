"""Where the watcher before us stopped: its windows, its open episodes, its last scores."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
import numpy as np

from homeward.clinical.rules import RULES
from homeward.clinical.scores import SCORERS
from homeward.model.frame import HOT
from homeward.model.shown import ScoreShown
from homeward.model.vital import VITALS
from homeward.services.watch.ledger import Q
from homeward.services.watch.reach import window_seconds
from homeward.services.watch.recalled import (
    STREAMS,
    as_told,
    by_moment,
    is_worn,
    last_of_streams,
    not_whole,
    split,
)
from homeward.services.watch.share import EVERYBODY, Share
from homeward.services.watch.silences import Watched
from homeward.services.watch.watcher import Verdict, Watcher
from homeward.services.watch.windows import DENSE_SECONDS, Rows
from homeward.store import Door
from homeward.store.recall import Back, before, by_hand, heard, packed

SLOW = frozenset(v.index for v in VITALS) - STREAMS
NEAR = timedelta(seconds=DENSE_SECONDS + 30)
WINDOW = timedelta(seconds=DENSE_SECONDS)
REMEMBERED = timedelta(hours=24)
SLOW_BACK = timedelta(seconds=max(v.score_seconds for v in VITALS if v.index in SLOW))
_LONG = {n: s for n, s in window_seconds(RULES, 0).items() if s > DENSE_SECONDS}
LONG, LONG_BACK = frozenset(_LONG), timedelta(seconds=max(_LONG.values()))
OUTAGE_MAX = timedelta(hours=1)  # a longer one is read by its last hour
TO_COME = timedelta(minutes=10)  # a clock may be so far ahead
PATIENTS_AT_ONCE = 50
# Of more patients than these only what was just heard is known before they are judged, the rest
# while they are: nobody is unwatched because others are many.
MANY = 200
JUST = timedelta(seconds=30)


async def last_scores(door: Door) -> list[tuple[int, ScoreShown]]:
    """The last score of each kind of everybody here."""
    names = [scorer.name for scorer in SCORERS]
    rows = await door.all(Q.last_scores, dict, names=names)
    return [(row["patient_id"], msgspec.convert(row["detail"], ScoreShown)) for row in rows]


async def last_mark(door: Door, share: Share = EVERYBODY) -> datetime | None:
    """Up to when everything received of this share was judged and its alarms committed."""
    row = await door.maybe(Q.last_mark, dict, number=share.number)
    return row["at"] if row else None


async def missed(
    door: Door, watched: Sequence[Watched], mark: datetime, now: datetime, spoiled: list[int]
) -> list[Rows]:
    """What nobody may have judged since then, in batches: for a watcher that knows the rest. Adds
    to `spoiled` the patients of whom something cannot be read."""
    since, patients = max(mark, now - OUTAGE_MAX), _patients(watched)
    rows = [await heard(door, patients, since), await packed(door, patients, since, spoiled)]
    rows.append(await by_hand(door, patients, now - REMEMBERED, now + TO_COME))
    told = await asyncio.to_thread(as_told, np.concatenate(rows))
    return by_moment(_live_now(split(told, mark)[1], watched))


def _patients(watched: Iterable[Watched]) -> list[int]:
    return sorted({each.patient_id for each in watched})


def _live_now(rows: Rows, watched: Sequence[Watched]) -> Rows:
    """As at the door: of a device they wear no more nothing begins or ends an alarm."""
    rows["late"] |= ~is_worn(rows, watched)
    return rows


def _by_patient(*parts: Rows) -> Rows:
    rows = np.concatenate(parts)
    return rows[np.argsort(rows["patient"], kind="stable")]


class Filling:
    """Fills the windows of a watcher that has just begun, from the record."""

    def __init__(
        self, watcher: Watcher, door: Door, watched: Sequence[Watched], mark: datetime
    ) -> None:
        self._watcher, self._door = watcher, door
        self._watched, self._mark = watched, mark
        worn, first = _patients(watched), watcher.open_patients()
        self._waiting = sorted(worn, key=lambda patient: patient not in first)
        self._lately = np.zeros(0, HOT)  # what was heard, by patient
        self._just = mark  # since when, until all of it is read
        self._is_read = False
        self.spoiled: list[int] = []  # patients of whom something cannot be read
        self._back: Back

    @property
    def is_done(self) -> bool:
        """Whether everybody's windows are whole."""
        return not self._waiting

    async def begin(self, now: datetime) -> list[Rows]:
        """Fill in what was just heard, and of few patients all the rest; gives the batches that
        nobody has judged yet. Raises Unreachable."""
        near = max(min(self._mark, now) - NEAR, now - OUTAGE_MAX)
        self._back = Back(
            near, SLOW, now - SLOW_BACK, LONG, now - LONG_BACK, now - REMEMBERED, WINDOW
        )
        is_many = len(self._waiting) > MANY
        self._just = max(near, self._mark - JUST) if is_many else near
        heard_now = await heard(self._door, self._waiting, self._just)
        known = await packed(self._door, self._waiting, max(near, self._mark), self.spoiled)
        rows = self._lately = _by_patient(heard_now, known)
        if is_many:
            self._watcher.is_waiting_for(self._waiting)
            told = await asyncio.to_thread(as_told, rows)
        else:
            parts = [await self._rest(some, now) for some in self._batches()]
            told, self._waiting = np.concatenate([rows[:0], *parts]), []
        judged, new = split(told, self._mark)
        self._watcher.remember(judged, now, self._mark)
        return by_moment(_live_now(new, self._watched))

    async def go_on(self, clock: Callable[[], datetime]) -> Verdict:
        """Fill in the rest of some more patients, and judge them by it. Raises Unreachable."""
        if not self._is_read:
            earlier = await heard(self._door, self._waiting, self._back.near, self._just)
            self._lately = await asyncio.to_thread(_by_patient, earlier, self._lately)
            self._is_read = True
        some = self._batches()[0]
        judged, new = split(await self._rest(some, clock()), self._mark)
        self._waiting = self._waiting[len(some) :]
        new = _live_now(new, self._watched)
        return self._watcher.fill(some, judged, new, clock(), self._mark)

    def _batches(self) -> list[list[int]]:
        places = range(0, len(self._waiting), PATIENTS_AT_ONCE)
        return [self._waiting[place : place + PATIENTS_AT_ONCE] for place in places]

    async def _rest(self, some: Sequence[int], now: datetime) -> Rows:
        """All there is of some patients."""
        near = self._back.near
        patients = self._lately["patient"]
        starts = np.searchsorted(patients, some)
        ends = np.searchsorted(patients, some, "right")
        parts = [self._lately[start:end] for start, end in zip(starts, ends, strict=True)]
        mine = np.concatenate(parts)
        rows = await before(self._door, not_whole(some, mine, near), self._back, self.spoiled)
        entered = await by_hand(self._door, some, now - REMEMBERED, now + TO_COME)
        every = np.concatenate([entered, mine, rows])
        return await asyncio.to_thread(lambda: last_of_streams(as_told(every), near))
