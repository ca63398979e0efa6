"""What a reading costs with a hundred times the patients: CPU of all server processes.

    make bench NAME=growth          7 windows of 25 s
    python -m bench.growth 3

Two whole Homewards run side by side, one with 50 patients and one with 5,000, each of whom wears a
monitor that sends seven vitals in a message, at the same total rate: ten messages a second each, or
one in ten seconds. Both are loaded all the time and looked at in the same windows, after a first
minute in which what is folded begins to come. All of a Homeward's processes count, idle ones too,
with what packing the record costs (each minute; the packing of whole hours is not among it).
"""

import asyncio
import contextlib
import sys
import time
from dataclasses import dataclass, field
from statistics import median

import uvloop

from bench.alarm_path.monitors import NAME, VITALS, Monitor
from bench.installation import Installation, fill_ward, installation, seal
from bench.report import cpu_seconds, finish, spread, table
from homeward.engines.nats import free_port

FEW, MANY = 50, 5_000
BEDS_OF_WARD = 50
MESSAGES_PER_SECOND = 500
WINDOWS, WINDOW_SECONDS = 7, 25.0
WARM_SECONDS = 70.0
CONNECT_SECONDS_MAX = 120
AT_ONCE, DOOR_TAKES_IN = 100, 1_000  # connections; the door's own bound is not what is asked
GROWTH_MAX = 1.3
PARTS = ("door", "watch", "work", "web", "pack", "nats", "postgres")


@dataclass
class Arm:
    """One Homeward under load. CPU in us a reading, by window; and of each part, over all."""

    house: Installation
    port: int
    patients: int
    monitors: list[Monitor] = field(default_factory=list)
    micros: list[float] = field(default_factory=list)
    parts: dict[str, float] = field(default_factory=dict)
    readings: int = 0
    seconds: float = 0.0

    @property
    def acknowledged(self) -> int:
        """Readings."""
        return sum(each.acknowledged for each in self.monitors) * len(VITALS)

    @property
    def total(self) -> float:
        """CPU in us a reading, over all windows."""
        return sum(self.parts.values()) / self.readings * 1e6

    def cpu(self) -> dict[str, float]:
        """CPU seconds of each part so far; of the supervisor, too."""
        processes = self.house.processes()
        top = cpu_seconds([processes["supervisor"].pid], children=False)
        return {part: cpu_seconds([processes[part].pid]) for part in PARTS} | {"supervisor": top}

    async def connect(self) -> None:
        """All monitors, as fast as the door takes them in."""
        async with asyncio.timeout(CONNECT_SECONDS_MAX):
            for number in range(1, self.patients + 1):
                self.monitors.append(await Monitor.open(self.port, number))
                while number % AT_ONCE == 0 and not self.monitors[-1].is_welcome:
                    await asyncio.sleep(0.01)
            while not all(each.is_welcome for each in self.monitors):
                await asyncio.sleep(0.1)

    async def speak(self) -> None:
        """Each says its seven in turn, evenly; until cancelled."""
        due, loop = asyncio.get_running_loop().time(), asyncio.get_running_loop()
        while True:
            for monitor in self.monitors:
                late = due - loop.time()
                if late > 0:
                    await asyncio.sleep(late)
                monitor.says()
                due += 1 / MESSAGES_PER_SECOND


def fill(house: Installation, patients: int) -> None:
    """Wards of fifty, and a monitor on everybody."""
    everybody = [patient for _, patient in fill_ward(house, patients)]
    with house.connect() as sql, sql.transaction():
        sql.execute(
            "insert into ward (name, kind)"
            " select 'Ward ' || n, 'ward' from generate_series(2, %s) n",
            (-(-patients // BEDS_OF_WARD),),
        )
        sql.execute(
            "update stay set ward_id = ward.id from ward where ward.name = 'Ward ' ||"
            " ((stay.patient_id - %s) / %s + 1)",
            (everybody[0], BEDS_OF_WARD),
        )
        devices = [(NAME % number,) for number in range(1, patients + 1)]
        sql.cursor().executemany("insert into device (name, kind) values (%s, 'monitor')", devices)
        sql.cursor().executemany(
            "insert into association (device_id, patient_id, starts, source)"
            " select id, %s, now(), 'bench' from device where name = %s",
            [(patient, *name) for patient, name in zip(everybody, devices, strict=True)],
        )
        sql.execute("analyze")
    seal(house)


async def measure(arms: list[Arm], windows: int) -> None:
    """Both at once, window by window."""
    tasks: list[asyncio.Task[None]] = []
    for arm in arms:
        await arm.connect()
        print(f"{arm.patients:,} monitors are connected", flush=True)
        tasks.append(asyncio.create_task(arm.speak()))
    await asyncio.sleep(WARM_SECONDS)
    for number in range(windows):
        before = [(arm.cpu(), arm.acknowledged, time.monotonic()) for arm in arms]
        await asyncio.sleep(WINDOW_SECONDS)
        for arm, (cpu, acknowledged, began) in zip(arms, before, strict=True):
            spent = {part: seconds - cpu[part] for part, seconds in arm.cpu().items()}
            readings = arm.acknowledged - acknowledged
            for part, seconds in spent.items():
                arm.parts[part] = arm.parts.get(part, 0.0) + seconds
            arm.readings += readings
            arm.seconds += time.monotonic() - began
            arm.micros.append(sum(spent.values()) / readings * 1e6)
        last = ", ".join(f"{arm.micros[-1]:.0f}" for arm in arms)
        print(f"window {number + 1} of {windows}: {last} us a reading", flush=True)
    for task in tasks:
        task.cancel()
    for monitor in (each for arm in arms for each in arm.monitors):
        monitor.stop()


def report(few: Arm, many: Arm) -> None:
    """A table, whether the bar holds, and the figures."""
    print()
    table(
        ("patients", "readings/s", "CPU us a reading", "over all", *few.parts),
        [
            (
                f"{arm.patients:,}",
                f"{arm.readings / arm.seconds:,.0f}",
                spread(arm.micros, ".1f"),
                f"{arm.total:.1f}",
                *(f"{seconds / arm.readings * 1e6:.1f}" for seconds in arm.parts.values()),
            )
            for arm in (few, many)
        ],
    )
    growth = many.total / few.total
    print(f"\n{growth:.2f} times, bar {GROWTH_MAX}: {'kept' if growth <= GROWTH_MAX else 'MISSED'}")
    finish(
        "growth",
        {
            "G8_cpu_per_reading_5000_per_50": growth,
            "G8_windows_median": median(
                one / other for one, other in zip(many.micros, few.micros, strict=True)
            ),
            "G8_cpu_us_per_reading_50": few.total,
            "G8_cpu_us_per_reading_5000": many.total,
            "G8_readings_per_second": many.readings / many.seconds,
        },
    )


def main(windows: int = WINDOWS) -> None:
    """Run it and print the table."""
    with contextlib.ExitStack() as stack:
        arms: list[Arm] = []
        for patients in (FEW, MANY):
            port = free_port()
            more = {"HOMEWARD_DOOR_CONNECTIONS_PER_SECOND_MAX": str(DOOR_TAKES_IN)}
            more |= {"HOMEWARD_MQTT_OPEN_PORT": str(port)}
            house = stack.enter_context(installation(**more))
            fill(house, patients)
            arms.append(Arm(house, port, patients))
        uvloop.run(measure(arms, windows))
        report(*arms)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
