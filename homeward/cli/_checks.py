"""What `homeward doctor` looks at: each check finds what is well and what is not."""

import ctypes
import os
import platform
import shutil
import ssl
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from homeward.cli._audit_checks import audit
from homeward.cli._backup_checks import backups
from homeward.cli._bus_checks import own_nats
from homeward.cli._found import Found, Grade
from homeward.cli._key_checks import keys
from homeward.cli._password_checks import passwords
from homeward.cli._share_checks import shares
from homeward.cli._team_checks import teams
from homeward.cli._way_checks import ways
from homeward.cli.up import local_address, port_problem
from homeward.engines import nats, postgres
from homeward.engines.certificates import days_left
from homeward.engines.folder import DataFolder, Run
from homeward.engines.identity import ACCOUNT, closed_door, expected_identity
from homeward.model.errors import HomewardError, Unreachable
from homeward.settings import Settings
from homeward.store.server import Server, ask

PYTHON_MIN = (3, 11)
FSYNC_TRIES = 16
FSYNC_BYTES = 8192  # a PostgreSQL page
FSYNC_SECONDS_SLOW = 0.03  # every acknowledgement to a device waits for one
CERTIFICATE_DAYS_LOW = 30
CERTIFICATE_DAYS_MIN = 3
CERTIFICATE_FIXES = {
    "root": "make a new authority; enrol devices again",
    "devices-ca": "homeward authority issuer devices PLACE",
    "servers-ca": "homeward authority issuer servers PLACE",
    "server": "restart Homeward",
}
ANSWER_SECONDS = 3
POSTGRES_MIN = 14  # multiranges
POSTGRES_TESTED = 18
TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised


Check = Callable[[Settings], Iterator[Found]]


def python(_: Settings) -> Iterator[Found]:
    """The interpreter and the machine."""
    version = platform.python_version()
    if sys.version_info < PYTHON_MIN:
        yield Found(Grade.WRONG, f"Python {version}", "install Python 3.11 or newer")
    else:
        yield Found(Grade.WELL, f"Python {version} on {platform.system()} {platform.machine()}")
    if sys.platform != "linux":
        yield Found(Grade.WRONG, f"{platform.system()}", "Homeward runs on Linux")


def engines(settings: Settings) -> Iterator[Found]:
    """The engines' programs, or the addresses of the user's own."""
    if settings.postgres_url:
        yield from _own_postgres(settings.postgres_url)
        if not settings.postgres_web_url:
            what = "people's questions reach PostgreSQL under the platform's own account"
            fix = "give homeward_web a password, set HOMEWARD_POSTGRES_WEB_URL (guides/cluster.md)"
            yield Found(Grade.WORRY, what, fix)
    else:
        yield _program("PostgreSQL", lambda: postgres.installed().bin / "postgres", "--version")
        yield from _account()
    if settings.nats_url:
        yield from own_nats(settings)
    else:
        yield _program("NATS", nats.binary, "--version")


def _program(name: str, find: Callable[[], Path], *words: str) -> Found:
    try:
        said = subprocess.run([find(), *words], capture_output=True, text=True, check=True)
    except HomewardError as error:
        return Found(Grade.WRONG, f"{name} is missing", str(error))
    except (OSError, subprocess.CalledProcessError) as error:
        return Found(Grade.WRONG, f"{name} does not start: {error}", "install the package again")
    return Found(Grade.WELL, f"{name}: {said.stdout.strip()}")


def _own_postgres(url: str) -> Iterator[Found]:
    """The user's own server: whether we may work there, and whether it keeps what it confirms."""
    try:
        server = ask(url, ANSWER_SECONDS)
    except Unreachable as error:
        fix = "is it up, and are address, account and password in postgres_url right?"
        yield Found(Grade.WRONG, f"your own PostgreSQL: {error}", fix)
        return
    yield _own_version(server.major)
    if server.encoding != "UTF8":
        what = f"the database is in {server.encoding}"
        yield Found(Grade.WRONG, what, "create it with encoding UTF8")
    if not server.may_create:
        what = "the account may not create tables"
        yield Found(Grade.WRONG, what, "grant it CREATE on the schema")
    for setting in server.careless:
        what = f"{setting} is off: what was acknowledged to a device can be lost"
        yield Found(Grade.WRONG, what, f"set {setting} = on in your PostgreSQL")
    yield from _own_standby(server)
    if not server.is_private:
        fix = "set up TLS there, and add sslmode=verify-full to postgres_url"
        yield Found(Grade.WORRY, "patients' data cross the network to PostgreSQL unencrypted", fix)


