"""Receipts: a call was on its own person's screen."""

from collections.abc import Sequence
from datetime import datetime

from homeward.bus import Bus
from homeward.model.shown import CallShown
from homeward.store import Door, queries

Q = queries("homeward.services.call")


async def mark_seen(door: Door, bus: Bus, calls: Sequence[int], now: datetime) -> int:
    """Note that the door's own person has seen these calls; how many of them were new.

    Calls for somebody else are left alone: a receipt is only worth something from its person.
    """
    if door.actor is None:
        return 0
    return await mark_seen_for(door, bus, door.actor.person_id, calls, now)


async def mark_seen_for(
    door: Door, bus: Bus, person: int, calls: Sequence[int], now: datetime
) -> int:
    """Note that this person has seen these calls; how many of them were new."""
    rows = await door.all(Q.mark_seen, dict, ids=list(calls), person=person, now=now)
    await tell_calls(door, bus, [row["id"] for row in rows])
    return len(rows)


async def tell_calls(door: Door, bus: Bus, ids: Sequence[int]) -> None:
    """Tell these calls as they are now, after their commit.

    While the bus is away nobody is told: the rows stand, and screens read them when they are back.
    """
    if not ids or not bus.connected:
        return
    for call in await door.all(Q.shown, CallShown, ids=list(ids)):
        await bus.tell("told.call", call)
