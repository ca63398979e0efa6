"""Two databases, three nodes of NATS, two machines of ours: the story of a primary that dies.

The rest of what may die is `make soak NAME=failover`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from bench.cluster.devices import Oximeters, held
from bench.cluster.house import House
from bench.cluster.network import why_not
from bench.installation import fill_ward
from bench.soak_kills import drained

HINDRANCE = why_not()
SECONDS_MAX = 60.0

pytestmark = pytest.mark.skipif(HINDRANCE is not None, reason=str(HINDRANCE))


async def comes_true(claim: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS_MAX):
        while not await asyncio.to_thread(claim):
            await asyncio.sleep(0.05)


def rings(house: House, patient: int) -> bool:
    asked = "select count(*) from alarm where patient_id = %s and condition = 'oxygen_low'"
    with house.connect() as sql:
        return sql.execute(asked, (patient,)).fetchone() == (1,)


async def story(house: House) -> None:
    """What a ward of two sees of it."""
    patients = [patient for _, patient in fill_ward(house, 2)]
    doors = [machine.address for machine in house.apps]
    whose = [(f"oximeter-{number}", patient) for number, patient in enumerate(patients)]
    badges = await house.enrolled(whose, at=house.apps[1])
    load = Oximeters([replace(badges[0], host=doors[0]), badges[1]], doors)
    sending = asyncio.create_task(load.run())
    await comes_true(lambda: all(load.acknowledged()))
    assert [device.door for device in load.devices] == doors, "one at each door"

    load.ill.add(0)
    await comes_true(lambda: rings(house, patients[0]))

    before = [len(each) for each in load.acknowledged()]
    house.databases.kill_primary()
    load.ill.add(1)
    await asyncio.to_thread(house.databases.fail_over)
    await comes_true(lambda: rings(house, patients[1]))
    assert rings(house, patients[0]), "the alarm of before is in the record of the standby"

    load.is_over = True
    await drained(load)
    sending.cancel()
    safe = load.acknowledged()
    assert all(len(each) > count for each, count in zip(safe, before, strict=True))
    times, doubled = await held(house, patients)
    assert [each - there for each, there in zip(safe, times, strict=True)] == [set(), set()]
    assert not doubled


def test_the_primary_dies_and_the_standby_goes_on() -> None:
    with House.built(durable=False) as house:
        house.run(house.apps[0], ("door", "watch"))
        house.run(house.apps[1], ("door", "watch", "web"))
        house.databases.pair()
        for machine in house.apps:
            house.ready(machine)
        asyncio.run(story(house))
