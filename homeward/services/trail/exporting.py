"""Writes the sealed audit to a file that can be checked anywhere (docs/guides/audit.md).

A line for each row, in the order they were sealed, and after it the checkpoints that were signed
there. It ends with the newest checkpoint: rows that are not sealed yet are not in it.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from homeward.guard.audit import EXPORT_HEAD, Entry, content, exported
from homeward.model.errors import Missing
from homeward.services.trail.noting import Q
from homeward.services.trail.sealing import ROWS_MAX, Last
from homeward.store import Door


@dataclass(frozen=True, slots=True)
class _Signed:
    size: int
    line: str


async def export(door: Door) -> AsyncIterator[bytes]:
    """The file, in pieces. Raises Missing where nothing is sealed yet; Unreachable."""
    last = await door.maybe(Q.last_checkpoint, Last)
    if last is None:
        raise Missing("nothing of the audit is sealed yet; it is within seconds of the first act")
    yield EXPORT_HEAD.encode()
    for first in range(0, last.size, ROWS_MAX):
        until = min(first + ROWS_MAX, last.size)
        rows, signed = await door.together(
            Q.sealed(dict, first=first, rows_max=until - first),
            Q.checkpoints(_Signed, after=first, up_to=until),
        )
        yield _piece(rows, signed)


def _piece(rows: list[dict[str, Any]], signed: list[_Signed]) -> bytes:
    after = {each.size: each.line.encode() + b"\n" for each in signed}
    lines: list[bytes] = []
    for row in rows:
        place, leaf = row.pop("place"), row.pop("hash")
        # A row that is gone leaves its line behind: whoever checks is told which.
        sealed = b"" if row["id"] is None else content(Entry(**row))
        lines.append(exported(place, leaf, sealed) + after.get(place + 1, b""))
    return b"".join(lines)
