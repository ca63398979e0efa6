"""A log in which nothing can be changed unseen: the Merkle tree of RFC 6962, 2.1.

The hash of a leaf is of a zero byte and its content, that of a node of a one byte and its two
halves. Of a tree that only grows it is enough to remember the roots of the whole trees it consists
of, one for each one in its size written in binary: `peaks`, the largest first.
"""

import hashlib
from collections.abc import Iterable

HASH_BYTES = 32


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf (SHA-256)."""
    return hashlib.sha256(b"\0" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two halves."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """A tree of `size` leaves, which grows."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks")

    def add(self, leaf: bytes) -> None:
        """One more leaf, by its hash."""
        self.size += 1
        self.peaks.append(leaf)
        for _ in range((self.size & -self.size).bit_length() - 1):
            right = self.peaks.pop()
            self.peaks.append(node_hash(self.peaks.pop(), right))

    @property
    def root(self) -> bytes:
        """The hash of the whole tree; of an empty one that of nothing."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        *others, root = self.peaks
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root
