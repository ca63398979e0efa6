"""Clocks on walls: which instant a time of day is, and what hour it was for somebody then.

People at home live by the clock of where they are. It jumps twice a year, and they travel. A change
of zone is a row with its moment, so that a morning of last March stays a morning.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from homeward.model.errors import Unreadable

Micros = npt.NDArray[np.int64]
DAY = timedelta(days=1)
DAY_MINUTES = 1440
# No zone's clock has jumped anywhere but at a full quarter of an hour of UTC since 1972.
_QUARTER_US = 15 * 60_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its IANA name. Raises Unreadable."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unreadable(
            f"There is no time zone {name!r}; say one such as Europe/Berlin.", "zone_unknown"
        ) from None


def instant(local: datetime, zone: str) -> datetime:
    """A time on the wall: its first one where it comes twice, as if before where it is missing."""
    # In UTC: Python compares two times of one zone by their hands alone, without the offset.
    return local.replace(tzinfo=zone_of(zone)).astimezone(UTC)


def is_within(starts: time, ends: time, at: time) -> bool:
    """Whether a time of day lies in a span of the day that may pass midnight."""
    return starts <= at < ends if starts < ends else at >= starts or at < ends


def is_between(starts: time | None, ends: time | None, zone: str | None, at: datetime) -> bool:
    """Whether it is then between these hours by the clock of a zone. False where nobody can know: a
    zone that this machine lacks must keep nobody from being told."""
    if starts is None or ends is None or zone is None:
        return False
    try:
        return is_within(starts, ends, at.astimezone(zone_of(zone)).time())
    except Unreadable:
        return False


@dataclass(frozen=True, slots=True)
class Zones:
    """By which clock somebody lives: each zone with the moment from which it holds, oldest first.
    The first holds for all before it, too."""

    changes: tuple[tuple[datetime, str], ...]

    def __post_init__(self) -> None:
        if not self.changes or sorted(self.changes, key=lambda each: each[0]) != [*self.changes]:
            raise Unreadable("somebody's zones stand in order, and there is at least one")

    @classmethod
    def always(cls, zone: str) -> "Zones":
        """One zone for good."""
        return cls(((_EPOCH, zone),))

    def at(self, moment: datetime) -> str:
        """The zone that holds at a moment."""
        place = bisect_right(self.changes, moment, key=lambda each: each[0])
        return self.changes[max(0, place - 1)][1]

    def local(self, moment: datetime) -> datetime:
        """What the clock on the wall says, without a zone."""
        return moment.astimezone(zone_of(self.at(moment))).replace(tzinfo=None)

    def stretches(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, str]]:
        """From when to when which zone holds, within a span."""
        moments = [at for at, _ in self.changes if start < at < end]
        for since, until in zip([start, *moments], [*moments, end], strict=True):
            yield since, until, self.at(since)

    def instants(self, at: time, start: datetime, end: datetime) -> Iterator[datetime]:
        """Each moment within a span at which the clock on the wall comes to this time of day.

        Once a day, however long the day is: where a time comes twice its first one counts, and one
        that is skipped comes as if before the jump. A day that travel makes longer may have it
        twice, one that it makes shorter never: both are what the clock on the wall did.
        """
        for since, until, zone in self.stretches(start, end):
            day = since.astimezone(zone_of(zone)).date() - DAY
            last = until.astimezone(zone_of(zone)).date() + DAY
            while day <= last:
                moment = instant(datetime.combine(day, at), zone)
                if since <= moment < until:
                    yield moment
                day += DAY

    def shifted(self, at_us: Micros) -> Micros:
        """Times (us since 1970 UTC) as the wall said them, counted as if it were UTC."""
        if not len(at_us):
            return at_us
        quarters, place = np.unique(at_us // _QUARTER_US, return_inverse=True)
        offsets = np.array([self._offset_us(int(each) * _QUARTER_US) for each in quarters])
        shifted: Any = at_us + offsets[place]
        return shifted

    def minutes(self, at_us: Micros) -> Micros:
        """The minute of the day that each of these times was, from 0 to 1439."""
        return self.shifted(at_us) // 60_000_000 % DAY_MINUTES

    def days(self, at_us: Micros) -> Micros:
        """The day that each of these times was on, as days since 1970-01-01."""
        return self.shifted(at_us) // (DAY_MINUTES * 60_000_000)

    def _offset_us(self, at_us: int) -> int:
        moment = _EPOCH + timedelta(microseconds=at_us)
        offset = moment.astimezone(zone_of(self.at(moment))).utcoffset()
        return (offset or timedelta()) // timedelta(microseconds=1)


def date_of(day: int) -> date:
    """The date of a number of days since 1970-01-01."""
    return date(1970, 1, 1) + timedelta(days=day)
