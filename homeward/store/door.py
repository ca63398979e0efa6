"""The SQL door: named queries in, frozen data out.

A `Door` runs them for one actor. Parameters are named (`%(patient)s`); rows come back as the
class asked for: dict, tuple (with names; quickest for thousands) or one of ours.
"""

import asyncio
import select
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Self

import psycopg
from psycopg_pool import AsyncConnectionPool, pool_async
from psycopg_pool.base import AttemptWithBackoff

from homeward.model.errors import Conflict, Missing, Unreachable
from homeward.model.person import Actor
from homeward.store.adapt import adapt, row_maker
from homeward.store.address import DEAD_SECONDS, PROBES, as_web, primary
from homeward.store.cold import Cold
from homeward.store.connection import PIECE, Answer, Connection
from homeward.store.keyring import Keyring, is_to_be_made, plain
from homeward.store.sql import Asked, Query, Row

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
# Goes before each question of whoever came in by a session: PostgreSQL asks of it whose rows they
# may see (migration 0033). It holds for one transaction. So does how long each question may take,
# said anew each time: what was injected into one before it may have taken it away.
_WHO = (
    b"select set_config('homeward.session', %(token)s, true),"
    b" set_config('homeward.patient', %(about)s, true),"
    b" set_config('statement_timeout', %(most)s, true)"
)
QUESTION_MILLISECONDS_MAX = 60_000  # a chart of years takes one second

Statement = tuple[bytes, dict[str, Any]]  # SQL, and its values by name


