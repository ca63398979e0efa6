"""Migrations: plain SQL, numbered, forward only, checksummed, under an advisory lock.

Doors of the version before write on meanwhile (docs/decisions/0024-online-upgrades.md). So a
migration waits for a table's lock only for moments, then lets those who queued behind it pass and
tries again; and one whose first line is `-- Online` runs statement by statement outside of a
transaction, as `create index concurrently` must. Cut off, it is done again from its start.
"""

import hashlib
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier, Literal

from homeward.model.errors import Misconfigured, Unreachable
from homeward.store.address import primary
from homeward.store.door import Store
from homeward.store.sql import Query

LOCK = 0x686F6D65  # "home": one migrating process at a time
LOCK_MILLISECONDS_MAX = 1_000  # nobody who writes waits behind us for longer
LOCK_TRIES_MAX = 300
LOCK_AGAIN_SECONDS = 1.0
_APPLIED = Query("applied", b"select number from migration", "Which migrations ran here.")
_STATEMENT_ENDS = re.compile(r";\s*$", re.MULTILINE)
_LEDGER = """
create table if not exists migration (
    number integer primary key,
    name text not null,
    sha256 text not null,
    applied timestamptz not null default now()
);
comment on table migration is 'Which migrations ran here, and their checksums. Written by store.';
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        """The checksum of the file's text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def is_online(self) -> bool:
        """Whether it runs outside of a transaction, each statement for itself."""
        return self.text.startswith("-- Online")

    @property
    def statements(self) -> list[str]:
        """Its statements; each ends its line."""
        return [each for each in _STATEMENT_ENDS.split(self.text) if each.strip()]


def migrations() -> list[Migration]:
    """Every migration we ship, in order."""
    found = [
        Migration(int(path.name[:4]), path.name[5:-4], path.read_text())
        for path in files("homeward.store").joinpath("migrations").iterdir()
        if path.name.endswith(".sql")
    ]
    return sorted(found, key=lambda each: each.number)


def migrate(url: str, wanted: Sequence[Migration] | None = None) -> list[str]:
    """Bring the database up to date; the names of what was applied.

    Raises Misconfigured where an applied migration differs from the one shipped: a changed
    file means this database was made by other code. Raises Unreachable where somebody holds a
    table for minutes.
    """
    applied: list[str] = []
    with psycopg.connect(primary(url), autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", (LOCK,))
        connection.execute(_LEDGER)
        rows = connection.execute("select number, sha256 from migration").fetchall()
        known: dict[int, str] = dict(rows)
        for each in wanted if wanted is not None else migrations():
            if each.number in known:
                if known[each.number] != each.sha256:
                    raise Misconfigured(f"migration {each.number} {each.name} was changed")
                continue
            _apply(connection, each)
            applied.append(each.name)
    return applied


def let_in(url: str, web_url: str) -> None:
    """Give the account of people who came in by a session the password its address says."""
    said = conninfo_to_dict(web_url)
    account, password = said.get("user"), said.get("password")
    if account and password:
        alter = SQL("alter role {} login password {}")
        with psycopg.connect(primary(url), autocommit=True) as connection:
            connection.execute(alter.format(Identifier(str(account)), Literal(password)))


async def refuse_older(store: Store) -> None:
    """Raises Misconfigured where the database lacks a migration of ours. One that has later ones
    is in order: code of the version before runs while a version is rolled out."""
    try:
        rows = await store.door().all(_APPLIED, dict)
    except psycopg.errors.UndefinedTable:
        rows = []
    ours = migrations()[-1]
    newest = max((row["number"] for row in rows), default=0)
    if newest < ours.number:
        raise Misconfigured(
            f"the database is of an older version (migration {newest}; this one needs "
            f"{ours.number}, {ours.name}): `homeward run prepare` of this version comes first"
        )


def _apply(connection: psycopg.Connection, each: Migration) -> None:
    connection.execute(f"set lock_timeout = {LOCK_MILLISECONDS_MAX}".encode())
    if each.is_online:
        for statement in each.statements:
            _patiently(each, partial(connection.execute, statement.encode()))
        _patiently(each, partial(_note, connection, each))
    else:
        _patiently(each, partial(_apply_whole, connection, each))


def _apply_whole(connection: psycopg.Connection, each: Migration) -> None:
    with connection.transaction():
        connection.execute(each.text.encode())
        _note(connection, each)


def _note(connection: psycopg.Connection, each: Migration) -> None:
    connection.execute(
        "insert into migration (number, name, sha256) values (%s, %s, %s)",
        (each.number, each.name, each.sha256),
    )


def _patiently(each: Migration, act: Callable[[], object]) -> None:
    """Do it once nobody stands in the way. Raises Unreachable."""
    for _ in range(LOCK_TRIES_MAX):
        try:
            act()
            return
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            time.sleep(LOCK_AGAIN_SECONDS)
    raise Unreachable(
        f"migration {each.number} {each.name} needs a table that somebody holds; look for old "
        "transactions in pg_stat_activity, then start again"
    )
