"""The record holds every reading once, wherever it rests and however it came."""

import asyncio
from datetime import timedelta

import numpy as np
import pytest

from homeward.model.delivery import Delivery
from homeward.model.frame import Channel, WaveFrame
from homeward.model.wave import WAVES
from homeward.services.record import fold as fold_module
from homeward.services.record.compact import compact
from homeward.services.record.fold import fold
from homeward.services.record.work import Lag, converge
from homeward.store.chunks import extent, micros, trend
from homeward.store.newest import newest
from tests.services.record.conftest import TEN

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def pulses(house, start, count, device="monitor", first=0, step=SECOND, boot=1):
    """One message a second, 60 to 99 over and over."""
    return [
        house.delivery(device, first + n, ("pulse", 60 + n % 40, start + n * step), boot=boot)
        for n in range(count)
    ]


def expected(start, count, step=SECOND):
    return [(start + n * step, 60 + n % 40) for n in range(count)]


async def test_a_reading_is_charted_before_and_after_it_is_folded_and_compacted(house):
    await house.wears("ann", "monitor", TEN)
    await house.sends(*pulses(house, TEN, 150))
    assert await house.charted("ann") == expected(TEN, 150)
    await house.passes(minutes=5)
    assert await house.waiting() == 0
    assert await house.count("minute_chunk") == 3
    assert await house.charted("ann") == expected(TEN, 150)
    await house.passes(hours=2)
    assert await house.count("minute_chunk") == 0
    assert await house.count("hour_chunk") == 1
    assert await house.charted("ann") == expected(TEN, 150)


async def test_what_just_arrived_waits_until_its_minute_is_whole(house):
    await house.wears("ann", "monitor", TEN)
    sent = pulses(house, TEN, 90)
    for group in (sent[:59], sent[59:]):  # of one minute, and of the next
        await house.sends(*group)
    await house.passes(seconds=100)  # 10:01:40: only what came before 10:00 is due
    assert await house.count("minute_chunk") == 0
    await house.passes(seconds=30)  # 10:02:10: what came before 10:01 is
    assert await house.waiting() == 31
    assert await house.charted("ann") == expected(TEN, 90)


async def test_a_reading_belongs_to_who_wore_the_device_when_it_was_measured(house):
    """Measured at 9:59 on Ann, arrived at 10:05 when Bob had the device since 10:00."""
    await house.wears("ann", "monitor", TEN - HOUR, TEN)
    await house.wears("bob", "monitor", TEN)
    late = house.delivery("monitor", 1, ("pulse", 61, TEN - MINUTE), received=TEN + 5 * MINUTE)
    live = house.delivery("monitor", 2, ("pulse", 99, TEN + 5 * MINUTE))
    await house.sends(late, live)
    for _ in range(3):  # in the inbox, in minutes, in hours
        assert await house.charted("ann") == [(TEN - MINUTE, 61)]
        assert await house.charted("bob") == [(TEN + 5 * MINUTE, 99)]
        await house.passes(hours=1)


async def test_a_change_of_association_after_arrival_still_counts(house):
    """The registry learns only later that Ann wore it: fold asks the registry, not the message."""
    await house.sends(house.delivery("monitor", 1, ("pulse", 61, TEN)))
    await house.wears("ann", "monitor", TEN - HOUR)
    assert await house.charted("ann") == [(TEN, 61)]
    await house.passes(minutes=5)
    assert await house.charted("ann") == [(TEN, 61)]


async def test_d7_a_ward_with_gaps_charts_every_bed(house):
    """A device nobody wears in the middle of a batch leaves no later bed uncharted."""
    for bed in range(8):
        await house.device(f"bed-{bed}")
        if bed % 2 == 0:
            await house.patient(f"patient-{bed}")
            await house.wears(f"patient-{bed}", f"bed-{bed}", TEN - HOUR)
    deliveries = [house.delivery(f"bed-{bed}", 1, ("pulse", 60 + bed, TEN)) for bed in range(8)]
    await house.sends(*deliveries)
    for _ in range(3):
        for bed in range(0, 8, 2):
            assert await house.charted(f"patient-{bed}") == [(TEN, 60 + bed)]
        await house.passes(hours=1)
    unworn = await house.sql("select device_id from hour_chunk where patient_id is null")
    kept = {row["device_id"] for row in unworn}
    assert kept == {house.devices[f"bed-{bed}"] for bed in range(1, 8, 2)}


