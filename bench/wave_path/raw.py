"""The least there can be between a ward's waves and its screens.

    python -m bench.wave_path.raw NATS_URL PORT

Hears the same subject, joins what came in the same time, and sends it to everybody by the bare
`websockets` library. It reads no frame, knows no patient and no right, and bounds nothing.
"""

import asyncio
import struct
import sys

import nats
import uvloop
from nats.aio.msg import Msg
from websockets.asyncio.server import ServerConnection, broadcast, serve

from homeward.api.ward_waves import GATHER_SECONDS

HEAD = struct.Struct("<I")


async def _relay(url: str, port: int) -> None:
    screens: set[ServerConnection] = set()
    bodies: list[bytes] = []

    async def live(socket: ServerConnection) -> None:
        screens.add(socket)
        await socket.wait_closed()
        screens.discard(socket)

    async def hear(message: Msg) -> None:
        bodies.append(message.data)

    bus = await nats.connect(url)
    await bus.subscribe("hot.waves.*", cb=hear)
    async with serve(live, "127.0.0.1", port, compression=None):
        print("relays", flush=True)
        number = 0
        while True:
            await asyncio.sleep(GATHER_SECONDS)
            if screens and bodies:
                broadcast(screens, HEAD.pack(number) + b"".join(bodies))
                number += 1
            bodies.clear()


if __name__ == "__main__":
    uvloop.run(_relay(sys.argv[1], int(sys.argv[2])))
