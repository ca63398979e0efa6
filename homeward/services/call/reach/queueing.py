"""What converges in deliveries: each open call has one for each of its person's contacts."""

import json
from datetime import datetime, timedelta

from homeward.model.message import Way
from homeward.services.call.reach.outbox import LEASE_SECONDS, Q
from homeward.store import Door

ROWS_MAX = 2_000  # new deliveries in one pass; the rest in the next, worst first
# A contact that was told of something as bad hears of the next only after this long: a storm is
# one message that counts it, not fourteen. Short enough to still be a call.
HOLD_SECONDS = {Way.WEB_PUSH: 5, Way.EMAIL: 15, Way.SMS: 15, Way.VOICE: 45, Way.OTHER: 15}
FAILING_FOR = timedelta(minutes=10)
WORDS = {
    Way.WEB_PUSH: "push",
    Way.EMAIL: "email",
    Way.SMS: "text message",
    Way.VOICE: "voice call",
    Way.OTHER: "other channel",
}


async def queue_new(door: Door, now: datetime) -> None:
    """A delivery for each call and contact that has none yet."""
    hold = json.dumps({way.value: seconds for way, seconds in HOLD_SECONDS.items()})
    await door.run(Q.queue, now=now, hold=hold, rows_max=ROWS_MAX)


async def tend_deliveries(door: Door, now: datetime) -> None:
    """What is needless goes, what is too late has failed, and a later way follows a failed one."""
    await door.run(Q.mend_times, now=now, lease_seconds=LEASE_SECONDS)
    await door.run(Q.drop_needless, now=now)
    await door.run(Q.drop_read, now=now)
    await door.run(Q.expire, now=now)
    await queue_new(door, now)
    await door.run(Q.hurry, now=now)


async def failing_ways(door: Door, now: datetime) -> dict[str, str]:
    """Troubles: ways on which nothing goes out."""
    troubles: dict[str, str] = {}
    for row in await door.all(Q.failing, dict, since=now - FAILING_FOR):
        word = WORDS[Way(row["way"])]
        text = f"{row['messages']} by {word} could not be sent: {row['error']}"
        troubles[f"reach_{row['way']}"] = text
    return troubles
