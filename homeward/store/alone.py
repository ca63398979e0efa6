"""Being the only one: a lock in the database that lives as long as our connection does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg

from homeward.model.errors import Unreachable
from homeward.store.door import Store

RETRY_SECONDS = 0.5


class Alone:
    """We are the only one, while `check` does not raise."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection

    async def check(self) -> None:
        """Raises Unreachable once the connection, and so the lock, is lost."""
        try:
            await self._connection.execute("select 1")
        except psycopg.Error as error:
            raise Unreachable(f"PostgreSQL: the lock is lost: {error}") from error


@asynccontextmanager
async def alone(store: Store, number: int) -> AsyncIterator[Alone]:
    """Wait until nobody else holds this number, then hold it.

    Raises Unreachable where the database does not answer. When our process dies, so does its
    connection, and the next in line is let in.
    """
    try:
        async with store.connection() as connection:
            while not await _try(connection, number):  # noqa: ASYNC110  (the lock is elsewhere)
                await asyncio.sleep(RETRY_SECONDS)
            try:
                yield Alone(connection)
            finally:
                if not connection.closed:
                    await connection.execute("select pg_advisory_unlock(%s)", (number,))
    except psycopg.OperationalError as error:
        raise Unreachable(f"PostgreSQL: {error}") from error


async def _try(connection: psycopg.AsyncConnection[Any], number: int) -> bool:
    cursor = await connection.execute("select pg_try_advisory_lock(%s)", (number,))
    row = await cursor.fetchone()
    return bool(row and row[0])
