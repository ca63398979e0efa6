"""`homeward run NAME`: one process of an installation, started by the supervisor."""

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
import uvloop

from homeward.bus import Bus
from homeward.cli.settings import effective
from homeward.connectors.keep_running import Trouble, keep_running, log_bug, told_until_steady
from homeward.engines.folder import DataFolder
from homeward.model.errors import HomewardError, Unreachable
from homeward.services.contract import Tools, work_of
from homeward.settings import Settings
from homeward.store import Store

TROUBLE = "told.trouble"
BEAT_SECONDS = 1.0
# A service that waits longer before it looks again is away for longer than the database was:
# nobody is watched over, or called.
AWAY_SECONDS_MAX = 0.5
log = logging.getLogger(__name__)
LOOK_SECONDS = 0.05
BUG = 70  # EX_SOFTWARE of sysexits.h
LOOPBACK = ("127.0.0.1", "::1", "localhost")

Main = Callable[[Tools], Coroutine[None, None, None]]


# The clock of the whole platform.
now: Callable[[], datetime] = partial(datetime.now, UTC)


async def door(tools: Tools) -> None:
    """Devices come in here: the connectors, and the record's intake behind them."""
    from homeward.connectors.mqtt.listen import listen
    from homeward.services.record.intake import Intake

    async with Intake.open(tools) as link:
        await listen(link, DataFolder(tools.settings.data).certificates)


async def web(tools: Tools) -> None:
    """The pages, and everything they ask for."""
    from homeward.api.app import every_route
    from homeward.api.serve import serve

    await serve(tools, every_route(), tls=web_tls(tools.settings))


def web_tls(settings: Settings) -> tuple[Path, Path] | None:
    """Certificate and key of the pages: plain HTTP never leaves this machine."""
    if settings.web_host in LOOPBACK:
        return None
    folder = DataFolder(settings.data).certificates
    return folder / "server.pem", folder / "server.key"


def _works(*names: str, reaches_people: bool = False) -> Main:
    """A process that does the work of these services."""

    async def works(tools: Tools) -> None:
        async def tell(trouble: Trouble) -> None:
            await tools.bus.tell(TROUBLE, asdict(trouble))

        async with asyncio.TaskGroup() as tasks:
            for name in names:
                work = _start(work_of(name), tools)
                tasks.create_task(keep_running(name, work, tell, AWAY_SECONDS_MAX))
            if reaches_people:
                from homeward.cli._outbound import outbound

                start = partial(outbound, tools, tell)
                tasks.create_task(keep_running("reaching people", start, tell))
            tasks.create_task(_for_ever())

    return works


def _start(work: Callable[[Tools], Awaitable[None]], tools: Tools) -> Callable[[], Awaitable[None]]:
    return lambda: work(tools)


async def _for_ever() -> None:
    await asyncio.get_running_loop().create_future()


async def demo(tools: Tools) -> None:
    """The demo's devices, each a real client of the door."""
    from homeward.simulate.demo import run

    await run(tools)


async def backup(tools: Tools) -> None:
    """Every change goes to the backup folder, and from time to time a new base."""
    from homeward.cli._backing_up import backing_up

    async def tell(trouble: Trouble) -> None:
        await tools.bus.tell(TROUBLE, asdict(trouble))

    await backing_up(tools, tell)


PROCESSES: dict[str, Main] = {
    "door": door,
    "watch": _works("watch"),
    "work": _works("call", "sentinel", reaches_people=True),
    "web": web,
    "pack": _works("record"),
    "backup": backup,
    "demo": demo,
}


async def _process(name: str, settings: Settings) -> None:
    stopping = asyncio.current_task()
    assert stopping is not None
    if name != "web":  # uvicorn hears signals itself, and lets answers under way finish
        for each in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(each, stopping.cancel)
    async with tools_of(settings, name) as tools:
        asides = [
            asyncio.create_task(_beat(name, tools, stopping)),
            asyncio.create_task(_say_ready(name, settings)),
        ]
        try:
            await PROCESSES[name](tools)
        finally:
            for aside in asides:
                aside.cancel()


