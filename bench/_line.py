"""The line between a browser and a server, which can be cut, held, busy, or lose an answer.

A door on loopback of its own. What the browser sees is what a telephone sees in a lift, in a
tunnel, or before a server that is being started again: nothing is pretended within the browser.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum

READ_BYTES = 65_536
BUSY = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class State(Enum):
    """What the line does with who comes."""

    OPEN = "open"
    CUT = "cut"  # every connection ends, and no other is made
    SILENT = "silent"  # connections are made, and nothing comes until it is open again
    BUSY = "busy"  # whatever stands before the server answers 503


class Line:
    """To one server on loopback."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._state = State.OPEN
        self._goes_on = asyncio.Event()
        self._links: set[asyncio.Task[None]] = set()
        self._lose = b""
        self.lost = 0
        self.port = 0

    @property
    def url(self) -> str:
        """Where the browser goes."""
        return f"http://127.0.0.1:{self.port}"

    def be(self, state: State) -> None:
        """From now on, for connections that are there as well."""
        was, self._state = self._state, state
        if (was, state) == (State.SILENT, State.OPEN):
            self._goes_on.set()
            return
        self._goes_on.clear()
        for link in self._links:
            link.cancel()

    def lose_answer_to(self, request: bytes) -> None:
        """The next request with these octets reaches the server; its answer reaches nobody."""
        self._lose = request

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the browser."""
        task = asyncio.current_task()
        assert task is not None
        self._links.add(task)
        try:
            await self._carry(reader, writer)
        except (asyncio.CancelledError, OSError):
            pass  # this is what a cut line is
        finally:
            self._links.discard(task)
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._state is State.CUT:
            return
        if self._state is State.SILENT:
            await self._goes_on.wait()
        if self._state is State.BUSY:
            await reader.read(READ_BYTES)
            writer.write(BUSY)
            await writer.drain()
            return
        inside, outside = await asyncio.open_connection("127.0.0.1", self._to)
        is_losing = asyncio.Event()

        async def there() -> None:
            while octets := await reader.read(READ_BYTES):
                if self._lose and self._lose in octets:
                    self._lose = b""
                    is_losing.set()
                outside.write(octets)
                await outside.drain()

        async def back() -> None:
            while octets := await inside.read(READ_BYTES):
                if is_losing.is_set():
                    self.lost += 1
                    return
                writer.write(octets)
                await writer.drain()

        ways = {asyncio.create_task(there()), asyncio.create_task(back())}
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            with contextlib.suppress(OSError):
                outside.transport.abort()


@asynccontextmanager
async def line_to(port: int) -> AsyncIterator[Line]:
    """A line to this port, open at first."""
    line = Line(port)
    server = await asyncio.start_server(line.take, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        line.be(State.CUT)
