"""Lies told to the tests of a file, and which of them nobody noticed.

Each lie is told to a forked process of its own. Most are told in place: the tests are collected
once, and in each fork a function's code is exchanged for the mutant's. What is executed when
modules are imported or tests are collected cannot be told so: there everything from the file's own
module on is imported anew, in a fork of a process that has all other libraries loaded already. Of
the tests those are asked, quickest first, that came by the statement when nothing was mutated.
"""

import ast
import functools
import gc
import importlib.abc
import importlib.util
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

import pytest

from bench.mutants.asked import NOT_IN_PLACE, NOTICED, PASSED, SLOW, Seen, Tests, Tracer
from bench.mutants.lies import Mutant, mutants
from bench.mutants.processes import ROOT, fork, limit, module_of, race, settle

CPU_SECONDS_MAX = 300.0  # of all tests of one file with nothing mutated
QUIETLY = (
    "-x", "-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:anyio", "--no-header",
    "--tb=no", "--disable-warnings", "-k", f"not ({SLOW})",
)  # fmt: skip


# --- in place ------------------------------------------------------------------------------------


class Asker:
    """A plugin of pytest that, instead of running what was collected, tells each lie in place.

    What it found goes to `told`, a line of JSON each: what each test comes by; then the number of
    each mutant that could be told, and whether it survived.
    """

    def __init__(self, path: str, numbers: frozenset[int], told: int) -> None:
        self._path = path
        self._numbers = numbers
        self._told = told
        self._tracer = Tracer(path)
        self._tracer.begin()  # what is executed from here on cannot be told in place
        self._items: list[pytest.Item] = []
        self._alive: Alive | None = None
        self._tests = Tests({})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One test that fails is enough."""
        if report.failed:
            self._tests.notice(report.nodeid)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Everything is collected."""
        early = self._tracer.end()
        self._items = session.items
        seen = self._record()
        if seen is None:
            return True
        self._alive = Alive.of(self._path)
        settle()
        self._say({name: (each.seconds, sorted(each.lines)) for name, each in seen.items()})
        tests = self._tests = Tests(seen)
        by_name = {item.nodeid: item for item in session.items}

        def started() -> Iterator[tuple[int, int]]:
            text = (ROOT / self._path).read_text()
            for number, mutant in enumerate(mutants(self._path, text)):
                if number not in self._numbers or mutant.lines is None:
                    continue
                if any(mutant.lines[0] <= line <= mutant.lines[1] for line in early):
                    continue
                names = tests.of(mutant.lines)
                seconds = tests.patience(names)
                items = [by_name[name] for name in names]
                yield number, fork(lambda m=mutant, i=items, s=seconds: self._ask(m, i, s))

        for number, code in race(started()):
            if code != NOT_IN_PLACE:
                self._say([number, code == PASSED])
        return True

    def _say(self, thing: object) -> None:
        os.write(self._told, json.dumps(thing).encode() + b"\n")

    def _record(self) -> dict[str, Seen] | None:
        """Run all of it, in a process of its own; None where a test fails."""
        read, write = os.pipe()
        child = fork(lambda: self._run_traced(write))
        os.close(write)
        with os.fdopen(read) as pipe:
            lines = pipe.readlines()
        if os.waitpid(child, 0)[1]:
            return None
        return {name: Seen(took, frozenset(by)) for name, took, by in map(json.loads, lines)}

    def _run_traced(self, write: int) -> int:
        limit(CPU_SECONDS_MAX)
        with os.fdopen(write, "w") as pipe:
            for item, following in _with_next(self._items):
                self._tracer.begin()
                began = time.process_time()
                _run(item, following)
                seen = self._tracer.end()
                took = time.process_time() - began
                pipe.write(json.dumps([item.nodeid, took, sorted(seen)]) + "\n")
        return PASSED

    def _ask(self, mutant: Mutant, items: Sequence[pytest.Item], seconds: float) -> int:
        limit(seconds)
        if self._alive is None or not self._alive.tell(mutant):
            return NOT_IN_PLACE
        for item, following in _with_next(items):
            _run(item, following)
        return PASSED


