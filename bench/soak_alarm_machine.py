"""A million hours of patients: the alarm machine against a second opinion of it.

    make soak NAME=alarm_machine                    1,000,000 patient-hours
    python -m bench.soak_alarm_machine 5000         some thousand
    python -m bench.soak_alarm_machine 5000 700     ... with seeds from 700

The real Watcher judges made-up bodies (alarm_machine/stories.py): limits of every age with delay,
hysteresis and extreme; settings of patients, wards and the site that begin, end, or do not fit;
falls and combinations; a pulse that yields; sensors off, devices gone; readings late, doubled and
out of order; people who acknowledge and pause; watchers killed and taken over from. What the
ledger then says must be, line by line, what alarm_machine/second_opinion.py says of each patient.
Not here: scores, what people enter by hand, two devices for one vital, storms, clocks.

Why these count as hours of patients: a quiet body is measured once a minute and not each second,
since one quiet reading more begins nothing and ends nothing; where anything happens, for minutes,
every tick tells, of one, five or ten seconds, with values drawn from where rules change their
mind. Times are the body's, so a delay of fifteen seconds is fifteen seconds of readings. An hour
here holds fewer readings than one of a ward and more trouble: something happens to everybody each
ten hours, in a bad night every other hour, nearly always just beside a limit.

The ledger is its mirror without a database (alarm_machine/mirror.py); the last stories' questions
are asked again of the real ledger on a real PostgreSQL, and its lines must be the mirror's.
"""

import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench.alarm_machine.compare import Outcome, least, lived, told
from bench.alarm_machine.house import House
from bench.alarm_machine.real_ledger import RealLedger, Told
from bench.alarm_machine.stories import Story, story
from bench.report import finish, table
from homeward.bus import Bus
from homeward.engines.child import running
from homeward.engines.nats import Nats
from homeward.engines.postgres import Postgres
from homeward.services.watch.windows import as_microseconds
from homeward.store import Store, migrate

PATIENT_HOURS = 1_000_000
PROCESSES = 2
TOLD_MAX = 5  # differences told in full


@dataclass(frozen=True)
class Kind:
    """Stories of one kind, told in turn."""

    name: str
    people: int
    hours: float
    tick_seconds: float
    eventful: float = 1.0

    def story(self, seed: int) -> Story:
        """One of them."""
        return story(seed, self.people, self.hours, self.tick_seconds, self.eventful)


KINDS = (
    Kind("a hospital, by ten seconds", 3000, 6, 10),
    Kind("a house, by five seconds", 2000, 6, 5),
    Kind("a bad night, by the second", 60, 5, 1, eventful=5),
)
REAL = Kind("on PostgreSQL", 20, 5, 10, eventful=8)


@dataclass(frozen=True)
class Sum:
    """What one story came to, without the story."""

    kind: str
    patient_hours: float
    judged: int
    lines: int
    raised: int
    disagreements: int
    told: tuple[str, ...]
    differences: int


def live(kind: Kind, seed: int) -> Sum:
    """One story, in a process of its own."""
    made = kind.story(seed)
    outcome = lived(made)
    words = [told(least(made, each), each) for each in outcome.differences[:TOLD_MAX]]
    words += [
        f"seed {seed}, tick {tick}: memory and ledger disagree: {conditions}"
        for tick, conditions in outcome.house.disagreements[:TOLD_MAX]
    ]
    return Sum(
        kind.name, outcome.patient_hours, outcome.judged, outcome.lines, outcome.raised,
        outcome.disagreements, tuple(words), len(outcome.differences),
    )  # fmt: skip


def plan(patient_hours: float, seed: int) -> Iterator[tuple[Kind, int]]:
    """So many stories that the hours are full; the last kind is told first, it is the shortest."""
    hours = 0.0
    while hours < patient_hours:
        kind = KINDS[-1 - seed % len(KINDS)]
        hours += kind.people * kind.hours
        yield kind, seed
        seed += 1


def mirrored(house: House) -> list[Told]:
    """The mirror's lines, as the real ledger's are told."""
    return [
        (as_microseconds(e.at), e.key.condition, e.key.patient_id, e.key.device_id, str(e.event),
         str(e.state))
        for e in house.ledger.lines
    ]  # fmt: skip


async def _ask(postgres: str, nats: str, outcome: Outcome) -> list[Told]:
    async with Store.open(postgres) as store, Bus.open(nats) as bus:
        return await RealLedger(store, bus).ask(outcome.house.done)


def really(seed: int) -> tuple[float, int, int]:
    """A story asked again of the real ledger: patient-hours, lines, and how many differ."""
    outcome = lived(REAL.story(seed))
    folder = Path(tempfile.mkdtemp(prefix="homeward-soak-"))
    try:
        postgres, nats = Postgres(folder, durable=False), Nats(folder)
        with running(postgres), running(nats):
            migrate(postgres.url)
            real = asyncio.run(_ask(postgres.url, nats.url, outcome))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    ours = mirrored(outcome.house)
    differ = abs(len(real) - len(ours)) + sum(
        one != other for one, other in zip(real, ours, strict=False)
    )
    return outcome.patient_hours, len(real), differ


def main(patient_hours: float, seed: int) -> None:
    """Live them all; fail where anything differs."""
    began = time.monotonic()
    sums: list[Sum] = []
    print(f"seeds from {seed}", flush=True)
    with ProcessPoolExecutor(PROCESSES) as pool:
        asked = [pool.submit(live, kind, number) for kind, number in plan(patient_hours, seed)]
        for number, each in enumerate(asked):
            done = each.result()
            sums.append(done)
            for words in done.told:
                print(words, flush=True)
            hours = sum(one.patient_hours for one in sums)
            took = time.monotonic() - began
            print(f"{number + 1} of {len(asked)}: {hours:,.0f} hours in {took:,.0f} s", flush=True)
    real_hours, real_lines, real_differ = really(seed)
    names = [kind.name for kind in KINDS]
    parts = [[one for one in sums if one.kind == name] for name in names]
    table(
        ("stories", "told", "patient-hours", "readings", "alarms", "ledger lines", "differ"),
        [
            (name, len(part), f"{sum(e.patient_hours for e in part):,.0f}",
             f"{sum(e.judged for e in part):,}", f"{sum(e.raised for e in part):,}",
             f"{sum(e.lines for e in part):,}", sum(e.differences for e in part))
            for name, part in zip(names, parts, strict=True)
        ]
        + [(REAL.name, 1, f"{real_hours:,.0f}", "", "", f"{real_lines:,}", real_differ)],
    )  # fmt: skip
    figures = {
        "patient_hours": round(sum(each.patient_hours for each in sums)),
        "differences": sum(each.differences for each in sums),
        "memory_and_ledger_disagree": sum(each.disagreements for each in sums),
        "readings_judged": sum(each.judged for each in sums),
        "alarms_raised": sum(each.raised for each in sums),
        "ledger_lines": sum(each.lines for each in sums),
        "postgresql_patient_hours": round(real_hours),
        "postgresql_ledger_lines": real_lines,
        "postgresql_differences": real_differ,
        "first_seed": seed,
        "seconds": time.monotonic() - began,
    }
    finish("alarm_machine", figures)
    names_of_bad = ("differences", "memory_and_ledger_disagree", "postgresql_differences")
    if any(figures[name] for name in names_of_bad):
        raise SystemExit(1)


if __name__ == "__main__":
    main(
        float(sys.argv[1]) if len(sys.argv) > 1 else PATIENT_HOURS,
        int(sys.argv[2]) if len(sys.argv) > 2 else 1,
    )
