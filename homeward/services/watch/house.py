"""What is about no single patient: share 0's watcher does it for the whole house.

The others tell it what they find of the kind: who of theirs is silent, and their own troubles.
"""

import asyncio
from datetime import datetime

import msgspec

from homeward.clinical.flagged import FLAGGED
from homeward.clinical.observation import OVERDUE
from homeward.clinical.plan import MISSED
from homeward.model.alarm import Kind
from homeward.services.contract import Tools
from homeward.services.watch import ledger
from homeward.services.watch.acts import resume
from homeward.services.watch.at_home import flagged_now, missed_now
from homeward.services.watch.latency import lateness
from homeward.services.watch.own_tables import OwnTables
from homeward.services.watch.quiet import SUBJECT, Told, told
from homeward.services.watch.rounds import overdue_now
from homeward.services.watch.share import Share
from homeward.services.watch.troubles import Trouble
from homeward.services.watch.watcher import Watcher
from homeward.services.watch.writer import Writer

UNTOLD_MAX = 100


class House:
    """A watcher's part in it."""

    def __init__(self, tools: Tools, watcher: Watcher, writer: Writer, share: Share) -> None:
        self._tools = tools
        self._watcher = watcher
        self._writer = writer
        self._share = share
        self._own_tables = OwnTables(watcher)
        self._round = 0
        self._untold: dict[str, Trouble] = {}  # troubles of ours that the bus did not take yet

    async def say(self, trouble: Trouble, now: datetime) -> None:
        """Something is wrong here, or not any more: an alarm of the house."""
        if self._share.is_house:
            await self._writer.put(self._watcher.hears(trouble, now))
            return
        what = f"{trouble.what} {self._share}"
        text = f"{trouble.text} ({self._share} of the patients)"
        if len(self._untold) < UNTOLD_MAX or what in self._untold:
            self._untold[what] = msgspec.structs.replace(trouble, what=what, text=text)
        await self._tell()

    async def beat(self, now: datetime) -> None:
        """Say that our share is watched: what we hear is judged, and what we judge is written."""
        share, at = self._share, round(now.timestamp() * 1000)
        which = {"share": share.number, "shares": share.shares, "at": self._tools.at}
        await self._tools.bus.tell("beat.guard", {"name": "guard", "now": at, **which})

    async def look_at_tables(self, now: datetime) -> None:
        """A hospital's own tables of points, as they are in force; each watcher scores by them."""
        said = await self._own_tables.look(self._tools.store.door(), now)
        if self._share.is_house:
            await self._writer.put(said)

    async def hear_silences(self, _: str, body: bytes) -> None:
        """Another share's watcher says who is silent there."""
        self._watcher.floor.hear(msgspec.json.decode(body, type=Told))

    async def resume(self, now: datetime) -> None:
        """Pauses that are over sound again."""
        if self._share.is_house:
            seconds = self._tools.settings.audio_pause_seconds
            await resume(self._tools.store, self._tools.bus, now, seconds)

    async def listen(self, now: datetime) -> None:
        """Each second: who is silent, and what cannot be."""
        if self._share.is_house:
            await self._writer.put(self._watcher.listens(now))
            return
        await self._writer.put(self._watcher.moves(now))
        quiet = self._watcher.silences(now)
        if quiet is not None and self._tools.bus.connected:
            self._round += 1
            for part in told(quiet, self._share, self._round):
                await self._tools.bus.tell(SUBJECT, part)
                await asyncio.sleep(0)
        await self._tell()

    async def keep(self, now: datetime, *, has_just_begun: bool) -> None:
        """Each half minute: whether alarms are late, and who should have been observed."""
        if not self._share.is_house:
            return
        door, settings = self._tools.store.door(), self._tools.settings
        late = await lateness(door, now, settings.alarm_seconds_max)
        await self._writer.put(self._watcher.hears(late, now))
        await ledger.forget_pretend(door, now)
        if not has_just_begun:  # we may not have scored anybody yet
            overdue = await overdue_now(door, now, settings)
            await self._writer.put(self._watcher.worked_out(OVERDUE, overdue, now))
        missed = await missed_now(door, now)
        await self._writer.put(self._watcher.worked_out(MISSED, missed, now))
        flagged = await flagged_now(door, now)
        kind = Kind.PHYSIOLOGICAL  # it is about the patient, though no sensor said it
        await self._writer.put(self._watcher.worked_out(FLAGGED, flagged, now, kind))

    async def _tell(self) -> None:
        while self._untold and self._tools.bus.connected:
            what, trouble = next(iter(self._untold.items()))
            await self._tools.bus.tell("told.trouble", trouble)
            if self._untold.get(what) is trouble:
                del self._untold[what]
