"""The spool: an append-only log on the edge's own disk. What it has taken, it keeps.

Records (records.py) are numbered through; segments are files named by the number of their first.
A write is on disk (fsync) before anybody is told; a segment is deleted once the server has
acknowledged every record in it. A tail that was torn by a crash was never acknowledged to a
device and is cut; what rotted is passed over, counted and said. A file of which the disk does not
give all is read round that, and stays, under another name, for who can read more of it.
"""

import contextlib
import logging
import os
import secrets
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from homeward.device.ranges import Ranges
from homeward.device.records import HEAD_BYTES, Record, packed, records_in
from homeward.device.unreadable import Holes, is_lost, read_round
from homeward.engines.secret import sync_folder

SEGMENT_BYTES = 4 * 1024 * 1024
FRESH_RECORDS_MAX = 200_000
PLACES_MAX = 16  # where readers go on
MARK = "acknowledged"
KEPT_MAX = 4  # files of which a part could not be read: the newest so many stay
log = logging.getLogger("homeward.device")


@dataclass(slots=True)
class Segment:
    """One file: its records are numbered from `first` to before `end`. Its name has both the first
    number and the seed of its checksums."""

    first: int
    path: Path
    end: int
    seed: int
    size: int = 0
    holes: Holes = field(default_factory=Holes)  # what of it the disk does not give


@dataclass(frozen=True, slots=True)
class Pending:
    """A write that is prepared: bring it to the disk with `sync`, in a thread if you like."""

    file: int
    data: bytes
    takens: tuple[int, ...]

    def sync(self) -> None:
        """Write and fsync. Raises OSError."""
        view = memoryview(self.data)
        while view:
            view = view[os.write(self.file, view) :]
        os.fdatasync(self.file)