class Door:
    """One actor's way in: the platform itself where `actor` is None.

    An actor who came in by a session asks under an account that sees what PostgreSQL lets that
    session see, and nothing else; all others are our own code, which asks as the platform.
    """

    def __init__(
        self,
        store: "Store",
        actor: Actor | None = None,
        inside: Connection | None = None,
        owed: list[Statement] | None = None,
        *,
        is_guarded: bool = True,
        is_told: bool = False,
        about: int | None = None,
    ) -> None:
        """`about`: the patient its questions are about, which PostgreSQL is told before each."""
        self._store = store
        self.actor = actor
        self._inside = inside
        self._about = about
        self._owed: list[Statement] = [] if owed is None else owed
        session = actor.session if actor and is_guarded else ""
        self._is_guarded = bool(session)
        self._opening: tuple[Statement, ...] = ()
        if session and not is_told:
            named = "" if about is None else str(about)
            values = {"token": session, "about": named, "most": str(QUESTION_MILLISECONDS_MAX)}
            self._opening = ((_WHO, values),)

    @property
    def cold(self) -> Cold | None:
        """Where lies what left the database; None where nothing ever does."""
        return self._store.cold

    @property
    def as_platform(self) -> "Door":
        """The same actor, but PostgreSQL asks nothing of their session: for what is no patient's,
        and for what they were found to have a right to."""
        return Door(self._store, self.actor, None, self._owed, is_guarded=False)

    def about(self, patient: int) -> "Door":
        """The same, for questions about one patient: whether they may be seen is asked once for all
        of a trip (migration 0049)."""
        guarded = self._is_guarded
        return Door(self._store, self.actor, None, self._owed, is_guarded=guarded, about=patient)

    def owe(self, query: Query, **values: Any) -> None:
        """Have this done before the next question, in the same transaction: where it cannot be,
        nothing is answered, and it stays owed."""
        self._owed.append((query.text, values))

    @property
    def apart(self) -> "Door":
        """As the platform, in no transaction of anybody's."""
        return Door(self._store)

    async def settle(self) -> None:
        """Do what is owed, where no question came that would have."""
        if self._owed:
            await self._ask()

    async def all(self, query: Query, into: type[Row], **values: Any) -> list[Row]:
        """Every row, each as `into`."""
        (answer,) = await self._answers(Asked(query, into, values))
        return await self._every_row(answer, into)

    async def together(self, *asked: Asked[Any]) -> list[list[Any]]:
        """The rows of several questions, sent at once and answered one after the other: each sees
        what was there when the one before it was done, or later. What is everybody's goes first."""
        answers = await self._answers(*asked)
        return [
            await self._every_row(answer, each.into)
            for answer, each in zip(answers, asked, strict=True)
        ]

    async def maybe(self, query: Query, into: type[Row], **values: Any) -> Row | None:
        """The first row, or None."""
        (answer,) = await self._answers(Asked(query, into, values))
        rows = await self._rows(answer, 0, min(1, answer.rows), row_maker(into, answer.names))
        return rows[0] if rows else None

    async def one(self, query: Query, into: type[Row], **values: Any) -> Row:
        """The first row. Raises Missing where there is none."""
        row = await self.maybe(query, into, **values)
        if row is None:
            raise Missing(f"{query.name}: nothing there")
        return row

    async def run(self, query: Query, **values: Any) -> int:
        """Run it; how many rows it touched. Raises Conflict where a unique rule was first."""
        try:
            return (await self._ask((query.text, values)))[0].touched
        except psycopg.errors.UniqueViolation as error:
            raise Conflict(str(error.diag.message_detail or error)) from None

    async def run_many(self, query: Query, rows: Sequence[dict[str, Any]]) -> None:
        """Run it once for each row of values, in one round trip."""
        await self._ask(*((query.text, row) for row in rows))

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
            guarded = self._is_guarded
            inside = type(self)(
                self._store, self.actor, connection, is_guarded=guarded, is_told=True
            )
            yield inside
            await inside.settle()

    @asynccontextmanager
    async def held(self) -> AsyncIterator[Self]:
        """A door with one connection for many questions in a row."""
        async with self._connection() as connection:
            yield type(self)(
                self._store, self.actor, connection, self._owed,
                is_guarded=self._is_guarded, is_told=not self._opening, about=self._about,
            )  # fmt: skip

    async def _answers(self, *asked: Asked[Any]) -> list[Answer]:
        is_mine = [not (self._is_guarded and each.query.is_everybodys) for each in asked]
        said = [(each.query.text, each.values) for each in asked]
        if all(is_mine):
            return await self._ask(*said)
        # First, since a reading moves from where it is everybody's to where it is somebody's.
        every = [each for each, mine in zip(said, is_mine, strict=True) if not mine]
        others = iter(await self.as_platform._ask(*every))
        own = [each for each, mine in zip(said, is_mine, strict=True) if mine]
        answers = iter(await self._ask(*own) if own else ())
        return [next(answers if mine else others) for mine in is_mine]

    async def _every_row(self, answer: Answer, into: type[Row]) -> list[Row]:
        maker = row_maker(into, answer.names)
        rows: list[Row] = []
        for first in range(0, answer.rows, PIECE):
            if first:
                await asyncio.sleep(0)  # an alarm does not wait for a thousand rows to be made
            rows += await self._rows(answer, first, min(first + PIECE, answer.rows), maker)
        return rows

    async def _rows(
        self, answer: Answer, first: int, last: int, maker: Callable[[Sequence[Any]], Any]
    ) -> list[Any]:
        """Rows of an answer, with what is sealed in them opened."""
        rows = answer.load(first, last, maker)
        keys = self._store.keys
        if keys is not None and keys.is_short:
            await keys.fetch(self._for_keys)
            rows = answer.load(first, last, maker)
        return rows

    @property
    def _for_keys(self) -> "Door":
        inside = None if self._is_guarded else self._inside
        return Door(self._store, inside=inside)

    async def _sealed(self, asked: Sequence[Statement]) -> Sequence[Statement]:
        """The same, with what is to be sealed sealed."""
        if not any(is_to_be_made(values) for _, values in asked):
            return asked
        keys, door, is_inside = self._store.keys, self._for_keys, self._inside is not None
        return [
            (text, plain(values) if keys is None else await keys.ready(door, values, is_inside))
            for text, values in asked
        ]

    async def _ask(self, *asked: Statement) -> list[Answer]:
        asked = tuple(await self._sealed(asked))
        async with self._connection() as connection:
            if not self._opening and not self._owed:
                return await connection.ask(*asked)
            async with self._before() as before:
                return (await connection.ask(*before, *asked))[len(before) :]

    @asynccontextmanager
    async def _before(self) -> AsyncIterator[Sequence[Statement]]:
        """What must go first. What was owed is owed again where it came to nothing."""
        owed, is_done = self._owed[:], False
        self._owed.clear()
        try:
            yield (*self._opening, *await self._sealed(owed))
            is_done = True
        finally:
            if not is_done:
                self._owed[:0] = owed

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        if self._inside is not None:
            yield self._inside
            return
        try:
            async with self._store.connection(is_guarded=self._is_guarded) as connection:
                yield connection
        except psycopg.OperationalError as error:
            raise Unreachable(f"PostgreSQL: {error}") from error


