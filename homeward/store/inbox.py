"""The way in for what devices send: one batch, one statement, one commit.

Messages go in as bundles (see `store.bundles`), what could not be read as rows of its own.
The columns of a batch travel as PostgreSQL's own binary arrays, built here in bulk. COPY into a
staging table costs three round trips more.
"""

import asyncio
import struct
from collections.abc import Sequence
from typing import NamedTuple

import psycopg

from homeward.model.errors import Full, Unreachable, Unreadable
from homeward.store.bundles import Message, bundled
from homeward.store.door import Store
from homeward.store.line import Line, Prepared

# A commit that takes longer is as good as lost: the device sends again, and readers drop doubles.
COMMIT_SECONDS_MAX = 15.0

_HEAD = struct.Struct(">iiIii")  # dimensions, has nulls, element type, length, lower bound
_pack_cell = struct.Struct(">iq").pack
_SIZES = tuple(struct.Struct(">i").pack(size) for size in range(1024))
_SIZE = struct.Struct(">i")
_2000 = 946_684_800_000_000  # PostgreSQL counts microseconds from 2000
# Numbers of types in pg_type.
_INT8, _BYTEA, _TEXT, _TIMESTAMPTZ = 20, 17, 25, 1184
_INT8S, _BYTEAS, _TEXTS, _TIMESTAMPTZS = 1016, 1001, 1009, 1185


class QuarantineRow(NamedTuple):
    """One message that could not be read. `received` in microseconds since 1970."""

    device_id: int | None
    received: int
    topic: bytes
    reason: bytes
    body: bytes


_INBOX_COLUMNS = (_INT8S, _TEXTS, _TIMESTAMPTZS, _INT8S, _BYTEAS, _BYTEAS)
_QUARANTINE_COLUMNS = (_INT8S, _TIMESTAMPTZS, _TEXTS, _TEXTS, _BYTEAS)


def _numbered(text: bytes, count: int) -> bytes:
    """A text with its places filled: $1, $2 and so on."""
    return text % tuple(b"$%d" % number for number in range(1, count + 1))


_TO_INBOX = b"""
insert into inbox (shelf, kind, received, messages, heads, body)
select * from unnest(
    %b::int8[], %b::text[], %b::timestamptz[], %b::int8[], %b::bytea[], %b::bytea[])"""
_TO_QUARANTINE = b"""
insert into quarantine (device_id, received, topic, reason, body)
select nullif(device_id, 0), received, topic, reason, body
from unnest(%b::int8[], %b::timestamptz[], %b::text[], %b::text[], %b::bytea[])
    as spoiled (device_id, received, topic, reason, body)"""
_INBOX = Prepared(b"inbox", _numbered(_TO_INBOX, 6), _INBOX_COLUMNS)
_QUARANTINE = Prepared(b"quarantine", _numbered(_TO_QUARANTINE, 5), _QUARANTINE_COLUMNS)
_BOTH = Prepared(
    b"both",
    _numbered(b"with put_aside as (" + _TO_QUARANTINE + b")" + _TO_INBOX, 11),
    _QUARANTINE_COLUMNS + _INBOX_COLUMNS,
)


class InboxLine:
    """A connection of its own that writes batches, one after the other."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._line: Line | None = None

    async def write(self, rows: Sequence[Message], spoiled: Sequence[QuarantineRow]) -> None:
        """Commit them all, or none.

        Raises Unreachable where the database is away or stuck, Full where it has no room, and
        Unreadable where one of the rows cannot be stored by anybody.
        """
        try:
            statement, values = _statement(rows, spoiled)
            async with asyncio.timeout(COMMIT_SECONDS_MAX):
                if self._line is not None and self._line.is_lost:
                    await self.close()
                line = self._line or await self._connect()
                await line.run(statement, values)
        except (psycopg.DataError, psycopg.IntegrityError, struct.error, ValueError) as error:
            raise Unreadable(f"cannot be stored: {type(error).__name__}") from error
        except (psycopg.Error, OSError, TimeoutError) as error:
            await self.close()
            # The first line alone: what follows may quote a row.
            first = (str(error).splitlines() or [type(error).__name__])[0]
            kind = Full if isinstance(error, psycopg.errors.DiskFull) else Unreachable
            raise kind(f"PostgreSQL: {first}") from error
        except BaseException:  # cancelled: its answer must not be taken for the next one's
            await self.close()
            raise

    async def _connect(self) -> Line:
        url = self._store.pool.conninfo
        assert isinstance(url, str)
        self._line = await Line.open(url, "homeward inbox")
        return self._line

    async def close(self) -> None:
        """Disconnect; the next batch connects again."""
        line, self._line = self._line, None
        if line is not None:
            await line.close()


def _statement(
    rows: Sequence[Message], spoiled: Sequence[QuarantineRow]
) -> tuple[Prepared, list[bytes]]:
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


def _int8s(values: Sequence[int]) -> bytes:
    return _fixed(values, _INT8, 0)


def _times(micros: Sequence[int]) -> bytes:
    return _fixed(micros, _TIMESTAMPTZ, _2000)


def _fixed(values: Sequence[int], oid: int, origin: int) -> bytes:
    cells = [_pack_cell(8, value - origin) for value in values]
    return _HEAD.pack(1, 0, oid, len(values), 1) + b"".join(cells)


def _texts(values: Sequence[bytes]) -> bytes:
    return _varied([value.replace(b"\0", b"") for value in values], _TEXT)


def _byteas(values: Sequence[bytes]) -> bytes:
    return _varied(values, _BYTEA)


def _varied(values: Sequence[bytes], oid: int) -> bytes:
    parts = [_HEAD.pack(1, 0, oid, len(values), 1)]
    for value in values:
        size = len(value)
        parts += (_SIZES[size] if size < 1024 else _SIZE.pack(size), value)
    return b"".join(parts)