async def test_a_whole_day_sent_again_adds_nothing(house):
    await house.wears("ann", "monitor", TEN)
    day = pulses(house, TEN, 1440, step=MINUTE)
    await house.sends(*day)
    house.clock[0] = TEN + timedelta(days=1)
    await house.passes(hours=1)
    before = await house.sql("select id, hour, body from hour_chunk order by id")
    assert await house.charted("ann") == expected(TEN, 1440, MINUTE)
    again = pulses(house, TEN, 1440, step=MINUTE)
    restarted = pulses(house, TEN, 1440, step=MINUTE, boot=2)
    await house.sends(*again, *restarted)
    done = await converge_later(house)
    assert sum(each.messages for each in done) == 2880
    assert sum(each.samples_added for each in done) == 0
    assert await house.sql("select id, hour, body from hour_chunk order by id") == before
    assert await house.count("minute_chunk") == 0
    assert await house.charted("ann") == expected(TEN, 1440, MINUTE)


async def converge_later(house):
    house.clock[0] += timedelta(days=1)
    return await converge(house.tools)


async def test_two_values_at_one_time_are_both_kept(house):
    await house.wears("ann", "monitor", TEN)
    await house.wears("ann", "spare", TEN)
    await house.sends(
        house.delivery("monitor", 1, ("pulse", 70, TEN)),
        house.delivery("monitor", 2, ("pulse", 71, TEN)),
        house.delivery("spare", 1, ("pulse", 70, TEN)),
    )
    for _ in range(3):
        assert sorted(await house.charted("ann")) == [(TEN, 70), (TEN, 70), (TEN, 71)]
        await house.passes(hours=1)


async def test_late_data_joins_an_hour_that_was_compacted(house):
    await house.wears("ann", "monitor", TEN)
    some, late = pulses(house, TEN, 10), pulses(house, TEN + 10 * SECOND, 10, first=10)
    await house.sends(*some)
    await house.passes(hours=2)
    await house.sends(*late)
    await house.passes(hours=2)
    assert await house.count("minute_chunk") == 0
    assert await house.sql("select samples, low, high from hour_chunk") == [
        {"samples": 20, "low": 60, "high": 69}
    ]
    assert await house.charted("ann") == expected(TEN, 10) + expected(TEN + 10 * SECOND, 10)


@pytest.mark.parametrize("step", ["drop_minutes", "add_minutes", "take_from_inbox"])
async def test_a_fold_killed_at_any_point_leaves_all_as_it_was(house, monkeypatch, step):
    await house.wears("ann", "monitor", TEN)
    await house.sends(*pulses(house, TEN, 5))
    await house.passes(minutes=2)
    await house.sends(*pulses(house, TEN + 5 * SECOND, 5, first=5))
    house.clock[0] += 5 * MINUTE
    real = fold_module.sql.blocks[step]
    broken = type(real)(step, b"select 1 / 0", "")
    monkeypatch.setitem(fold_module.sql.blocks, step, broken)
    with pytest.raises(Exception, match="division by zero"):
        await fold(house.store, house.clock[0])
    assert await house.waiting() == 5
    assert len(await house.charted("ann")) == 10
    monkeypatch.setitem(fold_module.sql.blocks, step, real)
    await house.passes(minutes=1)
    assert len(await house.charted("ann")) == 10
    assert await house.count("minute_chunk") == 1


async def test_two_processes_at_once_fold_and_compact_once(house):
    await house.wears("ann", "monitor", TEN)
    await house.sends(*pulses(house, TEN, 200))
    now = TEN + 3 * HOUR
    for _ in range(3):
        folded = await asyncio.gather(*(fold(house.store, now) for _ in range(4)))
        assert sum(each.samples_added for each in folded) in (0, 200)
        await asyncio.gather(*(compact(house.store, now) for _ in range(4)))
    assert await house.sql("select samples from hour_chunk") == [{"samples": 200}]
    assert await house.charted("ann") == expected(TEN, 200)


