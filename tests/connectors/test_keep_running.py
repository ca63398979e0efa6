"""What fails is started again, and never in silence."""

import asyncio
import gc
import logging
from collections.abc import Callable

import pytest

from homeward.connectors import keep_running as module
from homeward.connectors.keep_running import (
    Start,
    Trouble,
    keep_running,
    log_bug,
    told_until_steady,
)
from homeward.model.errors import HomewardError, Misconfigured, Refused, Unreachable

PATIENCE_SECONDS = 10


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "BACK_OFF_SECONDS", (0.0,))
    monkeypatch.setattr(module, "TELL_AGAIN_SECONDS", 0.0)


class Play:
    """A task that does something else each time it is started."""

    def __init__(self, *acts: Exception | str) -> None:
        self.acts = list(acts)
        self.told: list[Trouble] = []
        self.came_true = asyncio.Event()

    async def start(self) -> None:
        act = self.acts.pop(0)
        if isinstance(act, Exception):
            raise act
        if act == "gives up":
            raise asyncio.CancelledError
        if act == "works":
            await asyncio.get_running_loop().create_future()

    async def tell(self, trouble: Trouble) -> None:
        self.told.append(trouble)

    async def until(self, claim: Callable[[], bool]) -> None:
        """Run it until a claim is true."""
        await self.until_with(self.start, claim)

    async def until_with(self, start: Start, claim: Callable[[], bool]) -> None:
        task = asyncio.create_task(keep_running("it", start, self.tell))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not claim():
                await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_bug_is_told_and_the_task_started_again():
    play = Play(KeyError("x"), "works")
    await play.until(lambda: not play.acts)
    assert play.told == [Trouble("task_it", "it failed (KeyError) and is started again")]


async def test_it_ends_when_it_should_whatever_fails_at_that_moment(caplog):
    """A database that goes down while we stop: the group under us then gives errors, not our end,
    and started again the process would never go."""
    began = asyncio.Event()

    async def loses_the_database() -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            raise Unreachable

    async def start() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(loses_the_database())
            await asyncio.sleep(0)
            began.set()

    play = Play()
    task = asyncio.create_task(keep_running("it", start, play.tell))
    await began.wait()
    task.cancel()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.wait((task,))
    assert task.cancelled()
    assert play.told == []
    gc.collect()
    assert [record.getMessage() for record in caplog.records if record.levelno > logging.INFO] == []


async def test_a_group_whose_member_fails_is_started_again():
    """Python's own groups leave us marked as cancelled then, and nobody has cancelled us."""
    starts = 0

    async def fails() -> None:
        await asyncio.sleep(0)
        raise Unreachable

    async def start() -> None:
        nonlocal starts
        starts += 1
        if starts == 3:
            await asyncio.get_running_loop().create_future()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(fails())
        except ExceptionGroup:
            raise Unreachable from None

    await Play().until_with(start, lambda: starts == 3)


async def test_one_that_is_cancelled_by_itself_does_not_end_in_silence():
    play = Play("gives up", "works")
    await play.until(lambda: not play.acts)
    assert play.told == [Trouble("task_it", "it failed (RuntimeError) and is started again")]


async def test_one_that_ends_by_itself_is_no_less_a_failure():
    play = Play("ends", "works")
    await play.until(lambda: not play.acts)
    assert play.told == [Trouble("task_it", "it ended by itself and is started again")]


async def test_recovery_is_told_once_it_has_lasted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "STEADY_SECONDS", 0.01)
    play = Play(KeyError("x"), "works")
    await play.until(lambda: len(play.told) == 2)
    assert play.told[1] == Trouble("task_it", "it runs again", over=True)


async def test_what_is_away_is_logged_once_however_often_it_is_tried(caplog):
    play = Play(*[Unreachable("nobody there")] * 5, "works")
    with caplog.at_level(logging.INFO):
        await play.until(lambda: not play.acts)
    assert [record.getMessage() for record in caplog.records] == ["it waits: nobody there"]
    assert len(play.told) == 5


@pytest.mark.parametrize("error", [Refused("wrong key"), Misconfigured("no such port")])
async def test_what_a_person_must_mend_is_not_tried_again_but_told_again(error: HomewardError):
    play = Play(error, "works")
    await play.until(lambda: len(play.told) == 3)
    assert set(play.told) == {Trouble("task_it", f"it stopped: {error}")}
    assert play.acts == ["works"]


async def test_values_in_an_error_stay_out_of_the_log(caplog):
    play = Play(ValueError("Rosa Marin 7.4 mmol/L"), "works")
    await play.until(lambda: not play.acts)
    assert "ValueError" in caplog.text
    assert "Rosa" not in caplog.text + str(play.told)


def test_every_error_of_a_group_is_logged_without_values(caplog):
    log_bug("it", ExceptionGroup("two", [ValueError("Rosa"), KeyError("Marin")]))
    assert "ValueError" in caplog.text
    assert "KeyError" in caplog.text
    assert "Rosa" not in caplog.text


@pytest.mark.parametrize(
    ("seen", "times"),
    [([7, 7, 7], 3), ([0, 7, 7, 7], 4), ([7, 8, 8, 8], 4), ([7, 7, 0, 0, 9, 9, 9], 7)],
)
async def test_a_restart_is_told_until_the_next_process_is_steady(seen: list[int], times: int):
    told: list[bool] = []

    async def tell(trouble: Trouble) -> None:
        told.append(trouble.over)

    trouble = Trouble("process_door", "door ended (signal SIGKILL) and is started again")
    await told_until_steady(trouble, lambda: seen.pop(0), tell)
    assert told == [False] * times + [True]
    assert seen == []
