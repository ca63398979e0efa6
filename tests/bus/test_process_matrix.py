"""What nats-server lets each process say and hear: every process, every subject, both ways.

Held against a real server, by connections with each process's own account; and which part of the
code speaks in which process, against what each process imports.
"""

import ast
import asyncio
import itertools
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import homeward
from homeward.cli.run import PROCESSES
from homeward.engines.child import running
from homeward.engines.nats import Nats, account, as_process
from homeward.guard.subjects import EVERYWHERE, PARTS, SUBJECTS
from homeward.services.contract import SERVICES_WITH_ROUTES
from tests.bus.test_subject_matrix import NAMED, part_of, said_in

ROOT = Path(homeward.__file__).parent
RUN = ROOT / "cli" / "run.py"
# Commands that are processes themselves, or write down what all others are.
NOT_AS_COMMAND = ("run", "docs")
# Imported for their rows: whoever imports them has no bus to give, or calls nothing that speaks.
NOT_SPEAKING = {
    "prepare": {"people", "watch"},
    "command": {"call", "record", "watch", "watch.ledger", "watch.limits"},
}
WIDER = (
    ">",
    "*.*",
    "*.*.*",
    "told.>",
    "told.*",
    "hot.>",
    "hot.*",
    "$SYS.>",
    "_INBOX.>",
    "raw.alarm",
)
# Whoever may hear beat.* may ask for beat.>, too: so it is held that nobody can say beat.a.b.
STRANGE = (
    "raw.alarm", "told", "told.alarm.more", "hot.waves.1.2", "beat.a.b", "command.a.b",
    "$SYS.REQ.SERVER.PING", "_INBOX.x",
)  # fmt: skip
REFUSED = re.compile(r"-ERR 'Permissions Violation for (Publish|Subscription) to \"([^\"]+)\"")
DELIVERED = re.compile(r"MSG (\S+) \d+ \d+")


def file_of(module: str) -> Path | None:
    """The file of a module of ours."""
    place = ROOT.parent.joinpath(*module.split("."))
    found = (place.with_suffix(".py"), place / "__init__.py")
    return next((each for each in found if each.is_file()), None)


def imports(tree: ast.AST) -> set[str]:
    """The modules of ours that a piece of code imports, wherever it does; not for its types."""
    found: set[str] = set()
    if isinstance(tree, ast.If) and "TYPE_CHECKING" in ast.unparse(tree.test):
        return found
    if isinstance(tree, ast.Import):
        found |= {each.name for each in tree.names}
    if isinstance(tree, ast.ImportFrom) and tree.module:
        found |= {tree.module, *(f"{tree.module}.{each.name}" for each in tree.names)}
    for child in ast.iter_child_nodes(tree):
        found |= imports(child)
    return {module for module in found if module.startswith("homeward") and file_of(module)}


@cache
def imported_by(module: str) -> frozenset[str]:
    """What one module imports."""
    file = file_of(module)
    assert file is not None
    return frozenset(imports(ast.parse(file.read_text())))


def closure(modules: set[str]) -> set[str]:
    """These modules and all that they import."""
    seen: set[str] = set()
    todo = set(modules)
    while todo:
        seen |= todo
        todo = {each for module in todo for each in imported_by(module)} - seen
    return seen


def entries(process: str) -> set[str]:
    """What a process imports by itself, besides `cli.run`."""
    if process == "command":
        names = {file.stem for file in (ROOT / "cli").glob("[!_]*.py")}
        return {f"homeward.cli.{name}" for name in names.difference(NOT_AS_COMMAND)}
    if process == "prepare":
        return {"homeward.cli._prepare"}
    tree = ast.parse(RUN.read_text())
    bodies = {each.name: each for each in tree.body if isinstance(each, ast.AsyncFunctionDef)}
    if process in bodies:
        routes = {f"homeward.services.{each}.routes" for each in SERVICES_WITH_ROUTES}
        return imports(bodies[process]) | (routes if process == "web" else set())
    (works,) = (
        value
        for each in ast.walk(tree) if isinstance(each, ast.Dict)
        for key, value in zip(each.keys, each.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == process and isinstance(value, ast.Call)
    )  # fmt: skip
    services = {ast.literal_eval(each) for each in works.args}
    found = {f"homeward.services.{each}.work" for each in services}
    return found | ({"homeward.cli._outbound"} if works.keywords else set())


@pytest.mark.parametrize("process", PARTS)
def test_a_process_has_the_parts_that_it_imports_and_no_other(process: str) -> None:
    files = [file for module in closure(entries(process)) if (file := file_of(module))]
    speaking = {part_of(file) for file in files if any(said_in(file))}
    idle = NOT_SPEAKING.get(process, set())
    assert speaking - {*EVERYWHERE} - idle == {*PARTS[process]}
    assert idle <= speaking, "what is not imported any more need not be excused"


def test_every_process_and_every_part_is_in_the_table() -> None:
    assert set(PARTS) == {*PROCESSES, "prepare", "tell", "command"}
    assert {part for parts in PARTS.values() for part in parts} | {*EVERYWHERE} == NAMED


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Nats]:
    """A server that knows each process by an account of its own."""
    nats = Nats(tmp_path, processes=tuple(PARTS))
    with running(nats):
        yield nats


