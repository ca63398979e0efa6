"""One connection that runs the same few statements again and again, at the least cost.

psycopg's own way asks the event loop anew for each statement when the socket can be read, and
adapts each value; at a hundred commits a second that is half of what a commit costs us. Here the
loop is asked once, and the values come as PostgreSQL's own binary.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

BINARY = 1


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement with its parameters as $1, $2, and their types' numbers in pg_type."""

    name: bytes
    text: bytes
    types: tuple[int, ...]


class Line:
    """One statement at a time. After any error but psycopg.Error's of the statement itself, and
    after it was cancelled, it is to be closed."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection
        self._libpq = connection.pgconn
        self._loop = asyncio.get_running_loop()
        self._socket = self._libpq.socket
        self._results: list[PGresult] = []
        self._answer: asyncio.Future[None] | None = None
        self._prepared: set[bytes] = set()
        self.is_lost = False
        self._is_heard = True
        self._is_warned = False
        connection.add_notice_handler(self._hear)
        self._loop.add_reader(self._socket, self._on_readable)

    @classmethod
    async def open(cls, url: str, name: str) -> Self:
        """Connect. Raises psycopg.Error."""
        return cls(
            await psycopg.AsyncConnection.connect(url, autocommit=True, application_name=name)
        )

    async def run(self, statement: Prepared, values: Sequence[bytes]) -> None:
        """Run it and commit. Raises psycopg.Error, also where there was a warning: a commit whose
        wait for the standby somebody cuts short (pg_cancel_backend) succeeds with one.
        """
        if statement.name not in self._prepared:
            await self._ask(
                lambda: self._libpq.send_prepare(statement.name, statement.text, statement.types)
            )
            self._prepared.add(statement.name)
        formats = (BINARY,) * len(values)
        self._is_warned = False
        await self._ask(lambda: self._libpq.send_query_prepared(statement.name, values, formats))
        if self._is_warned:
            raise psycopg.OperationalError("committed, but no standby has confirmed it")

    def _hear(self, notice: psycopg.errors.Diagnostic) -> None:
        self._is_warned |= notice.severity_nonlocalized == "WARNING"

    async def _ask(self, send: Callable[[], None]) -> None:
        self._results.clear()
        self._answer = self._loop.create_future()
        send()
        self._flush()
        await self._answer
        for result in self._results:
            if result.status != ExecStatus.COMMAND_OK:
                raise error_from_result(result)

    def _flush(self) -> None:
        """Send what the socket takes; the rest once it takes more (libpq, PQflush)."""
        if self._libpq.flush():
            self._loop.add_writer(self._socket, self._on_writable)

    def _on_writable(self) -> None:
        self._loop.remove_writer(self._socket)
        try:
            self._flush()
        except psycopg.Error as error:
            self._fail(error)

    def _on_readable(self) -> None:
        try:
            self._libpq.consume_input()
            while not self._libpq.is_busy():
                result = self._libpq.get_result()
                if result is None:
                    self._done()
                    return
                self._results.append(result)
        except psycopg.Error as error:
            self._fail(error)

    def _done(self) -> None:
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_result(None)

    def _fail(self, error: psycopg.Error) -> None:
        self.is_lost = True
        self._leave()
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_exception(error)

    def _leave(self) -> None:
        """At once where the connection broke, and once: libpq has closed the socket by then, and
        its number may be another's by the next moment."""
        if self._is_heard:
            self._is_heard = False
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)

    async def close(self) -> None:
        """Disconnect; a statement under way may or may not be committed."""
        self._leave()
        await self._connection.close()
