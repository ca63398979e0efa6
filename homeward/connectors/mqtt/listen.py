"""Open the door: sockets and TLS."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from homeward.connectors.contract import Link
from homeward.connectors.entrance import Entrance
from homeward.connectors.mqtt.devices import Devices
from homeward.connectors.mqtt.door import Door, log
from homeward.connectors.mqtt.loopback import Loopback
from homeward.connectors.mqtt.session import Session
from homeward.model.errors import Misconfigured

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


def tls_of(folder: Path, say: Callable[[str], None]) -> ssl.SSLContext:
    """Mutual TLS, 1.2 or newer: a peer without a certificate of our Devices CA gets no further.

    `say` is told why, for whoever wonders what became of a device.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    # A leaf of this CA is enough: the CA itself need not be a root in this file.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.sslobject_class = _telling(say)
    # A device that comes back resumes, which is cheap. The ticket carries its certificate: its name
    # and expiry are looked at as if it were new, and the registry is asked each time.
    context.num_tickets = 1
    try:
        context.load_cert_chain(folder / "server.pem", folder / "server.key")
        context.load_verify_locations(folder / "devices-ca.pem")
    except (OSError, ssl.SSLError) as error:
        raise Misconfigured(f"the door's certificates in {folder}: {error}") from None
    return context


def _telling(say: Callable[[str], None]) -> type[ssl.SSLObject]:
    """A handshake that says why it failed: asyncio keeps that to itself."""

    class Telling(ssl.SSLObject):
        def do_handshake(self) -> None:
            try:
                super().do_handshake()
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):  # it goes on
                raise
            except ssl.SSLCertVerificationError as error:
                say(f"refused: its certificate is not accepted ({error.verify_message})")
                raise
            except ssl.SSLError as error:
                reason = (error.reason or type(error).__name__).replace("_", " ").lower()
                say(f"refused: no TLS connection came about ({reason})")
                raise

    return Telling
