"""A year of continuous glucose in the record: what the page of the glucose profile takes.

    make bench NAME=agp             nine rounds
    python -m bench.agp 5

A whole Homeward with one patient whose sensor spoke every five minutes for a year: 105,120
readings, as the record keeps them. A doctor who is signed in asks for the page of 14 days, of 90,
and for the sheet of paper; by turns the health of the platform, which is what any answer costs at
least. Time is taken at the server's own port, so it is all that a server does.
"""

import asyncio
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median

import httpx
import numpy as np
import psycopg
import uvloop

from bench.installation import Installation, cookie, fill_ward, installation, seal, wear
from bench.report import finish, spread, table
from homeward.model.vital import GLUCOSE
from homeward.services.record.compact import hour_row
from homeward.store import queries
from homeward.store.chunks import micros, moment
from homeward.store.packed import HOUR_US, SAMPLES, Array

ROUNDS, ASKED = 9, 10
YEAR, STEP_US = timedelta(days=365), 300_000_000
SECONDS_MAX = 0.3
record = queries("homeward.services.record")


@dataclass
class Arm:
    """One question, and the seconds of its answers by round."""

    name: str
    path: str
    seconds: list[list[float]] = field(default_factory=list)

    async def run(self, client: httpx.AsyncClient) -> None:
        """One round of it."""
        taken: list[float] = []
        for _ in range(ASKED):
            began = time.perf_counter()
            answer = await client.get(self.path)
            taken.append(time.perf_counter() - began)
            answer.raise_for_status()
        self.seconds.append(taken)

    def percentile(self, percent: float) -> list[float]:
        """Of each round."""
        return [float(np.percentile(each, percent)) for each in self.seconds]


def glucose(device: int, until: datetime, rng: np.random.Generator) -> Array:
    """A year of it: meals raise it, nights calm it, and no two days are alike."""
    count = int(YEAR.total_seconds() * 1e6) // STEP_US
    rows = np.zeros(count, SAMPLES)
    rows["vital"], rows["device"] = GLUCOSE.index, device
    rows["at"] = micros(until) - STEP_US * np.arange(count, 0, -1)
    hours = rows["at"] / HOUR_US % 24
    meals = sum(60 * np.exp(-(((hours - at) / 1.5) ** 2)) for at in (8.5, 13.5, 19.5))
    drift = np.cumsum(rng.normal(0, 3, count))
    drift -= np.convolve(drift, np.ones(288) / 288, "same")
    rows["value"] = np.clip(np.round(115 + meals + drift), 40, 400)
    rows["received"] = rows["at"] + 1_000_000
    return rows


def write(url: str, patient: int, rows: Array) -> None:
    """As the record writes an hour."""
    hours = np.split(rows, np.flatnonzero(np.diff(rows["at"] // HOUR_US)) + 1)
    values = [
        {"owner": patient, "hour": moment(int(each["at"][0]) // HOUR_US * HOUR_US)} | hour_row(each)
        for each in hours
    ]
    with psycopg.connect(url, autocommit=True) as sql, sql.cursor() as cursor:
        cursor.executemany(record.add_hour.text, values)
        cursor.execute("analyze")


async def measure(house: Installation, patient: int, rounds: int) -> list[Arm]:
    """Each question in turns."""
    at = f"/api/patients/{patient}/reports/glucose"
    arms = [
        Arm("14 days", at), Arm("90 days", f"{at}?days=90"), Arm("on paper", f"{at}/paper"),
        Arm("health", "/api/health"),
    ]  # fmt: skip
    async with httpx.AsyncClient(base_url=house.url, headers=cookie(house), timeout=30) as client:
        page = (await client.get(at)).json()["page"]
        assert page["enough"], page["lacking"]
        for number in range(rounds):
            for arm in arms if number % 2 == 0 else reversed(arms):
                await arm.run(client)
            await asyncio.sleep(0.2)
    return arms


def report(arms: list[Arm], rounds: int) -> None:
    """A table, whether the bar holds, and the figures."""
    print(f"a year of readings every 5 minutes; {rounds} rounds of {ASKED}")
    table(
        ("asked", "p50 ms", "p95 ms"),
        [
            (
                arm.name,
                spread([1000 * each for each in arm.percentile(50)], ".1f"),
                spread([1000 * each for each in arm.percentile(95)], ".1f"),
            )
            for arm in arms
        ],
    )
    page, long, paper, _ = (median(arm.percentile(95)) for arm in arms)
    print(f"a page at most {1000 * SECONDS_MAX:.0f} ms: ", end="")
    print("kept" if page <= SECONDS_MAX else "MISSED")
    finish(
        "agp",
        {"server_seconds": page, "days_90_seconds": long, "paper_seconds": paper},
    )


def main(rounds: int = ROUNDS) -> None:
    """Run it and print the table."""
    with installation() as house:
        ((_, patient),) = fill_ward(house, 1)
        seal(house)
        now = datetime.now(UTC)
        (device,) = wear(house, [patient], now - YEAR)
        url = house.run_file["postgres_url"]
        write(url, patient, glucose(device, now, np.random.default_rng(7)))
        report(uvloop.run(measure(house, patient, rounds)), rounds)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
