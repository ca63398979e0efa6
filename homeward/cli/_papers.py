"""The papers of docs/safety: what is claimed, by which code it is so, and which tests say so.

A claim names code and tests, or says that it is the operator's duty, or that it is open. What is
named is there (`faults`); that it passed is for the run of the suite to say (tests/proven.py).
"""

import ast
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from homeward.model.errors import Misconfigured

ROOT = Path(__file__).parents[2]
SAFETY = ROOT / "docs" / "safety"
RATING_MAX = 3  # what is left may be tolerable; worse is not put into service
# DCB0129 (NHS Digital), the matrix of clinical risk: by likelihood, then by severity, both from 1.
RATINGS = ((1, 1, 2, 2, 3), (1, 2, 2, 3, 4), (2, 2, 3, 3, 4), (2, 3, 3, 4, 5), (3, 4, 4, 5, 5))
SEVERITIES = ("minor", "significant", "considerable", "major", "catastrophic")
LIKELIHOODS = ("very low", "low", "medium", "high", "very high")

Read = TypeVar("Read")


class Stands(StrEnum):
    """How a claim stands."""

    HELD = "held"  # by the code it names, as its tests say
    PARTLY = "partly"  # the note says what is missing
    OPERATOR = "operator's duty"
    OPEN = "open"
    NONE = "does not apply"


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that is done about it."""

    does: str
    code: tuple[str, ...]
    tests: tuple[str, ...]


class Risk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How bad and how likely, in the words of DCB0129."""

    severity: str
    likelihood: str

    @property
    def rating(self) -> int:
        """From 1, acceptable, to 5."""
        row = RATINGS[LIKELIHOODS.index(self.likelihood)]
        return row[SEVERITIES.index(self.severity)]


class Hazard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may harm somebody (ISO 14971:2019, clauses 5 to 7)."""

    id: str
    what: str
    harm: str
    causes: tuple[str, ...]
    before: Risk
    after: Risk
    left: str
    control: tuple[Control, ...]


class Hazards(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The hazard log."""

    hazard: tuple[Hazard, ...]


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One duty of a standard, or one threat. `by` names controls of controls.toml."""

    id: str
    stands: Stands
    asks: str = ""
    by: tuple[str, ...] = ()
    note: str = ""


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One standard, line by line."""

    title: str
    about: str
    line: tuple[Line, ...]


def read(path: Path, kind: type[Read]) -> Read:
    """A paper, in its shape. Raises Misconfigured."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path.name}: {error}") from None


def hazards() -> tuple[Hazard, ...]:
    """The hazard log. Raises Misconfigured."""
    return read(SAFETY / "hazards.toml", Hazards).hazard


def controls() -> dict[str, Control]:
    """What the tables name, by name. Raises Misconfigured."""
    return read(SAFETY / "controls.toml", dict[str, Control])


def tables() -> dict[str, Table]:
    """Every table, by the name of its file. Raises Misconfigured."""
    others = {"hazards", "controls", "cryptography", "data", "third-party"}
    paths = sorted(path for path in SAFETY.glob("*.toml") if path.stem not in others)
    return {path.stem: read(path, Table) for path in paths}


def claims() -> dict[str, frozenset[str]]:
    """What is to be proven, and by which tests: each hazard by its id, each control by its name."""
    found = {
        hazard.id: frozenset(test for each in hazard.control for test in each.tests)
        for hazard in hazards()
    }
    return found | {name: frozenset(each.tests) for name, each in controls().items()}


def faults() -> list[str]:
    """What is wrong with the papers as they stand; nothing is run."""
    named = controls()
    used = {name for table in tables().values() for line in table.line for name in line.by}
    found = [fault for hazard in hazards() for fault in _of_hazard(hazard)]
    found += [fault for name, each in named.items() for fault in _of_control(name, each)]
    found += [f"controls.toml: no line names {name}" for name in named if name not in used]
    found += _twice("hazards.toml", [each.id for each in hazards()])
    for stem, table in tables().items():
        found += _twice(f"{stem}.toml", [line.id for line in table.line])
        found += [
            f"{stem}.toml: {line.id}: {fault}"
            for line in table.line
            for fault in _of_line(line, named)
        ]
    return found


def _twice(place: str, ids: list[str]) -> list[str]:
    return [f"{place}: {each} is there twice" for each in sorted(set(ids)) if ids.count(each) > 1]


def _of_hazard(hazard: Hazard) -> Iterator[str]:
    if not hazard.control:
        yield f"{hazard.id} has no control"
    if hazard.after.rating > min(RATING_MAX, hazard.before.rating):
        yield f"{hazard.id} is not made any better"
    for control in hazard.control:
        yield from _of_control(hazard.id, control)


def _of_control(place: str, control: Control) -> Iterator[str]:
    if not control.code:
        yield f"{place}: '{control.does}' names no code"
    if not control.tests:
        yield f"{place}: '{control.does}' names no test"
    yield from (f"{place}: {each} is not there" for each in control.code if not is_code(each))
    yield from (f"{place}: {each} is not there" for each in control.tests if not is_test(each))


def _of_line(line: Line, named: dict[str, Control]) -> Iterator[str]:
    yield from (f"there is no control {name}" for name in line.by if name not in named)
    is_held = line.stands in (Stands.HELD, Stands.PARTLY)
    if is_held != bool(line.by):
        yield "held or partly, it names controls; and else none"
    says_itself = line.stands is Stands.HELD or (line.stands is Stands.OPERATOR and line.asks)
    if not (says_itself or line.note):
        yield f"{line.stands}: the note says what, or why"


def is_code(name: str) -> bool:
    """Whether there is such a file or folder of the product."""
    return (ROOT / name).exists()


def is_test(name: str) -> bool:
    """Whether a test file defines this (a pytest node id without its cases)."""
    file, *inside = name.split("::")
    return tuple(inside) in _tests_of(ROOT / file)


@cache
def _tests_of(path: Path) -> frozenset[tuple[str, ...]]:
    if not path.is_file():
        return frozenset()
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found: set[tuple[str, ...]] = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, functions):
            found.add((node.name,))
        elif isinstance(node, ast.ClassDef):
            found |= {(node.name, each.name) for each in node.body if isinstance(each, functions)}
    return frozenset(each for each in found if each[-1].startswith("test_"))
