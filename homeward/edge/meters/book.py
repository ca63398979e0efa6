"""A meter's book: what it said, as it said it, on the edge's own disk before anything else.

From it is known what the meter need not say again, and what the spool has not taken yet. The time
a record was measured is worked out once and written down beside the meter's own: offered twice,
it is the same reading, and the record keeps it once. A line that rotted is told of as it stands,
and the meter is asked for everything again: it may have it still.
"""

import logging
import os
import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from msgspec.structs import replace

from homeward.engines.secret import sync_folder
from homeward.standards.gatt.session import Told
from homeward.standards.gatt.sync import NUMBERS, Memory

LINES_MAX = 3 * NUMBERS  # then it is written anew, shorter
PACKETS_MAX = 10_000  # of what has no number: the newest so many are known
# Without a time of their own the same octets, within this, are told again; after it, measured anew.
AGAIN_WITHIN = timedelta(minutes=5)
NEAR = 16  # numbers between two records; some are of what was deleted, or of no reading
DONE, TOLD = ".done", ".told"
ROTTEN = "it rotted in the edge's book"
_CHECK = b',"crc":'
log = logging.getLogger("homeward.edge")


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """A packet, or a mark of how far a characteristic is whole (`last`, without octets), or what a
    continuous monitor said of its session when that was first met (`session`).

    `at` is when it was measured, `said` what the meter's clock said (without a zone), `why` why it
    is no reading. `zone` is where the meter was, and `ahead` by how many seconds its clock was
    ahead (None: it could not be asked); a line without a zone is of before these were written.
    """

    of: int
    taken: datetime
    octets: str = ""
    epoch: int = 0
    number: int | None = None
    is_context: bool = False
    at: datetime | None = None
    said: datetime | None = None
    why: str = ""
    last: int | None = None
    identity: str = ""
    session: tuple[str, str, str, str] | None = None
    zone: str = ""
    ahead: float | None = None


