"""The reserve is held while there is room, given up when there is none, and made anew."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from homeward.engines.room import Reserve, Room, database_folder

Usage = namedtuple("Usage", ["total", "used", "free"])
MIB = 1024**2
RESERVE, LOW = 4 * MIB, 16 * MIB


class Disk:
    """Of a size that tests set; the reserve's own file is real."""

    def __init__(self, folder: Path) -> None:
        self.file, self.others_leave = folder / "reserve", 1000 * MIB

    def usage(self, _: object) -> Usage:
        held = RESERVE if self.file.exists() else 0
        free = max(0, self.others_leave - held)
        return Usage(1000 * MIB, 1000 * MIB - free, free)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    made = Disk(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", made.usage)
    return made


def test_it_is_given_up_when_there_is_little_left_and_made_anew(disk: Disk):
    reserve = Reserve(disk.file.parent, RESERVE, LOW)
    assert reserve.look() is Room.PLENTY
    assert disk.file.stat().st_size == RESERVE
    disk.others_leave = 15 * MIB
    assert reserve.look() is Room.LOW
    assert disk.file.exists()
    disk.others_leave = 7 * MIB  # 3 outside the reserve
    assert reserve.look() is Room.FULL
    assert not disk.file.exists()
    disk.others_leave = 11 * MIB  # with the file made anew it would be full again soon
    assert reserve.look() is Room.FULL
    disk.others_leave = 12 * MIB
    assert reserve.look() is Room.LOW
    assert disk.file.exists()
    disk.others_leave = 100 * MIB
    assert reserve.look() is Room.PLENTY


def test_on_a_disk_that_is_full_already_none_is_made(disk: Disk):
    disk.others_leave = 0
    assert Reserve(disk.file.parent, RESERVE, LOW).look() is Room.FULL
    assert not disk.file.exists()


def test_without_a_reserve_nothing_is_ever_full(disk: Disk):
    disk.others_leave = 0
    assert Reserve(disk.file.parent, 0, LOW).look() is Room.LOW
    assert not disk.file.exists()


def test_a_database_elsewhere_is_not_looked_after(tmp_path: Path):
    assert database_folder(tmp_path) is None
    (tmp_path / "postgres" / "cluster").mkdir(parents=True)
    assert database_folder(tmp_path) == tmp_path / "postgres"
