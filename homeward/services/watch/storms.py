"""Silences with one cause: grouped below one alarm, each still an episode of its own.

Nothing is dropped. Below an open cause a silence neither rings nor calls; it does both as soon as
the cause is over and it is not.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from homeward.clinical.cause import GATEWAY_DEVICES_MIN, Cause, Place, Silent, common_causes
from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.ledger import Change


class Storms:
    """Which open silence was told to have which cause."""

    def __init__(self, conditions: Conditions) -> None:
        self._conditions = conditions
        self._told: dict[Key, Key] = {}

    def group(
        self, places: Sequence[Place], found: Mapping[Key, Finding], now: datetime
    ) -> list[Change]:
        """The silences found, with the causes they have in common before them."""
        silent = {key.device_id: finding for key, finding in found.items() if key.device_id}
        causes = _causes(places, silent)
        cause_of = {device: each.key for each in causes for device in each.devices}
        changes = [_of_cause(each, now) for each in causes]
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


def _causes(places: Sequence[Place], silent: Mapping[int, Finding]) -> list[Cause]:
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


def _of_cause(cause: Cause, now: datetime) -> Change:
    finding = Finding(Priority.MEDIUM, cause.text, cause.since, float(len(cause.devices)))
    detail = {"devices": sorted(cause.devices)}
    return Change(cause.key, Kind.TECHNICAL, now, finding, detail=detail, ward_id=cause.ward_id)
