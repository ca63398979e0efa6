"""Machines die in a cluster: nothing acknowledged is lost, and somebody watches again in seconds.

    make soak NAME=failover             5 rounds
    python -m bench.soak_failover 2     two rounds
    python -m bench.soak_failover 9 watch

Seven machines (network namespaces on this one): PostgreSQL with a synchronous standby, three nodes
of NATS, and two that run everything of ours. In each round
    postgres  the primary is killed; a tool in its barest form notices and promotes the standby
    primary   the cable of the primary's machine is pulled: nobody is told, and it goes on alone
    nats      a node of NATS is killed
    link      the cable of a node of NATS is pulled
    watch     the cable of the machine whose watcher is active is pulled; everything there goes on
              alone, and comes back when the cable does
and then somebody falls ill. The node is in turn the one by which the active watcher hears, the
door of who falls ill, and the pages. Back is from the blow to when the alarm has come to a nurse's
screen at a machine that lives. Devices know both doors and send ten readings a second, each of its
own time, over mutual TLS, and again what was not acknowledged; the record is held against what they
saw acknowledged. Needs root.
"""

import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.alarm_kills.screens import Screen
from bench.cluster.apps import EVERYTHING
from bench.cluster.devices import Oximeters, held
from bench.cluster.engines import until
from bench.cluster.house import House
from bench.cluster.network import Machine, why_not
from bench.installation import LOGIN, PASSWORD, fill_ward
from bench.report import finish, table
from bench.soak_kills import drained
from homeward.services.watch.shares import LOCK

ROUNDS = 5
VICTIMS = ("postgres", "primary", "nats", "link", "watch")
BACK_SECONDS_MAX = 10.0
PATIENCE_SECONDS = 60
TEND_SECONDS = 0.2
SETTLE_SECONDS = 3.0  # of undisturbed load before each
CONDITION = "oxygen_low"
# The lower half of the lock's number is what pg_locks calls objid.
_WATCHER = """
select host(a.client_addr) from pg_locks l join pg_stat_activity a using (pid)
where l.locktype = 'advisory' and l.granted and l.objid = %s"""


@dataclass
class Soak:
    """The house, its devices and screens, and how long each took."""

    house: House
    load: Oximeters
    patients: list[int]
    screens: dict[str, Screen]  # by machine
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    noticed: dict[str, float] = field(default_factory=dict)  # by the tool, at most

    async def disturb(self, rounds: int, victims: Sequence[str]) -> None:
        """Each victim once a round, each time with somebody else who falls ill."""
        healthy = iter(range(len(self.patients)))
        for number in range(rounds):
            for victim in victims:
                await asyncio.sleep(SETTLE_SECONDS)
                seconds = await self._once(victim, next(healthy), number)
                self.took[victim].append(seconds)
                print(f"round {number + 1}, {victim}: back after {seconds:.1f} s", flush=True)

    async def _once(self, victim: str, place: int, number: int) -> float:
        house = self.house
        lives = house.apps[1]
        if victim == "watch":
            dead = await asyncio.to_thread(self._watcher)
            lives = next(each for each in house.apps if each is not dead)
            strike, mend = self._pulled(dead)
        elif victim == "postgres":
            strike, mend = house.databases.kill_primary, house.databases.pair
        elif victim == "primary":
            strike, mend = self._primary_pulled(house.databases.primary.machine)
        else:
            node = await asyncio.to_thread(self._node, ("watch", "door", "web")[number % 3], place)
            strike, mend = self._pulled(node) if victim == "link" else self._killed(node)
        began = time.time()
        await asyncio.to_thread(strike)
        self.load.ill.add(place)
        if victim in ("postgres", "primary"):
            seconds = await asyncio.to_thread(house.databases.fail_over)
            self.noticed[victim] = max(seconds, self.noticed.get(victim, 0.0))
        async with asyncio.timeout(PATIENCE_SECONDS):
            heard, _ = await self.screens[lives.name].alarm_of(
                self.patients[place], CONDITION, began - 1
            )
        await asyncio.to_thread(mend)
        await asyncio.to_thread(self._all_well)
        return heard - began

    def _pulled(self, machine: Machine) -> tuple[Callable[[], None], Callable[[], None]]:
        network = self.house.network
        return lambda: network.cut(machine), lambda: network.join(machine)

    def _primary_pulled(self, machine: Machine) -> tuple[Callable[[], None], Callable[[], None]]:
        cut, join = self._pulled(machine)

        def mend() -> None:
            machine.kill("postgres")  # the tool's fence: before it is heard again
            join()
            self.house.databases.pair()

        return cut, mend

    def _killed(self, node: Machine) -> tuple[Callable[[], None], Callable[[], None]]:
        return lambda: node.kill("nats"), lambda: self.house.nerve.start(node)

    def _node(self, process: str, place: int) -> Machine:
        """The node by which a process hears that stands between this patient and the screen."""
        house = self.house
        door = next(e for e in house.apps if e.address == self.load.devices[place].door)
        machine = {"watch": self._watcher, "door": lambda: door, "web": lambda: house.apps[1]}
        return house.nerve.node_of(process, machine[process]())

    def _watcher(self) -> Machine:
        """The machine that watches the first share, here the only one."""
        with self.house.connect() as sql:
            row = sql.execute(_WATCHER, (LOCK & 0xFFFFFFFF,)).fetchone()
        assert row is not None, "nobody watches"
        return next(each for each in self.house.apps if each.address == row[0])

    def _all_well(self) -> None:
        """Wait until everything runs and commits wait for a standby again."""
        for machine in self.house.apps:
            self.house.ready(machine)
        with self.house.connect() as sql:
            asked = "select count(*) from pg_stat_replication where sync_state = 'sync'"
            until(lambda: sql.execute(asked).fetchone() == (1,), "a standby confirms")
        until(lambda: all(each.connected for each in self.load.devices), "all devices are in")


