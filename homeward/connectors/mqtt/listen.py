"""Open the door: sockets and TLS."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from homeward.connectors.contract import Link
from homeward.connectors.mqtt.devices import Devices
from homeward.connectors.mqtt.door import Door, log
from homeward.connectors.mqtt.loopback import Loopback
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
    settings = link.settings
    door = Door(link, Devices(link))
    link.on_revoked(door.cut)
    link.sessions.on_due(door.wake)
    tls = tls_of(folder, partial(door.say_of, "unknown"))
    servers = [await _serve(door, settings.mqtt_host, settings.mqtt_port, tls)]
    sweeping = asyncio.create_task(door.sweep())
    try:
        if settings.mqtt_open_port:
            servers.append(await _serve(door, LOOPBACK, settings.mqtt_open_port, None))
            log.warning("open port %d: devices are believed by name", settings.mqtt_open_port)
        async with conformance(link, settings.mqtt_conformance_port) as others:
            yield [server.sockets[0].getsockname()[:2] for server in (*servers, *others)]
    finally:
        sweeping.cancel()
        for server in servers:
            server.close()
        await door.close()


@asynccontextmanager
async def conformance(link: Link, port: int) -> AsyncIterator[list[asyncio.Server]]:
    """The exchange for conformance suites: a door on loopback with no way to the record.

    Port 0: none. Raises Misconfigured where the port is taken.
    """
    if not port:
        yield []
        return
    policy = Loopback(link.now)
    door = Door(link, policy)
    policy.exchange.on_due = door.wake
    servers = [await _serve(door, LOOPBACK, port, None)]
    sweeping = asyncio.create_task(door.sweep())
    log.warning(
        "conformance port %d: anybody on this machine may publish anything to anybody there; "
        "nothing of it is kept. It is for test suites: turn it off where patients are.", port,
    )  # fmt: skip
    try:
        yield servers
    finally:
        sweeping.cancel()
        for server in servers:
            server.close()
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
    context.num_tickets = 0  # a resumed session would skip the look at the certificate
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
