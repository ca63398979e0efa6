"""The code of an earlier commit, beside ours."""

import shutil
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import psycopg

from bench.cluster.apps import REPOSITORY

INVENTED = 9001
_TABLES = """select relname from pg_class where relkind = 'r' and relname <> 'migration'
    and relnamespace = 'public'::regnamespace order by 1"""
# Of two views of which one reads the other, that one was made later.
_VIEWS = """select relname, pg_get_viewdef(oid) from pg_class where relkind = 'v'
    and relnamespace = 'public'::regnamespace order by oid"""
_MIGRATIONS = "homeward/store/migrations/"


def version_before() -> str:
    """The last commit before a migration of ours, so that one lies between: what it ships is part
    of what we ship, to the byte. Raises SystemExit where there is none."""
    ours = _shipped("HEAD")
    for commit in _git("rev-list", "--first-parent", "HEAD").decode().split():
        if _shipped(commit) < ours:
            return commit
    raise SystemExit("no commit has fewer migrations: name one")


def described(commit: str) -> str:
    """A commit as a person knows it."""
    return _git("log", "-1", "--format=%h of %cs, %s", commit).decode().strip()


def unpacked(commit: str, folder: Path) -> Path:
    """The code of this commit, in a folder of its own."""
    with tarfile.open(fileobj=BytesIO(_git("archive", commit))) as archive:
        archive.extractall(folder)
    return folder


def copied(folder: Path) -> Path:
    """Our code as it is now: who works on it meanwhile is not measured."""
    shutil.copytree(REPOSITORY / "homeward", folder / "homeward")
    return folder


def widen(code: Path, sql: psycopg.Connection) -> None:
    """Give this code a migration by which every table and view gains a column, as a version to come
    would have it."""
    made = [f"alter table {name} add column if not exists later text;"
            for (name,) in sql.execute(_TABLES)]  # fmt: skip
    made += [
        f"create or replace view {name} as select was.*, null::text as later"
        f" from ({definition.strip().rstrip(';')}) was;"
        for name, definition in sql.execute(_VIEWS)
    ]
    file = code / _MIGRATIONS / f"{INVENTED:04}_wider.sql"
    file.write_text("\n".join(["-- Online: nobody waits for all of them at once", *made, ""]))


def _shipped(commit: str) -> frozenset[str]:
    """The migrations of a commit, each with its checksum."""
    return frozenset(_git("ls-tree", commit, _MIGRATIONS).decode().splitlines())


def _git(*words: str) -> bytes:
    done = subprocess.run(["git", *words], cwd=REPOSITORY, capture_output=True)
    if done.returncode:
        raise SystemExit(f"git {words[0]}: {done.stderr.decode().strip()}")
    return done.stdout