async def test_missing_numbers_of_a_counting_device_are_told_and_taken_back(house):
    told: asyncio.Queue[bytes] = asyncio.Queue()
    stop = await house.tools.bus.listen("told.device", lambda _, body: told.put(body))
    sent = pulses(house, TEN, 10)
    await house.sends(*sent[:3], *sent[5:])
    await house.passes(minutes=5)
    assert b'"what":"gap","boot":1,"missing":2' in await asyncio.wait_for(told.get(), 5)
    await house.sends(*sent[3:5])
    await house.passes(minutes=5)
    assert b'"what":"gap","boot":1,"missing":0' in await asyncio.wait_for(told.get(), 5)
    await stop()


async def test_a_device_that_does_not_count_has_no_gaps(house):
    uncounted = [
        house.delivery("monitor", seq, ("pulse", 60, TEN + n * SECOND), boot=-1)
        for n, seq in enumerate((2**62, -(2**63), 17))
    ]
    counted_high = house.delivery("monitor", 2**63 - 1, ("pulse", 61, TEN), boot=5)
    await house.sends(*uncounted, counted_high)
    house.clock[0] += 5 * MINUTE
    assert (await fold(house.store, house.clock[0])).gaps == ()
    assert await house.count("stream") == 0


async def test_falling_behind_is_told(house):
    told: asyncio.Queue[bytes] = asyncio.Queue()
    stop = await house.tools.bus.listen("told.trouble", lambda _, body: told.put(body))
    await house.sends(*pulses(house, TEN, 1))
    lag = Lag(house.tools)
    await lag.tell(TEN + 2 * MINUTE)
    await lag.tell(TEN + 10 * MINUTE)
    behind = await asyncio.wait_for(told.get(), 5)
    assert b'"what":"record_behind"' in behind
    assert b'"on":true' in behind
    await house.passes(minutes=10)
    await lag.tell(house.clock[0])
    assert b'"on":false' in await asyncio.wait_for(told.get(), 5)
    await stop()


async def test_waves_are_joined_and_stored_once(house):
    await house.wears("ann", "monitor", TEN)
    seconds = [house.wave("monitor", n, TEN + n * SECOND) for n in range(70)]
    del seconds[30]
    waiting = await sent_and_waved(house, seconds, seconds[10:20])
    await house.passes(minutes=5)
    folded = await house.waved("ann", TEN, TEN + 2 * MINUTE)
    assert [len(each.samples) for each in folded] == [30 * 250, 39 * 250]
    np.testing.assert_array_equal(
        np.concatenate([each.samples for each in folded]),
        np.concatenate([each.samples for each in waiting]),
    )
    rows = await house.count("wave_chunk")
    assert await house.sends(*seconds)
    await house.passes(minutes=5)
    assert await house.count("wave_chunk") == rows
    await house.sends(house.wave("monitor", 30, TEN + 30 * SECOND))  # the lost one, late
    await house.passes(minutes=5)
    whole = await house.waved("ann", TEN, TEN + 2 * MINUTE)
    assert sum(len(each.samples) for each in whole) == 70 * 250


async def sent_and_waved(house, *groups):
    for group in groups:
        await house.sends(*group)
    return await house.waved("ann", TEN, TEN + 2 * MINUTE)


async def test_waves_are_cut_to_the_span(house):
    await house.wears("ann", "monitor", TEN)
    await house.sends(*(house.wave("monitor", n, TEN + n * SECOND) for n in range(5)))
    for _ in range(2):
        start = TEN + timedelta(seconds=1.5)
        found = await house.waved("ann", start, TEN + 3 * SECOND)
        assert found[0].start == micros(start)
        every = np.concatenate([each.samples for each in found])
        first = micros(start) * 250 // 1_000_000
        assert every.tolist() == [n % 30_000 for n in range(first, first + 375)]
        await house.passes(minutes=5)


