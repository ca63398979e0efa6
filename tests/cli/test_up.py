"""`homeward up`: starts, comes back from every kill, stops and leaves nothing."""

import json
import os
import signal
import socket
import ssl
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from homeward.cli.up import NICE
from homeward.engines import postgres
from tests.cli.conftest import installed
from tests.cli.installation import Installation, until

EVERY = ("door", "watch", "work", "web", "pack", "postgres", "nats")
AUTOGROUP = Path("/proc/self/autogroup")
SHARE = f"nice {postgres.NICE}\n"
SUPERVISOR_BYTES_MAX = 40 * 1024 * 1024


def test_it_ends_its_greeting_in_a_plain_line_with_the_address(running: Installation):
    assert running.said().rstrip().splitlines()[-1] == f"Open {running.run.web}"
    assert running.is_well()


def test_the_supervisor_is_small(running: Installation):
    assert psutil.Process(running.run.pid).memory_info().rss < SUPERVISOR_BYTES_MAX


def test_a_second_start_is_refused_in_one_line(running: Installation):
    second = running.command("up")
    assert second.returncode == 1
    assert f"already runs on {running.data.path} (pid {running.run.pid})" in second.stderr
    assert "HOMEWARD_DATA" in second.stderr
    assert "Traceback" not in second.stderr
    assert running.is_well()


def test_what_it_writes_is_its_own(running: Installation):
    private = [running.data.path / name for name in ("run.json", "lock", "nats/nats.json")]
    private += running.data.path.glob("keys/nats-*.password")
    private += [*running.data.certificates.glob("*.key"), *running.data.logs.iterdir()]
    assert {stat.S_IMODE(each.stat().st_mode) for each in private} == {0o600}


def test_a_process_is_given_no_account_on_the_bus_but_its_own(running: Installation):
    keys = running.data.path / "keys"
    secrets = {each.stem: each.read_text() for each in keys.glob("nats-*.password")}
    for name in ("door", "watch", "work", "web", "pack"):
        given = "\n".join(psutil.Process(running.pid(name)).environ().values())
        assert {each for each, secret in secrets.items() if secret in given} == {f"nats-{name}"}
    assert f"homeward-command:{secrets['nats-command']}@" in running.run.nats_url


def test_the_doctor_finds_it_well(running: Installation):
    told = running.command("doctor").stdout
    assert f"Homeward runs (pid {running.run.pid})" in told
    assert "both engines hear them" in told
    for name in EVERY:
        assert f"ok     process {name} (pid {running.pid(name)})" in told


def test_verify_writes_down_what_protects_it_and_finds_what_was_weakened(running: Installation):
    running.environment["HOMEWARD_DEMO"] = "true"  # of this shell, and not of what runs
    sound = running.command("verify")
    del running.environment["HOMEWARD_DEMO"]
    assert sound.returncode == 0, sound.stdout + sound.stderr
    assert "ok     row security is forced on" in sound.stdout
    assert "ok     the bus lets each of 10 accounts say and hear what is its own" in sound.stdout
    assert "ok     homeward_web is no superuser and goes past no policy" in sound.stdout
    assert "wrong  " not in sound.stdout
    key = running.data.path / "keys" / "audit.pem"
    with psycopg.connect(running.run.postgres_url, autocommit=True) as sql:
        sql.execute("alter table observation no force row level security")
        sql.execute("grant update (name) on patient to homeward_web")
        sql.execute("alter table audit disable trigger audit_stands")
        key.chmod(0o644)
        try:
            weakened = running.command("verify")
        finally:
            key.chmod(0o600)
            sql.execute("alter table observation force row level security")
            sql.execute("revoke update (name) on patient from homeward_web")
            sql.execute("alter table audit enable always trigger audit_stands")
    assert weakened.returncode == 1
    assert [line[7:] for line in weakened.stdout.splitlines() if line.startswith("wrong")] == [
        "table observation has patients' rows, and row security is not forced on it",
        "the account of people's questions may write to patient",
        "rows of audit could be changed or removed",
        f"{key} can be read by others (0644)",
    ]
    evidence = running.data.path / "evidence"
    kept = sorted(evidence.iterdir())
    assert [each.suffix for each in kept] == [".json", ".md"] * 2
    assert {stat.S_IMODE(each.stat().st_mode) for each in kept} == {0o600}
    assert [json.loads(each.read_text())["failed"] for each in kept[::2]] == [0, 4]
    assert "| wrong | rows of audit could be changed or removed |" in kept[-1].read_text()


@pytest.mark.parametrize("name", EVERY)
def test_what_is_killed_comes_back(running: Installation, name: str):
    before = running.pid(name)
    os.kill(before, signal.SIGKILL)
    until(lambda: running.pid(name) not in (0, before), f"{name} is started again")
    until(running.is_well, "the pages answer again")
    assert running.is_running
    if name not in ("postgres", "nats"):
        ready = running.data.ready / name
        until(lambda: _read(ready) == str(running.pid(name)), f"{name} works again")


def _read(file: Path) -> str:
    """What is in it; nothing while it is not there, as until a process started anew is ready."""
    return file.read_text() if file.exists() else ""


def test_what_can_wait_gives_way_and_nobody_else(running: Installation):
    for name in EVERY:
        process, less = psutil.Process(running.pid(name)), NICE.get(name, 0)
        less = postgres.NICE if name == "postgres" else less
        started = process.children() if name == "postgres" else []
        nice = {process.nice(), *_nice(started)}
        assert nice == {min(psutil.Process().nice() + less, 19)}, name


