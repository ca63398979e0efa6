"""Nothing is acknowledged before the commit that holds it; everything once, and in order."""

import asyncio

import pytest

from homeward.connectors.mqtt.receipts import UNSETTLED_MAX
from homeward.model.delivery import Outcome


async def stored(platform, count: int) -> None:
    """Until the platform holds so many."""
    async with asyncio.timeout(5):
        while len(platform.stored) + len(platform.spoiled) < count:
            await asyncio.sleep(0)


async def test_d14_no_acknowledgement_before_the_commit(open_door, knock, a_reading):
    async with open_door() as door:
        door.platform.settles_at_once = False
        for version in (4, 5):
            for qos, answer in ((1, b"\x40\2\0\7"), (2, b"\x50\2\0\7")):
                peer = await knock(door, version=version)
                peer.send(peer.publish(a_reading(), 7, qos, version=version))
                await peer.is_silent()
                door.platform.settle()
                await peer.answered(answer)
                await peer.is_silent()


REASONS = [(Outcome.NOT_STORED, 0x80), (Outcome.NO_ROOM, 0x97)]


@pytest.mark.parametrize(("outcome", "reason"), REASONS)
async def test_d14_none_when_it_was_not_stored(open_door, knock, a_reading, outcome, reason):
    async with open_door() as door:
        door.platform.outcome = outcome
        for qos, answer in ((1, 0x40), (2, 0x50)):
            peer = await knock(door, version=4)
            peer.send(peer.publish(a_reading(), 7, qos))
            assert await peer.is_closed() == b""
            peer = await knock(door, version=5)
            peer.send(peer.publish(a_reading(), 7, qos, version=5))
            said = await peer.packet()
            assert said[:1] + said[2:5] == bytes((answer, 0, 7, reason))
            await peer.is_silent()


async def test_answers_of_one_commit_leave_together_and_in_order(open_door, knock, a_reading):
    async with open_door() as door:
        door.platform.settles_at_once = False
        peer = await knock(door)
        ids = [9, 2, 700, 4]
        peer.send(*(peer.publish(a_reading(), number) for number in ids))
        await stored(door.platform, 4)
        first, second, third, fourth = door.platform.waiting
        for settle in (third, second):
            settle(Outcome.STORED)
        await peer.is_silent()
        for settle in (first, fourth):
            settle(Outcome.STORED)
        for number in ids:
            await peer.answered(b"\x40\2" + number.to_bytes(2, "big"))


async def test_what_came_just_before_the_end_counts_also_without_an_answer(
    open_door, knock, a_reading
):
    """One that publishes at QoS 0 and hangs up: both are read in the same moment."""
    async with open_door() as door:
        for count in range(1, 21):
            peer = await knock(door)
            peer.send(peer.publish(a_reading(), 0, 0))
            peer.hang_up()
            await stored(door.platform, count)


async def test_a_repeat_in_flight_is_taken_once_and_answered_once(open_door, knock, a_reading):
    async with open_door() as door:
        door.platform.settles_at_once = False
        peer = await knock(door)
        peer.send(peer.publish(a_reading(), 7), peer.publish(a_reading(), 7, flags=8))
        await peer.is_silent()
        assert len(door.platform.stored) == 1
        door.platform.settle()
        await peer.answered(b"\x40\2\0\7")
        await peer.is_silent()


async def test_an_identifier_in_use_cannot_be_used_for_another(open_door, knock, a_reading):
    """Else the second message would take the first one's acknowledgement for its own."""
    async with open_door() as door:
        door.platform.settles_at_once = False
        peer = await knock(door, version=5)
        body = a_reading()
        peer.send(peer.publish(body, 7, version=5), peer.publish(body, 7, version=5))
        assert (await peer.packet())[2] == 0x91
        assert len(door.platform.stored) == 1