def _with_next(items: Sequence[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    return zip(items, [*items[1:], None], strict=True)


def _run(item: pytest.Item, following: pytest.Item | None) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


@dataclass(frozen=True)
class Alive:
    """The functions of a file as they are now, and everything that remembers results."""

    functions: Sequence[FunctionType]
    caches: Sequence[Any]

    @classmethod
    def of(cls, path: str) -> "Alive":
        """Everything of this kind that there is."""
        file, every = str(ROOT / path), gc.get_objects()
        return cls(
            [e for e in every if type(e) is FunctionType and e.__code__.co_filename == file],
            [e for e in every if type(e) is functools._lru_cache_wrapper],
        )

    def tell(self, mutant: Mutant) -> bool:
        """Exchange the code of every function that the lie changes, if that can be done."""
        lies: dict[tuple[str, int], list[CodeType]] = {}
        tree = ast.fix_missing_locations(mutant.tree)
        for code in _codes(compile(tree, str(ROOT / mutant.path), "exec")):
            lies.setdefault((code.co_qualname, code.co_firstlineno), []).append(code)
        for cache in self.caches:
            cache.cache_clear()
        changed = 0
        for each in self.functions:
            found = lies.get((each.__code__.co_qualname, each.__code__.co_firstlineno), [])
            if len(found) != 1 or len(found[0].co_freevars) != len(each.__code__.co_freevars):
                return False
            if found[0] != each.__code__:
                each.__code__ = found[0]
                changed += 1
        return changed > 0


def _codes(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes(each)


def ask_in_place(
    path: str, tests: Sequence[str], numbers: frozenset[int]
) -> tuple[dict[str, Seen], dict[int, bool]]:
    """What each test comes by; of the mutants that can be told in place, which survived.

    Raises SystemExit where a test fails with nothing mutated.
    """
    read, write = os.pipe()

    def work() -> int:
        gc.unfreeze()  # functions are looked for among all objects
        return int(pytest.main([*QUIETLY, *tests], plugins=[Asker(path, numbers, write)]))

    child = fork(work)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = [json.loads(line) for line in pipe]
    os.waitpid(child, 0)
    if not said:
        raise SystemExit(f"{path}: its tests fail without any lie")
    seen = {name: Seen(took, frozenset(lines)) for name, (took, lines) in said[0].items()}
    return seen, dict(said[1:])


# --- anew ----------------------------------------------------------------------------------------


class Liar(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module as a mutant has it."""

    def __init__(self, mutant: Mutant) -> None:
        self._module = module_of(mutant.path)
        self._mutant = mutant

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Only that module."""
        if name != self._module:
            return None
        place = ROOT / self._mutant.path
        return importlib.util.spec_from_file_location(name, place, loader=self)

    def create_module(self, spec: Any) -> None:
        """As usual."""

    def exec_module(self, module: Any) -> None:
        """The lie."""
        tree = ast.fix_missing_locations(self._mutant.tree)
        exec(compile(tree, str(ROOT / self._mutant.path), "exec"), module.__dict__)


class Chooser:
    """A plugin of pytest that runs some tests only, in this order."""

    def __init__(self, names: Sequence[str], tests: Tests) -> None:
        self._place = {name: place for place, name in enumerate(names)}
        self._tests = tests

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out the others."""
        items[:] = sorted(
            (each for each in items if each.nodeid in self._place),
            key=lambda each: self._place[each.nodeid],
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One test that fails is enough."""
        if report.failed:
            self._tests.notice(report.nodeid)


def ask_anew(mutant: Mutant, tests: Tests) -> int:
    """A process that asks whoever may notice; its code is PASSED where nobody did."""
    files: dict[str, list[str]] = {}  # the one first whose best test is best
    for name in tests.every(mutant.lines):  # what is executed early may change anything
        files.setdefault(name.split("::")[0], []).append(name)

    def work() -> int:
        sys.meta_path.insert(0, Liar(mutant))
        for file, names in files.items():
            limit(tests.patience(names))
            if pytest.main([*QUIETLY, file], plugins=[Chooser(names, tests)]):
                return NOTICED
        return PASSED

    return fork(work)
