"""Receipts: an alarm stood on a visible screen, whose and when.

The first time of each person for each ringing. What was heard live on that screen also says how
long the alarm took, from the reading that raised it to the eyes it was raised for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homeward.services.watch.ledger import Q
from homeward.store import Door

RECEIPTS_MAX = 512  # of one message of one screen


@dataclass(frozen=True, slots=True)
class Rendered:
    """An alarm on a visible screen: which ringing of it (ms), and whether the screen heard it live.

    One that was there when the page opened, or was scrolled to later, is not live.
    """

    alarm_id: int
    rung: int
    is_live: bool


async def mark_shown(door: Door, rendered: Sequence[Rendered], now: datetime) -> int:
    """Note that these alarms stand on the screen of the door's own person; how many were new.

    An alarm that has rung anew meanwhile is left alone: that ringing was not seen. So is one that
    PostgreSQL does not let this person see: anybody can guess a number, and no screen showed it.
    A patient's receipts count for their own alarms only.
    """
    if door.actor is None:
        return 0
    asked = [each.alarm_id for each in rendered[:RECEIPTS_MAX]]
    may_see = {row["id"] for row in await door.all(Q.alarms_seen, dict, ids=asked)}
    some = [each for each in rendered[:RECEIPTS_MAX] if each.alarm_id in may_see]
    values: dict[str, Any] = {
        "ids": [each.alarm_id for each in some],
        "rungs": [each.rung for each in some],
        "lives": [each.is_live for each in some],
        "person": door.actor.person_id,
        "patient": door.actor.patient_id,
        "now": now,
    }
    return await door.as_platform.run(Q.mark_shown, **values)
