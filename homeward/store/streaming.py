"""How far the changes have streamed: what PostgreSQL says of its replication slots."""

from dataclasses import dataclass

import psycopg

from homeward.model.errors import Unreachable
from homeward.store.address import primary

SECONDS = 5
_SLOT = """
select s.active, coalesce(s.wal_status, 'reserved') = 'lost',
       pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(r.write_lsn, s.restart_lsn))::bigint
from pg_replication_slots s left join pg_stat_replication r on r.pid = s.active_pid
where s.slot_name = %s"""
_FORGET = """
select pg_drop_replication_slot(slot_name) from pg_replication_slots
where slot_name = any(%s) and not active"""


@dataclass(frozen=True, slots=True)
class Slot:
    """One receiver's place. `is_lost`: it fell so far behind that changes it needs are gone."""

    is_active: bool
    is_lost: bool
    behind_bytes: int | None


def slot(url: str, name: str) -> Slot | None:
    """This slot; None where there is none. Raises Unreachable."""
    try:
        with psycopg.connect(primary(url), autocommit=True, connect_timeout=SECONDS) as sql:
            row = sql.execute(_SLOT, (name,)).fetchone()
    except psycopg.Error as error:
        raise Unreachable(f"PostgreSQL: {error}") from error
    return Slot(*row) if row else None


def begin(url: str, name: str) -> None:
    """Make this slot anew, from now on. Raises Unreachable."""
    forget(url, [name])
    try:
        with psycopg.connect(primary(url), autocommit=True) as sql:
            sql.execute("select pg_create_physical_replication_slot(%s, true)", (name,))
    except psycopg.Error as error:
        raise Unreachable(f"PostgreSQL: {error}") from error


def forget(url: str, names: list[str]) -> None:
    """Drop these slots where they are and nobody uses them: they would keep changes for nobody.

    Raises Unreachable.
    """
    try:
        with psycopg.connect(primary(url), autocommit=True) as sql:
            sql.execute(_FORGET, (names,))
    except psycopg.Error as error:
        raise Unreachable(f"PostgreSQL: {error}") from error
