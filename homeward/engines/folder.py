"""The data folder: who holds it, and where a running installation can be found."""

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from homeward.engines.identity import make_folder
from homeward.engines.secret import write_private
from homeward.model.errors import Conflict, Unreachable

LEFTOVER_SECONDS = 8.0  # a child asked to stop by the kernel gets this long before it is killed
LOOK_SECONDS = 0.05
START_TIME_FIELD = 19  # of /proc/<pid>/stat, counted after the closing bracket (proc(5), field 22)


@dataclass(frozen=True, slots=True)
class Process:
    """One process, named so that a reused pid is not mistaken for it."""

    name: str
    pid: int
    start_ticks: int

    @property
    def is_alive(self) -> bool:
        """Whether this very process still runs."""
        return start_ticks(self.pid) == self.start_ticks


@dataclass(frozen=True, slots=True)
class Run:
    """What admin commands need to reach a running installation (`run.json`, mode 0600)."""

    pid: int
    started: float  # seconds since 1970
    web: str
    mqtt_host: str
    mqtt_port: int
    postgres_url: str
    nats_url: str
    processes: tuple[Process, ...] = field(default=())


class DataFolder:
    """The folder an installation lives in."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def logs(self) -> Path:
        """One log file a process."""
        return self.path / "logs"

    @property
    def certificates(self) -> Path:
        """The authorities and the server's certificate."""
        return self.path / "certificates"

    @property
    def ready(self) -> Path:
        """One file a child, holding its pid once it does its work."""
        return self.path / "ready"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder; the kernel lets go of it when we end, however we end.

        Raises Conflict where another Homeward holds it.
        """
        self.make()
        handle = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(handle, "r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Conflict(self._taken()) from None
            lock.truncate(0)
            lock.write(f"{os.getpid()}\n")
            lock.flush()
            yield

    def make(self) -> None:
        """Make the folder, closed to others (the database may open the way to its own part)."""
        for missing in [each for each in reversed(self.path.parents) if not each.exists()]:
            make_folder(missing, None, 0o711 if os.geteuid() == 0 else 0o700)
        if not self.path.exists():
            make_folder(self.path, None)
        for private in (self.logs, self.path / "keys", self.ready):
            make_folder(private, None)

    def _taken(self) -> str:
        pid = (self.path / "lock").read_text().strip() or "unknown"
        return (
            f"Homeward already runs on {self.path} (pid {pid}). Stop it with `kill {pid}`, or give "
            "this one a folder and ports of its own: HOMEWARD_DATA, HOMEWARD_WEB_PORT, "
            "HOMEWARD_MQTT_PORT"
        )

    @property
    def is_held(self) -> bool:
        """Whether a Homeward runs on this folder now."""
        try:
            with (self.path / "lock").open("r") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def write_run(self, run: Run) -> None:
        """Say where this run can be reached."""
        write_private(self.path / "run.json", msgspec.json.encode(run))

    def last_run(self) -> Run | None:
        """The run written last, alive or not."""
        try:
            return msgspec.json.decode((self.path / "run.json").read_bytes(), type=Run)
        except (FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError):
            return None

    def running(self) -> Run:
        """The run that is alive. Raises Unreachable where there is none."""
        run = self.last_run() if self.is_held else None
        if run is None:
            raise Unreachable(f"Homeward does not run on {self.path}; start it with: homeward up")
        return run

    def forget_run(self) -> None:
        """Remove the run file: we ended in order."""
        (self.path / "run.json").unlink(missing_ok=True)

    def end_leftovers(self) -> list[str]:
        """End children a crashed run left behind; their names. Call it holding the folder."""
        run = self.last_run()
        left = [each for each in run.processes if each.is_alive] if run else []
        names = [each.name for each in left]
        until = time.monotonic() + LEFTOVER_SECONDS
        for each in left:
            _send(each, signal.SIGTERM)
        while any(each.is_alive for each in left):
            if time.monotonic() > until:
                for each in left:
                    _send(each, signal.SIGKILL)
            time.sleep(LOOK_SECONDS)
        return names


def _send(process: Process, what: signal.Signals) -> None:
    if process.is_alive:
        os.kill(process.pid, what)


def start_ticks(pid: int) -> int | None:
    """When this process started, in clock ticks since boot; None where there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields: list[Any] = stat.rpartition(")")[2].split()
    is_zombie = fields[0] in ("Z", "X")
    return None if is_zombie else int(fields[START_TIME_FIELD])


def process(name: str, pid: int) -> Process:
    """This process, as it is now."""
    return Process(name, pid, start_ticks(pid) or 0)
