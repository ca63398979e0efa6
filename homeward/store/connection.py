"""A connection that takes several questions to PostgreSQL in one trip.

psycopg's own way sends each statement by itself, even of a pipeline, and asks the event loop anew
whether the socket can be written and read for each: of a page that asks ten times, most of the
time. Here all is sent at once and awaited once; the values go and come as psycopg makes them.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any, NamedTuple

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult

PREPARED_MAX = 100  # plans that PostgreSQL keeps for a connection; whatever comes later has none
LOOK_SECONDS = 1.0  # while an answer is waited for: whether it is there, and nobody said so
PIECE = 100  # statements made ready, and rows made, at once
SEEN_MAX = 1_000  # statements that were asked once, remembered
_PLACE = re.compile(rb"%(?:\((\w+)\)([sb])|%)")


class Answer(NamedTuple):
    """The rows of one question, not made yet."""

    rows: int
    touched: int
    names: tuple[str, ...]
    load: Callable[[int, int, Callable[[Sequence[Any]], Any]], list[Any]]


class _Sent(NamedTuple):
    """A statement as PostgreSQL wants it, and what makes its rows."""

    text: bytes
    values: Sequence[Buffer | None]
    maker: Any

    @property
    def key(self) -> tuple[bytes, tuple[int, ...]]:
        """What a plan is for: one statement with values of the same types."""
        return self.text, self.maker.types


class Connection(psycopg.AsyncConnection[Any]):
    """One of the store's."""

    def __init__(self, pgconn: PGconn, *args: Any, **options: Any) -> None:
        super().__init__(pgconn, *args, **options)
        self._plans: dict[tuple[bytes, tuple[int, ...]], bytes] = {}
        self._seen: set[tuple[bytes, tuple[int, ...]]] = set()
        self._number = count()

    async def ask(self, *asked: tuple[bytes, Mapping[str, Any]]) -> list[Answer]:
        """Run statements with values by name (`%(name)s`, or `%(name)b` as binary), one after the
        other, as one transaction where none is open.

        Raises psycopg.Error of the first that fails. Cancelled, it closes the connection: what
        was asked may or may not be done.
        """
        sent: list[_Sent] = []
        for text, values in asked:
            sent.append(_made_ready(Transformer(self), text, values))
            if len(sent) % PIECE == 0:
                await asyncio.sleep(0)  # an alarm does not wait for a thousand of them
        async with self.lock:
            try:
                self.pgconn.enter_pipeline_mode()
                steps = [step for each in sent for step in self._send(each)]
                self.pgconn.pipeline_sync()
                results = await _Trip(self.pgconn).results()
                self.pgconn.exit_pipeline_mode()
            except BaseException:  # half an answer must not be the next one's
                self.pgconn.finish()
                raise
        done = list(zip(steps, results, strict=True))
        for (each, is_plan), result in done:
            if is_plan and result.status != ExecStatus.COMMAND_OK:
                del self._plans[each.key]
        for _, result in done:
            if result.status not in {ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK}:
                raise error_from_result(result)
        return [_answer(each.maker, result) for (each, is_plan), result in done if not is_plan]

    def _send(self, sent: _Sent) -> list[tuple[_Sent, bool]]:
        """Send it, and its plan before it where it comes for the second time: True is a plan."""
        name, maker = self._plans.get(sent.key), sent.maker
        if name is not None:
            self.pgconn.send_query_prepared(name, sent.values, maker.formats, Format.BINARY)
            return [(sent, False)]
        if sent.key in self._seen and len(self._plans) < PREPARED_MAX:
            name = self._plans[sent.key] = b"asked_%d" % next(self._number)
            self.pgconn.send_prepare(name, sent.text, maker.types)
            return [(sent, True), *self._send(sent)]
        if len(self._seen) >= SEEN_MAX:
            self._seen.clear()
        self._seen.add(sent.key)
        self.pgconn.send_query_params(
            sent.text, sent.values, maker.types, maker.formats, Format.BINARY
        )
        return [(sent, False)]


class _Trip:
    """What was sent on its way, and what comes back.

    A connection that breaks is closed by libpq itself, within what it is asked to read; from that
    moment its number may be another socket's, whom we would make deaf by leaving only later. So the
    loop is left in the same call that broke it.
    """

    def __init__(self, libpq: PGconn) -> None:
        self._libpq = libpq
        self._socket = libpq.socket
        self._results: list[PGresult] = []
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Future[None] = self._loop.create_future()
        self._is_heard = False
        # Whoever made us deaf by mistake costs a moment, and keeps no watcher waiting for good.
        self._timer = self._loop.call_later(LOOK_SECONDS, self._look)

    async def results(self) -> list[PGresult]:
        """Every result up to the end. Raises psycopg.OperationalError."""
        self._hear()
        try:
            if self._libpq.flush():
                self._loop.add_writer(self._socket, self._guarded, self._write)
            await self._done
        finally:
            self._leave()
            self._timer.cancel()
        return self._results

    def _hear(self) -> None:
        self._loop.add_reader(self._socket, self._guarded, self._read)
        self._is_heard = True

    def _leave(self) -> None:
        if self._is_heard:
            self._is_heard = False
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)

    def _look(self) -> None:
        self._guarded(self._read)
        if self._is_heard:
            self._hear()
            self._timer = self._loop.call_later(LOOK_SECONDS, self._look)

    def _guarded(self, step: Callable[[], bool]) -> None:
        if self._done.done():
            return
        try:
            if step():
                self._leave()
                self._done.set_result(None)
        except Exception as error:  # whatever it is, who waits is told
            self._leave()
            self._done.set_exception(error)

    def _write(self) -> bool:
        if not self._libpq.flush():
            self._loop.remove_writer(self._socket)
        return False

    def _read(self) -> bool:
        """Whether that was all."""
        self._libpq.consume_input()
        while not self._libpq.is_busy():
            result = self._libpq.get_result()
            if result is None:  # the end of one statement's
                continue
            if result.status == ExecStatus.PIPELINE_SYNC:
                return True
            self._results.append(result)
            if self._libpq.status == ConnStatus.BAD:
                raise error_from_result(result)
        return False


def _made_ready(maker: Any, text: bytes, values: Mapping[str, Any]) -> _Sent:
    statement, places = _numbered(text)
    given = [values[name] for name in places]
    return _Sent(statement, maker.dump_sequence(given, list(places.values())), maker)


def _answer(maker: Any, result: PGresult) -> Answer:
    maker.set_pgresult(result)
    names = (result.fname(place) or b"" for place in range(result.nfields))
    return Answer(
        result.ntuples,
        result.command_tuples or 0,
        tuple(name.decode() for name in names),
        maker.load_rows,
    )


@cache
def _numbered(text: bytes) -> tuple[bytes, dict[str, PyFormat]]:
    """A statement with its places numbered, as PostgreSQL wants them, and how each is sent."""
    numbers: dict[str, int] = {}
    formats: dict[str, PyFormat] = {}

    def number(place: re.Match[bytes]) -> bytes:
        if place[1] is None:
            return b"%"
        name = place[1].decode()
        formats.setdefault(name, PyFormat.BINARY if place[2] == b"b" else PyFormat.AUTO)
        return b"$%d" % numbers.setdefault(name, len(numbers) + 1)

    return _PLACE.sub(number, text), formats
