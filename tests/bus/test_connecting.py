"""Nobody answers: that is said in time, whatever becomes of a cancellation."""

import asyncio

import nats
import pytest

from homeward.bus import Bus, nerve
from homeward.engines.nats import free_port
from homeward.model.errors import Unreachable


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nerve, "CONNECT_SECONDS", 0.1)


async def test_an_address_nobody_is_at_is_said() -> None:
    async with asyncio.timeout(20):
        with pytest.raises(Unreachable, match="does not let us in"):
            async with Bus.open(f"nats://127.0.0.1:{free_port()}"):
                pass


async def test_a_swallowed_cancellation_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As asyncio.wait_for of Python 3.11 does where the connection is refused just then."""
    cancelled = 0

    async def connect(*_: object, **__: object) -> None:
        nonlocal cancelled
        while cancelled < 2:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                cancelled += 1
        await asyncio.sleep(3600)

    monkeypatch.setattr(nats, "connect", connect)
    async with asyncio.timeout(20):
        with pytest.raises(Unreachable, match="does not let us in"):
            async with Bus.open("nats://127.0.0.1:1"):
                pass
    assert cancelled == 2