@contextmanager
def running() -> Iterator[House]:
    """The whole cluster, everything of ours on both machines."""
    with House.built() as house:
        for machine in house.apps:
            house.run(machine, EVERYTHING)
        house.databases.pair()
        for machine in house.apps:
            house.ready(machine)
        yield house


async def _tend(house: House) -> None:
    while True:
        for machine in house.apps:
            for name in await asyncio.to_thread(house.tend, machine):
                print(f"  {name} on {machine.name} ended and is started again", flush=True)
        await asyncio.sleep(TEND_SECONDS)


async def measure(house: House, rounds: int, victims: Sequence[str]) -> dict[str, float]:
    """Run it and print the table; the figures."""
    patients = [patient for _, patient in fill_ward(house, rounds * len(victims))]
    whose = [(f"oximeter-{number}", patient) for number, patient in enumerate(patients)]
    badges = await house.enrolled(whose, at=house.apps[0])
    load = Oximeters(badges, [each.address for each in house.apps])
    screens = {each.name: _screen(house, each) for each in house.apps}
    async with asyncio.TaskGroup() as tasks:
        for screen in screens.values():
            await screen.sign_in()
        running = [tasks.create_task(each.run()) for each in screens.values()]
        running += [tasks.create_task(load.run()), tasks.create_task(_tend(house))]
        soak = Soak(house, load, patients, screens)
        await soak.disturb(rounds, victims)
        load.is_over = True
        await drained(load)
        for task in running:
            task.cancel()
    times, doubled = await held(house, patients)
    safe = load.acknowledged()
    _print(soak.took)
    return {
        "R6_rounds": rounds,
        "R6_acknowledged": sum(map(len, safe)),
        "R6_lost": sum(len(each - there) for each, there in zip(safe, times, strict=True)),
        "R6_doubled": doubled,
        "R6_alarms_not_once": sum(each != 1 for each in _alarms(house, patients)),
        "R6_calls_doubled": _doubled_calls(house),
        **{f"R6_back_{victim}": max(took) for victim, took in soak.took.items()},
        **{f"R6_noticed_{victim}": seconds for victim, seconds in soak.noticed.items()},
    }


def _screen(house: House, machine: Machine) -> Screen:
    with house.connect() as sql:
        asked = "select (select id from person where login = %s), (select min(id) from ward)"
        row = sql.execute(asked, (LOGIN,)).fetchone()
    assert row is not None
    return Screen(house.pages(machine), LOGIN, PASSWORD, *row, house.trusted())


def _alarms(house: House, patients: list[int]) -> list[int]:
    """How many alarms each had: everybody fell ill once."""
    asked = "select patient_id, count(*) from alarm where condition = %s group by patient_id"
    with house.connect() as sql:
        found = dict(sql.execute(asked, (CONDITION,)).fetchall())
    return [found.get(patient, 0) for patient in patients]


def _doubled_calls(house: House) -> int:
    asked = "select count(*) - count(distinct (alarm_id, audience, round, step)) from call"
    with house.connect() as sql:
        row = sql.execute(asked).fetchone()
    assert row is not None
    return row[0]


def _print(took: dict[str, list[float]]) -> None:
    rows = [
        (victim, len(times), f"{sorted(times)[len(times) // 2]:.1f}", f"{max(times):.1f}")
        for victim, times in took.items()
    ]
    table(("what died", "times", "alarm back, median s", "worst s"), rows)


def main(rounds: int, victims: Sequence[str]) -> None:
    """Fail where anything was lost, doubled, or away for too long."""
    hindrance = why_not()
    if hindrance is not None:
        raise SystemExit(f"this soak cannot be run here: {hindrance}")
    with running() as house:
        figures = asyncio.run(measure(house, rounds, victims))
    print(
        f"{figures['R6_acknowledged']:,} readings acknowledged, {figures['R6_lost']} lost, "
        f"{figures['R6_doubled']} doubled; {figures['R6_alarms_not_once']} alarms not raised once, "
        f"{figures['R6_calls_doubled']} calls doubled"
    )
    finish("failover", figures)
    never = ("R6_lost", "R6_doubled", "R6_alarms_not_once", "R6_calls_doubled")
    # How soon a silent primary is noticed is the tool's choice, not ours.
    late = [
        each
        for each in victims
        if figures[f"R6_back_{each}"] - figures.get(f"R6_noticed_{each}", 0) > BACK_SECONDS_MAX
    ]
    if any(figures[name] for name in never) or late:
        raise SystemExit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS, sys.argv[2:] or VICTIMS)
