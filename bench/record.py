"""What the record costs: commits, folding, compaction, bytes a sample, a chart.

    make bench NAME=record          six hours of data
    python -m bench.record 2        two hours

Eight patients, seven vitals, one message a second each: the messages go through the intake of
the door, then through fold and compact, on a PostgreSQL of its own that syncs every commit.
Beside it the same samples stand as plain rows with an index, in the same database.
"""

import resource
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import psycopg
import uvloop

from bench.report import finish, spread, table
from homeward.bus import Bus
from homeward.engines.child import running
from homeward.engines.nats import Nats
from homeward.engines.postgres import Postgres
from homeward.model.delivery import Delivery, Outcome
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME
from homeward.services.contract import Tools
from homeward.services.record.compact import compact
from homeward.services.record.fold import fold
from homeward.services.record.intake import Intake
from homeward.settings import load
from homeward.store import Store, migrate
from homeward.store.chunks import micros, trend

START = datetime(2026, 3, 1, tzinfo=UTC)
PATIENTS = 8
# mean, step of the walk, decimals
VITALS = {
    "heart_rate": (82, 0.6, 0),
    "pulse": (82, 0.6, 0),
    "oxygen_saturation": (94, 0.15, 0),
    "respiratory_rate": (16, 0.3, 0),
    "systolic": (124, 0.5, 0),
    "diastolic": (71, 0.4, 0),
    "temperature": (37.1, 0.01, 1),
}
CHART_POINTS = 1000
CHART_ROUNDS = 15


@dataclass(frozen=True)
class Cost:
    """Of one stage: wall and CPU seconds of this process, for so many samples."""

    wall: float
    cpu: float
    samples: int


def day(device: int, seconds: int, rng: np.random.Generator) -> list[Delivery]:
    """Vitals that wander, measured each second to the millisecond or so."""
    columns = {}
    for name, (mean, step, decimals) in VITALS.items():
        walk = np.cumsum(rng.normal(0, step, seconds))
        walk -= np.linspace(0, walk[-1], seconds)
        columns[BY_NAME[name]] = np.round(mean + 5 * np.tanh(walk / 10), decimals).tolist()
    jitter = rng.integers(0, 3, seconds).tolist()
    times = [START + timedelta(seconds=n, milliseconds=jitter[n]) for n in range(seconds)]
    return [
        Delivery(
            device, 1, n, at + timedelta(milliseconds=20),
            tuple(Reading(vital, values[n], at) for vital, values in columns.items()),
        )
        for n, at in enumerate(times)
    ]  # fmt: skip


async def timed(work, samples: int) -> Cost:
    """Wall and CPU of some work; CPU of this process with its threads, not of PostgreSQL."""
    wall, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    await work
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.perf_counter() - wall, cpu, samples)


async def take_in(tools: Tools, deliveries: list[Delivery]) -> None:
    """Offer all; the intake decides how many share a commit."""
    lost = 0

    def settle(outcome: Outcome) -> None:
        nonlocal lost
        lost += outcome is not Outcome.STORED

    async with Intake.open(tools) as intake:
        for each in deliveries:
            intake.offer(each, settle)
            if intake.is_full:
                await intake.settled()
        await intake.settled()
    assert not lost


async def fold_all(tools: Tools) -> None:
    """Until nothing is due."""
    while (await fold(tools.store, tools.now())).messages:
        pass


async def compact_all(tools: Tools) -> None:
    """Until nothing is due."""
    while await compact(tools.store, tools.now()):
        pass


async def chart_seconds(tools: Tools, patient: int, span: timedelta) -> list[float]:
    """How long a chart of the whole span takes, from the query to the arrays."""
    vitals = [BY_NAME[name].index for name in VITALS]
    ends = (micros(START), micros(START + span))
    taken: list[float] = []
    for _ in range(CHART_ROUNDS):
        began = time.perf_counter()
        await trend(tools.store.door(), patient, vitals, *ends, CHART_POINTS)
        taken.append(time.perf_counter() - began)
    return taken


