"""Who tells and who hears what: every subject, by every part of the code, as the table says.

The bus's own part of tests/api/test_access_matrix.py. People and devices never come to the bus: a
page speaks to a socket, a device to a door. Which process has which part, and that nats-server
holds each to it, is in test_process_matrix.py.
"""

import ast
import importlib
import itertools
from collections.abc import Iterator
from pathlib import Path

import homeward
from homeward.bus.grants import covers
from homeward.guard.subjects import SUBJECTS

ROOT = Path(homeward.__file__).parent
TELLS, HEARS = ("tell", "publish", "_tell", "_publish"), ("listen",)
NAMED = {part for each in SUBJECTS for part in (*each.publishers, *each.listeners)}
Said = tuple[str, str, bool]  # a part of the code, a subject of the table, and whether it tells


def part_of(file: Path) -> str:
    """Which part of the code a file is, by the names of the table."""
    top, *rest = file.relative_to(ROOT).with_suffix("").parts
    if top not in ("services", "connectors"):
        return top
    module = ".".join(rest)
    return module if module in NAMED else rest[0]


def listed(said: str, tells: bool) -> set[str]:
    """The names in the table of what is said in the code; itself where there is none."""
    names = [each.name for each in SUBJECTS if covers(each.name, said)][:1]
    heard = [] if tells else [each.name for each in SUBJECTS if covers(said, each.name)]
    return {*names, *heard} or {said}


def said_in(file: Path) -> Iterator[Said]:
    """What a file tells and hears. Where it tells what it is handed, all it has a word for."""
    tree = ast.parse(file.read_text())
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if not call.args or not isinstance(call.func, ast.Attribute):
            continue
        whose, what = ast.unparse(call.func.value), call.func.attr
        is_ours = "bus" in whose or (whose == "self" and part_of(file) in ("record", "bus"))
        if is_ours and what in (*TELLS, *HEARS):
            for said in _written(call.args[0], tree, file):
                for name in listed(said, what in TELLS):
                    yield part_of(file), name, what in TELLS


def _written(subject: ast.expr, tree: ast.Module, file: Path) -> list[str]:
    if isinstance(subject, ast.Constant):
        return [str(subject.value)]
    if isinstance(subject, ast.JoinedStr):
        parts = (each.value if isinstance(each, ast.Constant) else "*" for each in subject.values)
        return ["".join(map(str, parts))]
    module = ".".join(("homeward", *file.relative_to(ROOT).with_suffix("").parts))
    named = getattr(importlib.import_module(module), ast.unparse(subject), None)
    if named is not None:
        return [named]
    words = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    names = {each.name.rstrip("*") for each in SUBJECTS}
    return [word.ljust(len(word) + word.endswith("."), "*") for word in words if word in names]


def test_every_part_tells_and_hears_what_the_table_says() -> None:
    found = {said for file in ROOT.rglob("*.py") for said in said_in(file)}
    strange = {subject for _, subject, _ in found} - {each.name for each in SUBJECTS}
    assert not strange, "these subjects are in no table"
    parts = {part for part, _, _ in found} | NAMED
    wrong: list[str] = []
    cells = list(itertools.product(sorted(parts), SUBJECTS, (True, False)))
    for part, subject, tells in cells:
        may = part in (subject.publishers if tells else subject.listeners)
        if ((part, subject.name, tells) in found) != may:
            verb = "tells" if tells else "hears"
            wrong.append(
                f"{part} {verb} {subject.name}, which the table {'has' if may else 'lacks'}"
            )
    assert not wrong, "\n".join(wrong)
    print(f"access matrix: {len(cells):,} cells of subjects")
