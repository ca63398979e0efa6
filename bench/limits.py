"""What asking before saving costs: a ward's month judged by two limits.

    make bench NAME=limits          thirty patients, thirty days, one reading a second
    python -m bench.limits 5        five patients

One vital of each patient is in hour chunks as the record keeps it, 78 million readings in all. In
one ward an hour in twenty has a dip below a limit, in the other every hour has. Beside it stands
what only reading the worst ward costs, without judging anything.
"""

import asyncio
import shutil
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from bench.report import finish, table
from homeward.clinical.setting import Choice
from homeward.engines.child import running
from homeward.engines.postgres import Postgres
from homeward.model.vital import OXYGEN_SATURATION
from homeward.services.people import admission
from homeward.services.people.admission import NewPatient
from homeward.services.watch import limits_replay
from homeward.services.watch.limits import Order, Scope
from homeward.store import Store, migrate
from homeward.store.chunks import micros, samples
from homeward.store.packed import SAMPLES, pack, pack_rollup, roll_up
from homeward.store.sql import Query

DAYS = 30
NOW = datetime(2026, 3, 1, tzinfo=UTC)
PATIENTS = 30
HOUR = 3600
WIDER = Order(
    "oxygen_low", Choice.LIMIT, "a bench", 86, 88, delay_seconds=15, clear_seconds=15, extreme=80
)
ADD = Query(
    "add",
    b"insert into hour_chunk (patient_id, hour, vital, samples, low, high, mean, minutes, body) "
    b"values (%(patient)s, %(hour)s, %(vital)s, %(samples)s, %(low)s, %(high)s, %(mean)s, "
    b"%(minutes)s, %(body)s)",
    "",
)


def hour_of(patient: int, start: datetime, has_dip: bool, random: np.random.Generator) -> dict:
    """An hour of a saturation that walks between 93 and 98, with a minute of 85 or 88."""
    rows = np.zeros(HOUR, SAMPLES)
    rows["vital"], rows["device"] = OXYGEN_SATURATION.index, patient
    rows["at"] = micros(start) + np.arange(HOUR) * 1_000_000
    rows["received"] = rows["at"] + 150_000
    rows["value"] = np.clip(np.rint(95.5 + np.cumsum(random.normal(0, 0.1, HOUR))), 93, 98)
    if has_dip:
        at = int(random.integers(0, HOUR - 60))
        rows["value"][at : at + 60] = random.choice([85, 88])
    value = rows["value"]
    return {
        "patient": patient, "hour": start, "vital": OXYGEN_SATURATION.index, "samples": HOUR,
        "low": float(value.min()), "high": float(value.max()), "mean": float(value.mean()),
        "minutes": pack_rollup(roll_up(rows)), "body": pack(rows),
    }  # fmt: skip


async def fill(store: Store, ward: str, patients: int, dips: float) -> tuple[Scope, list[int]]:
    """A ward with a month of everybody in it."""
    door, random = store.door(), np.random.default_rng(7)
    await admission.add_ward(door, ward, is_home=False)
    start = NOW - timedelta(days=DAYS)
    for number in range(patients):
        who = NewPatient(f"{ward}-{number}", ward, date(1950, 1, 1), "female")
        await admission.admit(door, who, ward, f"{number}", start)
    scope = Scope(ward_id=await admission.ward_id(door, ward))
    query = Query("ids", b"select patient_id from stay where ward_id = %(ward)s order by 1", "")
    ids = [row["patient_id"] for row in await door.all(query, dict, ward=scope.ward_id)]
    for patient in ids:
        hours = [
            hour_of(patient, start + timedelta(hours=hour), random.random() < dips, random)
            for hour in range(DAYS * 24)
        ]
        await door.run_many(ADD, hours)
    return scope, ids


async def replay(store: Store, scope: Scope) -> tuple[dict[str, int], list[float]]:
    """The whole ward, step by step; what was found, and how long each step took."""
    found = {"now": 0, "proposed": 0, "hours": 0, "readings": 0}
    took: list[float] = []
    after: int | None = 0
    while after is not None:
        began = time.perf_counter()
        step = await limits_replay.step(store.door(), scope, WIDER, after, NOW)
        took.append(time.perf_counter() - began)
        found = {name: found[name] + getattr(step, name) for name in found}
        after = step.after
    return found, took


async def measured(url: str, patients: int) -> None:
    """Both wards, and reading alone."""
    async with Store.open(url) as store:
        rows: list[tuple[object, ...]] = []
        figures: dict[str, object] = {}
        for name, dips in (("an hour in twenty", 0.05), ("every hour", 1.0)):
            scope, ids = await fill(store, name, patients, dips)
            found, took = await replay(store, scope)
            rows.append(
                (name, f"{found['readings']:,}", f"{found['hours']:,}", f"{sum(took):.1f} s",
                 f"{max(took):.1f} s", len(took), found["now"], found["proposed"])
            )  # fmt: skip
            key = name.replace(" ", "_")
            figures[f"{key}_seconds"] = round(sum(took), 2)
            figures[f"{key}_longest_step_seconds"] = round(max(took), 2)
            if dips == 1.0:
                began = time.perf_counter()
                span = micros(NOW - timedelta(days=DAYS)), micros(NOW)
                for patient in ids:
                    await samples(store.door(), patient, [OXYGEN_SATURATION.index], *span)
                reading = time.perf_counter() - began
                rows.append(("only read it", "", "", f"{reading:.1f} s", "", "", "", ""))
                figures["replay_per_reading"] = round(sum(took) / reading, 2)
        table(
            ("dips", "readings", "hours read", "took", "longest step", "steps", "now", "wider"),
            rows,
        )
        finish("limits", figures)


def main() -> None:
    """Run it."""
    patients = int(sys.argv[1]) if len(sys.argv) > 1 else PATIENTS
    folder = Path(tempfile.mkdtemp(prefix="homeward-bench-"))
    try:
        postgres = Postgres(folder, durable=False)
        with running(postgres):
            migrate(postgres.url)
            asyncio.run(measured(postgres.url, patients))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
