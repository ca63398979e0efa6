"""A child process: its own log file, gone when its parent is gone, stopped gently first."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, Self

from homeward.engines.giving_way import give_way
from homeward.engines.identity import Identity
from homeward.model.errors import Unreachable

PR_SET_PDEATHSIG = 1
LOG_BYTES_MAX = 8 * 1024 * 1024  # a log is cut here and one older piece is kept
LOG_LINES_SHOWN = 5
READY_SECONDS = 60.0  # a crashed PostgreSQL replays its log before it is ready
LOOK_SECONDS = 0.02
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to start one child."""

    name: str
    command: tuple[str, ...]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    folder: Path | None = None
    identity: Identity | None = None  # who it runs as; None: like us
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    orphan_signal: signal.Signals | None = None  # sent when its parent is gone; None: stop_signal
    nice: int = 0  # above 0: it, and all it starts, give way to everybody else

    def last_words(self) -> str:
        """The end of its log."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-LOG_LINES_SHOWN:])


class Child:
    """One running process."""

    def __init__(self, recipe: Recipe, process: "subprocess.Popen[bytes]") -> None:
        self.recipe = recipe
        self._process = process

    @classmethod
    def start(cls, recipe: Recipe) -> Self:
        """Start it. Raises Unreachable where the program itself cannot be started."""
        who = recipe.identity
        try:
            recipe.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            cut_log(recipe.log)
            log = os.open(recipe.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:  # a full disk: it may pass
            raise Unreachable(f"cannot start {recipe.name}: {error}") from error
        try:
            process = subprocess.Popen(
                recipe.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(recipe.environment) or None,
                cwd=recipe.folder,
                start_new_session=True,  # Ctrl-C is for the parent, which then stops in order
                user=who.uid if who else None,
                group=who.gid if who else None,
                extra_groups=[] if who else None,
                preexec_fn=_begin(
                    recipe.orphan_signal or recipe.stop_signal,
                    os.getpid(),
                    recipe.nice,
                ),
            )
        except OSError as error:
            raise Unreachable(f"cannot start {recipe.name}: {error}") from error
        finally:
            os.close(log)
        return cls(recipe, process)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs; a dead one is reaped by asking."""
        return self._process.poll() is None

    @property
    def how_it_ended(self) -> str:
        """In words: `exit code 1`, `signal SIGKILL`, or `running`."""
        code = self._process.poll()
        if code is None:
            return "running"
        return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"

    def wait(self, seconds: float) -> str:
        """Wait until it ends by itself, or end it after so long; how it ended."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        self.kill()
        self._process.wait()
        return self.how_it_ended

    def gives_way(self) -> bool:
        """Where it is to give way: let what it has started since do so too. Whether all do; if
        not, ask again soon."""
        return self.recipe.nice == 0 or give_way(self.pid, self.recipe.nice)

    def ask_to_stop(self) -> None:
        """Send its stop signal and come back at once."""
        if self.is_alive:
            self._process.send_signal(self.recipe.stop_signal)

    def stop(self) -> None:
        """Ask it to stop; kill it when it does not listen in time."""
        self.ask_to_stop()
        try:
            self._process.wait(self.recipe.stop_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        """End it now."""
        if self.is_alive:
            self._process.kill()


class Engine(Protocol):
    """A server we bring along. `prepare` comes before every start, also after a crash."""

    name: str

    @property
    def url(self) -> str:
        """Where its clients find it; the same for a whole run, restarts included."""
        ...

    def prepare(self) -> None:
        """Make what is missing, clear what a crash left behind."""
        ...

    def recipe(self) -> Recipe:
        """How to start it."""
        ...

    def is_ready(self, pid: int) -> bool:
        """Whether it answers clients."""
        ...


@contextmanager
def running(engine: Engine) -> Iterator[Engine]:
    """The engine, started, ready, and stopped at the end. Raises Unreachable, Misconfigured."""
    engine.prepare()
    child = Child.start(engine.recipe())
    try:
        wait_ready(child, engine)
        yield engine
    finally:
        child.stop()


def wait_ready(child: Child, engine: Engine, seconds: float = READY_SECONDS) -> None:
    """Wait until it answers. Raises Unreachable with its last words where it does not."""
    if not _comes_true(lambda: not child.is_alive or engine.is_ready(child.pid), seconds):
        raise Unreachable(
            f"{engine.name} was not ready in {seconds:.0f} s: {child.recipe.last_words()}"
        )
    if not child.is_alive:
        raise Unreachable(
            f"{engine.name} ended ({child.how_it_ended}): {child.recipe.last_words()}"
        )


def _comes_true(claim: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not claim():
        if time.monotonic() > until:
            return False
        time.sleep(LOOK_SECONDS)
    return True


def cut_log(log: Path) -> None:
    """Keep a log within bounds: one current piece, one older piece.

    The child writes by appending, so the piece it holds open is emptied in place.
    """
    if not log.exists() or log.stat().st_size < LOG_BYTES_MAX:
        return
    older = log.with_suffix(log.suffix + ".1")
    with suppress(OSError):  # no room for it: then the log is cut all the more
        older.touch(mode=0o600)
        older.write_bytes(log.read_bytes())
    os.truncate(log, 0)


def _begin(end: signal.Signals, parent: int, nice: int) -> Callable[[], None]:
    """Ask the kernel to send `end` to the new process when we are gone, however we go."""

    def ask() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        os.nice(nice)
        _libc.prctl(PR_SET_PDEATHSIG, int(end))
        if os.getppid() != parent:  # we died before the kernel was asked
            os._exit(1)

    return ask
