"""What `homeward doctor` looks at in the backups: age, proof, and how far behind the stream is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from homeward.cli._back_up import is_embedded
from homeward.cli._backing_up import BEHIND_BYTES_MAX
from homeward.cli._found import Found, Grade
from homeward.engines.backup import BackupFolder, Base
from homeward.engines.base_backup import STREAM_SLOT
from homeward.engines.folder import DataFolder
from homeward.model.errors import HomewardError
from homeward.settings import Settings
from homeward.store import streaming

LATE = 1.5  # bases missed by half their interval are late, by twice it they are missing
MISSING = 3.0
VERIFIED_DAYS_MAX = 31
GUIDE = "see docs/guides/backup.md"


def backups(settings: Settings) -> Iterator[Found]:
    """The backups, and the stream that goes to them."""
    if not settings.backup_folder:
        yield Found(Grade.WORRY, "no backups are made", f"set backup_folder; {GUIDE}")
        return
    path = Path(settings.backup_folder)
    try:
        bases = BackupFolder(path).bases()
        is_beside = settings.data.exists() and path.stat().st_dev == settings.data.stat().st_dev
    except OSError as error:
        yield Found(Grade.WRONG, f"backup folder {path}: {error.strerror}", "bring it back")
        return
    if is_beside:
        what = "the backups are on the disk that they are a backup of"
        yield Found(Grade.WORRY, what, "put backup_folder on another disk, better elsewhere")
    yield from _age(bases, settings.backup_hours, datetime.now(UTC))
    yield from _proof(bases, path, datetime.now(UTC))
    yield from _stream(settings)


def _age(bases: list[Base], hours: int, now: datetime) -> Iterator[Found]:
    if not bases:
        fix = "Homeward takes one while it runs; or run: homeward backup"
        yield Found(Grade.WRONG, "there is no whole backup yet", fix)
        return
    age = (now - bases[-1].manifest.ended) / timedelta(hours=1)
    words = f"the newest backup is {age:.1f} hours old"
    fix = "see logs/backup.log; or run: homeward backup"
    grade = Grade.WRONG if age > MISSING * hours else Grade.WORRY
    yield Found(grade, words, fix) if age > LATE * hours else Found(Grade.WELL, words)


def _proof(bases: list[Base], path: Path, now: datetime) -> Iterator[Found]:
    proofs = [base.verified for base in bases]
    last = max((proof for proof in proofs if proof), key=lambda each: each.at, default=None)
    fix = f"run: homeward restore --verify {path}"
    if last is None:
        yield Found(Grade.WORRY, "no backup has been proven yet", fix)
    elif last.doubts:
        yield Found(Grade.WRONG, f"the backup proven last is in doubt: {last.doubts[0]}", fix)
    else:
        days = (now - last.at) / timedelta(days=1)
        words = f"a backup was last proven {days:.0f} days ago"
        late = days > VERIFIED_DAYS_MAX
        yield Found(Grade.WORRY, words, fix) if late else Found(Grade.WELL, words)


def _stream(settings: Settings) -> Iterator[Found]:
    home = DataFolder(settings.data)
    run = home.last_run() if home.is_held else None
    if run is None or not is_embedded(settings, run.postgres_url):
        return  # none runs, or it is the operator's
    try:
        slot = streaming.slot(run.postgres_url, STREAM_SLOT)
    except HomewardError as error:
        yield Found(Grade.WRONG, f"the backup's stream: {error}", "see logs/")
        return
    if slot is None or slot.is_lost or not slot.is_active or slot.behind_bytes is None:
        what = "changes do not stream to the backup now"
        yield Found(Grade.WRONG, what, "see logs/backup.log and the folder's disk")
        return
    words = f"the backup's stream is {slot.behind_bytes / 1024:,.0f} kB behind the record"
    is_far = slot.behind_bytes > BEHIND_BYTES_MAX
    yield (
        Found(Grade.WORRY, words, "is the folder's disk slow?")
        if is_far
        else Found(Grade.WELL, words)
    )
