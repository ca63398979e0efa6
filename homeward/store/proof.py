"""What a database holds, noted at one moment and compared later: the proof of a backup.

A restored copy stops at a named restore point. To know what every table held at that very point,
all tables are held still for the milliseconds it takes to make it and to take a snapshot; the
snapshot is read afterwards, while everybody writes on.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
from psycopg import sql as words

from homeward.model.errors import Unreachable
from homeward.model.frame import HOT, unpack_waves
from homeward.store.bundles import bodies_of
from homeward.store.packed import unpack, unpack_rollup, unpack_wave

STILL_SECONDS_MAX = 60.0  # of trying; each try holds nobody up for longer than the next line
INBOX_MILLISECONDS_MAX = 100
AGAIN_SECONDS = 0.05
# Read in about a minute; the rest is proven by rows, checksums and by being opened.
HASHED_BYTES_MAX = 2 * 1024**3
PIECE = 200  # rows read at once
_TABLES = b"""
select c.relname from pg_class c where c.relkind in ('r', 'p') and not c.relispartition
and c.relnamespace = current_schema()::regnamespace order by pg_total_relation_size(c.oid), 1"""
_SIZE = "select pg_table_size(%s::regclass)"
_ALL_BYTES = "select sum(pg_database_size(oid))::bigint from pg_database"
_POINT = "select pg_create_restore_point(%s)::text, clock_timestamp()"


@dataclass(frozen=True, slots=True)
class Held:
    """What a table holds; `hash` is a sum over its rows' hashes, so their order is nothing."""

    rows: int
    hash: str | None


@dataclass(frozen=True, slots=True)
class Point:
    """A restore point: its place in the changes, and what every table held. `tables` is None
    where nobody held still in time."""

    place: str
    at: datetime
    tables: dict[str, Held] | None


def mark(url: str, name: str) -> Point:
    """Make a restore point of this name and note what the tables hold there.

    Raises Unreachable.
    """
    try:
        with (
            psycopg.connect(url) as holder,
            psycopg.connect(url) as reader,
        ):
            reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            is_still = _hold_still(holder)
            reader.execute("select 1")  # the snapshot is taken here
            row = holder.execute(_POINT, (name,)).fetchone()
            holder.commit()
            assert row is not None
            holder.execute("select pg_switch_wal()")
            return Point(row[0], row[1].astimezone(UTC), _held(reader) if is_still else None)
    except psycopg.Error as error:
        raise Unreachable(f"PostgreSQL: {error}") from error


def _hold_still(holder: psycopg.Connection) -> bool:
    """Have nobody in the middle of writing, anywhere; whether it came to that.

    No writer waits in line behind us but those of the inbox, and they for a tenth of a second.
    """
    names = [row[0] for row in holder.execute(_TABLES)]
    holder.rollback()
    others = words.SQL(", ").join([words.Identifier(n) for n in names if n != "inbox"])
    until = time.monotonic() + STILL_SECONDS_MAX
    while time.monotonic() < until:
        try:
            if names:
                locked = words.SQL("lock table {} in share mode nowait").format(others)
                holder.execute(locked)
            if "inbox" in names:
                holder.execute(f"set local lock_timeout = {INBOX_MILLISECONDS_MAX}".encode())
                holder.execute("lock table inbox in share mode")
            return True
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            holder.rollback()
            time.sleep(AGAIN_SECONDS)
    return False


def held(url: str) -> dict[str, Held]:
    """What every table holds now. Raises Unreachable."""
    try:
        with psycopg.connect(url) as reader:
            return _held(reader)
    except psycopg.Error as error:
        raise Unreachable(f"PostgreSQL: {error}") from error


def _held(reader: psycopg.Connection) -> dict[str, Held]:
    found: dict[str, Held] = {}
    left = HASHED_BYTES_MAX
    for (name,) in reader.execute(_TABLES).fetchall():
        table = words.Identifier(name)
        size = reader.execute(_SIZE, (table.as_string(reader),)).fetchone()
        left -= size[0] if size else 0
        asked = "select count(*), sum(hash_record_extended(t, 0)::numeric)::text from {} t"
        if left < 0:
            asked = "select count(*), null from {} t"
        row = reader.execute(words.SQL(asked).format(table)).fetchone()
        assert row is not None
        found[name] = Held(row[0], (row[1] or "0") if left >= 0 else None)
    return found


def database_bytes(url: str) -> int:
    """How large the whole cluster is. Raises Unreachable."""
    try:
        with psycopg.connect(url, autocommit=True) as sql:
            row = sql.execute(
                "select sum(pg_database_size(oid))::bigint from pg_database"
            ).fetchone()
    except psycopg.Error as error:
        raise Unreachable(f"PostgreSQL: {error}") from error
    return row[0] if row else 0


def _open_wave(_: object, body: bytes) -> None:
    unpack_wave(body)


def _open_hour(minutes: bytes, body: bytes) -> None:
    unpack_rollup(minutes)
    unpack(body)


def _open_minute(_: object, body: bytes) -> None:
    unpack(body)


def _open_readings(heads: bytes, body: bytes) -> None:
    import numpy as np

    for _, each in bodies_of(heads, body):
        np.frombuffer(each, HOT)


def _open_waves(heads: bytes, body: bytes) -> None:
    for _, each in bodies_of(heads, body):
        unpack_waves(each)


_OPENED: dict[str, tuple[bytes, Callable[[bytes, bytes], None]]] = {
    "minute_chunk": (b"select id, null, body from minute_chunk", _open_minute),
    "hour_chunk": (b"select id, minutes, body from hour_chunk", _open_hour),
    "wave_chunk": (b"select id, null, body from wave_chunk", _open_wave),
    "readings of the inbox": (
        b"select id, heads, body from inbox where kind = 'readings'",
        _open_readings,
    ),
    "waves of the inbox": (
        b"select id, heads, body from inbox where kind = 'waves'",
        _open_waves,
    ),
}


def open_all(url: str, step: Callable[[int], None]) -> Iterator[str]:
    """Open every chunk of the record; what could not be opened, in words. `step` hears how many
    more were. Raises Unreachable."""
    try:
        with psycopg.connect(url) as connection:
            for name, (asked, opened) in _OPENED.items():
                with connection.cursor(f"open_{name.replace(' ', '_')}", binary=True) as cursor:
                    cursor.itersize = PIECE
                    cursor.execute(asked)
                    while rows := cursor.fetchmany(PIECE):
                        yield from _unopened(name, rows, opened)
                        step(len(rows))
    except psycopg.Error as error:
        raise Unreachable(f"PostgreSQL: {error}") from error


def _unopened(
    name: str, rows: list[tuple[int, bytes, bytes]], opened: Callable[[bytes, bytes], None]
) -> Iterator[str]:
    for number, beside, body in rows:
        try:
            opened(beside, body)
        except Exception as error:  # whatever a damaged body makes a decoder say
            yield f"{name} {number} cannot be opened ({type(error).__name__})"
