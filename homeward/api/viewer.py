"""One live screen: who looks at it, what it asked for, and what waits to be sent to it."""

import asyncio
from typing import Annotated, Any, Literal

import msgspec

from homeward.guard.route import STAFF
from homeward.model.person import Actor, Role

TEXTS_MAX = 512
WARDS_MAX = 32

_Id = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
_Moment = Annotated[int, msgspec.Meta(ge=0, lt=2**43)]  # ms since 1970; a year of 2248 is none
Wards = Annotated[list[_Id], msgspec.Meta(max_length=WARDS_MAX)]


class Watch(msgspec.Struct):
    """What a screen asks: whom to show, or which calls and alarms it has just shown.

    `watch` and `id` name whose numbers stand on the screen. `wards` are those whose alarms and
    calls must reach it whatever it shows: a nurse at one chart still answers for the others.
    `rendered`: alarms on the visible screen, which ringing (ms), and whether they came live.
    `visible`: whether the tab can be seen, said every few seconds while it can. What else a page
    of a later version says is let be: behind a balancer it may come to a server of the one before.
    """

    watch: Literal["ward", "patient", None] = None
    id: _Id = 0
    wards: Wards | None = None
    shown: list[_Id] = []
    rendered: list[tuple[_Id, _Moment, bool]] = []
    visible: bool | None = None

    @property
    def is_about_whom(self) -> bool:
        return self.watch is not None or self.wards is not None

    @property
    def alarm_wards(self) -> frozenset[int]:
        """Every ward whose alarms are told."""
        own = [self.id] if self.watch == "ward" else []
        return frozenset([*own, *(self.wards or ())])


class Viewer:
    """One live screen."""

    def __init__(self, actor: Actor, gaps: int = 0) -> None:
        self.actor = actor
        self.gaps = gaps  # of the bus, when it came: at a further one it must ask for all anew
        self.is_guarded: bool | None = None  # as it was told
        self.watched: Watch | None = None
        self.patients: frozenset[int] = frozenset()  # whose numbers it shows
        self.heard_of: frozenset[int] = frozenset()  # whose alarms and calls it tells
        self.texts: asyncio.Queue[bytes] = asyncio.Queue(TEXTS_MAX)
        self.newest: dict[tuple[int, int], tuple[float, int, int, bool]] = {}
        self.is_too_slow = False
        self.visible_at: float | None = None  # loop time it last said so

    def show(self, patients: frozenset[int], heard_of: frozenset[int]) -> None:
        """From now on these, and nothing of anybody else that waits."""
        self.patients, self.heard_of = patients, heard_of
        for whose in [key for key in self.newest if key[0] not in patients]:
            del self.newest[whose]

    def is_about(self, alarm: dict[str, Any]) -> bool:
        """Whether this alarm is told here. To staff also those of the platform itself, of devices
        nobody wears, and of patients on no ward: nobody else would see them. To a sentinel, which
        watches the platform and nobody else, the platform's own."""
        if alarm["patient_id"] in self.heard_of:
            return True
        if self.actor.role is Role.SENTINEL:
            return alarm["patient_id"] is None and alarm.get("device") is None
        if self.actor.role not in STAFF:
            return False
        ward = alarm["ward_id"]
        return ward is None or (self.watched is not None and ward in self.watched.alarm_wards)

    def send(self, text: bytes) -> None:
        """Queue a text that must arrive."""
        try:
            self.texts.put_nowait(text)
        except asyncio.QueueFull:
            self.is_too_slow = True
