"""A backup of a running installation, restored on an empty machine, is proven equal."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from homeward.engines.backup import BackupFolder, Base
from homeward.engines.child import running as started
from homeward.engines.postgres import Postgres
from homeward.store import proof
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
    between = ward(running, "at the time")
    ward(running, "after")
    streamed(running)
    target = running.folder / "earlier"
    done = running.command("restore", str(folder), "--to", str(target), "--at", between.isoformat())
    assert done.returncode == 0, done.stdout + done.stderr
    assert wards(target) == ["before", "at the time"]
    keys = ("keys/postgres.password", "keys/vapid.pem", "certificates/root.key")
    for name in (*keys, "certificates/devices-ca.key"):
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
