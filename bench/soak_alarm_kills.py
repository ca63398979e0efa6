"""Kill -9 in the middle of alarms and escalations: none lost, none twice, nobody called late.

    make soak NAME=alarm_kills                 200 kills
    python -m bench.soak_alarm_kills 20        twenty, of a seed it prints
    python -m bench.soak_alarm_kills 20 7      twenty, of seed 7
    SHARES=2 python -m bench.soak_alarm_kills  with the patients divided among two watchers
    VICTIMS=supervisor,postgres ...            of these alone

Patients with devices of their own fall ill all the time; an alarm nobody answers climbs three
tiers, a step every four seconds. Each kill falls just after an alarm began, around the moment
the next person is due, or anywhere. At that moment one more patient, the canary, falls ill: the
platform is back once their alarm stands on every screen and somebody is called there for it.

How it counts. Lost: a spell of illness without its one episode in the ledger. Twice: a second
episode or a second ringing of one spell, on any screen; two calls of one step to one person; a
mail about a call that an earlier mail told of. Late: from the moment a tier is due until its
person's own screen shows the call (for the doctors, who get mails: until the call is written),
less the time in which the platform was away, from a kill until it was back; the figure without
that subtraction is beside it.
"""

import asyncio
import contextlib
import os
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

import psycopg

from bench.alarm_kills.mails import Mails
from bench.alarm_kills.patients import CONDITION, Patient
from bench.alarm_kills.screens import Screen
from bench.alarm_kills.verdict import LATE_SECONDS_MAX, Verdict, judge
from bench.alarm_kills.ward import AT_SCREENS, Ward, open_ward
from bench.installation import PASSWORD, Installation, enrol, installation
from bench.report import finish, table
from homeward.device.connection import Connection
from homeward.device.papers import Papers

KILLS = 200
BEDS = 24
SHARES = int(os.environ.get("SHARES", "1"))
WATCHERS = ("watch", *(f"watch-{number}" for number in range(2, SHARES + 1)))
EVERYBODY = ("door", *WATCHERS, "work", "web", "pack", "postgres", "nats", "supervisor")
VICTIMS = tuple(os.environ.get("VICTIMS", ",".join(EVERYBODY)).split(","))
BACK_SECONDS_MAX = 60.0
RECOVERY_SECONDS_MAX = 5.0
BETWEEN_SECONDS = (0.5, 2.5)
SPELL_SECONDS = ((5.0, 20.0), (35.0, 60.0))  # most are answered soon, some late
SPELL_EVERY_SECONDS = 2.5
CANARIES = 3  # patients kept well for the next kills
PAUSE_LOOK_SECONDS = 0.2
LOG_SHOWN = 4_000  # characters
SETTLE_SECONDS = 8.0  # at the end, before the ledger is read


@dataclass
class Kill:
    """One kill: when, and how long until the alarm path was whole again."""

    victim: str
    at: float
    when: str
    seconds: float = 0.0


