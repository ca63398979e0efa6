"""An installation that lived through every version: rows of each, as that version wrote them.

`rows/0012.sql` is what an installation at migration 12 had in the tables that are new or wider
there. They stay as they are: what once was written must be read for ever.
"""

import json
import re
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql as words

from homeward.engines.postgres import Postgres
from homeward.store.migrate import Migration, migrate, migrations

ROWS = Path(__file__).parent / "rows"
EVERY = migrations()
NEWEST = EVERY[-1].number
# Rows of these are made by migrations and by nobody else, or say when they ran.
OURS = ("migration",)
_MOMENT = re.compile(r'"20\d\d-\d\d-\d\dT[\d:.]+\+00:00"')


def up_to(number: int) -> list[Migration]:
    """The migrations of the version whose newest was this one."""
    return [each for each in EVERY if each.number <= number]


def fill(url: str, number: int = NEWEST) -> None:
    """Live through every version up to this one, from the version the database is at."""
    with psycopg.connect(url, autocommit=True) as connection:
        for each in up_to(number):
            if migrate(url, up_to(each.number)):
                rows = ROWS / f"{each.number:04}.sql"
                if rows.exists():
                    connection.execute(rows.read_bytes())


def schema(engine: Postgres, database: str) -> str:
    """The database's schema as pg_dump writes it, without what differs from run to run."""
    done = subprocess.run(
        [engine.bin / "pg_dump", "--schema-only", "--no-owner", engine.database_url(database)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    return "\n".join(line for line in lines if not line.startswith(("\\restrict", "\\unrestrict")))


def tables(connection: psycopg.Connection) -> list[str]:
    """Every table but the ledger of migrations."""
    found = connection.execute(
        "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        " order by relname"
    )
    return [name for (name,) in found if name not in OURS]


def contents(url: str) -> dict[str, list[str]]:
    """Every row of every table as text, in order; moments since this year's March are `now`:
    migrations that fill a new column say when they did."""
    with psycopg.connect(url) as connection:
        connection.execute("set timezone = 'UTC'")
        found: dict[str, list[str]] = {}
        for name in tables(connection):
            asked = words.SQL("select row_to_json(t)::text from {} t").format(
                words.Identifier(name)
            )
            rows = [_timeless(row) for (row,) in connection.execute(asked)]
            found[name] = sorted(rows)
    return found


def _timeless(row: str) -> str:
    return _MOMENT.sub(lambda m: '"now"' if m[0] > '"2026-04-15' else m[0], row)


# Tables that a later version keeps in another shape, and where their rows went.
RESHAPED = {"escalation": "chain_step", "inbox": "inbox"}


def lost_in(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[str]:
    """Rows that were there before and are not any more, as far as their columns still are."""
    lost: list[str] = []
    for name, rows in before.items():
        if name in RESHAPED:
            if len(after[RESHAPED[name]]) < len(rows):
                lost.append(name)
            continue
        left = [json.loads(row) for row in after.get(name, ())]
        for row in map(json.loads, rows):
            same = [each for each in left if all(each.get(k, v) == v for k, v in row.items())]
            if not same:
                lost.append(f"{name}: {row}")
    return lost
