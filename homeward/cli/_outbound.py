"""Runs the connectors that send to people, each from the moment somebody has a contact of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module

from homeward.connectors.keep_running import Tell, keep_running
from homeward.connectors.sending import refuse_all
from homeward.model.errors import Misconfigured, Unreachable
from homeward.model.message import Way
from homeward.services.call.reach.outbox import Outbox, wake
from homeward.services.contract import Tools

LOOK_SECONDS = 2.0
log = logging.getLogger(__name__)

# Imported only when wanted: what a process has imported, it keeps.
CONNECTORS = {
    Way.WEB_PUSH: ("homeward.connectors.web_push.send", "run"),
    Way.EMAIL: ("homeward.connectors.email.send", "run"),
    Way.SMS: ("homeward.connectors.https_gateway.send", "run_sms"),
    Way.VOICE: ("homeward.connectors.https_gateway.send", "run_voice"),
    Way.OTHER: ("homeward.connectors.many_channels.send", "run"),
}


async def outbound(tools: Tools, tell: Tell) -> None:
    """Reach people, until cancelled."""
    boxes: dict[Way, Outbox] = {}
    stop = await wake(tools, boxes)
    try:
        async with asyncio.TaskGroup() as tasks:
            while True:
                for way in await _wanted(tools) - boxes.keys():
                    boxes[way] = Outbox(tools)
                    start = partial(_run, way, boxes[way])
                    tasks.create_task(keep_running(f"reaching people by {way}", start, tell))
                await asyncio.sleep(LOOK_SECONDS)
    finally:
        await stop()


async def _wanted(tools: Tools) -> set[Way]:
    try:
        return await Outbox(tools).ways_wanted()
    except Unreachable:
        return set()


async def _run(way: Way, box: Outbox) -> None:
    """The connector of a way. One that is not set up lets its messages fail at once, with the
    reason: the next way, or the next person, must not wait for it."""
    module, name = CONNECTORS[way]
    run: Callable[[Outbox], Awaitable[None]] = getattr(import_module(module), name)
    try:
        await run(box)
    except Misconfigured as error:
        log.error("%s: %s", way, error)
        await refuse_all(box, (way,), str(error))
