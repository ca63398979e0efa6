"""Migrations: plain SQL, numbered, forward only, checksummed, under an advisory lock."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import psycopg

from homeward.model.errors import Misconfigured
from homeward.store.address import primary

LOCK = 0x686F6D65  # "home": one migrating process at a time
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
    file means this database was made by other code.
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
            with connection.transaction():
                connection.execute(each.text.encode())
                connection.execute(
                    "insert into migration (number, name, sha256) values (%s, %s, %s)",
                    (each.number, each.name, each.sha256),
                )
            applied.append(each.name)
    return applied
