"""Who watches the watcher: its own beat, heard or not.

A watcher that is dead, stuck or deaf sends nothing, and a ward of which nothing is sent looks
like a quiet one. So screens are told when nobody watches over their alarms, or over some
of them: patients are divided into shares, and each has a watcher.
"""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import msgspec

from homeward.model.alarm import Kind, Priority, State
from homeward.model.shown import AlarmShown

SILENT_SECONDS = 5.0


class GuardTold(msgspec.Struct):
    """A watcher's beat: which share of the patients it watches, and which process it is."""

    share: int = 0
    shares: int = 1
    at: str = ""


class Vigil:
    """When the watcher of each share last said that it watches. Moments are of the loop's own
    clock."""

    def __init__(self, moment: float) -> None:
        self._began = moment
        self._heard: dict[int, float] = {}
        self._shares = 1

    def hear(self, moment: float, share: int = 0, shares: int = 1) -> None:
        """This share (from 0) of so many is watched: what its watcher hears is judged, and what it
        judges is written."""
        if shares != self._shares:  # patients were divided anew: all have as long as at first
            self._began, self._shares = moment, shares
            self._heard.clear()
        self._heard[share] = moment

    def is_kept(self, moment: float) -> bool | None:
        """Whether all alarms are watched; None while we have not listened long enough to say."""
        heard = [self._heard.get(share) for share in range(self._shares)]
        if any(moment - (self._began if at is None else at) >= SILENT_SECONDS for at in heard):
            return False
        return None if None in heard else True


def unwatched(trouble: Mapping[str, Any], now: int) -> dict[str, Any]:
    """A trouble of the platform itself (`told.trouble`) as an AlarmShown without a row. `now`: ms.

    The watcher makes a row of it as soon as there is one, under the same condition.
    """
    is_over = trouble.get("over", False) or not trouble.get("on", True)
    what = re.sub(r"[^a-z0-9]+", "_", trouble["what"].lower()).strip("_")
    none = dict.fromkeys(each.name for each in fields(AlarmShown))
    told: dict[str, Any] = {
        "id": 0, "condition": f"trouble_{what}", "kind": Kind.TECHNICAL,
        "priority": Priority.MEDIUM, "state": State.RESOLVED if is_over else State.ACTIVE,
        "text": trouble.get("text") or trouble["what"], "since": now, "raised": now, "rung": now,
    }  # fmt: skip
    if is_over:
        told |= {"cleared": now, "resolved": now}
    return none | told
