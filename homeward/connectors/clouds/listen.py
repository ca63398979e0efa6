"""Open the receiver of clouds: its socket, and who asks for what is due."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from homeward.connectors.clouds.connection import Connection
from homeward.connectors.clouds.withings import Withings
from homeward.connectors.contract import Clouds, Link, Totals
from homeward.connectors.talk import READ_BYTES
from homeward.model.errors import Misconfigured, Unreachable
from homeward.standards.svix import keys_of

log = logging.getLogger("homeward.clouds")

HOST = "127.0.0.1"  # a proxy stands before it, whose certificate clouds know
BACKLOG = 64
CONNECTIONS_MAX = 100
LOOK_SECONDS = 2.0
AFTER_BUG_SECONDS = 30.0
SAID_SECONDS = 60  # the same words are logged once in this long
SAID_MAX = 1_000


class Receiver:
    """All connections of one process."""

    def __init__(self, link: Link, clouds: Clouds, totals: Totals) -> None:
        """Raises Misconfigured."""
        self.link, self.clouds, self.totals = link, clouds, totals
        self.keys = keys_of(link.settings.open_wearables_secret)
        has_client = bool(link.settings.withings_client)
        self.withings = Withings(link, clouds, totals) if has_client else None
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._said: dict[str, float] = {}

    def came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A connection is there."""
        if len(self._tasks) >= CONNECTIONS_MAX:
            writer.transport.abort()
            return
        task = self._loop.create_task(Connection(self, reader, writer).run())
        self._tasks.add(task)
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._loop.call_exception_handler({"message": "clouds", "exception": error})

    def say(self, what: str) -> None:
        """Log why something was refused, the same words once a minute."""
        now = self._loop.time()
        if now - self._said.get(what, -SAID_SECONDS) < SAID_SECONDS:
            return
        if len(self._said) >= SAID_MAX:
            self._said.clear()
        self._said[what] = now
        log.warning("refused: %s", what)

    async def pulls(self) -> None:
        """Ask for what is due, one account after the other, until cancelled."""
        while self.withings is not None:
            try:
                account = await self.clouds.next()
                if account is not None:
                    await self.withings.pull(account)
                    continue
            except Unreachable as error:
                self.say(str(error))
            await asyncio.sleep(LOOK_SECONDS)

    async def keeps_pulling(self) -> None:
        """The same for ever: a bug in it is said, and the others are asked for all the same."""
        while True:
            try:
                await self.pulls()
                return
            except Exception as error:  # the one place that outlives a bug
                said = {"message": "clouds: asking", "exception": error}
                self._loop.call_exception_handler(said)
            await asyncio.sleep(AFTER_BUG_SECONDS)

    async def close(self) -> None:
        """End all connections."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def opened(
    link: Link, clouds: Clouds, totals: Totals
) -> AsyncIterator[tuple[str, int] | None]:
    """The receiver, open at `clouds_port` of loopback; gives its address, or None where it is off.

    Raises Misconfigured where its secrets are none or the port is taken.
    """
    settings = link.settings
    if settings.clouds_port == 0:
        yield None
        return
    receiver = Receiver(link, clouds, totals)
    try:
        server = await asyncio.start_server(
            receiver.came, HOST, settings.clouds_port, backlog=BACKLOG,
            reuse_port=settings.doors > 1, limit=2 * READ_BYTES,
        )  # fmt: skip
    except OSError as error:
        raise Misconfigured(
            f"the receiver of clouds cannot listen on {HOST}:{settings.clouds_port}: {error} "
            "(HOMEWARD_CLOUDS_PORT is another, 0 none)"
        ) from None
    pulling = asyncio.create_task(receiver.keeps_pulling())
    try:
        yield server.sockets[0].getsockname()[:2]
    finally:
        server.close()
        pulling.cancel()
        await receiver.close()
