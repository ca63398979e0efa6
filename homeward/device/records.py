"""A record of the spool as bytes: a head with its own checksum, and a body with another. Pure.

Two checksums: where only the body rotted the next record is where the head says; where the head
rotted, the next one is looked for. The number in the head says which it is either way. Checksums
begin with a secret seed, so nothing that a device put into a body is ever taken for a record.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct

BODY_BYTES_MAX = 400_000
_HEAD = Struct("<2sQqII")  # mark; number; taken, us since 1970; size of the body; its CRC-32
_CHECK = Struct("<I")  # CRC-32 of the head
_MARK = b"\xa7R"
HEAD_BYTES = _HEAD.size + _CHECK.size


@dataclass(frozen=True, slots=True)
class Record:
    """One message in the spool. `place` is where it begins in its file, `ends` where the next does.

    `body` is None where it rotted; `rotten` is then what is left of it.
    """

    number: int
    taken: int
    body: bytes | None
    place: int
    ends: int
    rotten: bytes = b""


def packed(number: int, taken: int, body: bytes, seed: int) -> bytes:
    """A record as bytes."""
    head = _HEAD.pack(_MARK, number, taken, len(body), zlib.crc32(body, seed))
    return b"".join((head, _CHECK.pack(zlib.crc32(head, seed)), body))


def records_in(data: bytes, offset: int, seed: int) -> Iterator[Record]:
    """The records of a stretch of a file that begins at `offset`; rotten bytes are passed over.

    Ends at the first record that is not whole: the tail of a file that is still written, or torn.
    """
    place = 0
    while place + HEAD_BYTES <= len(data):
        head = data[place : place + _HEAD.size]
        (check,) = _CHECK.unpack_from(data, place + _HEAD.size)
        mark, number, taken, size, crc = _HEAD.unpack(head)
        if mark != _MARK or zlib.crc32(head, seed) != check or size > BODY_BYTES_MAX:
            place = _next_mark(data, place + 1)
            continue
        ends = place + HEAD_BYTES + size
        if ends > len(data):
            return
        body = data[place + HEAD_BYTES : ends]
        if zlib.crc32(body, seed) == crc:
            yield Record(number, taken, body, offset + place, offset + ends)
        else:
            yield Record(number, taken, None, offset + place, offset + ends, body)
        place = ends


def _next_mark(data: bytes, place: int) -> int:
    found = data.find(_MARK, place)
    return len(data) if found < 0 else found
