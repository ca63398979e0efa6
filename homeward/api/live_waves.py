"""Live waveforms: ward frames over a WebSocket of their own, so that no number waits for them.

A screen answers with how many it has drawn, now and then, in a few digits: what it does not keep up
with is dropped here, and shows as a gap there.
"""

import asyncio
from typing import Literal

from starlette.websockets import WebSocket, WebSocketDisconnect

from homeward.api.live import RECHECK_SECONDS, Hub, Watch, enter, noted, until_over
from homeward.api.seats import Seat
from homeward.api.sockets import FORBIDDEN, TOO_SLOW, Left, close, said
from homeward.api.ward_waves import WaveViewer
from homeward.model.errors import Forbidden, Missing, Unreachable

DIGITS_MAX = 12


async def live_waves(socket: WebSocket) -> None:
    """`/api/live/waves?ward=1` or `?patient=7`: ward frames as they are packed."""
    hub: Hub = socket.app.state.hub
    seat = await enter(socket, hub)
    if seat is None:
        return
    try:
        watched = _asked_waves(socket)
        patients = await hub.patients_of(seat.actor, watched, "waves")
        await noted(socket, hub.tools, seat.actor, watched, patients)
    except (Forbidden, Missing, ValueError, Unreachable) as error:
        hub.seats.leave(seat)
        await socket.close(TOO_SLOW if isinstance(error, Unreachable) else FORBIDDEN)
        return
    viewer = WaveViewer(patients)
    hub.waves.add(viewer)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_send_waves(socket, viewer))
            tasks.create_task(_recheck_waves(socket, hub, seat, watched, viewer))
            tasks.create_task(_hear_waves(socket, viewer))
            tasks.create_task(until_over(socket, seat))
    except* (WebSocketDisconnect, Left, RuntimeError):
        pass
    finally:
        hub.waves.discard(viewer)
        hub.seats.leave(seat)


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
    socket: WebSocket, hub: Hub, seat: Seat, watched: Watch, viewer: WaveViewer
) -> None:
    while True:
        await seat.doubted(RECHECK_SECONDS)
        try:
            patients = await hub.patients_of(seat.actor, watched, "waves")
            await noted(socket, hub.tools, seat.actor, watched, patients - viewer.patients)
        except Unreachable:  # it cannot have taken a right from anybody
            continue
        except (Forbidden, Missing):
            await close(socket, FORBIDDEN)
        hub.waves.change(viewer, patients)


async def _hear_waves(socket: WebSocket, viewer: WaveViewer) -> None:
    while True:
        drawn = await said(socket)
        if len(drawn) > DIGITS_MAX or not (drawn.isascii() and drawn.isdecimal()):
            await close(socket, FORBIDDEN)
        viewer.hear(int(drawn))
