"""Who tells and who hears what: every subject, by every part of the code, as the table says.

The bus's own part of tests/api/test_access_matrix.py. People and devices never come to the bus: a
page speaks to a socket, a device to a door. Whoever does come has the password of the installation.
"""

import ast
import asyncio
import importlib
import itertools
import json
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import homeward
from homeward.bus import SUBJECTS

ROOT = Path(homeward.__file__).parent
TELLS, HEARS = ("tell", "publish", "_tell", "_publish"), ("listen",)
Said = tuple[str, str, bool]  # a part of the code, a subject of the table, and whether it tells


def part_of(file: Path) -> str:
    """Which part of the code a file is, by the names of the table."""
    folders = file.relative_to(ROOT).parts
    return folders[1] if folders[0] in ("services", "connectors") else folders[0]


def listed(said: str) -> str:
    """The name in the table of what is said in the code; itself where there is none."""
    return next((each.name for each in SUBJECTS if fnmatch(said, each.name)), said)


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
                yield part_of(file), listed(said), what in TELLS


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
    parts = {part for part, _, _ in found} | {
        part for each in SUBJECTS for part in (*each.publishers, *each.listeners)
    }
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


@pytest.mark.parametrize(
    "who",
    [
        {},
        {"user": "homeward"},
        {"user": "homeward", "pass": ""},
        {"user": "homeward", "pass": "x"},
        {"user": "root", "pass": None},
        {"auth_token": None},
    ],
)
async def test_whoever_lacks_the_password_hears_and_tells_nothing(
    engines: Any, who: dict[str, str | None]
) -> None:
    """In the protocol's own words; None stands for the real password, in the wrong place."""
    address = urlsplit(engines.nats_url)
    said = {name: value if value is not None else address.password for name, value in who.items()}
    assert await answer_to(address.port, said) == b"-ERR 'Authorization Violation'\r\n"
    real = {"user": address.username, "pass": address.password}
    assert await answer_to(address.port, real) == b"PONG\r\n"


async def answer_to(port: int | None, said: dict[str, Any]) -> bytes:
    """What comes of hearing and telling as this client: a refusal, or an answer to its ping."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    hello = json.dumps(said | {"verbose": False, "pedantic": False})
    asks = f"CONNECT {hello}\r\nSUB told.none 1\r\nPUB told.none 2\r\n{{}}\r\nPING\r\n"
    writer.write(asks.encode())
    async with asyncio.timeout(5):
        assert (await reader.readline()).startswith(b"INFO ")
        while (first := await reader.readline()).startswith((b"MSG", b"{}")):
            pass
    writer.close()
    return first
