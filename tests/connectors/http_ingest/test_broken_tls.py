"""What is no TLS within TLS ends its connection, and is no bug of ours."""

import asyncio
import contextlib
import os
import ssl

from tests.connectors.http_ingest.conftest import House

NO_RECORD = b"\x17\x03\x03\x00\x20" + bytes(32)  # encrypted with no key at all


async def test_a_record_that_nobody_encrypted_ends_the_connection(house: House) -> None:
    loop = asyncio.get_running_loop()
    told: list[object] = []
    loop.set_exception_handler(lambda _, context: told.append(context))
    try:
        reader, writer = await asyncio.open_connection(
            "localhost", house.port, ssl=house.tls("pump-1")
        )
        os.write(writer.get_extra_info("socket").fileno(), NO_RECORD)
        with contextlib.suppress(ssl.SSLError, ConnectionError):
            assert not await asyncio.wait_for(reader.read(), 10)
        writer.transport.abort()
        async with house.client("pump-1") as client:  # the door goes on
            answer = await client.post("/devices/pump-1/sensors", json={"off": []})
            assert answer.status_code == 200
    finally:
        loop.set_exception_handler(None)
    assert not told
