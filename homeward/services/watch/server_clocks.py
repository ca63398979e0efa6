"""The clocks of the machines we run on, held against our own by the beats of their processes.

A door stamps what it receives, and a watcher leaves word up to when all is judged: where the two
clocks are apart, the next watcher would look for readings at the wrong time.
"""

from collections import deque
from datetime import datetime, timedelta

from homeward.services.watch.troubles import Trouble

APART = timedelta(seconds=2)
# A beat that waited looks like a clock that is behind: of so many the closest to ours is its clock.
BEATS = 15
FORGOTTEN = timedelta(hours=1)
_NONE = timedelta()


class ServerClocks:
    """How far each machine's clock is ahead of ours, by its last beats."""

    def __init__(self) -> None:
        self._ahead: dict[str, deque[timedelta]] = {}
        self._heard: dict[str, datetime] = {}

    def hear(self, at: str, said: datetime, now: datetime) -> None:
        """A process `at` ("door on app1") says what time it is there."""
        machine = at.rpartition(" on ")[2]
        self._ahead.setdefault(machine, deque(maxlen=BEATS)).append(said - now)
        self._heard[machine] = now

    @property
    def behind(self) -> timedelta:
        """So far the slowest clock may be behind ours: what was received by it may bear a time so
        much earlier than we heard of it."""
        return -min([_NONE, *(min(each) for each in self._ahead.values())])

    def check(self, now: datetime) -> list[Trouble]:
        """Whose clock is not ours, and whose is again."""
        troubles: list[Trouble] = []
        for machine, ahead in tuple(self._ahead.items()):
            is_gone = now - self._heard[machine] >= FORGOTTEN
            apart = min(ahead, key=abs)
            if is_gone:
                del self._ahead[machine], self._heard[machine]
            if len(ahead) == BEATS or is_gone:
                is_right = is_gone or abs(apart) <= APART
                troubles.append(
                    Trouble(f"clock of {machine}", _words(machine, apart), over=is_right)
                )
        return troubles


def _words(machine: str, ahead: timedelta) -> str:
    which = "ahead of" if ahead > _NONE else "behind"
    seconds = abs(ahead).total_seconds()
    return f"the clock of {machine} is {seconds:.0f} s {which} the watcher's: set both by NTP"
