"""How often the disk is asked: a commit costs the same for one row as for a hundred."""

import asyncio
from collections.abc import Callable

FEW_ROWS = 64
BETWEEN_FEW_SECONDS = 0.005


class Pace:
    """The first rows after a rest go at once; of what comes all the time few wait for each other.

    `again` is called when what was held may go.
    """

    def __init__(self, again: Callable[[], None]) -> None:
        self._again = again
        self._loop = asyncio.get_running_loop()
        self._began = float("-inf")
        self._timer: asyncio.TimerHandle | None = None

    def holds(self, rows: int) -> bool:
        """Whether so many rows had better wait for more."""
        due = self._began + BETWEEN_FEW_SECONDS
        if rows >= FEW_ROWS or self._loop.time() >= due:
            return False
        if self._timer is None:
            self._timer = self._loop.call_at(due, self._go_on)
        return True

    def begins(self) -> None:
        """A batch is on its way."""
        self._began = self._loop.time()

    def _go_on(self) -> None:
        self._timer = None
        self._again()
