"""Alarms with one cause: grouped below one alarm, each still an episode of its own.

Nothing is dropped. Below an open cause an alarm neither rings nor calls; it does both as soon as
the cause is over and it is not.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from homeward.clinical.cause import (
    GATEWAY_DEVICES_MIN,
    Cause,
    Off,
    Place,
    Silent,
    common_causes,
    common_clocks,
)
from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.ledger import Change


class Storms:
    """Which open alarm of a device was told to have which cause."""

    def __init__(self, conditions: Conditions, priority: Priority) -> None:
        self._conditions = conditions
        self._priority = priority
        self._told: dict[Key, Key] = {}

    def group(
        self, causes: Sequence[Cause], found: Mapping[Key, Finding], now: datetime
    ) -> list[Change]:
        """What was found, with the causes it has in common before it."""
        cause_of = {device: each.key for each in causes for device in each.devices}
        changes = [_of_cause(each, self._priority, now) for each in causes]
        changes += [
            Change(key, Kind.TECHNICAL, now, finding, cause=cause_of.get(key.device_id or 0))
            for key, finding in found.items()
        ]
        return changes

    def is_news(self, change: Change) -> bool:
        """Whether this begins, worsens or ends a condition, or an open one gets its cause."""
        is_new = self._conditions.is_news(change)
        if change.finding is None:
            self._told.pop(change.key, None)
            return is_new
        if change.cause is None or self._told.get(change.key) == change.cause:
            return is_new
        self._told[change.key] = change.cause
        return True


def silent_causes(places: Sequence[Place], found: Mapping[Key, Finding]) -> list[Cause]:
    """The causes that silent devices have in common."""
    silent = {key.device_id: finding for key, finding in found.items() if key.device_id}
    if len(silent) < GATEWAY_DEVICES_MIN:
        return []
    return common_causes(
        places,
        [
            Silent(place, silent[place.device_id].since, silent[place.device_id].limit or 0.0)
            for place in places
            if place.device_id in silent
        ],
    )


def clock_causes(places: Sequence[Place], found: Mapping[Key, Finding]) -> list[Cause]:
    """The causes that wrong clocks have in common."""
    off = {key.device_id: finding for key, finding in found.items()}
    if len(off) < GATEWAY_DEVICES_MIN:
        return []
    return common_clocks(
        places,
        [
            Off(place, off[place.device_id].value or 0.0, off[place.device_id].since)
            for place in places
            if place.device_id in off
        ],
    )


def _of_cause(cause: Cause, priority: Priority, now: datetime) -> Change:
    finding = Finding(priority, cause.text, cause.since, float(len(cause.devices)))
    detail = {"devices": sorted(cause.devices)}
    return Change(cause.key, Kind.TECHNICAL, now, finding, detail=detail, ward_id=cause.ward_id)
