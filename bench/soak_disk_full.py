"""The disk of the record is full, in every way it can be: nothing acknowledged is lost.

    make soak NAME=disk_full            every way, 20 s each
    python -m bench.soak_disk_full 60   60 s each

A twin whose whole data folder lies on a small ext4 of its own (needs root). Eight devices send over
mutual TLS, and a patient falls ill in the moment the disk becomes full. Ways:

once       the disk is filled once: the reserve is given up, so alarms are written and answered
again      every byte is taken again, the reserve too
postgres   ... and PostgreSQL is killed: it cannot even start
log        ... and PostgreSQL needs a new piece of its log: it gives up (PANIC)
all        ... and every process is killed, one after the other

After each there is room again, and nobody helps. Recovery ends when every device is acknowledged
again and the pages answer.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial

import psycopg

from bench.report import finish, table
from homeward.cli._pretend import keep_sentinel
from homeward.cli.settings import environment
from homeward.drill.drilled import drill
from homeward.drill.faults import FAULTS, NO_ROOM, Fault
from homeward.drill.report import Report
from homeward.drill.scene import Scene, staged
from homeward.drill.twin import papers_of, reaching, twin
from homeward.model.errors import HomewardError
from homeward.settings import load

SECONDS = 20.0
PROBES = 8
ALARM_SECONDS_MAX = 10.0
RECOVERY_SECONDS_MAX = 30.0
SOME_SECONDS = 4.0  # into the fault
LOG_PIECES_MAX = 4
QUIET_SECONDS_MAX = 60.0
Act = Callable[[Scene], Awaitable[None]]


@asynccontextmanager
async def _once(scene: Scene) -> AsyncIterator[None]:
    assert scene.disk is not None
    scene.disk.fill()
    answering = asyncio.create_task(_answer(scene))
    try:
        yield
    finally:
        scene.disk.give_back()
        answering.cancel()


async def _answer(scene: Scene) -> None:
    """While it is full a nurse answers the alarm; that needs a row to be written."""
    await asyncio.sleep(SOME_SECONDS)
    while not scene.notes:
        with suppress(HomewardError):
            await scene.screens[0].acknowledge_open()
            scene.notes.append("answered")
        await asyncio.sleep(0.5)


@asynccontextmanager
async def _full_and(act: Act, scene: Scene) -> AsyncIterator[None]:
    async with FAULTS["disk-full"].begin(scene):
        acting = asyncio.create_task(_later(act, scene))
        try:
            yield
        finally:
            await acting


async def _later(act: Act, scene: Scene) -> None:
    await asyncio.sleep(SOME_SECONDS)
    await act(scene)


async def _nothing(_: Scene) -> None:
    pass


async def _kill(*names: str, scene: Scene) -> None:
    for name in names:
        victim = scene.process(name)
        if victim is not None:
            os.kill(victim.pid, signal.SIGKILL)
        await asyncio.sleep(0.5)


async def _new_log(scene: Scene) -> None:
    """What an hour of writing would come to: the next piece of the log has no room."""

    def ask() -> None:
        with suppress(psycopg.Error), psycopg.connect(scene.url, autocommit=True) as sql:
            for _ in range(LOG_PIECES_MAX):
                sql.execute("select pg_switch_wal(), pg_logical_emit_message(false, 'soak', 'x')")

    await asyncio.to_thread(ask)


WAYS = {
    "once": _once,
    "again": partial(_full_and, _nothing),
    "postgres": partial(_full_and, lambda scene: _kill("postgres", scene=scene)),
    "log": partial(_full_and, _new_log),
    "all": partial(
        _full_and,
        lambda scene: _kill("watch", "work", "nats", "pack", "postgres", "web", scene=scene),
    ),
}


def _is_quiet(scene: Scene) -> bool:
    """Whether the alarm of the way before is over: one that stands begins no more."""
    words = "select 1 from alarm where condition = any(%s) and state in ('active', 'acknowledged')"
    with psycopg.connect(scene.url, autocommit=True) as sql:
        return sql.execute(words, (list(NO_ROOM),)).fetchone() is None


async def _round(name: str, scene: Scene, seconds: float) -> Report:
    fault = Fault(name, "", WAYS[name], tells=NO_ROOM)
    return await drill(scene, fault, seconds, "a twin")


def measure(seconds: float) -> dict[str, Report]:
    """Every way, one after the other on one twin."""
    settings, _ = load({})
    told: dict[str, Report] = {}
    with twin(settings, environment(settings), has_disk=True) as (house, disk, _):
        for name in WAYS:

            async def act(name: str = name) -> Report:
                reached = reaching(settings, house)
                papers = papers_of(house)
                async with staged(
                    reached, papers, keep_sentinel, name=name, probes=PROBES
                ) as scene:
                    scene.house, scene.disk = house, disk
                    assert await scene.until(lambda: _is_quiet(scene), QUIET_SECONDS_MAX)
                    return await _round(name, scene, seconds)

            told[name] = asyncio.run(act())
            print(told[name].text(), flush=True)
    return told


def main(seconds: float) -> None:
    """Fail where anything was lost, not told, or not back in time."""
    told = measure(seconds)

    def worst(times: list[float | None]) -> float:
        return max(float("inf") if each is None else each for each in times)

    def plain(each: float | None) -> str:
        return "never" if each is None else f"{each:.2f}"

    table(
        ("way", "acknowledged", "lost", "doubled", "alarm, s", "disk alarm, s", "recovery, s"),
        [
            (name, f"{r.acknowledged:,}", r.lost, r.doubled, plain(r.alarm_seconds),
             plain(r.told_seconds), plain(r.back_seconds))
            for name, r in told.items()
        ],
    )  # fmt: skip
    reports = list(told.values())
    figures = {
        "R5_lost": sum(each.lost + each.altered for each in reports),
        "R5_alarm_seconds": worst([each.told_seconds for each in reports]),
        "R5_recovery_seconds": worst([each.back_seconds for each in reports]),
        "doubled": sum(each.doubled for each in reports),
        "acknowledged": sum(each.acknowledged for each in reports),
        "patient_alarm_seconds": worst([told["once"].alarm_seconds, told["again"].alarm_seconds]),
        "answered_while_full": int("answered" in told["once"].notes),
    }
    finish("disk_full", figures)
    if (
        figures["R5_lost"] or figures["doubled"] or not figures["answered_while_full"]
        or figures["R5_alarm_seconds"] > ALARM_SECONDS_MAX
        or figures["R5_recovery_seconds"] > RECOVERY_SECONDS_MAX
    ):  # fmt: skip
        raise SystemExit(1)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
