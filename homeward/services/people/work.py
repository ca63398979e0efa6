"""Seals what is there in clear, seals anew what an older key of somebody sealed.

It is done before anybody notices on a new installation, and goes on beside everybody who writes
after an upgrade: a batch, a breath, a batch. Safe to run twice, and by two at once.
"""

import asyncio
import logging

from homeward.model.errors import Unreachable
from homeward.services.contract import Tools
from homeward.store import Door
from homeward.store.sealed import Q, seal, seal_anew

SOON_SECONDS = 0.2
LOOK_SECONDS = 60.0
# What is written is sealed; what was in clear is soon found. So a look is rare.
LOOK_AGAIN_SECONDS = 3600.0
log = logging.getLogger(__name__)


async def work(tools: Tools) -> None:
    """Seal, until cancelled."""
    idle = LOOK_SECONDS
    while tools.store.keys is not None:
        try:
            done = await step(tools.store.door())
        except Unreachable:
            log.warning("the database is away; sealing goes on when it is back")
            done = 0
        idle = SOON_SECONDS if done else min(max(idle, LOOK_SECONDS) * 2, LOOK_AGAIN_SECONDS)
        await asyncio.sleep(idle)


async def step(door: Door) -> int:
    """One batch of everything that is to be sealed; how many texts that were."""
    await door.run(Q.begin_sealing, at_once=False)
    if not (await door.one(Q.sealing, dict))["is_begun"]:
        return 0
    done = await seal(door)
    for row in await door.all(Q.retired_owners, dict):
        kind, _, number = row["owner"].partition("/")
        anew = await seal_anew(door, kind, int(number))
        if not anew and row["is_over"]:
            await door.run(Q.forget_retired_keys, owner=row["owner"])
        done += anew
    return done
