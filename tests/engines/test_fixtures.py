"""The fixtures every other test stands on."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from homeward.bus import Bus
from homeward.store import Store

MANY = 3


@pytest.mark.parametrize("_again", range(MANY))
def test_every_test_has_an_empty_migrated_database(database_url: str, _again: int):
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select count(*) from person").fetchone() == (0,)
        connection.execute("insert into person (name, role) values ('A', 'nurse')")


async def test_the_store_and_the_bus_work_together(store: Store, bus: Bus):
    heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def hear(_: str, body: bytes) -> None:
        heard.set_result(body)

    await bus.listen("beat.test", hear)
    await bus.tell("beat.test", {"name": "test"})
    assert await asyncio.wait_for(heard, 5) == b'{"name":"test"}'
    async with store.door().transaction():
        pass


def test_a_folder_that_others_may_enter(open_folder: Path):
    assert len(str(open_folder)) < 60
