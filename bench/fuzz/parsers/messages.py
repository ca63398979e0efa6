"""What travels on the bus, and what a page says to its socket.

A handler that raises is told as a trouble (bus/nerve.py): here only that decoding ends, and how.
"""

from typing import Any

import msgspec
import numpy as np

from bench.fuzz.targets import Target
from homeward.api.live import GuardTold
from homeward.api.viewer import Watch
from homeward.model.frame import HOT
from homeward.services.people.sessions import Ended
from homeward.services.record.registry import Told as RegistryTold
from homeward.services.watch.beats import Beat
from homeward.services.watch.counters import Counts
from homeward.services.watch.device_gaps import DeviceTold
from homeward.services.watch.quiet import Told as QuietTold
from homeward.services.watch.troubles import Trouble

NOT_UNDERSTOOD = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def _said(name: str, kind: Any, where: str, *samples: dict[str, Any]) -> Target:
    bodies = [msgspec.json.encode(each) for each in samples]
    return Target(
        name, (where,), lambda: bodies, lambda body: msgspec.json.decode(body, type=kind),
        NOT_UNDERSTOOD,
    )  # fmt: skip


def _hot() -> list[bytes]:
    return [np.zeros(3, HOT).tobytes()]


def _heard(body: bytes) -> object:
    return np.frombuffer(body, HOT)[["patient", "value"]].tolist()


TARGETS = (
    _said("a screen's words", Watch, "homeward.api.live:live",
          {"watch": "ward", "id": 1, "wards": [1, 2], "shown": [3], "visible": True},
          {"rendered": [[4, 1_700_000_000_000, True]]}),
    _said("told.trouble", Trouble, "homeward.services.watch.work:Watch",
          {"what": "door_lost", "text": "x", "on": True, "over": False, "since": 1_700_000_000}),
    _said("told.counts", Counts, "homeward.services.watch.work:Watch",
          {"received": 1, "stored": 1, "quarantined": 0, "refused": 0, "faults": 0, "waiting": 0,
           "lost": 0, "told": {"1700000000": 5}, "door": "door on a"}),
    _said("told.device", DeviceTold, "homeward.services.watch.work:Watch", {"what": "gap"}),
    _said("told.device at a door", RegistryTold, "homeward.services.record.registry:Registry",
          {"device": "monitor-1", "device_id": 7, "what": "revoked", "visit": 3}),
    _said("beat.*", Beat, "homeward.services.watch.work:Watch",
          {"name": "door", "now": 1_700_000_000_000, "at": "door on a"}),
    _said("beat.guard", GuardTold, "homeward.api.live:Hub",
          {"share": 0, "shares": 2, "at": "watch on a"}),
    _said("told.session", Ended, "homeward.api.seats:Seats",
          {"person_id": 7, "tokens": []}, {"tokens": ["00ff" * 16]}),
    _said("silences", QuietTold, "homeward.services.watch.house:House",
          {"share": 1, "shares": 2, "round": 3, "part": 0, "parts": 1,
           "found": [["device_silent", None, 7,
                      {"priority": "low", "text": "x", "since": "2026-03-01T10:00:00Z"}, False]]}),
    Target("hot.readings", ("homeward.api.live:Hub",), _hot, _heard, (ValueError,)),
)  # fmt: skip
