"""Days and years of monitors' numbers, packed as the record packs them.

The numbers are recorded ones: heart rate, pulse, breaths and saturation of intensive care patients,
once a second for eight minutes each (BIDMC). A longer record replays them with the noise they have:
all recordings in an order drawn anew, again and again, so that no two hours are alike; nothing is
smoothed where one ends and the next begins. They are stamped by the whole second, as recorded, and
received 20 ms later, or a little more, as on a wireless network (exponential, mean 5 ms).

Hours are made and written by what `compact` makes and writes them with, and days by the record's
own work on them.
"""

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg

from bench._recordings import DATA, intensive_care
from homeward.model.vital import BY_NAME
from homeward.services.record.compact import hour_row
from homeward.services.record.days import roll_days
from homeward.store import Query, Store, queries
from homeward.store.chunks import micros, moment
from homeward.store.packed import HOUR_US, SAMPLES, Array

Floats = npt.NDArray[np.float64]
# As the recordings call them -> as we do.
NAMES = {
    "HR": "heart_rate",
    "PULSE": "pulse",
    "RESP": "respiratory_rate",
    "SpO2": "oxygen_saturation",
}
VITALS = tuple(BY_NAME[name].index for name in NAMES.values())
SECOND_US = 1_000_000
DELAY_US, DELAY_MORE_US = 20_000, 5_000
STEP_HOURS = 6  # packed by one worker at a time
DAYS_SECONDS_MAX = 300
LOOK_SECONDS = 0.05

LEFT = Query(
    "left",
    b"select count(*) from day_to_roll"
    b" where day < date_trunc('day', now() - interval '70 minutes', 'UTC')",
    "Days that are over and not rolled up.",
)
record = queries("homeward.services.record")


@dataclass(frozen=True, slots=True)
class Span:
    """Whole hours of one patient's vitals, from one device; `seed` draws the order."""

    patient: int
    device: int
    vitals: tuple[int, ...]
    start: datetime
    hours: int
    seed: int = 0

    def parts(self) -> list["Span"]:
        """The same in steps, each drawn by itself."""
        return [
            Span(
                self.patient,
                self.device,
                self.vitals,
                self.start + timedelta(hours=first),
                min(STEP_HOURS, self.hours - first),
                self.seed + first,
            )
            for first in range(0, self.hours, STEP_HOURS)
        ]


@cache
def _recorded() -> tuple[Floats, ...]:
    """Each recording whole: rows are seconds, columns VITALS. What a sensor missed is what it
    said before. Ends the bench where there are none."""
    found: list[Floats] = []
    for bed in intensive_care():
        if NAMES.keys() <= bed.numbers.keys():
            table = np.column_stack([bed.numbers[name] for name in NAMES])
            lines = np.where(np.isnan(table), 0, np.arange(len(table))[:, None])
            table = np.take_along_axis(table, np.maximum.accumulate(lines, axis=0), axis=0)
            found.append(table[~np.isnan(table).any(axis=1)])
    if not found:
        raise SystemExit(f"The recordings are not there: {DATA}/bidmc")
    return tuple(found)


def numbers(seconds: int, rng: np.random.Generator) -> Floats:
    """So many seconds (rows) of VITALS (columns)."""
    recorded = _recorded()
    length = sum(map(len, recorded))
    parts: list[Floats] = []
    for _ in range(seconds // length + 2):
        parts += [recorded[place] for place in rng.permutation(len(recorded))]
    first = int(rng.integers(0, length))
    return np.concatenate(parts)[first : first + seconds]


def samples(span: Span) -> dict[int, Array]:
    """Every reading of each vital of a span."""
    rng = np.random.default_rng([span.patient, span.seed])
    seconds = span.hours * 3600
    table = numbers(seconds, rng)
    at = micros(span.start) + np.arange(seconds) * SECOND_US
    more = rng.exponential(DELAY_MORE_US, seconds).astype(np.int64)
    found: dict[int, Array] = {}
    for vital in span.vitals:
        rows = np.empty(seconds, SAMPLES)
        rows["vital"], rows["device"], rows["at"] = vital, span.device, at
        rows["value"], rows["received"] = table[:, VITALS.index(vital)], at + DELAY_US + more
        found[vital] = rows
    return found


def _packed(span: Span) -> list[dict[str, Any]]:
    """The rows `compact` would write for these hours."""
    rows: list[dict[str, Any]] = []
    for each in samples(span).values():
        for hour in np.split(each, np.flatnonzero(np.diff(each["at"] // HOUR_US)) + 1):
            at = moment(int(hour["at"][0]) // HOUR_US * HOUR_US)
            rows.append({"owner": span.patient, "hour": at} | hour_row(hour))
    return rows


def write(url: str, spans: Sequence[Span], what: str) -> None:
    """Pack these spans on two cores, write them, and roll up their days."""
    parts = [part for span in spans for part in span.parts()]
    with (
        psycopg.connect(url, autocommit=True) as sql,
        ProcessPoolExecutor(2) as workers,
        sql.cursor() as cursor,
    ):
        for rows in progress(workers.map(_packed, parts, chunksize=4), len(parts), what):
            cursor.executemany(record.add_hour.text, rows)
        days = {
            (span.patient, span.vitals, (span.start + timedelta(hours=n)).replace(hour=0))
            for span in spans
            for n in range(span.hours)
        }
        cursor.executemany(
            record.open_day.text,
            [
                {"owner": owner, "vitals": list(vitals), "day": day}
                for owner, vitals, day in sorted(days)
            ],
        )
    asyncio.run(roll_up(url, "... its days rolled up"))


async def roll_up(url: str, what: str) -> None:
    """Roll up every day, as the record's work would in its time; it and we take turns."""
    async with Store.open(url) as store:
        left = partial(store.door().one, LEFT)
        first = now = (await left(dict))["count"]
        until = time.monotonic() + DAYS_SECONDS_MAX
        while now:
            if time.monotonic() > until:
                raise SystemExit(f"{now} days are not rolled up after {DAYS_SECONDS_MAX} s")
            if not await roll_days(store, datetime.now(UTC)):
                await asyncio.sleep(LOOK_SECONDS)
            now = (await left(dict))["count"]
            _bar(1 - now / first, what)


def progress(parts: Iterator[Any], count: int, what: str) -> Iterator[Any]:
    """The same, with a bar for whoever waits."""
    for number, part in enumerate(parts, 1):
        yield part
        _bar(number / count, what)


def _bar(share: float, what: str) -> None:
    if sys.stderr.isatty() or share >= 1:
        marks = round(30 * share)
        line = f"\r{what:<28} [{'#' * marks}{'.' * (30 - marks)}] {share:4.0%}"
        print(line, end="\n" if share >= 1 else "", file=sys.stderr, flush=True)
