"""Open the HTTPS door: sockets, TLS, who is in and who must leave."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from homeward.connectors.contract import Gateways, Issuer, Link, Mappings, Reports, Totals
from homeward.connectors.device_tls import tls_of
from homeward.connectors.http_ingest.connection import Connection
from homeward.connectors.resting import Errors
from homeward.connectors.talk import READ_BYTES
from homeward.model.errors import Misconfigured

log = logging.getLogger("homeward.http_ingest")

BACKLOG = 1_024
CONNECTIONS_MAX = 2_000
CONNECTIONS_OF_ONE_MAX = 8
STRANGERS_MAX = 64  # connections that show no certificate: they enrol, or leave
HANDSHAKE_SECONDS_MAX = 10
SHUTTING_SECONDS_MAX = 1
SAID_SECONDS = 60  # the same words of the same device are logged once in this long
SAID_MAX = 1_000


class Ingest:
    """All connections of one process."""

    def __init__(
        self,
        link: Link,
        gateways: Gateways | None,
        issuer: Issuer | None,
        totals: Totals | None,
        reports: Reports | None,
        mappings: Mappings | None,
    ) -> None:
        self.link = link
        self.gateways = gateways
        self.issuer = issuer
        self.totals = totals
        self.reports = reports
        self.mappings = mappings
        self.errors = Errors(link.settings.device_errors_per_second_max)
        self._loop = asyncio.get_running_loop()
        self._tasks: dict[asyncio.Task[None], Connection] = {}
        self._said: dict[tuple[str, str], float] = {}
        link.on_revoked(self.cut)

    @property
    def is_crowded(self) -> bool:
        """Whether there are more connections than there may be."""
        return len(self._tasks) > CONNECTIONS_MAX

    def has_too_many(self, name: str) -> bool:
        """Whether one device has more connections than one may have."""
        return self._count(name) > CONNECTIONS_OF_ONE_MAX

    def _count(self, name: str) -> int:
        return sum(each.name == name for each in self._tasks.values())

    def came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A connection is there."""
        connection = Connection(self, reader, writer)
        if not connection.name and self._count("") >= STRANGERS_MAX:
            writer.transport.abort()
            return
        task = self._loop.create_task(connection.run())
        self._tasks[task] = connection
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._loop.call_exception_handler({"message": "https ingest", "exception": error})

    def cut(self, name: str) -> None:
        """This device lost its right to speak: end its connections now."""
        for task, connection in tuple(self._tasks.items()):
            if connection.name == name:
                connection.detail = "cut: revoked"
                task.cancel()
            else:
                connection.no_longer_speaks_for(name)

    def say(self, name: str, what: str) -> None:
        """Log what became of a connection, the same words of one device once a minute."""
        now = self._loop.time()
        if now - self._said.get((name, what), -SAID_SECONDS) < SAID_SECONDS:
            return
        if len(self._said) >= SAID_MAX:
            self._said.clear()
        self._said[name, what] = now
        log.warning("device %s: %s", name, what)

    async def close(self) -> None:
        """End all connections: answers under way get a moment to leave."""
        busy = [task for task, each in self._tasks.items() if each.is_answering]
        if busy:
            await asyncio.wait(busy, timeout=SHUTTING_SECONDS_MAX)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def opened(
    link: Link,
    folder: Path,
    gateways: Gateways | None = None,
    issuer: Issuer | None = None,
    totals: Totals | None = None,
    reports: Reports | None = None,
    mappings: Mappings | None = None,
) -> AsyncIterator[tuple[str, int] | None]:
    """The HTTPS door, open at `http_ingest_port`; gives its address, or None where it is off.

    `folder` holds server.pem, server.key and devices-ca.pem. Without `gateways` no frames are
    taken; with `issuer` certificates are given too; without `totals` what was counted is put aside;
    without `reports` none of implants is taken,
    without `mappings` no JSON of devices' own.
    Raises Misconfigured where files are missing or the port is taken.
    """
    settings = link.settings
    if settings.http_ingest_port == 0:
        yield None
        return
    ingest = Ingest(link, gateways, issuer, totals, reports, mappings)
    say = partial(ingest.say, "unknown")
    tls = tls_of(folder, say, enrols=issuer is not None)
    host, port = settings.mqtt_host, settings.http_ingest_port
    try:
        server = await asyncio.start_server(
            ingest.came,
            host,
            port,
            ssl=tls,
            backlog=BACKLOG,
            reuse_port=link.settings.doors > 1,
            limit=2 * READ_BYTES,
            ssl_handshake_timeout=HANDSHAKE_SECONDS_MAX,
            ssl_shutdown_timeout=2,
        )
    except OSError as error:
        raise Misconfigured(
            f"the HTTPS door cannot listen on {host}:{port}: {error} (HOMEWARD_HTTP_INGEST_PORT is "
            "another, 0 none)"
        ) from None
    try:
        yield server.sockets[0].getsockname()[:2]
    finally:
        server.close()
        await ingest.close()