async def test_a_trend_never_has_more_points_and_never_hides_an_extreme(house):
    await house.wears("ann", "monitor", TEN)
    sent = pulses(house, TEN, 300, step=MINUTE)
    spike = house.delivery("monitor", 900, ("pulse", 250, TEN + 90 * MINUTE + 30 * SECOND))
    await house.sends(*sent, spike)
    ann, pulse = house.patients["ann"], 2
    # neither end is a whole minute, nor a whole hour
    start, end = micros(TEN - 7 * SECOND), micros(TEN + 5 * HOUR - 31 * SECOND)
    for _ in range(3):
        for points in (1, 4, 10, 299, 1000):
            found = (await trend(house.store.door(), ann, [pulse], start, end, points))[pulse]
            assert len(found.at) <= points
            assert (found.low.min(), found.high.max()) == (60, 250)
            assert (np.diff(found.at) > 0).all()
            assert ((found.low <= found.mean) & (found.mean <= found.high)).all()
            assert start <= found.at[0]
            assert found.at[-1] < end
        house.clock[0] = TEN + 7 * HOUR if house.clock[0] == TEN else house.clock[0]
        await house.passes(minutes=5)


async def test_the_extent_and_the_newest_value_are_found_wherever_they_rest(house):
    ann = house.patients["ann"]
    assert await extent(house.store.door(), ann) is None
    await house.wears("ann", "monitor", TEN)
    await house.sends(*pulses(house, TEN, 10))
    for _ in range(3):
        whole = (micros(TEN), micros(TEN + 9 * SECOND))
        assert await extent(house.store.door(), ann) == whole
        found = await newest(house.store.door(), [ann], [1, 2], micros(TEN))
        assert found[ann].keys() == {2}
        assert (found[ann][2].value, found[ann][2].at) == (69, whole[1])
        assert found[ann][2].received == micros(TEN + 10 * SECOND)
        assert found[ann][2].device == house.devices["monitor"]
        await house.passes(hours=1)
    later = micros(TEN + 9 * SECOND) + 1
    assert await newest(house.store.door(), [ann], [2], later) == {ann: {}}


def unfoldable(house, seq, at):
    """A waveform that ends after all time."""
    start = micros(at)
    frame = WaveFrame(1, seq, start, (Channel(WAVES[0], 1e-30, 0.5, np.ones(9, np.int16)),))
    received = at + SECOND
    return Delivery(house.devices["spare"], 1, seq, received, waves=frame, body=frame.pack())


async def test_what_cannot_be_folded_keeps_nothing_else_waiting(house):
    await house.wears("ann", "monitor", TEN)
    waves = [house.wave("monitor", n, TEN + n * SECOND) for n in range(30)]
    bad = [unfoldable(house, n, TEN + n * SECOND) for n in (3, 17)]
    await house.sends(*pulses(house, TEN, 30), *waves[:9], *bad, *waves[9:])
    told: asyncio.Queue[bytes] = asyncio.Queue()

    async def hear(_: str, body: bytes) -> None:
        await told.put(body)

    await house.tools.bus.listen("told.trouble", hear)
    await house.passes(minutes=5)
    async with asyncio.timeout(5):
        assert b"2 messages could not be packed" in await told.get()
    assert await house.waiting() == 0
    assert await house.charted("ann") == expected(TEN, 30)
    found = await house.waved("ann", TEN, TEN + MINUTE)
    assert sum(len(each.samples) for each in found) == 30 * 250
    aside = await house.sql("select device_id, topic, reason, body from quarantine order by id")
    assert [bytes(each["body"]) for each in aside] == [each.body for each in bad]
    assert {each["device_id"] for each in aside} == {house.devices["spare"]}
    assert {each["reason"] for each in aside} == {"it could not be folded (OverflowError)"}
    assert aside[0]["topic"].endswith("/waves")


async def test_where_nothing_can_be_folded_the_fault_is_ours_and_all_of_it_stays(house):
    await house.wears("ann", "monitor", TEN)
    await house.sends(*(unfoldable(house, n, TEN) for n in range(3)))
    with pytest.raises(OverflowError):
        await house.passes(minutes=5)
    assert await house.waiting() == 3
    assert await house.count("quarantine") == 0
    await house.sends(*pulses(house, TEN + 5 * MINUTE, 3))
    await house.passes(minutes=5)
    assert await house.waiting() == 0
    assert await house.count("quarantine") == 3
    assert await house.charted("ann") == expected(TEN + 5 * MINUTE, 3)
