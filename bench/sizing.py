"""How many cores, gigabytes and euros: measured here, and counted up for 10 to 1,000,000 patients.

    make bench NAME=sizing          1,000 devices
    python -m bench.sizing 200      200

A whole Homeward and devices over mutual TLS. First each is a ward monitor (seven vitals in one
message a second), looked at on screens at last; then each is worn at home (one vital in a message,
here a second, so that there is something to count). CPU is each process's own, from /proc, whatever
it is spent on, by the messages it had; others on the machine change it little. Woken for one a
process does nearly as much as for ten: fewer devices cost more each, more devices less. Bytes are
those of the record after it is packed, of both kinds of patient.
"""

import asyncio
import json
import shutil
import ssl
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import numpy as np
import psutil
import psycopg
import uvloop
from msgspec.structs import replace
from websockets.asyncio.client import connect

from bench import _sizing_model as model
from bench import record
from bench.alarm_path.monitors import Monitor
from bench.door import tls_of
from bench.installation import LOGIN, PASSWORD, Installation, fill_ward, installation
from bench.report import cpu_seconds, finish, table
from homeward.bus import Bus
from homeward.engines.certificates import Authority
from homeward.engines.child import running
from homeward.engines.folder import DataFolder
from homeward.engines.nats import Nats
from homeward.engines.postgres import Postgres
from homeward.model.delivery import Delivery
from homeward.model.reading import Reading
from homeward.services.contract import Tools
from homeward.settings import load
from homeward.store import Store, migrate

DEVICES = 1000
SCREENS, BEDS = 10, 20
COUNT_SECONDS, SETTLE_SECONDS = 20.0, 5.0
HOURS, HOME_HOURS = 3, 48
PARTS = ("door", "watch", "work", "web", "pack", "postgres", "nats")
Cpu = dict[str, float]


class Oximeter(Monitor):
    """Says one vital in a message, and nothing else."""

    vitals = Monitor.vitals[2:3]


def fill(house: Installation, devices: int) -> None:
    """A patient and a registered device for each; enrolled by the authority itself."""
    fill_ward(house, devices)
    with house.connect() as sql:
        sql.execute(
            "insert into device (name, kind) select 'mon-' || to_char(n, 'FM0000'), 'monitor'"
            " from generate_series(1, %s) n",
            (devices,),
        )
        sql.execute(
            "insert into association (device_id, patient_id, starts, source)"
            " select device.id, patient.id, now() - interval '1 minute', 'bench' from device"
            " join patient"
            " on record_number = 'B-' || to_char(substr(device.name, 5)::int, 'FM9000')"
        )


def papers(house: Installation, devices: int) -> list[ssl.SSLContext]:
    """What each device connects with."""
    authority = Authority.open(DataFolder(house.folder / "data").certificates)
    names = [f"mon-{number:04}" for number in range(1, devices + 1)]
    return [tls_of(authority, house.folder, name) for name in names]


def spent(house: Installation) -> Cpu:
    """CPU seconds of each part so far; PostgreSQL with all its backends, dead or alive."""
    found = house.processes()
    return {name: cpu_seconds([found[name].pid]) for name in PARTS}


def memory(house: Installation, name: str) -> int:
    """Bytes of a process that are its own."""
    return psutil.Process(house.processes()[name].pid).memory_full_info().uss


async def counted(house: Installation, messages: Callable[[], int]) -> tuple[Cpu, int]:
    """CPU a second of each part over a while, and messages acknowledged in it."""
    await asyncio.sleep(SETTLE_SECONDS)
    before, said, began = spent(house), messages(), time.monotonic()
    await asyncio.sleep(COUNT_SECONDS)
    seconds, after = time.monotonic() - began, spent(house)
    return {name: (after[name] - before[name]) / seconds for name in PARTS}, round(
        (messages() - said) / seconds
    )


