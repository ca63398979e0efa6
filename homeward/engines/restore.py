"""From a backup to a data folder: laid out beside the place it shall have, recovered, then moved.

Every file is held against its checksum while it is copied. PostgreSQL's own recovery replays the
changes, to their end, to a named point, or to a moment.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from homeward.engines.backup import (
    MANIFEST,
    BackupFolder,
    Base,
    base_of,
    changes,
    copy_file,
    gap,
)
from homeward.engines.child import Child, Recipe, wait_ready
from homeward.engines.identity import closed_door, make_folder
from homeward.engines.postgres import Postgres
from homeward.model.errors import Conflict, Misconfigured, Missing, Unreachable, Unreadable

RECOVERY_SECONDS_MAX = 24 * 3600.0  # a day's changes are replayed in minutes
CHECK_SECONDS_MAX = 24 * 3600.0
SPARE_BYTES = 256 * 1024**2
PGLIST = "backup_manifest"
TOO_SHORT = "recovery ended before configured recovery target was reached"

Progress = Callable[[int], None]  # so many bytes more


def opened(place: Path) -> tuple[BackupFolder, list[Base]]:
    """The folder and its whole bases; `place` may be one base alone. Raises Missing."""
    if (place / MANIFEST).is_file():
        base = base_of(place)
        if base is None:
            raise Missing(f"{place} was made by another version, or its manifest is damaged")
        return BackupFolder(place.parent), [base]
    folder = BackupFolder(place)
    bases = folder.bases()
    if not bases:
        raise Missing(f"there is no whole backup in {place}")
    return folder, bases


def choose(bases: list[Base], at: datetime | None) -> Base:
    """The newest base from which that moment can be had. Raises Missing."""
    fit = [base for base in bases if at is None or base.manifest.ended <= at]
    if not fit:
        first = bases[0].manifest.ended
        raise Missing(f"the oldest backup there is can restore {first:%Y-%m-%d %H:%M:%S} UTC on")
    return fit[-1]


def size(base: Base, streams: list[Path]) -> int:
    """How much is to be copied, in bytes."""
    database = base.manifest.database
    pieces = [*changes(base, streams).values(), *(base.path / each for each in base.manifest.files)]
    return (database.bytes if database else 0) + sum(
        path.stat().st_size for path in pieces if path.is_file()
    )


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A folder next to the target, which becomes the target at the end, whole or not at all.

    Raises Conflict where the target is in use, Misconfigured where it cannot be there.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Conflict(f"{target} is not empty; a restore goes to an empty place")
    closed = closed_door(target.parent.resolve(), Postgres(target).account)
    if closed is not None:
        raise Misconfigured(f"PostgreSQL's account may not enter {closed}; restore elsewhere")
    part = target.with_name(target.name + ".restoring")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700, parents=True)
    try:
        yield part
        if target.exists():
            target.rmdir()
        part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def lay_out(
    base: Base, streams: list[Path], data: Path, progress: Progress, *, durable: bool = True
) -> list[str]:
    """Put everything of a base into a data folder; what is damaged, in words.

    Raises Conflict where the disk is too small, Misconfigured where the database is of another
    version.
    """
    data.mkdir(mode=0o700, exist_ok=True)
    room = shutil.disk_usage(data).free
    if size(base, streams) + SPARE_BYTES > room:
        raise Conflict(f"{room / 1e9:.1f} GB are free at {data}, too few for this backup")
    doubts = [
        doubt
        for name, known in base.manifest.files.items()
        for doubt in _copied(base.path / name, data / _place_of(name), known, durable, progress)
    ]
    if base.manifest.database is None:
        return doubts
    postgres = Postgres(data)
    make_folder(data / "postgres", postgres.account)
    doubts += _cluster(base, postgres.cluster, durable, progress)
    for name, path in changes(base, streams).items():
        copy_file(path, postgres.cluster / "pg_wal" / name, durable=durable)
        progress(path.stat().st_size)
    (postgres.cluster / "recovery.signal").touch()
    _give(postgres)
    return doubts


def _place_of(name: str) -> Path:
    """`files/keys/x` lay at `keys/x`; the settings stay together, for a person to put in place."""
    path = Path(name)
    return path.relative_to("files") if path.parts[0] == "files" else path


def _copied(
    source: Path, place: Path, known: str, durable: bool, progress: Progress
) -> Iterator[str]:
    try:
        if copy_file(source, place, durable=durable) != known:
            yield f"{source} is not what was backed up"
        progress(source.stat().st_size)
    except OSError as error:
        yield f"{source} cannot be read: {error.strerror}"


def _cluster(base: Base, cluster: Path, durable: bool, progress: Progress) -> Iterator[str]:
    source = base.path / "database"
    try:
        listed = _listed(source / PGLIST)
    except (OSError, Unreadable) as error:
        yield f"{source / PGLIST}: {error}"
        return
    for folder in (source, *(path for path in source.rglob("*") if path.is_dir())):
        (cluster / folder.relative_to(source)).mkdir(mode=0o700, exist_ok=True)
    for name, known in listed.items():
        yield from _copied(source / name, cluster / name, known, durable, progress)
    there = {str(path.relative_to(source)) for path in source.rglob("*") if path.is_file()}
    for name in sorted(there - listed.keys() - {PGLIST}):
        yield f"{source / name} is no part of the backup"


def _listed(manifest: Path) -> dict[str, str]:
    """SHA-256 by path, of PostgreSQL's own list. Raises Unreadable where it is damaged.

    Its last line is the checksum of all before it (PostgreSQL 18 documentation, 73.1).
    """
    body = manifest.read_bytes()
    before, _, _ = body.rpartition(b'"Manifest-Checksum"')
    try:
        read: dict[str, Any] = msgspec.json.decode(body)
        files = {each["Path"]: each["Checksum"] for each in read["Files"]}
        is_whole = hashlib.sha256(before).hexdigest() == read["Manifest-Checksum"]
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError):
        raise Unreadable("the list of files is damaged") from None
    if not is_whole:
        raise Unreadable("the list of files is not what PostgreSQL wrote")
    return files


def timeline_and_start(database: Path) -> tuple[int, str]:
    """Where in the changes a copied database begins: its timeline and place (LSN)."""
    read: dict[str, Any] = msgspec.json.decode((database / PGLIST).read_bytes())
    begins = read["WAL-Ranges"][-1]
    return begins["Timeline"], begins["Start-LSN"]


def _give(postgres: Postgres) -> None:
    """Its account owns the cluster, and nobody else looks in."""
    who = postgres.account
    for folder, _, files in os.walk(postgres.cluster):
        for path in (Path(folder), *(Path(folder) / name for name in files)):
            path.chmod(0o700 if path.is_dir() else 0o600)
            if who is not None:
                os.chown(path, who.uid, who.gid)


@contextmanager
def recovered(
    data: Path, *, point: str | None = None, at: datetime | None = None, durable: bool = True
) -> Iterator[Postgres]:
    """The database of a laid out folder, recovered to a point, a moment, or the end, and running.

    Raises Missing where the changes end before that, Unreachable where it does not come up.
    """
    target = {"recovery_target_name": point} if point else {}
    if at is not None:
        target = {"recovery_target_time": at.isoformat()}
    if target:
        target["recovery_target_action"] = "promote"
    extra = {"restore_command": "false", "recovery_target_timeline": "current"}
    postgres = Postgres(data, durable=durable, extra=extra | {"hot_standby": "off"} | target)
    postgres.prepare()
    child = Child.start(postgres.recipe())
    try:
        wait_ready(child, postgres, RECOVERY_SECONDS_MAX)
    except Unreachable as error:
        child.stop()
        if TOO_SHORT in (data / "logs" / "postgres.log").read_text(errors="replace"):
            raise Missing(f"the changes kept in the backup end before {at or point}") from None
        raise error from None
    try:
        yield postgres
    finally:
        child.stop()


def page_damage(data: Path) -> str | None:
    """What PostgreSQL's own look at every page's checksum finds, of a stopped database."""
    postgres = Postgres(data)
    words = ("--check", f"--pgdata={postgres.cluster}")
    return _said_wrong(postgres, data, "pg_checksums", *words)


def stream_damage(base: Base, streams: list[Path], data: Path) -> Iterator[str]:
    """What is wrong with the changes after a base: files missing, records damaged."""
    found = changes(base, streams)
    missing = gap(list(found))
    if missing is not None:
        yield f"the changes have a gap: {missing} is missing; no moment after it can be restored"
        return
    # Every whole file that has a successor: the last one ends somewhere in the middle.
    whole = [path for path in found.values() if path.suffix != ".partial"][:-1]
    if not whole:
        return
    place = make_folder(data / "changes", None)
    for path in whole:
        (place / path.name).symlink_to(path)
    words = ("--quiet", f"--path={place}", whole[0].name, whole[-1].name)
    wrong = _said_wrong(Postgres(data), data, "pg_waldump", *words, as_ourselves=True)
    if wrong is not None:
        yield wrong


def _said_wrong(
    postgres: Postgres, data: Path, program: str, *words: str, as_ourselves: bool = False
) -> str | None:
    log = data / "logs" / f"{program}.log"
    child = Child.start(
        Recipe(
            program,
            (str(postgres.bin / program), *words),
            log,
            environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            folder=Path("/"),
            identity=None if as_ourselves else postgres.account,
        )
    )
    ended = child.wait(CHECK_SECONDS_MAX)
    return None if ended == "exit code 0" else f"{program}: {child.recipe.last_words()}"
