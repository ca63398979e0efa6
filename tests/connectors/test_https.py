"""Whom we speak to is who was set up: nobody sends us elsewhere."""

import asyncio
import http.client
from collections.abc import AsyncIterator

import pytest

from homeward.connectors.https import ask
from homeward.device.renewal import _certificates
from homeward.engines.enrolment import enrol
from homeward.model.errors import Refused

TOKEN = "a.1234567890abcdef1234567890abcdef"


class Elsewhere:
    """A server that sends whoever asks to /elsewhere, and notes what it was asked."""

    def __init__(self, status: int) -> None:
        self.status, self.asked, self.port = status, list[str](), 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append((await reader.readline()).decode().split(" ")[1])
        place = f"Location: http://127.0.0.1:{self.port}/elsewhere"
        heads = f"HTTP/1.1 {self.status} Moved\r\n{place}\r\nContent-Length: 0\r\n"
        writer.write(f"{heads}Connection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@pytest.fixture(params=[301, 302, 303, 307, 308])
async def elsewhere(request: pytest.FixtureRequest) -> AsyncIterator[Elsewhere]:
    made = Elsewhere(request.param)
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    async with server:
        yield made


async def test_whoever_sends_us_elsewhere_is_not_followed(elsewhere: Elsewhere, tmp_path) -> None:
    url = f"http://127.0.0.1:{elsewhere.port}"
    answer = await ask("GET", f"{url}/asked", {})
    assert answer.status == elsewhere.status
    with pytest.raises(Refused):
        await asyncio.to_thread(enrol, url, TOKEN, tmp_path / "papers")
    line = http.client.HTTPConnection("127.0.0.1", elsewhere.port, timeout=10)
    with pytest.raises(Refused):
        await asyncio.to_thread(_certificates, line, "POST", "simplereenroll", b"x")
    assert len(elsewhere.asked) == 3
    assert "/elsewhere" not in elsewhere.asked
