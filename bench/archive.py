"""What a kept reading weighs, and how long a chart of a day or a year takes, beside plain rows.

    make bench NAME=archive        nine rounds
    python -m bench.archive 7

A whole Homeward holds a year of one patient's heart rate, once a second, and a day of twenty
patients' four vitals (recorded numbers, see _days.py). The same day stands as plain rows with their
index (patient, vital, time, value) in a database of the same PostgreSQL, written as they would
come: second by second, with the index there. Charts are of 1,000 points, asked in turns: by the
route the pages use, signed in as a nurse; of the store alone; and of the rows by one SQL statement.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median

import httpx
import numpy as np
import psycopg
import uvloop

from bench._days import (
    VITALS,
    Span,
    progress,
    samples,
    write,
)
from bench.installation import Installation, cookie, fill_ward, installation, wear
from bench.report import cpu_seconds, finish, spread, table
from homeward.bus import Bus
from homeward.model.delivery import Delivery, Outcome
from homeward.model.reading import Reading
from homeward.model.vital import BY_INDEX, HEART_RATE
from homeward.services.contract import Tools
from homeward.services.record.compact import hour_row
from homeward.services.record.intake import Intake
from homeward.settings import load
from homeward.store import Store
from homeward.store.chunks import micros, moment, trend

ROUNDS = 9
POINTS = 1000
PATIENTS = 20  # whose day stands as rows too
YEAR_DAYS = 365
PACK_SECONDS_MAX = 90
DAY_US = 86_400_000_000
YEAR, DAY = timedelta(days=YEAR_DAYS), timedelta(days=1)
ASKED = {"24 h, rows": 3}  # charts of an arm in a round
ASKED_ELSE = 20
ROWS_PER_ARCHIVE_MIN, CHART_SECONDS_MAX, YEAR_SECONDS_MAX, CHART_PER_ROWS_MAX = (
    80,
    5e-3,
    20e-3,
    1e-2,
)
_2000_US = 946_684_800_000_000  # PostgreSQL counts from there
BINARY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
PLAIN = np.dtype(
    [
        ("fields", ">i2"),
        ("patient_bytes", ">i4"), ("patient", ">i4"),
        ("vital_bytes", ">i4"), ("vital", ">i2"),
        ("at_bytes", ">i4"), ("at", ">i8"),
        ("value_bytes", ">i4"), ("value", ">f8"),
    ]
)  # fmt: skip
CHART_OF_ROWS = """
select min(at), min(value), max(value), avg(value) from plain
where patient = %s and vital = %s and at >= %s and at < %s
group by date_bin(%s, at, %s) order by 1
"""


@dataclass
class Arm:
    """One way to a chart. Seconds of each, and CPU seconds of each part's, by round."""

    name: str
    ask: Callable[[], Awaitable[int]]
    seconds: list[list[float]] = field(default_factory=list)
    cpu: dict[str, list[float]] = field(default_factory=dict)

    @property
    def medians(self) -> list[float]:
        """Of each round."""
        return [median(each) for each in self.seconds]

    async def run(self, parts: dict[str, int], times: int) -> None:
        """One round of it."""
        before = {part: cpu_seconds([pid]) for part, pid in parts.items()}
        taken: list[float] = []
        for _ in range(times):
            began = time.perf_counter()
            points = await self.ask()
            taken.append(time.perf_counter() - began)
            assert 0.9 * POINTS <= points <= POINTS, points
        self.seconds.append(taken)
        for part, pid in parts.items():
            spent = (cpu_seconds([pid]) - before[part]) / times
            self.cpu.setdefault(part, []).append(spent)


def fill_rows(url: str, spans: list[Span]) -> None:
    """The same readings as rows, in the order they would come, the index there from the start."""
    with psycopg.connect(url, autocommit=True) as sql:
        sql.execute(
            "create table plain (patient int, vital smallint, at timestamptz, value float8)"
        )
        sql.execute("create index on plain (patient, vital, at)")
        every = [
            (span.patient, vital, part)
            for span in spans
            for each in span.parts()
            for vital, part in samples(each).items()
        ]
        rows = np.empty(sum(len(part) for _, _, part in every), PLAIN)
        place = 0
        for patient, vital, part in every:
            mine = rows[place : place + len(part)]
            mine["patient"], mine["vital"] = patient, vital
            mine["at"], mine["value"] = part["at"] - _2000_US, part["value"]
            place += len(part)
        rows["fields"], rows["patient_bytes"], rows["vital_bytes"] = 4, 4, 2
        rows["at_bytes"], rows["value_bytes"] = 8, 8
        pieces = np.array_split(rows[np.argsort(rows["at"], kind="stable")], 200)
        for piece in progress(iter(pieces), len(pieces), "a day as rows"):
            with sql.cursor().copy("copy plain from stdin (format binary)") as copy:
                copy.write(BINARY_HEAD + piece.tobytes() + b"\xff\xff")
        sql.execute("vacuum analyze plain")


