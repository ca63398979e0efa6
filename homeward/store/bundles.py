"""Bundles: what one commit brings of one shelf is one row of the inbox. Pure.

To PostgreSQL a row with its index entries costs as much for one message as for a hundred. So
the messages of a commit rest together, but on 16 shelves by device: who asks for one patient
reads a 16th of what waits. A device sends a message again when its acknowledgement got lost; then
it is here twice until it is folded, and all who read tell them apart by what they say.
"""

import struct
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

SHELVES = 16  # also in the migration that made them: another number needs another migration
READINGS, WAVES = b"readings", b"waves"
# Big-endian, as PostgreSQL itself writes numbers: a migration can make one in SQL.
HEAD = np.dtype([("device", ">i8"), ("boot", ">i8"), ("seq", ">i8"), ("size", ">i4")])
_pack_head = struct.Struct(">qqqi").pack  # HEAD, field by field

Heads = npt.NDArray[Any]


class InboxRow(NamedTuple):
    """One message. `received` in microseconds since 1970; kind is READINGS or WAVES."""

    device_id: int
    boot: int
    seq: int
    kind: bytes
    received: int
    body: bytes


# The same, as what comes at speed is held: a NamedTuple takes four times as long to make.
Message = tuple[int, int, int, bytes, int, bytes]


class Bundle(NamedTuple):
    """Messages of one kind and shelf; `received` is the newest's, microseconds since 1970.

    `heads` is a row of HEAD for each message, `body` their bodies joined.
    """

    shelf: int
    kind: bytes
    received: int
    messages: int
    heads: bytes
    body: bytes


def shelf_of(device_id: int) -> int:
    """Where the messages of a device are."""
    return device_id % SHELVES


def bundled(rows: Iterable[Message]) -> list[Bundle]:
    """Sort messages into bundles. Raises struct.error for a number that 64 bits do not hold."""
    # Not with numpy, which takes twice as long for a hundred messages, and no less for thousands.
    heads: list[list[bytes]] = [[] for _ in range(2 * SHELVES)]
    bodies: list[list[bytes]] = [[] for _ in heads]
    newest = [0] * len(heads)
    for device, boot, seq, kind, received, body in rows:
        place = device % SHELVES if kind == READINGS else device % SHELVES + SHELVES
        heads[place].append(_pack_head(device, boot, seq, len(body)))
        bodies[place].append(body)
        if received > newest[place]:
            newest[place] = received
    return [
        Bundle(
            place % SHELVES,
            WAVES if place >= SHELVES else READINGS,
            newest[place],
            len(heads[place]),
            b"".join(heads[place]),
            b"".join(bodies[place]),
        )
        for place in range(2 * SHELVES)
        if heads[place]
    ]


def heads_of(parts: Iterable[bytes]) -> Heads:
    """The heads of bundles, as rows of HEAD."""
    return np.frombuffer(b"".join(parts), HEAD)


def bodies_of(heads: bytes, body: bytes) -> Iterator[tuple[int, bytes]]:
    """Device and body of each message of a bundle. Raises ValueError for half a head."""
    rows = np.frombuffer(heads, HEAD)
    end = 0
    for device, size in zip(rows["device"].tolist(), rows["size"].tolist(), strict=True):
        start, end = end, end + size
        yield device, body[start:end]


def runs_of(heads: Heads) -> Iterator[tuple[int, int, int, int]]:
    """Unbroken runs of sequence numbers: device, boot, the first number and the last."""
    devices, boots, seqs = (heads[name].astype(np.int64) for name in ("device", "boot", "seq"))
    order = np.lexsort((seqs, boots, devices))
    devices, boots, seqs = devices[order], boots[order], seqs[order]
    begins = np.ones(len(order) + 1, bool)  # the end begins one too, which is not there
    begins[1:-1] = (np.diff(devices) != 0) | (np.diff(boots) != 0) | (np.diff(seqs) > 1)
    firsts, lasts = np.flatnonzero(begins[:-1]), np.flatnonzero(begins[1:])
    columns = (devices[firsts], boots[firsts], seqs[firsts], seqs[lasts])
    yield from zip(*(column.tolist() for column in columns), strict=True)