def _own_standby(server: Server) -> Iterator[Found]:
    """Whether what was acknowledged to a device outlives the machine of the database."""
    if server.is_standby:
        fix = "name all servers in postgres_url: the one that takes writes is found"
        yield Found(Grade.WRONG, "this PostgreSQL is a standby, which takes no writes", fix)
    elif not server.has_standbys and not server.is_here:
        what = "one machine alone keeps what was acknowledged to a device"
        fix = "set synchronous_standby_names in your PostgreSQL (docs/guides/cluster.md)"
        yield Found(Grade.WORRY, what, fix)
    if server.has_standbys and server.waits_for == "local":
        what = "synchronous_commit is local: a commit does not wait for the standby"
        yield Found(Grade.WRONG, what, "set synchronous_commit = on in your PostgreSQL")
    if server.has_standbys and server.waits_for == "remote_write":
        what = "synchronous_commit is remote_write: a standby confirms before its disk does"
        yield Found(Grade.WORRY, what, "set synchronous_commit = on in your PostgreSQL")


def _own_version(major: int) -> Found:
    what = f"your own PostgreSQL {major} answers"
    if major < POSTGRES_MIN:
        return Found(Grade.WRONG, what, f"Homeward needs PostgreSQL {POSTGRES_MIN} or newer")
    if major < POSTGRES_TESTED:
        return Found(Grade.WORRY, what, f"Homeward is tested with {POSTGRES_TESTED}")
    return Found(Grade.WELL, what)


def _account() -> Iterator[Found]:
    who = expected_identity()
    if who is not None:
        yield Found(Grade.WELL, f"started by root, PostgreSQL runs as the account {ACCOUNT}")


def folder(settings: Settings) -> Iterator[Found]:
    """The data folder: can it be used, is it private, is there room, is the disk quick."""
    path = settings.data
    present = next(each for each in (path, *path.parents) if each.exists())
    if not os.access(present, os.W_OK | os.X_OK):
        yield Found(
            Grade.WRONG,
            f"{present} is closed to us",
            "start as its owner, or set HOMEWARD_DATA to a folder of yours",
        )
        return
    yield from _way_in(settings)
    yield from _rights(path)
    yield from _room(settings, present)
    yield from _disk(present)


def _way_in(settings: Settings) -> Iterator[Found]:
    closed = None
    if not settings.postgres_url:
        closed = closed_door(settings.data.parent, expected_identity())
    if closed is not None:
        yield Found(
            Grade.WRONG,
            f"the database's account may not enter {closed}",
            "set HOMEWARD_DATA=/var/lib/homeward, or start Homeward as an ordinary user",
        )
    else:
        there = "" if settings.data.exists() else " (will be made)"
        yield Found(Grade.WELL, f"data folder {settings.data}{there}")


def _rights(path: Path) -> Iterator[Found]:
    private = [path / name for name in ("keys", "certificates", "logs", "postgres", "run.json")]
    for each in private:
        if each.exists() and each.stat().st_mode & 0o077:
            yield Found(Grade.WRONG, f"{each} is open to others", f"chmod go= {each}")


def _room(settings: Settings, path: Path) -> Iterator[Found]:
    free = shutil.disk_usage(path).free
    words = f"{free / 1024**3:.1f} GiB free on the disk of {path}"
    if free < settings.disk_reserve_bytes:
        yield Found(Grade.WRONG, words, "make room: without it no reading can be kept")
    elif free < settings.disk_low_bytes:
        yield Found(Grade.WORRY, words, "make room soon")
    else:
        yield Found(Grade.WELL, words)


def _disk(path: Path) -> Iterator[Found]:
    seconds = fsync_seconds(path)
    words = f"the disk confirms a write in {seconds * 1000:.1f} ms"
    if seconds > FSYNC_SECONDS_SLOW:
        yield Found(Grade.WORRY, words, "put the data folder on a local SSD")
    else:
        yield Found(Grade.WELL, words)


def fsync_seconds(path: Path) -> float:
    """The median time of one page written and synced in this folder."""
    probe = path / f".homeward-probe-{os.getpid()}"
    file = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    times: list[float] = []
    try:
        for _ in range(FSYNC_TRIES):
            began = time.perf_counter()
            os.pwrite(file, b"\0" * FSYNC_BYTES, 0)
            os.fdatasync(file)
            times.append(time.perf_counter() - began)
    finally:
        os.close(file)
        probe.unlink()
    return statistics.median(times)


