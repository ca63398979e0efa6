"""A later version has brought the database up to date while this one runs."""

from dataclasses import dataclass

import pytest

from homeward.model.errors import Misconfigured, Unreachable
from homeward.store import Query, Store, refuse_older
from homeward.store.migrate import migrations

SHOWN = Query("shown", b"select * from thing_shown", "")
USES = 8  # a statement is prepared after five
LATER = """
alter table thing add column later text default 'unknown to us';
create or replace view thing_shown as select id, name, later from thing"""


@dataclass(frozen=True, slots=True)
class Thing:
    id: int
    name: str


@pytest.fixture
async def things(store: Store) -> Store:
    async with store.connection() as connection:
        await connection.execute("create table thing (id int, name text)")
        await connection.execute("create view thing_shown as select id, name from thing")
        await connection.execute("insert into thing values (1, 'one')")
    return store


async def test_what_a_view_has_gained_is_let_be(things: Store):
    await _later(things)
    assert await things.door().all(SHOWN, Thing) == [Thing(1, "one")]
    assert (await things.door().one(SHOWN, dict))["later"] == "unknown to us"


async def test_a_statement_prepared_of_a_view_before_it_grew_fails_once_and_not_for_ever(
    things: Store,
):
    for _ in range(USES):
        await things.door().all(SHOWN, Thing)
    async with Store.open(things.url) as other:
        await _later(other)
    with pytest.raises(Unreachable):  # whoever needs the database tries again
        await things.door().all(SHOWN, Thing)
    for _ in range(USES):
        assert await things.door().all(SHOWN, Thing) == [Thing(1, "one")]


async def _later(store: Store) -> None:
    async with store.connection() as connection:
        for each in LATER.split(";"):
            await connection.execute(each)


async def test_a_process_of_a_later_version_than_the_database_says_what_comes_first(store: Store):
    await refuse_older(store)
    newest = migrations()[-1].number
    async with store.connection() as connection:
        await connection.execute("insert into migration values (9999, 'later', '')")
        await refuse_older(store)  # of the version before: it runs on
        await connection.execute("delete from migration where number >= %s", (newest,))
        with pytest.raises(Misconfigured, match="`homeward run prepare` of this version comes fir"):
            await refuse_older(store)
        await connection.execute("drop table migration")
        with pytest.raises(Misconfigured, match="migration 0;"):
            await refuse_older(store)
