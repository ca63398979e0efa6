"""Room on the disk of the embedded record, and a reserve of it for what must be written even so.

A disk that is full to its last byte can end PostgreSQL (a new piece of its log, or its own start,
needs some). So a file holds room back from everybody, and is given up when there is little left:
readings wait with their devices then, alarms and answers to them are still written.
"""

import os
import shutil
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

FILE = "reserve"
# Full is over with so many reserves free: the file is made anew, and twice as much is left.
ROOM_AGAIN = 3


class Room(StrEnum):
    """How much there is."""

    PLENTY = "plenty"
    LOW = "low"
    FULL = "full"


def database_folder(data: Path) -> Path | None:
    """Where the embedded database lies in a data folder; None where the database is elsewhere."""
    folder = data / "postgres"
    return folder if (folder / "cluster").is_dir() else None


class Reserve:
    """The reserve in one folder, and what its disk has room for. Sizes in bytes."""

    def __init__(self, folder: Path, reserve: int, low: int) -> None:
        self._file = folder / FILE
        self._reserve, self._low = reserve, low
        self._room = Room.PLENTY

    @property
    def free(self) -> int:
        """Free for everybody, and what the reserve holds."""
        return self._outside + self._held

    @property
    def _outside(self) -> int:
        return shutil.disk_usage(self._file.parent).free

    @property
    def _held(self) -> int:
        try:
            return self._file.stat().st_blocks * 512  # as stat(2) counts them
        except OSError:
            return 0

    def look(self) -> Room:
        """How much room there is now; the reserve is given up or made anew as that changes."""
        outside = self._outside
        free = outside + self._held
        is_full = outside < self._reserve
        if self._room is Room.FULL and not is_full:
            is_full = free < ROOM_AGAIN * self._reserve
        if is_full:
            self._give_up()
            self._room = Room.FULL
        else:
            self._make(outside)
            self._room = Room.LOW if free < self._low else Room.PLENTY
        return self._room

    def _give_up(self) -> None:
        with suppress(OSError):
            self._file.unlink(missing_ok=True)

    def _make(self, outside: int) -> None:
        if not self._reserve or self._file.exists() or outside < ROOM_AGAIN * self._reserve:
            return
        with suppress(OSError):  # somebody was quicker with the room, or with the file
            handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                os.posix_fallocate(handle, 0, self._reserve)
            finally:
                os.close(handle)