@dataclass
class Night:
    """Everything that is under way."""

    house: Installation
    ward: Ward
    screens: list[Screen]
    patients: list[Patient]
    chance: random.Random  # of who falls ill
    fate: random.Random  # of what is killed, and when: the same for the same seed
    kills: list[Kill] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    is_over: bool = False
    pause_seconds_max: float = 0.0  # for which this process itself stood still: nobody answers then

    def start(self) -> None:
        """Screens and devices begin; patients fall ill."""
        self.tasks = [asyncio.create_task(screen.run()) for screen in self.screens]
        self.tasks += [asyncio.create_task(patient.run()) for patient in self.patients]
        self.tasks.append(asyncio.create_task(self._fall_ill()))
        self.tasks.append(asyncio.create_task(self._notice_pauses()))

    async def stop(self) -> None:
        """Everybody stops. What failed meanwhile is raised."""
        for task in self.tasks:
            task.cancel()
        for each in await asyncio.gather(*self.tasks, return_exceptions=True):
            if isinstance(each, Exception):
                raise each

    async def _notice_pauses(self) -> None:
        before = time.monotonic()
        while True:
            await asyncio.sleep(PAUSE_LOOK_SECONDS)
            now = time.monotonic()
            pause = now - before - PAUSE_LOOK_SECONDS
            self.pause_seconds_max, before = max(self.pause_seconds_max, pause), now

    async def _fall_ill(self) -> None:
        while not self.is_over:
            await asyncio.sleep(self.chance.uniform(0.5, 1.5) * SPELL_EVERY_SECONDS)
            if len(self._ready()) > CANARIES and not self.is_over:
                self._care_for(self._one_falls_ill())

    def _ready(self) -> list[Patient]:
        return [patient for patient in self.patients if patient.is_ready]

    def _one_falls_ill(self) -> Patient:
        patient = self.chance.choice(self._ready())
        patient.falls_ill()
        return patient

    def _care_for(self, patient: Patient) -> None:
        seconds = self.chance.uniform(*self.chance.choices(SPELL_SECONDS, (0.7, 0.3))[0])
        self.tasks.append(asyncio.create_task(patient.is_cared_for(seconds)))
        self.tasks = [task for task in self.tasks if not task.done() or _failed(task)]

    async def one_is_ready(self) -> None:
        """Wait for a patient who is well: the canary."""
        async with asyncio.timeout(BACK_SECONDS_MAX):
            while not self._ready():
                await asyncio.sleep(0.1)

    async def moment(self) -> str:
        """Wait for a bad moment to kill something."""
        when = self.fate.choice(("alarm", "due", "any"))
        if when == "alarm" and len(self._ready()) > 1:
            self._care_for(self._one_falls_ill())
            await asyncio.sleep(self.fate.uniform(0.0, 0.6))
        elif when == "due" and (due := self._next_due()):
            await asyncio.sleep(max(0.0, due - time.time() + self.fate.uniform(-0.15, 0.25)))
        else:
            when = "any"
            await asyncio.sleep(self.fate.uniform(0.0, 2.0))
        return when

    def _next_due(self) -> float | None:
        """When the next person is called, by what the screens were told."""
        soon = time.time() + 0.3
        return min(
            (
                call.due
                for screen in self.screens
                for number, call in screen.calls.items()
                if call.due > soon and number not in screen.ended
            ),
            default=None,
        )

    async def kill(self) -> Kill:
        """Kill -9 one process, and wait until an alarm that begins then has come through."""
        victim = self.fate.choice(VICTIMS)
        process = (await asyncio.to_thread(self.house.processes)).get(victim)
        if process is None:
            raise SystemExit(f"there is no process {victim} to kill")
        when = await self.moment()
        await self.one_is_ready()
        process.kill()
        done = Kill(victim, time.time(), when)
        self.kills.append(done)
        canary = self._one_falls_ill()
        restarting = asyncio.create_task(asyncio.to_thread(self._restart, victim))
        try:
            async with asyncio.timeout(BACK_SECONDS_MAX):
                done.seconds = await self._is_heard(canary, done.at) - done.at
        except TimeoutError:
            await asyncio.to_thread(self._tell_what_is_so, canary)
            raise SystemExit(
                f"{victim} was killed, and {BACK_SECONDS_MAX:.0f} s later nobody was called"
            ) from None
        self._care_for(canary)  # not before: an answered alarm rings on no screen that comes back
        await restarting
        return done

    def _restart(self, victim: str) -> None:
        """What systemd would do, where everything is gone."""
        if victim == "supervisor":
            assert self.house.process is not None
            self.house.process.wait()
            self.house.start()

    def _tell_what_is_so(self, canary: Patient) -> None:
        """How far the alarm of a patient came whom nobody was called for."""
        began = canary.spells[-1].began
        print(f"patient {canary.id}, ill since {began:.3f}; now {time.time():.3f}")
        print(f"their device is connected: {canary.device.connected}")
        for screen in self.screens:
            alarms = [each["id"] for each in screen.open_of(canary.id)]
            rang = [(*key, at) for key, at in screen.ringing.items() if key[0] in alarms]
            print(f"screen of person {screen.person}: open {alarms}, rang {rang}")
        print(self.house.said()[-LOG_SHOWN:])
        with contextlib.suppress(psycopg.Error), self.house.connect() as sql:
            for words in (
                "select * from alarm order by id desc limit 5",
                "select * from call order by id desc limit 5",
                "select * from watch_share",
                "select pid, state, wait_event, query from pg_stat_activity where query <> ''",
            ):
                print(words, *sql.execute(words), sep="\n    ")

    async def _is_heard(self, canary: Patient, since: float) -> float:
        """When their alarm stood on every screen, and somebody was called there for it."""
        heard = await asyncio.gather(
            *(screen.alarm_of(canary.id, CONDITION, since - 0.5) for screen in self.screens)
        )
        alarm = heard[0][1]
        calls = [asyncio.create_task(screen.call_for(alarm)) for screen in self.screens]
        called, others = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
        for other in others:
            other.cancel()
        return max(*(at for at, _ in heard), *(task.result() for task in called))


