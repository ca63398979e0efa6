"""What goes before a question goes with it: both are done, or neither."""

from typing import Any

import psycopg
import pytest

from homeward.model.person import Actor, Role
from homeward.store import Store
from homeward.store.door import Door
from homeward.store.sql import Query

NORA = Actor(1, "Nora", Role.NURSE, session="a secret")


def sql(text: str) -> Query:
    return Query("test", text.encode(), "")


ADD = sql("insert into noted (what) values (%(what)s)")
NOTED = sql("select what from noted order by id")
WHO_ASKS = sql("select current_setting('homeward.session', true) as who")
WRONG = sql("select 1 / 0 as nothing")


@pytest.fixture
async def door(store: Store) -> Door:
    table = "create table noted (id bigint generated always as identity, what text not null)"
    await store.door().run(sql(table))
    return store.door()


async def noted(door: Door) -> list[str]:
    return [row["what"] for row in await door.all(NOTED, dict)]


async def test_what_is_owed_is_done_once_with_the_next_question(door: Door) -> None:
    door.owe(ADD, what="who reads")
    assert await noted(door) == ["who reads"]
    assert await noted(door) == ["who reads"]


async def test_a_question_that_fails_leaves_it_owed(store: Store, door: Door) -> None:
    door.owe(ADD, what="who reads")
    with pytest.raises(psycopg.errors.DivisionByZero):
        await door.all(WRONG, dict)
    assert await noted(store.door()) == []
    assert await noted(door) == ["who reads"]


async def test_what_cannot_be_done_refuses_the_answer(door: Door) -> None:
    door.owe(ADD, what=None)
    with pytest.raises(psycopg.errors.NotNullViolation):
        await noted(door)


async def test_a_transaction_that_is_undone_leaves_it_owed(store: Store, door: Door) -> None:
    door.owe(ADD, what="who writes")

    async def fail() -> None:
        async with door.transaction() as inside:
            await inside.run(ADD, what="written")
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    assert await noted(store.door()) == []
    async with door.transaction() as inside:
        await inside.run(ADD, what="written")
        inside.owe(ADD, what="and owed within")
    assert await noted(store.door()) == ["who writes", "written", "and owed within"]


async def test_what_no_question_took_along_is_settled(store: Store, door: Door) -> None:
    door.owe(ADD, what="nothing was asked")
    await door.settle()
    await door.settle()
    assert await noted(store.door()) == ["nothing was asked"]


@pytest.mark.parametrize("way", ["plain", "held", "transaction", "together"])
async def test_who_asks_is_known_within_each_question_and_no_longer(store: Store, way: str) -> None:
    door = store.door(NORA)

    async def ask(door: Any) -> Any:
        if way == "together":
            first, _ = await door.together(WHO_ASKS(dict), WHO_ASKS(dict))
            return first[0]
        return await door.one(WHO_ASKS, dict)

    if way in {"held", "transaction"}:
        async with getattr(door, way)() as inside:
            assert await ask(inside) == {"who": "a secret"}
            assert await ask(inside) == {"who": "a secret"}
    else:
        assert await ask(door) == {"who": "a secret"}
    assert (await store.door().one(WHO_ASKS, dict))["who"] in {None, ""}
