"""One HTTP/1.1 connection from our side: requests one after the other, every wait bounded.

The socket is not read while a request is being answered, so TCP slows whoever sends too much down
and no queue of ours grows.
"""

import asyncio
import contextlib
import random
from collections.abc import Iterable
from http import HTTPStatus

import h11

READ_BYTES = 64 * 1024
HEAD_BYTES_MAX = 16 * 1024
HEAD_SECONDS_MAX = 10  # from a head's first byte to its last
BODY_SECONDS_MAX = 60
WRITING_SECONDS_MAX = 30  # for a device to read its answer
AGAIN_SECONDS = (1, 5)  # when to come again, at random: not all at once
# Bytes of a body nobody wants that are still read, so that the answer is seen: who is cut off while
# they send sees no answer, and would send it all again.
REFUSED = 8 * 1024 * 1024


class TooLarge(Exception):
    """A body has more bytes than it may have."""


class Talk:
    """Requests and answers over one pair of streams (h11). Raises h11.RemoteProtocolError for what
    breaks the protocol, OSError for a lost connection, TimeoutError for whoever is slow."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._talk = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_BYTES_MAX)
        self._loop = asyncio.get_running_loop()

    async def head(self, idle_seconds: float) -> h11.Request | None:
        """The next request, within so many seconds; None: they have enough."""
        async with asyncio.timeout(idle_seconds) as bound:
            has_begun = False
            while True:
                event = self._talk.next_event()
                if isinstance(event, h11.Request):
                    return event
                if event is not h11.NEED_DATA:
                    return None
                data = await self._reader.read(READ_BYTES)
                if data and not has_begun:
                    has_begun = True
                    bound.reschedule(self._loop.time() + HEAD_SECONDS_MAX)
                self._talk.receive_data(data)

    async def body(self, bytes_max: int) -> bytes:
        """The body of the request. Raises TooLarge."""
        if self._talk.they_are_waiting_for_100_continue:
            go_on = h11.InformationalResponse(status_code=100, headers=[])
            self._writer.write(self._talk.send(go_on) or b"")
        body = bytearray()
        async with asyncio.timeout(BODY_SECONDS_MAX):
            while True:
                event = self._talk.next_event()
                if event is h11.NEED_DATA:
                    self._talk.receive_data(await self._reader.read(READ_BYTES))
                elif isinstance(event, h11.Data):
                    body += event.data
                    if len(body) > bytes_max:
                        raise TooLarge(f"larger than {bytes_max:,} bytes")
                elif isinstance(event, h11.EndOfMessage):
                    return bytes(body)
                else:
                    raise ConnectionError("it ended within a request")

    async def tell(
        self, status: HTTPStatus, said: Iterable[tuple[str, str]], body: bytes, *, ends: bool
    ) -> None:
        """Answer; `said` are headers in lower case. `ends`: and no other request is taken."""
        headers = [*said, ("content-length", str(len(body)))]
        if status is HTTPStatus.SERVICE_UNAVAILABLE:
            # S311: the jitter keeps a ward from coming back in one blow; it guards no secret.
            headers.append(("retry-after", str(random.randint(*AGAIN_SECONDS))))  # noqa: S311
        if ends or self._talk.their_state is not h11.DONE:
            headers.append(("connection", "close"))
        answer = h11.Response(status_code=int(status), headers=headers, reason=status.phrase)
        for event in (answer, h11.Data(data=body), h11.EndOfMessage()):
            self._writer.write(self._talk.send(event) or b"")
        async with asyncio.timeout(WRITING_SECONDS_MAX):
            await self._writer.drain()
        if self._talk.their_state is h11.SEND_BODY:  # unread bytes would reset it, answer and all
            with contextlib.suppress(TimeoutError, h11.RemoteProtocolError):
                async with asyncio.timeout(1):
                    await self._read_on()

    async def _read_on(self) -> None:
        left = REFUSED
        while left > 0 and self._talk.their_state is h11.SEND_BODY:
            if self._talk.next_event() is h11.NEED_DATA:
                data = await self._reader.read(READ_BYTES)
                if not data:
                    return
                self._talk.receive_data(data)
                left -= len(data)

    def goes_on(self) -> bool:
        """Whether another request may follow, which then may begin."""
        if self._talk.our_state is not h11.DONE or self._talk.their_state is not h11.DONE:
            return False
        self._talk.start_next_cycle()
        return True
