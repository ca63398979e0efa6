"""Seals the audit every few seconds, sends what was signed to the places outside, and once a day
takes away what is older than the site keeps it.

What cannot be sealed for a minute, or not be sent, is a technical alarm.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import SplitResult

from homeward.engines.audit_key import keep_audit_key
from homeward.model.errors import Misconfigured, Unreachable
from homeward.services.contract import Tools
from homeward.services.trail import ageing
from homeward.services.trail.sealing import last_line, seal, waiting_since
from homeward.services.trail.witness import places_of, send

EVERY_SECONDS = 5.0
UNSEALED_FOR = timedelta(seconds=60)
AGE_EVERY = timedelta(days=1)
SEND_AGAIN = timedelta(seconds=60)  # what a place may have lost, and a place that was away
TELL_AGAIN = timedelta(minutes=1)
log = logging.getLogger(__name__)


async def work(tools: Tools) -> None:
    """Seal and send, until cancelled. Raises Misconfigured for a key that cannot be read."""
    trail = Trail(tools, keep_audit_key(tools.settings.data))
    try:
        trail.places = places_of(tools.settings.audit_witness)
    except Misconfigured as error:  # it is sealed all the same
        trail.fault = str(error)
    while True:
        try:
            await trail.step()
        except Unreachable:
            log.warning("the database is away; sealing goes on when it is back")
        await asyncio.sleep(EVERY_SECONDS)


@dataclass
class Trail:
    """One process's part in it."""

    tools: Tools
    private_pem: bytes
    places: list[Path | SplitResult] = field(default_factory=list[Path | SplitResult])
    fault: str = ""  # of the places as they are set
    aged: datetime | None = None
    sent: tuple[str, datetime] | None = None
    told: dict[str, datetime] = field(default_factory=dict[str, datetime])

    async def step(self) -> None:
        """Seal all that waits, send the newest checkpoint, say what is wrong. Raises
        Unreachable."""
        now = self.tools.now()
        while await seal(self.tools.store, self.private_pem, now) is not None:
            pass
        door = self.tools.store.door()
        await self._send(await last_line(door), now)
        since = await waiting_since(door)
        late = since is not None and now - since > UNSEALED_FOR
        text = f"The audit is not sealed since {since:%H:%M} UTC." if since and late else ""
        await self._tell("audit_unsealed", text, now)
        await self._age(now)

    async def _age(self, now: datetime) -> None:
        years = self.tools.settings.audit_retention_years
        await self._tell("audit_retention", ageing.fault(years), now)
        if years < ageing.YEARS_MIN or (self.aged and now - self.aged < AGE_EVERY):
            return
        gone = await ageing.age(self.tools.store, self.private_pem, years, now)
        if gone:
            log.info("%d rows of the audit were older than %d years, and are gone", gone, years)
        if gone is not None:
            self.aged = now

    async def _send(self, line: str | None, now: datetime) -> None:
        """Another process may have signed it: whoever sees it first sends it too."""
        if self.fault:
            await self._tell("audit_witness", self.fault, now)
        if not self.places or line is None:
            return
        if self.sent and self.sent[0] == line and now - self.sent[1] < SEND_AGAIN:
            return
        failed = await send(self.places, line)
        if not failed:
            self.sent = (line, now)
        text = f"The audit's checkpoint does not reach {'; '.join(failed)}." if failed else ""
        await self._tell("audit_witness", text, now)

    async def _tell(self, what: str, text: str, now: datetime) -> None:
        """Tell of a trouble, again while it lasts, and once that it is over (no text)."""
        told = self.told.get(what)
        is_said = told is None if not text else told is not None and now - told < TELL_AGAIN
        if is_said or not self.tools.bus.connected:
            return
        if text:
            log.warning("%s", text)
            self.told[what] = now
        else:
            del self.told[what]
        await self.tools.bus.tell("told.trouble", {"what": what, "text": text, "over": not text})
