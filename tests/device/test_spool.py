"""The spool: whatever was written is there, at whatever moment the power went."""

import ctypes
import errno
import mmap
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from homeward.device.ranges import Ranges
from homeward.device.records import packed, records_in
from homeward.device.spool import MARK, Spool
from homeward.device.unreadable import PAGE, Holes, is_lost, read_round

SEGMENT = 600  # a few records each, so that files come and go


def everything(spool: Spool) -> dict[int, bytes]:
    """Every open record by number."""
    found: dict[int, bytes] = {}
    place = spool.first
    while place < spool.end:
        records, start, until = spool.read(place, 1_000, 10**6)
        assert until > place or start >= spool.end
        found |= {each.number: each.body for each in records if each.body is not None}
        place = until
    return found


class PowerCuts(RuleBasedStateMachine):
    """A spool, and a dictionary of what was brought to the disk and not acknowledged."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="homeward-spool-"))
        self.spool = self.opened()
        self.kept: dict[int, bytes] = {}
        self.end = 0

    def opened(self) -> Spool:
        return Spool(self.folder, 10**9, SEGMENT)

    def teardown(self) -> None:
        self.spool.close()
        shutil.rmtree(self.folder)

    @rule(bodies=st.lists(st.binary(max_size=200), min_size=1, max_size=5))
    def write(self, bodies: list[bytes]) -> None:
        begin = self.spool.end
        self.spool.write([(begin + n, body) for n, body in enumerate(bodies)])
        self.kept |= {begin + n: body for n, body in enumerate(bodies)}
        self.end = self.spool.end

    @rule(data=st.data())
    def acknowledge(self, data: st.DataObject) -> None:
        start = data.draw(st.integers(self.spool.first, self.spool.end))
        most = data.draw(st.integers(1, 6))
        _, start, until = self.spool.read(start, most, 300)
        self.spool.acknowledge(start, until)
        self.kept = {n: body for n, body in self.kept.items() if not start <= n < until}

    @rule(cut=st.integers(0, 250), body=st.binary(max_size=200), wrote_mark=st.booleans())
    def power_cut_while_writing(self, cut: int, body: bytes, wrote_mark: bool) -> None:
        """The file has any part of a record that nobody was told of; then we start again."""
        pending = self.spool.prepare([(0, body)])
        with self.spool._segments[-1].path.open("ab") as file:
            file.write(pending.data[:cut])
        if wrote_mark:
            self.spool.keep_mark()
        if cut >= len(pending.data):  # it reached the disk, though nobody was told: it may stay
            self.kept[self.spool.end] = body
        self.spool = self.opened()
        kept = everything(self.spool)
        # Acknowledged ones may come back, and are sent again; none that is owed may be missing.
        assert {n: kept.get(n) for n in self.kept} == self.kept
        self.kept = kept
        assert self.spool.end >= self.end, "a number is never given twice"
        self.end = self.spool.end

    @rule(body=st.binary(max_size=50))
    def disk_fails(self, body: bytes) -> None:
        pending = self.spool.prepare([(0, body)])
        with self.spool._segments[-1].path.open("ab") as file:
            file.write(pending.data[: len(pending.data) // 2])
        self.spool.failed()

    @precondition(lambda self: self.spool.end > 0)
    @rule()
    def restart(self) -> None:
        self.spool.close()
        self.spool = self.opened()
        kept = everything(self.spool)
        assert {n: kept.get(n) for n in self.kept} == self.kept
        self.kept = kept

    @invariant()
    def all_that_is_owed_is_there(self) -> None:
        assert everything(self.spool) == self.kept
        assert self.spool.waiting() == len(self.kept)
        assert self.spool.rotten == 0


TestPowerCuts = PowerCuts.TestCase
TestPowerCuts.settings = settings(max_examples=60, stateful_step_count=25)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10)), max_size=20))
def test_ranges_are_a_set_of_numbers(added):
    ranges, numbers = Ranges(), set()
    for start, size in added:
        ranges.add(start, start + size)
        numbers |= set(range(start, start + size))
    for number in range(60):
        is_open = number not in numbers
        assert (ranges.next_open(number) == number) == is_open
        after = [n for n in sorted(numbers) if n > number]
        if is_open:
            assert ranges.open_until(number) == (after[0] if after else None)


@given(st.data())
def test_rot_costs_what_rotted_and_is_counted(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("spool")
    bodies = data.draw(st.lists(st.binary(max_size=60), min_size=3, max_size=20))
    spool = Spool(folder, 10**9)
    spool.write([(0, body) for body in bodies])
    (path,) = folder.glob("*.spool")
    whole = bytearray(path.read_bytes())
    # Not the last record: a tail that does not hold is torn, and was told to nobody.
    last = len(packed(0, 0, bodies[-1], 0))
    place = data.draw(st.integers(0, len(whole) - last - 1))
    whole[place] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(whole)
    kept = everything(spool)
    assert len(kept) == len(bodies) - 1
    assert all(bodies[number] == body for number, body in kept.items())
    assert spool.rotten == 1
    spool.close()
    assert everything(Spool(folder, 10**9)) == kept


PAGES = 16


def test_a_sector_that_cannot_be_read_costs_what_was_in_it():
    """The kernel's own EIO: memory that is not mapped, read through /proc/self/mem."""
    memory = mmap.mmap(-1, PAGES * PAGE)
    memory.write(bytes(range(1, PAGES + 1)) * PAGE)
    base = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    whole = ctypes.string_at(base, PAGES * PAGE)
    lost = {3, 8, 9, 10}
    unmap = ctypes.CDLL(None, use_errno=True).munmap
    unmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)
    for page in lost:
        assert unmap(base + page * PAGE, PAGE) == 0
    holes: Holes = []
    file = os.open("/proc/self/mem", os.O_RDONLY)
    try:
        with pytest.raises(OSError) as refused:
            os.pread(file, PAGE, base + 3 * PAGE)
        assert is_lost(refused.value)
        found = read_round(file, base, PAGES * PAGE, holes)
        assert read_round(file, base, PAGES * PAGE, holes) == found, "and is not tried again"
    finally:
        os.close(file)
    expected = bytearray(whole)
    for page in lost:
        expected[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
    assert found == bytes(expected)
    # The second of two in a row is passed over with its neighbour: each try may take seconds.
    assert holes == [(base + 3 * PAGE, base + 4 * PAGE), (base + 8 * PAGE, base + 9 * PAGE),
                     (base + 9 * PAGE, base + 11 * PAGE)]  # fmt: skip


@dataclass
class BadDisk:
    """A disk of which some places of some files give nothing, and that may take nothing too."""

    lost: dict[str, range] = field(default_factory=dict)  # by the number in a file's name
    is_away: bool = False
    tries: int = 0

    def pread(self, file: int, size: int, place: int) -> bytes:
        name = Path(f"/proc/self/fd/{file}").readlink().name[:20].lstrip("0") or "0"
        bad = self.lost.get(name, range(0))
        if self.is_away or place in bad:
            self.tries += 1
            raise OSError(errno.EIO, "Input/output error")
        return PREAD(file, min(size, bad.start - place) if place < bad.start else size, place)

    def fsync(self, file: int) -> None:
        if self.is_away:
            raise OSError(errno.EIO, "Input/output error")
        FSYNC(file)


PREAD, FSYNC = os.pread, os.fsync


@pytest.fixture
def bad_disk(monkeypatch) -> BadDisk:
    disk = BadDisk()
    monkeypatch.setattr("os.pread", disk.pread)
    monkeypatch.setattr("os.fsync", disk.fsync)
    return disk


@pytest.mark.parametrize("is_opened_again", [True, False])
def test_what_the_disk_does_not_give_stops_nothing_behind_it(tmp_path, bad_disk, is_opened_again):
    """A page in the first file, all of the second, the end of the third, which is the last."""
    spool = Spool(tmp_path, 10**9, 6 * PAGE)
    for _ in range(3):
        spool.write([(0, bytes([n] * 1_000)) for n in range(25)])
    bad_disk.lost = {
        "0": range(PAGE, 2 * PAGE), "25": range(10**9), "50": range(5 * PAGE, 10**9),
    }  # fmt: skip
    if is_opened_again:
        spool.close()
        spool = Spool(tmp_path, 10**9, 6 * PAGE)
    kept = everything(spool)
    lost = set(range(75)) - set(kept)
    assert lost >= {4, *range(25, 50), 74}
    assert len(lost) < 25 + 6 + 8, "of the others most is there"
    assert all(body == bytes([number % 25] * 1_000) for number, body in kept.items())
    assert spool.rotten >= 25 + 5
    assert {number for number, _ in spool.rotten_in(0, 50)} == {n for n in lost if n < 50}
    spool.write([(0, b"next")])
    assert spool.end > 75, "no number is given twice"
    tries = bad_disk.tries
    assert everything(spool) == kept | {spool.end - 1: b"next"}
    assert bad_disk.tries == tries, "what cannot be read is not tried for ever"
    spool.acknowledge(0, spool.end)
    left = sorted(each.name[:20].lstrip("0") for each in tmp_path.glob("*.unreadable"))
    assert left == ["", "25", "50"], "somebody may read more of them"
    assert len(list(tmp_path.glob("*.spool"))) == 1


def test_a_disk_that_is_away_has_lost_nothing(tmp_path, bad_disk):
    spool = Spool(tmp_path, 10**9)
    spool.write([(0, b"one"), (0, b"two")])
    bad_disk.is_away = True
    with pytest.raises(OSError):
        spool.read(0, 10, 10**6)
    bad_disk.is_away = False
    assert everything(spool) == {0: b"one", 1: b"two"}
    assert spool.rotten == 0


def test_a_device_cannot_hide_a_record_in_a_message():
    """Even where the head before it rotted, and the next one is looked for."""
    inner = packed(99, 0, b"as if another device had said it", seed=1)
    outer = bytearray(packed(0, 0, inner, seed=2))
    outer[0] ^= 1
    both = bytes(outer) + packed(1, 0, b"next", seed=2)
    assert [each.number for each in records_in(both, 0, seed=2)] == [1]


def test_a_full_disk_is_an_error_and_costs_nothing(tmp_path, monkeypatch):
    spool = Spool(tmp_path, 10**9)
    spool.write([(0, b"one")])

    def no_room(file: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("os.write", no_room)
        with pytest.raises(OSError):
            spool.write([(0, b"two")])
    spool.write([(0, b"three")])
    assert everything(spool) == {0: b"one", 1: b"three"}
    assert everything(Spool(tmp_path, 10**9)) == {0: b"one", 1: b"three"}


def test_what_is_acknowledged_leaves_the_disk(tmp_path):
    spool = Spool(tmp_path, 2_000, SEGMENT)
    while not spool.is_full:
        spool.write([(0, bytes(100))])
    while spool.waiting():
        _, start, until = spool.read(0, 3, 10**6)
        spool.acknowledge(start, until)
    assert not spool.is_full
    assert len(list(tmp_path.glob("*.spool"))) == 1


def large(spool, count=30):
    """One batch that is more than all may be."""
    spool.write([(0, bytes(100))] * count)
    assert spool.is_full


def test_one_batch_that_fills_it_leaves_the_disk_too_once_it_is_acknowledged(tmp_path):
    spool = Spool(tmp_path, 2_000, SEGMENT)
    large(spool)
    spool.acknowledge(0, 29)
    assert spool.is_full, "the server has not all of it"
    spool.acknowledge(29, 30)
    assert (spool.is_full, spool.size, spool.end) == (False, 0, 30)
    spool.write([(0, b"next")])
    assert everything(spool) == {30: b"next"}


def test_what_filled_it_and_was_acknowledged_is_gone_when_it_is_opened_again(tmp_path):
    spool = Spool(tmp_path, 2_000, SEGMENT)
    large(spool)
    spool.close()
    (tmp_path / MARK).write_text("30\n")
    again = Spool(tmp_path, 2_000, SEGMENT)
    assert (again.is_full, again.end) == (False, 30)


def test_a_file_that_is_written_to_stays_until_that_is_done(tmp_path):
    spool = Spool(tmp_path, 2_000, SEGMENT)
    spool.write([(0, bytes(100))])
    pending = spool.prepare([(0, bytes(100))] * 30)
    spool.acknowledge(0, 1)
    pending.sync()
    spool.commit(pending)
    assert everything(spool).keys() == {*range(1, 31)}
    spool.acknowledge(1, 31)
    assert not spool.is_full
    small = spool.prepare([(0, b"x")])
    small.sync()
    spool.commit(small)
    assert everything(spool) == {31: b"x"}
