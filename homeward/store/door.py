"""The SQL door: named queries in, frozen data out.

SQL lives in `queries.sql` beside the code that uses it, in blocks:

    -- name: open_alarms
    -- Every alarm that still needs somebody.
    select ...

A `Door` runs them for one actor. Parameters are named (`%(patient)s`); rows come back as the
class asked for: dict, tuple (with names; quickest for thousands) or one of ours.
"""

import asyncio
import re
import select
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Generic, Self, TypeVar

import psycopg
from psycopg_pool import AsyncConnectionPool, pool_async
from psycopg_pool.base import AttemptWithBackoff

from homeward.model.errors import Conflict, Missing, Unreachable
from homeward.model.person import Actor
from homeward.store.adapt import adapt, row_maker
from homeward.store.address import DEAD_SECONDS, PROBES, primary
from homeward.store.cold import Cold
from homeward.store.connection import PIECE, Answer, Connection

Row = TypeVar("Row")
POOL_MIN = 1
POOL_MAX = 8
IDLE_SECONDS = 10.0  # a burst's connections go one by one: each is a process of PostgreSQL
# ... which holds whatever it ever touched, shared buffers too, until it ends.
LIFETIME_SECONDS = 600.0
CONNECT_SECONDS = 30.0
# Have the server, too, notice soon that we are gone.
_ALIVE_THERE = f"""
select set_config('tcp_keepalives_idle', '{DEAD_SECONDS - PROBES}', false),
    set_config('tcp_keepalives_interval', '1', false),
    set_config('tcp_keepalives_count', '{PROBES}', false),
    set_config('tcp_user_timeout', '{DEAD_SECONDS * 1000}', false)"""