async def speak(monitors: list[Monitor]) -> None:
    """Each says what it measures once a second, at a moment of its own; until cancelled."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        for place, monitor in enumerate(monitors):
            late = due + place / len(monitors) - loop.time()
            if late > 0:
                await asyncio.sleep(late)
            monitor.says()
        due += 1.0


async def look(house: Installation) -> None:
    """A screen that shows the ward; until cancelled."""
    async with httpx.AsyncClient(base_url=house.url) as client:
        answer = await client.post("/api/session", json={"login": LOGIN, "password": PASSWORD})
        cookie = answer.headers["set-cookie"].split(";")[0]
    address = house.url.replace("http", "ws") + "/api/live"
    async with connect(address, additional_headers={"cookie": cookie}, compression=None) as socket:
        await socket.send(json.dumps({"watch": "ward", "id": 1, "wards": [1]}))
        async for _ in socket:
            pass


async def measure(house: Installation, devices: int) -> tuple[dict[str, Cpu], dict[str, float]]:
    """CPU seconds a message by class and part, and what else was counted.

    At this rate, with all a process does besides: one that is busier does less for each.
    """
    fill(house, devices)
    tls = papers(house, devices)
    alone = {name: memory(house, name) for name in ("door", "watch")}
    costs: dict[str, Cpu] = {}
    more: dict[str, float] = {}
    for kind, device in (("ward", Monitor), ("home", Oximeter)):
        before = spent(house)["door"]
        opened = [await device.open(house.mqtt_port, n, each) for n, each in enumerate(tls, 1)]
        await asyncio.sleep(1)
        more.setdefault("handshake", (spent(house)["door"] - before) / devices)
        speaking = asyncio.create_task(speak(opened))
        acknowledged = partial(_acknowledged, opened)
        busy, rate = await counted(house, acknowledged)
        costs[kind] = {name: busy[name] / rate for name in PARTS}
        print(f"{kind}: {rate} messages a second", flush=True)
        if kind == "ward":
            for name in alone:
                more[f"{name}_memory"] = max(0.0, memory(house, name) - alone[name]) / devices
            looking = [asyncio.create_task(look(house)) for _ in range(SCREENS)]
            seen, _ = await counted(house, acknowledged)
            boards = devices / BEDS  # the ward here is so many times what a screen shows
            more["screen"] = max(0.0, seen["web"] - busy["web"]) / SCREENS / boards
            await _ended(looking)
        await _ended([speaking])
        for each in opened:
            each.stop()
    with house.connect() as sql:
        asked = "select pg_total_relation_size('score'), count(*) from score"
        size, count = sql.execute(asked).fetchone() or (0, 0)
    more["score_bytes"] = size / max(1, count)
    return costs, more


def _acknowledged(monitors: list[Monitor]) -> int:
    return sum(each.acknowledged for each in monitors)


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def _engines() -> Iterator[tuple[Postgres, Nats]]:
    folder = Path(tempfile.mkdtemp(prefix="homeward-bench-"))
    postgres, nats = Postgres(folder), Nats(folder)
    try:
        with running(postgres), running(nats):
            yield postgres, nats
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def worn(device: int, hours: int, rng: np.random.Generator) -> list[Delivery]:
    """What somebody wears at home: one of two vitals each quarter of a minute."""
    made: list[Delivery] = []
    for number, each in enumerate(record.day(device, hours * 240, rng)):
        at = record.START + timedelta(seconds=15 * number)
        said = each.readings[number % 2]
        one = Reading(said.vital, said.value, at)
        made.append(replace(each, received=at + timedelta(milliseconds=20), readings=(one,)))
    return made


async def packed(url: str, nats_url: str, *, is_home: bool) -> tuple[float, float]:
    """Of a reading: bytes in the packed record, and the CPU seconds of ours to pack it."""
    devices, _ = record.furnish(url)
    hours = HOME_HOURS if is_home else HOURS
    rng = np.random.default_rng(7)
    days = [
        worn(device, hours, rng) if is_home else record.day(device, hours * 3600, rng)
        for device in devices
    ]
    deliveries = [each for tick in zip(*days, strict=True) for each in tick]
    clock = [record.START + timedelta(hours=hours, seconds=30)]
    settings, _ = load({})
    async with Store.open(url) as store, Bus.open(nats_url) as bus:
        tools = Tools(store, bus, settings, lambda: clock[0])
        await record.take_in(tools, deliveries)
        clock[0] += timedelta(hours=2)
        count = sum(len(each.readings) for each in deliveries)
        costs = [
            await record.timed(do(tools), count) for do in (record.fold_all, record.compact_all)
        ]
    return record.table_bytes(url, "hour_chunk") / count, sum(each.cpu for each in costs) / count


def kept() -> dict[str, tuple[float, float]]:
    """Bytes and CPU seconds a reading of both kinds of patient."""
    found: dict[str, tuple[float, float]] = {}
    with _engines() as (postgres, nats):
        for kind in ("ward", "home"):
            with psycopg.connect(postgres.url, autocommit=True) as admin:
                admin.execute(f"create database {kind}")
            url = postgres.database_url(kind)
            migrate(url)
            found[kind] = uvloop.run(packed(url, nats.url, is_home=kind == "home"))
    return found


def show(costs: model.Costs) -> dict[str, float]:
    """Print what one costs and what all cost; the figures."""
    rows = [
        (name, f"{costs.ward_message[name] * 1e6:.0f}", f"{costs.home_message[name] * 1e6:.0f}")
        for name in PARTS
    ]
    table(("CPU us a message", "ward, 7 vitals", "home, 1 vital"), rows)
    print()
    sizes = {house: model.size(house, costs) for house in model.HOUSES}
    table(
        ("", "patients", "readings/s", "doors", "watch", "cores busy", "cores", "GB RAM",
         "GB a year", "EUR a month"),
        [
            (house.name, f"{house.patients:,}", f"{each.readings_a_second:,.0f}", each.doors,
             each.watchers, f"{sum(each.busy.values()):.2f}", each.cores_rented, each.memory_gb,
             f"{each.disk_gb_a_year:,.0f}", f"{each.euros_a_month:,.0f}")
            for house, each in sizes.items()
        ],
    )  # fmt: skip
    print(model.PRICES)
    return {f"cores_{house.patients}": sum(each.busy.values()) for house, each in sizes.items()}


def main(devices: int) -> None:
    """Measure, count up, and print."""
    with installation(HOMEWARD_MQTT_HOST="127.0.0.1") as house:
        messages, more = uvloop.run(measure(house, devices))
    (ward_bytes, ward_pack), (home_bytes, home_pack) = kept().values()
    # Packing comes minutes later, in pieces: it is counted apart.
    messages["ward"]["pack"] = ward_pack * model.WARD_READINGS
    messages["home"]["pack"] = home_pack * model.HOME_READINGS
    costs = model.Costs(
        messages["ward"], messages["home"], more["screen"], more["door_memory"],
        more["watch_memory"], ward_bytes, home_bytes, more["score_bytes"],
    )  # fmt: skip
    figures = show(costs)
    every = {
        f"{kind}_{name}_us": cost * 1e6
        for kind, each in messages.items()
        for name, cost in each.items()
    }
    told = {"ward_bytes_per_reading": ward_bytes, "home_bytes_per_reading": home_bytes}
    at = datetime.now(UTC).date().isoformat()
    finish("sizing", {"devices": devices, "day": at, **every, **told, **more, **figures})


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEVICES)
