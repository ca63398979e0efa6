"""Upgrades from every version there was, each also killed in the middle: nothing is lost.

    make soak NAME=upgrades           every migration
    python -m bench.soak_upgrades 20   from migration 20 on

An installation lives through every version, with rows of each (tests/upgrades/rows). From each it
is brought to this version in one go; and `homeward run prepare` is killed (-9) when a migration has
done all it does and has not committed, then run again. Each time the schema and every row have to
be what they are without a kill.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import psycopg

from bench.report import finish, table
from homeward.engines.child import running
from homeward.engines.postgres import Postgres
from homeward.store import migrate
from tests.upgrades.filled import EVERY, contents, fill, lost_in, schema

WAIT_SECONDS_MAX = 60
PREPARE = (sys.executable, "-m", "homeward.cli", "run", "prepare")
_AT_ITS_END = """select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'
      and query like 'insert into migration%'"""
_OTHERS = """select from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and backend_type like 'client%'"""


@contextmanager
def database() -> Iterator[Postgres]:
    """A server for throw-away databases."""
    with tempfile.TemporaryDirectory(prefix="homeward-upgrades-") as folder:
        Path(folder).chmod(0o711)
        with running(Postgres(Path(folder), durable=False)) as engine:
            assert isinstance(engine, Postgres)
            yield engine


def copied(engine: Postgres, template: str, name: str) -> str:
    """A copy of a database nobody is connected to; its address."""
    with psycopg.connect(engine.url, autocommit=True) as admin:
        admin.execute(f"create database {name} template {template} strategy file_copy".encode())
    return engine.database_url(name)


def killed_in(engine: Postgres, url: str, number: int, folder: Path) -> None:
    """Begin to prepare, and kill it at the end of this migration, before it is committed."""
    with psycopg.connect(url) as ours, psycopg.connect(url, autocommit=True) as looking:
        # A row of the same number, not committed: theirs waits to see what becomes of ours.
        ours.execute("insert into migration values (%s, 'held', '')", (number,))
        preparing = _prepare(engine, url, folder)
        try:
            _wait(looking, _AT_ITS_END, 1)
        finally:
            preparing.kill()
            preparing.wait()
        ours.rollback()
        ours.close()
        _wait(looking, _OTHERS, 0)


def prepared(engine: Postgres, url: str, folder: Path) -> None:
    """Prepare, to its end."""
    if _prepare(engine, url, folder).wait(WAIT_SECONDS_MAX):
        raise SystemExit(f"`homeward run prepare` failed on {url.rpartition('?')[0]}")


def _prepare(engine: Postgres, url: str, folder: Path) -> subprocess.Popen[bytes]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOMEWARD_")}
    ours = {"HOMEWARD_POSTGRES_URL": url, "HOMEWARD_NATS_URL": "nats://127.0.0.1:1",
            "HOMEWARD_DATA": str(folder)}  # fmt: skip
    return subprocess.Popen(PREPARE, env=clean | ours, stdout=subprocess.DEVNULL)


def _wait(looking: psycopg.Connection, asked: str, rows: int) -> None:
    until = time.monotonic() + WAIT_SECONDS_MAX
    while looking.execute(asked.encode()).rowcount != rows:
        if time.monotonic() > until:
            raise SystemExit("the migration did not come to its end")
        time.sleep(0.02)


def main(first: int) -> None:
    """Fail where a row is lost, or anything differs from an undisturbed upgrade."""
    figures = {"upgrades": 0, "upgrades_unequal": 0, "kills": 0, "kills_unequal": 0}
    rows: list[tuple[object, ...]] = []
    with database() as engine, tempfile.TemporaryDirectory() as scratch:
        living = copied(engine, "template1", "living")
        copied(engine, "template1", "fresh")
        migrate(engine.database_url("fresh"))
        expected = schema(engine, "fresh")
        for before, each in pairwise(EVERY):
            fill(living, before.number)
            if each.number < first:
                continue
            undisturbed = copied(engine, "living", f"from_{before.number}")
            held = contents(undisturbed)
            migrate(undisturbed)
            after = contents(undisturbed)
            is_whole = not lost_in(held, after)
            is_whole &= schema(engine, f"from_{before.number}") == expected
            cut = copied(engine, "living", f"cut_{each.number}")
            killed_in(engine, cut, each.number, Path(scratch))
            is_as_before = contents(cut) == held
            prepared(engine, cut, Path(scratch))
            is_equal = is_as_before and contents(cut) == after
            is_equal &= schema(engine, f"cut_{each.number}") == expected
            rows.append((f"{each.number:04} {each.name}", sum(map(len, held.values())),
                         _word(is_whole), _word(is_equal)))  # fmt: skip
            print(f"{rows[-1][0]}: {rows[-1][2]}, {rows[-1][3]}", flush=True)
            figures["upgrades"] += 1
            figures["upgrades_unequal"] += not is_whole
            figures["kills"] += 1
            figures["kills_unequal"] += not is_equal
            with psycopg.connect(engine.url, autocommit=True) as admin:
                for name in (f"from_{before.number}", f"cut_{each.number}"):
                    admin.execute(f"drop database {name} with (force)".encode())
    table(("the first to run, and killed", "rows before", "in one go", "after the kill"), rows)
    finish("upgrades", figures)
    if figures["upgrades_unequal"] or figures["kills_unequal"]:
        raise SystemExit(1)


def _word(is_well: bool) -> str:
    return "whole" if is_well else "NOT WHOLE"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
