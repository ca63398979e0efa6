"""Open the door: sockets and TLS."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from homeward.connectors.contract import Link
from homeward.connectors.device_tls import tls_of
from homeward.connectors.mqtt.door import Door, log
from homeward.connectors.mqtt.session import Session
from homeward.model.errors import Misconfigured

BACKLOG = 1_024
HANDSHAKE_SECONDS_MAX = 10
LOOPBACK = "127.0.0.1"


async def listen(link: Link, folder: Path) -> None:
    """Serve devices until cancelled.

    `folder` holds server.pem, server.key and devices-ca.pem. Raises Misconfigured where they
    are missing or a port is taken.
    """
    async with opened(link, folder):
        await asyncio.get_running_loop().create_future()


@asynccontextmanager
async def opened(link: Link, folder: Path) -> AsyncIterator[list[tuple[str, int]]]:
    """The door, open; gives the addresses it listens on, TLS first. Port 0 of TLS is any."""
    door = Door(link)
    settings = link.settings
    tls = tls_of(folder, partial(door.say_of, "unknown"))
    servers = [await _serve(door, settings.mqtt_host, settings.mqtt_port, tls)]
    sweeping = asyncio.create_task(door.sweep())
    try:
        if settings.mqtt_open_port:
            servers.append(await _serve(door, LOOPBACK, settings.mqtt_open_port, None))
            log.warning("open port %d: devices are believed by name", settings.mqtt_open_port)
        yield [server.sockets[0].getsockname()[:2] for server in servers]
    finally:
        sweeping.cancel()
        for server in servers:
            server.close()
        await door.close()


async def _serve(door: Door, host: str, port: int, tls: ssl.SSLContext | None) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    try:
        return await loop.create_server(
            lambda: Session(door, is_open=tls is None),
            host,
            port,
            ssl=tls,
            backlog=BACKLOG,
            ssl_handshake_timeout=HANDSHAKE_SECONDS_MAX if tls else None,
            ssl_shutdown_timeout=2 if tls else None,
        )
    except OSError as error:
        raise Misconfigured(f"the door cannot listen on {host}:{port}: {error}") from None
