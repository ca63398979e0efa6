"""After a kill -9 in a full house: how soon an alarm is on a screen again.

    make bench NAME=alarm_back            each process three times
    python -m bench.alarm_back 1          each once
    SHARES=2 python -m bench.alarm_back   with the patients divided among two watchers

2,000 patients on 100 wards, a monitor each that sends seven vitals a second, and the record of the
last two hours and more behind them: minutes up to the hour that is not packed yet, hours before.
One process after the other is killed, and in that moment a patient falls ill. Back is when the
alarm has come to a nurse's screen, which comes back by itself as the page does. Monitors connect
again and say again what was not acknowledged.
"""

import asyncio
import multiprocessing
import os
import random
import signal
import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta

import numpy as np

from bench.alarm_kills.screens import Screen
from bench.alarm_latency import BEDS, PATIENTS, QUIET_SECONDS, beside, fill, ids_of, rate
from bench.alarm_path import monitors
from bench.alarm_path.monitors import VITALS, Monitor
from bench.installation import LOGIN, PASSWORD, Installation, installation
from bench.report import finish, table
from homeward.engines.nats import free_port
from homeward.model.vital import BY_NAME
from homeward.services.record.compact import REST
from homeward.store.packed import SAMPLES, mask_of, pack, pack_rollup, roll_up

ROUNDS = 3
SHARES = int(os.environ.get("SHARES", "1"))
WATCHERS = ("watch", *(f"watch-{number}" for number in range(2, SHARES + 1)))
VICTIMS = (*WATCHERS, "door", "web", "nats", "work", "postgres")
HOURS = 2
LOW = 70
BACK_SECONDS_MAX = 5.0
PATIENCE_SECONDS = 120
SETTLE_SECONDS = 25  # until the record has been read again, and windows are whole
SECOND_US, MINUTE, HOUR = 1_000_000, timedelta(minutes=1), timedelta(hours=1)
Chunk = tuple[object, ...]


def behind(whose: tuple[int, int], now: datetime) -> tuple[list[Chunk], list[Chunk]]:
    """The minute chunks and hour chunks of one patient's monitor up to now."""
    patient, device = whose
    rng = np.random.default_rng(device)
    hour = (now - REST).replace(minute=0, second=0, microsecond=0)
    minutes: list[Chunk] = []
    at = hour
    while at < now - 2 * MINUTE:
        rows = _rows(device, at, 60, rng)
        mask, received = mask_of(rows["vital"].tolist()), at + MINUTE
        minutes.append((patient, at, mask, received, pack(rows)))
        at += MINUTE
    hours: list[Chunk] = []
    for before in range(1, HOURS + 1):
        every = _rows(device, hour - before * HOUR, 3_600, rng)
        for vital in np.unique(every["vital"]).tolist():
            rows = every[every["vital"] == vital]
            value = rows["value"]
            extremes = (float(value.min()), float(value.max()), float(value.mean()))
            bodies = pack_rollup(roll_up(rows)), pack(rows)
            when = hour - before * HOUR
            hours.append((patient, when, vital, len(rows), *extremes, when + HOUR, *bodies))
    return minutes, hours


def _rows(device: int, start: datetime, seconds: int, rng: np.random.Generator) -> np.ndarray:
    at = int(start.timestamp()) * SECOND_US + np.arange(seconds) * SECOND_US
    parts: list[np.ndarray] = []
    for name, _, usual, swing in sorted(VITALS, key=lambda vital: BY_NAME[vital[0]].index):
        rows = np.zeros(seconds, SAMPLES)
        rows["vital"], rows["device"] = BY_NAME[name].index, device
        rows["at"], rows["received"] = at, at + 50_000
        rows["value"] = usual + rng.integers(-swing, swing + 1, seconds)
        parts.append(rows)
    return np.concatenate(parts)


def fill_record(house: Installation) -> None:
    """The hours behind everybody, as the record keeps them."""
    now = datetime.now(UTC)
    with house.connect() as sql:
        worn = sql.execute("select patient_id, device_id from association").fetchall()
    began = time.monotonic()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=context) as pool, house.connect() as sql:
        found = pool.map(behind, worn, [now] * len(worn), chunksize=20)
        minutes, hours = map(_all, zip(*found, strict=True))
        for text, rows in (
            ("minute_chunk (patient_id, minute, vitals, received, body)", minutes),
            ("hour_chunk (patient_id, hour, vital, samples, low, high, mean, received, minutes,"
             " body)", hours),
        ):  # fmt: skip
            with sql.cursor().copy(f"copy {text} from stdin") as copy:
                for row in rows:
                    copy.write_row(row)
        sql.execute("analyze")
        counts = f"{len(minutes):,} minute chunks and {len(hours):,} hour chunks"
    print(f"record: {counts} in {time.monotonic() - began:.0f} s", flush=True)