# Where PostgreSQL says "cached plan must not change result type", in whichever language.
_OTHER_SHAPE = "RevalidateCachedQuery"
RETRY_SECONDS = 0.05  # after a lost connection, then doubled ...
RETRY_SECONDS_MAX = 0.5  # ... up to this: a crashed database is back within a second or two
_BLOCK = re.compile(r"^-- name: (\w+)\n((?:--.*\n)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Query:
    """One named block of SQL."""

    name: str
    text: bytes
    meaning: str

    def __call__(self, into: type[Row], **values: Any) -> "Asked[Row]":
        """It with its values, for `Door.together`."""
        return Asked(self, into, values)


@dataclass(frozen=True, slots=True)
class Asked(Generic[Row]):
    """A question: what to run with which values, and what its rows become."""

    query: Query
    into: type[Row]
    values: dict[str, Any]


class Queries:
    """The blocks of one `queries.sql`, as attributes."""

    def __init__(self, blocks: dict[str, Query]) -> None:
        self.blocks = blocks

    def __getattr__(self, name: str) -> Query:
        try:
            return self.blocks[name]
        except KeyError:
            raise AttributeError(f"no query named {name}") from None


def queries(package: str) -> Queries:
    """Read `queries.sql` of a package, such as `homeward.services.watch`."""
    text = files(package).joinpath("queries.sql").read_text()
    heads = list(_BLOCK.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    blocks = {
        head[1]: Query(head[1], _sql(text[head.end() : end]), _words(head[2]))
        for head, end in zip(heads, ends, strict=True)
    }
    return Queries(blocks)


def _sql(block: str) -> bytes:
    return block.strip().rstrip(";").encode()


def _words(comment: str) -> str:
    return " ".join(line.removeprefix("--").strip() for line in comment.splitlines())


Statement = tuple[bytes, dict[str, Any]]  # SQL, and its values by name


class Door:
    """One actor's way in: the platform itself where `actor` is None.

    `opening` goes before every question, in the same trip and the same transaction: who asks.
    """

    def __init__(
        self,
        store: "Store",
        actor: Actor | None,
        inside: Connection | None = None,
        opening: Sequence[Statement] = (),
        owed: list[Statement] | None = None,
    ) -> None:
        self._store = store
        self.actor = actor
        self._inside = inside
        self._opening = opening
        self._owed: list[Statement] = [] if owed is None else owed

    @property
    def cold(self) -> Cold | None:
        """Where lies what left the database; None where nothing ever does."""
        return self._store.cold

    def owe(self, query: Query, **values: Any) -> None:
        """Have this done before the next question, in the same transaction: where it cannot be,
        nothing is answered, and it stays owed."""
        self._owed.append((query.text, values))

    async def settle(self) -> None:
        """Do what is owed, where no question came that would have."""
        if self._owed:
            async with self._connection() as connection:
                await self._ask(connection)

    async def all(self, query: Query, into: type[Row], **values: Any) -> list[Row]:
        """Every row, each as `into`."""
        async with self._connection() as connection:
            (answer,) = await self._ask(connection, (query.text, values))
            return await _every_row(answer, into)

    async def together(self, *asked: Asked[Any]) -> list[list[Any]]:
        """The rows of several questions, sent at once and answered one after the other: each sees
        what was there when the one before it was done, or later."""
        async with self._connection() as connection:
            questions = ((each.query.text, each.values) for each in asked)
            answers = await self._ask(connection, *questions)
            return [
                await _every_row(answer, each.into)
                for answer, each in zip(answers, asked, strict=True)
            ]

    async def maybe(self, query: Query, into: type[Row], **values: Any) -> Row | None:
        """The first row, or None."""
        async with self._connection() as connection:
            (answer,) = await self._ask(connection, (query.text, values))
            rows = answer.load(0, min(1, answer.rows), row_maker(into, answer.names))
            return rows[0] if rows else None

    async def one(self, query: Query, into: type[Row], **values: Any) -> Row:
        """The first row. Raises Missing where there is none."""
        row = await self.maybe(query, into, **values)
        if row is None:
            raise Missing(f"{query.name}: nothing there")
        return row

    async def run(self, query: Query, **values: Any) -> int:
        """Run it; how many rows it touched. Raises Conflict where a unique rule was first."""
        async with self._connection() as connection:
            try:
                return (await self._ask(connection, (query.text, values)))[0].touched
            except psycopg.errors.UniqueViolation as error:
                raise Conflict(str(error.diag.message_detail or error)) from None

    async def run_many(self, query: Query, rows: Sequence[dict[str, Any]]) -> None:
        """Run it once for each row of values, in one round trip."""
        async with self._connection() as connection:
            await self._ask(connection, *((query.text, row) for row in rows))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Self]:
        """A door whose work is committed together, or not at all."""
        async with (
            self._connection() as connection,
            self._before() as before,
            connection.transaction(),
        ):
            if before:
                await connection.ask(*before)
            inside = type(self)(self._store, self.actor, connection)
            yield inside
            await inside.settle()

    @asynccontextmanager
    async def held(self) -> AsyncIterator[Self]:
        """A door with one connection for many questions in a row."""
        async with self._connection() as connection:
            yield type(self)(self._store, self.actor, connection, self._opening, self._owed)

    async def _ask(self, connection: Connection, *asked: Statement) -> list[Answer]:
        if not self._opening and not self._owed:
            return await connection.ask(*asked)
        async with self._before() as before:
            return (await connection.ask(*before, *asked))[len(before) :]

    @asynccontextmanager
    async def _before(self) -> AsyncIterator[Sequence[Statement]]:
        """What must go first. What was owed is owed again where it came to nothing."""
        owed = self._owed[:]
        self._owed.clear()
        try:
            yield (*self._opening, *owed)
        except BaseException:
            self._owed[:0] = owed
            raise

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        if self._inside is not None:
            yield self._inside
            return
        try:
            async with self._store.connection() as connection:
                yield connection
        except psycopg.OperationalError as error:
            raise Unreachable(f"PostgreSQL: {error}") from error


async def _every_row(answer: Answer, into: type[Row]) -> list[Row]:
    maker = row_maker(into, answer.names)
    rows: list[Row] = []
    for first in range(0, answer.rows, PIECE):
        if first:
            await asyncio.sleep(0)  # an alarm does not wait for a thousand rows to be made
        rows += answer.load(first, min(first + PIECE, answer.rows), maker)
    return rows


async def _configure(connection: psycopg.AsyncConnection[Any]) -> None:
    """Let the server, too, find out soon that we are gone; over a UNIX socket it knows at once."""
    adapt(connection)
    await connection.execute(_ALIVE_THERE.encode())


async def _is_there(connection: psycopg.AsyncConnection[Any]) -> None:
    """Raise psycopg.OperationalError for a connection that ended while nobody used it.

    A server that goes, and a kernel that finds it gone, leave something to read. Where there is
    nothing, to ask the server would cost each answer as much as a question of its own.
    """
    heard = select.poll()
    heard.register(connection.fileno(), select.POLLIN)
    if heard.poll(0):
        await AsyncConnectionPool.check_connection(connection)


class _Retry(AttemptWithBackoff):
    """When the pool tries again. Its own pauses are 1, 2, 4, 8 s and so on, for each connection
    of the pool it finds dead in turn: the alarm path would be away long after the database.
    """

    INITIAL_DELAY = RETRY_SECONDS

    def update_delay(self, now: float) -> None:
        """A little longer each time, within bounds."""
        super().update_delay(now)
        self.delay = min(self.delay, RETRY_SECONDS_MAX)


# The pool takes no setting for it (tests/store/test_coming_back.py fails should this be in vain).
pool_async.AttemptWithBackoff = _Retry  # pyright: ignore[reportPrivateImportUsage]


class Store:
    """A pool of connections to PostgreSQL."""

    def __init__(self, pool: AsyncConnectionPool[Connection], cold: Cold | None = None) -> None:
        self.pool = pool
        self.cold = cold

    @classmethod
    @asynccontextmanager
    async def open(
        cls, url: str, *, size_max: int = POOL_MAX, cold_url: str = ""
    ) -> AsyncIterator[Self]:
        """Connect, and disconnect at the end.

        Raises Unreachable where nobody answers, Misconfigured for an address, also of a cold
        store, that cannot be one.
        """
        cold = Cold(cold_url) if cold_url else None
        pool = AsyncConnectionPool(
            primary(url),
            connection_class=Connection,
            min_size=POOL_MIN,
            max_size=size_max,
            max_idle=IDLE_SECONDS,
            max_lifetime=LIFETIME_SECONDS,
            open=False,
            check=_is_there,
            configure=_configure,
            # Where psycopg prepares, it forgets at a rollback whatever anybody prepared.
            kwargs={
                "autocommit": True,
                "application_name": "homeward",
                "prepare_threshold": None,
            },
        )
        try:
            await pool.open(wait=True, timeout=CONNECT_SECONDS)
        except psycopg.Error as error:
            await pool.close()
            raise Unreachable(f"PostgreSQL: {error}") from error
        try:
            yield cls(pool, cold)
        finally:
            await pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """One of the pool's, for a while. Raises psycopg.OperationalError where there is none.

        A task that is asked to stop in the very moment it is given one does stop: on Python 3.11
        `asyncio.wait_for`, by which the pool waits, forgets that it was asked.
        """
        task = asyncio.current_task()
        asked = task.cancelling() if task else 0
        async with self.pool.connection() as connection:
            if task and task.cancelling() > asked:
                raise asyncio.CancelledError
            try:
                yield connection
            except psycopg.errors.ReadOnlySqlTransaction as error:
                # The primary became a standby beneath us; the next connection finds the new one.
                await connection.close()
                raise psycopg.OperationalError(str(error)) from error
            except psycopg.errors.FeatureNotSupported as error:
                # A view has gained a column since this connection prepared a statement of it, as
                # a later version upgrades the database: the next connection prepares it anew.
                if error.diag.source_function != _OTHER_SHAPE:
                    raise
                await connection.close()
                raise psycopg.OperationalError(str(error)) from error

    async def ping(self) -> None:
        """Raise Unreachable unless PostgreSQL answers."""
        async with self.door()._connection() as connection:
            await connection.execute(b"select 1")

    def door(self, actor: Actor | None = None) -> Door:
        """A way in for one actor."""
        return Door(self, actor)