@asynccontextmanager
async def tools_of(settings: Settings, name: str) -> AsyncIterator[Tools]:
    """A store and a bus for one process."""
    async with (
        Store.open(settings.postgres_url) as store,
        Bus.open(settings.nats_url, f"homeward {name}") as bus,
    ):
        yield Tools(store, bus, settings, now)


async def _beat(name: str, tools: Tools, process: asyncio.Task[Any]) -> None:
    """Say each second that we live. A process that can never be heard again ends: the next can."""
    while True:
        if tools.bus.is_closed:
            log.error("%s lost the bus for good; it ends to be started again", name)
            process.cancel()
        beat = {"name": name, "now": int(tools.now().timestamp() * 1000)}
        with suppress(Exception):  # the bus is away; everybody sees the missing beat
            await tools.bus.tell(f"beat.{name}", beat)
        await asyncio.sleep(BEAT_SECONDS)


async def _say_ready(name: str, settings: Settings) -> None:
    """Leave our pid where the supervisor looks, once whoever calls us is answered."""
    ports = {
        "web": (settings.web_host, settings.web_port),
        "door": (settings.mqtt_host, settings.mqtt_port),
    }
    if name in ports:
        while not await _answers(*ports[name]):  # noqa: ASYNC110  (another library listens)
            await asyncio.sleep(LOOK_SECONDS)
    (DataFolder(settings.data).ready / name).write_text(str(os.getpid()))


async def _answers(host: str, port: int) -> bool:
    """Whether somebody, so: we, listens there. A connection to a wildcard goes to loopback."""
    try:
        _, stream = await asyncio.open_connection(host, port)
    except OSError:
        return False
    stream.close()
    return True


def prepare(settings: Settings) -> None:
    """Bring the database up to date and keep the certificates fresh."""
    from homeward.cli._backing_up import forget_stream
    from homeward.engines.certificates import Authority, names_of
    from homeward.engines.push_key import keep_push_key
    from homeward.store import migrate

    keep_push_key(settings.data)
    authority = Authority.open(DataFolder(settings.data).certificates)
    authority.keep_server(names_of(settings.public_names))
    applied = migrate(settings.postgres_url)
    if not settings.backup_folder:
        forget_stream(settings.postgres_url)
    if settings.sentinel:
        from homeward.cli._pretend import keep_sentinel

        asyncio.run(keep_sentinel(settings, DataFolder(settings.data).path / "sentinel"))
    click.echo(f"{len(applied)} migrations applied" if applied else "up to date")


async def tell(about: str, ended: str, settings: Settings) -> None:
    """Tell that a process ended, again and again until the next one has been steady."""
    trouble = Trouble(f"process_{about}", f"{about} ended ({ended}) and is started again")
    folder = DataFolder(settings.data)

    def pid() -> int:
        run = folder.last_run()
        processes = run.processes if run else ()
        found = [each.pid for each in processes if each.name == about and each.is_alive]
        return found[0] if found else 0

    while True:
        try:
            async with Bus.open(settings.nats_url, "homeward tell") as bus:
                await told_until_steady(trouble, pid, lambda each: bus.tell(TROUBLE, asdict(each)))
            return
        except Unreachable:
            await asyncio.sleep(BEAT_SECONDS)


def _collect_seldom() -> None:
    """Look for garbage cycles seldom: what a message leaves behind is freed by counting.

    Looking through every message on its way each 700 allocations took a sixth of the door's time.
    """
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


@click.command("run", hidden=True)
@click.argument("name", type=click.Choice([*PROCESSES, "prepare", "tell"]))
@click.option("--about", default="", help="Of `tell`: the process that ended.")
@click.option("--ended", default="", help="Of `tell`: how.")
def command(name: str, about: str, ended: str) -> None:
    """One process of an installation; the supervisor starts it."""
    settings, _ = effective()
    if name == "prepare":
        prepare(settings)
        return
    logging.basicConfig(
        level=settings.log_level.upper(),
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("psycopg.pool").setLevel(logging.WARNING)  # it tells each growth and shrink
    _collect_seldom()
    main = tell(about, ended, settings) if name == "tell" else _process(name, settings)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(main)
    except asyncio.CancelledError:
        return
    except HomewardError:
        raise
    except Exception as error:  # said in the log; the supervisor tells everybody
        log_bug(name, error)
        sys.exit(BUG)
