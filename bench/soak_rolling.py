"""Two versions run together while one replaces the other: everybody stays watched.

    make soak NAME=rolling                      from the last commit before a migration of ours
    python -m bench.soak_rolling v0.1.0         from any commit
    python -m bench.soak_rolling next           from this version to one that is made up
    python -m bench.soak_rolling next 7         with this seed

Two machines of ours on one PostgreSQL and one NATS, of the version before, with a share of the
patients each. Patients with devices of their own, which know both doors, fall ill all the time, and
the screens of three nurses are behind a balancer.
    early     a process of this version before the database is: it must refuse, and say what to do
    prepare   the database is brought up to date beneath the version before
    machine   a machine is stopped and started as this version, as the guide says; then the other
    back      the first machine goes back to the version before, whole
    any       each process of both, in an order by chance: back, and forward again
`next` is our code with a migration by which every table and every view gains a column: what this
version will have beneath it one day.

Processes are asked to stop (SIGTERM) and their successors started once they have ended, as systemd
does. It counts as `alarm_kills` does: each spell of illness is one alarm that rings once on each
screen, each step one call. Unwatched is the longest time between two words about one share on
beat.guard, of which there is one a second while it is watched.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.alarm_kills.mails import Mails
from bench.alarm_kills.patients import Patient
from bench.alarm_kills.screens import Screen
from bench.alarm_kills.verdict import Verdict, judge
from bench.alarm_kills.ward import AT_SCREENS, Ward, open_ward
from bench.cluster.apps import EVERYTHING
from bench.cluster.devices import Roaming, held
from bench.cluster.engines import until
from bench.cluster.network import Machine
from bench.installation import PASSWORD
from bench.report import finish, table
from bench.rolling.house import Loopback
from bench.rolling.versions import copied, described, unpacked, version_before, widen
from bench.rolling.watched import Answers, Guards
from bench.soak_kills import DRAIN_SECONDS_MAX

BEDS = 16
SHARES = 2
SPELL_EVERY_SECONDS = 1.5
SPELL_SECONDS = (5.0, 15.0)
SETTLE_SECONDS = 3.0  # between two replacements
END_SECONDS = 8.0  # before the ledger is read
TEND_SECONDS = 0.2
NEXT = "next"
EARLY, EARLY_SECONDS_MAX = "watch-2", 20
REFUSED = "exit code 1: homeward: the database is of an older version"
ILL_SECONDS_MAX = UNWATCHED_SECONDS_MAX = UNANSWERED_SECONDS_MAX = 5.0
NEVER = ("lost", "doubled", "alarms_lost", "told_twice", "unneeded", "ended_by_themselves",
         "early_not_refused")  # fmt: skip
TROUBLES = "select condition, text, count(*) from alarm where kind = 'technical' group by 1, 2"


@dataclass
class Done:
    """One replacement, as bench.alarm_kills.verdict reads a kill: when, and how long it took."""

    victim: str
    at: float
    seconds: float
    stopped: float  # seconds until the last of them had ended


@dataclass
class Roll:
    """The house while it is upgraded. `codes`: the version before and this one."""

    house: Loopback
    codes: tuple[Path, Path]
    guards: Guards
    patients: list[Patient]
    screens: list[Screen]
    chance: random.Random
    done: list[Done] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    is_over: bool = False
    early: str = ""  # how one ended that was started too early, and its last words
    ended: list[str] = field(default_factory=list)  # without being asked

    def start(self) -> None:
        """Screens and devices begin; patients fall ill; what ends by itself is started again."""
        running = [*(each.run() for each in (*self.screens, *self.patients))]
        self.tasks = [asyncio.create_task(each) for each in (*running, self._ill(), self._tend())]

    async def stop(self) -> None:
        """Everybody stops. What failed meanwhile is raised."""
        for task in self.tasks:
            task.cancel()
        for each in await asyncio.gather(*self.tasks, return_exceptions=True):
            if isinstance(each, Exception):
                raise each

    async def _ill(self) -> None:
        while not self.is_over:
            await asyncio.sleep(self.chance.uniform(0.5, 1.5) * SPELL_EVERY_SECONDS)
            ready = [patient for patient in self.patients if patient.is_ready]
            if ready and not self.is_over:
                patient = self.chance.choice(ready)
                patient.falls_ill()
                cared_for = patient.is_cared_for(self.chance.uniform(*SPELL_SECONDS))
                self.tasks.append(asyncio.create_task(cared_for))

    async def _tend(self) -> None:
        while True:
            for machine in self.house.apps:
                for name in self.house.tend(machine):
                    self.ended.append(f"{name} on {machine.name}")
                    print(f"  {self.ended[-1]} ended and is started again", flush=True)
            await asyncio.sleep(TEND_SECONDS)

    async def all_steps(self) -> None:
        """Everything the heading says."""
        before, ours = self.codes
        first, second = self.house.apps
        everything = [(machine, name) for machine in self.house.apps for name in EVERYTHING]
        await self._step("early", "watch-2", lambda: self._refused(first, ours))
        await self._step("prepare", "prepare", lambda: self.house.prepare(first, ours))
        for machine in (first, second):
            await self._replace("machine", machine, EVERYTHING, ours)
        await self._replace("back", first, EVERYTHING, before)
        for code in (before, ours):
            self.chance.shuffle(everything)
            for machine, name in everything:
                await self._replace("any", machine, [name], code)

    def _refused(self, machine: Machine, code: Path) -> None:
        recipe = self.house.recipe(machine, EARLY, code)
        self.early = f"{machine.once(recipe, EARLY_SECONDS_MAX)}: {recipe.last_words()}"

    async def _replace(self, step: str, machine: Machine, names: Sequence[str], code: Path) -> None:
        children = [machine.processes.pop(name) for name in names]
        began = time.monotonic()
        stopped = 0.0

        def act() -> None:
            nonlocal stopped
            for child in children:
                child.ask_to_stop()
            for child in children:
                child.stop()
            stopped = time.monotonic() - began
            self.house.run(machine, names, code)
            self.house.ready(machine)

        await self._step(step, " ".join(names) if len(names) == 1 else "all", act)
        self.done[-1].stopped = stopped

    async def _step(self, step: str, victim: str, act) -> None:
        self.guards.during = step
        done = Done(victim, time.time(), 0.0, 0.0)
        self.done.append(done)
        await asyncio.to_thread(act)
        done.seconds = time.time() - done.at
        await asyncio.sleep(SETTLE_SECONDS)
        await asyncio.to_thread(until, lambda: self.guards.are_all_heard, "everybody is watched")
        print(f"{step}: {victim}, {done.seconds:.1f} s", flush=True)


@contextmanager
def running(commit: str, mails: Mails) -> Iterator[tuple[Loopback, tuple[Path, Path]]]:
    """Both machines, everything on them of this commit; it and ours, as folders of code."""
    extra = {
        "HOMEWARD_SMTP_HOST": "127.0.0.1", "HOMEWARD_SMTP_PORT": str(mails.port),
        "HOMEWARD_SMTP_SECURITY": "none", "HOMEWARD_MAIL_FROM": "homeward@bench",
        "HOMEWARD_UNCONFIRMED_SECONDS": "120", "HOMEWARD_WATCH_SHARES": str(SHARES),
    }  # fmt: skip
    with Loopback.built(extra) as house, tempfile.TemporaryDirectory() as folder:
        ours = copied(Path(folder) / "ours")
        before = ours if commit == NEXT else unpacked(commit, Path(folder) / "before")
        house.prepare(house.apps[0], before)
        if commit == NEXT:
            ours = copied(Path(folder) / "next")
            with house.connect() as sql:
                widen(ours, sql)
        house.share()
        for machine in house.apps:
            house.run(machine, EVERYTHING, before)
        for machine in house.apps:
            house.ready(machine)
        yield house, (before, ours)


async def _furnish(house: Loopback) -> tuple[list[Patient], list[Screen]]:
    """The ward, its screens and its devices. By today's code, on the tables of then."""
    ward: Ward = await open_ward(house, BEDS)
    urls = [house.pages(machine) for machine in house.apps]
    screens = [
        Screen(urls[place % 2 :] + urls[: place % 2], name.lower(), PASSWORD, ward.people[name],
               ward.id, house.trusted())
        for place, name in enumerate(AT_SCREENS)
    ]  # fmt: skip
    for screen in screens:
        await screen.sign_in()
    ids = [patient for _, patient in ward.patients]
    whose = [(f"oximeter-{number}", patient) for number, patient in enumerate(ids)]
    badges = await house.enrolled(whose, at=house.apps[0])
    boot, doors = int(time.time()), [machine.address for machine in house.apps]
    patients: list[Patient] = []
    for place, (badge, patient) in enumerate(zip(badges, ids, strict=True)):
        device = Roaming(badge, doors[place % 2 :] + doors[: place % 2], boot)
        device.outbox = Answers()
        patients.append(Patient(patient, device, screens[place % 2]))
    return patients, screens


