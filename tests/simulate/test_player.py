"""A recording as messages: in order, the same each time, never in the future."""

import asyncio
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from homeward.device.connection import Connection
from homeward.model.vital import HEART_RATE, OXYGEN_SATURATION
from homeward.model.wave import WAVES
from homeward.simulate.player import READINGS_MAX, tellings
from homeward.simulate.recordings import Recording, Strip, Track
from homeward.simulate.replay import Plan, Told, play, telling_again

START = datetime(2026, 3, 1, 8, tzinfo=UTC)


def recording(seconds: int = 10, rate: float = 250.0) -> Recording:
    times = np.arange(seconds, dtype=float)
    curve = np.sin(np.arange(int(seconds * rate)) / rate)
    return Recording(
        None,
        (
            Track(HEART_RATE, times, 60 + times % 100),
            Track(OXYGEN_SATURATION, times, 99 - times % 5),
        ),
        (Strip(WAVES[0], rate, 1 / 32_000, curve),),
        (),
        0,
    )


def test_live_a_message_holds_a_second():
    told = [each for each in tellings(recording(), START, 1, batches=False) if each.readings]
    assert len(told) == 10
    assert {len(each.readings) for each in told} == {2}
    assert [each.at for each in told] == [START + timedelta(seconds=s) for s in range(10)]


def test_of_the_past_a_message_holds_as_many_as_may_be():
    told = [each for each in tellings(recording(2000), START, 1, batches=True) if each.readings]
    assert max(len(each.readings) for each in told) == READINGS_MAX
    assert sum(len(each.readings) for each in told) == 4000


@pytest.mark.parametrize("rate", [125.0, 250.0, 360.0])
def test_waves_lose_no_sample_and_their_clock_does_not_stutter(rate: float):
    told = [each for each in tellings(recording(rate=rate), START, 1, batches=False) if each.starts]
    samples = np.concatenate([each.channels[0].samples for each in told])
    assert len(samples) == 10 * rate
    ends = START
    for each in told:
        assert each.starts == ends
        ends = each.starts + timedelta(seconds=len(each.channels[0].samples) / rate)


def test_ten_times_faster_is_ten_times_shorter():
    told = list(tellings(recording(100), START, 10, batches=False))
    assert told[-1].at <= START + timedelta(seconds=10)
    assert {each.channels[0].rate for each in told if each.channels} == {2500.0}


def test_a_gap_in_a_curve_is_not_drawn():
    holed = recording()
    holed.strips[0].values[1000:1010] = np.nan
    told = [each for each in tellings(holed, START, 1, batches=False) if each.starts]
    assert len(told) == 19
    assert START + timedelta(seconds=4) not in [each.starts for each in told]


def test_messages_come_in_the_order_of_their_times():
    times = [each.at for each in tellings(recording(), START, 1, batches=True)]
    assert times == sorted(times)


def test_a_loop_goes_on_where_it_ended():
    again = telling_again(recording(), Plan(START, loops=True))
    times = [next(again).at for _ in range(80)]
    assert times == sorted(times)
    assert times[-1] > START + timedelta(seconds=20)


async def test_the_same_file_under_the_same_boot_is_the_same_messages(frontdoor, badge):
    now = datetime.now(UTC)
    plan = Plan(now - timedelta(seconds=60), is_past=True)
    seen = []
    for _ in range(2):
        device = Connection(badge, boot=5)
        running = asyncio.create_task(device.run())
        await play(device, recording(), plan, lambda: datetime.now(UTC), Told())
        running.cancel()
        seen.append([(d.boot, d.seq, d.readings, d.body) for d in frontdoor.link.kept])
        frontdoor.link.kept.clear()
    assert len(seen[0]) == 21
    assert seen[0] == seen[1]
