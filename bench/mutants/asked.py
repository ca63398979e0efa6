"""Which tests to ask about a lie: those that come by it, the most telling first."""

import contextlib
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from bench.mutants.lies import Span
from bench.mutants.processes import ROOT

TEST_SECONDS_MAX = 2.0  # a slower test is not asked
# Nor are these, which take seconds: every combination there is, against a second opinion.
SLOW = "second_opinion_agrees or as_the_second_opinion_says or every_half_and_tenth"
PASSED, NOTICED, NOT_IN_PLACE = 0, 1, 77


@dataclass(frozen=True)
class Seen:
    """A test when nothing is mutated: how long it takes, and the file's lines it comes by."""

    seconds: float
    lines: frozenset[int]

    def comes_by(self, lines: Span | None) -> bool:
        """Whether it may notice a lie there."""
        return lines is None or any(lines[0] <= line <= lines[1] for line in self.lines)


class Tracer:
    """Which lines of a file's functions are executed."""

    def __init__(self, path: str) -> None:
        self._file = str(ROOT / path)
        self._lines: set[int] = set()

    def begin(self) -> None:
        """From now on."""
        self._lines = set()
        sys.settrace(self._called)

    def end(self) -> frozenset[int]:
        """Until now."""
        sys.settrace(None)
        return frozenset(self._lines)

    def _called(self, frame: Any, event: str, argument: object) -> Callable[..., Any] | None:
        code = frame.f_code
        is_ours = code.co_filename == self._file and code.co_name != "<module>"
        return self._line if is_ours else None

    def _line(self, frame: Any, event: str, argument: object) -> Callable[..., Any]:
        self._lines.add(frame.f_lineno)
        return self._line


class Tests:
    """The tests of one file: who noticed most lies is asked first, then the quickest."""

    def __init__(self, seen: Mapping[str, Seen]) -> None:
        self.seen = {name: e for name, e in seen.items() if e.seconds <= TEST_SECONDS_MAX}
        self._noticed = Counter[str]()
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)

    def of(self, lines: Span | None) -> list[str]:
        """Those that come by a statement."""
        return [name for name in self.every(lines) if self.seen[name].comes_by(lines)]

    def every(self, lines: Span | None) -> list[str]:
        """All of them, those that come by a statement first."""
        self._learn()

        def place(name: str) -> tuple[bool, float, float]:
            each = self.seen[name]
            return not each.comes_by(lines), -self._worth(name), each.seconds

        return sorted(self.seen, key=place)

    def notice(self, name: str) -> NoReturn:
        """End this process: the lie was noticed by that test."""
        os.write(self._write, name.encode() + b"\n")
        os._exit(NOTICED)

    def patience(self, names: Sequence[str]) -> float:
        """How much CPU all these may use, in seconds."""
        return 2 + 2 * sum(self.seen[name].seconds for name in names)

    def _worth(self, name: str) -> float:
        return self._noticed[name] / (0.1 + self.seen[name].seconds)

    def _learn(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while said := os.read(self._read, 65536):
                self._noticed.update(said.decode().split("\n")[:-1])
