"""The loop of call: a pass each second, and at once when an alarm is told."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeward.model.errors import Unreachable
from homeward.model.shown import CallShown
from homeward.services.call.converge import converge
from homeward.services.call.receipts import Q
from homeward.services.contract import Tools

PASS_SECONDS = 1.0
NEWS = timedelta(minutes=10)  # as of alarms: who heard nothing for longer asks for all there is
TROUBLE_SECONDS = 10  # a trouble that lasts is told again this often
log = logging.getLogger(__name__)


async def work(tools: Tools) -> None:
    """Call, until cancelled."""
    alarmed = asyncio.Event()

    async def hear(_: str, __: bytes) -> None:
        alarmed.set()

    stop = await tools.bus.listen("told.alarm", hear)
    try:
        await _announce(tools)
        await _run(tools, alarmed)
    finally:
        await stop()


async def _announce(tools: Tools) -> None:
    """Tell again what is open or ended lately: between a commit and telling the process before us
    may have died, or the database, and the commit's own answer may be lost."""
    since = tools.now() - NEWS
    for call in await tools.store.door().all(Q.news, CallShown, since=since):
        await tools.bus.tell("told.call", call)


async def _run(tools: Tools, alarmed: asyncio.Event) -> None:
    told = Troubles()
    is_away = is_unsure = False  # unsure: a call may be written, and nobody told
    while True:
        alarmed.clear()
        pause = PASS_SECONDS
        now = tools.now()
        try:
            troubles = await converge(
                tools.store, tools.bus, now,
                tools.settings.answer_seconds, tools.settings.unconfirmed_seconds,
            )  # fmt: skip
            if is_unsure and tools.bus.connected:
                await _announce(tools)
                is_unsure = False
            await told.tell(tools, troubles)
            pause = await until_next(tools, now)
            if is_away:
                log.info("calls: the database is back")
            is_away = False
        except Unreachable as error:
            if not is_away:
                log.error("calls: %s", error)
            is_away = is_unsure = True
        # Not wait_for: until Python 3.12 it may lose a cancellation, and we would never end.
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await alarmed.wait()


async def until_next(tools: Tools, now: datetime) -> float:
    """Seconds until somebody is due who was not at `now`, the time of the last pass: the next
    person is called then, and at once where they came due while it ran; not a pass later."""
    row = await tools.store.door().one(
        Q.next_due, _Moment, now=now, unconfirmed_seconds=tools.settings.unconfirmed_seconds
    )
    if row.at is None:
        return PASS_SECONDS
    return min(max((row.at - tools.now()).total_seconds(), 0.0), PASS_SECONDS)


@dataclass(frozen=True, slots=True)
class _Moment:
    at: datetime | None


class Troubles:
    """What is wrong now, told at once, again while it lasts, and when it is over."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}

    async def tell(self, tools: Tools, troubles: dict[str, str]) -> None:
        """Tell what is new, due again, or over; later, while the bus is away."""
        if not tools.bus.connected:
            return
        moment = tools.now().timestamp()
        for what, text in troubles.items():
            if moment - self._told.get(what, float("-inf")) >= TROUBLE_SECONDS:
                self._told[what] = moment
                thing = {"what": what, "text": text, "over": False}
                await tools.bus.tell("told.trouble", thing)
        for what in [each for each in self._told if each not in troubles]:
            del self._told[what]
            await tools.bus.tell("told.trouble", {"what": what, "text": "", "over": True})
