"""Kill -9 under load: nothing acknowledged is lost, doubled or out of order.

    make soak NAME=kills               200 kills and a million readings acknowledged
    python -m bench.soak_kills 20       a tenth of both
    python -m bench.soak_kills 20 7     the same with this seed

Whatever runs is killed at random: two doors, watch, calls, packing, pages, the backup, both engines
and the supervisor. Devices are separate clients over mutual TLS that send again what was not
acknowledged; one that a killed door had comes in by the other. Each reading has a time of its own
and its number in its value, so the record can be held against what the devices saw acknowledged,
one by one and in order. At the end all of it is packed, and no chunk may hold one twice. One
patient is in trouble throughout: their alarm must be raised once.
"""

import asyncio
import random
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import psutil

from bench.installation import Installation, enrol, fill_ward, installation
from bench.report import finish, table
from homeward.device.connection import Connection
from homeward.device.outbox import Outbox
from homeward.device.papers import Papers
from homeward.model.reading import Reading
from homeward.model.vital import BY_INDEX, OXYGEN_SATURATION, PULSE, Vital
from homeward.services.record.compact import compact
from homeward.services.record.fold import fold
from homeward.store import Query, Store
from homeward.store.chunks import moment, samples

KILLS = 200
READINGS_A_KILL = 5_000  # acknowledged between two kills, at least: a million in all
DEVICES = 8
MESSAGES_PER_SECOND = 25
READINGS_A_MESSAGE = 10
VICTIMS = ("door", "door-2", "watch", "work", "web", "pack", "backup", "postgres", "nats",
           "supervisor")  # fmt: skip
SETTINGS = {"HOMEWARD_DOORS": "2", "HOMEWARD_BACKUP_FOLDER": "{folder}/backups"}
BACK_SECONDS_MAX = 60
LOAD_SECONDS_MAX = 120  # between two kills
DRAIN_SECONDS_MAX = 120
PACK_SECONDS_MAX = 120
SPREAD = 250  # different values: more than are under way at once
_LEFT = Query(
    "left",
    b"select (select count(*) from inbox) + (select count(*) from minute_chunk) as rows", "",
)  # fmt: skip
_SAMPLES = Query(
    "samples", b"select patient_id, sum(samples)::bigint as rows from hour_chunk group by 1", ""
)


class Receipts(Outbox):
    """An outbox that remembers which messages it was told are safe."""

    def __init__(self) -> None:
        super().__init__(messages_max=1_000_000)
        self.safe: set[int] = set()

    def settle(self, packet: int, reason: int) -> bool:
        """Note it, then do as every outbox."""
        flying = self._flying.get(packet)
        if flying is not None and reason < 0x80:
            self.safe.add(flying[1].seq)
        return super().settle(packet, reason)


