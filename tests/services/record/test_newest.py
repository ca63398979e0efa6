"""What is newest of each patient, kept beside the chunks: always what the whole record says."""

from datetime import timedelta

import numpy as np

from homeward.model.vital import BY_INDEX, BY_NAME
from homeward.services.record import newest as kept
from homeward.store.chunks import micros, samples
from homeward.store.newest import Newest, newest
from tests.services.record.conftest import TEN

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
VITALS = ("pulse", "heart_rate", "oxygen_saturation")


async def of_all_samples(house, since_us: int) -> dict[int, dict[int, Newest]]:
    """The same, of every reading there is."""
    found = {patient: {} for patient in house.patients.values()}
    for patient, mine in found.items():
        every = await samples(house.store.door(), patient, BY_INDEX, since_us, 2**60)
        for vital, rows in every.items():
            last = rows[-1]
            values = (float(last["value"]), int(last["at"]), int(last["received"]))
            mine[vital] = Newest(*values, int(last["device"]))
    return found


async def of_the_record(house, since_us: int) -> dict[int, dict[int, Newest]]:
    people = list(house.patients.values())
    return await newest(house.store.door(), people, BY_INDEX, since_us)


async def test_it_is_what_the_whole_record_says_wherever_that_rests(house):
    chance = np.random.default_rng(4)
    await house.wears("ann", "monitor", TEN - timedelta(days=2))
    seq = 0
    for _ in range(12):
        for _ in range(int(chance.integers(1, 20))):
            seq += 1
            late = chance.choice([0, 30, 3_000, 90_000])
            at = house.clock[0] - int(late + chance.integers(0, 60)) * SECOND - seq * SECOND / 1000
            name = VITALS[chance.integers(0, 3)]
            reading = (name, float(chance.integers(60, 100)), at)
            await house.sends(house.delivery("monitor", seq, reading, received=house.clock[0]))
        for since in (TEN - timedelta(hours=6), house.clock[0] - MINUTE, TEN - timedelta(days=90)):
            since_us = micros(since)
            assert await of_the_record(house, since_us) == await of_all_samples(house, since_us)
        await house.passes(minutes=int(chance.integers(1, 50)))
    assert await house.count("patient_newest") == len(house.patients)


async def test_a_row_that_is_missing_costs_no_reading(house):
    await house.wears("ann", "monitor", TEN)
    await house.sends(house.delivery("monitor", 1, ("pulse", 71, TEN), ("heart_rate", 70, TEN)))
    await house.passes(hours=3)
    before = await of_the_record(house, micros(TEN))
    await house.sql("delete from patient_newest returning patient_id")
    assert await of_the_record(house, micros(TEN)) == before
    # a row made anew by a fold of one vital knows the other too
    at = house.clock[0]
    await house.sends(house.delivery("monitor", 2, ("pulse", 75, at)))
    await house.passes(minutes=3)
    found = (await of_the_record(house, micros(TEN)))[house.patients["ann"]]
    assert await house.count("patient_newest") == len(house.patients)
    assert found[BY_NAME["pulse"].index].value == 75
    assert found[BY_NAME["heart_rate"].index].value == 70


async def test_what_is_older_than_may_be_deleted_is_not_remembered(house):
    await house.wears("ann", "monitor", TEN)
    await house.sends(house.delivery("monitor", 1, ("pulse", 71, TEN), ("heart_rate", 70, TEN)))
    await house.passes(minutes=3)
    await kept.forget(house.store, house.clock[0])
    (row,) = await house.sql(
        "select body from patient_newest where patient_id = %(ann)s", ann=house.patients["ann"]
    )
    assert row["body"] != b""
    house.clock[0] += kept.BACK
    await kept.forget(house.store, house.clock[0])
    (row,) = await house.sql(
        "select body from patient_newest where patient_id = %(ann)s", ann=house.patients["ann"]
    )
    assert row["body"] == b""
