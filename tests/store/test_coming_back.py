"""A store whose connections have all been cut works again as soon as the database does."""

import asyncio
import time

import psycopg

from homeward.store import Store

SECONDS_MAX = 1.0  # the pool's own pauses would be 1, 2 and 4 s


async def test_every_dead_connection_costs_moments_and_not_seconds(database_url):
    async with Store.open(database_url) as store:
        everybody_here = asyncio.Barrier(4)

        async def hold() -> None:
            async with store.pool.connection():
                await everybody_here.wait()

        await asyncio.gather(*(hold() for _ in range(4)))
        with psycopg.connect(database_url, autocommit=True) as admin:
            cut = admin.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
                " and backend_type = 'client backend'"
            ).fetchall()
        assert cut == [(True,)] * 4
        began = time.monotonic()
        await store.ping()
        assert time.monotonic() - began < SECONDS_MAX
