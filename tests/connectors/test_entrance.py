"""The way in: no more a second than can be borne, and nobody turned away for it."""

import asyncio
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.connectors import entrance as entrance_module
from homeward.connectors.entrance import BURST_SECONDS, Bucket, Entrance
from homeward.engines.nats import free_port


@given(st.integers(1, 1000), st.lists(st.floats(0, 3), max_size=200))
def test_no_more_come_in_than_the_rate_and_one_burst(rate: int, pauses: list[float]):
    bucket, moment, came = Bucket(rate, 0.0), 0.0, list[float]()
    for pause in pauses:
        moment += pause
        moment += bucket.take(moment)
        came.append(moment)
    for place, since in enumerate(came):
        within = [each for each in came[place:] if each <= since + 10]
        assert len(within) <= rate * (10 + BURST_SECONDS) + 1.001


async def test_all_of_a_storm_come_in_and_nobody_is_turned_away():
    came: list[str] = []

    class Guest(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            came.append(transport.get_extra_info("peername"))
            transport.close()

    entrance = Entrance(300, is_shared=False)
    host, port = entrance.open("127.0.0.1", 0, Guest, None)
    try:
        comers = await asyncio.gather(*(asyncio.open_connection(host, port) for _ in range(600)))
        async with asyncio.timeout(30):
            for reader, writer in comers:
                assert await reader.read() == b""
                writer.close()
    finally:
        await entrance.close()
    assert len(set(came)) == 600


class Counted(asyncio.Protocol):
    """Stays in until it is let go."""

    came: ClassVar[list[float]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        Counted.came.append(asyncio.get_running_loop().time())


@pytest.mark.parametrize("is_calm", [False, True])
async def test_a_door_with_time_to_spare_lets_nobody_wait(
    is_calm: bool, monkeypatch: pytest.MonkeyPatch
):
    """Five seconds' worth of guests by the rate; a busy door takes those seconds."""
    monkeypatch.setattr(entrance_module, "CALM_SECONDS", 60.0 if is_calm else 0.0)
    rate, guests = 20, 100
    Counted.came.clear()
    entrance = Entrance(rate, is_shared=False)
    host, port = entrance.open("127.0.0.1", 0, Counted, None)
    try:
        comers = await asyncio.gather(*(asyncio.open_connection(host, port) for _ in range(guests)))
        async with asyncio.timeout(30):
            while len(Counted.came) < guests:
                await asyncio.sleep(0.005)
        for _, writer in comers:
            writer.close()
    finally:
        await entrance.close()
    took = Counted.came[-1] - Counted.came[0]
    by_the_rate = (guests - rate * BURST_SECONDS) / rate
    assert (took < 0.9 * by_the_rate) == is_calm, took


async def test_processes_that_share_a_port_both_take_guests_in():
    port, came = free_port(), dict.fromkeys((0, 1), 0)

    def guest(which: int):
        class Guest(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                came[which] += 1
                transport.close()

        return Guest

    entrances = [Entrance(1000, is_shared=True) for _ in came]
    for which, entrance in enumerate(entrances):
        entrance.open("127.0.0.1", port, guest(which), None)
    for _ in range(200):  # the kernel deals connections out by a hash of their addresses
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await reader.read() == b""
        writer.close()
        if all(came.values()):
            break
    for entrance in entrances:
        await entrance.close()
    assert all(came.values())