async def test_qos_2_is_taken_exactly_once(open_door, knock, a_reading):
    async with open_door() as door:
        for version in (4, 5):
            door.platform.stored.clear()
            peer = await knock(door, version=version)
            body = a_reading()
            for flags in (0, 8):  # the repeat after a PUBREC that got lost
                peer.send(peer.publish(body, 7, 2, version=version, flags=flags))
                await peer.answered(b"\x50\2\0\7")
            peer.send(b"\x62\2\0\7")
            await peer.answered(b"\x70\2\0\7")
            assert len(door.platform.stored) == 1
            peer.send(b"\x62\2\0\7")  # released before: unknown now
            await peer.answered(b"\x70\2\0\7" if version == 4 else b"\x70\3\0\7\x92")
            peer.send(peer.publish(body, 7, 2, version=version))
            await peer.answered(b"\x50\2\0\7")
            assert len(door.platform.stored) == 2, "the identifier was free again"


async def test_qos_2_handshakes_are_bounded(open_door, knock, a_reading):
    async with open_door() as door:
        peer = await knock(door, version=5)
        for number in range(1, UNSETTLED_MAX + 1):
            peer.send(peer.publish(a_reading(), number, 2, version=5))
            await peer.packet()
        peer.send(peer.publish(a_reading(), 5_000, 2, version=5))
        assert (await peer.packet())[2] == 0x93


async def test_too_many_unsettled_and_the_socket_waits(open_door, knock, a_reading):
    async with open_door() as door:
        door.platform.settles_at_once = False
        peer = await knock(door)
        body = a_reading()
        peer.send(*(peer.publish(body, number) for number in range(1, UNSETTLED_MAX + 200)))
        await stored(door.platform, UNSETTLED_MAX)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(door.platform.stored) == UNSETTLED_MAX
        door.platform.settle()
        await stored(door.platform, UNSETTLED_MAX + 199)
        door.platform.settle()
        for number in range(1, UNSETTLED_MAX + 200):
            await peer.answered(b"\x40\2" + number.to_bytes(2, "big"))


async def test_a_full_platform_makes_the_sockets_wait(open_door, knock, a_reading):
    async with open_door() as door:
        peers = {name: await knock(door, name=name) for name in ("pump-1", "pump-2")}
        door.platform.is_full = True
        for name, peer in peers.items():
            peer.send(peer.publish(a_reading(), 1, topic=f"devices/{name}/readings"))
        async with asyncio.timeout(5):
            while not door.platform.resumes:
                await asyncio.sleep(0)
        for _ in range(20):
            await asyncio.sleep(0)
        assert door.platform.stored == []
        assert len(door.platform.resumes) == 1, "the door asks once, for all"
        door.platform.drain()
        for peer in peers.values():
            await peer.answered(b"\x40\2\0\1")


async def test_more_than_the_quota_is_read_later(open_door, knock, a_reading, clock):
    async with open_door(device_messages_per_second_max=10) as door:
        clock.crawls()
        peer = await knock(door)
        body = a_reading()
        peer.send(*(peer.publish(body, number) for number in range(1, 15)))
        for number in range(1, 11):
            await peer.answered(b"\x40\2" + number.to_bytes(2, "big"))
        assert len(door.platform.stored) == 10
        clock.passes(1)
        for number in range(11, 15):
            await peer.answered(b"\x40\2" + number.to_bytes(2, "big"))


async def test_an_outcome_after_the_connection_is_over_reaches_nobody(open_door, knock, a_reading):
    async with open_door() as door:
        door.platform.settles_at_once = False
        peer = await knock(door)
        peer.send(peer.publish(a_reading(), 1), b"\xe0\0")
        await peer.is_closed()
        door.platform.settle()
        assert len(door.platform.stored) == 1


async def test_a_disconnect_behind_messages_does_not_lose_them(open_door, knock, a_reading):
    async with open_door() as door:
        peer = await knock(door, greets=False)
        peer.send(peer.connect(), peer.publish(a_reading(), 0, 0), b"\xe0\0")
        assert await peer.is_closed() == b"\x20\2\0\0"
        assert len(door.platform.stored) == 1
