"""Finds every refusal that a route can come to, by reading the code it calls. Nothing is run.

A name that a function uses leads to what it names in its module: a function, a class with all its
methods, an attribute of a module. What is only known while it runs (a method of an argument) is not
followed, so what the engines raise is not among them; their errors have the words of their class.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from homeward.guard.route import Route
from homeward.model.errors import HomewardError

Known = FunctionType | type


@dataclass(frozen=True, slots=True)
class Raised:
    """One `raise` of ours: where, of which class, and under which code. `is_own`: the code was
    given there, or it says no more than its class does."""

    where: str
    kind: str
    code: str
    is_own: bool


def reached(route: Route) -> frozenset[Raised]:
    """All that the route's own code may raise."""
    seen: set[Known] = set()
    waits = [_plain(route.handler)]
    while waits:
        each = waits.pop()
        if each is None or each in seen:
            continue
        seen.add(each)
        waits += _named_in(each)
    return frozenset(raised for each in seen for raised in _raised_in(each))


def _plain(thing: object) -> Known | None:
    """A function or class of ours, out of what was wrapped around it."""
    while isinstance(thing, partial) or hasattr(thing, "__wrapped__"):
        thing = thing.func if isinstance(thing, partial) else getattr(thing, "__wrapped__", None)
    is_code = isinstance(thing, (FunctionType, type))
    return thing if is_code and thing.__module__.startswith("homeward.") else None


@cache
def _parsed(file: str) -> ast.Module:
    return ast.parse(Path(file).read_text())


def _module(thing: Known) -> ModuleType:
    return sys.modules[thing.__module__]


def _node(thing: Known) -> ast.AST | None:
    for node in ast.walk(_parsed(str(_module(thing).__file__))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            lines = {node.lineno, *(each.lineno for each in node.decorator_list)}
            is_there = isinstance(thing, type) or thing.__code__.co_firstlineno in lines
            if node.name == thing.__name__ and is_there:
                return node
    return None


def _meant(module: ModuleType, node: ast.AST) -> Any:
    if isinstance(node, ast.Name):
        return getattr(module, node.id, None)
    if isinstance(node, ast.Attribute):
        holder = _meant(module, node.value)
        return getattr(holder, node.attr, None) if isinstance(holder, (ModuleType, type)) else None
    return None


@cache
def _named_in(thing: Known) -> list[Known]:
    node = _node(thing)
    named = (_plain(_meant(_module(thing), each)) for each in ast.walk(node)) if node else ()
    return [each for each in named if each is not None]


@cache
def _raised_in(thing: Known) -> tuple[Raised, ...]:
    node = _node(thing)
    return tuple(_raised(_module(thing), node)) if node else ()


def _raised(module: ModuleType, inside: ast.AST) -> Iterator[Raised]:
    for node in ast.walk(inside):
        if not isinstance(node, ast.Raise) or node.exc is None:
            continue
        call = node.exc if isinstance(node.exc, ast.Call) else None
        kind = _meant(module, call.func if call else node.exc)
        if not isinstance(kind, type) or not issubclass(kind, HomewardError):
            continue
        given = [*call.args, *(each.value for each in call.keywords)] if call else []
        code = given[1].value if len(given) > 1 and isinstance(given[1], ast.Constant) else None
        is_own = len(given) != 1 or kind.__init__ is not HomewardError.__init__
        yield Raised(
            f"{module.__name__.removeprefix('homeward.')}: {ast.unparse(node)}",
            kind.__name__, str(code or kind.code), is_own,
        )  # fmt: skip
