"""Watches the sentinel: one that told of its rounds and tells no more is a trouble."""

import asyncio
import logging
from datetime import datetime, timedelta

from homeward.model.errors import Unreachable
from homeward.services.contract import Tools
from homeward.store import Door, queries

Q = queries("homeward.services.sentinel")
LOOK_SECONDS = 10.0
SILENT_FOR = timedelta(minutes=3)  # several rounds
KNOWN_FOR = timedelta(days=1)  # one that was taken away for good is a trouble for a day
WHAT = "sentinel_silent"
log = logging.getLogger(__name__)


async def work(tools: Tools) -> None:
    """Look now and then, until cancelled."""
    is_silent = False
    began = tools.now()
    while True:
        try:
            now = tools.now()
            # Just started, it has not had time to come back itself.
            found = now - began > SILENT_FOR and await is_missed(tools.store.door(), now)
            if tools.bus.connected and (found or is_silent):
                text = "The sentinel, which watches the monitoring itself, is silent."
                trouble = {"what": WHAT, "text": text, "over": not found}
                await tools.bus.tell("told.trouble", trouble)
                is_silent = found
        except Unreachable:
            pass  # the calls say so
        await asyncio.sleep(LOOK_SECONDS)


async def is_missed(door: Door, now: datetime) -> bool:
    """Whether a sentinel that was heard of in the last day has fallen silent."""
    row = await door.one(Q.last_heard, dict, since=now - KNOWN_FOR)
    return row["heard"] is not None and now - row["heard"] > SILENT_FOR