def _nice(started: list[psutil.Process]) -> set[int]:
    """Of whichever have not ended since, as an autovacuum does when it is done."""
    found: set[int] = set()
    for each in started:
        with suppress(psutil.NoSuchProcess):
            found.add(each.nice())
    return found


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="sessions have no share of their own here")
def test_so_does_each_session_of_the_database_also_one_begun_since(running: Installation):
    database = psutil.Process(running.pid("postgres"))
    with psycopg.connect(running.run.postgres_url) as sql:
        others = {each.pid for each in database.children()} - {sql.info.backend_pid}
        until(lambda: _share(database.pid) == _share(sql.info.backend_pid) == SHARE, "both do")
        until(lambda: {_share(each) for each in others} <= {SHARE, None}, "and all the others")


def _share(pid: int) -> str | None:
    """What the session of this process is given; nothing once it has ended."""
    try:
        return Path(f"/proc/{pid}/autogroup").read_text().split(maxsplit=1)[1]
    except (FileNotFoundError, ProcessLookupError):
        return None


def test_what_was_killed_became_a_technical_alarm(running: Installation):
    os.kill(running.pid("work"), signal.SIGKILL)

    def alarms() -> set[str]:
        with psycopg.connect(running.run.postgres_url) as connection:
            return {row[0] for row in connection.execute("select condition from alarm").fetchall()}

    until(lambda: "trouble_process_work" in alarms(), "the alarm is raised")
    until(lambda: running.pid("work") != 0, "work is started again")


@pytest.fixture(scope="module")
def folder_of_its_own() -> Iterator[Installation]:
    yield from installed()


@pytest.fixture
def stopped(folder_of_its_own: Installation) -> Iterator[Installation]:
    """One that does not run, in a folder that may be there from before: all but the first need not
    make a database."""
    before = dict(folder_of_its_own.environment)
    yield folder_of_its_own
    folder_of_its_own.environment = before
    if folder_of_its_own.is_running:
        folder_of_its_own.stop()


def _runs(process: psutil.Process) -> bool:
    """Whether it does anything: one that has ended stands in the list until init asks for it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_killed_supervisor_takes_all_along_the_next_recovers_and_ctrl_c_leaves_nothing(
    stopped: Installation,
):
    stopped.start_and_wait()
    before = stopped.processes()
    stopped.stop(signal.SIGKILL)
    stopped.start_and_wait()
    assert stopped.is_well()
    assert not [each for each in before if _runs(each)]
    everything = stopped.processes()
    assert len(everything) > len(EVERY), "PostgreSQL has children of its own"
    assert stopped.stop(signal.SIGINT) == 0
    assert not [each for each in everything if _runs(each)]
    assert not (stopped.data.path / "run.json").exists()
    assert stopped.said().rstrip().endswith("Homeward has stopped.")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP])
def test_it_can_be_stopped_while_it_starts(installation: Installation, how: signal.Signals):
    installation.start()
    until(lambda: "postgres" in installation.said(), "the engines are up")
    everything = installation.processes()
    assert installation.stop(how) == 0
    assert not [each for each in everything if _runs(each)]


def test_a_terminal_that_is_gone_does_not_stop_it(stopped: Installation):
    reading, writing = os.pipe()
    stopped.start(writing)
    os.close(writing)
    os.close(reading)
    until(lambda: stopped.data.last_run() is not None, "it has started something")
    until(stopped.is_well, "it came up without anybody to tell")
    before = stopped.pid("nats")
    os.kill(before, signal.SIGKILL)
    until(lambda: stopped.pid("nats") not in (0, before), "nats is started again")
    until(stopped.is_well, "and the pages hear it")
    assert stopped.stop() == 0


def test_a_taken_port_is_named(installation: Installation):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        installation.environment["HOMEWARD_WEB_PORT"] = str(port)
        told = installation.command("up")
    assert told.returncode == 1
    assert f"127.0.0.1:{port}" in told.stderr
    assert "HOMEWARD_WEB_PORT" in told.stderr


def test_engines_of_ones_own_are_used(installation: Installation, engines, database_url: str):
    installation.environment["HOMEWARD_POSTGRES_URL"] = database_url
    installation.environment["HOMEWARD_NATS_URL"] = engines.nats_url
    installation.start_and_wait()
    assert {each.name for each in installation.run.processes} == set(EVERY) - {"postgres", "nats"}
    assert installation.is_well()


def test_outside_loopback_the_pages_are_served_by_tls_only(stopped: Installation):
    """127.0.0.2 stands for an outside address: it is not the name the loopback has here."""
    stopped.environment["HOMEWARD_WEB_HOST"] = "127.0.0.2"
    stopped.start_and_wait()
    port = int(stopped.environment["HOMEWARD_WEB_PORT"])
    assert f"Open https://127.0.0.2:{port}" in stopped.said()
    trusting = ssl.create_default_context(cafile=stopped.data.certificates / "root.pem")
    with (
        socket.create_connection(("127.0.0.2", port), 10) as plain,
        trusting.wrap_socket(plain, server_hostname="localhost") as stream,
    ):
        stream.sendall(b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert stream.recv(12) == b"HTTP/1.1 200"
    with socket.create_connection(("127.0.0.2", port), 10) as plain:
        plain.sendall(b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert not plain.recv(12).startswith(b"HTTP")
