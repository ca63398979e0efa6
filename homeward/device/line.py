"""A kept HTTPS connection to the device door: one request at a time, each with an end in time."""

import asyncio
import gzip
import json
from dataclasses import dataclass
from typing import Any

import h11

from homeward.device.papers import Papers
from homeward.model.errors import Misconfigured, Unreachable

CONNECT_SECONDS = 15.0  # a handshake takes so long on a link that loses a third
ANSWER_SECONDS = 30.0
ANSWER_BYTES_MAX = 16 * 1024 * 1024  # an edge's registry of thousands of devices
READ_BYTES = 64 * 1024
PACKED_FROM_BYTES = 1_000


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: its status, what it says, and after how many seconds to come again."""

    status: int
    said: dict[str, Any]
    again_seconds: float = 0.0


class Line:
    """The connection of one device; made when it is needed, and again once it broke."""

    def __init__(self, papers: Papers, answer_seconds: float = ANSWER_SECONDS) -> None:
        if not papers.http_port:
            raise Misconfigured(
                f"{papers.folder}: the server has no HTTPS door; set HOMEWARD_HTTP_INGEST_PORT "
                "there and enrol again, or write http_port into device.json"
            )
        self._papers = papers
        self._answer_seconds = answer_seconds
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._talk = h11.Connection(h11.CLIENT)

    async def post(self, path: str, body: bytes) -> Told:
        """Send a body and wait for its answer. Raises Unreachable where no whole answer comes."""
        return await self._ask("POST", path, body)

    async def get(self, path: str) -> Told:
        """Ask. Raises Unreachable where no whole answer comes."""
        return await self._ask("GET", path, b"")

    def close(self) -> None:
        """Hang up; the next request connects again."""
        streams, self._streams = self._streams, None
        if streams is not None:
            streams[1].transport.abort()

    async def _ask(self, method: str, path: str, body: bytes) -> Told:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                reader, writer = self._streams or await self._connected()
            async with asyncio.timeout(self._answer_seconds):
                return await self._exchange(reader, writer, method, path, body)
        except (OSError, TimeoutError, h11.ProtocolError, ValueError) as error:
            self.close()
            words = str(error) or type(error).__name__
            raise Unreachable(f"{self._papers.host}: {words}") from None
        except BaseException:  # cancelled in the middle, the line has half an answer on it
            self.close()
            raise

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self._papers.host, self._papers.http_port
        # Read anew: a certificate may have been renewed since.
        self._streams = await asyncio.open_connection(host, port, ssl=self._papers.tls())
        self._talk = h11.Connection(h11.CLIENT)
        return self._streams

    async def _exchange(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        method: str,
        path: str,
        body: bytes,
    ) -> Told:
        headers = [("host", f"{self._papers.host}:{self._papers.http_port}")]
        if len(body) >= PACKED_FROM_BYTES:
            body = gzip.compress(body, 1)
            headers.append(("content-encoding", "gzip"))
        headers.append(("content-length", str(len(body))))
        request = h11.Request(method=method, target=path, headers=headers)
        for event in (request, h11.Data(data=body), h11.EndOfMessage()):
            writer.write(self._talk.send(event) or b"")
        await writer.drain()
        head: h11.Response | None = None
        said = bytearray()
        while True:
            event = self._talk.next_event()
            if event is h11.NEED_DATA:
                self._talk.receive_data(await reader.read(READ_BYTES))
            elif isinstance(event, h11.Response):
                head = event
            elif isinstance(event, h11.Data):
                said += event.data
                if len(said) > ANSWER_BYTES_MAX:
                    raise ValueError("the answer is too long")
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                break
            elif isinstance(event, h11.ConnectionClosed):
                raise ConnectionError("it hung up without an answer")
        if self._talk.our_state is h11.DONE and self._talk.their_state is h11.DONE:
            self._talk.start_next_cycle()
        else:
            self.close()
        again = dict(head.headers).get(b"retry-after", b"0")
        told = json.loads(said) if said else {}
        return Told(head.status_code, told, float(again) if again.isdigit() else 0.0)
