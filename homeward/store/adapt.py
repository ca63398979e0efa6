"""How values become PostgreSQL's and rows become ours, where psycopg's own way takes too long.

A list of a thousand patients has psycopg search every number for a character to escape: more than a
millisecond each time such a list is asked about, four times for one page. And rows come as keyword
arguments, which costs more than all else that reading a row does.
"""

from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from inspect import signature
from itertools import compress
from typing import Any

import numpy as np
from psycopg import AsyncConnection
from psycopg.abc import Buffer
from psycopg.adapt import Loader, PyFormat
from psycopg.pq import Format
from psycopg.types.array import BaseListDumper, ListBinaryDumper, ListDumper

from homeward.guard.sealing import MARK
from homeward.store.keyring import Keyring

# Elements by their number in pg_type: int2, int4, int8.
_ELEMENTS = {
    oid: np.dtype([("bytes", ">i4"), ("value", kind)])
    for oid, kind in ((21, ">i2"), (23, ">i4"), (20, ">i8"))
}
_HEAD = np.dtype([(name, ">i4") for name in ("dimensions", "has_null", "kind", "length", "first")])


class _Integers(ListBinaryDumper):
    """A list of integers as PostgreSQL's own binary (its array_recv, in arrayfuncs.c)."""

    def dump(self, obj: list[Any]) -> Buffer | None:
        oid = self.sub_dumper.oid if self.sub_dumper else 0
        if oid not in _ELEMENTS or set(map(type, obj)) != {int}:
            return super().dump(obj)
        elements = np.empty(len(obj), _ELEMENTS[oid])
        elements["bytes"], elements["value"] = elements.dtype["value"].itemsize, obj
        return np.array((1, 0, oid, len(obj), 1), _HEAD).tobytes() + elements.tobytes()


class _Lists(ListDumper):
    """Any list; those of integers the short way."""

    def upgrade(self, obj: list[Any], format: PyFormat) -> BaseListDumper:
        if set(map(type, obj)) == {int}:
            return _Integers(self.cls, self._tx).upgrade(obj, format)
        return super().upgrade(obj, format)


def adapt(connection: AsyncConnection[Any], keys: Keyring | None = None) -> None:
    """Send lists the short way on this connection, and open what comes sealed."""
    connection.adapters.register_dumper(list, _Integers)
    connection.adapters.register_dumper(list, _Lists)
    if keys is not None:
        for kind in (_opener(keys, Format.TEXT), _opener(keys, Format.BINARY)):
            connection.adapters.register_loader("bpchar", kind)


def _opener(keys: Keyring, form: Format) -> type[Loader]:
    """What reads a column that may hold a sealed text: those of type bpchar (migration 0042)."""
    opened, mark = keys.opened, MARK.encode()

    class Opener(Loader):
        format = form

        def load(self, data: Buffer) -> str:
            said = bytes(data)
            return opened(said) if said.startswith(mark) else said.decode()

    return Opener


@cache
def row_maker(into: type[Any], names: tuple[str, ...]) -> Callable[[Sequence[Any]], Any]:
    """Makes a row of these columns; by place where they come as a class has its fields.

    A column a class does not know is a later version's, which has brought the database up to date
    while we run: it is let be.
    """
    if into is dict:
        return lambda values: dict(zip(names, values, strict=True))
    if into is tuple:
        return namedtuple("Row", names)._make
    if is_dataclass(into) and names == tuple(each.name for each in fields(into))[: len(names)]:
        return lambda values: into(*values)
    known = signature(into).parameters
    is_known = [name in known for name in names]
    kept = tuple(compress(names, is_known))
    return lambda values: into(**dict(zip(kept, compress(values, is_known), strict=True)))
