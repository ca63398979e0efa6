"""What guarding a patient's data costs, by the two pages that read most of it.

    make bench NAME=guard           seven rounds
    python -m bench.guard 5

A whole Homeward with a thousand people who have five vitals each, and one of them a day's record,
a value of each a minute. A nurse asks for the worklist of all of them, and for that one's chart of
24 hours, of servers on the same database in turns: one as it is, and others that do without. The
ratio is of the medians of a round, and its median is told.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import httpx
import uvloop

from bench.installation import Installation, cookie, fill_ward, installation, seal, wear
from bench.report import cpu_seconds, finish, spread, table
from bench.worklist import USUAL, Homes, folded
from homeward.bus import Bus
from homeward.engines.nats import free_port
from homeward.engines.postgres import Postgres
from homeward.services.contract import Tools
from homeward.services.record.intake import Intake
from homeward.settings import load
from homeward.store import Store

ROUNDS, ASKED = 7, 40
PATIENTS = 1000
RATIO_MAX = 1.6
MINUTES = 24 * 60
START_SECONDS_MAX = 30


def _unaudited() -> None:
    """Nothing is audited; PostgreSQL asks of each row who may see it."""
    from homeward.api import guarding

    guarding.audited_of = lambda _: None


def _plain() -> None:
    """Neither is."""
    from homeward.api import guarding
    from homeward.guard.route import Route

    async def nobody_asks(*_: object) -> None:
        pass

    _unaudited()
    guarding._ask_whose = nobody_asks
    Route.is_guarded = property(lambda _: False)


# What each server does without; the last is the product as it is.
ARMS: dict[str, Callable[[], None]] = {
    "plain": _plain,
    "unaudited": _unaudited,
    "guarded": lambda: None,
}


def serve(arm: str, port: int) -> None:
    """One server, until it is told to stop."""
    ARMS[arm]()
    from homeward.api.app import every_route
    from homeward.api.serve import serve as serving
    from homeward.cli.run import tools_of

    async def run() -> None:
        settings = replace(load(os.environ)[0], web_port=port)
        async with tools_of(settings, f"bench {arm}") as tools:
            await serving(tools, every_route(), tls=None)

    uvloop.run(run())


@contextmanager
def servers(house: Installation) -> Iterator[dict[str, tuple[str, int]]]:
    """Each arm's address and process."""
    run = house.run_file
    own = {
        "HOMEWARD_POSTGRES_URL": run["postgres_url"],
        "HOMEWARD_POSTGRES_WEB_URL": Postgres(house.data.path).web_url,
        "HOMEWARD_NATS_URL": house.bus_url("web"),
        "HOMEWARD_DATA": str(house.data.path),
    }
    started: dict[str, tuple[str, subprocess.Popen[bytes]]] = {}
    try:
        for arm in ARMS:
            port = free_port()
            words = [sys.executable, "-m", "bench.guard", "serve", arm, str(port)]
            child = subprocess.Popen(words, env=os.environ | own)
            started[arm] = (f"http://127.0.0.1:{port}", child)
        for url, child in started.values():
            _answered(url, child)
        yield {arm: (url, child.pid) for arm, (url, child) in started.items()}
    finally:
        for _, child in started.values():
            child.send_signal(signal.SIGTERM)
        for _, child in started.values():
            child.wait()


