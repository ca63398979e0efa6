"""The same readings by PostgreSQL's own COPY, and nothing else: what the disk and the server give.

Each connection copies as many messages as a gateway has in flight, commits with an fsync, and goes
on. The bytes are written beforehand, in COPY's binary format (PostgreSQL manual, COPY, "Binary
Format"), so that the client costs nothing here either.
"""

import asyncio
import time
from collections.abc import Sequence
from struct import Struct

import psycopg

from bench.load import Took, bodies

_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TAIL = b"\xff\xff"
_ROW = Struct(">hiqiqiqi")  # four fields; three numbers, each with its size; the size of the body
_TABLE = "create table raw_frame (device bigint, boot bigint, seq bigint, body bytea)"


class RawCopy:
    """Connections to a database of their own on the server at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connections: list[psycopg.AsyncConnection[tuple[object, ...]]] = []
        self._sent = 0

    async def open(self, connections: int) -> None:
        """Make the table, and connect so many times."""
        async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as one:
            await one.execute(_TABLE)
        for _ in range(connections):
            self._connections.append(
                await psycopg.AsyncConnection.connect(self._url, autocommit=True)
            )

    async def run(self, messages_each: int, window: int) -> Took:
        """Copy `messages_each` on every connection at once, `window` in a commit."""
        blocks = [
            self._blocks(device, messages_each, window)
            for device, _ in enumerate(self._connections, 1)
        ]
        self._sent += messages_each
        began = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for connection, each in zip(self._connections, blocks, strict=True):
                tasks.create_task(_copy(connection, each))
        seconds = time.perf_counter() - began
        return Took(messages_each * len(self._connections), seconds)

    def _blocks(self, device: int, messages: int, window: int) -> list[bytes]:
        rows = [
            _ROW.pack(4, 8, device, 8, 1, 8, number, len(body)) + body
            for number, body in bodies(boot=1, first=self._sent + 1, count=messages)
        ]
        return [
            _HEAD + b"".join(rows[place : place + window]) + _TAIL
            for place in range(0, messages, window)
        ]

    async def close(self) -> None:
        """Disconnect."""
        for connection in self._connections:
            await connection.close()


async def _copy(
    connection: psycopg.AsyncConnection[tuple[object, ...]], blocks: Sequence[bytes]
) -> None:
    async with connection.cursor() as cursor:
        for block in blocks:
            async with cursor.copy("copy raw_frame from stdin (format binary)") as copy:
                await copy.write(block)
