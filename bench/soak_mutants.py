"""Mutants: small lies told to the code that judges, one at a time; the tests must notice each.

    make soak NAME=mutants                         every file of FILES
    python -m bench.soak_mutants limit cause       those whose path holds such a word
    python -m bench.soak_mutants --every 5         each fifth mutant of every file

A comparison is moved by its boundary or turned round, a sum becomes a difference, a number one
more or one less, `and` an `or`, a result None, a statement nothing. Each lie is told to a forked
process of its own, which runs the tests named beside the file and stops at the first that fails:
killed. One whose tests all pass has survived: a test is missing, or the lie changes nothing, and
then bench/equivalent_mutants.txt names it with the reason, reviewed like code.

Why our own: mutmut works on a copy of the tree with other module names, and cosmic-ray starts the
whole test command anew for each mutant; here one that has all libraries loaded already is forked,
so that a mutant costs tenths of a second. Text that people read is not mutated, nor annotations.
"""

import ast
import copy
import importlib.abc
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.report import finish, table

ROOT = Path(__file__).parents[1]
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.txt")
SCORE_MIN = 0.95
CPU_SECONDS_MAX = 60.0
QUIETLY = (
    "-x",
    "-q",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "-p",
    "no:anyio",
    "--no-header",
    "--tb=no",
)
CLINICAL, WATCH = "tests/clinical", "tests/services/watch"
RULES = (f"{CLINICAL}/test_second_opinion.py", f"{CLINICAL}/test_rules.py")
WATCHER = (f"{WATCH}/test_watcher.py", f"{WATCH}/test_combinations.py", f"{WATCH}/test_orders.py")

# Each file that judges, and the tests that hold it: quick ones first, none needs a database.
FILES: dict[str, tuple[str, ...]] = {
    "homeward/clinical/limit.py": (
        f"{CLINICAL}/test_limit.py", f"{CLINICAL}/test_setting.py", *RULES
    ),
    "homeward/clinical/episode.py": (f"{CLINICAL}/test_episode.py",),
    "homeward/clinical/rule.py": (
        f"{CLINICAL}/test_limit.py", f"{CLINICAL}/test_gate.py", *RULES, *WATCHER
    ),
    "homeward/clinical/gate.py": (f"{CLINICAL}/test_gate.py",),
    "homeward/clinical/silence.py": (f"{CLINICAL}/test_silence.py",),
    "homeward/clinical/window.py": (f"{CLINICAL}/test_window.py", f"{CLINICAL}/test_limit.py"),
    "homeward/clinical/cause.py": (f"{CLINICAL}/test_cause.py",),
    "homeward/clinical/setting.py": (f"{CLINICAL}/test_setting.py", f"{WATCH}/test_orders.py"),
    "homeward/clinical/ages.py": (f"{CLINICAL}/test_setting.py", f"{CLINICAL}/test_limit.py",
                                  *RULES),
    "homeward/clinical/subject.py": (f"{CLINICAL}/test_subject.py",),
    "homeward/services/watch/conditions.py": (f"{WATCH}/test_conditions.py", *WATCHER),
    "homeward/services/watch/troubles.py": WATCHER,
    "homeward/services/watch/counters.py": (f"{WATCH}/test_counters.py",),
    "homeward/services/call/chain.py": ("tests/services/call/test_chain.py",),
}  # fmt: skip


def files() -> dict[str, tuple[str, ...]]:
    """All of them: the rules, one a file, are found."""
    found = dict(FILES)
    for path in sorted((ROOT / "homeward/clinical/rules").glob("[a-z]*.py")):
        found[str(path.relative_to(ROOT))] = (*RULES, f"{WATCH}/test_combinations.py")
    return found


# --- lies ----------------------------------------------------------------------------------------

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
_RECKONED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
_CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """One lie: where, what was there, what is there now."""

    path: str
    line: int
    place: str  # the function it is in
    was: str
    now: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Without the line's number, which moves."""
        return f"{self.path} {self.place}: {self.was} -> {self.now}"


