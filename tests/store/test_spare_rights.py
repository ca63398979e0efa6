"""What PostgreSQL lets everybody do, and whoever comes in by a session may not: each is tried."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from homeward.engines.postgres import WEB_ACCOUNT
from homeward.store import Store, door, migrate
from homeward.store.guarded import look
from tests.api.conftest import sql
from tests.api.test_access_matrix import actor_of, ids

__all__ = ["ids"]

NAME = "fresh_rights"


@pytest.fixture
def fresh(engines: Any) -> Iterator[str]:
    """A database that was migrated from nothing: of a template it has no rights of its own."""
    with psycopg.connect(engines.postgres_url, autocommit=True) as admin:
        admin.execute(f"create database {NAME}")
        url = engines.postgres.database_url(NAME)
        migrate(url)
        yield url
        admin.execute(f"drop database {NAME} with (force)")


TRIED = (
    "create temp table kept as select 1",
    "create temp view kept as select 1",
    "create table public.kept as select 1 as x",
    "create function public.f() returns int language sql as 'select 1'",
    "do $$begin null; end$$",
    "select lo_create(0)",
    "select lo_creat(131072)",
    "select lo_from_bytea(0, 'x')",
    "select lo_unlink(1)",
    "select pg_advisory_lock(1751477620)",
    "select pg_try_advisory_lock_shared(1, 2)",
    "select pg_advisory_xact_lock(1)",
    "select pg_notify('x', 'y')",
    "select pg_sleep(0)",
    "select pg_sleep_for('0')",
    "select pg_logical_emit_message(false, 'x', 'y')",
    "select pg_terminate_backend(1)",
    "select pg_cancel_backend(1)",
)


def test_whoever_comes_in_by_a_session_may_do_nothing_but_read(engines: Any, fresh: str) -> None:
    web = engines.postgres.database_url(NAME, WEB_ACCOUNT)
    with psycopg.connect(fresh, autocommit=True) as platform:
        for text in TRIED[10:13]:
            platform.execute(text)  # the platform watches patients by these
        platform.execute("select pg_advisory_unlock_all()")
    with psycopg.connect(web, autocommit=True) as people:
        for text in TRIED:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                people.execute(text)
        # A question that fills the disk is cut off, and who asks cannot have it otherwise.
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            people.execute("set temp_file_limit = -1")
        (most,) = people.execute("show temp_file_limit").fetchone() or ("",)
        assert most == "1GB"


def test_what_was_given_back_is_found(fresh: str) -> None:
    assert look(fresh, 3).spare == ()
    with psycopg.connect(fresh, autocommit=True) as sql_:
        for text in (
            f"grant temporary on database {NAME} to public",
            "grant execute on function pg_advisory_lock(bigint) to public",
            "grant usage on language plpgsql to public",
        ):
            sql_.execute(text.encode())
    found = look(fresh, 3).spare
    assert {each.what for each in found} == {
        "make temporary tables", "call pg_advisory_lock", "write programs (do)",
    }  # fmt: skip
    with psycopg.connect(fresh, autocommit=True) as sql_:
        for each in found:
            sql_.execute(each.fix.encode())
    assert look(fresh, 3).spare == ()


def test_a_platform_that_is_no_superuser_takes_what_it_may_and_names_the_rest(
    engines: Any,
) -> None:
    """As with a PostgreSQL of one's own, of another owner."""
    with psycopg.connect(engines.postgres_url, autocommit=True) as admin:
        admin.execute("create role own_platform login createrole password 'x'")
        admin.execute("grant homeward_web to own_platform with admin option")
        admin.execute(f"create database {NAME} owner own_platform")
        try:
            url = make_conninfo(
                engines.postgres.database_url(NAME), user="own_platform", password="x"
            )
            migrate(url)
            found = look(url, 3).spare
            assert [each.what for each in found if each.is_ours] == []
            named = {each.what for each in found}
            assert {"call pg_advisory_lock", "write programs (do)"} <= named
            with psycopg.connect(engines.postgres.database_url(NAME), autocommit=True) as of_server:
                for each in found:
                    of_server.execute(each.fix.encode())
            assert look(url, 3).spare == ()
            with psycopg.connect(url, autocommit=True) as platform:
                platform.execute("select pg_advisory_lock(1)")
                platform.execute("do $$begin null; end$$")
        finally:
            admin.execute(f"drop database if exists {NAME} with (force)")
            admin.execute("drop role own_platform")


async def test_a_question_that_takes_for_ever_is_cut_off_whatever_was_asked_before(
    store: Store, ids: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "QUESTION_MILLISECONDS_MAX", 50)
    mine = store.door(actor_of("nurse of Ward 3"))
    for_ever = sql("select count(*) as n from generate_series(1, 1000000000000) n")
    async with mine.held() as held:
        for injected in ("homeward.session", "statement_timeout"):
            text = f"select set_config('{injected}', '0', false)"
            await held.all(sql(text), dict)
        outside = store.door(actor_of("nurse of Ward 3"))
        with pytest.raises(Exception, match="statement timeout"):
            await outside.all(for_ever, dict)
    assert await mine.all(sql("select id from patient"), dict)
