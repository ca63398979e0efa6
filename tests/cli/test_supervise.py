"""What dies is started again, and soon, however often it has died before."""

import errno
import time
from pathlib import Path

import pytest

from homeward.cli._supervise import Kept, Supervisor
from homeward.engines.child import Recipe

STEP_SECONDS = 0.01
BETWEEN_SECONDS_MAX = 2.5  # half of what the alarm path may be away for, with the start itself


def recipe(folder: Path) -> Recipe:
    return Recipe("dies", ("/bin/sh", "-c", "exit 3"), folder / "log", {"PATH": "/bin"})


@pytest.mark.parametrize("deaths", [1, 6, 50])
def test_what_dies_again_and_again_waits_no_longer_than_an_alarm_may(tmp_path, deaths):
    kept = Kept("dies", lambda: recipe(tmp_path), lambda pid: True)
    kept.deaths = deaths - 1
    kept.start()
    until = time.monotonic() + 20
    while not kept.look():
        assert time.monotonic() < until
        time.sleep(STEP_SECONDS)
    assert kept.deaths == deaths
    assert kept.ended == "exit code 3"
    assert 0 < kept.due - time.monotonic() <= BETWEEN_SECONDS_MAX


def test_a_full_disk_ends_nothing_and_who_runs_is_written_later(tmp_path):
    """The run file cannot be written when a child is started again: it is, once there is room."""
    written, is_full = [], [True]

    def changed() -> None:
        if is_full[0]:
            raise OSError(errno.ENOSPC, "no space left on device")
        written.append(supervisor.processes)

    supervisor = Supervisor(lambda _: None, changed, lambda *_: recipe(tmp_path))
    stays = Recipe("stays", ("/bin/sleep", "60"), tmp_path / "log", {"PATH": "/bin"})
    with supervisor.watching():
        supervisor.bring_up([Kept("stays", lambda: stays, lambda pid: True)])
        assert written == []
        is_full[0] = False
        supervisor._restart_due()
        assert [[each.name for each in those] for those in written] == [["stays"]]
        supervisor._restart_due()
        assert len(written) == 1


def test_what_cannot_be_prepared_on_a_full_disk_is_tried_again(tmp_path):
    def prepare() -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    kept = Kept("engine", lambda: recipe(tmp_path), lambda pid: True, prepare)
    kept.start()
    assert (kept.deaths, kept.refused) == (1, None)
    assert kept.due > time.monotonic() - 1