def mutants(path: str, text: str) -> Iterator[Mutant]:
    """Every lie there is to tell of a file."""
    tree = ast.parse(text)
    for node, place, parent in _nodes(tree, ""):
        told = parent if isinstance(node, ast.Constant) else node  # a number says little alone
        for change in _changes(node):
            before = _said(told)
            kept = copy.copy(node.__dict__)
            change(node)
            after = _said(told)
            lie = ast.fix_missing_locations(copy.deepcopy(tree))
            node.__dict__.clear()
            node.__dict__.update(kept)
            if after != before:
                yield Mutant(path, node.lineno, place, before, after, lie)


def _said(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


def _nodes(node: ast.AST, place: str) -> Iterator[tuple[ast.AST, str, ast.AST]]:
    """What may be mutated, with the function and the node it is in; no annotation, no text."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
        place = f"{place}.{node.name}".lstrip(".")
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "keywords_of_class", "bases"):
            continue
        if isinstance(node, ast.JoinedStr | ast.Raise | ast.Assert | ast.Import | ast.ImportFrom):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                if hasattr(child, "lineno"):
                    yield child, place or "module", node
                yield from _nodes(child, place)


def _changes(node: ast.AST) -> Iterator[object]:
    match node:
        case ast.Compare():
            for number, each in enumerate(node.ops):
                for other in _COMPARED.get(type(each), ()):
                    yield _setting("ops", _replaced(node.ops, number, other()))
        case ast.BinOp() if type(node.op) in _RECKONED and not _is_type(node):
            yield _setting("op", _RECKONED[type(node.op)]())
        case ast.AugAssign() if type(node.op) in _RECKONED:
            yield _setting("op", _RECKONED[type(node.op)]())
        case ast.BoolOp():
            yield _setting("op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
        case ast.UnaryOp() if isinstance(node.op, ast.Not):
            yield _becoming(node.operand)
        case ast.Constant() if node.value is True or node.value is False:
            yield _setting("value", not node.value)
        case ast.Constant() if isinstance(node.value, int | float):
            yield _setting("value", node.value + 1)
            yield _setting("value", node.value - 1)
        case ast.Call() if isinstance(node.func, ast.Name) and node.func.id in _CALLED:
            yield _setting("func", ast.Name(_CALLED[node.func.id], ast.Load()))
        case ast.If() | ast.IfExp() if not isinstance(node.test, ast.Compare):
            yield _setting("test", ast.UnaryOp(ast.Not(), node.test))
        case ast.Return() if node.value is not None and not isinstance(node.value, ast.Constant):
            yield _setting("value", ast.Constant(None))
        case ast.Expr() if isinstance(node.value, ast.Call):
            yield _setting("value", ast.Constant(None))
        case _:
            return


def _setting(name: str, value: object):
    return lambda node: setattr(node, name, value)


def _becoming(other: ast.AST):
    def become(node: ast.AST) -> None:
        node.op = ast.UAdd()
        node.operand = ast.Call(ast.Name("bool", ast.Load()), [other], [])

    return become


def _replaced(ops: list[ast.cmpop], number: int, other: ast.cmpop) -> list[ast.cmpop]:
    return [other if place == number else each for place, each in enumerate(ops)]


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_type(node: ast.BinOp) -> bool:
    """`Fork | State` is a type, no sum."""
    return isinstance(node.op, ast.BitOr) and any(
        _is_none(each) or (isinstance(each, ast.Name) and each.id[:1].isupper())
        for each in (node.left, node.right)
    )


# --- telling them --------------------------------------------------------------------------------


class Liar(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module as a mutant has it."""

    def __init__(self, mutant: Mutant) -> None:
        self._module = module_of(mutant.path)
        self._mutant = mutant

    def find_spec(self, name, path=None, target=None):
        """Only that module."""
        if name != self._module:
            return None
        place = ROOT / self._mutant.path
        return importlib.util.spec_from_file_location(name, place, loader=self)

    def create_module(self, spec):
        """As usual."""

    def exec_module(self, module) -> None:
        """The lie."""
        code = compile(self._mutant.tree, str(ROOT / self._mutant.path), "exec")
        exec(code, module.__dict__)


def module_of(path: str) -> str:
    """The name it is imported by."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def forget(name: str) -> None:
    """Forget a module and whoever has it from there, so that they are imported anew."""
    modules = {each for each in sys.modules if each.split(".")[0] in ("homeward", "tests", "bench")}
    users = {each: _imports(each) for each in modules}
    gone, more = {name}, {name}
    while more:
        more = {each for each in modules - gone if users[each] & gone}
        gone |= more
    for each in gone:
        sys.modules.pop(each, None)


def _imports(name: str) -> set[str]:
    module = sys.modules[name]
    path = getattr(module, "__file__", None)
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


def load(tests: Sequence[str]) -> None:
    """Import what these tests need, once, before anything is forked."""
    import importlib

    import hypothesis
    import pytest  # noqa: F401
    import pytest_asyncio  # noqa: F401

    hypothesis.settings.register_profile("mutants", derandomize=True, database=None, deadline=None)
    hypothesis.settings.load_profile("mutants")
    for path in ("tests/conftest.py", *tests):
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and "tests" not in node.module:
                importlib.import_module(node.module)


def survives(mutant: Mutant | None, tests: Sequence[str], seconds: float) -> tuple[bool, float]:
    """Do the tests pass all the same, and what CPU did they take? None: nothing is mutated."""
    child = os.fork()
    if not child:
        _test(mutant, tests, seconds)
    _, status, used = os.wait4(child, 0)
    passed = os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0
    return passed, used.ru_utime + used.ru_stime


def _test(mutant: Mutant | None, tests: Sequence[str], seconds: float) -> None:
    code = 99
    try:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)  # one that never ends is noticed as well
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        if mutant is not None:
            sys.meta_path.insert(0, Liar(mutant))
        import pytest

        code = int(pytest.main([*QUIETLY, *tests]))
    finally:
        os._exit(code)


def equivalents() -> dict[str, str]:
    """Lies that change nothing, by name, and why."""
    found: dict[str, str] = {}
    name = ""
    for line in EQUIVALENT.read_text().splitlines() if EQUIVALENT.exists() else ():
        if line.startswith("    "):
            found[name] = line.strip()
        elif line and not line.startswith("#"):
            name = line.strip()
    return found


@dataclass
class Tally:
    """Of one file."""

    killed: int = 0
    survived: int = 0
    equivalent: int = 0

    @property
    def score(self) -> float:
        """The share of those killed among those that change anything."""
        asked = self.killed + self.survived
        return self.killed / asked if asked else 1.0


def tell(path: str, tests: Sequence[str], every: int) -> Tally:
    """All lies of one file."""
    load(tests)
    forget(module_of(path))
    passed, seconds = survives(None, tests, CPU_SECONDS_MAX)
    if not passed:
        raise SystemExit(f"{path}: its tests fail without any lie")
    seconds = 2 + 4 * seconds
    known, tally = equivalents(), Tally()
    for number, mutant in enumerate(mutants(path, (ROOT / path).read_text())):
        if mutant.name in known:
            tally.equivalent += 1
        elif number % every:
            continue
        elif survives(mutant, tests, seconds)[0]:
            tally.survived += 1
            print(f"  survived: {mutant.name}  (line {mutant.line})", flush=True)
        else:
            tally.killed += 1
    return tally


def main(words: Sequence[str], every: int) -> None:
    """Tell them all; fail below the bar."""
    began, tallies = time.monotonic(), dict[str, Tally]()
    for path, tests in files().items():
        if not words or any(word in path for word in words):
            tallies[path] = tell(path, tests, every)
            done = tallies[path]
            print(f"{path}: {done.killed} killed, {done.survived} survived", flush=True)
    total = Tally(
        sum(each.killed for each in tallies.values()),
        sum(each.survived for each in tallies.values()),
        sum(each.equivalent for each in tallies.values()),
    )
    table(
        ("file", "killed", "survived", "equivalent", "score"),
        [
            (path.removeprefix("homeward/"), each.killed, each.survived, each.equivalent,
             f"{each.score:.1%}")
            for path, each in (*tallies.items(), ("all", total))
        ],
    )  # fmt: skip
    figures = {
        "files": len(tallies),
        "killed": total.killed,
        "survived": total.survived,
        "equivalent": total.equivalent,
        "score": total.score,
        "every": every,
        "seconds": time.monotonic() - began,
    }
    finish("mutants", figures)
    if total.score < SCORE_MIN:
        raise SystemExit(1)


if __name__ == "__main__":
    told = sys.argv[1:]
    step = int(told[told.index("--every") + 1]) if "--every" in told else 1
    names = [each for each in told if not each.startswith("--") and not each.isdigit()]
    main(names, step)
