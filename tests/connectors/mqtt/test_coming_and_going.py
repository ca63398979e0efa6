"""Sessions: wills, take-over, keep-alive, revocation, commands, and the door shutting."""

import asyncio
import gc
from collections.abc import Iterator

import pytest
import uvloop

from homeward.connectors.mqtt.session import Session
from homeward.model.delivery import DevicePass


async def logged(platform, *lines: str) -> None:
    """Until the platform was told exactly this."""
    async with asyncio.timeout(5):
        while len(platform.log) < len(lines):
            await asyncio.sleep(0.001)
    assert platform.log == list(lines)


async def test_leaving_in_good_order(open_door, knock):
    async with open_door() as door:
        peer = await knock(door, will=("devices/pump-1/status", "battery empty"))
        peer.send(b"\xe0\0")
        assert await peer.is_closed() == b""
        await logged(door.platform, "1 came", "1 went: left")


async def test_a_status_is_what_is_shown_of_it(open_door, knock):
    async with open_door() as door:
        peer = await knock(door)
        peer.send(peer.publish(b"switched off", 1, topic="devices/pump-1/status"))
        await peer.answered(b"\x40\2\0\1")
        peer.send(b"\xe0\0")
        await logged(door.platform, "1 came", "1 went: left: switched off")


async def test_a_will_speaks_for_who_vanished(open_door, knock):
    async with open_door() as door:
        peer = await knock(door, will=("devices/pump-1/status", "battery empty"))
        peer.writer.transport.abort()
        await logged(door.platform, "1 came", "1 went: will: battery empty")
        peer = await knock(door)
        peer.writer.transport.abort()
        await logged(
            door.platform, "1 came", "1 went: will: battery empty", "1 came", "1 went: lost"
        )


async def test_version_5_may_leave_with_its_will(open_door, knock):
    async with open_door() as door:
        peer = await knock(door, version=5, will=("devices/pump-1/status", "battery empty"))
        peer.send(b"\xe0\1\4")
        await logged(door.platform, "1 came", "1 went: will: battery empty")


@pytest.mark.parametrize(("version", "farewell"), [(4, b""), (5, b"\xe0\2\x8e\0")])
async def test_the_same_device_again_takes_over(open_door, knock, version: int, farewell: bytes):
    async with open_door() as door:
        earlier = await knock(door, version=version)
        later = await knock(door)
        assert await earlier.is_closed() == farewell
        await later.is_silent()
        await logged(door.platform, "1 came", "1 came", "1 went: taken over by a newer connection")


@pytest.mark.parametrize(("version", "reason"), [(4, None), (5, 0x98)])
async def test_a_revocation_cuts_at_once(open_door, knock, version: int, reason: int | None):
    async with open_door() as door:
        peer = await knock(door, version=version)
        other = await knock(door, name="pump-2")
        door.platform.known["pump-1"] = DevicePass(1, "pump-1", False)
        door.platform.cut("pump-1")
        assert door.platform.log[2:] == ["1 went: cut: revoked"]
        answer = await peer.is_closed()
        assert answer == b"" if reason is None else answer[2] == reason
        await other.is_silent()


async def test_silence_past_the_keep_alive_ends_a_session(open_door, knock):
    async with open_door() as door:
        peer = await knock(door, version=5, keep_alive=1)
        assert (await peer.packet())[2] == 0x8D
        assert door.platform.log[1].startswith("1 went: lost: silent for")


async def test_pings_keep_it(open_door, knock):
    async with open_door() as door:
        quiet = await knock(door, keep_alive=1)
        alive = await knock(door, name="pump-2", keep_alive=1)
        ended = asyncio.create_task(quiet.is_closed())
        while not ended.done():
            await alive.is_silent()
            await asyncio.sleep(0.2)
        await alive.is_silent()


async def test_terms_are_told_to_version_5(open_door, knock):
    async with open_door() as door:
        peer = await knock(door, greets=False)
        expiry = b"\x11\0\0\xff\xff"
        peer.send(peer.connect(version=5, keep_alive=0, properties=expiry))
        told = await peer.packet()
        assert b"\x11\0\0\xff\xff" not in told, "the session expiry is what was asked for"
        assert b"\x13\x01\x2c" in told, "a keep-alive of 300 s where none was asked"
        assert b"\x25\0" in told, "nothing is retained"


async def test_a_shutting_door_says_so(open_door, knock):
    async with open_door() as door:
        peer = await knock(door, version=5)
    assert await peer.is_closed() == b"\xe0\2\x8b\0"
    assert door.platform.log == ["1 came", "1 went: cut: the door is shutting"]


def test_the_same_under_uvloop(open_door, knock, a_reading):
    """The platform runs on uvloop, these tests on asyncio's own loop."""

    async def story() -> None:
        async with open_door() as door:
            process = await asyncio.create_subprocess_exec(
                "mosquitto_pub",
                *("-h", "127.0.0.1", "-p", str(door.port), "-i", "pump-1", "-q", "1"),
                *("--cafile", door.ca, "--cert", door.keys("pump-1")[0]),
                *("--key", door.keys("pump-1")[1], "-t", "devices/pump-1/readings"),
                *("-m", a_reading().decode()),
            )
            assert await asyncio.wait_for(process.wait(), 10) == 0
            assert len(door.platform.stored) == 1
            assert door.platform.log == ["1 came", "1 went: left"]

    uvloop.run(story())


@pytest.fixture
def no_collector() -> Iterator[None]:
    """What is freed is freed because nobody knows it any more."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("is_tls", [False, True])
async def test_a_connection_that_is_over_leaves_nothing(
    open_door, knock, a_reading, no_collector, is_tls
):
    before = {id(each): each for each in _sessions()}  # of other tests, which a timer still holds
    async with open_door() as door:
        peer = await knock(door, is_tls=is_tls)
        peer.send(peer.publish(a_reading(), 1))
        await peer.answered(b"\x40\2\0\1")
        assert len(_sessions()) == len(before) + 1
        peer.send(b"\xf0\0")
        await peer.is_closed()
        peer.hang_up()
        async with asyncio.timeout(5):
            while {id(each) for each in _sessions()} - before.keys():
                await asyncio.sleep(0.01)


def _sessions() -> list[Session]:
    return [each for each in gc.get_objects() if isinstance(each, Session)]