def _all(parts: tuple[list[Chunk], ...]) -> list[Chunk]:
    return [row for part in parts for row in part]


class House:
    """The screen that waits, and the beds of which one falls ill at each kill."""

    def __init__(self, house: Installation, screen: Screen, beds: dict[int, Monitor]) -> None:
        self._house, self._screen, self._beds = house, screen, beds
        self._ids, self._chance = ids_of(house), random.Random(1)
        self._next = self._free()

    def _free(self) -> Iterator[int]:
        yield from self._chance.sample(sorted(self._beds), len(self._beds))
        raise SystemExit("every bed has been ill")

    async def kill(self, victim: str) -> float:
        """Seconds until the alarm is there of whoever fell ill in the moment of the kill."""
        bed = next(self._next)
        patient, before = self._ids[bed], set(self._screen.ringing)
        self._house.processes()[victim].send_signal(signal.SIGKILL)
        began = time.time()
        self._beds[bed].says(LOW)
        while time.time() - began < PATIENCE_SECONDS:
            for key in self._screen.ringing.keys() - before:
                episode = self._screen.episodes.get(key[0], {})
                of_it = episode.get("patient_id"), episode.get("condition")
                if of_it == (patient, "oxygen_low"):
                    return self._screen.ringing[key] - began
            await asyncio.sleep(0.02)
        raise SystemExit(f"{victim}: no alarm in {PATIENCE_SECONDS} s")


async def measure(house: Installation, ward: int, port: int, rounds: int) -> dict[str, list[float]]:
    """Seconds until it was back, by who was killed."""
    with house.connect() as sql:
        row = sql.execute("select id from person where login = %s", (LOGIN,)).fetchone()
    assert row is not None
    took: dict[str, list[float]] = {victim: [] for victim in VICTIMS}
    with beside("bench.alarm_path.monitors", str(port), str(BEDS + 1), str(PATIENTS)) as load:
        beds = {number: await Monitor.open(port, number) for number in range(1, BEDS + 1)}
        screen = Screen(house.url, LOGIN, PASSWORD, row[0], ward)
        await screen.sign_in()
        tasks = [
            asyncio.create_task(monitors.speak(list(beds.values()))),
            asyncio.create_task(screen.run()),
        ]
        await asyncio.sleep(QUIET_SECONDS)
        rate(load)
        one = House(house, screen, beds)
        for number in range(rounds):
            for victim in VICTIMS:
                took[victim].append(await one.kill(victim))
                await asyncio.sleep(SETTLE_SECONDS)
                print(
                    f"round {number + 1} of {rounds}: {victim} killed, back after"
                    f" {took[victim][-1]:.2f} s; {rate(load):,} readings/s since the last",
                    flush=True,
                )
        for task in tasks:
            task.cancel()
        for monitor in beds.values():
            monitor.stop()
    return took


def tell(took: dict[str, list[float]]) -> None:
    """The table and the line of JSON."""
    rows = [
        (victim, len(each), f"{statistics.median(each):.2f}", f"{max(each):.2f}")
        for victim, each in took.items()
    ]
    table(("killed", "times", "median s", "worst s"), rows)
    worst = {f"{victim}_seconds_max": max(each) for victim, each in took.items()}
    most = max(worst.values())
    kills = sum(len(each) for each in took.values())
    finish("alarm_back", {"shares": SHARES, "kills": kills, "back_seconds_max": most, **worst})
    if most > BACK_SECONDS_MAX:
        raise SystemExit(f"the bar is {BACK_SECONDS_MAX} s")


async def main(rounds: int) -> None:
    """Run it."""
    port = free_port()
    shares = {"HOMEWARD_WATCH_SHARES": str(SHARES)}
    with installation("up", HOMEWARD_MQTT_OPEN_PORT=str(port), **shares) as house:
        ward = fill(house)
        fill_record(house)
        tell(await measure(house, ward, port, rounds))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
