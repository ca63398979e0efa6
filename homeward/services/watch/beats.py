"""The other processes' heartbeats: one that falls silent is a technical alarm.

The screens watch over the watcher (see `beat.guard`), the watcher over everybody else.
"""

from datetime import datetime, timedelta

from homeward.services.watch.ledger import Change
from homeward.services.watch.troubles import Trouble, Troubles

# What each process does, so that the alarm says what does not happen now.
EXPECTED = {
    "door": "the door is silent: no device is heard",
    "work": "the work process is silent: nobody is called",
    "web": "the pages are silent: screens show nothing",
    "pack": "the packing is silent: what is measured is kept, and the disk fills sooner",
}
SILENT = timedelta(seconds=10)  # ten beats missed
# After our own start (or a gap of our own bus) the others may be starting too.
GRACE = timedelta(seconds=15)


class Beats:
    """When each process was last heard."""

    def __init__(self, troubles: Troubles) -> None:
        self._troubles = troubles
        self._heard: dict[str, datetime] = {}
        self._began: datetime | None = None

    @property
    def is_begun(self) -> bool:
        """Whether we listen at all."""
        return self._began is not None

    def begin(self, now: datetime) -> None:
        """We have just begun to listen (again)."""
        self._began = now

    def hear(self, name: str, now: datetime) -> None:
        """This process lives."""
        self._heard[name] = now

    def last(self, name: str) -> datetime | None:
        """When this process was last heard."""
        return self._heard.get(name)

    def check(self, now: datetime) -> list[Change]:
        """Which processes fell silent, and which are heard again."""
        if self._began is None:
            return []
        # A clock that went back must not make the silent look alive until it has caught up.
        self._began = min(self._began, now)
        self._heard = {name: min(at, now) for name, at in self._heard.items()}
        changes: list[Change] = []
        for name, text in EXPECTED.items():
            since = max(self._heard.get(name, self._began), self._began)
            is_heard = name in self._heard and now - self._heard[name] < SILENT
            is_silent = now - self._began >= GRACE and now - since >= SILENT
            if is_silent or is_heard:
                trouble = Trouble(name, text, over=is_heard)
                changes += self._troubles.hear(trouble, now)
        return changes
