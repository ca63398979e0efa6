"""Reading round what a disk does not give any more: a sector costs what was in it, and no more.

The error is the disk's own word (EIO), or its file system's that a checksum is another. What else
goes wrong, such as too many open files, says nothing of the disk and is raised.
"""

import errno
import os
from bisect import bisect_right

PAGE = 4_096  # what the kernel reads at least
LOST = frozenset({errno.EIO, errno.EBADMSG, errno.EUCLEAN})

Holes = list[tuple[int, int]]  # from where to where in a file nothing can be read, in order


def is_lost(error: OSError) -> bool:
    """Whether this is a disk that does not give what it has."""
    return error.errno in LOST


def read_round(file: int, start: int, size: int, holes: Holes) -> bytes:
    """So many bytes of an open file from there on, or as many as it has, with zeros where nothing
    can be read; what is found of that goes to `holes`, and what is there is not tried again.

    Each try of a bad sector may take a disk seconds: of several in a row the next is passed over
    by twice as much. Raises OSError for what no sector is to blame for.
    """
    data, place, end, skip = bytearray(size), start, start + size, PAGE
    while place < end:
        hole = _hole_at(holes, place)
        if hole is not None:
            place = hole
            continue
        try:
            got = os.pread(file, min(end, _next_hole(holes, place, end)) - place, place)
        except OSError as error:
            if not is_lost(error):
                raise
            until = place - place % PAGE + skip
            holes.append((place, until))
            holes.sort()
            place, skip = until, skip * 2
            continue
        if not got:
            break
        data[place - start : place - start + len(got)] = got
        place, skip = place + len(got), PAGE
    return bytes(data[: min(place, end) - start])


def _hole_at(holes: Holes, place: int) -> int | None:
    """Where the hole ends that this place is in, if any."""
    found = bisect_right(holes, (place, 1 << 62)) - 1
    return holes[found][1] if found >= 0 and place < holes[found][1] else None


def _next_hole(holes: Holes, place: int, end: int) -> int:
    found = bisect_right(holes, (place, 1 << 62))
    return holes[found][0] if found < len(holes) else end