async def _configure(connection: Connection, keys: Keyring | None = None) -> None:
    """Let the server, too, find out soon that we are gone; over a UNIX socket it knows at once."""
    adapt(connection, keys)
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


Pool = AsyncConnectionPool[Connection]


def _pool(address: str, size_min: int, size_max: int, keys: Keyring | None) -> Pool:
    return AsyncConnectionPool(
        address,
        connection_class=Connection,
        min_size=size_min,
        max_size=size_max,
        max_idle=IDLE_SECONDS,
        max_lifetime=LIFETIME_SECONDS,
        open=False,
        check=_is_there,
        configure=partial(_configure, keys=keys),
        # Where psycopg prepares, it forgets at a rollback whatever anybody prepared.
        kwargs={
            "autocommit": True,
            "application_name": "homeward",
            "prepare_threshold": None,
        },
    )


class Store:
    """Connections to PostgreSQL: the platform's own, and those of people who came in."""

    def __init__(
        self, pool: Pool, guarded: Pool, cold: Cold | None = None, keys: Keyring | None = None
    ) -> None:
        self.pool = pool
        self.guarded = guarded
        self.cold = cold
        self.keys = keys

    @classmethod
    @asynccontextmanager
    async def open(
        cls, url: str, *, size_max: int = POOL_MAX, cold_url: str = "", web_url: str = "",
        keys: Keyring | None = None,
    ) -> AsyncIterator[Self]:  # fmt: skip
        """Connect, and disconnect at the end. `web_url` is for people who came in by a session;
        empty: as the platform, which then puts on the role. Without `keys` nothing is sealed by
        this store, and what is stays so.

        Raises Unreachable where nobody answers, Misconfigured for an address, also of a cold
        store, that cannot be one.
        """
        cold = Cold(cold_url) if cold_url else None
        pool = _pool(primary(url), POOL_MIN, size_max, keys)
        guarded = _pool(primary(web_url) if web_url else as_web(url), 0, size_max, keys)
        try:
            await pool.open(wait=True, timeout=CONNECT_SECONDS)
            await guarded.open()
        except psycopg.Error as error:
            await pool.close()
            raise Unreachable(f"PostgreSQL: {error}") from error
        try:
            yield cls(pool, guarded, cold, keys)
        finally:
            await guarded.close()
            await pool.close()

    @asynccontextmanager
    async def connection(self, *, is_guarded: bool = False) -> AsyncIterator[Connection]:
        """One for a while: the platform's, or one that sees what its session may.

        Raises psycopg.OperationalError where there is none.

        A task that is asked to stop in the very moment it is given one does stop: on Python 3.11
        `asyncio.wait_for`, by which the pool waits, forgets that it was asked.
        """
        task = asyncio.current_task()
        asked = task.cancelling() if task else 0
        pool = self.guarded if is_guarded else self.pool
        async with pool.connection() as connection:
            if task and task.cancelling() > asked:
                raise asyncio.CancelledError
            try:
                yield connection
            except psycopg.errors.ReadOnlySqlTransaction as error:
                # The primary became a standby beneath us; the next connection finds the new one.
                await connection.close()
                raise psycopg.OperationalError(str(error)) from error
            except psycopg.errors.InsufficientPrivilege:
                # Our own questions never ask too much: whatever did may have left settings behind.
                await connection.close()
                raise
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
