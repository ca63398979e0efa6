"""A virtual cuff, chest strap and CGM before the hub: what they say by themselves comes in."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from bumble.link import LocalLink

from bench._bumble import backends, device_on
from bench._meter import date_time
from bench._sensors import Sensor
from homeward.edge.edge import Edge
from homeward.edge.meters.hub import keep_meters
from homeward.model.frame import HOT
from homeward.model.vital import BY_INDEX
from homeward.standards.gatt.crc import crc16
from tests.edge.conftest import Box, until

ADDRESS = "F1:F1:F1:F1:F1:F1"
MORNING = datetime.now(UTC).replace(tzinfo=None, second=0, microsecond=0) - timedelta(hours=9)


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr("homeward.edge.meters.hub.AGAIN_SECONDS", 0.05)
    monkeypatch.setattr("homeward.edge.meters.hub.FAILED_SECONDS", 0.05)


@asynccontextmanager
async def heard(box: Box, service: int, said, values=None, **more) -> AsyncIterator[tuple]:
    link = LocalLink()
    adapter = device_on(link, "hub", "F0:F0:F0:F0:F0:F0")
    await adapter.power_on()
    sensor = Sensor(device_on(link, "sensor", ADDRESS), service, said, values, **more)
    await sensor.here()
    keep_meters(box.folder, [f"pump-1={ADDRESS}"])
    settings = replace(box.settings, edge_zone="UTC")
    edge = Edge(box.folder, settings, lambda: datetime.now(UTC), box.said.append, backends(adapter))
    edge.hub.quiet_seconds = 0.1
    task = asyncio.create_task(edge.run())
    try:
        yield edge, sensor
    finally:
        task.cancel()
        await asyncio.wait([task])


async def recorded(box: Box) -> list[tuple[str, float, datetime]]:
    """What of the device is in the record's inbox: vital, value, time."""
    found = []
    for _, _, _, body in await box.house.messages():
        for row in np.frombuffer(body, HOT):
            at = datetime.fromtimestamp(row["at"] / 1e6, UTC).replace(tzinfo=None)
            found.append((BY_INDEX[row["vital"]].name, float(row["value"]), at))
    return found


async def test_what_a_cuff_kept_comes_once_though_it_says_it_at_each_visit(box: Box):
    kept = b"\x02" + struct.pack("<HHH", 128, 82, 0x07FF) + date_time(MORNING)
    async with heard(box, 0x1810, {0x2A35: [kept]}) as (edge, _):
        await until(lambda: edge.hub.visits >= 3)
        await until(lambda: not edge.hub.books["pump-1"].waiting(1) and not edge.spool.waiting())
        assert await recorded(box) == [("systolic", 128, MORNING), ("diastolic", 82, MORNING)]


async def test_a_chest_straps_beats_stream_and_need_no_book(box: Box):
    async with heard(box, 0x180D, {0x2A37: [b"\x06\x48", b"\x06\x49", b"\x04\x00"]}) as (edge, _):
        await until(lambda: edge.hub.visits >= 1)
        await until(lambda: edge.intake.kept >= 2 and not edge.spool.waiting())
        assert not edge.hub.books["pump-1"].waiting(1)
        found = await recorded(box)
    assert {("heart_rate", 72.0), ("heart_rate", 73.0)} == {each[:2] for each in found}


async def test_a_cgms_session_comes_by_its_start_and_with_its_checksums(box: Box):
    def sealed(octets: bytes) -> bytes:
        return octets + crc16(octets).to_bytes(2, "little")

    start = sealed(date_time(MORNING) + b"\x00\x00")
    feature = sealed(b"\x00\x10\x00\x59")
    records = [sealed(struct.pack("<BBHH", 8, 0, 100 + n, 5 * n)) for n in range(4)]
    broken = records[3][:-1] + b"\x00"
    two = records[0] + records[1]  # in one notification
    values = {0x2AA8: feature, 0x2AAA: start}
    said = {0x2AA7: []}
    async with heard(box, 0x181F, said, values, records=[two, records[2], broken]) as (edge, _):
        await until(lambda: edge.hub.visits >= 1)
        await until(lambda: not edge.hub.books["pump-1"].waiting(1) and not edge.spool.waiting())
        found = await recorded(box)
        [aside] = [each for each in await box.house.quarantined() if "2aa7" in each[1]]
    expected = [("glucose", 100.0 + n, MORNING + timedelta(minutes=5 * n)) for n in range(3)]
    assert sorted(found) == expected
    assert "CRC" in aside[2]


async def test_a_sensor_that_asks_for_pairing_is_paired(box: Box):
    kept = b"\x00" + struct.pack("<HHH", 121, 79, 0x07FF)
    values = {0x2A08: date_time(MORNING)}
    async with heard(box, 0x1810, {0x2A35: [kept]}, values, is_secret=True) as (edge, sensor):
        await until(lambda: edge.hub.visits >= 1)
        await until(lambda: edge.intake.kept >= 1 and not edge.spool.waiting())
        assert sensor.is_paired
        assert {each[:2] for each in await recorded(box)} == {("systolic", 121), ("diastolic", 79)}