def _failed(task: asyncio.Task[None]) -> bool:
    return not task.cancelled() and task.exception() is not None


async def _furnish(house: Installation, seed: int) -> Night:
    ward = await open_ward(house, BEDS)
    screens = [
        Screen(house.url, name.lower(), PASSWORD, ward.people[name], ward.id) for name in AT_SCREENS
    ]
    for screen in screens:
        await screen.sign_in()
    boot = int(time.time())
    folders = await asyncio.gather(
        *(asyncio.to_thread(enrol, house, f"kills-{n}", number) for n, (number, _) in
          enumerate(ward.patients))
    )  # fmt: skip
    patients = [
        Patient(patient, Connection(Papers.read(folder), boot), screens[place >= BEDS // 2])
        for place, ((_, patient), folder) in enumerate(zip(ward.patients, folders, strict=True))
    ]
    return Night(house, ward, screens, patients, random.Random(seed), random.Random(seed))


async def measure(kills: int, seed: int) -> tuple[list[Kill], Verdict]:
    """Kill so often; what came of it."""
    # A handshake blocks a thread for as long as a dying door holds its port: one for each device.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(BEDS + len(VICTIMS)))
    mails = Mails()
    async with mails.serving():
        with installation(
            HOMEWARD_SMTP_HOST="127.0.0.1", HOMEWARD_SMTP_PORT=str(mails.port),
            HOMEWARD_SMTP_SECURITY="none", HOMEWARD_MAIL_FROM="homeward@bench",
            HOMEWARD_UNCONFIRMED_SECONDS="120", HOMEWARD_WATCH_SHARES=str(SHARES),
        ) as house:  # fmt: skip
            night = await _furnish(house, seed)
            night.start()
            await asyncio.gather(*(patient.device.came() for patient in night.patients))
            for number in count(1):
                await asyncio.sleep(night.fate.uniform(*BETWEEN_SECONDS))
                done = await night.kill()
                spells = sum(len(patient.spells) for patient in night.patients)
                print(
                    f"kill {number} of {kills}: {done.victim} ({done.when}), back after "
                    f"{done.seconds:.2f} s; {spells} alarms, {len(mails.got)} mails",
                    flush=True,
                )
                if number == kills:
                    break
            night.is_over = True
            await asyncio.sleep(SETTLE_SECONDS)
            verdict = judge(night.house, night.patients, night.screens, mails.got, night.kills)
            verdict.figures["own_pause_seconds_max"] = night.pause_seconds_max
            await night.stop()
    return night.kills, verdict


def _print(kills: list[Kill]) -> None:
    rows = []
    for victim in VICTIMS:
        took = sorted(kill.seconds for kill in kills if kill.victim == victim)
        if took:
            rows.append((victim, len(took), f"{took[len(took) // 2]:.2f}", f"{took[-1]:.2f}"))
    table(("killed", "times", "alarm path back, median s", "worst s"), rows)


async def main(kills: int, seed: int) -> None:
    """Fail where a bar is broken."""
    print(f"{kills} kills, seed {seed}", flush=True)
    done, verdict = await measure(kills, seed)
    _print(done)
    for line in verdict.lines:
        print(line)
    alone = [kill.seconds for kill in done if kill.victim != "supervisor"]
    whole = [kill.seconds for kill in done if kill.victim == "supervisor"]
    figures = {
        "shares": SHARES,
        "kills": len(done),
        **verdict.figures,
        "recovery_seconds_max": max(alone, default=0.0),
        "supervisor_recovery_seconds_max": max(whole, default=0.0),
    }
    finish("alarm_kills", figures)
    is_late = verdict.figures["tier_late_seconds_max"] > LATE_SECONDS_MAX
    is_slow = max(alone, default=0.0) > RECOVERY_SECONDS_MAX
    if verdict.is_broken or is_late or is_slow:
        raise SystemExit(1)


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(
            main(
                words[0] if words else KILLS,
                words[1] if len(words) > 1 else random.SystemRandom().randrange(10_000),
            )
        )
