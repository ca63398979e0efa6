"""Whose clock is off, by what the record noted of each device's newest readings."""

from collections.abc import Sequence
from datetime import datetime
from math import inf

from homeward.clinical import clock
from homeward.clinical.cause import Place
from homeward.clinical.episode import Key
from homeward.clinical.silence import DEVICE_SILENT
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.vital import MINUTE
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.ledger import Change
from homeward.services.watch.share import CLOCKS
from homeward.services.watch.silences import Watched
from homeward.services.watch.storms import Storms, clock_causes


class Clocks:
    """Since when each device's clock has been off.

    A device whose readings come too late to be live is said to be silent, with its clock as the
    reason (silences.py): one cause rings once. Many behind one gateway are one cause (storms.py).
    """

    def __init__(self, conditions: Conditions) -> None:
        self._conditions = conditions
        self._storms = Storms(conditions, Priority.LOW)
        self._off: Sequence[Watched] = ()
        self._places: Sequence[Place] = ()
        self._since: dict[int, datetime] = {}

    def watch(self, watched: Sequence[Watched]) -> None:
        """Who is measured by what now."""
        self._off = [each for each in watched if clock.is_off(each.offset_seconds)]
        self._places = [each.place for each in watched if each.offset_seconds is not None]
        off = {each.device_id for each in self._off}
        self._since = {device: at for device, at in self._since.items() if device in off}

    def check(self, now: datetime) -> list[Change]:
        """Which clocks are off, and which are right again."""
        found: dict[Key, Finding] = {}
        for each in self._off:
            since = self._since.setdefault(each.device_id, now)
            streams = min(each.expects.values(), default=inf) <= MINUTE
            offset = each.offset_seconds
            finding = clock.wrong_clock(each.device, offset, since, now, streams=streams)
            silent = Key(DEVICE_SILENT, each.patient_id, each.device_id)
            key = Key(clock.DEVICE_CLOCK, each.patient_id, each.device_id)
            is_said = self._conditions.holds(key)
            if finding is not None and (is_said or not self._conditions.holds(silent)):
                found[key] = finding
        seen = self._storms.group(clock_causes(self._places, found), found, now)
        held = {change.key for change in seen}
        # A clock that was behind before we took over needs no second five minutes.
        waiting = self._since.keys()
        seen += [
            Change(key, Kind.TECHNICAL, now, None)
            for name in CLOCKS
            for key in self._conditions.keys(name)
            if key not in held and not (name == clock.DEVICE_CLOCK and key.device_id in waiting)
        ]
        return [change for change in seen if self._storms.is_news(change)]
