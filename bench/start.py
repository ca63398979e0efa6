"""A start with a month behind it, and what an installation takes while nothing happens.

    make bench NAME=start          seven starts
    python -m bench.start 3 5      three starts, five days

The last thirty days of fifty patients, each four vitals once a second (recorded numbers, see
_days.py), lie in the record. `homeward up` is stopped and started again and again. Live is when all
of three are so: the pages answer; the door has acknowledged a reading, which is when it is
committed; and the watch has raised the alarm that this reading asks for, as a nurse's screen is
told it. Between two looks lie 10 ms.

Then it is left alone: memory of all its processes, and CPU while no device is connected and while
fifty are, each of which says its four vitals once a minute. The bench's own processes do not count.
"""

import asyncio
import contextlib
import sys
import time
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from statistics import median

import aiomqtt
import httpx
import msgspec

from bench._counted import Counted, counted, cpu_by_kind, tell
from bench._days import NAMES, VITALS, Span, write
from bench.installation import Installation, cookie, fill_ward, installation, wear
from bench.report import finish, spread, table
from homeward.engines.nats import free_port
from homeward.model.vital import BY_NAME

STARTS = 7
DAYS, PATIENTS = 30, 50
LIVE_SECONDS_MAX = 60.0
LOOK_SECONDS = 0.01
SETTLE_SECONDS, IDLE_SECONDS = 20.0, 60.0
SAYING_EVERY_SECONDS = 60.0
USUAL = {"heart_rate": 72, "pulse": 72, "respiratory_rate": 15, "oxygen_saturation": 97}
LOW = 70  # of saturation: below 80 % nobody waits
BARS = {"start_seconds": 5.0, "idle_proportional_bytes": 500e6}
Live = dict[str, float]


def message(seq: int, saturation: int = 97) -> bytes:
    """One message of the four vitals, measured now."""
    at = datetime.now(UTC).isoformat()
    values = USUAL | {"oxygen_saturation": saturation}
    readings = [
        {"vital": name, "value": values[name], "unit": BY_NAME[name].unit, "at": at}
        for name in NAMES.values()
    ]
    return msgspec.json.encode({"boot": int(time.time()), "seq": seq, "readings": readings})


async def first_reading(port: int, device: str) -> None:
    """Until the door has acknowledged a reading of somebody whose saturation is low."""
    while True:
        with contextlib.suppress(aiomqtt.MqttError):
            async with aiomqtt.Client("127.0.0.1", port, identifier=device) as client:
                await client.publish(f"devices/{device}/readings", message(1, LOW), qos=1)
                return
        await asyncio.sleep(LOOK_SECONDS)


async def answers(house: Installation) -> None:
    """Until the pages answer."""
    async with httpx.AsyncClient(base_url=house.url) as client:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                answer = await client.get("/api/health")
                if answer.status_code == 200 and answer.json()["ok"]:
                    return
            await asyncio.sleep(LOOK_SECONDS)


async def rings(house: Installation, head: dict[str, str], patient: int) -> None:
    """Until the alarm for this patient's saturation is there."""
    async with httpx.AsyncClient(base_url=house.url, headers=head) as client:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                answer = await client.get("/api/alarms")
                if any(each["patient_id"] == patient for each in answer.json()):
                    return
            await asyncio.sleep(LOOK_SECONDS)


async def start(
    house: Installation, port: int, head: dict[str, str], patient: int, device: str
) -> Live:
    """Start it; seconds until each of the three, and until all."""
    began = time.monotonic()
    house.launch()

    async def after(work: Awaitable[None]) -> float:
        await work
        return time.monotonic() - began

    async with asyncio.timeout(LIVE_SECONDS_MAX):
        took = await asyncio.gather(
            after(answers(house)),
            after(first_reading(port, device)),
            after(rings(house, head, patient)),
        )
    return dict(zip(("pages", "door", "watch"), took, strict=True)) | {"live": max(took)}


class Monitors:
    """Devices that are connected and say little."""

    def __init__(self, port: int, devices: Sequence[str]) -> None:
        self._port, self._devices = port, devices
        self.acknowledged = 0

    async def run(self) -> None:
        """Each says its vitals once a minute, at a moment of its own; until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for place, device in enumerate(self._devices):
                tasks.create_task(self._one(device, place / len(self._devices)))

    async def _one(self, device: str, offset: float) -> None:
        async with aiomqtt.Client("127.0.0.1", self._port, identifier=device) as client:
            await asyncio.sleep(offset * SAYING_EVERY_SECONDS)
            for seq in count(1):
                await client.publish(f"devices/{device}/readings", message(seq), qos=1)
                self.acknowledged += 1
                await asyncio.sleep(SAYING_EVERY_SECONDS)


async def measure(
    house: Installation, port: int, patients: Sequence[int], starts: int
) -> tuple[list[Live], dict[str, list[Counted]]]:
    """Start it again and again, then look at it doing nothing."""
    head, lives = cookie(house), list[Live]()
    devices = [f"bench-{patient}" for patient in patients]
    for number in range(starts):
        house.stop()
        lives.append(await start(house, port, head, patients[number], devices[number]))
        print(f"start {number + 1} of {starts}: live after {lives[-1]['live']:.2f} s", flush=True)
    spent = cpu_by_kind(house)
    await asyncio.sleep(SETTLE_SECONDS)
    idle = {"no device": await counted(house, IDLE_SECONDS, spent)}
    monitors = Monitors(port, devices)
    task = asyncio.create_task(monitors.run())
    await asyncio.sleep(SAYING_EVERY_SECONDS)
    idle[f"{len(devices)} devices"] = await counted(house, IDLE_SECONDS, spent)
    assert monitors.acknowledged >= len(devices), "the devices were not heard"
    task.cancel()
    return lives, idle


def report(lives: list[Live], idle: dict[str, list[Counted]], days: int) -> None:
    """Tables, whether the bars hold, and the figures."""
    print(f"\n{len(lives)} starts with {days} days of {PATIENTS} patients behind them")
    table(
        ("", "seconds after `homeward up`"),
        [(name, spread([each[name] for each in lives], ".2f")) for name in lives[0]],
    )
    totals: dict[str, Counted] = {}
    for name, rows in idle.items():
        print(f"\nnothing happens, {name} connected")
        totals[name] = tell(rows)
    nobody, somebody = totals.values()
    figures = {
        "start_seconds": median(each["live"] for each in lives),
        "start_seconds_max": max(each["live"] for each in lives),
        "start_cpu_seconds": nobody.start,
        "idle_proportional_bytes": nobody.proportional,
        "idle_resident_sum_bytes": nobody.resident,
        "idle_cores": nobody.cores,
        "idle_cores_50_patients": somebody.cores,
    }
    print()
    for name, bar in BARS.items():
        print(f"{name} at most {bar:g}: {'kept' if figures[name] <= bar else 'MISSED'}")
    finish("start", figures)


def main(starts: int = STARTS, days: int = DAYS) -> None:
    """Run it and print the tables."""
    port = free_port()
    with installation(HOMEWARD_MQTT_OPEN_PORT=str(port)) as house:
        patients = [patient for _, patient in fill_ward(house, PATIENTS)]
        hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        since = hour - timedelta(days=days)
        devices = wear(house, patients, since)
        url = house.run_file["postgres_url"]
        worn = zip(patients, devices, strict=True)
        write(url, [Span(*each, VITALS, since, days * 24) for each in worn], "a month of fifty")
        report(*asyncio.run(measure(house, port, patients, starts)), days)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
