"""A new key that wraps the keys of patients, while everybody works on."""

from dataclasses import dataclass

from homeward.guard.sealing import Name, Wrapping
from homeward.store.door import Door
from homeward.store.sql import queries

Q = queries("homeward.store")
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class _Row:
    owner: str
    version: int
    wrapped_by: str
    wrapped: bytes


async def wrap_anew(door: Door, known: Wrapping, by: str) -> int:
    """Have every key wrapped by this one; how many were wrapped by another.

    `known` has both. New keys are wrapped by it from the first moment: whoever makes one by the
    key before is refused by the database, looks again, and makes it by this one.
    """
    await door.run(Q.change_wrapping_key, by=by)
    done = 0
    while rows := await door.all(Q.keys_to_wrap, _Row, by=by, most=BATCH):
        await door.run_many(Q.wrap_anew, [_anew(row, known, by) for row in rows])
        done += len(rows)
    return done


def _anew(row: _Row, known: Wrapping, by: str) -> dict[str, object]:
    name = Name(row.owner, row.version)
    key = known.unwrap(row.wrapped_by, row.wrapped, name)
    wrapped = known.wrap(by, key, name)
    return {"owner": row.owner, "version": row.version, "by": by, "wrapped": wrapped}
