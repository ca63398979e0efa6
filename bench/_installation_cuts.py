"""Cutting the power of a whole installation: under load, and while a backup is taken."""

import asyncio
import contextlib
import random
import signal
import subprocess
import time

import psutil
import psycopg

from bench._database_cuts import Work
from bench._gateway_load import Gateway, Ward, compare, found_ward
from bench._volatile_disk import Cut, Machine, machine_of
from bench.installation import Installation
from homeward.drill.house import HOMEWARD
from homeward.engines.backup import BackupFolder
from homeward.engines.nats import free_port

CHECKPOINT_SECONDS = 0.2  # from its start to the cut, at most
FIRST_BASE_SECONDS_MAX = 120


def end_all(house: Installation) -> None:
    """The power is gone: nobody gets to do anything any more."""
    assert house.process is not None
    top = psutil.Process(house.process.pid)
    with contextlib.suppress(psutil.NoSuchProcess):
        every = [top, *top.children(recursive=True)]
        for each in every:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.send_signal(signal.SIGKILL)
        psutil.wait_procs(every, timeout=30)
    house.process.wait()


def house_on(machine: Machine, program: tuple[str, ...] = HOMEWARD, **extra: str) -> Installation:
    """The installation on this disk; not started."""
    folder = machine.disk / "house"
    folder.mkdir(exist_ok=True)
    ports = {"HOMEWARD_HTTP_INGEST_PORT": str(free_port())}
    return Installation(folder, {**ports, **extra}, program=program)


def url_of(house: Installation) -> str:
    """The running installation's database."""
    with house.connect() as sql:
        return f"{sql.info.dsn} password={sql.info.password}"


async def load_until_cut(
    house: Installation, machine: Machine, ward: Ward, seconds: float, share: float, seed: int
) -> tuple[float, Cut]:
    """Send for so long, cut; readings acknowledged a second, and what the cut did."""
    gateway = Gateway(ward, int(house.extra["HOMEWARD_HTTP_INGEST_PORT"]))
    sending = asyncio.create_task(gateway.run())
    while not gateway.stored:
        await asyncio.sleep(0.01)
        if sending.done():
            sending.result()
    before, began = gateway.stored, time.monotonic()
    await asyncio.sleep(seconds)
    rate = (gateway.stored - before) / (time.monotonic() - began)
    if share:
        writing = asyncio.create_task(asyncio.to_thread(_checkpoint, house))
        await asyncio.sleep(share * CHECKPOINT_SECONDS)
        await asyncio.to_thread(machine.write_back)
    cut = await asyncio.to_thread(machine.cut, share, seed)
    # Who is answered from here on was answered for something that is on the disk, or wrongly.
    await asyncio.to_thread(end_all, house)
    sending.cancel()
    await asyncio.gather(sending, *([writing] if share else []), return_exceptions=True)
    if gateway.put_aside:
        raise SystemExit(f"{gateway.put_aside} readings were put aside")
    return rate, cut


def _checkpoint(house: Installation) -> None:
    """Write what the database keeps in memory: the worst moment for the power to go."""
    with contextlib.suppress(psycopg.Error), house.connect() as sql:
        sql.execute("checkpoint")


async def in_backup(cuts: int, seed: int) -> Work:
    """The power goes while a backup is taken, of a record that fills: both are whole after it."""
    chosen, work = random.Random(seed), Work("backup")
    with machine_of() as (folder, machine):
        vault = machine.disk / "backups"
        house = house_on(machine, HOMEWARD_BACKUP_FOLDER=str(vault))
        house.start()
        ward = await asyncio.to_thread(found_ward, house, folder / "papers")
        await _first_base(BackupFolder(vault))
        began = time.monotonic()
        await asyncio.to_thread(house.run, "backup")
        seconds = time.monotonic() - began
        for number in range(cuts):
            since = time.time_ns() // 1000
            backing_up = _begun(house)
            after = chosen.uniform(0.2, 1.0) * seconds
            await load_until_cut(house, machine, ward, after, number % 3 / 3, seed + number)
            work.midway += backing_up.poll() != 0  # it had not ended well
            backing_up.kill()
            backing_up.wait()
            machine.power_off()
            machine.power_on()
            house = house_on(machine, HOMEWARD_BACKUP_FOLDER=str(vault))
            house.start()
            held = await compare(url_of(house), ward, since=since)
            doubts = await asyncio.to_thread(_doubts, house, vault)
            work.note(not (held.lost or held.doubled or held.changed or doubts))
            print(
                f"backup, cut {number + 1} of {cuts}: {held.acknowledged:,} acknowledged, "
                f"{held.lost} lost; {doubts or 'the backup is whole'}",
                flush=True,
            )
        house.run("backup")
        house.stop()
    return work


async def _first_base(vault: BackupFolder) -> None:
    async with asyncio.timeout(FIRST_BASE_SECONDS_MAX):
        while not vault.bases():
            await asyncio.sleep(0.2)


def _begun(house: Installation) -> subprocess.Popen[bytes]:
    """A backup under way."""
    silent = subprocess.DEVNULL
    return subprocess.Popen(
        [*HOMEWARD, "backup"], env=house.environment, stdout=silent, stderr=silent
    )


def _doubts(house: Installation, vault: object) -> str:
    """What a proof of the newest backup says against it."""
    words = [*HOMEWARD, "restore", "--verify", str(vault)]
    done = subprocess.run(words, env=house.environment, capture_output=True, text=True)
    return "" if done.returncode == 0 else (done.stdout + done.stderr)[-500:]