def bytes_of(sql: psycopg.Connection, name: str) -> int:
    """A table with its indexes and its long values, after an ordinary vacuum."""
    sql.execute(f"vacuum analyze {name}")
    return (sql.execute("select pg_total_relation_size(%s)", (name,)).fetchone() or (0,))[0]


def kept_bytes(sql: psycopg.Connection) -> dict[str, int]:
    """All that keeps readings once they are packed."""
    return {name: bytes_of(sql, name) for name in ("hour_chunk", "day_chunk")}


async def check_packing(house: Installation, span: Span) -> None:
    """An hour that the running Homeward folds and compacts is, byte for byte, what we write."""
    settled: list[Outcome] = []
    wanted = samples(span)
    url = house.run_file["postgres_url"]
    async with Store.open(url) as store, Bus.open(house.bus_url("door")) as bus:
        tools = Tools(store, bus, load({})[0], lambda: datetime.now(UTC), "bench")
        async with Intake.open(tools) as intake:
            for number, rows in enumerate(zip(*wanted.values(), strict=True)):
                at, received = moment(int(rows[0]["at"])), moment(int(rows[0]["received"]))
                readings = [Reading(BY_INDEX[r["vital"]], float(r["value"]), at) for r in rows]
                each = Delivery(span.device, 1, number, received, tuple(readings))
                intake.offer(each, settled.append)
                if intake.is_full:
                    await intake.settled()
            await intake.settled()
    assert settled.count(Outcome.STORED) == span.hours * 3600
    asked = "select vital, samples, minutes, body from hour_chunk where patient_id = %s"
    until = time.monotonic() + PACK_SECONDS_MAX
    with psycopg.connect(url, autocommit=True) as sql:
        while time.monotonic() < until:
            found = {row[0]: row[1:] for row in sql.execute(asked, (span.patient,))}
            ours = {vital: hour_row(rows) for vital, rows in wanted.items()}
            if found == {
                vital: (r["samples"], r["minutes"], r["body"]) for vital, r in ours.items()
            }:
                print(f"an hour by way of the inbox: {len(found)} chunks, the same byte for byte")
                return
            await asyncio.sleep(0.5)
    raise SystemExit("what the record packs is not what this bench writes")


