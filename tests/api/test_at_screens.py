"""Who sits at a visible screen is known to those who call, and only while they do."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from websockets.asyncio.client import connect

from homeward.api.at_screens import VISIBLE_SECONDS, people_at
from homeward.api.live import Viewer
from homeward.model.person import Actor, Role
from homeward.services.call.presence import LIFE_SECONDS, keep_presence
from tests.api.conftest import House, sql


@dataclass(frozen=True)
class Person:
    person_id: int


async def present(house: House) -> list[int]:
    rows = await house.store.door().all(sql("select person_id from present"), Person)
    return [row.person_id for row in rows]


async def until(claim) -> None:
    async with asyncio.timeout(10):
        while not await claim():
            await asyncio.sleep(0.02)


async def test_a_visible_tab_is_a_presence_and_a_hidden_one_is_none(house: House) -> None:
    client = await house.client(Role.NURSE)
    headers = {"cookie": client.headers["cookie"]}
    await client.aclose()
    nurse = house.ids["nurse"]
    async with connect(
        house.url.replace("http", "ws") + "/api/live", additional_headers=headers
    ) as s:
        await s.recv()
        assert await present(house) == []  # a socket alone is nobody

        async def is_there() -> bool:
            return await present(house) == [nurse]

        await s.send(msgspec.json.encode({"visible": True}).decode())
        await until(is_there)
        (viewer,) = house.hub.viewers

        async def is_hidden() -> bool:
            return viewer.visible_at is None

        await s.send(msgspec.json.encode({"visible": False}).decode())
        await until(is_hidden)
    # What was believed runs out by itself.
    door, now = house.store.door(), house.tools.now()
    await keep_presence(door, [nurse], now - timedelta(seconds=LIFE_SECONDS))
    assert await present(house) == []


async def test_a_presence_of_the_future_of_a_clock_that_went_back_is_none(house: House) -> None:
    nurse = house.ids["nurse"]
    await keep_presence(house.store.door(), [nurse], house.tools.now() + timedelta(hours=1))
    assert await present(house) == []


def test_a_page_that_falls_silent_is_seen_by_nobody() -> None:
    viewer = Viewer(Actor(7, "nora", Role.NURSE))
    assert people_at([viewer], 100.0) == set()
    viewer.visible_at = 100.0
    assert people_at([viewer], 100.0 + VISIBLE_SECONDS - 1) == {7}
    assert people_at([viewer], 100.0 + VISIBLE_SECONDS) == set()
