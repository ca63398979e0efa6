"""The door's counters: what came in, and what became of each of it.

A message that is neither stored, put aside nor refused has been lost between two lines of code,
and nobody would ever hear of it. So the door counts at both ends and says the difference.
"""

from typing import Any

REPORT_SECONDS = 5.0
# A reading is surely judged, or never will be, this long after it was told.
SETTLED_SECONDS = 10
SECONDS_MAX = 120  # kept while nobody can be told


class Counts:
    """Messages since the start, and rows of the hot lane by the second they were received in."""

    def __init__(self) -> None:
        self.received = 0
        self.stored = 0
        self.quarantined = 0
        self.refused = 0  # not stored, and the device was told so
        self.faults = 0  # of these, by a fault of ours
        self._told: dict[int, int] = {}

    def tell(self, received_us: int, rows: int) -> None:
        """So many rows received at this time go to the hot lane."""
        if not rows:
            return
        second = received_us // 1_000_000
        self._told[second] = self._told.get(second, 0) + rows

    def report(self, waiting: int, now_us: int) -> dict[str, Any]:
        """The counters, and the seconds that are settled by now; those are forgotten."""
        until = now_us // 1_000_000 - SETTLED_SECONDS
        settled = {str(second): rows for second, rows in self._told.items() if second < until}
        self._told = {second: rows for second, rows in self._told.items() if second >= until}
        known = self.stored + self.quarantined + self.refused + waiting
        return {
            "received": self.received,
            "stored": self.stored,
            "quarantined": self.quarantined,
            "refused": self.refused,
            "faults": self.faults,
            "waiting": waiting,
            "lost": self.received - known,
            "told": dict(list(settled.items())[-SECONDS_MAX:]),
        }