def _answered(url: str, child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < until and child.poll() is None:
        try:
            if httpx.get(f"{url}/api/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit(f"{url} does not answer")


@dataclass
class Question:
    """One page's question. Seconds of each answer and CPU of the server by arm and round."""

    name: str
    path: str
    check: Callable[[dict[str, Any]], bool]
    seconds: dict[str, list[list[float]]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)

    async def ask(self, clients: dict[str, httpx.AsyncClient], pids: dict[str, int]) -> None:
        """One round, each arm in turn: whatever else the machine does, it does to all of them."""
        before = {arm: cpu_seconds([pid]) for arm, pid in pids.items()}
        taken: dict[str, list[float]] = {arm: [] for arm in clients}
        order = list(clients)
        for _ in range(ASKED):
            order.append(order.pop(0))
            for arm in order:
                began = time.perf_counter()
                answer = await clients[arm].get(self.path)
                taken[arm].append(time.perf_counter() - began)
                answer.raise_for_status()
        assert self.check(answer.json()), f"{self.name} is not whole"
        for arm, pid in pids.items():
            self.seconds.setdefault(arm, []).append(taken[arm])
            self.cpu.setdefault(arm, []).append((cpu_seconds([pid]) - before[arm]) / ASKED)

    def medians(self, arm: str) -> list[float]:
        """Of each round."""
        return [median(each) for each in self.seconds[arm]]

    def ratio(self, over: str = "plain") -> float:
        """What guarding costs: the median of the rounds' ratios."""
        pairs = zip(self.medians("guarded"), self.medians(over), strict=True)
        return median(guarded / other for guarded, other in pairs)


async def fill(house: Installation, devices: list[int]) -> None:
    """A day of the first of them, and of everybody what is newest; all of it folded."""
    run, now = house.run_file, datetime.now(UTC)
    async with (
        Store.open(run["postgres_url"]) as store,
        Bus.open(house.bus_url("door")) as bus,
        httpx.AsyncClient(base_url=house.url) as client,
    ):
        tools = Tools(store, bus, load({})[0], lambda: datetime.now(UTC), "bench")
        async with Intake.open(tools) as intake:
            homes = Homes(intake, devices)
            for minute in range(MINUTES, 3, -1):
                homes.say(devices[0], now - timedelta(minutes=minute))
                if minute % 60 == 0:
                    await intake.settled()
            for device in devices:
                homes.say(device, now - timedelta(minutes=3))
            await intake.settled()
        await folded(client, store)


async def measure(house: Installation, ward: int, patient: int, rounds: int) -> list[Question]:
    """Both questions of both servers in turns."""
    now = datetime.now(UTC)
    start, end = (round((now - timedelta(hours=h)).timestamp() * 1000) for h in (24, 0))
    questions = [
        Question(
            "worklist", f"/api/wards/{ward}/worklist",
            lambda said: len(said["people"]["id"]) == PATIENTS,
        ),
        Question(
            "chart", f"/api/patients/{patient}/trend?start={start}&end={end}&points=1000",
            lambda said: {each["vital"] for each in said["series"]} == USUAL.keys(),
        ),
    ]  # fmt: skip
    with servers(house) as arms:
        clients = {
            arm: httpx.AsyncClient(base_url=url, headers=cookie(house))
            for arm, (url, _) in arms.items()
        }
        pids = {arm: pid for arm, (_, pid) in arms.items()}
        for number in range(-1, rounds):  # the first warms up
            for question in questions:
                await question.ask(clients, pids)
                if number < 0:
                    question.seconds.clear()
                    question.cpu.clear()
        for client in clients.values():
            await client.aclose()
    return questions


def report(questions: list[Question], rounds: int, noted: int) -> None:
    """A table, whether the bar holds, and the figures."""
    print(f"{PATIENTS:,} people; {rounds} rounds of {ASKED}; {noted:,} rows of audit were written")
    table(
        (
            "asked",
            *(f"{arm} ms" for arm in ARMS),
            "audit alone",
            "both",
            *(f"{arm} CPU" for arm in ARMS),
        ),
        [
            (
                each.name,
                *(spread([1000 * s for s in each.medians(arm)], ".2f") for arm in ARMS),
                f"{each.ratio('unaudited'):.2f}",
                f"{each.ratio():.2f}",
                *(f"{1000 * median(each.cpu[arm]):.2f}" for arm in ARMS),
            )
            for each in questions
        ],
    )
    kept = all(each.ratio() <= RATIO_MAX for each in questions)
    print(f"at most {RATIO_MAX} times: {'kept' if kept else 'MISSED'}")
    figures = {f"{each.name}_ratio": each.ratio() for each in questions}
    alone = {f"{each.name}_audit_ratio": each.ratio("unaudited") for each in questions}
    finish("guard", figures | alone)


def main(rounds: int = ROUNDS) -> None:
    """Run it and print the table."""
    with installation() as house:
        patients = [patient for _, patient in fill_ward(house, PATIENTS)]
        seal(house)
        devices = wear(house, patients, datetime.now(UTC) - timedelta(days=2))
        with house.connect() as sql:
            sql.execute("analyze")
            ward = (sql.execute("select id from ward where name = 'Bench'").fetchone() or (0,))[0]
        asyncio.run(fill(house, devices))
        questions = uvloop.run(measure(house, ward, patients[0], rounds))
        with house.connect() as sql:
            noted = (sql.execute("select count(*) from audit").fetchone() or (0,))[0]
    report(questions, rounds, noted)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], int(sys.argv[3]))
    else:
        main(*(int(word) for word in sys.argv[1:]))
