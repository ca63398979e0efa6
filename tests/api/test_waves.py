"""Stored waveforms: all of a minute, or as many points as a screen is wide."""

from datetime import UTC, datetime, timedelta

import numpy as np

from homeward.model.frame import Channel, WaveFrame
from homeward.model.person import Role
from homeward.model.wave import BY_NAME
from homeward.store.bundles import WAVES
from tests.api.conftest import House, sql
from tests.inbox import KEEP, kept

RATE_HZ = 250


async def stored(house: House, seconds: int) -> int:
    """Lead II of Anna until now; when it began (ms)."""
    begins = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=seconds)
    device, door = house.ids["monitor-1"], house.store.door()
    for number in range(seconds // 10):
        start = begins + timedelta(seconds=10 * number)
        samples = np.zeros(10 * RATE_HZ, "<i2")
        samples[RATE_HZ] = 200  # a spike of one sample, a second after each begins
        channel = Channel(BY_NAME["ecg_ii"], RATE_HZ, 0.005, samples)
        frame = WaveFrame(1, number, round(start.timestamp() * 1e6), (channel,)).pack()
        await door.all(sql(KEEP), dict, **kept(device, number, start, frame, kind=WAVES))
    return round(begins.timestamp() * 1000)


async def test_no_more_points_than_asked_for_ten_minutes(house: House) -> None:
    start = await stored(house, 600)
    client = await house.client(Role.NURSE)
    asked = {"start": start, "end": start + 600_000, "points": 2_000}
    answer = await client.get(f"/api/patients/{house.ids['Anna']}/waves", params=asked)
    lines = answer.json()
    assert sum(len(line["values"]) for line in lines) <= 2_000
    assert max(max(line["values"]) for line in lines) == 1.0
    whole = await client.get(
        f"/api/patients/{house.ids['Anna']}/waves",
        params={"start": start, "end": start + 60_000},
    )
    assert sum(len(line["values"]) for line in whole.json()) == 60 * RATE_HZ
    await client.aclose()


async def test_longer_than_can_be_read_is_refused(house: House) -> None:
    client = await house.client(Role.NURSE)
    path = f"/api/patients/{house.ids['Anna']}/waves"
    now = 1_795_000_000_000
    for span, points in ((60_001, None), (600_001, 100), (1_000, 1), (1_000, 8_001)):
        asked = {"start": now, "end": now + span} | ({"points": points} if points else {})
        assert (await client.get(path, params=asked)).status_code == 422
    await client.aclose()