@dataclass
class Speaker:
    """One process at the server, in the protocol's own words."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    refused: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    heard: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    @classmethod
    @asynccontextmanager
    async def at(cls, server: Nats, data: Path, process: str) -> AsyncIterator["Speaker"]:
        """Let in with its account."""
        address = urlsplit(as_process(server.url, process, data))
        assert address.username == account(process)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        said = {"user": address.username, "pass": address.password, "verbose": False}
        writer.write(f"CONNECT {json.dumps(said | {'pedantic': False})}\r\n".encode())
        try:
            yield cls(reader, writer)
        finally:
            writer.close()

    def tell(self, subject: str, body: str) -> None:
        """Publish."""
        self.writer.write(f"PUB {subject} {len(body)}\r\n{body}\r\n".encode())

    def hear(self, *subjects: str) -> None:
        """Subscribe."""
        for number, subject in enumerate(subjects):
            self.writer.write(f"SUB {subject} {number}\r\n".encode())

    async def settled(self) -> None:
        """Everything said so far is answered; who was heard is in `heard`, by subject."""
        self.writer.write(b"PING\r\n")
        async with asyncio.timeout(10):
            while (line := (await self.reader.readline()).decode()) != "PONG\r\n":
                assert line, "the server hung up"
                if found := REFUSED.match(line):
                    self.refused.add(("tell" if found[1] == "Publish" else "hear", found[2]))
                elif found := DELIVERED.match(line):
                    self.heard.add((found[1], (await self.reader.readline()).decode().strip()))


def samples(name: str) -> list[str]:
    """Subjects of a line of the table."""
    if name == "beat.*":
        return [f"beat.{process}" for process in PARTS]
    return [name.replace("*", "mon-7")]


def has(process: str, part_names: tuple[str, ...]) -> bool:
    """Whether one of these parts speaks in a process."""
    return bool({*PARTS[process], *EVERYWHERE} & {*part_names})


async def _all_speak(there: dict[str, Speaker], every: list[str]) -> None:
    """Each asks to hear the whole table, then says everything, then has heard what there was."""
    for each in there.values():
        each.hear(*(line.name for line in SUBJECTS))
        await each.settled()
    for name, each in there.items():
        for subject in every:
            each.tell(subject, name)
        await each.settled()
    for each in there.values():
        await each.settled()


async def test_every_process_says_and_hears_what_the_table_says(
    server: Nats, tmp_path: Path
) -> None:
    may_tell = {
        (process, each)
        for process, line in itertools.product(PARTS, SUBJECTS) if has(process, line.publishers)
        for each in samples(line.name) if not line.in_own_name or each == f"beat.{process}"
    }  # fmt: skip
    may_hear = {
        (process, line.name)
        for process, line in itertools.product(PARTS, SUBJECTS) if has(process, line.listeners)
    }  # fmt: skip
    every = [each for line in SUBJECTS for each in samples(line.name)]
    there: dict[str, Speaker] = {}
    async with AsyncExitStack() as entered:
        for name in PARTS:
            opened = Speaker.at(server, tmp_path, name)
            there[name] = await entered.enter_async_context(opened)
        await _all_speak(there, every)
    wrong: list[str] = []
    for process, each in there.items():
        told = {("tell", subject) for subject in every if (process, subject) not in may_tell}
        deaf = {("hear", x.name) for x in SUBJECTS if (process, x.name) not in may_hear}
        wrong += [f"{process}: {cell}" for cell in each.refused ^ (told | deaf)]
        hears = {
            (subject, teller)
            for teller, subject in may_tell
            for line in SUBJECTS
            if subject in samples(line.name) and (process, line.name) in may_hear
        }
        wrong += [f"{process} heard {cell}" for cell in each.heard ^ hears]
    assert not wrong, "\n".join(wrong)
    cells = len(PARTS) * (len(every) * (1 + len(PARTS)) + len(SUBJECTS))
    print(f"access matrix: {cells:,} cells of subjects, by process")


async def test_nobody_hears_more_by_a_wider_subject_or_says_what_is_in_no_table(
    server: Nats, tmp_path: Path
) -> None:
    others = tuple(f"_INBOX.{account(process)}.>" for process in PARTS)
    for process in PARTS:
        async with Speaker.at(server, tmp_path, process) as each:
            too_wide = (*WIDER, *(other for other in others if account(process) not in other))
            each.hear(*too_wide)
            for subject in STRANGE:
                each.tell(subject, "")
            await each.settled()
            hears, tells = {("hear", other) for other in too_wide}, {("tell", x) for x in STRANGE}
            assert each.refused == hears | tells


@pytest.mark.parametrize(
    "who",
    [
        {},
        {"user": "homeward"},
        {"user": "homeward-web", "pass": ""},
        {"user": "homeward-web", "pass": "x"},
        {"user": "homeward-door", "pass": None},
        {"user": "root", "pass": None},
        {"auth_token": None},
    ],
)
async def test_whoever_lacks_the_password_hears_and_tells_nothing(
    server: Nats, tmp_path: Path, who: dict[str, str | None]
) -> None:
    """In the protocol's own words; None stands for the real password of web, in the wrong place."""
    address = urlsplit(as_process(server.url, "web", tmp_path))
    said = {name: value if value is not None else address.password for name, value in who.items()}
    assert await answer_to(address.port, said) == b"-ERR 'Authorization Violation'\r\n"
    real = {"user": address.username, "pass": address.password}
    assert await answer_to(address.port, real) == b"PONG\r\n"


async def answer_to(port: int | None, said: dict[str, Any]) -> bytes:
    """What comes of hearing and telling as this client: a refusal, or an answer to its ping."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    hello = json.dumps(said | {"verbose": False, "pedantic": False})
    asks = f"CONNECT {hello}\r\nSUB told.erased 1\r\nPUB told.trouble 2\r\n{{}}\r\nPING\r\n"
    writer.write(asks.encode())
    async with asyncio.timeout(5):
        assert (await reader.readline()).startswith(b"INFO ")
        while (first := await reader.readline()).startswith((b"MSG", b"{}")):
            pass
    writer.close()
    return first
