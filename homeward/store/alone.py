"""Being the only one: locks in the database that live as long as our connection does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg

from homeward.model.errors import Unreachable
from homeward.store.door import Store


class Alone:
    """The numbers that are ours alone, while `check` does not raise."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection

    async def take(self, number: int) -> bool:
        """Whether nobody else holds this number; then it is ours. Raises Unreachable."""
        return bool((await self._ask("select pg_try_advisory_lock(%s)", number))[0])

    async def leave(self, number: int) -> None:
        """Hold this number no more. Raises Unreachable once it is lost anyway."""
        await self._ask("select pg_advisory_unlock(%s)", number)

    async def check(self) -> None:
        """Raises Unreachable once the connection, and so every number, is lost."""
        await self._ask("select 1")

    async def _ask(self, text: str, *values: int) -> tuple[Any, ...]:
        try:
            cursor = await self._connection.execute(text.encode(), values)
            row = await cursor.fetchone()
        except psycopg.Error as error:
            raise Unreachable(f"PostgreSQL: the lock is lost: {error}") from error
        assert row is not None
        return row


@asynccontextmanager
async def alone(store: Store) -> AsyncIterator[Alone]:
    """A connection that can hold numbers.

    Raises Unreachable where the database does not answer. When our process dies, so does its
    connection, and the next in line is let in; when our machine dies without a word, the server
    lets go within store.address.DEAD_SECONDS.
    """
    try:
        async with store.connection() as connection:
            try:
                yield Alone(connection)
            finally:
                if not connection.closed:
                    await connection.execute(b"select pg_advisory_unlock_all()")
    except psycopg.OperationalError as error:
        raise Unreachable(f"PostgreSQL: {error}") from error
