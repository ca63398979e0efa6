"""`homeward up`: the whole platform on this machine, until it is stopped."""

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import click

from homeward import __version__
from homeward.cli._supervise import Kept, Supervisor, kept_engine
from homeward.cli.settings import effective, environment
from homeward.engines.child import Engine, Recipe
from homeward.engines.folder import DataFolder, Run
from homeward.engines.nats import Nats, as_process
from homeward.engines.postgres import Postgres
from homeward.engines.room import Reserve, database_folder
from homeward.guard.subjects import PARTS
from homeward.model.errors import Misconfigured
from homeward.settings import LOOPBACK, Settings

CHILDREN = ("work", "web", "pack")
NICE = {"pack": 10, "backup": 10}  # what they do can wait for minutes
STOP_SECONDS = 10.0
# glibc keeps a heap and OpenBLAS a buffer for each thread; ours have one loop and few helpers.
FRUGAL = {"MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1"}


@click.command("up")
def command() -> None:
    """Run the platform: engines, device door, watch, calls and pages. Ctrl-C stops it."""
    settings, _ = effective()
    run_platform(settings)


def run_platform(settings: Settings, extra: Sequence[str] = ()) -> None:
    """Run everything, and `extra` children of `homeward run`, until asked to stop.

    Raises Conflict where the data folder is in use, Misconfigured, Unreachable.
    """
    os.umask(0o077)  # whatever we and our children write is ours alone
    folder = DataFolder(settings.data)
    _make_room(settings)
    say(f"Homeward {__version__}, data in {settings.data}")
    with folder.held():
        for name in folder.end_leftovers():
            say(f"  {name:<9} was left behind by a crashed run; ended")
        _check_ports(settings)
        for stale in folder.ready.iterdir():
            stale.unlink()
        _run(settings, folder, extra)
        folder.forget_run()
    say("Homeward has stopped.")


def _make_room(settings: Settings) -> None:
    """A disk that was filled while nobody ran must not keep us from starting."""
    database = database_folder(settings.data)
    if database is not None:
        Reserve(database, settings.disk_reserve_bytes, settings.disk_low_bytes).look()


def say(words: str) -> None:
    """Tell the terminal; where it is gone, the platform goes on without it."""
    try:
        click.echo(words)
    except OSError:
        # What still waits in the buffer would fail again at the exit, and change its code.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(settings: Settings, folder: DataFolder, extra: Sequence[str]) -> None:
    engines = embedded(settings)
    addressed = addressed_by(settings, engines)
    started = time.time()

    def changed() -> None:
        folder.write_run(_described(addressed, started, supervisor))

    def teller(about: str, ended: str) -> Recipe:
        return _recipe("tell", addressed, folder, "--about", about, "--ended", ended)

    supervisor = Supervisor(say, changed, teller)
    with supervisor.watching():
        supervisor.bring_up([kept_engine(engine) for engine in engines])
        if not supervisor.is_asked_to_stop:
            words = supervisor.once(_recipe("prepare", addressed, folder))
            say(f"  database  {words}")
        children = [
            _kept(name, addressed, folder)
            for name in (
                *_several("door", settings.doors),
                *_several("watch", settings.watch_shares),
                *CHILDREN,
                *extra,
            )
        ]
        if settings.sentinel:
            children.append(_kept_sentinel(addressed, folder))
        if settings.backup_folder:
            children.append(_kept("backup", addressed, folder))
        supervisor.bring_up(children)
        if not supervisor.is_asked_to_stop:
            say(f"  devices   {addressed.mqtt_host}:{addressed.mqtt_port} (MQTT over TLS)")
            say("Homeward is running; Ctrl-C stops it.")
            say(f"Open {web_address(addressed)}")
        supervisor.keep()
        say("Stopping...")


def _several(name: str, count: int) -> list[str]:
    """Names of processes that do the same: door, door-2 and so on; one at least."""
    return [name, *(f"{name}-{number}" for number in range(2, count + 1))]


def embedded(settings: Settings) -> list[Engine]:
    """The engines we bring along: those the settings name no address of."""
    engines: list[Engine] = []
    if not settings.postgres_url:
        engines.append(Postgres(settings.data))
    if not settings.nats_url:
        engines.append(Nats(settings.data, processes=tuple(PARTS)))
    return engines


