"""Troubles of the platform itself, as technical alarms."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec

from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.ledger import Change

PREFIX = "trouble_"
# Whoever is in trouble says so again or says that it is over; after this long, neither means over.
QUIET_SECONDS = 600
WHAT_CHARACTERS_MAX = 60
TEXT_CHARACTERS_MAX = 300


class Trouble(msgspec.Struct):
    """What is told on `told.trouble`; `over` (or `on` false) once it is not any more.

    `since` (ms): since when something may not have been told, where that is the trouble.
    """

    what: str
    text: str = ""
    on: bool = True
    over: bool = False
    since: int | None = None


def record_unreadable(patients: Collection[int]) -> Trouble:
    """Something of the record of these patients cannot be read; the rest is judged."""
    words = f"The record of {len(set(patients))} patients cannot be read whole: see the log"
    return Trouble("record_unreadable", words)


class Troubles:
    """Which troubles were told, and when last."""

    def __init__(self, conditions: Conditions) -> None:
        self._conditions = conditions
        self._told: dict[Key, datetime] = {}

    def hear(self, trouble: Trouble, now: datetime) -> list[Change]:
        """Somebody is in trouble, or no longer."""
        what = re.sub(r"[^a-z0-9]+", "_", trouble.what.lower()).strip("_")
        key = Key(PREFIX + what[:WHAT_CHARACTERS_MAX])
        finding = None
        if trouble.on and not trouble.over:
            self._told[key] = now
            text = (trouble.text or trouble.what)[:TEXT_CHARACTERS_MAX]
            finding = Finding(Priority.MEDIUM, text, now)
        change = Change(key, Kind.TECHNICAL, now, finding)
        return [change] if self._conditions.is_news(change) else []

    def check(self, now: datetime) -> list[Change]:
        """Which troubles have gone quiet."""
        quiet = timedelta(seconds=QUIET_SECONDS)
        changes: list[Change] = []
        for key in self._conditions.keys(PREFIX):
            is_of_platform = key.patient_id is None and key.device_id is None
            if is_of_platform and now - self._told.setdefault(key, now) >= quiet:
                del self._told[key]
                changes.append(Change(key, Kind.TECHNICAL, now, None))
        return [change for change in changes if self._conditions.is_news(change)]
