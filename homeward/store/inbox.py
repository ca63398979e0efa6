"""The way in for what devices send: one batch, one statement, one commit.

Messages go in as bundles (see `store.bundles`), what could not be read as rows of its own.
The columns of a batch travel as PostgreSQL's own binary arrays, built here in bulk: psycopg
would adapt them value by value. COPY into a staging table costs three round trips more.
"""

import asyncio
from collections.abc import Sequence
from struct import Struct
from typing import Any, NamedTuple

import numpy as np
import psycopg
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

from homeward.model.errors import Full, Unreachable, Unreadable
from homeward.store.bundles import InboxRow, bundled
from homeward.store.door import Store

# A commit that takes longer is as good as lost: the device sends again, and readers drop doubles.
COMMIT_SECONDS_MAX = 15.0

_HEAD = Struct(">iiIii")  # dimensions, has nulls, element type, length, lower bound
_CELL = np.dtype([("size", ">i4"), ("value", ">i8")])
_SIZES = tuple(Struct(">i").pack(size) for size in range(1024))
_SIZE = Struct(">i")
_2000 = 946_684_800_000_000  # PostgreSQL counts microseconds from 2000
_INT8, _BYTEA, _TEXT, _TIMESTAMPTZ = 20, 17, 25, 1184


class QuarantineRow(NamedTuple):
    """One message that could not be read. `received` in microseconds since 1970."""

    device_id: int | None
    received: int
    topic: bytes
    reason: bytes
    body: bytes


class _Packed(bytes):
    """A value already in PostgreSQL's binary format."""


class _Int8s(_Packed):
    pass


class _Byteas(_Packed):
    pass


class _Texts(_Packed):
    pass


class _Times(_Packed):
    pass


def _dumper(array_oid: int) -> type[Dumper]:
    class AsIs(Dumper):
        format = Format.BINARY
        oid = array_oid

        def dump(self, obj: Any) -> Buffer | None:
            return obj

    return AsIs


_DUMPERS = ((_Int8s, 1016), (_Byteas, 1001), (_Texts, 1009), (_Times, 1185))

_INBOX = b"""
insert into inbox (shelf, kind, received, messages, heads, body)
select * from unnest(
    %b::int8[], %b::text[], %b::timestamptz[], %b::int8[], %b::bytea[], %b::bytea[])"""
_QUARANTINE = b"""
insert into quarantine (device_id, received, topic, reason, body)
select nullif(device_id, 0), received, topic, reason, body
from unnest(%b::int8[], %b::timestamptz[], %b::text[], %b::text[], %b::bytea[])
    as spoiled (device_id, received, topic, reason, body)"""
_BOTH = b"with put_aside as (" + _QUARANTINE + b")" + _INBOX


class InboxLine:
    """A connection of its own that writes batches, one after the other."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def write(self, rows: Sequence[InboxRow], spoiled: Sequence[QuarantineRow]) -> None:
        """Commit them all, or none.

        Raises Unreachable where the database is away or stuck, Full where it has no room, and
        Unreadable where one of the rows cannot be stored by anybody.
        """
        try:
            statement, values = _statement(rows, spoiled)
            async with asyncio.timeout(COMMIT_SECONDS_MAX):
                connection = self._connection or await self._connect()
                await connection.execute(statement, values, prepare=True)
        except (psycopg.DataError, psycopg.IntegrityError, OverflowError, ValueError) as error:
            raise Unreadable(f"cannot be stored: {type(error).__name__}") from error
        except (psycopg.Error, OSError, TimeoutError) as error:
            await self.close()
            # The first line alone: what follows may quote a row.
            first = (str(error).splitlines() or [type(error).__name__])[0]
            kind = Full if isinstance(error, psycopg.errors.DiskFull) else Unreachable
            raise kind(f"PostgreSQL: {first}") from error

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        url = self._store.pool.conninfo
        assert isinstance(url, str)
        connection = await psycopg.AsyncConnection.connect(
            url, autocommit=True, application_name="homeward inbox"
        )
        for kind, oid in _DUMPERS:
            connection.adapters.register_dumper(kind, _dumper(oid))
        self._connection = connection
        return connection

    async def close(self) -> None:
        """Disconnect; the next batch connects again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


def _statement(
    rows: Sequence[InboxRow], spoiled: Sequence[QuarantineRow]
) -> tuple[bytes, list[bytes]]:
    values: list[bytes] = []
    if spoiled:
        devices, received, topics, reasons, bodies = zip(*spoiled, strict=True)
        values += [_int8s([device or 0 for device in devices]), _times(received)]
        values += [_texts(topics), _texts(reasons), _byteas(bodies)]
    if rows or not spoiled:
        shelves, kinds, times, counts, heads, bodies = zip(*bundled(rows), strict=True)
        values += [_int8s(shelves), _texts(kinds), _times(times), _int8s(counts)]
        values += [_byteas(heads), _byteas(bodies)]
    if not spoiled:
        return _INBOX, values
    return (_BOTH if rows else _QUARANTINE), values


def _int8s(values: Sequence[int]) -> _Int8s:
    return _Int8s(_fixed(values, _INT8, 0))


def _times(micros: Sequence[int]) -> _Times:
    return _Times(_fixed(micros, _TIMESTAMPTZ, _2000))


def _fixed(values: Sequence[int], oid: int, origin: int) -> bytes:
    cells = np.empty(len(values), _CELL)
    cells["size"] = 8
    cells["value"] = np.array(values, np.int64) - origin
    return _HEAD.pack(1, 0, oid, len(values), 1) + cells.tobytes()


def _texts(values: Sequence[bytes]) -> _Texts:
    return _Texts(_varied([value.replace(b"\0", b"") for value in values], _TEXT))


def _byteas(values: Sequence[bytes]) -> _Byteas:
    return _Byteas(_varied(values, _BYTEA))


def _varied(values: Sequence[bytes], oid: int) -> bytes:
    parts = [_HEAD.pack(1, 0, oid, len(values), 1)]
    for value in values:
        size = len(value)
        parts += (_SIZES[size] if size < 1024 else _SIZE.pack(size), value)
    return b"".join(parts)
