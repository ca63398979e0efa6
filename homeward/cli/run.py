"""`homeward run NAME`: one process of an installation, started by the supervisor."""

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
import uvloop

from homeward.bus import Bus
from homeward.cli._logs import write_logs
from homeward.cli._notify import notify
from homeward.cli.settings import effective
from homeward.connectors.keep_running import Trouble, keep_running, log_bug, told_until_steady
from homeward.engines.folder import DataFolder
from homeward.engines.nats import as_process
from homeward.engines.wrapping_key import reads
from homeward.guard.subjects import may
from homeward.model.errors import HomewardError, Misconfigured, Unreachable
from homeward.services.contract import Tools, work_of
from homeward.settings import Settings
from homeward.store import Store, refuse_older
from homeward.store.keyring import Keyring

TROUBLE = "told.trouble"
BEAT_SECONDS = 1.0
# A service that waits longer before it looks again is away for longer than the database was:
# nobody is watched over, or called.
AWAY_SECONDS_MAX = 0.5
log = logging.getLogger(__name__)
LOOK_SECONDS = 0.05
BUG = 70  # EX_SOFTWARE of sysexits.h
ONCE = ("prepare", "tell")  # these end by themselves; `tell` is the supervisor's
LOOPBACK = ("127.0.0.1", "::1", "localhost")

Ready = Callable[[], None]
Main = Callable[[Tools, Ready], Coroutine[None, None, None]]


# The clock of the whole platform.
now: Callable[[], datetime] = partial(datetime.now, UTC)


async def door(tools: Tools, ready: Ready) -> None:
    """Devices come in here: the connectors, and the record's intake behind them."""
    from homeward.cli._app_reads import noting
    from homeward.connectors import clouds, http_ingest, nightscout
    from homeward.connectors.mqtt.listen import opened
    from homeward.services.fleet.edges import Edges
    from homeward.services.fleet.issuing import Issuing
    from homeward.services.fleet.mappings import Mappings
    from homeward.services.phones.clouds import Clouds
    from homeward.services.phones.implants import Implants
    from homeward.services.phones.notebook import Notebooks
    from homeward.services.record.intake import Intake
    from homeward.services.record.totals import Totals

    folder = DataFolder(tools.settings.data).certificates
    async with (
        Intake.open(tools) as link,
        opened(link, folder),
        http_ingest.opened(
            link,
            folder,
            Edges(tools),
            Issuing(tools),
            Totals(tools),
            Implants(tools),
            Mappings(tools),
        ),
        Notebooks.open(tools, noting(tools)) as notebooks,
        nightscout.opened(link, folder, notebooks),
        clouds.opened(link, Clouds(tools), Totals(tools)),
    ):
        ready()
        await _for_ever()


async def web(tools: Tools, ready: Ready) -> None:
    """The pages, and everything they ask for."""
    from homeward.api.app import every_route
    from homeward.api.serve import serve
    from homeward.services.people.second_factor import required_of

    settings = tools.settings
    required_of(tools)  # a role there is not must be said now, and not at the first sign-in
    telling = asyncio.create_task(_once_answered(settings.web_host, settings.web_port, ready))
    try:
        await serve(tools, every_route(), tls=web_tls(settings))
    finally:
        telling.cancel()


def web_tls(settings: Settings) -> tuple[Path, Path] | None:
    """Certificate and key of the pages: plain HTTP never leaves this machine."""
    if settings.web_host in LOOPBACK:
        return None
    folder = DataFolder(settings.data).certificates
    return folder / "server.pem", folder / "server.key"


def _works(*names: str, reaches_people: bool = False) -> Main:
    """A process that does the work of these services."""

    async def works(tools: Tools, ready: Ready) -> None:
        ready()

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


async def demo(tools: Tools, ready: Ready) -> None:
    """The demo's devices, each a real client of the door."""
    from homeward.simulate.demo import run

    ready()
    await run(tools)


async def backup(tools: Tools, ready: Ready) -> None:
    """Every change goes to the backup folder, and from time to time a new base."""
    ready()
    from homeward.cli._backing_up import backing_up

    async def tell(trouble: Trouble) -> None:
        await tools.bus.tell(TROUBLE, asdict(trouble))

    await backing_up(tools, tell)


# Which parts speak on the bus in each is said in guard.subjects.
PROCESSES: dict[str, Main] = {
    "door": door,
    "watch": _works("watch"),
    "work": _works("call", "sentinel", "fleet", "trail", "people", "plan", reaches_people=True),
    "web": web,
    "pack": _works("record"),
    "backup": backup,
    "demo": demo,
}


async def _process(name: str, settings: Settings) -> None:
    """Run what `name` says: one of PROCESSES, or one of several of it, as in door-2."""
    does = name.partition("-")[0]
    stopping = asyncio.current_task()
    assert stopping is not None
    _ready_file(name, settings).unlink(missing_ok=True)  # an earlier one's: we are not, yet
    if does != "web":  # uvicorn hears signals itself, and lets answers under way finish
        for each in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(each, stopping.cancel)
    async with tools_of(settings, name) as tools:
        await tools.bus.must_be_let(may(does))
        await refuse_older(tools.store)
        if tools.store.keys is not None:
            await tools.store.keys.adopt(tools.store.door())
        await _forgets_whoever_is_erased(tools)
        beating = asyncio.create_task(_beat(name, tools, stopping))
        fresh = asyncio.create_task(_stay_fresh(_ready_file(name, settings)))
        try:
            await PROCESSES[does](tools, partial(_say_ready, name, settings))
        finally:
            beating.cancel()
            fresh.cancel()
            with suppress(Exception):  # the bus may be away: then we are missed, a few seconds on
                await tools.bus.tell(f"beat.{does}", _beat_of(does, tools) | {"over": True})


