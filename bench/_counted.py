"""What an installation takes: memory and CPU of each of its processes.

Memory is the proportional set size (pages shared by several processes count once) and the plain sum
of resident sizes, which counts PostgreSQL's shared buffers once per backend. CPU comes from /proc,
so that neither a busy machine nor the bench itself changes it.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.installation import Installation
from bench.report import cpu_seconds, table


@dataclass(frozen=True)
class Counted:
    """One process, or all of PostgreSQL's backends together.

    Bytes; CPU seconds it had spent when it was started, then part of one core.
    """

    name: str
    processes: int
    proportional: int
    resident: int
    cores: float
    start: float = field(default=0.0)


def _kind(name: str) -> str:
    return "postgres backends" if name.startswith("postgres backend") else name


def cpu_by_kind(house: Installation) -> dict[str, float]:
    """CPU seconds each process has spent since it began."""
    spent: dict[str, float] = defaultdict(float)
    for name, process in house.processes().items():
        spent[_kind(name)] += cpu_seconds([process.pid], children=False)
    return spent


async def counted(
    house: Installation, seconds: float, start: Mapping[str, float] | None = None
) -> list[Counted]:
    """Memory now, and CPU over so many seconds; `start` is what they had spent before."""
    before, began = cpu_by_kind(house), time.monotonic()
    await asyncio.sleep(seconds)
    after, passed = cpu_by_kind(house), time.monotonic() - began
    memory: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for name, process in house.processes().items():
        full = process.memory_full_info()
        memory[_kind(name)].append((full.pss, full.rss))
    return [
        Counted(
            name,
            len(sizes),
            sum(pss for pss, _ in sizes),
            sum(rss for _, rss in sizes),
            max(0.0, after[name] - before.get(name, 0.0)) / passed,
            (start or {}).get(name, 0.0),
        )
        for name, sizes in memory.items()
    ]


def tell(rows: Sequence[Counted], cores: float | None = None) -> Counted:
    """Print them, and all together, which is given back; `cores` of all, where it was counted."""
    every = Counted(
        "all",
        sum(row.processes for row in rows),
        sum(row.proportional for row in rows),
        sum(row.resident for row in rows),
        sum(row.cores for row in rows) if cores is None else cores,
        sum(row.start for row in rows),
    )
    table(
        ("process", "number", "proportional MB", "resident MB", "start, CPU s", "% of a core"),
        [
            (
                row.name,
                row.processes,
                f"{row.proportional / 1e6:.0f}",
                f"{row.resident / 1e6:.0f}",
                f"{row.start:.2f}",
                f"{100 * row.cores:.1f}",
            )
            for row in (*rows, every)
        ],
    )
    return every
