"""When to read the record again, and since when: what was not told may be written by now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# At once; once more for doors that came back to the bus after us; and once the slowest commit
# (store.inbox.COMMIT_SECONDS_MAX) of what nobody heard is surely done or given up.
AGAIN_SECONDS = (0.0, 5.0, 16.0)
POLL_SECONDS = 5.0
DOOR_SILENT = timedelta(seconds=3)  # no beat for this long: its words may not reach us
DOOR_LOST = timedelta(seconds=30)  # what a door that ended may not have told
LOST_WORDS = frozenset({"hot_lane", "process_door"})  # troubles after which the record is read
WAITING_MAX = 30


@dataclass(frozen=True, slots=True)
class Reread:
    """One reading of the record. The first after a gap also gives everybody time to be heard."""

    due: float
    since: datetime
    is_first: bool


class Rereads:
    """What is still to be read. Moments are of the loop's own clock."""

    def __init__(self) -> None:
        self._waiting: list[Reread] = []
        self._poll = 0.0

    def ask(
        self, since: datetime, moment: float, delays: tuple[float, ...] = AGAIN_SECONDS
    ) -> None:
        """Read what was received since then, after each of these seconds."""
        self._waiting += [Reread(moment + each, since, each == 0) for each in delays]
        if len(self._waiting) > WAITING_MAX:  # one reading since the earliest does for many
            since = min(each.since for each in self._waiting)
            self._waiting = [Reread(moment + each, since, each == 0) for each in AGAIN_SECONDS]

    def poll(self, since: datetime, moment: float) -> None:
        """Read every few seconds, as long as this is said again and again."""
        if moment >= self._poll:
            self._poll = moment + POLL_SECONDS
            self.ask(since, moment, (0.0,))

    def take(self, moment: float) -> Reread | None:
        """What is due now, as one reading."""
        due = [each for each in self._waiting if each.due <= moment]
        if not due:
            return None
        self._waiting = [each for each in self._waiting if each.due > moment]
        since = min(each.since for each in due)
        return Reread(moment, since, any(each.is_first for each in due))
