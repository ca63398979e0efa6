"""A line between devices and the door that can be cut, slowed down, or made to lose things.

TCP hides what happens below it: a lost packet is a pause, and beyond that a connection that breaks.
So this relay does to connections what a bad network does to them, and needs no privileges.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

READ_BYTES = 64 * 1024
CONNECT_SECONDS = 5.0
LINES_MAX = 1_000


class Relay:
    """Listens on loopback and passes everything on to one address.

    `delay_seconds`: each way, and up to half as much again. `loss`: the share of pieces that are
    lost on the way once, and so wait `retransmit_seconds` for their repetition. `is_mute`: what the
    door answers never arrives; TLS notices once it is over, so break the lines then.
    """

    def __init__(self, host: str, port: int, chance: random.Random) -> None:
        self.port = 0
        self.is_mute = False
        self.delay_seconds = self.loss = 0.0
        self.retransmit_seconds = 0.4
        self._address, self._chance = (host, port), chance
        self._whole = asyncio.Event()
        self._whole.set()
        self._lines: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Relay"]:
        """Pass on until the end."""
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self._server.close()
            self.break_lines()
            await asyncio.gather(*self._lines, return_exceptions=True)

    def cut(self) -> None:
        """From now on nothing passes, and nobody is told: a cable that is pulled says no word."""
        self._whole.clear()

    def mend(self) -> None:
        """What was on its way arrives, as TCP sees to it."""
        self._whole.set()

    def break_lines(self) -> None:
        """Every connection ends now, without a word."""
        for line in self._lines:
            line.cancel()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._lines) >= LINES_MAX:
            writer.transport.abort()
            return
        line = asyncio.create_task(self._line(reader, writer))
        self._lines.add(line)
        line.add_done_callback(self._lines.discard)

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = [writer]
        try:
            await self._whole.wait()
            async with asyncio.timeout(CONNECT_SECONDS):
                theirs, to_door = await asyncio.open_connection(*self._address)
            ends.append(to_door)
            await _first_of(
                self._pass(reader, to_door, is_answer=False),
                self._pass(theirs, writer, is_answer=True),
            )
        except (OSError, TimeoutError):
            pass
        finally:
            for end in ends:
                end.transport.abort()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_answer: bool
    ) -> None:
        while piece := await reader.read(READ_BYTES):
            wait = self.delay_seconds * self._chance.uniform(1.0, 1.5)
            if self._chance.random() < self.loss:
                wait += self.retransmit_seconds
            if wait:
                await asyncio.sleep(wait)
            await self._whole.wait()
            if self.is_mute and is_answer:
                continue
            writer.write(piece)
            await writer.drain()


async def _first_of(*ways: Coroutine[Any, Any, None]) -> None:
    """Until one of them ends; then neither goes on."""
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        with contextlib.suppress(OSError):
            await asyncio.gather(*tasks, return_exceptions=True)
