"""Who sits at a visible screen, kept as rows for those who call.

A page says that its tab is visible, again and again: a machine that sleeps says nothing, while
its connection still stands.
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import Protocol

from homeward.model.errors import Unreachable
from homeward.model.person import Actor
from homeward.services.call.presence import KEEP_SECONDS, keep_presence
from homeward.services.contract import Tools

VISIBLE_SECONDS = 12.0  # a page says it every five
log = logging.getLogger(__name__)


class Screen(Protocol):
    """One live screen."""

    actor: Actor
    visible_at: float | None  # loop time; None while its tab is hidden


def people_at(screens: Iterable[Screen], moment: float) -> set[int]:
    """Who has a visible screen before them."""
    return {
        screen.actor.person_id
        for screen in screens
        if screen.visible_at is not None and moment - screen.visible_at < VISIBLE_SECONDS
    }


async def keep(tools: Tools, screens: Iterable[Screen]) -> None:
    """Write it down now. While the database is away nobody is there, which is the safe side."""
    try:
        there = people_at(list(screens), asyncio.get_running_loop().time())
        await keep_presence(tools.store.door(), there, tools.now())
    except Unreachable as error:
        log.warning("who sits at a screen is not known: %s", error)


async def keep_for_ever(tools: Tools, screens: Iterable[Screen]) -> None:
    """... and again every few seconds, until cancelled."""
    while True:
        await keep(tools, screens)
        await asyncio.sleep(KEEP_SECONDS)
