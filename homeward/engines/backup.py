"""A folder of backups: bases, each whole or not there, and every change since, as it streams.

    homeward-backup.json          whose backups these are
    2026-11-27T045000Z/           a base; it has this name once it is whole
        manifest.json             what it holds, written last
        database/                 PostgreSQL's files, with its own `backup_manifest`
        wal/                      the changes while it was taken, up to its restore point
        files/                    of the data folder, all that cannot be made anew
        settings/                 homeward.toml, and the files that settings name
    stream-2026-11-27T044900Z/    every change from then on

A base with its `wal` is a backup by itself. With the streams, any second since its end can be had.
"""

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec

from homeward.engines.secret import sync_folder, write_private
from homeward.model.errors import Conflict, Misconfigured, Unreachable

MARK = "homeward-backup.json"
MANIFEST = "manifest.json"
VERIFIED = "verified.json"
STREAM = "stream-"
PART = ".part"  # a base under way, or one that was cut off
NAME = "%Y-%m-%dT%H%M%SZ"
FORMAT = 1
PIECE_BYTES = 1024 * 1024
SEGMENT_BYTES = 16 * 1024 * 1024  # of the changes; PostgreSQL's default, which initdb keeps
SEGMENTS_PER_LOG = 2**32 // SEGMENT_BYTES
_SEGMENT = re.compile(r"[0-9A-F]{24}")
# Of the data folder: made anew at a start, of no worth, or copied by PostgreSQL's own means. What
# is not named here is copied, so that a new part of the folder is in the backup unasked.
LEFT_OUT = ("engines", "installation.id", "lock", "logs", "nats", "postgres", "ready", "run.json")
# What is on its way to the cold store: its chunks are in the database until it is there, and a file
# that goes while it is copied would cost the whole base.
LEAVING = "leaving-"

# A folder with this in it is a cold store (store/cold.py): old parts of the record, gigabytes of
# them, which would go into every base anew; and one of its files that is past its time while it is
# copied would cost the whole base. Its files are in no backup, wherever it lies.
COLD_MARK = "homeward-cold-store.txt"

# What opens patients' names is kept apart (`homeward keys save`): whoever has an old backup has not
# whoever was erased since.
KEPT_APART = ("keys/patients.key", "keys/patients.loaded")


class Content(msgspec.Struct, frozen=True):
    """What a table held: its rows, and a sum over their hashes that knows no order.

    `hash` is None where the table was too large to be read through while people wait.
    """

    rows: int
    hash: str | None


class Database(msgspec.Struct, frozen=True):
    """The database's part of a base."""

    major: int
    timeline: int
    starts: str  # where in the changes a restore begins (LSN)
    point: str  # the name of the moment that `tables` describes
    tables: dict[str, Content] | None  # None: nobody held still long enough to note them
    bytes: int


class Manifest(msgspec.Struct, frozen=True):
    """What a base holds. `ended` is the moment it restores to by itself."""

    format: int
    homeward: str
    installation: str
    began: datetime
    ended: datetime
    database: Database | None  # None: the operator's own server, which is the operator's to back up
    files: dict[str, str]  # path within the base: SHA-256
    outside: tuple[str, ...] = ()  # what belongs to the installation and is kept elsewhere


class Verified(msgspec.Struct, frozen=True):
    """When a base was proven, and whether it held."""

    at: datetime
    doubts: tuple[str, ...]


class _Mark(msgspec.Struct, frozen=True):
    format: int
    installation: str


