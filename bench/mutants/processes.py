"""Forked processes, as many at once as there are cores, that begin with every library loaded."""

import ast
import gc
import importlib
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import hypothesis

ROOT = Path(__file__).parents[2]
CORES = len(os.sched_getaffinity(0))
Key = TypeVar("Key")


def module_of(path: str) -> str:
    """The name it is imported by."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def load(tests: Sequence[str]) -> None:
    """Import what these tests need, once, before anything is forked."""
    import pytest_asyncio  # noqa: F401

    hypothesis.settings.register_profile("mutants", derandomize=True, database=None, deadline=None)
    hypothesis.settings.load_profile("mutants")
    for path in ("tests/conftest.py", *tests):
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and "tests" not in node.module:
                importlib.import_module(node.module)


def forget(name: str) -> None:
    """Forget a module and whoever has it from there, so that they are imported anew."""
    modules = {each for each in sys.modules if each.split(".")[0] in ("homeward", "tests")}
    modules |= {each for each in sys.modules if each.startswith("bench.alarm_machine")}
    users = {each: _imports(each) for each in modules}
    gone, more = {name}, {name}
    while more:
        more = {each for each in modules - gone if users[each] & gone}
        gone |= more
    for each in gone & sys.modules.keys():
        package, _, own = each.rpartition(".")
        del sys.modules[each]
        if hasattr(sys.modules.get(package), own):  # `from package import own` asks it first
            delattr(sys.modules[package], own)
    settle()


def settle() -> None:
    """Before many forks: what is here stays, and is not copied for being counted."""
    gc.collect()
    gc.freeze()


def _imports(name: str) -> set[str]:
    path = getattr(sys.modules[name], "__file__", None)
    if not path or not path.endswith(".py"):
        return set()
    found: set[str] = set()
    for node in ast.walk(ast.parse(Path(path).read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
        elif isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
    if name.endswith((".rules", ".scores")):  # which import what they find
        found |= {each for each in sys.modules if each.startswith(name + ".")}
    return found


def fork(work: Callable[[], int]) -> int:
    """A process that does this and ends with its code, whatever happens, and says nothing."""
    child = os.fork()
    if not child:
        code = 99
        try:
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            code = work()
        finally:
            os._exit(code)
    return child


def limit(seconds: float) -> None:
    """Use no more CPU than that from now on: a test that never ends is noticed as well."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)


def race(started: Iterator[tuple[Key, int]]) -> Iterator[tuple[Key, int]]:
    """Processes as many at once as there are cores; each one's exit code, or -1."""
    running: dict[int, Key] = {}

    def ended() -> tuple[Key, int]:
        child, status = os.wait()
        while child not in running:
            child, status = os.wait()
        return running.pop(child), os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1

    for key, child in started:
        running[child] = key
        if len(running) >= CORES:
            yield ended()
    while running:
        yield ended()
