"""The house of the calls, with ways to reach its people and a gateway in the test's own hand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from homeward.model.message import Message, Progress, Receipt, Way
from homeward.services.call.reach import contacts
from homeward.services.call.reach.outbox import claim, note
from homeward.services.contract import Tools
from tests.peers import Subscriber, keys, trusted
from tests.services.call.conftest import House, house

__all__ = ["house", "keys", "trusted"]

EVERY_WAY = tuple(Way)


class Reach:
    """Contacts of people, and what a connector would take and report."""

    def __init__(self, house: House, tools: Tools) -> None:
        self.house = house
        self.tools = replace(tools, now=lambda: house.now)

    async def contact(self, name: str, way: Way = Way.EMAIL, **changes: Any) -> int:
        address = {
            Way.EMAIL: f"{name}@hospital.test",
            Way.SMS: "+442079460000",
            Way.WEB_PUSH: Subscriber("https://push.test/1").address,
        }.get(way, "x://y")
        wish = contacts.Wish(way, changes.pop("address", address), **changes)
        change = contacts.Change(self.house.people[name], None, self.house.now, "test")
        return await contacts.add(self.house.store.door(), change, wish)

    async def taken(self, *ways: Way, at_most: int = 100) -> list[Message]:
        return await claim(self.tools, ways or EVERY_WAY, at_most)

    async def says(self, messages: Sequence[Message], progress: Progress, **more: Any) -> None:
        for message in messages:
            await note(self.tools, Receipt(message.id, progress, self.house.now, **more))

    async def states(self) -> list[str]:
        rows = await self.house.sql("select state from delivery order by id")
        return [state for (state,) in rows]

    async def passes(self, seconds: int = 0) -> dict[str, str]:
        return await self.house.passes(seconds)

    async def reach_of(self, call: int = 0) -> tuple[bool, bool]:
        """Whether a call (the newest) is hopeless, and whether it is confirmed."""
        rows = await self.house.sql(
            "select is_hopeless, is_confirmed from call_reach"
            " where call_id = coalesce(nullif(%(call)s, 0), (select max(id) from call))",
            call=call,
        )
        return rows[0]

    def moves(self, seconds: float) -> None:
        self.house.now += timedelta(seconds=seconds)


@pytest.fixture
async def reach(house: House, tools: Tools) -> Reach:
    house.at_screens.clear()  # nobody has a screen before them
    return Reach(house, tools)