def arms_of(
    store: Store, client: httpx.AsyncClient, rows: psycopg.AsyncConnection, spans: dict[str, Span]
) -> list[Arm]:
    """Every way to a chart; each says how many points it came to."""
    start, end = (micros(at) for at in (spans["day"].start, spans["day"].start + DAY))
    year_end = micros(spans["year"].start + YEAR)

    async def of_store(patient: int, starts: int, ends: int) -> int:
        vital = HEART_RATE.index
        found = await trend(store.door(), patient, [vital], starts, ends, POINTS)
        return len(found[vital].at)

    async def of_route(patient: int, starts: int, ends: int) -> int:
        asked = {"start": starts // 1000, "end": ends // 1000, "points": POINTS}
        answer = await client.get(f"/api/patients/{patient}/trend", params=asked)
        answer.raise_for_status()
        series = answer.json()["series"]
        return max(len(each["at"]) for each in series)

    async def of_rows() -> int:
        bucket, since = timedelta(microseconds=(end - start) / POINTS), spans["day"].start
        asked = (spans["day"].patient, HEART_RATE.index, since, since + DAY, bucket, since)
        return len(await (await rows.execute(CHART_OF_ROWS, asked)).fetchall())

    year, day = spans["year"].patient, spans["day"].patient
    starts = micros(spans["year"].start)
    return [
        Arm("24 h, store", lambda: of_store(day, start, end)),
        Arm("24 h, route, one vital", lambda: of_route(year, year_end - DAY_US, year_end)),
        Arm("24 h, route, four vitals", lambda: of_route(day, start, end)),
        Arm("24 h, rows", of_rows),
        Arm("year, store", lambda: of_store(year, starts, year_end)),
        Arm("year, route", lambda: of_route(year, starts, year_end)),
    ]


async def measure(
    house: Installation, spans: dict[str, Span], rows_url: str, rounds: int
) -> list[Arm]:
    """Every arm in turns."""
    every = house.processes()
    parts = {name: every[name].pid for name in ("web", "postgres")}
    async with (
        Store.open(house.run_file["postgres_url"]) as store,
        httpx.AsyncClient(base_url=house.url, headers=cookie(house)) as client,
        await psycopg.AsyncConnection.connect(rows_url, autocommit=True) as rows,
    ):
        arms = arms_of(store, client, rows, spans)
        for arm in arms:  # warm
            await arm.ask()
        for number in range(rounds):
            for arm in arms if number % 2 == 0 else reversed(arms):
                await arm.run(parts, ASKED.get(arm.name, ASKED_ELSE))
    return arms


def report(arms: list[Arm], sizes: dict[str, float], rounds: int) -> None:
    """Tables, whether the bars hold, and the figures."""
    print()
    table(("kept as", "bytes a reading"), [(name, f"{size:.3f}") for name, size in sizes.items()])
    per_row = sizes["a day of four vitals"] / sizes["rows with their index"]
    print(f"\n{rounds} rounds; medians of the rounds' medians, least and most")
    table(
        ("chart of 1,000 points", "ms", "web CPU ms", "PostgreSQL CPU ms"),
        [
            (
                arm.name,
                spread([1000 * each for each in arm.medians], ",.2f"),
                *(f"{1000 * median(arm.cpu[part]):.2f}" for part in ("web", "postgres")),
            )
            for arm in arms
        ],
    )
    p50 = {arm.name: median(arm.medians) for arm in arms}
    of = {arm.name: arm.medians for arm in arms}
    pairs = zip(of["24 h, store"], of["24 h, rows"], strict=True)
    per_rows = median(one / other for one, other in pairs)
    pairs = zip(of["24 h, route, one vital"], of["24 h, rows"], strict=True)
    route_per_rows = median(one / other for one, other in pairs)
    bars = (
        (f"1/{1 / per_row:.0f} of rows, bar 1/80", per_row <= 1 / ROWS_PER_ARCHIVE_MIN),
        ("24 h in 5 ms, route", p50["24 h, route, one vital"] <= CHART_SECONDS_MAX),
        ("24 h in 1/100 of rows, store", per_rows <= CHART_PER_ROWS_MAX),
        ("a year in 20 ms, route", p50["year, route"] <= YEAR_SECONDS_MAX),
    )
    print()
    for words, holds in bars:
        print(f"{words}: {'kept' if holds else 'MISSED'}")
    finish(
        "archive",
        {
            "G5_bytes_per_reading": sizes["a day of four vitals"],
            "G5_row_bytes": sizes["rows with their index"],
            "G5_archive_per_rows": per_row,
            "G6_route_p50_seconds": p50["24 h, route, one vital"],
            "G6_route_four_vitals_p50_seconds": p50["24 h, route, four vitals"],
            "G6_store_p50_seconds": p50["24 h, store"],
            "G6_rows_p50_seconds": p50["24 h, rows"],
            "G6_store_per_rows": per_rows,
            "G6_route_per_rows": route_per_rows,
            "G7_route_p50_seconds": p50["year, route"],
            "G7_store_p50_seconds": p50["year, store"],
        },
    )


def fill(house: Installation) -> tuple[dict[str, Span], str, dict[str, float]]:
    """The record and the rows; what to chart, where the rows are, and what a reading weighs."""
    url = house.run_file["postgres_url"]
    patients = [patient for _, patient in fill_ward(house, PATIENTS + 2)]
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    devices = wear(house, patients, today - YEAR)
    worn = list(zip(patients, devices, strict=True))
    asyncio.run(check_packing(house, Span(*worn[0], VITALS, today - DAY, 1)))
    days = [Span(*each, VITALS, today - DAY, 24) for each in worn[2:]]
    year = Span(*worn[1], (HEART_RATE.index,), today - YEAR, YEAR_DAYS * 24)
    readings = {"day": len(days) * 86_400 * len(VITALS), "year": year.hours * 3600}
    with house.connect() as sql:
        before = kept_bytes(sql)
        write(url, days, "a day of twenty patients")
        day = kept_bytes(sql)
        write(url, [year], "a year of one patient")
        both = kept_bytes(sql)
        sql.execute("create database bench_rows")
    rows_url = url.replace("/homeward?", "/bench_rows?")
    fill_rows(rows_url, days)
    with psycopg.connect(rows_url, autocommit=True) as sql:
        rows = bytes_of(sql, "plain")
    sizes = {
        "rows with their index": rows / readings["day"],
        "a day of four vitals": (sum(day.values()) - sum(before.values())) / readings["day"],
        "... of that rolled up for charts of years": (day["day_chunk"] - before["day_chunk"])
        / readings["day"],
        "a year of heart rate": (sum(both.values()) - sum(day.values())) / readings["year"],
    }
    return {"day": days[0], "year": year}, rows_url, sizes


def main(rounds: int = ROUNDS) -> None:
    """Run it and print the tables."""
    with installation() as house:
        spans, rows_url, sizes = fill(house)
        report(uvloop.run(measure(house, spans, rows_url, rounds)), sizes, rounds)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
