"""Who errs or comes again without end rests: its own socket waits, so that nobody else does.

What cannot be read is kept, with its reason, and that costs more than a sound reading; a connection
costs a handshake, and a commit as its session begins. One device whose firmware went wrong, or that
somebody has got hold of, must not take that time from all the others. Nothing of it is lost: it is
not read from its socket until it may go on, so TCP slows it down.
"""

import asyncio

from homeward.guard.rate import Debts, Rate

BURST_SECONDS = 2  # at once, before it is too much
REST_SECONDS_MAX = 2.0  # also what is sound of it waits so long, and is no staler
MESSAGE, CONNECTION = 1, 5  # what each costs


class Errors:
    """What the devices of one process had wrong lately."""

    def __init__(self, per_second_max: int) -> None:
        """`per_second_max`: of each device; 0: as many as it likes."""
        rate = Rate(per_second_max, per_second_max * BURST_SECONDS)
        self._debts = Debts(rate, REST_SECONDS_MAX) if per_second_max else None
        self._loop = asyncio.get_running_loop()

    def charge(self, name: str | None, cost: int) -> float:
        """This device costs so much more; seconds that it has to rest."""
        if self._debts is None or not name:
            return 0.0
        return self._debts.charge(name, cost, self._loop.time())
