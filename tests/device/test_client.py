"""The library for people who build devices, at a real door."""

import asyncio
import contextlib
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from homeward.device import AsyncDevice, Device
from homeward.device.aside import FILE, OLDER, Aside
from homeward.model.errors import Misconfigured, Unreachable, Unreadable
from homeward.settings import Settings
from homeward.standards.payload import BATCH_READINGS_MAX, decode
from tests.simulate.conftest import Frontdoor, badge, frontdoor

__all__ = ["badge", "frontdoor"]

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def values(frontdoor: Frontdoor) -> list[float]:
    return [reading.value for each in frontdoor.link.kept for reading in each.readings]


def aside(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / "aside" / FILE).read_text().splitlines()]


async def test_values_of_a_moment_travel_as_one_numbered_message(frontdoor: Frontdoor, badge):
    async with AsyncDevice(badge.folder, batch_seconds=60) as device:
        for beat in range(5):
            device.send(pulse=70 + beat, oxygen_saturation=97)
        await device.flushed(10)
        device.send({"pulse": 60})
        await device.flushed(10)
        assert (device.waiting, device.refused, device.dropped) == (0, 0, 0)
    first, second = frontdoor.link.kept
    assert (len(first.readings), len(second.readings)) == (10, 1)
    assert (first.boot, first.seq, second.seq) == (second.boot, 0, 1)


async def test_what_is_not_acknowledged_is_sent_again_after_a_restart(frontdoor: Frontdoor, badge):
    await frontdoor.shut()
    device = AsyncDevice(badge.folder, spool_bytes=1_000_000)
    async with device:
        device.send(pulse=71)
        device.flush()
        device.send(pulse=72)
        with pytest.raises(Unreachable, match="not acknowledged"):
            await device.flushed(0.1)
        device.flushed = lambda: asyncio.sleep(0)  # switched off, not waited for
    await frontdoor.open()
    async with AsyncDevice(badge.folder, spool_bytes=1_000_000) as device:
        device.send(pulse=73)
        await device.flushed(10)
        assert device.waiting == 0
    assert values(frontdoor) == [71, 72, 73]
    first, _, third = frontdoor.link.kept
    assert third.boot > first.boot


async def test_a_full_spool_says_so_and_keeps_what_it_has(frontdoor: Frontdoor, badge):
    await frontdoor.shut()
    sent = 0
    device = AsyncDevice(badge.folder, spool_bytes=4_000, batch_seconds=60)
    async with device:
        while not device._spool.is_full:
            device.send(pulse=sent % 200)
            device.flush()
            sent += 1
        with pytest.raises(Unreachable, match="spool is full"):
            device.send(pulse=1)
        await frontdoor.open()
        await device.flushed(10)
        device.send(pulse=5)
        await device.flushed(10)
    assert values(frontdoor) == [*range(sent), 5]


async def test_what_a_disk_did_not_take_for_long_goes_in_messages_a_door_takes(
    frontdoor: Frontdoor, badge, monkeypatch
):
    device = AsyncDevice(badge.folder, spool_bytes=10_000_000, batch_seconds=60)
    assert device._spool is not None

    def full(_: object) -> None:
        raise OSError("no space is left")

    with monkeypatch.context() as disk:
        disk.setattr(device._spool, "write", full)
        for n in range(BATCH_READINGS_MAX):
            with contextlib.suppress(OSError):
                device.send(oxygen_saturation=97, at=NOON + timedelta(microseconds=n + 1))
    while device._batch:
        device.flush()
    records, _, end = device._spool.read(0, 100, 10_000_000)
    device._spool.close()
    bodies = [each.body or b"" for each in records]
    assert len(bodies) == end
    assert max(map(len, bodies)) <= Settings().payload_bytes_max
    readings = [each for body in bodies for each in decode(body, NOON).readings]
    assert len(readings) == BATCH_READINGS_MAX, "all of them, each once"


async def test_what_cannot_be_is_refused_at_once_and_whole(frontdoor: Frontdoor, badge):
    async with AsyncDevice(badge.folder, batch_seconds=60) as device:
        with pytest.raises(Unreadable, match="no vital sign 'puls'"):
            device.send(pulse=70, puls=71)
        with pytest.raises(Unreadable, match="outside"):
            device.send(pulse=70, oxygen_saturation=140)
        with pytest.raises(Unreadable, match="no zone"):
            device.send(pulse=70, at=datetime(2026, 1, 1))
        device.send(pulse=70, at=datetime.now(UTC))
        await device.flushed(10)
    assert values(frontdoor) == [70]


