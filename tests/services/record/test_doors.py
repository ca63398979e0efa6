"""Several doors: a device is inside one of them, and the record says which."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from homeward.services.record import registry
from homeward.services.record.intake import Intake

WAIT_SECONDS = 10


@asynccontextmanager
async def opened(house, at: str):
    """A door; `ended` are the devices whose connections it was told to end."""
    async with Intake.open(replace(house.tools, at=at)) as intake:
        intake.ended = []
        intake.on_moved(intake.ended.append)
        yield intake


async def until(holds) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while not await holds():
            await asyncio.sleep(0.02)


async def state(house, device: int) -> tuple:
    rows = await house.sql(
        "select connected, door, detail from device_state where device_id = %(device)s",
        device=device,
    )
    return tuple(rows[0].values()) if rows else ()


async def comes(door, name: str, address: str) -> None:
    known = await door.admit(name)
    assert known is not None
    door.came(known.device_id, address)


@pytest.fixture
async def pump(house) -> int:
    return await house.device("pump-9")


async def test_a_device_that_comes_in_elsewhere_is_ended_here_and_never_seen_to_be_away(
    house, pump
):
    async with opened(house, "door on a") as a, opened(house, "door on b") as b:
        await comes(a, "pump-9", "one")
        await a._registry.look(0)
        assert await state(house, pump) == (True, "door on a", "one")
        await comes(b, "pump-9", "two")

        async def is_ended() -> bool:
            return a.ended == ["pump-9"]

        await until(is_ended)
        a.went(pump, "taken over")
        await b._registry.look(0)
        await a._registry.look(0)
        assert await state(house, pump) == (True, "door on b", "two")
        assert b.ended == []


async def test_a_door_that_did_not_hear_of_it_finds_it_in_the_record(house, pump):
    async with opened(house, "door on a") as a, opened(house, "door on b") as b:
        await comes(a, "pump-9", "one")
        await a._registry._stop()
        a._registry._stop = None  # it is deaf
        await comes(b, "pump-9", "two")
        await b._registry.look(0)
        await a._registry.look(0)
        assert a.ended == ["pump-9"]
        assert await state(house, pump) == (True, "door on b", "two")


async def test_who_was_inside_a_door_that_is_gone_is_away(house, pump, monkeypatch):
    async with opened(house, "door on a") as a, opened(house, "door on b") as b:
        await comes(a, "pump-9", "one")
        await a._registry.look(0)
        await b._registry.look(0)
        assert (await state(house, pump))[0] is True
        monkeypatch.setattr(registry, "LOST_SECONDS", 0.0)
        await b._registry.look(0)
        assert await state(house, pump) == (False, "door on a", "lost: its door is gone")


async def test_a_door_that_starts_again_forgets_its_own_guests_and_nobody_elses(house, pump):
    other = await house.device("pump-8")
    async with opened(house, "door on b") as b:
        async with opened(house, "door on a") as a:
            await comes(a, "pump-9", "one")
            await comes(b, "pump-8", "two")
            await a._registry.look(0)
            await b._registry.look(0)
        async with opened(house, "door on a"):
            assert await state(house, pump) == (False, "door on a", "the door restarted")
            assert await state(house, other) == (True, "door on b", "two")
