"""The other processes' heartbeats: one that falls silent is a technical alarm.

The screens watch over the watcher (see `beat.guard`), the watcher over everybody else.
"""

from datetime import UTC, datetime, timedelta

import msgspec

from homeward.services.watch.ledger import Change
from homeward.services.watch.server_clocks import ServerClocks
from homeward.services.watch.troubles import Trouble, Troubles

# What each process does, so that the alarm says what does not happen now.
EXPECTED = {
    "door": "the door is silent: no device is heard",
    "work": "the work process is silent: nobody is called",
    "web": "the pages are silent: screens show nothing",
    "pack": "the packing is silent: what is measured is kept, and the disk fills sooner",
}
PEER = "watch"  # one of us that falls silent is missed; that nobody watches, the screens say
GUARD = "guard"
SILENT = timedelta(seconds=10)  # ten beats missed
# After our own start (or a gap of our own bus) the others may be starting too.
GRACE = timedelta(seconds=15)
FORGOTTEN = timedelta(hours=1)


class Beat(msgspec.Struct):
    """What a process says on `beat.*`: `at` is which one it is, and on which machine, `now` (ms)
    the time there; `over` is its last word before it stops in good order. A guard says which share
    of the patients it watches, counted from 0."""

    at: str = ""
    now: int | None = None
    over: bool = False
    share: int = 0


ALIVE = Beat()


class Beats:
    """When each process was last heard, by what it does and by which one of them it is."""

    def __init__(self, troubles: Troubles, shares: int = 1) -> None:
        self._troubles = troubles
        others = {_watch_of(share): _unwatched(share, shares) for share in range(1, shares)}
        self._expected = EXPECTED | others
        self._heard: dict[str, dict[str, datetime]] = {}
        self._began: datetime | None = None
        self.clocks = ServerClocks()

    @property
    def is_begun(self) -> bool:
        """Whether we listen at all."""
        return self._began is not None

    def begin(self, now: datetime) -> None:
        """We have just begun to listen (again)."""
        self._began = now

    def hear(self, name: str, now: datetime, beat: Beat = ALIVE) -> None:
        """This process lives, or leaves."""
        if beat.now is not None:
            self.clocks.hear(beat.at, datetime.fromtimestamp(beat.now / 1000, UTC), now)
        if name == GUARD:  # whichever process it is
            name, beat = _watch_of(beat.share), ALIVE
        those = self._heard.setdefault(name, {})
        if not beat.over:
            those[beat.at] = now
        elif len(those) > 1:  # the last one that leaves is missed all the same
            those.pop(beat.at, None)

    def quietest(self, name: str) -> datetime | None:
        """When that one of these processes was last heard who has been silent the longest."""
        return min(self._heard.get(name, {}).values(), default=None)

    def check(self, now: datetime) -> list[Change]:
        """Which processes fell silent, and which are heard again."""
        if self._began is None:
            return []
        # A clock that went back must not make the silent look alive until it has caught up.
        self._began = min(self._began, now)
        changes: list[Change] = []
        for those in self._heard.values():
            those.update({at: min(heard, now) for at, heard in those.items()})
        for name, text in self._expected.items():
            those = self._heard.get(name, {})
            last = max(those.values(), default=None)
            since = max(last or self._began, self._began)
            is_heard = last is not None and now - last < SILENT
            is_silent = now - self._began >= GRACE and now - since >= SILENT
            if is_silent or is_heard:
                trouble = Trouble(name, text, over=is_heard)
                changes += self._troubles.hear(trouble, now)
            if is_heard:
                changes += self._one_by_one(name, those, now)
        for trouble in self.clocks.check(now):
            changes += self._troubles.hear(trouble, now)
        return changes + self._one_by_one(PEER, self._heard.get(PEER, {}), now)

    def _one_by_one(self, name: str, those: dict[str, datetime], now: datetime) -> list[Change]:
        """The others go on, so nobody is unwatched; but who was started and has not said goodbye
        was not meant to leave. Long gone, it is forgotten."""
        assert self._began is not None
        changes: list[Change] = []
        for at, heard in tuple(those.items()):
            quiet = now - max(heard, self._began)
            words = f"{at} is silent; the other {name} processes go on"
            trouble = Trouble(f"{name} {at}", words, over=not SILENT <= quiet < FORGOTTEN)
            changes += self._troubles.hear(trouble, now)
            if quiet >= FORGOTTEN:
                del those[at]
        return changes


def _watch_of(share: int) -> str:
    return f"watch of share {share + 1}"


def _unwatched(share: int, shares: int) -> str:
    return f"nobody watches share {share + 1} of {shares} of the patients"
