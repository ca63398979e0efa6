"""A backup of a running installation, restored on an empty machine, is proven equal."""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from homeward.cli._rotating import take_in
from homeward.engines.backup import BackupFolder, Base
from homeward.engines.child import running as started
from homeward.engines.postgres import Postgres
from homeward.engines.wrapping_key import reads
from homeward.settings import Settings, load
from homeward.store import Store, proof
from homeward.store.keyring import Keyring
from homeward.store.sql import Query
from tests.cli.conftest import installed
from tests.cli.installation import Installation, until

PEOPLE = (
    "insert into person (name, role) select 'Person ' || n, 'nurse' from generate_series(1, 500) n"
)
WARD = "insert into ward (name, kind) values (%s, 'ward')"


@pytest.fixture(scope="module")
def folder(running: Installation) -> Path:
    return running.folder / "backups"


@pytest.fixture(scope="module")
def running() -> Iterator[Installation]:
    """An installation that keeps a backup of itself from its first minute on."""
    for made in installed():
        made.environment["HOMEWARD_BACKUP_FOLDER"] = str(made.folder / "backups")
        made.start_and_wait()
        with connected(made) as sql:
            sql.execute(PEOPLE)
        yield made


def connected(installed: Installation) -> psycopg.Connection:
    return psycopg.connect(installed.run.postgres_url, autocommit=True)


def ward(installed: Installation, name: str) -> datetime:
    """Something happens; the time after it."""
    with connected(installed) as sql:
        sql.execute(WARD, (name,))
        row = sql.execute("select clock_timestamp()").fetchone()
    assert row is not None
    return row[0]


def wards(data: Path) -> list[str]:
    with started(Postgres(data)) as engine, psycopg.connect(engine.url) as sql:
        return [name for (name,) in sql.execute("select name from ward order by id")]


def first_base(folder: Path) -> Base:
    vault = BackupFolder(folder)
    until(lambda: bool(vault.bases()), "the first base is taken by itself")
    return vault.bases()[0]


def streamed(installed: Installation) -> None:
    """Wait until all that was committed has streamed out."""
    with connected(installed) as sql:
        row = sql.execute("select pg_current_wal_lsn()").fetchone()
        assert row is not None
        asked = (
            "select count(*) from pg_stat_replication r join pg_replication_slots s"
            " on s.active_pid = r.pid where s.slot_name = 'homeward_stream'"
            " and r.write_lsn >= %s::pg_lsn"
        )
        until(lambda: sql.execute(asked, row).fetchone() == (1,), "all has streamed")


def test_any_second_can_be_restored(running: Installation, folder: Path):
    base = first_base(folder)
    assert base.manifest.ended < datetime.now(UTC)
    ward(running, "before")
    with connected(running) as sql:
        sql.execute(
            "insert into session (token_sha256, person_id, created, seen)"
            " select sha256('then'), min(id), now(), now() from person"
        )
        sql.commit()
    between = ward(running, "at the time")
    ward(running, "after")
    streamed(running)
    target = running.folder / "earlier"
    done = running.command("restore", str(folder), "--to", str(target), "--at", between.isoformat())
    assert done.returncode == 0, done.stdout + done.stderr
    assert wards(target) == ["before", "at the time"]
    with started(Postgres(target)) as engine, psycopg.connect(engine.url) as sql:
        signed_in = sql.execute("select ended is not null from session").fetchall()
        assert signed_in == [(True,)], "who was shut out since comes back in by nothing of then"
    settings = (target / "settings" / "homeward.toml").read_text()
    assert f"web_port = {running.environment['HOMEWARD_WEB_PORT']}" in settings
    assert "_url" not in settings, "a restored one has engines of its own, and their passwords"
    keys = ("keys/postgres.password", "keys/nats-web.password", "keys/vapid.pem")
    for name in (*keys, "certificates/root.key", "certificates/devices-ca.key"):
        assert (target / name).read_bytes() == (running.data.path / name).read_bytes()
        assert (target / name).stat().st_mode & 0o077 == 0
    shutil.rmtree(target)