class Load:
    """Devices that send a reading of their own time every few milliseconds."""

    def __init__(self, folders: list[Path]) -> None:
        boot = int(time.time())
        self.devices = [Connection(Papers.read(folder), boot) for folder in folders]
        for device in self.devices:
            device.outbox = Receipts()
        self.sent: list[list[int]] = [[] for _ in folders]  # by device: us of each first reading
        self.is_over = False

    def acknowledged(self) -> list[set[int]]:
        """The times (us) of what each device saw acknowledged."""
        return [
            {
                self.sent[place][seq] + 1_000 * n
                for seq in device.outbox.safe
                for n in range(READINGS_A_MESSAGE)
            }
            for place, device in enumerate(self.devices)
        ]

    @property
    def count(self) -> int:
        """Readings acknowledged so far."""
        return READINGS_A_MESSAGE * sum(len(device.outbox.safe) for device in self.devices)

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for place, device in enumerate(self.devices):
                tasks.create_task(device.run())
                tasks.create_task(self._send(place, device))

    async def _send(self, place: int, device: Connection) -> None:
        last = 0
        while not self.is_over:
            first = max(last + 1_000, time.time_ns() // 1_000_000 * 1_000)
            number = len(self.sent[place]) * READINGS_A_MESSAGE
            self.sent[place].append(first)
            device.send(
                Reading(*_said(place, number + n), moment(first + 1_000 * n))
                for n in range(READINGS_A_MESSAGE)
            )
            last = first + 1_000 * (READINGS_A_MESSAGE - 1)
            await asyncio.sleep(1 / MESSAGES_PER_SECOND)


def _said(place: int, number: int) -> tuple[Vital, float]:
    """What a device's reading of this number says: the first device's patient desaturates, all
    the time; the others are well."""
    return OXYGEN_SATURATION if place == 0 else PULSE, 60 + number % SPREAD / 10


async def _kill(house: Installation, victim: str) -> float:
    """Kill it, and wait until the whole platform answers again; the seconds it took."""
    process = house.processes().get(victim)
    if process is None:
        raise SystemExit(f"there is no process {victim} to kill: {sorted(house.processes())}")
    began = time.monotonic()
    process.kill()
    if victim == "supervisor":
        assert house.process is not None
        await asyncio.to_thread(house.process.wait)
        await asyncio.to_thread(house.start)  # what systemd would do
        return time.monotonic() - began
    while time.monotonic() - began < BACK_SECONDS_MAX:
        await asyncio.sleep(0.1)
        back = house.processes().get(victim)
        is_new = (
            back is not None and back.pid != process.pid and back.status() != psutil.STATUS_ZOMBIE
        )
        if is_new and await asyncio.to_thread(house.answers):
            return time.monotonic() - began
    raise SystemExit(f"{victim} did not come back in {BACK_SECONDS_MAX} s")


async def _disturb(
    house: Installation, load: Load, kills: int, seed: int
) -> dict[str, list[float]]:
    chosen = random.Random(seed)
    took: dict[str, list[float]] = {victim: [] for victim in VICTIMS}
    for number in range(kills):
        await _acknowledged(load, (number + 1) * READINGS_A_KILL)
        # Everybody once, so that a short run leaves nobody out; then at random.
        victim = VICTIMS[number] if number < len(VICTIMS) else chosen.choice(VICTIMS)
        await asyncio.sleep(chosen.uniform(0, 0.5))
        took[victim].append(await _kill(house, victim))
        if number % 10 == 9:
            print(f"{number + 1} of {kills} kills, {load.count:,} acknowledged", flush=True)
    return took


async def _acknowledged(load: Load, readings: int) -> None:
    """Wait until so many are."""
    async with asyncio.timeout(LOAD_SECONDS_MAX):
        while load.count < readings:
            await asyncio.sleep(0.02)


async def drained(load: Load) -> None:
    async with asyncio.timeout(DRAIN_SECONDS_MAX):
        await asyncio.gather(*(device.drained() for device in load.devices))


@dataclass
class Held:
    """What the record holds otherwise than it was sent."""

    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0


async def _held(house: Installation, patients: list[int], load: Load) -> Held:
    """The record held against what each device sent and saw acknowledged."""
    held = Held()
    with house.connect() as sql:
        url = f"{sql.info.dsn} password={sql.info.password}"
    async with Store.open(url) as store:
        packed = await packed_readings(store)
        for place, patient in enumerate(patients):
            found = await samples(store.door(), patient, list(BY_INDEX), 0, 2**60)
            rows = np.concatenate(list(found.values()))
            there, values = rows["at"].tolist(), rows["value"].tolist()
            said = {
                first + 1_000 * n: _said(place, message * READINGS_A_MESSAGE + n)[1]
                for message, first in enumerate(load.sent[place])
                for n in range(READINGS_A_MESSAGE)
            }
            held.lost += len(load.acknowledged()[place] - set(there))
            held.doubled += packed[patient] - len(set(there))
            held.out_of_order += sum(after <= before for before, after in pairwise(there))
            held.out_of_order += sum(map(lambda at, v: said.get(at) != v, there, values))
    return held


async def packed_readings(store: Store) -> dict[int, int]:
    """Pack all there is, hours later by our clock; the readings that chunks hold, by patient."""
    later = datetime.now(UTC) + timedelta(hours=3)
    door = store.door()
    async with asyncio.timeout(PACK_SECONDS_MAX):
        while (await door.one(_LEFT, dict))["rows"]:
            await fold(store, later)  # nothing, where the installation's own packing has its turn
            await compact(store, later)
            await asyncio.sleep(0.05)
    return {row["patient_id"]: row["rows"] for row in await door.all(_SAMPLES, dict)}


async def measure(kills: int, seed: int) -> dict[str, object]:
    """Run it and print the table; what was acknowledged, lost and doubled."""
    with installation(**SETTINGS) as house:
        patients = fill_ward(house, DEVICES)
        folders = [enrol(house, f"kill-{n}", number) for n, (number, _) in enumerate(patients)]
        load = Load(folders)
        sending = asyncio.create_task(load.run())
        began = time.monotonic()
        took = await _disturb(house, load, kills, seed)
        load.is_over = True
        await drained(load)
        seconds = time.monotonic() - began
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        held = await _held(house, [patient for _, patient in patients], load)
        alarms, calls = _alarms_and_doubled_calls(house, patients[0][1])
    _print(took)
    return {
        "kills": sum(map(len, took.values())),
        "acknowledged": load.count,
        "seconds": seconds,
        "seed": seed,
        "R1_lost": held.lost,
        "R1_doubled": held.doubled,
        "R1_order": held.out_of_order,
        "alarms_raised": alarms,
        "calls_doubled": calls,
    }


def _alarms_and_doubled_calls(house: Installation, patient: int) -> tuple[int, int]:
    with house.connect() as sql:
        alarms = sql.execute(
            "select count(*) from alarm where condition = 'oxygen_low' and patient_id = %s",
            (patient,),
        ).fetchone()
        calls = sql.execute(
            "select count(*) - count(distinct (alarm_id, audience, round, step)) from call"
        ).fetchone()
    assert alarms is not None
    assert calls is not None
    return alarms[0], calls[0]


def _print(took: dict[str, list[float]]) -> None:
    rows = [
        (victim, len(times), f"{sorted(times)[len(times) // 2]:.2f}", f"{max(times):.2f}")
        for victim, times in took.items()
        if times
    ]
    table(("killed", "times", "back, median s", "back, worst s"), rows)


async def main(kills: int, seed: int) -> None:
    """Fail where anything was lost, doubled or out of order."""
    figures = await measure(kills, seed)
    print(
        f"{figures['acknowledged']:,} readings acknowledged, {figures['R1_lost']} lost, "
        f"{figures['R1_doubled']} doubled, {figures['R1_order']} out of order; the one alarm was "
        f"raised {figures['alarms_raised']} time(s), {figures['calls_doubled']} call(s) doubled"
    )
    finish("kills", figures)
    bad = [figures[name] for name in ("R1_lost", "R1_doubled", "R1_order", "calls_doubled")]
    if any(bad) or figures["alarms_raised"] != 1:
        raise SystemExit(1)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    asyncio.run(
        main(given[0] if given else KILLS, given[1] if given[1:] else time.time_ns() % 10**6)
    )
