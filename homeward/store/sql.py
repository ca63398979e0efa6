"""Named queries: SQL in `queries.sql` beside the code that uses it, in blocks.

-- name: open_alarms
-- Every alarm that still needs somebody.
select ...
"""

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
EVERYBODYS = "Everybody's"
_BLOCK = re.compile(r"^-- name: (\w+)\n((?:--.*\n)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Query:
    """One named block of SQL.

    `is_everybodys`: its comment begins with "Everybody's": whose rows those are only our code can
    tell, which keeps of them what the actor may see. It is asked as the platform.
    """

    name: str
    text: bytes
    meaning: str

    @property
    def is_everybodys(self) -> bool:
        return self.meaning.startswith(EVERYBODYS)

    def __call__(self, into: type[Row], **values: Any) -> "Asked[Row]":
        """It with its values, for `Door.together`."""
        return Asked(self, into, values)


@dataclass(frozen=True, slots=True)
class Asked(Generic[Row]):
    """A question: what to run with which values, and what its rows become."""

    query: Query
    into: type[Row]
    values: dict[str, Any]


class Queries:
    """The blocks of one `queries.sql`, as attributes."""

    def __init__(self, blocks: dict[str, Query]) -> None:
        self.blocks = blocks

    def __getattr__(self, name: str) -> Query:
        try:
            return self.blocks[name]
        except KeyError:
            raise AttributeError(f"no query named {name}") from None


def queries(package: str) -> Queries:
    """Read `queries.sql` of a package, such as `homeward.services.watch`."""
    text = files(package).joinpath("queries.sql").read_text()
    heads = list(_BLOCK.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    blocks = {
        head[1]: Query(head[1], _sql(text[head.end() : end]), _words(head[2]))
        for head, end in zip(heads, ends, strict=True)
    }
    return Queries(blocks)


def _sql(block: str) -> bytes:
    return block.strip().rstrip(";").encode()


def _words(comment: str) -> str:
    return " ".join(line.removeprefix("--").strip() for line in comment.splitlines())
