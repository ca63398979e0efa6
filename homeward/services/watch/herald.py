"""Alarms told before they are written: no disk must hold back what rings.

The row decides, never a memory: what is told here has no number, cannot be answered, and gives way
to its row. It is told as soon as it is decided, and again each second until it is written.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from homeward.bus import Bus
from homeward.clinical.episode import Key
from homeward.model.alarm import State
from homeward.model.shown import AlarmShown
from homeward.services.watch.ledger import Change
from homeward.services.watch.silences import Watched

SUBJECT = "hot.alarm"
TOLD_AT_ONCE = 200  # some 100 kB a message
AGAIN_SECONDS = 1.0
log = logging.getLogger(__name__)


class Herald:
    """What was told ahead of its row, until the row is told."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._wearers: dict[int, Watched] = {}  # by patient: one of what measures them
        self._devices: dict[int, str] = {}
        self._told: dict[Key, AlarmShown] = {}
        self._over: list[AlarmShown] = []  # told ahead, and no more to be waited for

    def know(self, watched: Iterable[Watched]) -> None:
        """Who is where: names and beds for what is told."""
        self._wearers = {each.patient_id: each for each in watched}
        self._devices = {each.device_id: each.device for each in watched}

    async def tell(self, changes: Iterable[Change]) -> None:
        """Tell what begins or worsens, and the end of what was told so."""
        news: list[AlarmShown] = []
        for change in changes:
            shown = self._shown(change)
            if shown is None:
                continue
            if change.finding is not None:
                self._told[change.key] = shown
            elif self._told.pop(change.key, None) is None:
                continue
            news.append(shown)
        await self._publish(news)

    def written(self, changes: Iterable[Change]) -> None:
        """These are in the ledger, or led nowhere: of those their screens are told soon."""
        for change in changes:
            shown = self._told.get(change.key)
            if shown is not None and shown.rung <= _ms(change.at):
                del self._told[change.key]
                self._over.append(_ended(shown, change.at))

    async def keep_telling(self) -> None:
        """Tell it again and again, until cancelled."""
        while True:
            await asyncio.sleep(AGAIN_SECONDS)
            await self.tell_again()

    async def tell_again(self) -> None:
        """What still waits, for who came meanwhile; and what no row will take the place of."""
        over, self._over = self._over, []
        await self._publish([*over, *self._told.values()])

    async def _publish(self, alarms: Sequence[AlarmShown]) -> None:
        if not self._bus.connected:
            return
        try:
            for place in range(0, len(alarms), TOLD_AT_ONCE):
                await self._bus.tell(SUBJECT, alarms[place : place + TOLD_AT_ONCE])
        except Exception as error:  # it must not end the watching; it is told again in a second
            log.error("alarms could not be told ahead: %s", type(error).__name__)

    def _shown(self, change: Change) -> AlarmShown | None:
        """As screens know it; None for what its row shall tell: decided from the record, one of
        many with the same cause, or of whom we do not know whose screens it is for."""
        key, finding = change.key, change.finding
        if finding is None:
            shown = self._told.get(key)
            return None if shown is None else _ended(shown, change.at)
        if change.is_again or change.is_corrected or change.cause is not None:
            return None
        who = self._wearers.get(key.patient_id or 0)
        device = self._devices.get(key.device_id or 0)
        if (who is None) != (key.patient_id is None) or (device is None) != (key.device_id is None):
            return None
        at = _ms(change.at)
        return AlarmShown(
            id=0,
            patient_id=key.patient_id,
            patient=who.patient if who else None,
            ward_id=who.ward_id if who else change.ward_id,
            bed=who.bed if who else None,
            device=device,
            condition=key.condition,
            kind=change.kind,
            priority=finding.priority,
            state=State.ACTIVE,
            text=finding.text,
            patient_text=finding.patient_text,
            value=finding.value,
            limit=finding.limit,
            since=_ms(finding.since),
            measured=None if change.measured is None else _ms(change.measured),
            received=None if change.received is None else _ms(change.received),
            raised=at,
            rung=at,
            acknowledged=None,
            acknowledged_by=None,
            acknowledged_reason=None,
            paused_until=None,
            paused_by=None,
            cause_id=None,
            cleared=None,
            resolved=None,
        )


def _ended(shown: AlarmShown, at: datetime) -> AlarmShown:
    over = _ms(at)
    return replace(shown, state=State.RESOLVED, rung=over, cleared=over, resolved=over)


def _ms(at: datetime) -> int:
    """Milliseconds since 1970, rounded down: never after the row's own."""
    return int(at.timestamp() * 1000)
