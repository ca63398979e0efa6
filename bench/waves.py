"""A ward's waves on ten screens: what the server spends, what is lost, how old it is on arrival.

    make bench NAME=waves                  7 rounds
    python -m bench.waves 2 20             two rounds, of 20 frames a second and bed

Thirty-two beds of four leads of 500 Hz are told on the bus as the door tells them, and ten viewers
in processes of their own read the ward from a whole Homeward. In the same rounds, by turns, ten
read the same from a relay that only joins and sends (wave_path/raw.py): what the server spends is
said beside that. CPU is that of the process alone, all of it: hearing the bus, packing, sending,
and whatever it does besides; from /proc, so that a busy machine changes it little.
"""

import contextlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bench.installation import Installation, cookie, fill_ward, installation
from bench.report import cpu_seconds, finish, spread, table
from homeward.engines.nats import free_port

BEDS, VIEWERS, VIEWER_PROCESSES = 32, 10, 2
ROUNDS = 7
FRAMES_A_SECOND = 4  # of one bed, as a monitor sends them
SETTLE_SECONDS, ROUND_SECONDS = 3.0, 10.0
CORE_SHARE_MAX = 0.05


@dataclass
class Way:
    """One way from the bus to ten screens, over all rounds."""

    name: str
    pid: int
    watched: tuple[str, ...]
    shares: list[float] = field(default_factory=list)
    bus_shares: list[float] = field(default_factory=list)
    lost: int = 0
    frames: int = 0
    bytes: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    def run(self, bus: int) -> None:
        """Ten viewers come, look for a round, and go."""
        with contextlib.ExitStack() as stack:
            count = str(VIEWERS // VIEWER_PROCESSES)
            words = ("bench.wave_path.viewers", count, *self.watched)
            viewers = [stack.enter_context(beside(*words)) for _ in range(VIEWER_PROCESSES)]
            time.sleep(SETTLE_SECONDS)
            for each in viewers:
                asked(each)
            before, began = (cpu_of(self.pid), cpu_of(bus)), time.monotonic()
            time.sleep(ROUND_SECONDS)
            passed = time.monotonic() - began
            self.shares.append((cpu_of(self.pid) - before[0]) / passed)
            self.bus_shares.append((cpu_of(bus) - before[1]) / passed)
            for seen in (one for each in viewers for one in asked(each)):
                self.lost += seen["lost"]
                self.frames += seen["frames"]
                self.bytes += seen["bytes"]
                self.latencies += seen["latencies"]
            self.seconds += passed * VIEWERS

    def age(self, percent: float) -> float:
        """Seconds from told on the bus to read by a viewer."""
        return float(np.percentile(self.latencies, percent))


def cpu_of(pid: int) -> float:
    """Seconds of CPU of one process."""
    return cpu_seconds([pid], children=False)


@contextlib.contextmanager
def beside(*words: str) -> Iterator[subprocess.Popen[str]]:
    """A process of the bench, ready once it has said its first line."""
    command = [sys.executable, "-m", *words]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        try:
            assert child.stdout is not None
            child.stdout.readline()
            yield child
        finally:
            child.kill()


def asked(viewers: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """What each viewer of a process saw since this was last asked."""
    assert viewers.stdin is not None
    assert viewers.stdout is not None
    viewers.stdin.write("\n")
    viewers.stdin.flush()
    return json.loads(viewers.stdout.readline())


def measure(house: Installation, rounds: int, frames_a_second: int) -> None:
    """Both ways by turns; prints and ends the bench."""
    patients = [str(patient) for _, patient in fill_ward(house, BEDS)]
    with house.connect() as sql:
        ward = sql.execute("select id from ward where name = 'Bench'").fetchone()
    assert ward is not None
    port = free_port()
    processes = house.processes()
    web, bus = processes["web"].pid, processes["nats"].pid
    with (
        beside(
            "bench.wave_path.monitors",
            house.bus_url("door"),
            str(frames_a_second),
            "stamped",
            *patients,
        ),
        beside("bench.wave_path.raw", house.bus_url("web"), str(port)) as relay,
    ):
        time.sleep(SETTLE_SECONDS)
        before, began = cpu_of(web), time.monotonic()
        time.sleep(ROUND_SECONDS)
        idle = (cpu_of(web) - before) / (time.monotonic() - began)
        url = house.url.replace("http", "ws") + f"/api/live/waves?ward={ward[0]}"
        ways = (
            Way("Homeward", web, (url, cookie(house)["cookie"])),
            Way("bare websockets", relay.pid, (f"ws://127.0.0.1:{port}",)),
        )
        for number in range(rounds):
            for way in ways if number % 2 == 0 else reversed(ways):
                way.run(bus)
    report(*ways, idle=idle, rounds=rounds, frames_a_second=frames_a_second)


def report(ours: Way, raw: Way, *, idle: float, rounds: int, frames_a_second: int) -> None:
    """A table, what it means, and the figures."""
    samples = "4 leads x 500 Hz"
    print(f"{BEDS} beds x {samples}, {frames_a_second} frames a second each, {VIEWERS} viewers,")
    print(f"{rounds} rounds of {ROUND_SECONDS:.0f} s each way")
    table(
        ("way", "% of a core", "NATS %", "frames/s", "kB/s", "lost", "p50 ms", "p99 ms"),
        [
            (
                way.name,
                spread([100 * share for share in way.shares], ".1f"),
                f"{100 * statistics.median(way.bus_shares):.1f}",
                f"{way.frames / way.seconds:.1f}",
                f"{way.bytes / way.seconds / 1000:.0f}",
                way.lost,
                f"{1000 * way.age(50):.1f}",
                f"{1000 * way.age(99):.1f}",
            )
            for way in (ours, raw)
        ],
    )
    print(f"the web process while nobody looks: {100 * idle:.1f} % of a core")
    share = statistics.median(ours.shares)
    pairs = zip(ours.shares, raw.shares, strict=True)
    print(f"at most {CORE_SHARE_MAX:.0%} of a core, nothing lost: ", end="")
    print("kept" if share <= CORE_SHARE_MAX and ours.lost == 0 else "MISSED")
    finish(
        "waves",
        {
            "G9_core_share": share,
            "G9_frames_lost": ours.lost,
            "G9_core_share_idle": idle,
            "G9_core_per_raw": statistics.median(one / other for one, other in pairs),
            "G9_p50_seconds": ours.age(50),
            "G9_p99_seconds": ours.age(99),
            "G9_raw_p50_seconds": raw.age(50),
            "G9_raw_p99_seconds": raw.age(99),
        },
    )


def main(rounds: int = ROUNDS, frames_a_second: int = FRAMES_A_SECOND) -> None:
    """Run it and print the table."""
    with installation() as house:
        measure(house, rounds, frames_a_second)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
