"""The house is in order: sizes, docstrings, tables, reference pages, words that must not be."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINES_MAX = 400
FUNCTION_LINES_MAX = 50
SOURCES = sorted((ROOT / "homeward").rglob("*.py"))
TRACKED = subprocess.run(
    ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.split("\n")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


# Each looks at all files in one test: a test a file and question was a quarter of all tests there
# are, and took longer to begin and end than to ask.


def test_a_file_holds_one_idea() -> None:
    assert SOURCES
    long = {name_of(path): len(path.read_text().splitlines()) for path in SOURCES}
    assert not {name: lines for name, lines in long.items() if lines > LINES_MAX}


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def test_functions_are_short() -> None:
    long = [
        f"{name_of(path)}: {node.name}"
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, FUNCTIONS) and node.end_lineno - node.lineno >= FUNCTION_LINES_MAX
    ]
    assert not long


def test_modules_and_public_things_say_what_they_are() -> None:
    silent = [
        f"{name_of(path)}: {node.name}"
        for path in SOURCES
        for node in tree_of(path).body
        if isinstance(node, (*FUNCTIONS, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    silent += [
        name_of(path)
        for path in SOURCES
        if tree_of(path).body and not ast.get_docstring(tree_of(path))
    ]
    assert not silent


def test_d22_no_broad_except_outside_the_runners() -> None:
    """D22: a swallowed exception around a rule is a silent monitor. Each broad one says why."""
    broad = re.compile(r"\s*except( Exception| BaseException)?( as \w+)?:")
    bare = [
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in SOURCES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "except" in line and broad.match(line) and "#" not in line
    ]
    assert not bare


PURE = ("model", "clinical", "standards", "guard")


def test_d22_no_broad_except_that_only_looks_away() -> None:
    """D22: `except Exception: return []` around a clinical rule. Where rules live nothing is caught
    broadly at all; elsewhere a handler does more than pass, go on or return."""
    assert not [f"{name_of(path)}:{each}" for path in SOURCES for each in _looking_away(path)]


def _looking_away(path: Path) -> Iterator[str]:
    is_pure = path.relative_to(ROOT / "homeward").parts[0] in PURE
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type):
            looks_away = all(isinstance(each, _LOOKS_AWAY) for each in node.body)
            if is_pure or looks_away:
                yield f"{node.lineno}: a broad except"
        if is_pure and isinstance(node, ast.Call) and "suppress" in ast.unparse(node.func):
            yield from (f"{node.lineno}: all suppressed" for each in node.args if _is_broad(each))


_LOOKS_AWAY = (ast.Pass, ast.Continue, ast.Break, ast.Return)


def _is_broad(kind: ast.expr | None) -> bool:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(
        each is None or ast.unparse(each) in ("Exception", "BaseException") for each in kinds
    )


NEVER_OURS = ROOT / "docs/how/never-ours.md"


@pytest.mark.parametrize(
    "defect", [f"D{number}" for number in (1, 2, 3, 4, 5, 6, 7, 15, 16, 17, 18, 22)]
)
def test_every_defect_that_must_never_be_ours_names_tests_there_are(defect: str) -> None:
    rows = [
        line for line in NEVER_OURS.read_text().splitlines() if line.startswith(f"| {defect} |")
    ]
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", "".join(rows))
    assert named, f"{defect} names no test"
    missing = [
        f"{file}::{test}"
        for file, test in named
        if not re.search(rf"^\s*(?:async )?def {test}\(", (ROOT / file).read_text(), re.MULTILINE)
    ]
    assert not missing


def test_no_naive_datetimes() -> None:
    pattern = re.compile(r"datetime\.(now|fromtimestamp)\(\)|utcnow\(|utcfromtimestamp\(")
    found = [name_of(p) for p in SOURCES if pattern.search(p.read_text())]
    assert not found


def test_every_table_says_what_it_holds_and_who_writes_it() -> None:
    for path in (ROOT / "homeward/store/migrations").glob("*.sql"):
        text = path.read_text()
        for table in re.findall(r"create table (\w+)", text):
            comment = re.search(rf"comment on table {table} is\s+'((?:[^']|'')*)'", text)
            assert comment, table
            assert "Written by" in comment[1], table


def test_every_query_says_what_for() -> None:
    for path in (ROOT / "homeward").rglob("queries.sql"):
        blocks = re.findall(r"^-- name: (\w+)\n(.)(.)", path.read_text(), re.MULTILINE)
        assert blocks, path
        for name, first, second in blocks:
            assert first + second == "--", f"{name_of(path)}: {name} has no sentence"


def test_migrations_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(p.name[:4]) for p in (ROOT / "homeward/store/migrations").glob("*.sql"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_reference_pages_are_what_the_code_says() -> None:
    from homeward.cli.docs import pages

    stale = [place.name for place, text in pages() if place.read_text() != text]
    assert not stale, "run: make docs"


def test_imports_only_point_down() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


def test_nothing_of_a_workplace_is_in_the_repository() -> None:
    """No machine's path, no registry's host name, no notes of work not done."""
    marks = ["/" + "work/", "/" + "root/", "TO" + "DO", "FIX" + "ME", "regis" + "try.npmjs"]
    marks += ["pypi" + ".org", "files.python" + "hosted"]
    found = []
    for name in filter(None, TRACKED):
        path = ROOT / name
        if path.suffix in {".png", ".woff2", ".ico"} or not path.is_file():
            continue
        text = path.read_text(errors="replace")
        found += [f"{name}: {mark}" for mark in marks if mark in text]
    assert not found


def test_no_recording_is_in_the_repository() -> None:
    kinds = (".npz", ".npz.xz", ".parquet", ".edf", ".dat", ".hea")
    allowed_under = ("tests/simulate/",)
    found = [
        name for name in TRACKED if name.endswith(kinds) and not name.startswith(allowed_under)
    ]
    assert not found