def addressed_by(settings: Settings, engines: Sequence[Engine]) -> Settings:
    """The settings with the embedded engines' addresses: children see no difference."""
    urls = {f"{engine.name}_url": engine.url for engine in engines}
    for engine in engines:
        if isinstance(engine, Postgres):
            urls["postgres_web_url"] = engine.web_url
    return replace(settings, **urls)


def web_address(settings: Settings) -> str:
    """What to open in a browser."""
    return replace(settings, public_url="").pages_url  # a proxy's address is not ours to promise


def local_address(settings: Settings) -> str:
    """How this machine itself reaches the pages."""
    wildcards = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}  # noqa: S104
    host = wildcards.get(settings.web_host, settings.web_host)
    scheme = "http" if settings.web_host in LOOPBACK else "https"
    return f"{scheme}://{host}:{settings.web_port}"


def _kept(name: str, settings: Settings, folder: DataFolder) -> Kept:
    return Kept(name, partial(_recipe, name, settings, folder), _leaves_its_pid(folder, name))


def _kept_sentinel(settings: Settings, folder: DataFolder) -> Kept:
    """Started as it would be on another machine: with its own folder, and no way to the record."""
    name = "sentinel"
    words = ("sentinel", "run", str(folder.path / name), "--ready", str(folder.ready / name))
    alone = replace(settings, postgres_url="", postgres_web_url="", nats_url="")

    def recipe() -> Recipe:
        return _command(name, words, alone, folder)

    return Kept(name, recipe, _leaves_its_pid(folder, name))


def _leaves_its_pid(folder: DataFolder, name: str) -> Callable[[int], bool]:
    file = folder.ready / name

    def is_ready(pid: int) -> bool:
        return file.exists() and file.read_text() == str(pid)

    return is_ready


def _recipe(name: str, settings: Settings, folder: DataFolder, *words: str) -> Recipe:
    own = _reaching_nats(settings, name.partition("-")[0])
    return _command(name, ("run", name, *words), own, folder)


def _reaching_nats(settings: Settings, process: str) -> Settings:
    """The settings with that process's account on the bus, and nobody else's."""
    return replace(settings, nats_url=as_process(settings.nats_url, process, settings.data))


def _command(name: str, words: Sequence[str], settings: Settings, folder: DataFolder) -> Recipe:
    return Recipe(
        name,
        (sys.executable, "-m", "homeward.cli", *words),
        folder.logs / f"{name}.log",
        environment={**os.environ, **FRUGAL, **environment(settings)},
        stop_seconds=STOP_SECONDS,
        nice=NICE.get(name, 0),
        # The engines end with us too: nothing is left to end in order for, and a child that tried
        # would keep its port, and the next run waiting.
        orphan_signal=signal.SIGKILL,
    )


def _described(settings: Settings, started: float, supervisor: Supervisor) -> Run:
    return Run(
        pid=os.getpid(),
        started=started,
        web=web_address(settings),
        mqtt_host=settings.mqtt_host,
        mqtt_port=settings.mqtt_port,
        postgres_url=settings.postgres_url,
        nats_url=_reaching_nats(settings, "command").nats_url,
        processes=supervisor.processes,
    )


def _check_ports(settings: Settings) -> None:
    wanted = {"web": (settings.web_host, settings.web_port)}
    wanted["mqtt"] = (settings.mqtt_host, settings.mqtt_port)
    if settings.http_ingest_port:
        wanted["http_ingest"] = (settings.mqtt_host, settings.http_ingest_port)
    if settings.nightscout_port:
        wanted["nightscout"] = (settings.nightscout_host, settings.nightscout_port)
    if settings.clouds_port:
        wanted["clouds"] = ("127.0.0.1", settings.clouds_port)
    for name, (host, port) in wanted.items():
        problem = port_problem(host, port)
        if problem:
            raise Misconfigured(
                f"cannot listen on {host}:{port} ({problem}); set HOMEWARD_{name.upper()}_PORT "
                "to another port"
            )


def port_problem(host: str, port: int) -> str:
    """Why nobody could listen there; empty where one could."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        return error.strerror or str(error)
    return ""
