"""The process `backup`: every change streams to the backup folder, bases are taken in time.

Whatever becomes of the folder, the record goes on: what is wrong with it is a technical alarm.
"""

import asyncio
import logging
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from homeward.cli._back_up import backup_folder, is_embedded, source
from homeward.connectors.keep_running import TELL_AGAIN_SECONDS, Tell, Trouble, keep_running
from homeward.engines.backup import BackupFolder
from homeward.engines.base_backup import BASE_SLOT, STREAM_SLOT, Source
from homeward.engines.child import Child
from homeward.engines.secret import sync_folder
from homeward.model.errors import Unreachable
from homeward.services.contract import Tools
from homeward.store import streaming

TURN_SECONDS = 1.0  # what a burnt machine can lose: the stream is put on disk this often
ANSWER_SECONDS = 30.0  # a network folder that does not answer for this long is gone
BEHIND_BYTES_MAX = 64 * 1024**2
BEHIND_SECONDS_MAX = 60.0
LOOK_SECONDS = 2.0
FAILED_SECONDS = 300.0  # before a base that failed is tried again
Given = TypeVar("Given")
log = logging.getLogger(__name__)


async def backing_up(tools: Tools, tell: Tell) -> None:
    """Keep a stream and take bases, until cancelled."""
    async with asyncio.TaskGroup() as tasks:
        if is_embedded(tools.settings, tools.settings.postgres_url):
            stream = partial(_stream, tools, tell)
            tasks.create_task(keep_running("the stream to the backup", stream, tell))
        tasks.create_task(keep_running("taking backups", partial(_bases, tools, tell), tell))


def forget_stream(url: str) -> None:
    """No backup folder is set: nobody is to keep changes for it. Raises Unreachable."""
    streaming.forget(url, [STREAM_SLOT, BASE_SLOT])


async def _stream(tools: Tools, tell: Tell) -> None:
    """One receiver, while it lives. Raises Unreachable once it ends, Misconfigured."""
    settings = tools.settings
    folder = await _answered(lambda: backup_folder(Path(settings.backup_folder), settings.data))
    server = source(settings, settings.postgres_url)
    place = await _answered(lambda: _place(server, folder, tools.now()))
    child = Child.start(server.receiver(place, STREAM_SLOT))
    behind = Behind(time.monotonic())
    try:
        while child.is_alive:
            await asyncio.sleep(TURN_SECONDS)
            await _answered(lambda: put_on_disk(place))
            await _tell_if_behind(server, behind, tell)
    finally:
        child.kill()  # what it has written stays; it goes on from there
    raise Unreachable(f"{place}: {child.recipe.last_words()}")


async def _answered(act: Callable[[], Given], seconds: float = ANSWER_SECONDS) -> Given:
    """What `act` gives, off the loop. Raises Unreachable where the disk does not answer."""
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.to_thread(act)
    except TimeoutError:
        raise Unreachable(f"the backup folder has not answered for {seconds:.0f} s") from None
    except OSError as error:
        raise Unreachable(f"backup folder: {error.strerror}: {error.filename}") from None


def _place(server: Source, folder: BackupFolder, now: datetime) -> Path:
    """Where the stream goes on; a new place where changes between would be missing."""
    slot = streaming.slot(server.url, STREAM_SLOT)
    streams = folder.streams()
    if slot is not None and not slot.is_lost and streams:
        return streams[-1]
    streaming.begin(server.url, STREAM_SLOT)
    return folder.begin_stream(now)


def put_on_disk(place: Path) -> None:
    """Have what the receiver wrote survive a power cut: it syncs whole files only."""
    for path in place.glob("*.partial"):
        try:
            handle = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue  # it was filled, synced and renamed meanwhile
        try:
            os.fdatasync(handle)
        finally:
            os.close(handle)
    sync_folder(place)


class Behind:
    """How long the stream has been far behind the record."""

    def __init__(self, now: float) -> None:
        self._near, self._told, self.is_told = now, 0.0, False

    def look(self, behind_bytes: int | None, now: float) -> Trouble | None:
        """What is to be told now, if anything. Times are monotonic seconds."""
        if behind_bytes is not None and behind_bytes <= BEHIND_BYTES_MAX:
            self._near = now
        late = now - self._near
        if late > BEHIND_SECONDS_MAX and now - self._told > TELL_AGAIN_SECONDS:
            self._told, self.is_told = now, True
            return Trouble("backup_behind", f"the backup's stream is {late:.0f} s behind")
        if self.is_told and late == 0:
            self.is_told = False
            return Trouble("backup_behind", "the backup's stream is up to date", over=True)
        return None


async def _tell_if_behind(server: Source, behind: Behind, tell: Tell) -> None:
    slot = await _answered(lambda: streaming.slot(server.url, STREAM_SLOT))
    if slot is None or slot.is_lost:
        raise Unreachable("the stream fell too far behind, it begins anew; a new base follows")
    trouble = behind.look(slot.behind_bytes if slot.is_active else None, time.monotonic())
    if trouble is not None:
        await tell(trouble)


async def _bases(tools: Tools, tell: Tell) -> None:
    """Take a base whenever one is due; a failed one is told until one succeeds."""
    settings = tools.settings
    failed = 0.0
    trouble = Trouble("backup_failed", "")
    while True:
        folder = BackupFolder(Path(settings.backup_folder))
        is_due = await _answered(
            partial(due, folder, tools.now(), settings.backup_hours, _streams(tools))
        )
        if is_due and (not failed or time.monotonic() - failed > FAILED_SECONDS):
            words = await _take(*(("--gentle",) if folder.bases() else ()))
            failed = time.monotonic() if words else 0.0
            text = f"no backup was taken: {words}" if words else "a backup was taken"
            trouble = Trouble("backup_failed", text, over=not words)
            await tell(trouble)
        elif failed:
            await tell(trouble)
        await asyncio.sleep(LOOK_SECONDS)


def _streams(tools: Tools) -> bool:
    return is_embedded(tools.settings, tools.settings.postgres_url)


def due(folder: BackupFolder, now: datetime, hours: int, streams: bool) -> bool:
    """Whether a base is due: by its time, or because the stream began anew after the last."""
    stream = folder.streams()[-1] if folder.streams() else None
    if streams and (stream is None or not any(stream.iterdir())):
        return False  # a base is worth most with all that comes after it
    bases = folder.bases()
    if not bases or now - bases[-1].manifest.ended > timedelta(hours=hours):
        return True
    began = f"{bases[-1].manifest.began.astimezone(UTC):stream-%Y-%m-%dT%H%M%SZ}"
    return stream is not None and stream.name > began


async def _take(*options: str) -> str:
    """Take a base in a process of its own, whose memory is gone afterwards; why not, if not."""
    words = ("-m", "homeward.cli", "backup", *options)
    taking = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await taking.communicate()
    finally:
        if taking.returncode is None:
            taking.kill()
    text = said.decode(errors="replace").strip()
    log.info("%s", text)
    return "" if taking.returncode == 0 else text.rpartition("\n")[2]
