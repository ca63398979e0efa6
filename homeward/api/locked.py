"""A locked board: the alarms of its ward go on, seen and heard, without whose they are.

What leaves here was stripped here: the page of a locked board never has what it must not show.
"""

import asyncio
import contextlib
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import msgspec
from fastapi import Request, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from homeward.api.guarding import token_of
from homeward.api.live import Hub, Q, beat, send
from homeward.api.sockets import UNAUTHORISED, Left, close, may_open
from homeward.api.viewer import Viewer, Watch
from homeward.guard.route import NOBODY_YET, STAFF, Route
from homeward.model.errors import Missing, Refused, Unreachable
from homeward.model.shown import AlarmShown
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.people.entering import give_cookie
from homeward.services.people.locking import LockedBoard, behind, lock, locked_by
from homeward.store import Door

RECHECK_SECONDS = 0.5  # whether it may still be shown ...
FILL_EVERY = 6  # ... and, every so many looks, who lies where
TOLD = ("beat", "guard")  # what names nobody, as it is
# The number of a patient stays: it says which alarms are one's, and opens nothing here.
HIDDEN = ("patient", "patient_text", "acknowledged_by", "acknowledged_reason", "paused_by")


@dataclass(frozen=True, slots=True)
class LockedShown:
    """A locked board: its ward, its beds by what they are called there, and open alarms."""

    ward_id: int
    ward: str
    beds: list[str]
    alarms: list[AlarmShown]


@dataclass(frozen=True, slots=True)
class _Ward:
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Bed:
    patient_id: int
    bed: str


class LockedViewer(Viewer):
    """A screen that is told of alarms, and not whose they are. `beds` are by patient."""

    beds: dict[int, str]

    def send(self, text: bytes) -> None:
        """Queue what may be told, stripped."""
        told = msgspec.json.decode(text)
        if told["type"] == "alarm":
            told["alarm"] = self._stripped(told["alarm"])
        elif told["type"] == "ahead":
            told["alarms"] = [self._stripped(alarm) for alarm in told["alarms"]]
        elif told["type"] not in TOLD:
            return
        super().send(msgspec.json.encode(told))

    def _stripped(self, alarm: dict[str, Any]) -> dict[str, Any]:
        bed = self.beds.get(alarm["patient_id"])
        return alarm | dict.fromkeys(HIDDEN) | {"bed": bed}


async def post_lock(ward_id: int, door: Asking, request: Request, response: Response) -> None:
    """Lock this board: its session ends, its alarms go on without identities."""
    tools: Tools = request.app.state.tools
    if door.actor is None:
        raise Refused
    if await door.maybe(Q.ward_shown, _Ward, ward=ward_id) is None:
        raise Missing("There is no such ward.")
    give_cookie(response, await lock(tools, door.actor, ward_id, token_of(request)))


async def get_locked(request: Request) -> LockedShown | None:
    """The locked board of this browser; null where it is none."""
    tools: Tools = request.app.state.tools
    board = await locked_by(tools.store.door(), token_of(request), tools.now())
    if board is None:
        return None
    door = tools.store.door(behind(board))
    ward = await door.one(Q.ward_shown, _Ward, ward=board.ward_id)
    beds = await _beds(door, board)
    alarms = await door.all(Q.ward_alarms, AlarmShown, ward=board.ward_id)
    hidden: dict[str, Any] = dict.fromkeys(HIDDEN)
    shown = [replace(alarm, **hidden, bed=beds.get(alarm.patient_id or 0)) for alarm in alarms]
    return LockedShown(board.ward_id, ward.name, list(beds.values()), shown)


async def _beds(door: Door, board: LockedBoard) -> dict[int, str]:
    """What each bed is called, by patient. A bed at home is called by its patient's name: those
    are counted instead."""
    ward = await door.one(Q.ward_shown, _Ward, ward=board.ward_id)
    rows = await door.all(Q.beds_taken, _Bed, ward=board.ward_id)
    is_home = ward.kind == "home"
    return {
        row.patient_id: f"Home {place}" if is_home else row.bed for place, row in enumerate(rows, 1)
    }


async def live_locked(socket: WebSocket) -> None:
    """`/api/live/locked`: a locked board's alarms, until it is unlocked or may show none."""
    hub: Hub = socket.app.state.hub
    if not await may_open(socket):
        return
    board = await _board(socket, hub)
    await socket.accept()
    if board is None:
        await socket.close(UNAUTHORISED)
        return
    viewer = LockedViewer(behind(board), hub.tools.bus.told_gaps)
    viewer.watched, viewer.wards = Watch("ward", board.ward_id), frozenset({board.ward_id})
    await _fill(hub, viewer, board)
    hub.viewers.add(viewer)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(send(socket, viewer))
            tasks.create_task(beat(socket, hub, viewer))
            tasks.create_task(_recheck(socket, hub, viewer))
            tasks.create_task(_until_gone(socket))
    except* (WebSocketDisconnect, Left, RuntimeError):
        pass
    finally:
        hub.viewers.discard(viewer)


async def _board(socket: WebSocket, hub: Hub) -> LockedBoard | None:
    return await locked_by(hub.tools.store.door(), token_of(socket), hub.tools.now())


async def _fill(hub: Hub, viewer: LockedViewer, board: LockedBoard) -> None:
    """Whose alarms it tells. Nobody's numbers."""
    viewer.beds = await _beds(hub.tools.store.door(viewer.actor), board)
    viewer.heard_of = frozenset(viewer.beds)


async def _recheck(socket: WebSocket, hub: Hub, viewer: LockedViewer) -> None:
    for look in count(1):
        await asyncio.sleep(RECHECK_SECONDS)
        with contextlib.suppress(Unreachable):  # it cannot have taken a right from anybody
            board = await _board(socket, hub)
            if board is None:
                await close(socket, UNAUTHORISED)
            if look % FILL_EVERY == 0:
                await _fill(hub, viewer, board)


async def _until_gone(socket: WebSocket) -> None:
    """What a locked board says is let be. Raises Left once it is gone."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
    raise Left


ROUTES = (
    Route("POST", "/api/wards/{ward_id}/lock", post_lock, STAFF),
    Route("GET", "/api/locked", get_locked, NOBODY_YET, before_sign_in=True),
)
