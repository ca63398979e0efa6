"""A disk that loses what was not flushed when its power is cut. Linux, as root; for soaks alone.

A file system in user space (FUSE) whose only file is a disk. What is written to that file is kept
in memory until it is flushed, as in the cache of a real drive; a loop device on it carries ext4,
which is told of a write cache and so sends its flushes (Linux, drivers/block/loop.c: REQ_OP_FLUSH
is fsync). When the power is cut every later request fails, and of what was not flushed a random
part stays, in no order and torn at sectors: a drive may write what it likes, when it likes.

    python -m bench._volatile_disk IMAGE MOUNTPOINT     serves until its power is cut

On its standard input: `cut SHARE SEED`. It answers with the sectors kept and lost, and ends.
"""

import contextlib
import ctypes
import errno
import json
import os
import random
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from struct import Struct

BLOCK = 4096  # what ext4 writes at once, or several of them
SECTOR = 512  # what a drive writes whole or not at all
DISK_BYTES = 4 * 1024**3
WRITE_BYTES_MAX = 1024 * 1024
UNMOUNT_SECONDS_MAX = 120  # whoever was killed has to be gone; a busy machine takes its time
WRITTEN_LATELY_SECONDS = 60
SYNC_FILE_RANGE_WRITE = 2
_libc = ctypes.CDLL(None, use_errno=True)
_libc.sync_file_range.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)

# Of the protocol (Linux, include/uapi/linux/fuse.h), version 7.31.
LOOKUP, FORGET, GETATTR, SETATTR, OPEN, READ, WRITE = 1, 2, 3, 4, 14, 15, 16
RELEASE, FSYNC, FLUSH, INIT, INTERRUPT, DESTROY, BATCH_FORGET = 18, 20, 25, 26, 36, 38, 42
NO_ANSWER = (FORGET, INTERRUPT, DESTROY, BATCH_FORGET)
BIG_WRITES, MAX_PAGES = 1 << 5, 1 << 22
_HEAD = Struct("<IIQQIIIHH")
_ANSWER = Struct("<IiQ")
_SPAN = Struct("<QQI")  # of reads and writes: handle, offset, size
_SPAN_BYTES = 40
_INIT = Struct("<IIIIHHIIHHI28x")
_ATTRIBUTES = Struct("<QII6Q10I")