async def measure(commit: str, seed: int) -> dict[str, float]:
    """Run it and print the table; the figures."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(BEDS + 8))
    mails, guards = Mails(), Guards(SHARES)
    async with mails.serving():
        with running(commit, mails) as (house, codes):
            patients, screens = await _furnish(house)
            async with guards.listening(house.nats_url):
                roll = Roll(house, codes, guards, patients, screens, random.Random(seed))
                roll.start()
                await asyncio.gather(*(patient.device.came() for patient in patients))
                await asyncio.to_thread(until, lambda: guards.are_all_heard, "all are watched")
                await roll.all_steps()
                roll.is_over = True
                await asyncio.sleep(END_SECONDS)
                unwatched = guards.longest()
            verdict = judge(house, patients, screens, mails.got, roll.done)
            figures = await _figures(roll, verdict, unwatched)
            await roll.stop()
            _print(roll, verdict, unwatched)
    return figures


async def _figures(roll: Roll, verdict: Verdict, unwatched: dict[str, float]) -> dict[str, float]:
    devices = [patient.device for patient in roll.patients]
    for patient in roll.patients:
        patient.is_over = True
    async with asyncio.timeout(DRAIN_SECONDS_MAX):
        await asyncio.gather(*(device.drained() for device in devices))
    safe = [{p.sent[seq] for seq in set(p.device.outbox.safe)} for p in roll.patients]
    times, doubled = await held(roll.house, [patient.id for patient in roll.patients])
    return {
        "replaced": sum(1 if each.victim in EVERYTHING else 5 for each in roll.done[2:]),
        "acknowledged": 2 * sum(map(len, safe)),
        "lost": sum(len(each - there) for each, there in zip(safe, times, strict=True)),
        "doubled": doubled,
        "alarms": verdict.figures["alarms"],
        "alarms_lost": verdict.figures["lost"],
        "told_twice": verdict.figures["announced_twice"],
        "unneeded": verdict.figures["unneeded"],
        "calls": verdict.figures["calls"],
        "tier_late_seconds_max": verdict.figures["tier_late_seconds_max_with_outage"],
        "ended_by_themselves": len(roll.ended),
        "early_not_refused": int(not roll.early.startswith(REFUSED)),
        "first_screen_seconds_max": verdict.figures["alarm_seconds_max"],
        "last_screen_seconds_max": verdict.figures["last_screen_seconds_max"],
        "unwatched_seconds_max": max(unwatched.values()),
        "unanswered_seconds_max": max(each.outbox.longest_seconds for each in devices),
        "stop_seconds_max": max(each.stopped for each in roll.done),
    }


def _print(roll: Roll, verdict: Verdict, unwatched: dict[str, float]) -> None:
    for line in verdict.lines:
        print(line)
    print(f"before the database was ready: {roll.early}")
    with roll.house.connect() as sql:
        for condition, text, times in sql.execute(TROUBLES):
            print(f"{condition}, {times} times: {text}")
    said = Counter(_errors(roll.house))
    for words, times in said.most_common(20):
        print(f"{times} times in the logs: {words}")
    table(("under way", "longest time a share was unwatched, s"),
          [(step, f"{seconds:.1f}") for step, seconds in unwatched.items()])  # fmt: skip


def _errors(house: Loopback) -> Iterator[str]:
    """What processes logged as errors, without its time."""
    for machine in house.apps:
        for log in (machine.folder / "logs").glob("*.log"):
            for line in log.read_text(errors="replace").splitlines():
                _, is_error, words = line.partition(" ERROR ")
                if is_error:
                    yield f"{log.stem}: {words}"


async def main(commit: str, seed: int) -> None:
    """Fail where anything was lost, doubled, or too long away."""
    way = "to one that is made up" if commit == NEXT else f"from {described(commit)}"
    print(f"{way}; seed {seed}", flush=True)
    figures = await measure(commit, seed)
    rows = [(name.replace("_", " "), f"{value:,.4g}") for name, value in figures.items()]
    table(("", "measured"), rows)
    finish("rolling", figures)
    bars = {
        "last_screen_seconds_max": ILL_SECONDS_MAX,
        "unwatched_seconds_max": UNWATCHED_SECONDS_MAX,
        "unanswered_seconds_max": UNANSWERED_SECONDS_MAX,
    }
    if any(figures[n] for n in NEVER) or any(figures[n] > most for n, most in bars.items()):
        raise SystemExit(1)


if __name__ == "__main__":
    words = sys.argv[1:]
    asyncio.run(
        main(
            words[0] if words else version_before(),
            int(words[1]) if len(words) > 1 else random.SystemRandom().randrange(10_000),
        )
    )
