"""Children: stopped gently first, gone with their parent, their logs within bounds."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from homeward.engines import child as module
from homeward.engines.child import Child, Recipe, cut_log
from homeward.model.errors import Unreachable

SECONDS_MAX = 20.0
AUTOGROUP = Path("/proc/self/autogroup")


def until(claim: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS_MAX
    while not claim():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.01)


def runs(process: psutil.Process) -> bool:
    """Whether it does anything: it may end while it is looked at."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def shell(tmp_path: Path, script: str, **more) -> Recipe:
    environment = {"PATH": os.environ["PATH"]}
    return Recipe("it", ("/bin/sh", "-c", script), tmp_path / "it.log", environment, **more)


def test_it_is_asked_before_it_is_killed(tmp_path: Path):
    child = Child.start(
        shell(tmp_path, "trap 'echo bye; exit 0' TERM; echo hi; while :; do sleep 0.01; done")
    )
    until(lambda: "hi" in child.recipe.last_words())
    child.stop()
    assert child.how_it_ended == "exit code 0"
    assert child.recipe.last_words() == "hi\nbye"


def test_one_that_does_not_listen_is_killed(tmp_path: Path):
    deaf = "trap '' TERM; echo hi; while :; do sleep 0.01; done"
    child = Child.start(shell(tmp_path, deaf, stop_seconds=0.1))
    until(lambda: "hi" in child.recipe.last_words())
    child.stop()
    assert child.how_it_ended == "signal SIGKILL"


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="sessions have no share of their own here")
def test_what_gives_way_does_so_with_all_it_has_started(tmp_path: Path):
    child = Child.start(shell(tmp_path, "setsid sleep 60 & echo hi; wait", nice=7))
    try:
        until(lambda: "hi" in child.recipe.last_words())
        started = psutil.Process(child.pid).children
        until(lambda: len(started()) == 1 and os.getsid(started()[0].pid) == started()[0].pid)
        until(child.gives_way)
        for each in (psutil.Process(child.pid), *started()):
            assert each.nice() == min(os.nice(0) + 7, 19)
            assert Path(f"/proc/{each.pid}/autogroup").read_text().endswith(" nice 7\n")
    finally:
        child.kill()
        child.stop()


def test_what_does_not_give_way_keeps_its_share(tmp_path: Path):
    child = Child.start(shell(tmp_path, "echo hi; sleep 60"))
    until(lambda: "hi" in child.recipe.last_words())
    assert child.gives_way()
    assert psutil.Process(child.pid).nice() == os.nice(0)
    child.stop()


def test_a_program_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(Unreachable, match="cannot start ghost"):
        Child.start(Recipe("ghost", ("/no/such/program",), tmp_path / "log", {"A": "1"}))


def test_it_goes_when_its_parent_is_killed(tmp_path: Path):
    parent = f"""
import sys, time
from pathlib import Path
from homeward.engines.child import Child, Recipe
log = Path({str(tmp_path / "log")!r})
child = Child.start(Recipe("c", ("sleep", "60"), log, {{"PATH": "/bin"}}))
print(child.pid, flush=True)
time.sleep(60)
"""
    started = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE)
    assert started.stdout is not None
    pid = int(started.stdout.readline())
    process = psutil.Process(pid)
    os.kill(started.pid, signal.SIGKILL)
    started.wait()
    started.stdout.close()
    until(lambda: not runs(process))


def test_one_that_need_not_end_in_order_is_gone_at_once_with_its_parent(tmp_path: Path):
    deaf = "trap '' TERM; echo hi; while :; do sleep 0.01; done"
    parent = f"""
import signal, time
from pathlib import Path
from homeward.engines.child import Child, Recipe
recipe = Recipe(
    "c", ("/bin/sh", "-c", {deaf!r}), Path({str(tmp_path / "log")!r}), {{"PATH": "/bin"}},
    orphan_signal=signal.SIGKILL,
)
child = Child.start(recipe)
while "hi" not in recipe.last_words():
    time.sleep(0.01)
print(child.pid, flush=True)
time.sleep(60)
"""
    started = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE)
    assert started.stdout is not None
    process = psutil.Process(int(started.stdout.readline()))
    os.kill(started.pid, signal.SIGKILL)
    started.wait()
    started.stdout.close()
    until(lambda: not runs(process))


def test_its_log_is_ours_alone_and_kept_within_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "LOG_BYTES_MAX", 1000)
    log = tmp_path / "it.log"
    child = Child.start(shell(tmp_path, "echo first; read line < go; echo last", folder=tmp_path))
    until(lambda: "first" in child.recipe.last_words())
    assert log.stat().st_mode & 0o777 == 0o600
    with log.open("a") as more:
        more.write("x" * 2000)
    cut_log(log)
    assert log.stat().st_size == 0
    assert (tmp_path / "it.log.1").stat().st_size > 2000
    child.stop()


def test_a_cut_log_goes_on_at_its_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "LOG_BYTES_MAX", 1)
    os.mkfifo(tmp_path / "go")
    child = Child.start(shell(tmp_path, "echo first; read line < go; echo last", folder=tmp_path))
    until(lambda: "first" in child.recipe.last_words())
    cut_log(child.recipe.log)
    (tmp_path / "go").write_text("now\n")
    until(lambda: not child.is_alive)
    assert child.recipe.log.read_text() == "last\n"
