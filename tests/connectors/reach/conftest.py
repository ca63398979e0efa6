"""A tray of messages: an outbound connector's link, without the platform behind it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from homeward.engines.push_key import keep_push_key
from homeward.model.alarm import Priority
from homeward.model.errors import Unreachable
from homeward.model.message import Message, Receipt, Way
from homeward.settings import Settings
from tests.peers import keys, trusted

__all__ = ["keys", "trusted"]


class Tray:
    """What is to be sent, and what came of it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.waiting: asyncio.Queue[Message] = asyncio.Queue()
        self.receipts: asyncio.Queue[Receipt] = asyncio.Queue()
        self.count = 0
        self.away = 0  # so often the record does not take a receipt

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def take(self, ways: Collection[Way], at_most: int) -> Sequence[Message]:
        message = await self.waiting.get()
        assert message.way in ways
        assert at_most >= 1
        return [message]

    async def report(self, receipts: Sequence[Receipt]) -> None:
        if self.away:
            self.away -= 1
            raise Unreachable
        for each in receipts:
            self.receipts.put_nowait(each)

    def put(self, way: Way, address: str, **changes: Any) -> Message:
        self.count += 1
        message = Message(
            self.count, way, address, "Homeward", "high alarm, Ward 3.", Priority.HIGH,
            f"https://homeward.test/m/token{self.count}", self.now() + timedelta(seconds=60),
        )  # fmt: skip
        self.waiting.put_nowait(replace(message, **changes))
        return message

    async def receipt(self) -> Receipt:
        async with asyncio.timeout(20):
            return await self.receipts.get()

    async def sends(self, way: Way, address: str, **changes: Any) -> Receipt:
        self.put(way, address, **changes)
        return await self.receipt()


Running = Callable[..., Any]


@pytest.fixture
def running(tmp_path: Path, trusted: Path) -> Running:
    """`async with running(connector.run, setting=value) as tray`."""

    @asynccontextmanager
    async def run(start: Callable[[Any], Awaitable[None]], **settings: Any) -> AsyncIterator[Tray]:
        keep_push_key(tmp_path)
        tray = Tray(replace(Settings(), data=tmp_path, **settings))
        task = asyncio.create_task(start(tray))
        try:
            yield tray
        finally:
            task.cancel()
            await asyncio.wait([task])
            if not task.cancelled() and task.exception():
                raise task.exception()

    return run
