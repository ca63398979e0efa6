"""The loop of plan: what is due stands ahead of its time, what came of it is known soon, and who
needs a call is counted."""

import asyncio
import logging
import time

from homeward.model.errors import Unreachable
from homeward.services.contract import Tools
from homeward.services.plan.counting import PATIENTS_MAX, count
from homeward.services.plan.expecting import PLANS_MAX, expect, look

PASS_SECONDS = 10.0
log = logging.getLogger(__name__)


async def _count(tools: Tools) -> None:
    """All who wait to be counted, as far as that leaves time for what is due."""
    until = time.monotonic() + PASS_SECONDS / 2
    while await count(tools.store, tools.now(), tools.settings.zone) == PATIENTS_MAX:
        if time.monotonic() > until:
            return


async def work(tools: Tools) -> None:
    """Keep plans, until cancelled."""
    is_away = False
    while True:
        try:
            done = PLANS_MAX
            while done == PLANS_MAX:
                done = await expect(tools.store, tools.now(), tools.settings.zone)
            await look(tools.store, tools.now())
            await _count(tools)
            if is_away:
                log.info("plans: the database is back")
            is_away = False
        except Unreachable as error:
            if not is_away:
                log.error("plans: %s", error)
            is_away = True
        await asyncio.sleep(PASS_SECONDS)