async def _forgets_whoever_is_erased(tools: Tools) -> None:
    """Told or not, a process forgets what it opened within minutes; told, at once."""

    async def forget(_: str, __: bytes) -> None:
        if tools.store.keys is not None:
            tools.store.keys.forget()

    await tools.bus.listen("told.erased", forget)


@asynccontextmanager
async def tools_of(settings: Settings, name: str) -> AsyncIterator[Tools]:
    """A store and a bus for one process."""
    at = f"{name} on {socket.gethostname()}"
    async with (
        Store.open(
            settings.postgres_url,
            cold_url=settings.cold_url,
            web_url=settings.postgres_web_url,
            keys=Keyring(reads(settings)),
        ) as store,
        Bus.open(settings.nats_url, f"homeward {name}") as bus,
    ):
        yield Tools(store, bus, settings, now, at)


async def _beat(name: str, tools: Tools, process: asyncio.Task[Any]) -> None:
    """Say each second that we live. A process that can never be heard again ends: the next can."""
    does = name.partition("-")[0]
    while True:
        if tools.bus.is_closed or tools.bus.is_gagged:
            log.error("%s can say nothing on the bus; it ends to be started again", tools.at)
            process.cancel()
        with suppress(Exception):  # the bus is away; everybody sees the missing beat
            await tools.bus.tell(f"beat.{does}", _beat_of(does, tools))
        notify("WATCHDOG=1")
        await asyncio.sleep(BEAT_SECONDS)


async def _stay_fresh(ready: Path) -> None:
    """Touch the file that says that we are ready: its age is for whoever looks from outside.

    In a thread: a disk that takes no write would hold up whoever watches, tells and shows.
    """
    while True:
        with suppress(OSError):  # not ready yet, or nobody wants to know
            await asyncio.to_thread(os.utime, ready)
        await asyncio.sleep(BEAT_SECONDS)


def _beat_of(does: str, tools: Tools) -> dict[str, Any]:
    return {"name": does, "now": int(tools.now().timestamp() * 1000), "at": tools.at}


def _say_ready(name: str, settings: Settings) -> None:
    """Leave our pid where the supervisor looks, and tell the system's own, where it started us."""
    file = _ready_file(name, settings)
    if file.parent.is_dir():
        with suppress(OSError):  # a full disk; who looks now started long before
            file.write_text(str(os.getpid()))
    notify("READY=1")


def _ready_file(name: str, settings: Settings) -> Path:
    return DataFolder(settings.data).ready / name


async def _once_answered(host: str, port: int, ready: Ready) -> None:
    while not await _answers(host, port):  # noqa: ASYNC110  (another library listens)
        await asyncio.sleep(LOOK_SECONDS)
    ready()


async def _answers(host: str, port: int) -> bool:
    """Whether somebody, so: we, listens there. A connection to a wildcard goes to loopback."""
    try:
        _, stream = await asyncio.open_connection(host, port)
    except OSError:
        return False
    stream.close()
    return True


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


class _Process(click.ParamType):
    """The name of a process: one of PROCESSES, or one of several, as in door-2."""

    name = "process"

    def convert(self, value: str, param: Any, ctx: Any) -> str:
        does, _, number = value.partition("-")
        is_one = does in PROCESSES and (number.isdigit() or value == does)
        if not is_one and value not in ONCE:
            self.fail(f"there is no process {value!r}; there are {', '.join(PROCESSES)}, prepare")
        return value


@click.command("run")
@click.argument("name", type=_Process(), metavar="NAME")
@click.option("--about", default="", hidden=True)
@click.option("--ended", default="", hidden=True)
def command(name: str, about: str, ended: str) -> None:
    """One process of an installation: door, watch, work, web or pack; or `prepare`, once, before.

    `homeward up` runs one of each and the engines. On several machines a process supervisor such
    as systemd runs as many of each as are wanted, all with the same HOMEWARD_POSTGRES_URL and
    HOMEWARD_NATS_URL; several on one machine are told apart by a number: door, door-2. Patients are
    divided among those that watch (HOMEWARD_WATCH_SHARES).
    """
    settings, _ = effective()
    for each in ("postgres_url", "nats_url"):
        if not getattr(settings, each):
            raise Misconfigured(
                f"HOMEWARD_{each.upper()} is not set: `homeward up` brings engines along, one "
                "process alone uses yours"
            )
    does = name.partition("-")[0]
    settings = replace(settings, nats_url=as_process(settings.nats_url, does, settings.data))
    if name == "prepare":
        from homeward.cli._prepare import prepare

        prepare(settings)
        return
    write_logs(settings.log_level)
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
