"""When it was measured, where a meter's clock is wrong: repaired beside what it said.

A meter tells the time on the wall, without a zone, and often a wrong one. Where it can be asked for
its time now (Date Time 2A08, or Current Time 2A2B), the difference to ours is taken off what it
said; where it cannot, its clock is believed as long as it is not ahead of ours.

In the night when clocks are set back an hour comes twice, and the meter's time does not say which
it means. Records are numbered in the order they were made, and one that the last sync did not find
was made after it: what seems to be of before what came before it is of the second hour. Where
nothing says so, it is taken for the first; whoever looks is told that it came twice.

The same holds of every clock, wrong by however much: what the last whole sync did not find was
measured after that sync began (edge/meters/visit.py).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from homeward.model.errors import Unreadable
from homeward.standards.gatt.local_time import BYTES, local_time

DATE_TIME, CURRENT_TIME = 0x2A08, 0x2A2B
# People set clocks to the minute, and asking takes a moment: nearer than this it is right.
RIGHT_WITHIN = timedelta(seconds=90)
# Of two moments so near it does not matter which it was: a value of either is one of now.
NEAR_ENOUGH = timedelta(minutes=15)
_CURRENT_TIME_OCTETS = 10  # with day of the week, 1/256 s and why it was set (CTS 1.1, 3.1)


@dataclass(frozen=True, slots=True)
class Clock:
    """A meter's clock: by how much it is ahead of ours (before: less than nothing). None: it could
    not be asked."""

    ahead: timedelta | None = None

    def repaired(
        self, said: datetime | None, now: datetime, zone: tzinfo, after: datetime | None = None
    ) -> datetime:
        """When it was measured, in UTC; `said` is by the meter's clock, in `zone`, and `after` a
        moment before which it was not. Raises Unreadable where nobody can know."""
        if said is None:
            raise Unreadable("the meter did not know the date")
        try:
            at = self._less(said, now, zone, after)
        except OverflowError:
            raise Unreadable(f"the meter's time {said.isoformat()} is none") from None
        if at > now + RIGHT_WITHIN:
            raise Unreadable(f"the meter's time {said.isoformat()} has not come yet")
        return min(at, now)

    def _less(
        self, said: datetime, now: datetime, zone: tzinfo, after: datetime | None
    ) -> datetime:
        """A clock that is right is set for summer and winter as those on walls are. One that is not
        counts on: an hour ahead in winter, it was right in summer."""
        if not self.ahead:
            first, second = both(said, zone)
            is_second = after is not None and first < after <= second <= now + RIGHT_WITHIN
            return second if is_second else first
        offset = now.astimezone(zone).utcoffset() or timedelta()
        return (said - self.ahead - offset).replace(tzinfo=UTC)


def both(said: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The moments (UTC) at which clocks on walls show this time: the same twice, but for the hour
    that comes twice. An hour that clocks leave out is once, as if they had not. Raises
    OverflowError for a time there is not."""
    first = said.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return first, max(first, said.replace(tzinfo=zone, fold=1).astimezone(UTC))


def clock_of(octets: bytes, now: datetime, zone: tzinfo) -> Clock:
    """The clock of a meter that says now that it is this time. Unset or unreadable: not asked."""
    if len(octets) not in (BYTES, _CURRENT_TIME_OCTETS):
        return Clock()
    try:
        moment = local_time(octets).moment
    except Unreadable:
        return Clock()
    if moment is None:
        return Clock()
    ahead = moment - now.astimezone(zone).replace(tzinfo=None, microsecond=0)
    return Clock(timedelta() if abs(ahead) <= RIGHT_WITHIN else ahead)
