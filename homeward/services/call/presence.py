"""Who has a visible screen before them, kept as rows that run out by themselves.

A page that is closed, a machine that sleeps and a process that is killed say nothing: not being
said again for a few seconds means that nobody is there.
"""

from collections.abc import Collection
from datetime import datetime

from homeward.store import Door, queries

Q = queries("homeward.services.call")
KEEP_SECONDS = 3.0  # said again this often by the process that serves the screens ...
LIFE_SECONDS = 10  # ... and believed this long


async def keep_presence(door: Door, people: Collection[int], now: datetime) -> None:
    """Each of these people has a screen before them now."""
    if people:
        await door.run(Q.keep_presence, people=sorted(people), now=now, seconds=LIFE_SECONDS)