class Spool:
    """One folder of segments. For one thread; only `Pending.sync` may run in another."""

    def __init__(self, folder: Path, bytes_max: int, segment_bytes: int = SEGMENT_BYTES) -> None:
        self.bytes_max = bytes_max
        self.rotten = 0  # records that could not be read any more
        self._folder = folder
        # What the server has is deleted by the file: one must not be all there may be.
        self._segment_bytes = min(segment_bytes, bytes_max // 8)
        self._segments: list[Segment] = []
        self._done = Ranges()
        self._fresh: deque[tuple[int, int]] = deque(maxlen=FRESH_RECORDS_MAX)  # number, taken
        self._places: dict[int, int] = {}  # where some records begin
        self._file: int | None = None
        self._is_writing = False
        self._counted = 0
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        paths = sorted(folder.glob("*.spool"))
        for path in paths:
            self._adopt(path, is_last=path == paths[-1])
        self._recall_mark()
        self._let_newest_go()

    # -- state ---------------------------------------------------------------------------------

    @property
    def first(self) -> int:
        """The number of the oldest record there is."""
        return self._segments[0].first if self._segments else 0

    @property
    def end(self) -> int:
        """The number the next record gets."""
        return self._segments[-1].end if self._segments else 0

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(each.size for each in self._segments)

    @property
    def is_full(self) -> bool:
        """Whether it has all it may have."""
        return self.size >= self.bytes_max

    def oldest_open(self) -> int:
        """The oldest record that is not acknowledged; `end` where all are."""
        return min(self._done.next_open(self.first), self.end)

    def waiting(self) -> int:
        """How many records are not acknowledged."""
        place, found = self.oldest_open(), 0
        while place < self.end:
            until = self._done.open_until(place)
            until = self.end if until is None else min(until, self.end)
            found += until - place
            place = self._done.next_open(until)
        return found

    def fresh_from(self, taken: int) -> int:
        """The first record of this run that was taken at `taken` (us) or later."""
        while self._fresh and self._fresh[0][1] < taken:
            self._fresh.popleft()
        return self._fresh[0][0] if self._fresh else self.end

    # -- writing -------------------------------------------------------------------------------

    def prepare(self, bodies: Sequence[tuple[int, bytes]]) -> Pending:
        """Ready to append records (taken in us, body). Raises OSError for a disk that is full."""
        last = self._segments[-1] if self._segments else None
        if last is None or last.size >= self._segment_bytes or last.holes:
            self._close_file()
            last = self._made(self.end)
        if self._file is None:
            self._file = os.open(last.path, os.O_WRONLY | os.O_APPEND)
        number = last.end
        data = b"".join(
            packed(number + n, taken, body, last.seed) for n, (taken, body) in enumerate(bodies)
        )
        self._is_writing = True
        return Pending(self._file, data, tuple(taken for taken, _ in bodies))

    def commit(self, pending: Pending) -> None:
        """It is on disk: its records count from now on."""
        segment = self._segments[-1]
        number = segment.end
        self._fresh.extend((number + n, taken) for n, taken in enumerate(pending.takens))
        segment.end += len(pending.takens)
        segment.size += len(pending.data)
        self._is_writing = False
        self._let_newest_go()

    def failed(self) -> None:
        """It is not, as far as anybody knows: what was half written never counts."""
        self._is_writing = False
        # After a failed fsync the kernel may call lost pages clean: begin a file of its own.
        self._close_file()
        segment = self._segments[-1]
        with contextlib.suppress(OSError):
            os.truncate(segment.path, segment.size)
        with contextlib.suppress(OSError):
            if segment.end > segment.first:
                self._made(segment.end)

    def write(self, bodies: Sequence[tuple[int, bytes]]) -> None:
        """Append records and bring them to the disk. Raises OSError; then none of them counts."""
        pending = self.prepare(bodies)
        try:
            pending.sync()
        except OSError:
            self.failed()
            raise
        self.commit(pending)

    def acknowledge(self, start: int, end: int) -> None:
        """The server has these; files of which it has all are deleted."""
        self._done.add(start, end)
        for segment in self._segments[:-1]:
            if self._done.hold(segment.first, segment.end):
                self._remove(segment)
        self._let_newest_go()
        self._done.forget_before(self.first)

    def _let_newest_go(self) -> None:
        """A file that has its size is deleted though no newer one is there: one batch may have made
        it as large as all may be, and whoever is full writes no newer one."""
        last = self._segments[-1] if self._segments else None
        if last is None or self._is_writing or last.size < self._segment_bytes:
            return
        if self._done.hold(last.first, last.end):
            self._close_file()
            with contextlib.suppress(OSError):
                self._made(last.end)
                self._remove(last)

    def _remove(self, segment: Segment) -> None:
        """The server has it, or nobody ever will: one with holes somebody may still read."""
        self._segments.remove(segment)
        if not segment.holes:
            segment.path.unlink(missing_ok=True)
            return
        with contextlib.suppress(OSError):
            segment.path.rename(segment.path.with_suffix(".unreadable"))
        for each in sorted(self._folder.glob("*.unreadable"))[:-KEPT_MAX]:
            each.unlink(missing_ok=True)

    def keep_mark(self) -> None:
        """Remember, without haste, what is acknowledged: older news only means sending again."""
        fresh = self._folder / f"{MARK}.new"
        fresh.write_text(f"{self.oldest_open()}\n")
        fresh.rename(self._folder / MARK)

    def close(self) -> None:
        """Let go of the files."""
        with contextlib.suppress(OSError):
            self.keep_mark()
        self._close_file()

    def _made(self, first: int) -> Segment:
        seed = secrets.randbits(32)
        path = self._folder / f"{first:020}-{seed:08x}.spool"
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        os.close(file)
        sync_folder(self._folder)
        if self._segments and self._segments[-1].first == first:  # it is empty
            self._segments.pop().path.unlink(missing_ok=True)
        self._segments.append(Segment(first, path, first, seed))
        return self._segments[-1]

    def _close_file(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    # -- reading -------------------------------------------------------------------------------

    def read(self, start: int, records_max: int, bytes_max: int) -> tuple[list[Record], int, int]:
        """Open records in order, and the range of numbers they are: acknowledge it as a whole.

        The range begins at the first open number from `start` on and ends before the next that
        is acknowledged; numbers in it that rotted are gone, and in no record.
        """
        start = min(self._done.next_open(max(start, self.first)), self.end)
        until = self._done.open_until(start)
        until = min(start + records_max, self.end, self.end if until is None else until)
        found: list[Record] = []
        size = 0
        for segment in [each for each in self._segments if each.end > start]:
            if segment.first >= until:
                break
            for record in self._records(segment, start):
                if record.number >= until:
                    break
                size += record.ends - record.place
                if found and size > bytes_max:
                    until = record.number
                    break
                self._go_on_at(record)
                if record.body is not None:
                    found.append(record)
        self._count_rotten(until - start - len(found), until)
        return found, start, until

    def rotten_in(self, start: int, end: int) -> list[tuple[int, bytes]]:
        """Numbers of a range that `read` gave which cannot be read any more, and what is left of
        each: nothing where its head rotted too."""
        left = dict.fromkeys(range(start, end), b"")
        for segment in [each for each in self._segments if each.first < end and each.end > start]:
            for record in self._records(segment, start):
                if record.body is not None:
                    left.pop(record.number, None)
                elif record.number in left:
                    left[record.number] = record.rotten
        return list(left.items())

    def _records(self, segment: Segment, start: int) -> Iterator[Record]:
        """The records of a segment from number `start` on."""
        place = self._places.get(start, 0) if start > segment.first else 0
        for record in records_in(self._data(segment, place), place, segment.seed):
            if start <= record.number < segment.end:
                yield record

    def _data(self, segment: Segment, place: int) -> bytes:
        """What there is of a file from there on, zeros for what the disk does not give. Raises
        OSError for a disk that gives and takes nothing at all: that is away, and not rotten."""
        known, size = len(segment.holes), segment.size - place
        try:
            file = os.open(segment.path, os.O_RDONLY)
        except OSError as error:
            if not is_lost(error):
                raise
            segment.holes[:] = [(0, segment.size)]
            data = bytes(size)
        else:
            try:
                data = read_round(file, place, size, segment.holes)
            finally:
                os.close(file)
        if len(segment.holes) > known:
            try:
                self._try_disk()
            except OSError:
                del segment.holes[:]
                raise
            log.error("%s: the disk does not give all of it", segment.path)
        return data

    def _try_disk(self) -> None:
        """Whether it takes anything. Raises OSError."""
        tried = self._folder / "tried.new"
        file = os.open(tried, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(file, b"1")
            os.fsync(file)
        finally:
            os.close(file)
        tried.unlink()

    def _go_on_at(self, record: Record) -> None:
        """Remember where the next one begins: whoever reads on need not look for it."""
        self._places.pop(record.number, None)
        self._places[record.number + 1] = record.ends
        if len(self._places) > PLACES_MAX:
            del self._places[next(iter(self._places))]

    def _count_rotten(self, missing: int, until: int) -> None:
        if missing > 0 and until > self._counted:  # read again they are missing again
            self.rotten += missing
            self._counted = until

    # -- starting ------------------------------------------------------------------------------

    def _adopt(self, path: Path, *, is_last: bool) -> None:
        """Take over a file of an earlier run; a torn tail is cut."""
        first, seed = int(path.stem[:20]), int(path.stem[21:], 16)
        segment = Segment(first, path, first, seed, self._size_of(path))
        ends = 0
        for record in records_in(self._data(segment, 0), 0, seed):
            segment.end, ends = record.number + 1, record.ends
        if is_last and segment.size > ends:
            if segment.holes:
                self._skip_lost(segment, segment.size - ends)
            else:
                self._cut(segment, ends)
        before = self._segments[-1] if self._segments else None
        if before is not None and before.holes:
            before.end = first  # what its end had is missing, and is said to be
        elif before is not None:  # numbers between two were acknowledged, or rotted with their file
            self._done.add(before.end, first)
        self._segments.append(segment)

    def _size_of(self, path: Path) -> int:
        try:
            return path.stat().st_size
        except OSError as error:
            if not is_lost(error):
                raise
            return self._segment_bytes

    def _skip_lost(self, segment: Segment, size: int) -> None:
        """The last records of all are lost, nobody knows how many: their numbers are not given a
        second time."""
        end = segment.end + size // HEAD_BYTES + 1
        self._done.add(segment.end, end)
        segment.end = end
        self.rotten += 1

    def _cut(self, segment: Segment, ends: int) -> None:
        """A tail that was torn was told to nobody."""
        os.truncate(segment.path, ends)
        segment.size = ends
        file = os.open(segment.path, os.O_WRONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)

    def _recall_mark(self) -> None:
        try:
            mark = int((self._folder / MARK).read_text())
        except (OSError, ValueError):
            return
        if self.first < mark <= self.end:
            self._done.add(self.first, mark)
