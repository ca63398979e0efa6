"""Every parser in worker processes, each with a share of the inputs.

A batch follows from its seed, so that one which ends its process outright (a crash of C code) can
be run again: its name is written down before it begins.
"""

import multiprocessing
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType

import psutil

from bench.fuzz import findings
from bench.fuzz.mutate import Mutator
from bench.fuzz.targets import Target, every_target

BATCH = 2_000
SECONDS_MAX = 2.0  # of CPU: one input that takes longer is as good as a crash
OF_ONE_KIND_MAX = 3  # written down; more of the same line say nothing new
# From then on a worker's memory is flat: a part of its inputs, and by then it met each parser twice
# (what a rotten chunk needed once stays with the process).
WARM_PART, WARM_ROUNDS = 0.1, 2


@dataclass
class Result:
    """What became of it."""

    inputs: int = 0
    refused: int = 0
    crashes: int = 0
    seconds: float = 0.0
    memory_growth_ratio: float = 0.0
    by_target: dict[str, tuple[int, int, float]] = field(
        default_factory=dict[str, tuple[int, int, float]]
    )  # inputs, refused, seconds
    files: list[Path] = field(default_factory=list[Path])

    def add(self, other: "Result") -> None:
        """With what another worker did."""
        self.inputs += other.inputs
        self.refused += other.refused
        self.crashes += other.crashes
        self.memory_growth_ratio = max(self.memory_growth_ratio, other.memory_growth_ratio)
        self.files += other.files
        for name, (inputs, refused, seconds) in other.by_target.items():
            known = self.by_target.get(name, (0, 0, 0.0))
            self.by_target[name] = (known[0] + inputs, known[1] + refused, known[2] + seconds)


class _TooSlow(BaseException):
    """It takes too long. No Exception: a parser must not swallow it."""


def _ring(_: int, __: FrameType | None) -> None:
    raise _TooSlow


def batches(inputs: int, names: Sequence[str]) -> list[tuple[str, int, int]]:
    """(target, number of its batch, inputs) in turns, so that all of them get their share."""
    found: list[tuple[str, int, int]] = []
    left, number = inputs, 0
    while left > 0:
        size = min(BATCH, max(1, inputs // len(names)))
        for name in names:
            found.append((name, number, min(size, max(left, 0))))
            left -= size
        number += 1
    return [each for each in found if each[2]]


def run_batch(target: Target, seed: str, count: int) -> Result:
    """One batch in this process."""
    result = Result()
    mutator = Mutator(seed, target.samples())
    signal.signal(signal.SIGPROF, _ring)
    kinds: dict[str, int] = {}
    began = time.perf_counter()
    for _ in range(count):
        data = mutator.next()
        signal.setitimer(signal.ITIMER_PROF, SECONDS_MAX)
        try:
            target.parse(data)
        except target.refusals:
            result.refused += 1
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            result.crashes += 1
            kind = findings.where_of(error)
            kinds[kind] = kinds.get(kind, 0) + 1
            if kinds[kind] <= OF_ONE_KIND_MAX:
                what = f"{kind}: {error}"
                result.files.append(findings.keep(target.name, data, what, seed=seed))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    result.inputs = count
    took = time.perf_counter() - began
    result.by_target[target.name] = (count, result.refused, took)
    return result


def _work(mine: list[tuple[str, int, int]], seed: int, place: Path, answer: Connection) -> None:
    targets, me = every_target(), psutil.Process()
    whole, warm = Result(), 0
    for done, (name, number, count) in enumerate(mine):
        place.write_text(f"{seed}:{name}:{number}:{count}")
        whole.add(run_batch(targets[name], f"{seed}:{name}:{number}", count))
        if not warm and number >= WARM_ROUNDS and done >= len(mine) * WARM_PART:
            warm = me.memory_info().rss
    whole.memory_growth_ratio = me.memory_info().rss / warm - 1 if warm else 0.0
    answer.send(whole)


def run(inputs: int, seed: int, workers: int) -> Result:
    """All parsers, so many inputs between them."""
    began = time.perf_counter()
    plan = batches(inputs, list(every_target()))
    context = multiprocessing.get_context("spawn")
    whole = Result()
    running: list[tuple[BaseProcess, Connection, Path]] = []
    for number in range(workers):
        answer, told = context.Pipe(duplex=False)
        place = findings.folder() / f"worker-{number}"
        # Every worker meets every target: shares of one length, not of one kind.
        process = context.Process(target=_work, args=(plan[number::workers], seed, place, told))
        process.start()
        told.close()
        running.append((process, answer, place))
    for process, answer, place in running:
        try:
            whole.add(answer.recv())
        except EOFError:
            process.join()
            batch = place.read_text()
            what = f"the process ended with {process.exitcode} in batch {batch}"
            whole.crashes += 1
            whole.files.append(findings.keep("a whole process", batch.encode(), what))
        process.join()
    whole.seconds = time.perf_counter() - began
    return whole


def again(file: Path) -> str:
    """Give one finding's input to its parser once more; what became of it."""
    where, data, _ = findings.read(file)
    target = every_target()[where]
    try:
        target.parse(data)
    except target.refusals as error:
        return f"refused, as it should be: {error}"
    return "taken"