class Base:
    """One whole base."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path, self.manifest = path, manifest

    @property
    def verified(self) -> Verified | None:
        """The last proof; None where there was none."""
        try:
            return msgspec.json.decode((self.path / VERIFIED).read_bytes(), type=Verified)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return None

    def note(self, verified: Verified) -> None:
        """Keep the outcome of a proof beside it."""
        write_private(self.path / VERIFIED, msgspec.json.encode(verified))


class BackupFolder:
    """The folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def claim(self, installation: str) -> None:
        """Make it ours. Raises Misconfigured where it is somebody else's, Unreachable where it
        cannot be written.

        A restored installation is another one: its changes after a restore must not be mixed with
        those of the first, which may still run somewhere.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            mark = self._mark()
            if mark is None:
                write_private(self.path / MARK, msgspec.json.encode(_Mark(FORMAT, installation)))
            elif mark.installation != installation:
                raise Misconfigured(
                    f"{self.path} holds the backups of another installation (a restored one is "
                    "another); give this one an empty folder"
                )
        except OSError as error:
            raise Unreachable(f"backup folder {self.path}: {error.strerror}") from None

    def _mark(self) -> _Mark | None:
        try:
            return msgspec.json.decode((self.path / MARK).read_bytes(), type=_Mark)
        except FileNotFoundError:
            return None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Misconfigured(f"{self.path / MARK} cannot be read") from None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One base at a time. Raises Conflict where another is being taken."""
        with (self.path / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Conflict(f"a backup to {self.path} is under way") from None
            yield

    def bases(self) -> list[Base]:
        """The whole ones, oldest first."""
        found = [base_of(path) for path in sorted(self.path.glob("*Z")) if _is_base(path)]
        return [base for base in found if base is not None]

    def streams(self) -> list[Path]:
        """Where changes streamed to, oldest first."""
        return sorted(self.path.glob(f"{STREAM}*Z"))

    def begin_stream(self, now: datetime) -> Path:
        """A new place for changes: the one before has a gap at its end, or there was none."""
        place = self.path / f"{STREAM}{now.astimezone(UTC):{NAME}}"
        place.mkdir(mode=0o700, exist_ok=True)
        sync_folder(self.path)
        return place

    def begin(self, now: datetime) -> Path:
        """Where to put a new base together; what was cut off before is removed."""
        for left in self.path.glob(f"*{PART}"):
            shutil.rmtree(left, ignore_errors=True)
        part = self.path / f"{now.astimezone(UTC):{NAME}}{PART}"
        part.mkdir(mode=0o700)
        for inside in ("wal", "files", "settings"):
            (part / inside).mkdir(mode=0o700)
        return part

    def finish(self, part: Path, manifest: Manifest) -> Base:
        """All is there and on disk: give it its name."""
        write_private(part / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        whole = part.with_suffix("")
        part.rename(whole)
        sync_folder(self.path)
        return Base(whole, manifest)

    def prune(self, now: datetime, days: int) -> list[str]:
        """Remove what is older than so many days, and all that only it needed; their names.

        The newest base from before that time stays: without it the first of those days could not
        be restored.
        """
        bases = self.bases()
        older = [base for base in bases if now - base.manifest.ended > timedelta(days=days)]
        gone = [base.path for base in older[:-1]]
        kept = [base for base in bases if base.path not in gone]
        needed = min((_first_segment(base) for base in kept), default="")
        for path in gone:
            doomed = path.with_name(path.name + PART)  # cut off here, it is no base any more
            path.rename(doomed)
            shutil.rmtree(doomed)
        if needed:
            for stream in self.streams():
                _forget_before(needed, stream, is_last=stream == self.streams()[-1])
        return [path.name for path in gone]


def base_of(path: Path) -> Base | None:
    """The base in this folder; None where it is not whole."""
    try:
        manifest = msgspec.json.decode((path / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    return Base(path, manifest) if manifest.format == FORMAT else None


def _is_base(path: Path) -> bool:
    return not path.name.startswith(STREAM)


def _first_segment(base: Base) -> str:
    database = base.manifest.database
    return segment_of(database.starts, database.timeline) if database else ""


def segment_of(lsn: str, timeline: int) -> str:
    """The file of the changes that holds this place, such as 000000010000000000000002."""
    high, low = (int(part, 16) for part in lsn.split("/"))
    return f"{timeline:08X}{high:08X}{low // SEGMENT_BYTES:08X}"


def _forget_before(needed: str, stream: Path, *, is_last: bool) -> None:
    """Remove changes that no kept base needs. The newest file stays: a stream goes on from it."""
    files = sorted(path for path in stream.iterdir() if _SEGMENT.match(path.name))
    for path in files[:-1] if is_last else files:
        if path.name[8:24] < needed[8:]:
            path.unlink()
    if not is_last and not any(stream.iterdir()):
        stream.rmdir()


def changes(base: Base, streams: list[Path]) -> dict[str, Path]:
    """Every file of changes there is for a base, by name; of several the fullest.

    The last file of a stream, and of a base, is unfinished (`.partial`): as long as the others,
    with zeros where nothing was written yet. Both may have the same one.
    """
    found: dict[str, list[Path]] = {}
    for place in (base.path / "wal", *streams):
        for path in place.iterdir() if place.is_dir() else ():
            name = path.name.removesuffix(".partial")
            if _SEGMENT.fullmatch(name):
                found.setdefault(name, []).append(path)
    first = _first_segment(base)
    return {name: _fullest(found[name]) for name in sorted(found) if name[8:] >= first[8:]}


def _fullest(copies: list[Path]) -> Path:
    whole = [path for path in copies if path.suffix != ".partial"]
    if whole or len(copies) == 1:
        return (whole or copies)[0]
    return max(copies, key=lambda path: len(path.read_bytes().rstrip(b"\0")))


def gap(names: list[str]) -> str | None:
    """The first file missing between these; None where they follow one another."""
    for before, after in pairwise(names):
        number = int(before[8:16], 16) * SEGMENTS_PER_LOG + int(before[16:], 16) + 1
        due = f"{number // SEGMENTS_PER_LOG:08X}{number % SEGMENTS_PER_LOG:08X}"
        if after[8:] != due:
            return before[:8] + due
    return None


def copy_data(data: Path, into: Path) -> dict[str, str]:
    """Copy what cannot be made anew; SHA-256 by path within the base. Each file reaches the disk.

    A file that goes while we look (a private one being replaced) is found under its new name or
    was not worth keeping.
    """
    return {
        str(Path("files") / inside): copy_file(data / inside, into / inside)
        for inside in _worth_keeping(data)
    }


def _worth_keeping(data: Path) -> Iterator[Path]:
    for top in sorted(data.iterdir()):
        if top.name in LEFT_OUT or top.name.startswith(LEAVING):
            continue
        for path in _under(top):
            if str(path.relative_to(data)) in KEPT_APART:
                continue
            if path.is_file() and not path.is_symlink() and path.suffix != ".new":
                yield path.relative_to(data)


def _under(top: Path) -> Iterator[Path]:
    """A file, or what a folder holds, but for what a cold store there holds."""
    if not top.is_dir():
        yield top
    elif not (top / COLD_MARK).is_file():
        for inside in sorted(top.iterdir()):
            if not inside.is_symlink():
                yield from _under(inside)


def copy_file(source: Path, place: Path, *, durable: bool = True) -> str:
    """Copy one file to disk, for us alone; its SHA-256. Not `durable`: it is thrown away soon."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb") as reading, os.fdopen(handle, "wb") as writing:
        while piece := reading.read(PIECE_BYTES):
            digest.update(piece)
            writing.write(piece)
        if durable:
            writing.flush()
            os.fsync(writing.fileno())
    if durable:
        sync_folder(place.parent)
    return digest.hexdigest()


def settings_text(values: Mapping[str, object]) -> str:
    """Settings as homeward.toml says them."""
    lines = []
    for name, value in values.items():
        word = str(value).lower() if isinstance(value, bool) else value
        quoted = msgspec.json.encode(str(value)).decode()  # a JSON string is a TOML string too
        lines.append(f"{name} = {word if isinstance(value, bool | int) else quoted}")
    return "\n".join(lines) + "\n" if lines else ""
