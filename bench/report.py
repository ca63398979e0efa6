"""What every bench ends with: a table a person can read, and one line of JSON.

Figures: times in seconds, sizes in bytes, rates per second, or plain ratios.
"""

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under their head: the first column to the left, numbers to the right."""
    lines = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    for number, line in enumerate(lines):
        cells = [
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("  ".join(cells).rstrip(), flush=True)
        if number == 0:
            print("  ".join("-" * width for width in widths))


def spread(values: Sequence[float], form: str = ",.0f") -> str:
    """Median, and the least and the most of several rounds."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:{form}}  ({low:{form}} .. {high:{form}})"


def finish(name: str, figures: Mapping[str, object]) -> None:
    """End a bench: its figures and the machine, as one line of JSON."""
    rounded = {
        key: float(f"{value:.4g}") if isinstance(value, float) else value
        for key, value in figures.items()
    }
    print(json.dumps({"name": name, "figures": rounded, "machine": machine()}), flush=True)


def machine() -> dict[str, object]:
    """Where and when this ran: what a figure means nothing without."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_bytes": psutil.virtual_memory().total,
        "load_1_minute": round(os.getloadavg()[0], 2),
        "system": platform.platform(),
        "python": platform.python_version(),
        "commit": _commit(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def cpu_seconds(processes: Iterable[int], *, children: bool = True) -> float:
    """CPU used so far by these processes, all their threads and all their children, dead or alive.

    Without `children`: by these processes alone.
    """
    if not children:
        return sum(sum(_ticks(pid)[:2]) for pid in processes) / TICKS_PER_SECOND
    return sum(sum(_ticks(each)) for pid in processes for each in _tree(pid)) / TICKS_PER_SECOND


def _ticks(pid: int) -> list[int]:
    """User and system time of a process, then those of the children it has outlived."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return [0, 0, 0, 0]
    return [int(field) for field in fields[11:15]]


def _tree(pid: int) -> list[int]:
    try:
        children = psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []
    return [pid, *(child.pid for child in children)]


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return done.stdout.strip()
