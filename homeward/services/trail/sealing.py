"""Seals rows of the audit: each becomes a leaf of the log, and what the log is then is signed.

Any number of processes may try; one does at a time, and goes on where the one before stopped. Rows
are sealed in the order of their numbers as far as they are there: one whose transaction took longer
is sealed after some that came later, and its place says so.
"""

from dataclasses import dataclass
from datetime import datetime

from homeward.guard.audit import Entry, checkpoint_of, content, peaks_of
from homeward.guard.merkle import Tree, leaf_hash
from homeward.services.trail.noting import Q
from homeward.store import Door, Store

ROWS_MAX = 500  # sealed in one transaction; of lists of a thousand that is half a million numbers


@dataclass(frozen=True, slots=True)
class Last:
    """The checkpoint before."""

    size: int
    line: str
    peaks: bytes


async def seal(store: Store, private_pem: bytes, now: datetime) -> str | None:
    """Seal what waits, at most ROWS_MAX; the new checkpoint's line, or None where nothing waits
    or another process seals. Raises Unreachable."""
    async with store.door().transaction() as door:
        if not (await door.one(Q.is_mine, dict))["is_mine"]:
            return None
        last, entries = await door.together(
            Q.last_checkpoint(Last), Q.unsealed(Entry, rows_max=ROWS_MAX)
        )
        if not entries:
            return None
        return await _grow(door, last[0] if last else None, entries, private_pem, now)


async def _grow(
    door: Door, last: Last | None, entries: list[Entry], private_pem: bytes, now: datetime
) -> str:
    tree = Tree(last.size, peaks_of(last.peaks, last.size)) if last else Tree()
    first, hashes = tree.size, [leaf_hash(content(each)) for each in entries]
    for each in hashes:
        tree.add(each)
    line = checkpoint_of(tree, last.line if last else None, now).signed(private_pem)
    ids = [each.id for each in entries]
    await door.run(Q.add_leaves, first=first, ids=ids, hashes=hashes)
    await door.run(Q.forget_unsealed, ids=ids)
    await door.run(Q.add_checkpoint, size=tree.size, line=line, peaks=b"".join(tree.peaks))
    return line


async def waiting_since(door: Door) -> datetime | None:
    """Since when the oldest row waits to be sealed; None where none does. Raises Unreachable."""
    return (await door.one(Q.oldest_unsealed, dict))["at"]


async def last_line(door: Door) -> str | None:
    """The newest checkpoint; None where nothing is sealed yet. Raises Unreachable."""
    last = await door.maybe(Q.last_checkpoint, Last)
    return last.line if last else None
