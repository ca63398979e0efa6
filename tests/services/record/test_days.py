"""Days that are over are a row a vital, and charts of years say what the samples say."""

from datetime import timedelta

import numpy as np
import pytest

from homeward.model.vital import BY_NAME
from homeward.services.record.days import roll_days
from homeward.services.record.work import converge
from homeward.store.chunks import micros, samples, trend
from homeward.store.packed import DAY_US, HOUR_US
from tests.services.record.conftest import TEN

PULSE = BY_NAME["pulse"].index
MIDNIGHT = TEN.replace(hour=0)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def every_ten_minutes(house, start, hours, first=0):
    """A message an hour, of six readings that wander."""
    return [
        house.delivery(
            "monitor",
            first + hour,
            *(
                (
                    "pulse",
                    60 + (7 * hour + 11 * n) % 40,
                    start + timedelta(hours=hour, minutes=10 * n),
                )
                for n in range(6)
            ),
        )
        for hour in range(hours)
    ]


async def charted(house, points, days=3):
    """A chart of some days: times, lows, highs, means."""
    span = (micros(MIDNIGHT), micros(MIDNIGHT + days * DAY))
    found = await trend(house.store.door(), house.patients["ann"], [PULSE], *span, points)
    return found[PULSE]


async def as_the_samples_say(house, points, days=3):
    """The same chart by hand: of each hour's samples, put in the middle of the hour."""
    start, end = micros(MIDNIGHT), micros(MIDNIGHT + days * DAY)
    door = house.store.door()
    rows = (await samples(door, house.patients["ann"], [PULSE], start, end))[PULSE]
    bucket = -(-(end - start) // points)
    width = DAY_US if bucket >= DAY_US else HOUR_US
    middle = rows["at"] // width * width + width // 2
    places = (middle - start) // bucket
    return [
        (rows["value"][places == n].min(), rows["value"][places == n].max(),
         rows["value"][places == n].mean())
        for n in np.unique(places)
    ]  # fmt: skip


async def agree(house, points, days=3):
    chart, expected = await charted(house, points, days), await as_the_samples_say(house, points)
    assert [(low, high) for low, high, _ in expected] == list(
        zip(chart.low, chart.high, strict=True)
    )
    assert chart.mean == pytest.approx([mean for _, _, mean in expected], rel=1e-12)


@pytest.fixture
async def ann(house):
    await house.wears("ann", "monitor", MIDNIGHT - DAY)
    house.clock[0] = MIDNIGHT + 2 * DAY + timedelta(hours=5)
    await house.sends(*every_ten_minutes(house, MIDNIGHT, 52))
    return house


async def test_days_that_are_over_are_a_row_each_and_charts_stay_the_same(ann):
    house = ann
    await converge(house.tools)
    rows = await house.sql("select day, samples, low, high from day_chunk order by day")
    assert [row["day"] for row in rows] == [MIDNIGHT, MIDNIGHT + DAY]  # today is not over
    assert [row["samples"] for row in rows] == [144, 144]
    assert await house.count("day_to_roll") == 1
    rolled = {points: await charted(house, points) for points in (400, 70, 9)}
    await house.sql("with gone as (delete from day_chunk returning 1) select count(*) from gone")
    for points, with_days in rolled.items():
        without = await charted(house, points)
        assert list(with_days.at) == list(without.at)
        assert list(with_days.low) == list(without.low)
        assert list(with_days.high) == list(without.high)
        assert with_days.mean == pytest.approx(without.mean, rel=1e-7)


@pytest.mark.parametrize("points", [36, 7, 2])
async def test_the_day_is_what_its_samples_are_also_after_late_ones(ann, points):
    house = ann
    await converge(house.tools)
    await agree(house, points)
    late = house.delivery("monitor", 900, ("pulse", 190, MIDNIGHT + timedelta(hours=3, minutes=7)))
    again = every_ten_minutes(house, MIDNIGHT, 30)
    await house.sends(late, *again)
    await house.passes(minutes=10)
    assert (await charted(house, 2)).high.max() == 190
    await agree(house, points)
    assert await house.count("day_chunk") == 2
    rows = await house.sql("select samples, high from day_chunk order by day limit 1")
    assert rows == [{"samples": 145, "high": 190}]


async def test_between_a_late_hour_and_the_next_rolling_nothing_is_missing(ann, monkeypatch):
    house = ann
    await converge(house.tools)
    monkeypatch.setattr("homeward.services.record.work.roll_days", none_due)
    late = ("pulse", 190, MIDNIGHT + timedelta(hours=3, minutes=7))
    await house.sends(house.delivery("monitor", 900, late))
    await house.passes(minutes=10)
    assert await house.count("day_chunk") == 1
    await agree(house, 7)
    assert await roll_days(house.store, house.clock[0]) == 1
    assert await house.count("day_chunk") == 2
    await agree(house, 7)


async def none_due(_store, _now):
    return 0


async def test_what_nobody_wore_is_rolled_up_too(house):
    await house.sends(*every_ten_minutes(house, MIDNIGHT, 24))
    house.clock[0] = MIDNIGHT + DAY
    await house.passes(hours=3)
    rows = await house.sql("select patient_id, device_id, samples from day_chunk")
    expected = {"patient_id": None, "device_id": house.devices["monitor"], "samples": 144}
    assert rows == [expected]
