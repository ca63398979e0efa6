"""A small disk of a drill's own: an ext4 image that can be filled, stalled, or lose its power.

Needs root, for mounting. The image lies in the drill's folder and holds the whole data folder.
"""

import contextlib
import fcntl
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

from homeward.model.errors import Misconfigured, Unreachable

PROGRAMS = ("mkfs.ext4", "mount", "umount", "fsfreeze")
# ext4's EXT4_IOC_SHUTDOWN, with EXT4_GOING_FLAGS_NOLOGFLUSH: from this moment nothing more
# reaches the disk, neither what waits in memory nor the journal (Linux, fs/ext4/ext4.h).
SHUTDOWN, NO_LOG_FLUSH = 0x8004587D, 2
FILLER = "filler"
LAST_BYTES = (1 << 20, 1 << 16, 1 << 12)


def why_not() -> str:
    """Why no disk can be made here; empty where one can."""
    if os.geteuid() != 0:
        return "a disk of its own is mounted by root only"
    missing = [each for each in PROGRAMS if shutil.which(each, path=_PATH) is None]
    return f"missing: {', '.join(missing)}" if missing else ""


class Disk:
    """One image, mounted at `folder`."""

    def __init__(self, image: Path, folder: Path) -> None:
        self._image, self.folder = image, folder

    @property
    def free(self) -> int:
        """Bytes anybody may still use."""
        return shutil.disk_usage(self.folder).free

    def fill(self) -> None:
        """Take every byte there is, now; call it again to take what was freed meanwhile."""
        with (self.folder / FILLER).open("ab") as filler:
            size = filler.tell()
            for step in (self.free, *LAST_BYTES):
                with contextlib.suppress(OSError):
                    while step:
                        os.posix_fallocate(filler.fileno(), size, step)
                        size += step

    def give_back(self) -> None:
        """What the drill took is free again."""
        (self.folder / FILLER).unlink(missing_ok=True)

    def freeze(self) -> None:
        """From now on whoever writes or syncs waits."""
        _run("fsfreeze", "--freeze", str(self.folder))

    def thaw(self) -> None:
        """They go on."""
        _run("fsfreeze", "--unfreeze", str(self.folder))

    def cut_power(self) -> None:
        """What was synced is kept; all else is gone. Only `replug` leads on from here."""
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(handle)

    def replug(self) -> None:
        """Mounted again: the journal is replayed, as at the next boot."""
        _run("umount", str(self.folder))
        self._mount()

    def _mount(self) -> None:
        _run("mount", "-o", "loop", str(self._image), str(self.folder))


@contextlib.contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Disk]:
    """A disk of `size` bytes, mounted at `folder`/disk; gone at the end. Raises Misconfigured."""
    problem = why_not()
    if problem:
        raise Misconfigured(problem)
    place, image = folder / "disk", folder / "disk.img"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(size)
    # Nothing is kept for root: the database, which is not root, must not be full before the rest.
    _run("mkfs.ext4", "-q", "-F", "-m", "0", str(image))
    disk = Disk(image, place)
    disk._mount()
    place.chmod(0o755)
    try:
        yield disk
    finally:
        with contextlib.suppress(Unreachable):  # it is frozen only where a drill was cut short
            disk.thaw()
        _run("umount", "--lazy", str(place))
        image.unlink()


_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "PATH": _PATH})
    if done.returncode:
        raise Unreachable(f"{' '.join(words)}: {done.stderr.strip()}")
