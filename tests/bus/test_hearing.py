"""What a handler raises is said: a message nobody understood is not a message nobody sent."""

import asyncio

import msgspec

WAIT_SECONDS = 20


async def test_what_a_handler_raises_is_told_and_the_next_message_is_heard(bus):
    told: asyncio.Queue = asyncio.Queue()
    heard: asyncio.Queue = asyncio.Queue()

    async def keep(_: str, body: bytes) -> None:
        told.put_nowait(msgspec.json.decode(body))

    async def fails(_: str, body: bytes) -> None:
        heard.put_nowait(msgspec.json.decode(body))

    stops = [await bus.listen("told.trouble", keep), await bus.listen("told.device", fails)]
    await bus.publish("told.device", b"glucose 43 of Rosa")
    await bus.publish("told.device", b"[1]")
    async with asyncio.timeout(WAIT_SECONDS):
        assert await heard.get() == [1]
        trouble = await told.get()
    assert trouble["what"] == "hearing told.device"
    assert "DecodeError" in trouble["text"]
    assert "Rosa" not in trouble["text"]
    for stop in stops:
        await stop()