def certificates(settings: Settings) -> Iterator[Found]:
    """How long each of our certificates is still good."""
    path = DataFolder(settings.data).certificates
    try:
        left = days_left(path, datetime.now(UTC))
    except HomewardError as error:
        yield Found(Grade.WRONG, str(error), "restore the folder from a backup")
        return
    if not left:
        yield Found(Grade.WELL, "no certificates yet; the first start makes them")
    for name, days in left.items():
        words = f"certificate {name}: {days:.0f} days left"
        fix = CERTIFICATE_FIXES[name]
        if days < CERTIFICATE_DAYS_MIN:
            yield Found(Grade.WRONG, words, fix)
        elif days < CERTIFICATE_DAYS_LOW:
            yield Found(Grade.WORRY, words, fix)
        else:
            yield Found(Grade.WELL, words)
    if (path / "root.key").exists():
        words = "the root's key is on this machine; `homeward authority root` puts it on a disk"
        yield Found(Grade.WELL, f"{words} for the safe")


def pages(_: Settings) -> Iterator[Found]:
    """Whether the web app is built."""
    if files("homeward.api").joinpath("static", "index.html").is_file():
        yield Found(Grade.WELL, "the pages are built")
    else:
        yield Found(Grade.WRONG, "the pages are not built", "run: python hatch_build.py")


def clock(_: Settings) -> Iterator[Found]:
    """Whether somebody keeps the clock right: alarms are judged by it."""
    state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))
    if state == TIME_ERROR:
        yield Found(
            Grade.WORRY,
            "nobody keeps this machine's clock right",
            "install chrony or systemd-timesyncd (in a virtual machine its host may do it)",
        )
    else:
        yield Found(Grade.WELL, "the clock is synchronised")


def running(settings: Settings) -> Iterator[Found]:
    """The running installation's health; where none runs, whether its ports are free."""
    home = DataFolder(settings.data)
    run = home.last_run() if home.is_held else None
    if run is not None:
        yield from _health(run, local_address(settings))
        return
    yield Found(Grade.WELL, "Homeward does not run on this folder now")
    for name, host, port in (
        ("web", settings.web_host, settings.web_port),
        ("mqtt", settings.mqtt_host, settings.mqtt_port),
        ("http_ingest", settings.mqtt_host, settings.http_ingest_port),
        ("nightscout", settings.nightscout_host, settings.nightscout_port),
        ("clouds", "127.0.0.1", settings.clouds_port),
    ):
        if not port:
            continue
        problem = port_problem(host, port)
        if problem:
            fix = f"stop what listens there, or set HOMEWARD_{name.upper()}_PORT"
            yield Found(Grade.WRONG, f"port {port} on {host}: {problem}", fix)
        else:
            yield Found(Grade.WELL, f"port {port} on {host} is free")


def _health(run: Run, address: str) -> Iterator[Found]:
    yield Found(Grade.WELL, f"Homeward runs (pid {run.pid}) at {run.web}")
    for each in run.processes:
        if each.is_alive:
            yield Found(Grade.WELL, f"process {each.name} (pid {each.pid})")
        else:
            fix = "it should be back in seconds; if not, see its log in the folder logs"
            yield Found(Grade.WRONG, f"process {each.name} is dead", fix)
    try:
        # Our own server on our own machine: whose certificate it is does not matter here.
        anybody = ssl._create_unverified_context()  # noqa: S323
        with urllib.request.urlopen(  # noqa: S310
            f"{address}/api/health", timeout=ANSWER_SECONDS, context=anybody
        ) as answer:
            is_well = b'"ok":true' in answer.read().replace(b" ", b"")
    except OSError as error:
        yield Found(Grade.WRONG, f"{address} does not answer: {error}", "see logs/web.log")
        return
    if is_well:
        yield Found(Grade.WELL, "the pages answer; both engines hear them")
    else:
        yield Found(Grade.WRONG, "the pages answer, but not all engines hear them", "see logs/")


CHECKS: tuple[Check, ...] = (
    python,
    engines,
    folder,
    certificates,
    pages,
    clock,
    ways,
    backups,
    audit,
    keys,
    passwords,
    running,
    shares,
    teams,
)
