"""Kill -9 each process in turn under load: nothing acknowledged is lost, nothing is doubled.

    make soak NAME=kills            20 rounds over every process
    python -m bench.soak_kills 3     three rounds

Devices are separate clients over mutual TLS that send again what was not acknowledged. Each
reading has a time of its own, so the record can be held against what the devices saw
acknowledged, one by one. One patient is in trouble throughout: their alarm must be raised once.
"""

import asyncio
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from bench.installation import Installation, enrol, fill_ward, installation
from bench.report import finish, table
from homeward.device.connection import Connection
from homeward.device.outbox import Outbox
from homeward.device.papers import Papers
from homeward.model.reading import Reading
from homeward.model.vital import BY_INDEX, OXYGEN_SATURATION, PULSE
from homeward.store import Store
from homeward.store.chunks import samples

ROUNDS = 20
DEVICES = 6
READINGS_PER_SECOND = 25
VICTIMS = ("door", "watch", "work", "web", "pack", "postgres", "nats", "supervisor")
BACK_SECONDS_MAX = 60
LOAD_SECONDS = 0.5  # of undisturbed load between two kills
DRAIN_SECONDS_MAX = 120


class Receipts(Outbox):
    """An outbox that remembers which messages it was told are safe."""

    def __init__(self) -> None:
        super().__init__(messages_max=1_000_000)
        self.safe: set[int] = set()

    def settle(self, packet: int, reason: int) -> bool:
        """Note it, then do as every outbox."""
        message = self._flying.get(packet)
        if message is not None and reason < 0x80:
            self.safe.add(message.seq)
        return super().settle(packet, reason)


class Load:
    """Devices that send a reading of their own time every few milliseconds."""

    def __init__(self, folders: list[Path]) -> None:
        boot = int(time.time())
        self.devices = [Connection(Papers.read(folder), boot) for folder in folders]
        for device in self.devices:
            device.outbox = Receipts()
        self.sent: list[list[int]] = [[] for _ in folders]  # by device: us of each seq
        self.is_over = False

    def acknowledged(self) -> list[set[int]]:
        """The times (us) of what each device saw acknowledged."""
        return [
            {self.sent[place][seq] for seq in device.outbox.safe}
            for place, device in enumerate(self.devices)
        ]

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for place, device in enumerate(self.devices):
                tasks.create_task(device.run())
                tasks.create_task(self._send(place, device))

    async def _send(self, place: int, device: Connection) -> None:
        last = datetime.now(UTC)
        while not self.is_over:
            now = datetime.now(UTC).replace(
                microsecond=datetime.now(UTC).microsecond // 1000 * 1000
            )
            at = max(now, last + timedelta(milliseconds=1))
            last = at
            seq = len(self.sent[place])
            # The first device's patient desaturates, all the time; the others are well.
            vital, value = (OXYGEN_SATURATION, 80.0) if place == 0 else (PULSE, 60.0 + seq % 30)
            self.sent[place].append(round(at.timestamp() * 1e6))
            device.send([Reading(vital, value, at)])
            await asyncio.sleep(1 / READINGS_PER_SECOND)


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


async def _disturb(house: Installation, load: Load, rounds: int) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {victim: [] for victim in VICTIMS}
    for number in range(rounds):
        for victim in VICTIMS:
            await asyncio.sleep(LOAD_SECONDS)
            took[victim].append(await _kill(house, victim))
        acknowledged = sum(len(device.outbox.safe) for device in load.devices)
        print(f"round {number + 1} of {rounds}: {acknowledged:,} acknowledged", flush=True)
    return took


async def _drain(load: Load) -> None:
    async with asyncio.timeout(DRAIN_SECONDS_MAX):
        await asyncio.gather(*(device.drained() for device in load.devices))


async def _held(
    house: Installation, patients: list[int], start: int, end: int
) -> list[Counter[int]]:
    """How often the record holds each time, by device."""
    with house.connect() as sql:
        url = sql.info.dsn + f" password={sql.info.password}"
    held: list[Counter[int]] = []
    async with Store.open(url) as store:
        for patient in patients:
            found = await samples(store.door(), patient, list(BY_INDEX), start, end)
            held.append(Counter(at for rows in found.values() for at in rows["at"].tolist()))
    return held


async def measure(rounds: int) -> dict[str, int]:
    """Run it and print the table; what was acknowledged, lost and doubled."""
    with installation() as house:
        patients = fill_ward(house, DEVICES)
        folders = [enrol(house, f"kill-{n}", number) for n, (number, _) in enumerate(patients)]
        load = Load(folders)
        start = round(time.time() * 1e6)
        sending = asyncio.create_task(load.run())
        took = await _disturb(house, load, rounds)
        load.is_over = True
        await _drain(load)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        end = round(time.time() * 1e6) + 1
        held = await _held(house, [patient for _, patient in patients], start, end)
        alarms, calls = _alarms_and_doubled_calls(house, patients[0][1])
    _print(took)
    safe = load.acknowledged()
    return {
        "kills": sum(map(len, took.values())),
        "acknowledged": sum(map(len, safe)),
        "acknowledged_lost": sum(
            at not in held[place] for place, times in enumerate(safe) for at in times
        ),
        "doubled": sum(count - 1 for times in held for count in times.values()),
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
    ]
    table(("killed", "times", "back, median s", "back, worst s"), rows)


async def main(rounds: int) -> None:
    """Fail where anything was lost or doubled."""
    figures = await measure(rounds)
    print(
        f"{figures['acknowledged']:,} readings acknowledged, {figures['acknowledged_lost']} lost, "
        f"{figures['doubled']} doubled; the one alarm was raised {figures['alarms_raised']} "
        f"time(s), {figures['calls_doubled']} call(s) doubled"
    )
    finish("kills", figures)
    bad = figures["acknowledged_lost"] or figures["doubled"] or figures["calls_doubled"]
    if bad or figures["alarms_raised"] != 1:
        raise SystemExit(1)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
