"""What dies is started again, and soon, however often it has died before."""

import time
from pathlib import Path

import pytest

from homeward.cli._supervise import Kept
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
