"""The newest values of a thousand people for a worklist, by the route such a list asks.

    make bench NAME=worklist        nine rounds
    python -m bench.worklist 7

A whole Homeward with a team that looks after a thousand people at home, each with five vitals. Some
of what is newest waits in the inbox, as a few hundred of them send while it is asked, the rest was
folded before. A nurse who is signed in asks 40 times a round; in the same rounds, by turns, the
health of the platform is asked, which is what any answer costs at least.
"""

import asyncio
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import httpx
import numpy as np
import uvloop

from bench.installation import Installation, cookie, fill_ward, installation, seal, wear
from bench.report import cpu_seconds, finish, spread, table
from homeward.bus import Bus
from homeward.model.delivery import Delivery, Outcome
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME
from homeward.services.contract import Tools
from homeward.services.record.intake import Intake
from homeward.settings import load
from homeward.store import Store

ROUNDS, ASKED = 9, 40
PATIENTS = 1000
SAYING_PER_SECOND = 17  # each once a minute
USUAL = {
    "heart_rate": 72, "oxygen_saturation": 96, "respiratory_rate": 15, "systolic": 128,
    "diastolic": 79,
}  # fmt: skip
FOLD_SECONDS_MAX = 240
P95_SECONDS_MAX = 20e-3


@dataclass
class Arm:
    """One question. Seconds of each answer, by round; CPU seconds of each part, by round."""

    name: str
    path: str
    seconds: list[list[float]] = field(default_factory=list)
    cpu: dict[str, list[float]] = field(default_factory=dict)
    bytes: int = 0

    def percentile(self, percent: float) -> list[float]:
        """Of each round."""
        return [float(np.percentile(each, percent)) for each in self.seconds]

    async def run(self, client: httpx.AsyncClient, parts: dict[str, int]) -> None:
        """One round of it."""
        before = {part: cpu_seconds([pid]) for part, pid in parts.items()}
        taken: list[float] = []
        for _ in range(ASKED):
            began = time.perf_counter()
            answer = await client.get(self.path)
            taken.append(time.perf_counter() - began)
            answer.raise_for_status()
            self.bytes = len(answer.content)
        self.seconds.append(taken)
        for part, pid in parts.items():
            self.cpu.setdefault(part, []).append((cpu_seconds([pid]) - before[part]) / ASKED)


class Homes:
    """A thousand devices, each of which says its five vitals once a minute."""

    def __init__(self, intake: Intake, devices: list[int]) -> None:
        self._intake, self._devices = intake, devices
        self._said = 0
        self.stored = 0

    def say(self, device: int, at: datetime) -> None:
        """One message of one device."""
        self._said += 1
        readings = [Reading(BY_NAME[name], float(value), at) for name, value in USUAL.items()]
        self._intake.offer(Delivery(device, 1, self._said, at, tuple(readings)), self._settled)

    def _settled(self, outcome: Outcome) -> None:
        self.stored += outcome is Outcome.STORED

    async def run(self) -> None:
        """In turn, until cancelled."""
        while True:
            for device in self._devices:
                self.say(device, datetime.now(UTC))
                await asyncio.sleep(1 / SAYING_PER_SECOND)


async def folded(client: httpx.AsyncClient, store: Store) -> None:
    """Until what everybody said at first is out of the inbox."""
    until = time.monotonic() + FOLD_SECONDS_MAX
    while True:
        async with store.connection() as connection:
            row = await (await connection.execute("select count(*) from inbox")).fetchone()
            kept = await (
                await connection.execute("select count(*) from patient_newest")
            ).fetchone()
        if row == (0,) and kept == (PATIENTS,):
            return
        if time.monotonic() > until:
            raise SystemExit(f"not folded after {FOLD_SECONDS_MAX} s: {row} wait, {kept} are kept")
        await asyncio.sleep(0.5)


def check(said: dict[str, Any]) -> None:
    """Everybody is there, with every vital."""
    assert len(set(said["people"]["id"])) == PATIENTS
    assert {each["vital"] for each in said["newest"]} == USUAL.keys()
    for each in said["newest"]:
        assert each["value"] == [USUAL[each["vital"]]] * PATIENTS
        assert len(each["at"]) == PATIENTS


async def measure(house: Installation, devices: list[int], ward: int, rounds: int) -> list[Arm]:
    """Both questions in turns, while people at home send."""
    run, every = house.run_file, house.processes()
    parts = {name: every[name].pid for name in ("web", "postgres")}
    arms = [Arm("worklist", f"/api/wards/{ward}/worklist"), Arm("health", "/api/health")]
    async with (
        Store.open(run["postgres_url"]) as store,
        Bus.open(house.bus_url("door")) as bus,
        httpx.AsyncClient(base_url=house.url, headers=cookie(house)) as client,
    ):
        tools = Tools(store, bus, load({})[0], lambda: datetime.now(UTC), "bench")
        async with Intake.open(tools) as intake:
            homes = Homes(intake, devices)
            for device in devices:
                homes.say(device, datetime.now(UTC) - timedelta(minutes=3))
            await intake.settled()
            await folded(client, store)
            saying = asyncio.create_task(homes.run())
            await asyncio.sleep(20)
            check((await client.get(arms[0].path)).json())
            for number in range(rounds):
                for arm in arms if number % 2 == 0 else reversed(arms):
                    await arm.run(client, parts)
            check((await client.get(arms[0].path)).json())
            saying.cancel()
            await intake.settled()
    return arms


def report(arms: list[Arm], rounds: int) -> None:
    """A table, whether the bar holds, and the figures."""
    print(f"{PATIENTS:,} people, {len(USUAL)} vitals each; {rounds} rounds of {ASKED}")
    table(
        ("asked", "p50 ms", "p95 ms", "kB", "web CPU ms", "PostgreSQL CPU ms"),
        [
            (
                arm.name,
                spread([1000 * each for each in arm.percentile(50)], ".1f"),
                spread([1000 * each for each in arm.percentile(95)], ".1f"),
                f"{arm.bytes / 1000:.0f}",
                *(f"{1000 * median(arm.cpu[part]):.2f}" for part in ("web", "postgres")),
            )
            for arm in arms
        ],
    )
    worklist, health = arms
    p95 = median(worklist.percentile(95))
    print(f"p95 at most {1000 * P95_SECONDS_MAX:.0f} ms: ", end="")
    print("kept" if p95 <= P95_SECONDS_MAX else "MISSED")
    finish(
        "worklist",
        {
            "G10_p95_seconds": p95,
            "G10_p50_seconds": median(worklist.percentile(50)),
            "G10_health_p95_seconds": median(health.percentile(95)),
            "G10_web_cpu_seconds": median(worklist.cpu["web"]),
        },
    )


def main(rounds: int = ROUNDS) -> None:
    """Run it and print the table."""
    with installation() as house:
        patients = [patient for _, patient in fill_ward(house, PATIENTS)]
        seal(house)
        devices = wear(house, patients, datetime.now(UTC) - timedelta(days=1))
        with house.connect() as sql:
            sql.execute("analyze")
            ward = (sql.execute("select id from ward where name = 'Bench'").fetchone() or (0,))[0]
        report(uvloop.run(measure(house, devices, ward, rounds)), rounds)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
