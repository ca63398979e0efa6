"""Open the door: sockets and TLS."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from homeward.connectors.contract import Link
from homeward.connectors.device_tls import tls_of
from homeward.connectors.entrance import Entrance
from homeward.connectors.mqtt.devices import Devices
from homeward.connectors.mqtt.door import Door, log
from homeward.connectors.mqtt.loopback import Loopback
from homeward.connectors.mqtt.session import Session

LOOPBACK = "127.0.0.1"


@asynccontextmanager
async def opened(link: Link, folder: Path) -> AsyncIterator[list[tuple[str, int]]]:
    """The door, open; gives the addresses it listens on, TLS first. Port 0 of TLS is any.

    `folder` holds server.pem, server.key and devices-ca.pem. Raises Misconfigured where they
    are missing or a port is taken.
    """
    settings = link.settings
    door = Door(link, Devices(link))
    link.on_revoked(door.cut)
    link.on_moved(door.moved)
    link.sessions.on_due(door.wake)
    tls = tls_of(folder, partial(door.say_of, "unknown"))
    is_shared = settings.doors > 1
    entrance = Entrance(settings.door_connections_per_second_max, is_shared=is_shared)
    sweeping = asyncio.create_task(door.sweep())
    try:
        addresses = [
            entrance.open(
                settings.mqtt_host, settings.mqtt_port, partial(Session, door, is_open=False), tls
            )
        ]
        if settings.mqtt_open_port:
            way_in = partial(Session, door, is_open=True)
            addresses.append(entrance.open(LOOPBACK, settings.mqtt_open_port, way_in, None))
            log.warning("open port %d: devices are believed by name", settings.mqtt_open_port)
        async with conformance(link, settings.mqtt_conformance_port) as others:
            yield [*addresses, *others]
    finally:
        sweeping.cancel()
        await entrance.close()
        await door.close()


@asynccontextmanager
async def conformance(link: Link, port: int) -> AsyncIterator[list[tuple[str, int]]]:
    """The exchange for conformance suites: a door on loopback with no way to the record.

    Port 0: none. Raises Misconfigured where the port is taken.
    """
    if not port:
        yield []
        return
    policy = Loopback(link.now)
    door = Door(link, policy)
    policy.exchange.on_due = door.wake
    entrance = Entrance(link.settings.door_connections_per_second_max, is_shared=False)
    addresses = [entrance.open(LOOPBACK, port, partial(Session, door, is_open=True), None)]
    sweeping = asyncio.create_task(door.sweep())
    log.warning(
        "conformance port %d: anybody on this machine may publish anything to anybody there; "
        "nothing of it is kept. It is for test suites: turn it off where patients are.", port,
    )  # fmt: skip
    try:
        yield addresses
    finally:
        sweeping.cancel()
        await entrance.close()
        await door.close()
