"""Live waveforms: binary frames over a WebSocket of their own, so that no number waits for them."""

import asyncio

from starlette.websockets import WebSocket, WebSocketDisconnect

from homeward.api.guarding import actor_behind
from homeward.api.live import (
    FORBIDDEN,
    RECHECK_SECONDS,
    UNAUTHORISED,
    Hub,
    Left,
    Watch,
    WaveViewer,
    close,
    enter,
)
from homeward.model.errors import Forbidden
from homeward.model.person import Actor


async def live_waves(socket: WebSocket) -> None:
    """`/api/live/waves?ward=1` or `?patient=7`: binary frames as they come."""
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
    hub.wave_viewers.add(viewer)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_send_waves(socket, viewer))
            tasks.create_task(_recheck_waves(socket, hub, actor, watched, viewer))
            tasks.create_task(_until_gone(socket))
    except* (WebSocketDisconnect, Left, RuntimeError):
        pass
    finally:
        hub.wave_viewers.discard(viewer)


def _asked_waves(socket: WebSocket) -> Watch:
    asked = socket.query_params
    if "ward" in asked:
        return Watch("ward", int(asked["ward"]))
    return Watch("patient", int(asked.get("patient", "")))


async def _send_waves(socket: WebSocket, viewer: WaveViewer) -> None:
    while True:
        await viewer.has_frames.wait()
        viewer.has_frames.clear()
        while viewer.frames:
            await socket.send_bytes(viewer.frames.popleft())


async def _recheck_waves(
    socket: WebSocket, hub: Hub, actor: Actor, watched: Watch, viewer: WaveViewer
) -> None:
    while True:
        await asyncio.sleep(RECHECK_SECONDS)
        if await actor_behind(socket, hub.tools) is None:
            await close(socket, UNAUTHORISED)
        viewer.patients = await hub.patients_of(actor, watched)


async def _until_gone(socket: WebSocket) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            raise Left
