"""What no standby has confirmed is not acknowledged, even where PostgreSQL says it is done."""

import asyncio
from collections.abc import Iterator

import psycopg
import pytest

from homeward.model.errors import Unreachable
from homeward.store import Query
from homeward.store.bundles import READINGS, InboxRow
from homeward.store.inbox import InboxLine

ROW = InboxRow(1, 1, 1, READINGS, 1_800_000_000_000_000, b"x")


@pytest.fixture
def nobody_confirms(engines) -> Iterator[None]:
    """A server whose standby is away."""
    with psycopg.connect(engines.postgres_url, autocommit=True) as admin:
        try:
            admin.execute("alter system set synchronous_standby_names = 'nobody'")
            admin.execute("select pg_reload_conf()")
            while admin.execute("show synchronous_standby_names").fetchone() != ("nobody",):
                pass
            yield
        finally:
            admin.execute("alter system reset synchronous_standby_names")
            admin.execute("select pg_reload_conf()")
            while admin.execute("show synchronous_standby_names").fetchone() != ("",):
                pass


_CUT = """
select pg_cancel_backend(pid) from pg_stat_activity
where wait_event = 'SyncRep' and application_name = 'homeward inbox'"""


async def test_a_wait_cut_short_is_no_commit(store, nobody_confirms) -> None:
    """Somebody cancels what seems to hang, and PostgreSQL reports success."""
    line = InboxLine(store)
    writing = asyncio.create_task(line.write([ROW], []))
    async with store.connection() as admin:
        while not await (await admin.execute(_CUT)).fetchall():
            assert not writing.done()
        with pytest.raises(Unreachable, match="no standby"):
            await writing
        kept = await (await admin.execute("select count(*) from inbox")).fetchone()
    assert kept == (1,), "it is there, and the device sends it again: twice is told apart"


async def test_a_primary_that_became_a_standby_is_left(store) -> None:
    async with store.connection() as before:
        await before.execute("set default_transaction_read_only = on")
    with pytest.raises(Unreachable, match="read-only"):
        await store.door().run(Query("forget", b"delete from inbox", "for the test"))
    assert before.closed
    await store.ping()
