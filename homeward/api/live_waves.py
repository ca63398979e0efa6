"""Live waveforms: ward frames over a WebSocket of their own, so that no number waits for them.

A screen answers with how many it has drawn, now and then, in a few digits: what it does not keep up
with is dropped here, and shows as a gap there.
"""

import asyncio
import contextlib
from typing import Literal

from starlette.websockets import WebSocket, WebSocketDisconnect

from homeward.api.guarding import actor_behind
from homeward.api.live import (
    FORBIDDEN,
    RECHECK_SECONDS,
    UNAUTHORISED,
    Hub,
    Left,
    Watch,
    close,
    enter,
    said,
)
from homeward.api.ward_waves import WaveViewer
from homeward.model.errors import Forbidden, Unreachable
from homeward.model.person import Actor

DIGITS_MAX = 12


async def live_waves(socket: WebSocket) -> None:
    """`/api/live/waves?ward=1` or `?patient=7`: ward frames as they are packed."""
    hub: Hub = socket.app.state.hub
    actor = await enter(socket, hub.tools)
    if actor is None:
        return
    try:
        watched = _asked_waves(socket)
        viewer = WaveViewer(await hub.patients_of(actor, watched))
    except (Forbidden, ValueError):
        await socket.close(FORBIDDEN)
        return
    hub.waves.add(viewer)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_send_waves(socket, viewer))
            tasks.create_task(_recheck_waves(socket, hub, actor, watched, viewer))
            tasks.create_task(_hear_waves(socket, viewer))
    except* (WebSocketDisconnect, Left, RuntimeError):
        pass
    finally:
        hub.waves.discard(viewer)


def _asked_waves(socket: WebSocket) -> Watch:
    asked = socket.query_params
    what: Literal["ward", "patient"] = "ward" if "ward" in asked else "patient"
    number = int(asked.get(what, ""))
    if not 0 <= number < 2**63:
        raise ValueError("no such number")
    return Watch(what, number)


async def _send_waves(socket: WebSocket, viewer: WaveViewer) -> None:
    while True:
        await socket.send_bytes(await viewer.take())


async def _recheck_waves(
    socket: WebSocket, hub: Hub, actor: Actor, watched: Watch, viewer: WaveViewer
) -> None:
    while True:
        await asyncio.sleep(RECHECK_SECONDS)
        with contextlib.suppress(Unreachable):  # it cannot have taken a right from anybody
            if await actor_behind(socket, hub.tools) is None:
                await close(socket, UNAUTHORISED)
            hub.waves.change(viewer, await hub.patients_of(actor, watched))


async def _hear_waves(socket: WebSocket, viewer: WaveViewer) -> None:
    while True:
        drawn = await said(socket)
        if len(drawn) > DIGITS_MAX or not (drawn.isascii() and drawn.isdecimal()):
            await close(socket, FORBIDDEN)
        viewer.hear(int(drawn))
