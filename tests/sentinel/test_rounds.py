"""A round meets whatever stands before the pages: that is its outcome, never the sentinel's end."""

import asyncio
import ssl
from typing import Any

import pytest

from homeward.model.errors import Unreachable
from homeward.sentinel.nurse import Nurse
from homeward.sentinel.rounds import go_round

PAGE = b"<html>We will be back soon.</html>"


@pytest.mark.parametrize("body", [PAGE, b"{}"])
async def test_a_page_of_somebody_elses_is_a_lost_round(body: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    proxy = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with proxy:
        port = proxy.sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        nurse = Nurse(url, "sentinel", "secret", ssl.create_default_context())
        probe: Any = None  # it does not come so far
        told = await go_round(probe, nurse, 5)
        assert (told.outcome, told.detail) == ("lost", "the pages answer what is not theirs")
        with pytest.raises(Unreachable, match="not theirs"):
            await nurse.open_alarms("oxygen_low")
