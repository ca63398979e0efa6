"""A pretend device against the real door: nothing it measured is lost, nothing is doubled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import numpy as np
import pytest

from homeward.device.connection import Connection
from homeward.device.papers import Papers
from homeward.model.errors import Misconfigured
from homeward.model.frame import Channel
from homeward.model.reading import Reading
from homeward.model.vital import CONSCIOUSNESS, HEART_RATE, ON_OXYGEN
from homeward.model.wave import WAVES


@asynccontextmanager
async def switched_on(device: Connection) -> AsyncIterator[Connection]:
    running = asyncio.create_task(device.run())
    try:
        async with asyncio.timeout(15):
            yield device
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


def heart_rate(value: float) -> Reading:
    return Reading(HEART_RATE, value, datetime.now(UTC))


async def test_what_it_sends_arrives_as_it_was(frontdoor, badge):
    at = datetime.now(UTC)
    readings = [
        Reading(HEART_RATE, 72, at),
        Reading(CONSCIOUSNESS, 2, at),
        Reading(ON_OXYGEN, 1, at),
    ]
    async with switched_on(Connection(badge, boot=7)) as device:
        device.send(readings)
        await device.drained()
    (delivery,) = frontdoor.link.kept
    assert (delivery.boot, delivery.seq) == (7, 0)
    assert [(r.vital, r.value) for r in delivery.readings] == [(r.vital, r.value) for r in readings]


async def test_what_it_says_of_its_sensors_arrives(frontdoor, badge):
    async with switched_on(Connection(badge, boot=1)) as device:
        device.say_off(["leads", "probe"])
        await device.drained()
        assert frontdoor.link.off == ("probe", "leads")
        device.say_off([])
        await device.drained()
    assert frontdoor.link.off == ()


async def test_what_it_measured_before_it_was_connected_is_sent_afterwards(frontdoor, badge):
    device = Connection(badge, boot=1)
    for value in range(60, 160):
        device.send([heart_rate(value)])
    async with switched_on(device):
        await device.drained()
    assert [delivery.seq for delivery in frontdoor.link.kept] == list(range(100))


async def test_a_database_that_is_away_makes_it_wait_and_send_the_same_again(frontdoor, badge):
    frontdoor.link.stores = False
    async with switched_on(Connection(badge, boot=1)) as device:
        device.send([heart_rate(80)])
        await frontdoor.link.until(lambda: frontdoor.link.offered >= 2)
        assert len(device.outbox) == 1
        frontdoor.link.stores = True
        await device.drained()
    assert [(each.boot, each.seq) for each in frontdoor.link.kept] == [(1, 0)]


async def test_a_door_that_shuts_and_opens_again_gets_everything_once_or_known_twice(
    frontdoor, badge
):
    async with switched_on(Connection(badge, boot=1)) as device:
        for value in range(60, 100):
            device.send([heart_rate(value)])
        await frontdoor.link.until(lambda: len(frontdoor.link.kept) >= 5)
        await frontdoor.shut()
        for value in range(100, 140):
            device.send([heart_rate(value)])
        await frontdoor.open()
        await device.drained()
    kept = {(each.boot, each.seq): each.readings[0].value for each in frontdoor.link.kept}
    assert kept == {(1, seq): 60 + seq for seq in range(80)}
    assert device.connections == 2


async def test_waves_arrive_byte_for_byte(frontdoor, badge):
    samples = np.arange(-60, 65, dtype=np.int16)
    async with switched_on(Connection(badge, boot=3)) as device:
        device.send([heart_rate(70)])
        await device.drained()
        device.show(datetime.now(UTC), [Channel(WAVES[0], 250.0, 0.0025, samples)])
        await frontdoor.link.until(lambda: len(frontdoor.link.kept) == 2)
    frame = frontdoor.link.kept[1].waves
    assert frame.boot == 3
    assert frame.channels[0].samples.tolist() == samples.tolist()


async def test_after_a_restart_its_numbers_begin_anew(frontdoor, badge):
    async with switched_on(Connection(badge, boot=1)) as device:
        device.send([heart_rate(70)])
        device.restart(2)
        device.send([heart_rate(71)])
        await device.drained()
    assert [(each.boot, each.seq) for each in frontdoor.link.kept] == [(1, 0), (2, 0)]


def test_a_folder_that_is_no_device_says_how_to_make_one(tmp_path):
    with pytest.raises(Misconfigured, match="device enrol"):
        Papers.read(tmp_path)
