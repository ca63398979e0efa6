"""Looks at waveforms beside the judging of numbers, and never longer than its share.

One look takes one or two milliseconds of this process, between two of which everything else has
its turn; all looks together take at most a quarter of the time. Who then cannot keep up drops the
oldest frames and says so: a technical alarm, since waves nobody looks at must not pass for quiet.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from homeward.clinical.signal import KIND_OF, WINDOW_SECONDS
from homeward.model.errors import Unreachable, place_of
from homeward.model.frame import Channel, WaveFrame
from homeward.model.wave import BY_INDEX, BY_NAME
from homeward.services.contract import Tools
from homeward.services.watch.troubles import Trouble, record_unreadable
from homeward.services.watch.watcher import Verdict, Watcher
from homeward.services.watch.windows import as_microseconds
from homeward.services.watch.writer import Writer
from homeward.store.chunks import waves

EVERY_SECONDS = 1.0
SHARE = 0.25
BEHIND_SECONDS = 3.0  # a round that takes longer is no look each second
STEADY_SECONDS = 60.0
WHAT = "waves"
log = logging.getLogger(__name__)

Say = Callable[[Trouble, datetime], Awaitable[None]]


class CurveWork:
    """The task that looks."""

    def __init__(self, tools: Tools, watcher: Watcher, writer: Writer, say: Say) -> None:
        self._tools = tools
        self._watcher = watcher
        self._writer = writer
        self._say = say
        self._behind: float | None = None  # loop time, when we last were

    async def hear(self, _: str, body: bytes) -> None:
        """A frame was told; it is looked at within a second or two."""
        self._watcher.curves.hear(body, self._tools.now())

    async def run(self) -> None:
        """Look, each second, until cancelled."""
        while True:
            began = _moment()
            await self.round()
            took = _moment() - began
            await self._say_whether_we_keep_up(took)
            await asyncio.sleep(max(EVERY_SECONDS - took, 0.0))

    async def round(self) -> None:
        """Look once at everybody of whom something came."""
        curves = self._watcher.curves
        for patient in curves.waiting():
            if curves.is_new(patient):
                await self._fill(patient)
            began = _moment()
            changes = curves.look(patient, self._tools.now())
            took = _moment() - began
            if changes:
                await self._writer.put(Verdict(changes))
            await asyncio.sleep(took * (1 - SHARE) / SHARE)
        curves.forget(self._tools.now())

    async def _fill(self, patient: int) -> None:
        """What the record holds of the last seconds: one who takes over need not wait for them."""
        now = self._tools.now()
        frames: list[tuple[int, WaveFrame]] = []
        try:
            for name in KIND_OF:
                if name in BY_NAME:
                    frames += await self._recorded(patient, BY_NAME[name].index, now)
        except Unreachable:
            log.warning("the last seconds of waves could not be read back")
        except Exception as error:  # torn of one patient, it must not keep others unwatched
            log.error("waves of the record cannot be read: %s", place_of(error))
            await self._say(record_unreadable([patient]), now)
        frames.sort(key=lambda each: each[1].start)
        self._watcher.curves.fill(patient, frames, now)

    async def _recorded(
        self, patient: int, wave: int, now: datetime
    ) -> list[tuple[int, WaveFrame]]:
        since = as_microseconds(now - timedelta(seconds=WINDOW_SECONDS + EVERY_SECONDS))
        door, end = self._tools.store.door(), as_microseconds(now)
        found: list[tuple[int, WaveFrame]] = []
        for each in await waves(door, patient, wave, since, end):
            channel = Channel(BY_INDEX[wave], each.rate, each.scale, each.samples)
            found.append((each.device, WaveFrame(0, 0, each.start, (channel,))))
        return found

    async def _say_whether_we_keep_up(self, took: float) -> None:
        curves, moment = self._watcher.curves, _moment()
        dropped, curves.dropped = curves.dropped, 0
        if dropped or took > BEHIND_SECONDS:
            self._behind = moment
            text = "Waveforms come faster than they are judged: alarms by numbers alone are sure."
            await self._say(Trouble(WHAT, text), self._tools.now())
        elif self._behind is not None and moment - self._behind > STEADY_SECONDS:
            self._behind = None
            await self._say(Trouble(WHAT, over=True), self._tools.now())


def _moment() -> float:
    return asyncio.get_running_loop().time()
