"""Every lie there is to tell of a file, one at a time.

A comparison is moved by its boundary or turned round, a sum becomes a difference, a number one
more or one less (one that converts units ten times as much or a tenth; one written as text, such
as a band's "35.0", by its last digit), a priority, a side or a state another, `and` an `or`, a
result None, a statement nothing. Text that people read is not mutated, nor what is logged, nor
annotations, nor `strict`, which is an assertion, nor a `version`, which is a name.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

Span = tuple[int, int]

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
_WORDS = {
    "Priority": {"HIGH": "MEDIUM", "MEDIUM": "LOW", "LOW": "HIGH"},
    "Side": {"BELOW": "ABOVE", "ABOVE": "BELOW"},
    "Kind": {"PHYSIOLOGICAL": "TECHNICAL", "TECHNICAL": "PHYSIOLOGICAL"},
    "State": {
        "NORMAL": "PENDING", "PENDING": "ACTIVE", "ACTIVE": "ACKNOWLEDGED",
        "AUDIO_PAUSED": "ACTIVE", "ACKNOWLEDGED": "RESOLVED", "LATCHED": "RESOLVED",
        "RESOLVED": "ACTIVE",
    },
}  # fmt: skip
UNIT_MIN = 100_000  # so large a number converts units
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Mutant:
    """One lie: where, what was there, what is there now.

    `lines` are those of the statement, None where it is executed when the module is imported.
    `tree` tells the lie only until the next is asked for.
    """

    path: str
    line: int
    place: str  # the function it is in
    was: str
    now: str
    lines: Span | None
    tree: ast.Module

    @property
    def name(self) -> str:
        """Without the line's number, which moves."""
        return f"{self.path} {self.place}: {self.was} -> {self.now}"


def mutants(path: str, text: str) -> Iterator[Mutant]:
    """Every lie there is to tell of a file."""
    tree = ast.parse(text)
    for node, place, parent, lines in list(_nodes(tree, "", None)):
        told = parent if isinstance(node, ast.Constant) else node  # a number says little alone
        for change in _changes(node):
            before, kept = _said(told), dict(node.__dict__)
            change(node)
            after = _said(told)
            if after != before:
                yield Mutant(path, node.lineno, place, before, after, lines, tree)
            node.__dict__.clear()
            node.__dict__.update(kept)


def truth(path: str, text: str) -> Mutant:
    """No lie at all: whoever notices something here would kill every mutant."""
    return Mutant(path, 0, "module", "", "", None, ast.parse(text))


def _said(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


_Node = tuple[ast.AST, str, ast.AST, Span | None]
_LEFT_OUT = ("annotation", "returns", "decorator_list", "keywords_of_class", "bases")
_TEXT = ast.JoinedStr | ast.Raise | ast.Assert | ast.Import | ast.ImportFrom


def _nodes(node: ast.AST, place: str, lines: Span | None) -> Iterator[_Node]:
    """What may be mutated: with the function, the node and the lines of the statement it is in."""
    if isinstance(node, _TEXT) or _is_no_judgement(node) or _is_logging(node):
        return
    is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    if is_function or isinstance(node, ast.ClassDef):
        place = f"{place}.{node.name}".lstrip(".")
    for name, value in ast.iter_fields(node):
        if name in _LEFT_OUT:
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST):
                continue
            own = lines
            if isinstance(child, ast.stmt) and (lines or (is_function and name == "body")):
                own = _head(child)
            if hasattr(child, "lineno") and not _is_logging(child):
                yield child, place or "module", node, own
            yield from _nodes(child, place, own)


def _head(statement: ast.stmt) -> Span:
    """A statement's lines, without those of the statements in it."""
    parts = [each for each in ast.iter_child_nodes(statement) if not isinstance(each, ast.stmt)]
    ends = [each.end_lineno for each in parts if getattr(each, "end_lineno", None)]
    last = max(ends, default=statement.lineno)
    return statement.lineno, last if hasattr(statement, "body") else statement.end_lineno or last


def _is_no_judgement(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and node.arg in ("strict", "version")


def _is_logging(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="log")))):
            return True
    return False


Change = Callable[[ast.AST], None]


def _changes(node: ast.AST) -> Iterator[Change]:
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
        case ast.Constant():
            for value in _other_values(node.value):
                yield _setting("value", value)
        case ast.Attribute(value=ast.Name(id=kind)) if node.attr in _WORDS.get(kind, {}):
            yield _setting("attr", _WORDS[kind][node.attr])
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


def _other_values(value: object) -> tuple[object, ...]:
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int | float):
        return (value + 1, value - 1) if abs(value) < UNIT_MIN else (value * 10, value // 10)
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        number = Decimal(value)
        step = Decimal(1).scaleb(int(number.as_tuple().exponent))
        return str(number + step), str(number - step)
    return ()


def _setting(name: str, value: object) -> Change:
    return lambda node: setattr(node, name, value)


def _becoming(other: ast.AST) -> Change:
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
