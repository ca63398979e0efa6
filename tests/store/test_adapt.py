"""Lists arrive whole, rows come back as asked, and several questions are answered in order."""

import asyncio
from dataclasses import dataclass

import psycopg
import pytest

from homeward.model.errors import Unreachable
from homeward.store import Door, Query, Store
from homeward.store.connection import PIECE, PREPARED_MAX

LISTS = [
    ("smallint[]", [1, -2, 32_767]),
    ("integer[]", [1, -32_769, 2_000_000_000]),
    ("bigint[]", [0, -(2**63), 2**63 - 1]),
    ("numeric[]", [1, 2**63]),
    ("bigint[]", [1, None, 3]),
    ("bigint[]", [[1, 2], [3, 4]]),
    ("bigint[]", []),
    ("bigint[]", [7] * 5_000),
    ("boolean[]", [True, False]),
    ("text[]", ["a", 'with "quotes"', "{}", None]),
    ("bytea[]", [b"\0\1", b""]),
    ("double precision[]", [1.5, 2.0]),
]


@dataclass(frozen=True, slots=True)
class Pair:
    """A row."""

    first: int
    second: str | None = None


def _query(text: str) -> Query:
    return Query("of a test", text.encode(), "")


@pytest.mark.parametrize(("kind", "sent"), LISTS)
async def test_a_list_arrives_as_it_was_sent(store: Store, kind: str, sent: list[object]) -> None:
    query = _query(f"select %(sent)s::{kind} as came")
    async with store.door().held() as door:
        assert (await door.one(query, dict, sent=sent))["came"] == sent
        assert (await door.one(query, dict, sent=sent[::-1]))["came"] == sent[::-1]


async def test_lists_of_whole_numbers_and_of_gaps_come_after_each_other(store: Store) -> None:
    query = _query("select %(whole)s::bigint[] as whole, %(gaps)s::bigint[] as gaps")
    row = await store.door().one(query, dict, whole=[1, 2], gaps=[1, None])
    assert row == {"whole": [1, 2], "gaps": [1, None]}


async def test_a_number_too_large_for_the_column_is_refused(store: Store) -> None:
    with pytest.raises(psycopg.errors.NumericValueOutOfRange):
        await store.door().one(_query("select %(sent)s::integer[] as came"), dict, sent=[2**40])


async def test_rows_are_made_by_name_whatever_their_order(store: Store) -> None:
    door = store.door()
    asked = {
        "select 1 as first, 'a' as second": Pair(1, "a"),
        "select 'a' as second, 1 as first": Pair(1, "a"),
        "select 1 as first": Pair(1),
        "select 1 as first, 2 as of_a_later_version": Pair(1),
    }
    for text, row in asked.items():
        assert await door.all(_query(text), Pair) == [row]
    with pytest.raises(TypeError):
        await door.all(_query("select 'a' as second"), Pair)


async def test_questions_asked_together_are_answered_in_order(store: Store) -> None:
    first = _query("insert into ward (name, kind) values (%(name)s, 'ward') returning id")
    many = _query("select n as first from generate_series(1, %(most)s::integer) as n")
    last = _query("select name as second, 1 as first from ward")
    made, numbers, wards = await store.door().together(
        first(dict, name="Ward 1"), many(Pair, most=2 * PIECE), last(Pair)
    )
    assert len(made) == 1
    assert numbers == [Pair(n) for n in range(1, 2 * PIECE + 1)]
    assert wards == [Pair(1, "Ward 1")], "what came before is seen"


async def test_of_questions_asked_together_the_first_that_fails_is_told(store: Store) -> None:
    fine, wrong = _query("select 1 as first"), _query("select 1 / 0 as first")
    async with store.door().held() as door:
        with pytest.raises(psycopg.errors.DivisionByZero):
            await door.together(fine(dict), wrong(dict), fine(dict))
        assert await door.all(fine, Pair) == [Pair(1)], "the connection goes on"


async def test_questions_asked_together_of_a_dead_server_are_unreachable(store: Store) -> None:
    fine = _query("select 1 as first")
    end = _query("select pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(Unreachable):
        await store.door().together(fine(dict), end(dict), fine(dict))
    assert await store.door().together(fine(Pair)) == [[Pair(1)]]


async def test_what_was_prepared_outlives_a_rollback_and_a_failure(store: Store) -> None:
    fine, wrong = _query("select 1 as first"), _query("select 1 / %(by)s::integer as first")
    add = _query("insert into ward (name, kind) values (%(name)s, 'ward')")
    count = _query("select count(*)::integer as first from ward")

    async def fail(door: Door) -> None:
        async with door.transaction() as inside:
            await inside.run_many(add, [{"name": f"Ward {n}"} for n in range(3)])
            await inside.together(fine(dict), wrong(dict, by=0), fine(dict))

    async with store.door().held() as door:
        for _ in range(4):
            with pytest.raises(psycopg.errors.DivisionByZero):
                await fail(door)
            assert await door.together(fine(Pair), wrong(Pair, by=1)) == [[Pair(1)], [Pair(1)]]
            assert await door.one(count, Pair) == Pair(0)


async def test_many_are_written_all_or_none(store: Store) -> None:
    add = _query("insert into ward (name, kind) values (%(name)s, %(kind)s)")
    count = _query("select count(*)::integer as first from ward")
    rows = [{"name": f"Ward {n}", "kind": "ward"} for n in range(2 * PIECE)]
    with pytest.raises(psycopg.errors.CheckViolation):
        await store.door().run_many(add, [*rows, {"name": "Ward X", "kind": "nowhere"}, *rows])
    assert await store.door().one(count, Pair) == Pair(0)
    await store.door().run_many(add, rows)
    await store.door().run_many(add, [])
    assert await store.door().one(count, Pair) == Pair(len(rows))
    assert await store.door().run(_query("delete from ward where name like 'Ward 1%%'")) == 111


async def test_more_statements_than_are_prepared_are_answered(store: Store) -> None:
    every = [_query(f"select {n} as first") for n in range(PREPARED_MAX + 20)]
    async with store.door().held() as door:
        for _ in range(3):
            answers = await door.together(*(query(Pair) for query in every))
            assert answers == [[Pair(n)] for n in range(len(every))]
        prepared = _query("select count(*)::integer as first from pg_prepared_statements")
        assert (await door.one(prepared, Pair)).first <= PREPARED_MAX


async def test_what_is_too_long_for_the_socket_arrives(store: Store) -> None:
    said = b"x" * 4_000_000
    back = _query("select %(said)s::bytea as said")
    assert await store.door().together(*[back(dict, said=said)] * 5) == [[{"said": said}]] * 5


async def test_one_who_stops_waiting_leaves_no_answer_to_the_next(store: Store) -> None:
    slow, fine = _query("select pg_sleep(30), 2 as first"), _query("select 1 as first")
    asking = asyncio.create_task(store.door().all(slow, dict))
    active = _query(
        "select count(*)::integer as first from pg_stat_activity"
        " where query like %(like)s and state = 'active' and pid <> pg_backend_pid()"
    )
    while (await store.door().one(active, Pair, like="select pg_sleep%")).first == 0:
        assert not asking.done()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    answers = await asyncio.gather(*(store.door().one(fine, Pair) for _ in range(12)))
    assert answers == [Pair(1)] * 12
