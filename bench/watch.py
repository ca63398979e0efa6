"""What watching quiet people costs: 15,000 readings a second through the whole watcher.

    make bench NAME=watch                 3,750 people with four vitals each, 40 s of them
    python -m bench.watch 80              80 s

Readings come as the hot lane brings them, 4 ms at a time. Beside it, in the same run, what the
plain rules and the plain score would cost if they were asked about everything.
"""

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np

from bench.report import finish, table
from homeward.clinical.rules import RULES
from homeward.clinical.scores import news2
from homeward.model.frame import HOT
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME
from homeward.services.watch.silences import Watched
from homeward.services.watch.watcher import Watcher

PEOPLE = 3_750
USUAL = {"heart_rate": 75, "pulse": 75, "oxygen_saturation": 97, "respiratory_rate": 15}
SWING = 1.5  # standard deviation: numbers on a screen never stand still
GATHER_US = 4_000
SECOND_US = 1_000_000
WARM_SECONDS = 20
CORE_SHARE_MAX = 0.35
PLAIN_SECONDS = 2_000
START = datetime(2026, 3, 1, tzinfo=UTC)


def frames(seconds: range, rng: np.random.Generator) -> Iterator[tuple[datetime, np.ndarray]]:
    """Everybody's readings, each person at their own moment of the second."""
    count = PEOPLE * len(USUAL)
    rows = np.zeros(count, HOT)
    rows["patient"] = rows["device"] = np.repeat(np.arange(1, PEOPLE + 1), len(USUAL))
    rows["vital"] = np.tile([BY_NAME[name].index for name in USUAL], PEOPLE)
    usual = np.tile([float(value) for value in USUAL.values()], PEOPLE)
    phase = np.repeat(rng.integers(0, SECOND_US, PEOPLE), len(USUAL))
    order = np.argsort(phase, kind="stable")
    rows, usual, phase = rows[order], usual[order], phase[order]
    edges = np.searchsorted(phase, np.arange(0, SECOND_US + 1, GATHER_US))
    start_us = int(START.timestamp()) * SECOND_US
    for second in seconds:
        rows["value"] = np.minimum(np.round(usual + rng.normal(0, SWING, count)), 100)
        rows["received"] = rows["at"] = start_us + second * SECOND_US + phase
        for place, (begin, end) in enumerate(pairwise(edges), 1):
            now = START + timedelta(seconds=second, microseconds=place * GATHER_US)
            yield now, rows[begin:end].copy()


def watched() -> list[Watched]:
    """A monitor on each of them, expected to speak each second."""
    expects = dict.fromkeys(USUAL, 1.0)
    return [
        Watched(person, f"monitor-{person}", expects, True, person, START, 1)
        for person in range(1, PEOPLE + 1)
    ]


def run(watcher: Watcher, seconds: range, rng: np.random.Generator) -> tuple[float, list[float]]:
    """CPU seconds spent watching, and how long each frame took."""
    cpu, took = 0.0, []
    for tick, (now, rows) in enumerate(frames(seconds, rng), 1):
        before, begun = time.process_time(), time.perf_counter()
        watcher.take(rows, now)
        took.append(time.perf_counter() - begun)
        if tick % (SECOND_US // GATHER_US) == 0:
            watcher.listens(now)
            watcher.ages(now)
        cpu += time.process_time() - before
    return cpu, took


def plain_cpu_per_reading() -> float:
    """CPU seconds a reading where every one goes to its rules, and every second is scored."""
    windows = {
        name: [
            Reading(BY_NAME[name], value, START + timedelta(seconds=each)) for each in range(120)
        ]
        for name, value in USUAL.items()
    }
    before = time.process_time()
    for second in range(120, 120 + PLAIN_SECONDS):
        at = START + timedelta(seconds=second)
        for name, value in USUAL.items():
            windows[name] = [*windows[name][1:], Reading(BY_NAME[name], value, at)]
            for rule in RULES:
                if rule.vital.name == name:
                    rule.judge(windows[name], False)
        news2.score(news2.settled_inputs(windows), at)
    return (time.process_time() - before) / PLAIN_SECONDS / len(USUAL)


def main(seconds: int) -> None:
    """Warm up until the windows are full enough, then measure."""
    rng = np.random.default_rng(1)
    watcher = Watcher()
    watcher.watch(watched())
    run(watcher, range(WARM_SECONDS), rng)
    cpu, took = run(watcher, range(WARM_SECONDS, WARM_SECONDS + seconds), rng)
    rate = PEOPLE * len(USUAL)
    share, plain = cpu / seconds, plain_cpu_per_reading()
    p50, p99 = np.percentile(took, [50, 99]).tolist()
    table(
        ("", "figure"),
        [
            ("readings a second", f"{rate:,}"),
            ("of one core", f"{share:.1%}  (at most {CORE_SHARE_MAX:.0%})"),
            ("CPU a reading", f"{cpu / seconds / rate * 1e6:.2f} us"),
            ("CPU a reading, plain functions alone", f"{plain * 1e6:.2f} us"),
            ("a frame, p50", f"{p50 * 1e3:.2f} ms"),
            ("a frame, p99", f"{p99 * 1e3:.2f} ms"),
        ],
    )
    figures = {
        "readings_per_second": rate,
        "core_share": share,
        "cpu_us_per_reading": cpu / seconds / rate * 1e6,
        "plain_per_watcher": plain / (cpu / seconds / rate),
        "frame_p50_seconds": p50,
        "frame_p99_seconds": p99,
    }
    finish("watch", figures)
    if share > CORE_SHARE_MAX:
        sys.exit(f"watching takes {share:.1%} of a core")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
