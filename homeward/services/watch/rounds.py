"""Observations that nobody made: a technical alarm for each patient far beyond their time.

Each half minute it is worked out anew from rows alone (scores, entries, stays, orders), so that a
new watcher says the same as the one before it.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from homeward.clinical import observation
from homeward.model.alarm import Finding
from homeward.model.vital import BY_NAME
from homeward.settings import Settings
from homeward.store import Door
from homeward.store.rounds import in_beds

TURN = 50  # patients worked out before anybody else gets the loop
_LABELS = {name: vital.label for name, vital in BY_NAME.items()}


async def overdue_now(door: Door, now: datetime, settings: Settings) -> Mapping[int, Finding]:
    """Who is far overdue, by patient. Nobody where the alarm is switched off (0 percent)."""
    percent = settings.observation_overdue_percent
    if percent <= 0:
        return {}
    found: dict[int, Finding] = {}
    for place, each in enumerate(await in_beds(door, now)):
        if place % TURN == 0:
            await asyncio.sleep(0)
        planned = observation.plan(each.known, now)
        finding = observation.overdue(
            planned, each.known, now, percent, settings.observation_overdue_seconds_min, _LABELS
        )
        if finding is not None:
            found[each.patient_id] = finding
    return found
