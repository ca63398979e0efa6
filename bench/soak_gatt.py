"""Ten million packets no meter sends: each is read or refused, none crashes or is impossible.

    make soak NAME=gatt
    python -m bench.soak_gatt 10000000

Random octets, and the published packets (web/src/gatt/vectors.json) cut short, lengthened, glued
together, bent, and taken for those of another characteristic; checksums are often made right, so
that what is behind them is reached.
"""

import os
import random
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from bench._packets import Verdict, judged, made
from bench.report import finish, table

INPUTS = 10_000_000
BATCH = 100_000
CRASHES_SHOWN = 10


def batch(seed: int, inputs: int) -> tuple[Counter[str], list[str]]:
    """So many packets by one seed: verdicts, and what crashed."""
    dice = random.Random(seed)
    counts: Counter[str] = Counter()
    crashes: list[str] = []
    for _ in range(inputs):
        characteristic, octets = made(dice)
        try:
            counts[judged(characteristic, octets)] += 1
        except Exception as error:
            counts["crashed"] += 1
            crashes.append(f"{characteristic.name} {octets.hex()}: {type(error).__name__}: {error}")
    return counts, crashes[:CRASHES_SHOWN]


def main() -> None:
    """Print the table, then the figures."""
    inputs = int(sys.argv[1]) if len(sys.argv) > 1 else INPUTS
    sizes = [BATCH] * (inputs // BATCH) + ([inputs % BATCH] if inputs % BATCH else [])
    counts: Counter[str] = Counter()
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for some, crashes in pool.map(batch, range(len(sizes)), sizes):
            counts += some
            for line in crashes:
                print(line)
    table(("packets", "count"), [(name, f"{counts[name]:,}") for name in (*Verdict, "crashed")])
    finish(
        "gatt",
        {
            "inputs": sum(counts.values()),
            "read": counts[Verdict.READ],
            "refused": counts[Verdict.REFUSED],
            "crashes": counts["crashed"],
            "impossible": counts[Verdict.IMPOSSIBLE],
        },
    )
    if counts["crashed"] or counts[Verdict.IMPOSSIBLE]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
