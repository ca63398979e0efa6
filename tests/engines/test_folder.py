"""The data folder: one Homeward at a time, and what a crash leaves behind is found."""

import os
import signal
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from homeward.engines.folder import DataFolder, Process, Run, process, start_ticks
from homeward.engines.identity import closed_door, database_identity
from homeward.model.errors import Conflict, Unreachable

RUN = Run(os.getpid(), 0.0, "http://127.0.0.1:1", "127.0.0.1", 1, "postgresql://", "nats://")


def test_a_second_start_is_refused_with_the_first_ones_pid(tmp_path: Path):
    second = DataFolder(tmp_path / "data").held()
    with (
        DataFolder(tmp_path / "data").held(),
        pytest.raises(Conflict, match=rf"pid {os.getpid()}.*HOMEWARD_DATA"),
    ):
        second.__enter__()
    with DataFolder(tmp_path / "data").held():
        pass


def test_the_lock_of_a_killed_one_is_free(tmp_path: Path):
    holder = f"""
import time
from pathlib import Path
from homeward.engines.folder import DataFolder
with DataFolder(Path({str(tmp_path)!r})).held():
    print("held", flush=True)
    time.sleep(60)
"""
    other = subprocess.Popen([sys.executable, "-c", holder], stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    assert DataFolder(tmp_path).is_held
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    other.stdout.close()
    assert not DataFolder(tmp_path).is_held
    with DataFolder(tmp_path).held():
        pass


def test_a_run_is_found_while_it_runs_and_not_after(tmp_path: Path):
    folder = DataFolder(tmp_path)
    with folder.held():
        folder.write_run(RUN)
        assert folder.running() == RUN
        assert stat.S_IMODE((tmp_path / "run.json").stat().st_mode) == 0o600
    with pytest.raises(Unreachable, match="homeward up"):
        folder.running()
    assert folder.last_run() == RUN, "a crashed one leaves its file"
    folder.forget_run()
    assert folder.last_run() is None


def test_a_spoiled_run_file_is_none(tmp_path: Path):
    (tmp_path / "run.json").write_text("{")
    assert DataFolder(tmp_path).last_run() is None


def test_children_of_a_crashed_run_are_ended_and_strangers_are_not(tmp_path: Path):
    folder = DataFolder(tmp_path)
    left = subprocess.Popen(["sleep", "60"], start_new_session=True)
    stranger = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        ours = process("door", left.pid)
        reused = replace(process("web", stranger.pid), start_ticks=1)
        with folder.held():
            folder.write_run(replace(RUN, processes=(ours, reused)))
            assert folder.end_leftovers() == ["door"]
        assert left.wait() == -signal.SIGTERM
        assert stranger.poll() is None
    finally:
        for each in (left, stranger):
            each.kill()
            each.wait()


def test_a_zombie_is_not_alive():
    ended = subprocess.Popen(["true"])
    one = psutil.Process(ended.pid)
    for _ in range(1000):
        if one.status() == psutil.STATUS_ZOMBIE:
            break
        time.sleep(0.01)
    assert start_ticks(ended.pid) is None
    ended.wait()
    assert not Process("it", ended.pid, 1).is_alive


def test_the_folder_is_ours_alone(tmp_path: Path):
    folder = DataFolder(tmp_path / "data")
    folder.make()
    for each in ("", "keys", "logs", "ready"):
        assert stat.S_IMODE((tmp_path / "data" / each).stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts PostgreSQL as somebody else")
def test_the_way_to_a_new_folder_is_open_to_the_database(open_folder: Path):
    before = os.umask(0o077)
    try:
        DataFolder(open_folder / "new" / "er" / "data").make()
    finally:
        os.umask(before)
    assert closed_door(open_folder / "new" / "er", database_identity()) is None