async def test_without_an_event_loop(frontdoor: Frontdoor, badge):
    def use() -> int:
        with Device(badge.folder, batch_seconds=0.05) as device:
            device.send(pulse=70)
            device.send(pulse=71)
            device.flushed(10)
            assert device.is_connected
            return device.waiting

    assert await asyncio.to_thread(use) == 0
    assert values(frontdoor) == [70, 71]


async def test_a_folder_that_is_not_enrolled_says_so(tmp_path):
    with pytest.raises(Misconfigured, match="no enrolled device"):
        await asyncio.to_thread(Device(tmp_path).__enter__)


@pytest.mark.parametrize("place", ["head", "body"])
async def test_what_rotted_is_put_aside_and_what_is_behind_it_goes_on(
    frontdoor: Frontdoor, badge, place: str
):
    await frontdoor.shut()
    device = AsyncDevice(badge.folder, spool_bytes=1_000_000, batch_seconds=60)
    for pulse in range(71, 75):
        device.send(pulse=pulse)
        device.flush()
    (path,) = (badge.folder / "spool").glob("*.spool")
    octets = bytearray(path.read_bytes())
    body = octets.index(b'"value":72')
    octets[octets.rindex(b"\xa7R", 0, body) if place == "head" else body + 8] ^= 1
    path.write_bytes(octets)
    await frontdoor.open()
    async with AsyncDevice(badge.folder, spool_bytes=1_000_000) as device:
        await device.flushed(10)
        assert (device.waiting, device.put_aside) == (0, 1)
        assert device.why_aside == "it rotted on the device's disk"
    assert values(frontdoor) == [71, 73, 74]
    (line,) = aside(badge.folder)
    assert line["seq"] == 1
    assert ('"value":62' in line["body"]) if place == "body" else line["body"] == ""
    async with AsyncDevice(badge.folder, spool_bytes=1_000_000) as device:
        assert (device.waiting, device.put_aside) == (0, 0), "it is owed no more"


@pytest.mark.parametrize("spool_bytes", [0, 1_000_000])
async def test_what_is_larger_than_the_server_takes_goes_in_parts(
    frontdoor: Frontdoor, badge, spool_bytes: int
):
    await frontdoor.shut()
    frontdoor.link.settings = replace(frontdoor.link.settings, payload_bytes_max=2_500)
    now = datetime.now(UTC)
    async with AsyncDevice(badge.folder, spool_bytes=spool_bytes, batch_seconds=60) as device:
        for message in range(5):
            for n in range(100 if message in (1, 3) else 1):
                device.send(pulse=message, at=now - timedelta(seconds=n))
            device.flush()
        await frontdoor.open()
        await device.flushed(20)
        assert (device.waiting, device.put_aside) == (0, 0)
    found = {(r.value, r.at) for each in frontdoor.link.kept for r in each.readings}
    assert Counter(value for value, _ in found) == {0: 1, 1: 100, 2: 1, 3: 100, 4: 1}
    numbers = {(each.boot, each.seq, len(each.readings)) for each in frontdoor.link.kept}
    assert len({number[:2] for number in numbers}) == len(numbers), "a number names one message"


async def test_what_the_server_never_takes_is_put_aside_with_its_reason(
    frontdoor: Frontdoor, badge
):
    await frontdoor.shut()
    frontdoor.link.settings = replace(frontdoor.link.settings, payload_bytes_max=110)
    now = datetime.now(UTC)
    async with AsyncDevice(badge.folder, spool_bytes=1_000_000, batch_seconds=60) as device:
        for sent in ({"pulse": 71}, {"respiratory_rate": 12.123456789}, {"pulse": 73}):
            device.send(sent, at=now)
            device.flush()
        device.send(pulse=74, at=now + timedelta(hours=1))
        device.flush()
        device.send(pulse=75)
        await frontdoor.open()
        await device.flushed(20)
        assert (device.waiting, device.refused, device.put_aside) == (0, 1, 2)
    assert set(values(frontdoor)) == {71, 73, 75}
    large, ahead = sorted(aside(badge.folder), key=lambda line: line["seq"])
    assert (large["seq"], large["why"]) == (1, "larger than the server takes")
    assert "12.123456789" in large["body"]
    assert ahead["seq"] == 3
    assert "more than 5 minutes ahead" in ahead["why"]


def test_what_is_aside_is_bounded_and_the_newest_is_there(tmp_path: Path):
    kept = Aside(tmp_path, bytes_max=2_000)
    for seq in range(100):
        kept.put("why", b"\xff" * 50, seq)
    lines = [json.loads(line) for name in (OLDER, FILE) for line in (tmp_path / name).open()]
    assert sum(each.stat().st_size for each in tmp_path.iterdir()) <= 2_000
    assert [line["seq"] for line in lines] == [*range(100 - len(lines), 100)]
    assert len(lines) > 5
    assert kept.count == 100
