"""Waveforms on their way to the screens: one frame for a ward, the same for all who may see it."""

import asyncio
import json
import struct
from typing import Any

import numpy as np
import pytest
from websockets.asyncio.client import ClientConnection, connect

from homeward.api import live, live_waves, ward_waves
from homeward.api.ward_waves import FRAMES_MAX, UNSAID_MAX, WaveViewer
from homeward.model.frame import Channel, WaveFrame
from homeward.model.person import Role
from homeward.model.ward_frame import WardFrame, unpack_ward
from homeward.model.wave import BY_NAME
from tests.api.conftest import House, sql
from tests.api.test_live import closed_with

PATIENCE_SECONDS = 5


async def screen(house: House, what: str) -> ClientConnection:
    """A nurse's waves, once the server sends them."""
    client = await house.client(Role.NURSE)
    headers = {"cookie": client.headers["cookie"]}
    await client.aclose()
    before = len(house.hub.waves.viewers)
    url = f"{house.url.replace('http', 'ws')}/api/live/waves?{what}"
    opened = await connect(url, additional_headers=headers)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(house.hub.waves.viewers) <= before:
            await asyncio.sleep(0.01)
    return opened


async def told(house: House, name: str, start: int, samples: list[int]) -> None:
    channel = Channel(BY_NAME["ecg_ii"], 500.0, 0.005, np.array(samples, "<i2"))
    frame = WaveFrame(1, 2, start, (channel,)).pack()
    patient = house.ids[name]
    await house.tools.bus.publish(f"hot.waves.{patient}", struct.pack("<qq", patient, 9) + frame)


async def next_frame(opened: ClientConnection) -> WardFrame:
    async with asyncio.timeout(PATIENCE_SECONDS):
        message = await opened.recv()
    assert isinstance(message, bytes)
    return unpack_ward(message)


def seen(frame: WardFrame) -> list[tuple[int, int, list[int]]]:
    return [(each.patient, each.start, each.channel.samples.tolist()) for each in frame.stretches]


async def test_what_comes_together_is_one_frame_the_same_for_all(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ward_waves, "GATHER_SECONDS", 1.0)
    ward = f"ward={house.ids['Ward 3']}"
    screens = [await screen(house, ward) for _ in range(2)]
    one = await screen(house, f"patient={house.ids['Bela']}")
    await told(house, "Anna", 10, [1, 2, 3])
    await told(house, "Cleo", 20, [4])
    await told(house, "Bela", 30, [5])
    async with asyncio.timeout(PATIENCE_SECONDS):
        first, second = [await each.recv() for each in screens]
    assert first == second
    assert isinstance(first, bytes)
    bela = (house.ids["Bela"], 30, [5])
    assert seen(unpack_ward(first)) == [(house.ids["Anna"], 10, [1, 2, 3]), bela]
    assert seen(await next_frame(one)) == [bela]
    for each in (*screens, one):
        await each.close()


async def test_frames_of_a_stream_are_numbered_by_one(house: House) -> None:
    opened = await screen(house, f"patient={house.ids['Anna']}")
    frames = []
    for number in range(3):
        await told(house, "Anna", number, [number])
        frames.append(await next_frame(opened))
    assert [each.number for each in frames] == [0, 1, 2]
    assert len({each.stream for each in frames}) == 1
    await opened.close()


async def test_what_cannot_be_read_takes_nothing_with_it(house: House) -> None:
    opened = await screen(house, f"patient={house.ids['Anna']}")
    await house.tools.bus.publish(f"hot.waves.{house.ids['Anna']}", b"nothing at all")
    await told(house, "Anna", 1, [1])
    assert seen(await next_frame(opened)) == [(house.ids["Anna"], 1, [1])]
    assert house.hub.waves.unreadable == 1
    await opened.close()


async def test_a_patient_who_leaves_the_ward_is_drawn_there_no_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_waves, "RECHECK_SECONDS", 0.05)
    opened = await screen(house, f"ward={house.ids['Ward 3']}")
    (viewer,) = house.hub.waves.viewers
    door = house.tools.store.door()
    left = "update stay set ends = now() where patient_id = %(who)s returning id"
    await door.all(sql(left), dict, who=house.ids["Anna"])
    async with asyncio.timeout(PATIENCE_SECONDS):
        while house.ids["Anna"] in viewer.patients:
            await asyncio.sleep(0.01)
    await told(house, "Anna", 1, [1])
    await told(house, "Bela", 2, [2])
    assert seen(await next_frame(opened)) == [(house.ids["Bela"], 2, [2])]
    await opened.close()


@pytest.mark.parametrize("said", ["much", "-1", "1" * 13, b"12", json.dumps({"drawn": 1})])
async def test_a_screen_that_says_something_else_is_closed(house: House, said: Any) -> None:
    opened = await screen(house, f"ward={house.ids['Ward 3']}")
    await opened.send(said)
    assert await closed_with(opened) == live.FORBIDDEN


async def test_a_screen_that_is_gone_is_forgotten(house: House) -> None:
    opened = await screen(house, f"ward={house.ids['Ward 3']}")
    await opened.close()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while house.hub.waves.viewers:
            await asyncio.sleep(0.01)


def frames(count: int) -> list[bytes]:
    return [bytes([number]) for number in range(count)]


async def taken(viewer: WaveViewer) -> list[bytes]:
    """All that may be sent to it now."""
    found = []
    while True:
        try:
            found.append(await asyncio.wait_for(viewer.take(), 0.01))
        except TimeoutError:
            return found


async def test_too_slow_a_screen_loses_the_oldest_and_it_is_counted() -> None:
    viewer = WaveViewer(frozenset({1}))
    sent = frames(FRAMES_MAX + 5)
    for frame in sent:
        viewer.put(frame)
    assert viewer.dropped == 5
    assert await taken(viewer) == sent[5:]


async def test_a_right_that_changes_while_frames_wait_costs_those_and_not_the_screen() -> None:
    waves, viewer = ward_waves.WardWaves(), WaveViewer(frozenset({1}))
    waves.add(viewer)
    viewer.put(b"of the one who was closed")
    waves.change(viewer, frozenset({2}))
    taking = asyncio.create_task(viewer.take())
    await asyncio.sleep(0)
    viewer.put(b"of the other")
    assert await taking == b"of the other"


async def test_who_says_how_much_it_drew_is_never_far_behind() -> None:
    """Whatever the buffers between would hold."""
    viewer = WaveViewer(frozenset({1}))
    viewer.hear(0)
    sent = frames(UNSAID_MAX + FRAMES_MAX + 7)
    got = []
    for frame in sent:
        viewer.put(frame)
        got += await taken(viewer)
    assert got == sent[:UNSAID_MAX]
    assert viewer.dropped == 7
    viewer.hear(UNSAID_MAX)
    assert await taken(viewer) == sent[-FRAMES_MAX:]
    viewer.hear(10**9)  # more than it was sent: not believed
    viewer.put(b"x")
    assert await taken(viewer) == [b"x"]