def furnish(url: str) -> tuple[list[int], list[int]]:
    """Patients who wear a device each; the devices' and the patients' ids."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "insert into device (name, kind) select 'bench-' || n, 'monitor' "
            "from generate_series(1, %s) n",
            (PATIENTS,),
        )
        admin.execute(
            "insert into patient (record_number, name, birth_date, sex) "
            "select 'B' || n, 'Bench', '1950-01-01', 'other' from generate_series(1, %s) n",
            (PATIENTS,),
        )
        admin.execute(
            "insert into association (device_id, patient_id, starts, source) "
            "select device.id, patient.id, %s, 'bench' from device "
            "join patient on 'bench-' || substring(record_number from 2) = device.name",
            (START,),
        )
        pairs = admin.execute("select device_id, patient_id from association").fetchall()
        return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def bytes_as_rows(url: str, deliveries: list[Delivery]) -> float:
    """Bytes a sample as plain rows with an index: what chunks replace."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "create table plain (patient int, vital smallint, at timestamptz, value float8)"
        )
        with admin.cursor().copy("copy plain from stdin") as copy:
            for each in deliveries:
                for reading in each.readings:
                    copy.write_row((each.device_id, reading.vital.index, reading.at, reading.value))
        admin.execute("create index on plain (patient, vital, at)")
        (size,) = admin.execute("select pg_total_relation_size('plain')").fetchone() or (0,)
        return size / (len(deliveries) * len(VITALS))


def table_bytes(url: str, name: str) -> int:
    """A table with its index and its long values, as packed as it gets."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"vacuum full {name}")
        return (admin.execute("select pg_total_relation_size(%s)", (name,)).fetchone() or (0,))[0]


async def measure(url: str, nats_url: str, hours: int) -> None:
    """Take in, fold, compact, chart; print what each cost."""
    devices, patients = furnish(url)
    span = timedelta(hours=hours)
    rng = np.random.default_rng(7)
    days = [day(device, round(span.total_seconds()), rng) for device in devices]
    deliveries = [each for tick in zip(*days, strict=True) for each in tick]
    count = len(deliveries) * len(VITALS)
    settings, _ = load({})
    clock = [START + span + timedelta(seconds=30)]
    async with Store.open(url) as store, Bus.open(nats_url) as bus:
        tools = Tools(store, bus, replace(settings), lambda: clock[0])
        costs = {"take in, commit": await timed(take_in(tools, deliveries), count)}
        clock[0] += timedelta(hours=2)
        costs["fold to minutes"] = await timed(fold_all(tools), count)
        minute_bytes = table_bytes(url, "minute_chunk") / count
        costs["compact to hours"] = await timed(compact_all(tools), count)
        hour_bytes = table_bytes(url, "hour_chunk") / count
        charts = await chart_seconds(tools, patients[0], span)
    plain_bytes = bytes_as_rows(url, deliveries)
    rows = [
        (name, f"{cost.samples / cost.wall:,.0f}", f"{cost.cpu / cost.samples * 1e6:.2f}")
        for name, cost in costs.items()
    ]
    table(("stage", "samples a second", "CPU us a sample"), rows)
    print()
    sizes = [("plain rows and index", plain_bytes), ("minute", minute_bytes), ("hour", hour_bytes)]
    table(("kept as", "bytes a sample"), [(name, f"{size:.2f}") for name, size in sizes])
    print(f"\nchart of {hours} h, {len(VITALS)} vitals: {spread(charts, '.4f')} s")
    committed = costs["take in, commit"]
    finish(
        "record",
        {
            "messages_per_second": len(deliveries) / committed.wall,
            "commit_cpu_us_per_message": committed.cpu / len(deliveries) * 1e6,
            "fold_cpu_us_per_sample": costs["fold to minutes"].cpu / count * 1e6,
            "compact_cpu_us_per_sample": costs["compact to hours"].cpu / count * 1e6,
            "hour_bytes_per_sample": hour_bytes,
            "hour_bytes_per_plain_row": hour_bytes / plain_bytes,
            "chart_seconds": sorted(charts)[len(charts) // 2],
        },
    )


def main(hours: int) -> None:
    """Engines of its own, thrown away at the end."""
    folder = Path(tempfile.mkdtemp(prefix="homeward-bench-"))
    postgres, nats = Postgres(folder), Nats(folder)
    try:
        with running(postgres), running(nats):
            with psycopg.connect(postgres.url, autocommit=True) as admin:
                admin.execute("create database bench")
            url = postgres.database_url("bench")
            migrate(url)
            uvloop.run(measure(url, nats.url, hours))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6)