class Book:
    """One file of lines, and how many of them the spool has, and the server what is beside the
    numbers. For one thread."""

    def __init__(self, path: Path) -> None:
        self.identity = ""  # the serial number the meter gave last
        self.session: Told | None = None  # that the newest records are of
        # By characteristic: the epoch and the beginning of the last sync that found all there was.
        # Not on the disk: without it less is known, and nothing is wrong.
        self.synced: dict[int, tuple[int, datetime]] = {}
        self._path = path
        self._lines: list[Line] = []
        self._memories: dict[int, Memory] = {}
        self._packets: dict[tuple[int, str], Line] = {}
        self._times: dict[int, tuple[int, datetime]] = {}  # by number: epoch, and when
        self._early: dict[tuple[int, int], Line] = {}  # contexts that came before their measurement
        self._done = self._told = 0
        self._is_stale = False  # the file is not what is known here
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._open()

    def memory(self, of: int) -> Memory:
        """What is known of the records of one characteristic."""
        return self._memories.setdefault(of, Memory())

    def knows(self, of: int, octets: bytes, now: datetime) -> bool:
        """Whether a packet without a number came before, and is not measured anew: 38.5 Cel today
        are the octets of 38.5 Cel of yesterday, where a thermometer has no clock."""
        line = self._packets.get((of, octets.hex()))
        if line is None:
            return False
        has_time = line.at is None or line.said is not None
        return has_time or now - line.taken < AGAIN_WITHIN

    def time_before(self, number: int, epoch: int) -> datetime | None:
        """When the record before this number was measured, by whichever number is near."""
        for near in range(number - 1, max(-1, number - 1 - NEAR), -1):
            of, at = self._times.get(near, (-1, None))
            if at is not None:
                return at if of == epoch else None
        return None

    def waiting(self, count: int) -> list[Line]:
        """The oldest lines that the spool has not taken, at most so many."""
        return self._lines[self._done : self._done + count]

    def done(self, count: int) -> None:
        """The spool has the oldest so many."""
        self._done += count
        self._mark(DONE, self._done)

    def untold(self, count: int) -> list[Line]:
        """The oldest lines of which the server was not told what is beside the number."""
        return self._lines[self._told : self._told + count]

    def told(self, count: int) -> None:
        """The server has what is beside the numbers of the oldest so many."""
        self._told += count
        self._mark(TOLD, self._told)

    def with_times(self, line: Line) -> list[Line]:
        """A line; a context with when its measurement was, one that is not known yet not at all; a
        measurement with the context that came before it."""
        if line.number is None:
            return [line]
        if not line.is_context:
            early = self._early.get((line.epoch, line.number))
            return [line] if early is None else [line, replace(early, at=line.at)]
        epoch, at = self._times.get(line.number, (-1, None))
        return [replace(line, at=at)] if epoch == line.epoch else []

    def _mark(self, name: str, count: int) -> None:
        """Without haste, and not of a file that is another: older news only means offering again,
        newer would be records that nobody ever offers."""
        if self._is_stale:
            return
        try:
            self._write_mark(name, count)
        except OSError as error:
            log.warning("how far a meter's book is done cannot be written: %s", error.strerror)

    def _write_mark(self, name: str, count: int) -> None:
        fresh = self._path.with_suffix(f"{name}.new")
        fresh.write_text(f"{count}\n")
        fresh.rename(self._path.with_suffix(name))

    def bring_to_disk(self, lines: Sequence[Line]) -> None:
        """In a thread, if you like; `take_in` them then. Raises OSError: then `reopen`."""
        data = b"".join(_written(line) for line in lines)
        is_first = not self._path.exists()
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            while data:
                data = data[os.write(file, data) :]
            os.fdatasync(file)
        finally:
            os.close(file)
        if is_first:
            sync_folder(self._path.parent)

    def take_in(self, lines: Iterable[Line]) -> None:
        """They are on the disk: they count."""
        for line in lines:
            self._lines.append(line)
            self.identity = line.identity or self.identity
            octets, memory = bytes.fromhex(line.octets), self.memory(line.of)
            if line.session is not None:
                self.session = Told(line.taken, *map(bytes.fromhex, line.session))
                memory.begun()
            memory.epoch = max(memory.epoch, line.epoch)
            if not octets:
                memory.last = line.last
            elif line.number is None:
                self._packets.pop((line.of, line.octets), None)  # the newest stand last
                self._packets[line.of, line.octets] = line
                if len(self._packets) > PACKETS_MAX:
                    del self._packets[next(iter(self._packets))]
            elif line.is_context:
                memory.contexts[line.number] = octets
                if self._times.get(line.number, (-1,))[0] != line.epoch:
                    self._early[line.epoch, line.number] = line
            else:
                if line.at is not None:
                    self._times[line.number] = line.epoch, line.at
                memory.seen[line.number] = (octets, line.epoch)

    @property
    def wants_opening(self) -> bool:
        """Whether it should be opened anew, which makes it shorter, or what the file is."""
        return self._is_stale or len(self._lines) > LINES_MAX

    def reopen(self) -> None:
        """Forget what is not on the disk: it is asked for again. Raises OSError; then all stays as
        it was, to be opened before the next visit."""
        self._is_stale = True
        before = dict(vars(self))
        self._lines, self._memories, self._packets = [], {}, {}
        self._times, self._early = {}, {}
        self.session = None
        try:
            self._open()
        except OSError:
            vars(self).update(before)
            raise
        self._is_stale = False

    def _open(self) -> None:
        data = self._path.read_bytes() if self._path.exists() else b""
        whole = data[: data.rfind(b"\n") + 1]  # a tail that was torn was never taken for kept
        lines = [_read(each) for each in whole.split(b"\n")[:-1]]
        rotten = sum(line.why == ROTTEN for line in lines)
        # Where the end of a line rotted two are one, and what is counted is one place further on.
        counts = (min(self._count(each), len(lines)) - rotten for each in (DONE, TOLD))
        self._done, self._told = (max(0, each) for each in counts)
        if len(lines) > LINES_MAX:
            lines = self._shorter(lines)
        elif len(whole) < len(data):
            os.truncate(self._path, len(whole))
        self.take_in(lines)
        if rotten:
            log.error("%s: a line rotted; its meter is asked for everything again", self._path)
            self.synced = {}  # what is read again was there before
            for memory in self._memories.values():
                memory.last = None

    def _count(self, name: str) -> int:
        try:
            return int(self._path.with_suffix(name).read_text())
        except (OSError, ValueError):
            return 0

    def _shorter(self, lines: list[Line]) -> list[Line]:
        """The newest line of each number, the newest packets without one, and what waits."""
        newest = {
            (line.of, line.number, line.is_context,
             (line.octets, line.session) if line.number is None else None): place
            for place, line in enumerate(lines)
        }  # fmt: skip
        loose = [place for (_, number, _, _), place in newest.items() if number is None]
        gone = set(sorted(loose)[:-PACKETS_MAX])
        keep = sorted(set(newest.values()) - gone | set(range(self._done, len(lines))))
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(b"".join(_written(lines[place]) for place in keep))
            file.flush()
            os.fsync(file.fileno())
        # The counts first, and on the disk: with the old lines they only offer some again.
        self._done = sum(place < self._done for place in keep)
        self._told = sum(place < self._told for place in keep)
        self._write_mark(DONE, self._done)
        self._write_mark(TOLD, self._told)
        sync_folder(self._path.parent)
        fresh.rename(self._path)
        sync_folder(self._path.parent)
        return [lines[place] for place in keep]


def _written(line: Line) -> bytes:
    """With a checksum: a digit that rotted would be another value, and as sound as the true one."""
    body = msgspec.json.encode(line)
    return body[:-1] + _CHECK + str(zlib.crc32(body)).encode() + b"}\n"


def _read(data: bytes) -> Line:
    """A line; before there were checksums it had none."""
    try:
        body, mark, check = data.rpartition(_CHECK)
        if mark and zlib.crc32(body + b"}") != int(check[:-1]):
            raise ValueError("its checksum is another")
        line = msgspec.json.decode(data, type=Line)
        bytes.fromhex(line.octets)
    except (msgspec.DecodeError, ValueError):
        unknown = datetime.fromtimestamp(0, UTC)
        return Line(0, unknown, data.hex(), why=ROTTEN)
    return line
