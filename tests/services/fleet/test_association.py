"""Who wears a device: one patient at a time, without a gap or an overlap of time."""

import asyncio
from datetime import timedelta

import pytest

from homeward.model.errors import Conflict, Missing
from homeward.services.fleet import fleet
from tests.services.fleet.conftest import TEN

MINUTE = timedelta(minutes=1)
INTERVALS = "select patient_id, starts, ends from association order by starts, id"


async def test_a_change_closes_the_old_interval_and_opens_the_new_at_the_same_moment(house):
    ann, bob = await house.patient("ann"), await house.patient("bob")
    await house.adds("monitor")
    await house.binds("monitor", "ann")
    house.passes(minutes=1)
    await house.binds("monitor", "bob")
    house.passes(minutes=1)
    await house.binds("monitor", None)
    assert await house.sql(INTERVALS) == [
        {"patient_id": ann, "starts": TEN, "ends": TEN + MINUTE},
        {"patient_id": bob, "starts": TEN + MINUTE, "ends": TEN + 2 * MINUTE},
    ]


async def test_binding_twice_changes_nothing(house):
    ann = await house.patient("ann")
    await house.adds("monitor")
    await house.binds("monitor", "ann")
    house.passes(minutes=1)
    await house.binds("monitor", "ann")
    assert await house.sql(INTERVALS) == [{"patient_id": ann, "starts": TEN, "ends": None}]
    await house.binds("monitor", None)
    await house.binds("monitor", None)
    assert len(await house.sql(INTERVALS)) == 1


async def test_a_change_of_mind_in_the_same_instant_leaves_no_empty_interval(house):
    await house.patient("ann")
    bob = await house.patient("bob")
    await house.adds("monitor")
    await house.binds("monitor", "ann")
    await house.binds("monitor", "bob")
    assert await house.sql(INTERVALS) == [{"patient_id": bob, "starts": TEN, "ends": None}]


async def test_two_people_at_once_leave_one_wearer(house):
    for name in ("ann", "bob", "cleo"):
        await house.patient(name)
    await house.adds("monitor")
    await house.binds("monitor", "cleo")
    house.passes(minutes=1)
    both = [house.binds("monitor", "ann"), house.binds("monitor", "bob")]
    ends = await asyncio.gather(*both, return_exceptions=True)
    assert all(end is None or isinstance(end, Conflict) for end in ends)
    open_ones = [row for row in await house.sql(INTERVALS) if row["ends"] is None]
    assert len(open_ones) == 1


async def test_who_wears_it_since_it_was_read_is_said_and_not_taken_off(house):
    ann, bob = await house.patient("ann"), await house.patient("bob")
    await house.adds("monitor")

    async def gives(patient, seen):
        now, bus = house.clock[0], house.tools.bus
        await fleet.bind(house.door, bus, "monitor", patient, "person 0", now, instead_of=seen)

    await gives(ann, 0)
    house.passes(minutes=1)
    with pytest.raises(Conflict, match="gave monitor to somebody else meanwhile"):
        await gives(bob, 0)
    await gives(ann, 0)  # sent again: it is as they want it
    assert [row["patient_id"] for row in await house.sql(INTERVALS)] == [ann]
    await gives(None, ann)
    with pytest.raises(Conflict, match="nobody wears it"):
        await gives(bob, ann)
    await gives(bob, 0)
    assert (await house.sql(INTERVALS))[-1] == {
        "patient_id": bob, "starts": house.clock[0], "ends": None,
    }  # fmt: skip


async def test_a_time_that_is_taken_is_refused_in_plain_words(house):
    await house.patient("ann")
    await house.patient("bob")
    await house.adds("monitor")
    house.passes(minutes=10)
    await house.binds("monitor", "ann")
    house.passes(minutes=1)
    await house.binds("monitor", None)
    house.passes(minutes=-9)  # a clock that was set back
    with pytest.raises(Conflict, match="given to somebody at this very time"):
        await house.binds("monitor", "bob")
    assert len(await house.sql(INTERVALS)) == 1


async def test_nobody_and_nothing_that_does_not_exist_is_bound(house):
    await house.adds("monitor")
    with pytest.raises(Missing, match="no such patient"):
        await fleet.bind(house.door, house.tools.bus, "monitor", 999, "test", TEN)
    with pytest.raises(Missing, match="no device"):
        await house.binds("ghost", None)


async def test_nobody_who_was_erased_is_given_a_device(house):
    await house.patient("ann")
    await house.adds("monitor")
    await house.sql("update patient set erased = now() returning id")
    with pytest.raises(Missing, match="no such patient"):
        await house.binds("monitor", "ann")


async def test_a_revoked_device_is_worn_by_nobody_and_never_again(house):
    await house.patient("ann")
    await house.adds("monitor")
    await house.binds("monitor", "ann")
    house.passes(minutes=1)
    await fleet.revoke(house.door, house.tools.bus, "monitor", "stolen", house.clock[0])
    assert [row["ends"] for row in await house.sql(INTERVALS)] == [TEN + MINUTE]
    with pytest.raises(Conflict, match="was revoked"):
        await house.binds("monitor", "ann")
    with pytest.raises(Conflict, match="cannot become revoked"):
        await fleet.revoke(house.door, house.tools.bus, "monitor", "again", house.clock[0])


async def test_who_binds_a_device_while_it_is_revoked_is_refused(house):
    await house.patient("ann")
    await house.adds("monitor")
    async with house.door.transaction() as first:
        await fleet.revoke(first, house.tools.bus, "monitor", "stolen", house.clock[0])
        binding = asyncio.create_task(house.binds("monitor", "ann"))
        async with asyncio.timeout(10):
            while not await house.sql("select 1 from pg_locks where not granted"):
                await asyncio.sleep(0.01)
    with pytest.raises(Conflict, match="was revoked"):
        await binding
    assert await house.sql(INTERVALS) == []
