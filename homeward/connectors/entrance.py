"""The way in for devices: listening sockets, and no more connections a second than can be borne.

After a power cut everybody comes at once. Those who wait stay in the kernel's queue, where they
cost nothing, so that what devices that are in already send is not late by a thousand handshakes.
But whoever waits is not watched: a door that has time to spare takes in as many as it can.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable, Sequence

from homeward.model.errors import Misconfigured

BACKLOG = 4_096  # beyond it the kernel lets devices ask again, after 1, 2, 4 s
HURRY = 8  # times the rate while nobody who is in waits for it ...
CALM_SECONDS = 0.01  # ... that is, while the process comes round to each within this
HANDSHAKE_SECONDS_MAX = 10
BURST_SECONDS = 1.0  # a rest of so long is made up for at once
FULL_SECONDS = 1.0  # no file descriptor is left: later, perhaps
log = logging.getLogger(__name__)


class Bucket:
    """A token bucket: `rate` a second, and what a rest of BURST_SECONDS saved. Pure."""

    def __init__(self, rate: float, moment: float) -> None:
        self._every = 1.0 / rate
        self._paid = moment - BURST_SECONDS  # up to when all has been given out

    def take(self, moment: float) -> float:
        """Take a token; how many seconds to wait before it counts."""
        self._paid = max(self._paid, moment - BURST_SECONDS) + self._every
        return max(0.0, self._paid - moment)


class Entrance:
    """Takes connections in, so many a second over all its sockets, and more while it is calm."""

    def __init__(self, connections_per_second_max: int, *, is_shared: bool) -> None:
        """`is_shared`: other processes of ours listen on the same port."""
        self._loop = asyncio.get_running_loop()
        self._bucket = Bucket(connections_per_second_max, self._loop.time())
        self._hurried = Bucket(connections_per_second_max * HURRY, self._loop.time())
        self._is_shared = is_shared
        self._sockets: list[socket.socket] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def open(
        self,
        host: str,
        port: int,
        protocol: Callable[[], asyncio.Protocol],
        tls: ssl.SSLContext | None,
    ) -> tuple[str, int]:
        """Listen there; the address, port 0 resolved. Raises Misconfigured where one cannot."""
        try:
            listeners = _listeners(host, port, self._is_shared)
        except OSError as error:
            raise Misconfigured(f"the door cannot listen on {host}:{port}: {error}") from None
        for listener in listeners:
            self._sockets.append(listener)
            self._keep(self._accept(listener, protocol, tls))
        return listeners[0].getsockname()[:2]

    async def close(self) -> None:
        """Listen no more. Who is in stays."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for listener in self._sockets:
            listener.close()

    def _keep(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(
        self,
        listener: socket.socket,
        protocol: Callable[[], asyncio.Protocol],
        tls: ssl.SSLContext | None,
    ) -> None:
        while True:
            try:
                comer, _ = await self._loop.sock_accept(listener)
            except OSError as error:
                log.warning("nobody can come in now: %s", error)
                await asyncio.sleep(FULL_SECONDS)
                continue
            self._keep(self._welcome(comer, protocol, tls))
            bucket = self._hurried if await self._is_calm() else self._bucket
            await asyncio.sleep(bucket.take(self._loop.time()))

    async def _is_calm(self) -> bool:
        """Whether whoever is in is heard at once: by how long one turn of the loop took."""
        began = self._loop.time()
        await asyncio.sleep(0)
        return self._loop.time() - began < CALM_SECONDS

    async def _welcome(
        self,
        comer: socket.socket,
        protocol: Callable[[], asyncio.Protocol],
        tls: ssl.SSLContext | None,
    ) -> None:
        try:
            comer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._loop.connect_accepted_socket(
                protocol,
                comer,
                ssl=tls,
                ssl_handshake_timeout=HANDSHAKE_SECONDS_MAX if tls else None,
                ssl_shutdown_timeout=2 if tls else None,
            )
        except OSError:  # gone, or no handshake came about: whoever looks at it has said why
            comer.close()
        except asyncio.CancelledError:
            comer.close()
            raise


def _listeners(host: str, port: int, is_shared: bool) -> Sequence[socket.socket]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    listeners: list[socket.socket] = []
    try:
        for family, *_, address in dict.fromkeys(found):
            place = (address[0], address[1])
            listener = socket.create_server(
                place, family=family, backlog=BACKLOG, reuse_port=is_shared
            )
            listener.setblocking(False)
            listeners.append(listener)
    except OSError:
        for each in listeners:
            each.close()
        raise
    return listeners