def test_all_there_is_can_be_restored_and_proven_equal(running: Installation, folder: Path):
    first_base(folder)
    done = running.command("backup")
    assert done.returncode == 0, done.stdout + done.stderr
    noted = BackupFolder(folder).bases()[-1].manifest.database
    assert noted is not None
    assert noted.tables is not None
    assert noted.tables["person"].rows >= 500
    proven = running.command("restore", "--verify", str(folder))
    assert proven.returncode == 0, proven.stdout + proven.stderr
    assert f"{len(noted.tables)} tables hold what they held" in proven.stdout
    verified = BackupFolder(folder).bases()[-1].verified
    assert verified is not None
    assert verified.doubts == ()
    ward(running, "last")
    streamed(running)
    with connected(running) as sql:
        # What runs by itself writes on; what people entered is compared whole.
        live = {n: h for n, h in proof._held(sql).items() if n in ("person", "ward", "device")}
    target = running.folder / "whole"
    done = running.command("restore", str(folder), "--to", str(target))
    assert done.returncode == 0, done.stdout + done.stderr
    with started(Postgres(target)) as engine:
        restored = proof.held(engine.url)
    assert {name: restored[name] for name in live} == live
    shutil.rmtree(target)


def test_the_doctor_knows_how_old_and_how_far_behind_they_are(running: Installation, folder: Path):
    first_base(folder)
    streamed(running)
    said = running.command("doctor").stdout
    assert "the newest backup is 0.0 hours old" in said
    assert "kB behind the record" in said
    assert "on the disk that they are a backup of" in said


def test_damage_is_found_and_said(running: Installation, folder: Path):
    base = first_base(folder)
    copy = running.folder / "copy"
    shutil.copytree(base.path, copy)
    page = next((copy / "database/base").glob("*/1259"))  # pg_class
    body = bytearray(page.read_bytes())
    body[5000] ^= 1
    page.write_bytes(body)
    done = running.command("restore", "--verify", str(copy))
    assert done.returncode == 1
    assert f"{page} is not what was backed up" in done.stdout
    refused = running.command("restore", str(copy), "--to", str(running.folder / "x"))
    assert refused.returncode == 1
    assert "nothing was restored" in refused.stderr
    assert not (running.folder / "x").exists()
    shutil.rmtree(copy)


def test_without_its_folder_the_record_goes_on_and_people_are_told(
    running: Installation, folder: Path
):
    first_base(folder)
    away = folder.with_name("away")
    folder.rename(away)
    folder.write_text("somebody put a file here")
    asked = (
        "select count(*) from alarm where condition like 'trouble_task_the_stream%'"
        " and state <> 'resolved'"
    )
    with connected(running) as sql:
        until(lambda: sql.execute(asked).fetchone() == (1,), "it is an alarm")
    ward(running, "while the folder is away")
    folder.unlink()
    away.rename(folder)
    streamed(running)
    assert len(BackupFolder(folder).streams()) == 1, "nothing is missing in it"
    target = running.folder / "after"
    done = running.command("restore", str(folder), "--to", str(target))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "while the folder is away" in wards(target)
    shutil.rmtree(target)


NAMES = ("Xerxes Quaggamire", "Yolanda Okapisson")


def saying(folder: Path, words: tuple[str, ...]) -> set[str]:
    """Which of these words any file below says."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return {word for path in files for word in words if word.encode() in path.read_bytes()}


def test_no_backup_opens_whoever_was_erased_since(running: Installation, folder: Path):
    first_base(folder)
    kept = running.folder / "patients.keys"

    def done(*words: str) -> str:
        ended = running.command(*words)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    place = ("--ward", "Erasures", "--bed")
    ward(running, "Erasures")
    for number, name in enumerate(NAMES, 1):
        words = ("--name", name, "--born", "1950-03-01", *place, str(number))
        running.does("patient", "add", f"ER-{number}", *words)
    between = ward(running, "before somebody was erased")
    running.does("patient", "discharge", "ER-1")
    said = running.does("patient", "erase", "ER-1")
    assert "would be destroyed" in said
    assert "Nothing was done" in said
    assert "destroyed" in running.does("patient", "erase", "ER-1", "--yes")
    done("keys", "save", str(kept))
    streamed(running)
    done("backup")
    assert saying(running.folder, NAMES) == set(), "no file says a name, in no folder"

    target = running.folder / "erased"
    done("restore", str(folder), "--to", str(target), "--at", between.isoformat())
    assert not (target / "keys" / "patients.key").exists()
    done("keys", "load", str(kept), "--to", str(target))
    plain, _ = load({})
    with started(Postgres(target)) as engine:
        settings = replace(plain, data=target, postgres_url=engine.url)
        assert asyncio.run(names_in(settings)) == ["Erased", NAMES[1]]
    shutil.rmtree(target)


async def names_in(settings: Settings) -> list[str]:
    """Patients' names in a restored record, as the keys that were loaded open them."""
    assert await take_in(settings) > 0
    async with Store.open(settings.postgres_url, keys=Keyring(reads(settings))) as store:
        text = b"select name from patient where not is_synthetic order by id"
        rows = await store.door().all(Query("names", text, ""), dict)
    return [row["name"] for row in rows]
