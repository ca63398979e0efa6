"""Putting a backup together: what each floor knows of itself, into one base."""

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

from homeward import __version__
from homeward.engines.backup import (
    FORMAT,
    BackupFolder,
    Base,
    Content,
    Database,
    Manifest,
    copy_data,
    copy_file,
    settings_text,
)
from homeward.engines.base_backup import Source, bytes_of, copy_database
from homeward.engines.folder import DataFolder
from homeward.engines.postgres import Postgres
from homeward.engines.restore import timeline_and_start
from homeward.engines.secret import remembered_secret, write_private
from homeward.model.errors import Misconfigured
from homeward.settings import Settings
from homeward.store import proof

# Of this machine and this run, or kept apart; a restored installation has its own.
NOT_KEPT = (
    "data", "backup_folder", "patients_key", "postgres_url", "postgres_web_url", "nats_url",
)  # fmt: skip
NAMING_FILES = ("sms_gateway", "voice_gateway")  # settings that name a file

Progress = Callable[[int, int], None]  # bytes copied, bytes in all


def installation_id(data: Path) -> str:
    """Which installation this is. A restored one is another."""
    return remembered_secret(data / "installation.id")


def backup_folder(path: Path, data: Path) -> BackupFolder:
    """The folder, claimed for this installation. Raises Misconfigured, Unreachable."""
    path = path.absolute()
    if path.resolve().is_relative_to(data.resolve()):
        raise Misconfigured(f"{path} is in the data folder; both would be lost together")
    folder = BackupFolder(path)
    folder.claim(installation_id(data))
    return folder


def is_embedded(settings: Settings, url: str) -> bool:
    """Whether the running database is the one we bring along."""
    home = Postgres(settings.data)
    return home.cluster.exists() and url == home.url


def source(settings: Settings, url: str) -> Source:
    """The embedded server, to be copied."""
    log = DataFolder(settings.data).logs / "copying.log"
    return Source(Postgres(settings.data).bin, url, log)


def back_up(
    settings: Settings, url: str, folder: BackupFolder, progress: Progress, *, gentle: bool
) -> Base:
    """Take one base of the running installation. Raises Unreachable, Conflict."""
    began = datetime.now(UTC)
    with folder.alone():
        part = folder.begin(began)
        files = copy_data(settings.data, part / "files")
        files |= _settings(settings, part)
        database, ended = None, datetime.now(UTC)
        if is_embedded(settings, url):
            database, ended = _database(settings, url, part, progress, gentle)
        manifest = Manifest(
            FORMAT, __version__, installation_id(settings.data), began, ended, database, files,
            _outside(settings, database),
        )  # fmt: skip
        return folder.finish(part, manifest)


def _database(
    settings: Settings, url: str, part: Path, progress: Progress, gentle: bool
) -> tuple[Database, datetime]:
    expected = proof.database_bytes(url)
    points: list[proof.Point] = []
    name = f"homeward {part.stem}"

    def point() -> str:
        points.append(proof.mark(url, name))
        return points[-1].place

    copy_database(
        source(settings, url), part, point, lambda done: progress(done, expected), gentle=gentle
    )
    (noted,) = points
    timeline, starts = timeline_and_start(part / "database")
    held = noted.tables
    tables = {n: Content(h.rows, h.hash) for n, h in held.items()} if held is not None else None
    major = int((part / "database" / "PG_VERSION").read_text())
    copied = bytes_of(part / "database")
    return Database(major, timeline, starts, name, tables, copied), noted.at


def _settings(settings: Settings, part: Path) -> dict[str, str]:
    """The settings that are not as they come, and the files they name; SHA-256 by path."""
    values: dict[str, object] = {}
    for each in fields(Settings):
        value = getattr(settings, each.name)
        if each.name not in NOT_KEPT and value != each.default:
            values[each.name] = value
    place = part / "settings"
    write_private(place / "homeward.toml.new", settings_text(values).encode())
    kept = {"homeward.toml": copy_file(place / "homeward.toml.new", place / "homeward.toml")}
    (place / "homeward.toml.new").unlink()
    for name in NAMING_FILES:
        path = Path(getattr(settings, name) or "/nonexistent")
        if path.is_file():
            kept[f"{name}{path.suffix}"] = copy_file(path, place / f"{name}{path.suffix}")
    return {f"settings/{name}": known for name, known in kept.items()}


def _outside(settings: Settings, database: Database | None) -> tuple[str, ...]:
    found = [] if database else ["the database: your own PostgreSQL server is yours to back up"]
    if not settings.patients_key:
        found.append(
            "the key of patients' names and notes: keep it apart with `homeward keys save FILE`"
        )
    cold = str(getattr(settings, "cold_url", ""))
    if cold:
        found.append(f"the cold store at {cold}: its files are never changed; keep a copy of them")
    return tuple(found)