class Disk:
    """What was flushed, in a file; what was not, in memory."""

    def __init__(self, image: Path) -> None:
        self._file = os.open(image, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self._file, DISK_BYTES)
        self._volatile: dict[int, bytes] = {}  # by number of the block
        self.is_cut = False

    def read(self, offset: int, size: int) -> bytes:
        """As whoever wrote it sees it."""
        body = bytearray(os.pread(self._file, size, offset))
        for number in range(offset // BLOCK, -(-(offset + size) // BLOCK)):
            if (block := self._volatile.get(number)) is not None:
                begins = number * BLOCK - offset
                piece = block[max(0, -begins) : size - begins]
                body[max(0, begins) : max(0, begins) + len(piece)] = piece
        return bytes(body)

    def write(self, offset: int, body: bytes) -> None:
        """Into the cache."""
        first, last = offset % BLOCK, (offset + len(body)) % BLOCK
        if first or last:  # pieces of blocks; loop devices of whole blocks send none
            start = offset - first
            end = -(-(offset + len(body)) // BLOCK) * BLOCK
            whole = bytearray(self.read(start, end - start))
            whole[first : first + len(body)] = body
            offset, body = start, bytes(whole)
        for place in range(0, len(body), BLOCK):
            self._volatile[(offset + place) // BLOCK] = body[place : place + BLOCK]

    def flush(self) -> None:
        """What is in the cache stays, whatever comes."""
        for number, block in self._volatile.items():
            os.pwrite(self._file, block, number * BLOCK)
        self._volatile.clear()

    def cut(self, share: float, seed: int) -> tuple[int, int]:
        """End it: of the cache this share of sectors was written; how many were, and were not."""
        self.is_cut = True
        chosen = random.Random(seed)
        kept = lost = 0
        for number, block in self._volatile.items():
            for place in range(0, BLOCK, SECTOR):
                if chosen.random() < share:
                    kept += 1
                    at = number * BLOCK + place
                    os.pwrite(self._file, block[place : place + SECTOR], at)
                else:
                    lost += 1
        return kept, lost


def serve(disk: Disk, fuse: int) -> None:
    """Answer the kernel, until the power is cut."""
    request = bytearray(WRITE_BYTES_MAX + BLOCK)
    while True:
        ready, _, _ = select.select([fuse, sys.stdin], [], [])
        if sys.stdin in ready:
            words = sys.stdin.readline().split()
            if not words:
                return  # whoever started us is gone
            print(json.dumps(disk.cut(float(words[1]), int(words[2]))), flush=True)
            continue
        try:
            size = os.readv(fuse, [request])
        except OSError as error:
            if error.errno == errno.ENODEV:  # it was unmounted
                return
            raise
        _, what, unique, *_ = _HEAD.unpack_from(request)
        if what in NO_ANSWER:
            continue
        fault, body = _answer(disk, what, memoryview(request)[_HEAD.size : size])
        with contextlib.suppress(FileNotFoundError):  # whoever asked was killed meanwhile
            head = _ANSWER.pack(_ANSWER.size + len(body), -fault, unique)
            os.writev(fuse, [head, body])


def _answer(disk: Disk, what: int, asked: memoryview) -> tuple[int, bytes]:
    """An error's number, or 0, and the answer."""
    if what == INIT:
        pages = WRITE_BYTES_MAX // BLOCK
        flags = BIG_WRITES | MAX_PAGES
        return 0, _INIT.pack(7, 31, 0, flags, 16, 12, WRITE_BYTES_MAX, 1, pages, 0, 0)
    if what in (GETATTR, SETATTR):
        sizes = (1, DISK_BYTES, DISK_BYTES // SECTOR, 0, 0, 0)
        return 0, _ATTRIBUTES.pack(1, 0, 0, *sizes, 0, 0, 0, 0o100600, 1, 0, 0, 0, BLOCK, 0)
    if what == OPEN:
        return 0, bytes(16)
    if what in (RELEASE, FLUSH):  # closing flushes no drive
        return 0, b""
    if disk.is_cut:
        return errno.EIO, b""
    if what == FSYNC:
        disk.flush()
        return 0, b""
    if what in (READ, WRITE):
        _, offset, size = _SPAN.unpack_from(asked)
        if what == READ:
            return 0, disk.read(offset, size)
        disk.write(offset, bytes(asked[_SPAN_BYTES : _SPAN_BYTES + size]))
        return 0, size.to_bytes(4, "little") + bytes(4)
    return errno.ENOSYS, b""


def mounted(place: Path) -> int:
    """Mount a file system whose root is one file; where its requests come."""
    fuse = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={fuse},rootmode=100000,user_id=0,group_id=0".encode()
    if _libc.mount(b"volatile", str(place).encode(), b"fuse", 0, options):
        raise OSError(ctypes.get_errno(), f"cannot mount at {place}")
    return fuse


@contextlib.contextmanager
def machine_of() -> Iterator[tuple[Path, "Machine"]]:
    """A machine with a new disk, switched on; and a folder that knows no power cuts."""
    folder = Path(tempfile.mkdtemp(prefix="homeward-cuts-"))
    folder.chmod(0o755)
    machine = Machine(folder)
    machine.power_on()
    machine.disk.chmod(0o755)
    try:
        yield folder, machine
    finally:
        machine.cut(0, 0)
        machine.power_off()
        shutil.rmtree(folder)


@dataclass(frozen=True, slots=True)
class Cut:
    """What a cut did to sectors that were written and not flushed."""

    kept: int
    lost: int


class Machine:
    """A disk in a machine that can lose its power. `disk` is where its files are."""

    def __init__(self, folder: Path) -> None:
        self._image = folder / "image"
        self._file = folder / "file"
        self._file.touch()
        self.disk = folder / "disk"
        self.disk.mkdir()
        self._server: subprocess.Popen[str] | None = None
        self._loop = ""

    def power_on(self) -> None:
        """Mount it; a new one is formatted first."""
        is_new = not self._image.exists()
        words = (sys.executable, "-m", "bench._volatile_disk", self._image, self._file)
        # Its own session: who ends the installation's processes must not end its disk.
        self._server = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self._server.stdout is not None
        self._server.stdout.readline()
        found = _said("losetup", "--find", "--show", "--sector-size", str(BLOCK), self._file)
        self._loop = found.strip()
        if is_new:
            _said("mkfs.ext4", "-q", "-E", "nodiscard", self._loop)
        _said("mount", "-t", "ext4", self._loop, self.disk)

    def write_back(self) -> None:
        """Have the kernel hand the disk what programs wrote lately, without a flush, as it does
        by itself every half minute."""
        since = time.time() - WRITTEN_LATELY_SECONDS
        # os.walk, not rglob, which fails on a folder that is gone before it is looked into.
        folders = ((Path(where), names) for where, _, names in os.walk(self.disk))
        for path in (where / name for where, names in folders for name in names):
            with contextlib.suppress(OSError):  # gone meanwhile
                if path.is_file() and path.stat().st_mtime > since:
                    handle = os.open(path, os.O_RDONLY)
                    _libc.sync_file_range(handle, 0, 0, SYNC_FILE_RANGE_WRITE)
                    os.close(handle)

    def cut(self, share: float, seed: int) -> Cut:
        """The disk writes no more from now on, and says so to everybody who asks it to."""
        assert self._server is not None
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(f"cut {share} {seed}\n")
        self._server.stdin.flush()
        return Cut(*json.loads(self._server.stdout.readline()))

    def power_off(self) -> None:
        """Forget what the machine still knows of its disk. Nobody may use it any more."""
        until = time.monotonic() + UNMOUNT_SECONDS_MAX
        for words in (("umount", self.disk), ("losetup", "--detach", self._loop),
                      ("umount", self._file)):  # fmt: skip
            while subprocess.run(words, capture_output=True).returncode:
                if time.monotonic() > until:
                    subprocess.run(("umount", "--lazy", words[-1]), capture_output=True)
                    raise SystemExit(f"{' '.join(map(str, words))}: still in use")
                time.sleep(0.1)
        assert self._server is not None
        self._server.wait(UNMOUNT_SECONDS_MAX)


def _said(*words: str | Path) -> str:
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, words))}: {done.stderr}")
    return done.stdout


if __name__ == "__main__":
    handle = mounted(Path(sys.argv[2]))
    print("mounted", flush=True)
    serve(Disk(Path(sys.argv[1])), handle)
