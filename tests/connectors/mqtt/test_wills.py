"""Wills that wait: that a device is gone is seen at once, only its last words come later."""

import asyncio

import pytest

DELAY = 600
NEARLY = DELAY - 60  # a busy machine may stand still for some of it


def hello(peer, delay: int, lives: int, name: str = "pump-1", flags: int = 6) -> bytes:
    """CONNECT of version 5 with a will for its own status."""
    will_properties = b"\x18" + delay.to_bytes(4, "big")
    properties = b"\x11" + lives.to_bytes(4, "big")
    body = peer.text("MQTT") + bytes((5, flags)) + b"\0\x1e"
    body += bytes((len(properties),)) + properties + peer.text(name)
    body += bytes((len(will_properties),)) + will_properties
    body += peer.text(f"devices/{name}/status") + peer.text("battery empty")
    return peer.framed(0x10, body)


async def comes(knock, door, delay: int, lives: int, **changes):
    peer = await knock(door, greets=False)
    peer.send(hello(peer, delay, lives, **changes))
    assert (await peer.packet())[3] == 0
    return peer


async def logged(platform, *lines: str) -> None:
    async with asyncio.timeout(5):
        while len(platform.log) < len(lines):
            await asyncio.sleep(0.001)
    assert platform.log == list(lines)


@pytest.mark.parametrize(("delay", "lives"), [(0, 600), (600, 0)])
async def test_without_a_delay_or_a_session_it_speaks_at_once(open_door, knock, delay, lives):
    async with open_door() as door:
        peer = await comes(knock, door, delay, lives)
        peer.writer.transport.abort()
        await logged(door.platform, "1 came", "1 went: will: battery empty")


async def over(clock, seconds: float) -> None:
    """This time is over, and whatever was due by then is done."""
    clock.passes(seconds)
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.parametrize(("delay", "lives"), [(DELAY, 6_000), (6_000, DELAY)])
async def test_it_waits_and_the_device_is_seen_to_be_gone(open_door, knock, clock, delay, lives):
    async with open_door() as door:
        peer = await comes(knock, door, delay, lives)
        peer.writer.transport.abort()
        await logged(door.platform, "1 came", "1 went: lost")
        await over(clock, NEARLY)
        await logged(door.platform, "1 came", "1 went: lost")
        clock.passes(DELAY - NEARLY)
        await logged(door.platform, "1 came", "1 went: lost", "1 said: will: battery empty")


async def test_back_in_time_it_says_nothing(open_door, knock, clock):
    async with open_door() as door:
        peer = await comes(knock, door, DELAY, 6_000)
        peer.writer.transport.abort()
        await logged(door.platform, "1 came", "1 went: lost")
        await over(clock, NEARLY)
        peer = await comes(knock, door, DELAY, 6_000, flags=4)
        await over(clock, DELAY)
        await peer.is_silent()
        assert door.platform.log == ["1 came", "1 went: lost", "1 came"]


async def test_back_at_another_door_it_says_nothing(open_door, knock, clock):
    async with open_door() as door:
        peer = await comes(knock, door, DELAY, 6_000)
        peer.writer.transport.abort()
        await logged(door.platform, "1 came", "1 went: lost")
        await door.platform.sessions.begin(1, is_clean=False, seconds=6_000)
        await over(clock, DELAY)
        assert door.platform.log == ["1 came", "1 went: lost"]


async def test_in_good_order_it_is_forgotten(open_door, knock):
    async with open_door() as door:
        peer = await comes(knock, door, 600, 600)
        peer.send(b"\xe0\0")
        await logged(door.platform, "1 came", "1 went: left")
        peer = await comes(knock, door, 0, 600)
        await comes(knock, door, 0, 600)
        gone = "1 went: taken over by a newer connection"
        await logged(door.platform, "1 came", "1 went: left", "1 came", "1 came", gone)
