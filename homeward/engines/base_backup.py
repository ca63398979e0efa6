"""Taking a base of a running PostgreSQL, and receiving its changes: by its own programs.

They speak the replication protocol, so that nothing is read behind the server's back; the
server reads a page, checks its checksum and sends it, and writes on meanwhile.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from homeward.engines.child import Child, Recipe
from homeward.model.errors import Unreachable

STREAM_SLOT = "homeward_stream"
BASE_SLOT = "homeward_base"
LAST_SECONDS_MAX = 120.0  # for the changes up to the restore point
BEGIN_SECONDS_MAX = 30.0
LOOK_SECONDS = 0.05
GENTLE_RATE = "64M"  # a second, at most, of a base nobody waits for
NICE = 10

Progress = Callable[[int], None]  # bytes copied so far


@dataclass(frozen=True, slots=True)
class Source:
    """The server to copy: its programs, and its address with the password."""

    bin: Path
    url: str
    log: Path

    def recipe(self, program: str, *words: str) -> Recipe:
        """How to start one of its programs. The password is not among the words: others see
        those."""
        parts = urlsplit(self.url)
        address = f"postgresql://{parts.username}@/?{parts.query}"
        return Recipe(
            program,
            (str(self.bin / program), "--no-password", f"--dbname={address}", *words),
            self.log,
            environment={
                "PATH": "/usr/bin:/bin",
                "LC_ALL": "C.UTF-8",
                "TZ": "UTC",
                "PGPASSWORD": unquote(parts.password or ""),
                "PGAPPNAME": program,
            },
            folder=Path("/"),
            nice=NICE,
        )

    def receiver(self, place: Path, slot: str, *words: str) -> Recipe:
        """How to receive changes into a folder; it ends when anything fails."""
        slotted = (f"--directory={place}", f"--slot={slot}", "--no-loop", "--status-interval=1")
        return self.recipe("pg_receivewal", *slotted, *words)


def copy_database(
    source: Source, part: Path, point: Callable[[], str], progress: Progress, *, gentle: bool
) -> None:
    """Put a base's `database` and `wal` into the folder `part`.

    `point` is called once the files are copied: it makes the restore point and gives its place
    in the changes, which are received until after it. `gentle`: spread the checkpoint that
    comes first over minutes, and copy at a bounded rate. Raises Unreachable.
    """
    _forget_slot(source)
    _finished(source.recipe("pg_receivewal", f"--slot={BASE_SLOT}", "--create-slot"))
    receiver = Child.start(source.receiver(part / "wal", BASE_SLOT))
    try:
        _wait(lambda: any((part / "wal").iterdir()) or not receiver.is_alive, BEGIN_SECONDS_MAX)
        pace = ("--checkpoint=spread", f"--max-rate={GENTLE_RATE}")
        words = ("--wal-method=none", "--manifest-checksums=SHA256", f"--pgdata={part}/database")
        paced = pace if gentle else ("--checkpoint=fast",)
        copier = Child.start(source.recipe("pg_basebackup", *words, *paced))
        _watched(copier, lambda: progress(bytes_of(part / "database")))
        _still(receiver)
        place = point()
        receiver.stop()  # and go on to the point, where the next one ends by itself
        _finished(source.receiver(part / "wal", BASE_SLOT, f"--endpos={place}"), LAST_SECONDS_MAX)
    finally:
        receiver.stop()
        _forget_slot(source)


def _still(receiver: Child) -> None:
    if not receiver.is_alive:
        raise Unreachable(f"the changes stopped coming: {receiver.recipe.last_words()}")


def _forget_slot(source: Source) -> None:
    """One a cut-off backup left would keep changes for nobody."""
    drop = source.recipe("pg_receivewal", f"--slot={BASE_SLOT}", "--drop-slot")
    Child.start(drop).wait(BEGIN_SECONDS_MAX)


def _finished(recipe: Recipe, seconds: float = BEGIN_SECONDS_MAX) -> None:
    child = Child.start(recipe)
    child.wait(seconds)
    _must_be_well(child)


def _watched(child: Child, look: Callable[[], None]) -> None:
    try:
        while child.is_alive:
            look()
            time.sleep(LOOK_SECONDS)
        _must_be_well(child)
        look()
    finally:
        child.stop()


def _must_be_well(child: Child) -> None:
    if child.how_it_ended != "exit code 0":
        words = child.recipe.last_words()
        raise Unreachable(f"{child.recipe.name} failed ({child.how_it_ended}): {words}")


def _wait(claim: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not claim() and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)


def bytes_of(folder: Path) -> int:
    """How much lies in a folder now; what goes while we look counts nothing."""
    total = 0
    for path in folder.rglob("*") if folder.is_dir() else ():
        try:
            total += path.stat().st_size
        except OSError:
            continue
    return total
