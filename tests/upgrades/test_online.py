"""Doors of the version before write while the database is brought up to date."""

import threading
from collections.abc import Callable
from importlib import import_module

import psycopg
import pytest

from homeward.model.errors import Unreachable
from homeward.store.migrate import Migration, migrate, migrations
from tests.upgrades.conftest import at
from tests.upgrades.filled import EVERY
from tests.upgrades.lint import BESIDE_SINCE, SINCE, breaks, faults

module = import_module("homeward.store.migrate")  # the package has a function of this name
OFF = Migration(9001, "online", (
    "-- Online\n"
    "drop index concurrently if exists inbox_by_kind;\n"
    "create index concurrently inbox_by_kind on inbox (kind);\n"
))  # fmt: skip
WIDER = Migration(9002, "wider", "alter table inbox add column later text;")
WRITE = (
    "insert into inbox (shelf, kind, received, messages, heads, body)"
    " values (1, 'readings', now(), 1, '', '')"
)
# Of a door: more than this and its devices fill their memory.
PATIENCE_MS = 30_000


def test_no_migration_keeps_doors_waiting():
    found = {each.name: faults(each) for each in migrations() if each.number >= SINCE}
    assert {name: why for name, why in found.items() if why} == {}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("create index x on inbox (kind);", "concurrently"),
        ("create unique index on hour_chunk (id);", "concurrently"),
        ("create index concurrently x on inbox (kind);", "begin with -- Online"),
        ("-- Online\ncreate index concurrently x on inbox (kind);", "comes first"),
        ("-- Online\nalter table inbox add column x text;", "done again it fails"),
        ("alter table alarm\n  alter column text set not null;", "set not null"),
        ("alter table alarm alter column id type text;", "another type"),
        ("alter table alarm add constraint c check (id > 0);", "not valid"),
        ("alter table alarm add column x timestamptz default now();", "row by row"),
        ("update alarm set rung = raised;", "in batches"),
        ("truncate inbox;", "everybody out"),
    ],
)
def test_what_would_keep_them_waiting_is_found(text: str, why: str):
    (fault,) = faults(Migration(1, "x", text))
    assert why in fault


@pytest.mark.parametrize(
    "text",
    [
        OFF.text,
        WIDER.text,
        "create table fresh (id bigint);\ncreate index on fresh (id);\nupdate fresh set id = 1;",
        "update ward set name = 'x';",
        "alter table alarm add constraint c check (id > 0) not valid;",
        "-- not: update alarm set rung = raised;",
    ],
)
def test_what_keeps_nobody_waiting_is_let_be(text: str):
    assert faults(Migration(1, "x", text)) == []


def test_the_version_before_runs_on_every_migration():
    found = {each.name: breaks(each) for each in migrations() if each.number >= BESIDE_SINCE}
    assert {name: why for name, why in found.items() if why} == {}


@pytest.mark.parametrize(
    "text",
    [
        "drop table ward;",
        "alter table ward drop column kind;",
        "alter table ward rename column kind to sort;",
        "alter table ward rename to wards;",
        "drop function ms;",
        "alter table ward add column floor int not null;",
        "alter table ward add column a int not null default 1, add column b int not null;",
        "alter table ward alter column kind set not null;",
        "-- Unused since 41\ndrop table ward;",
        "-- Unused since 40\nalter table ward add column floor int not null;",
    ],
)
def test_what_the_version_before_could_not_bear_is_found(text: str):
    assert len(breaks(Migration(41, "x", text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "-- Unused since 40\ndrop table ward;",
        "alter table ward add column floor int;",
        "alter table ward add column a int not null default 1, add column b text;",
        "create table fresh (id int not null);\nalter table fresh drop column id;",
        "drop view shown;\ncreate view shown as select 1;",
        "-- not: drop table ward;",
    ],
)
def test_what_the_version_before_bears_is_let_be(text: str):
    assert breaks(Migration(41, "x", text)) == []


@pytest.fixture
def url(engines, lived, copy) -> str:
    return engines.postgres.database_url(copy(lived))


def test_a_door_writes_while_a_migration_waits_for_somebody_who_reads(
    url: str, monkeypatch: pytest.MonkeyPatch
):
    """It would queue before the door, and the door behind it for as long as they read."""
    monkeypatch.setattr(module, "LOCK_MILLISECONDS_MAX", 50)
    monkeypatch.setattr(module, "LOCK_AGAIN_SECONDS", 0.05)
    with psycopg.connect(url) as reader, psycopg.connect(url, autocommit=True) as door:
        door.execute(f"set lock_timeout = {PATIENCE_MS}".encode())
        reader.execute("select count(*) from inbox")  # and holds on to it
        migrating = _beside(lambda: migrate(url, [*EVERY, WIDER]))
        for _ in range(50):
            door.execute(WRITE)
        assert migrating.is_alive()
        reader.rollback()
        while migrating.is_alive():
            door.execute(WRITE)
    with psycopg.connect(url) as after:
        assert after.execute("select count(*) from inbox where later is null").fetchall()[0][0] > 50


def test_who_holds_a_table_for_ever_is_told_of(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "LOCK_MILLISECONDS_MAX", 10)
    monkeypatch.setattr(module, "LOCK_AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(module, "LOCK_TRIES_MAX", 2)
    with psycopg.connect(url) as reader:
        reader.execute("select count(*) from inbox")
        with pytest.raises(Unreachable, match="migration 9002 wider needs a table"):
            migrate(url, [*EVERY, WIDER])


def test_an_index_that_was_cut_off_is_made_again(url: str):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create index inbox_by_kind on inbox (kind)")
        connection.execute(
            "update pg_index set indisvalid = false where indexrelid = 'inbox_by_kind'::regclass"
        )
        assert migrate(url, [*EVERY, OFF]) == ["online"]
        asked = "select indisvalid from pg_index where indexrelid = 'inbox_by_kind'::regclass"
        assert connection.execute(asked).fetchall() == [(True,)]
    assert migrate(url, [*EVERY, OFF]) == []


def test_doors_of_the_version_before_write_through_the_upgrade(engines, lived, copy):
    url = engines.postgres.database_url(copy(at(EVERY[-2].number)))
    written = 0
    with psycopg.connect(url, autocommit=True) as door:
        door.execute(f"set lock_timeout = {PATIENCE_MS}".encode())
        asked = "select count(*) from inbox"
        before = door.execute(asked).fetchall()[0][0]
        migrating = _beside(lambda: migrate(url))
        while migrating.is_alive() or not written:
            door.execute(WRITE)
            written += 1
        assert door.execute(asked).fetchall()[0][0] == before + written


def _beside(act: Callable[[], object]) -> threading.Thread:
    running = threading.Thread(target=act)
    running.start()
    return running
