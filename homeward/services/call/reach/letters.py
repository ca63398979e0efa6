"""Who was written to is told so, by push or mail alone, and never with a word of what was written.

It is no alarm: it waits for quiet hours to end, for whoever is reading just now, and an hour after
the last that they have not read. A text message costs money, and a voice call is for alarms.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from homeward.clinical.zone import is_between
from homeward.model.errors import Conflict
from homeward.services.call.reach.outbox import Q
from homeward.store import Store

GRACE = timedelta(seconds=20)  # who has the page open reads it there
TOLD_AGAIN = timedelta(hours=1)
TOLD_FOR = timedelta(days=3)  # what is older than that nobody is told of any more
LIFE = timedelta(hours=12)
ROWS_MAX = 200


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who was written to, and a way to tell them."""

    letter_id: int
    contact_id: int
    quiet_from: time | None
    quiet_until: time | None
    zone: str | None

    def is_quiet(self, at: datetime) -> bool:
        """Whether they want to be left alone now, by their own clock."""
        return is_between(self.quiet_from, self.quiet_until, self.zone, at)


async def tell_letters(store: Store, now: datetime) -> int:
    """A delivery for each who is to be told now; how many. Safe to run twice at once: of two the
    later finds it done, and looks again with the next pass."""
    try:
        async with store.door().transaction() as door:
            rows = await door.all(
                Q.letters_to_tell, Told, now=now, before=now - GRACE, since=now - TOLD_FOR,
                lately=now - TOLD_AGAIN, rows_max=ROWS_MAX,
            )  # fmt: skip
            wanted = {each.contact_id: each for each in rows if not each.is_quiet(now)}
            for each in wanted.values():
                await door.run(
                    Q.tell_letter, contact=each.contact_id, letter=each.letter_id, now=now,
                    expires=now + LIFE,
                )  # fmt: skip
    except Conflict:
        return 0
    return len(wanted)
