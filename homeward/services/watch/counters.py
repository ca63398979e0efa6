"""Counters that must agree: what the door took in and told, and what was judged.

received = stored + put aside + refused + waiting, at the door; told = judged, second by second,
between the door and here. Whatever does not agree is a technical alarm within a minute, and what
was told and not judged is read again from the record.
"""

from collections import Counter
from datetime import datetime, timedelta

import msgspec
import numpy as np

from homeward.services.watch.troubles import Trouble
from homeward.services.watch.windows import Ints

LOST, UNJUDGED, FAULTS = "counter_lost", "counter_unjudged", "counter_faults"
SOON_OVER = timedelta(seconds=60)  # agreed for so long: the trouble is over
SECONDS_MAX = 300
MARGIN_SECONDS = 2  # around our own beginning, when frames were already on their way


class Counts(msgspec.Struct):
    """What a door says on told.counts. Messages since its start; `told`: rows by second; `door` is
    which one it is."""

    received: int
    stored: int
    quarantined: int
    refused: int
    faults: int
    waiting: int
    lost: int
    told: dict[str, int]
    door: str = ""


class Counters:
    """What was judged, by the second it was received in, and what doors say they told."""

    def __init__(self) -> None:
        self._judged: Counter[int] = Counter()
        self._told: dict[int, dict[str, int]] = {}  # by second and door
        self._new: set[int] = set()  # seconds that wait to be compared
        self._since = 0  # seconds before this we did not hear whole
        self._lost: set[str] = set()  # doors that had lost something when last heard
        self._faults: dict[str, int] = {}  # by door
        self._on: dict[str, datetime] = {}  # troubles told, and when they were last so

    def begin(self, now: datetime) -> None:
        """We have just begun to listen (again): what was told before is in the record."""
        self._since = int(now.timestamp()) + MARGIN_SECONDS
        self._told.clear()
        self._new.clear()

    def judge(self, received: Ints) -> None:
        """These rows were judged; `received` in us."""
        seconds, rows = np.unique(received // 1_000_000, return_counts=True)
        self._judged.update(dict(zip(seconds.tolist(), rows.tolist(), strict=True)))
        if len(self._judged) > SECONDS_MAX:
            oldest = max(self._judged) - SECONDS_MAX
            self._judged = Counter({s: n for s, n in self._judged.items() if s > oldest})

    def hear(self, counts: Counts, now: datetime) -> list[Trouble]:
        """A door says its counters."""
        for second, rows in counts.told.items():
            self._told.setdefault(int(second), {})[counts.door] = rows
            self._new.add(int(second))
        self._forget_old(now)
        troubles: list[Trouble] = []
        if counts.lost and counts.door in self._lost:  # twice: a count under way is no loss
            words = f"The door lost {counts.lost} messages: neither stored nor put aside"
            troubles += self._is_on(LOST, words, now)
        (self._lost.add if counts.lost else self._lost.discard)(counts.door)
        new = counts.faults - self._faults.get(counts.door, counts.faults)
        if new > 0:
            words = f"{new} messages could not be taken in: a fault of Homeward's own"
            troubles += self._is_on(FAULTS, words, now)
        self._faults[counts.door] = counts.faults
        return troubles + self._over(now)

    def compare(self, now: datetime) -> tuple[list[Trouble], datetime | None]:
        """When everything heard is judged: troubles, and since when the record must be read.

        A second is compared again when a further door says what it told in it.
        """
        new, self._new = self._new, set()
        short: dict[int, int] = {}
        for second in new:
            missing = sum(self._told[second].values()) - self._judged[second]
            if second >= self._since and missing > 0:
                short[second] = missing
        if not short:
            return [], None
        words = f"{sum(short.values())} readings were told and not judged: read from the record"
        since = datetime.fromtimestamp(min(short), now.tzinfo)
        return self._is_on(UNJUDGED, words, now), since

    def _forget_old(self, now: datetime) -> None:
        oldest = int(now.timestamp()) - SECONDS_MAX
        self._told = {second: doors for second, doors in self._told.items() if second > oldest}
        self._new &= self._told.keys()

    def _is_on(self, what: str, words: str, now: datetime) -> list[Trouble]:
        self._on[what] = now
        return [Trouble(what, words)]

    def _over(self, now: datetime) -> list[Trouble]:
        over = [what for what, at in self._on.items() if not timedelta() <= now - at < SOON_OVER]
        for what in over:
            del self._on[what]
        return [Trouble(what, over=True) for what in over]
