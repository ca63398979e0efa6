"""Open the Nightscout interface: its socket, its TLS, and which apps' devices are here."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from homeward.connectors.contract import DevicePass, Link, Notebooks
from homeward.connectors.nightscout.connection import Connection
from homeward.connectors.talk import READ_BYTES
from homeward.connectors.tls import server_tls
from homeward.guard.rate import Rate, Rates, who_asks
from homeward.model.errors import Misconfigured
from homeward.settings import LOOPBACK

log = logging.getLogger("homeward.nightscout")

BACKLOG = 256
CONNECTIONS_MAX = 1_000
STRANGERS_MAX = 100  # connections that showed no good secret yet
HANDSHAKE_SECONDS_MAX = 10
SHUTTING_SECONDS_MAX = 1
HERE_SECONDS = 15 * 60  # a phone that sends each five minutes is here, though it is not connected
LOOK_SECONDS = 10.0
GUESSES = Rate(per_second=0.1, burst=20)  # of secrets that are none, by address


@dataclass(slots=True)
class _Guest:
    name: str
    last: float


class Interface:
    """All connections of one process, and whose apps spoke lately."""

    def __init__(self, link: Link, notebooks: Notebooks) -> None:
        self.link, self.notebooks = link, notebooks
        self._loop = asyncio.get_running_loop()
        self._tasks: dict[asyncio.Task[None], Connection] = {}
        self._guests: dict[int, _Guest] = {}
        self._guesses = Rates(GUESSES)
        link.on_revoked(self.cut)
        link.on_moved(self.forget)

    def came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A connection is there."""
        strangers = sum(not each.device for each in self._tasks.values())
        if len(self._tasks) >= CONNECTIONS_MAX or strangers >= STRANGERS_MAX:
            writer.transport.abort()
            return
        connection = Connection(self, reader, writer)
        task = self._loop.create_task(connection.run())
        self._tasks[task] = connection
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._loop.call_exception_handler({"message": "nightscout", "exception": error})

    def is_here(self, device: DevicePass, address: str, agent: str) -> None:
        """A device has spoken through its app: it is here until it was silent for a while."""
        guest = self._guests.get(device.device_id)
        if guest is None:
            self._guests[device.device_id] = _Guest(device.name, self._loop.time())
            self.link.came(device.device_id, f"app at {address}", agent)
        else:
            guest.last = self._loop.time()

    def may_guess(self, address: str) -> bool:
        """Whether this address may still show secrets that are none."""
        return not self._guesses.wait(who_asks(address), self._loop.time())

    def cut(self, name: str) -> None:
        """This device lost its right to speak: end its connections now."""
        for task, connection in tuple(self._tasks.items()):
            if connection.device == name:
                task.cancel()
        self._gone(name, "cut: revoked")

    def forget(self, name: str) -> None:
        """Its app speaks at another door now."""
        self._gone(name, "moved")

    def _gone(self, name: str, detail: str) -> None:
        for device_id, guest in tuple(self._guests.items()):
            if guest.name == name:
                del self._guests[device_id]
                self.link.went(device_id, detail)

    async def look(self) -> None:
        """Say of devices whose apps are silent that they are gone, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            silent = self._loop.time() - HERE_SECONDS
            for guest in tuple(self._guests.values()):
                if guest.last < silent:
                    self._gone(guest.name, "its app is silent")

    async def close(self) -> None:
        """End all connections: answers under way get a moment to leave."""
        busy = [task for task, each in self._tasks.items() if each.is_answering]
        if busy:
            await asyncio.wait(busy, timeout=SHUTTING_SECONDS_MAX)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for guest in tuple(self._guests.values()):
            self._gone(guest.name, "left")


@asynccontextmanager
async def opened(
    link: Link, folder: Path, notebooks: Notebooks
) -> AsyncIterator[tuple[str, int] | None]:
    """The interface, open at `nightscout_port`; gives its address, or None where it is off.

    On loopback it is plain HTTP, for a proxy with a certificate that phones know; elsewhere TLS
    with `server.pem` and `server.key` of `folder`. Raises Misconfigured where files are missing or
    the port is taken.
    """
    settings = link.settings
    host, port = settings.nightscout_host, settings.nightscout_port
    if port == 0:
        yield None
        return
    try:
        tls = None if host in LOOPBACK else server_tls(folder / "server.pem", folder / "server.key")
    except OSError as error:
        raise Misconfigured(f"the door's certificates in {folder}: {error}") from None
    interface = Interface(link, notebooks)
    try:
        server = await asyncio.start_server(
            interface.came, host, port, ssl=tls, backlog=BACKLOG, reuse_port=settings.doors > 1,
            limit=2 * READ_BYTES,
            ssl_handshake_timeout=HANDSHAKE_SECONDS_MAX if tls else None,
            ssl_shutdown_timeout=2 if tls else None,
        )  # fmt: skip
    except OSError as error:
        raise Misconfigured(
            f"the Nightscout interface cannot listen on {host}:{port}: {error} "
            "(HOMEWARD_NIGHTSCOUT_PORT is another, 0 none)"
        ) from None
    looking = asyncio.create_task(interface.look())
    try:
        yield server.sockets[0].getsockname()[:2]
    finally:
        server.close()
        looking.cancel()
        await interface.close()
