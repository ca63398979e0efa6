"""How admin commands reach a running installation."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from homeward.cli.settings import effective
from homeward.engines.folder import DataFolder
from homeward.engines.nats import as_process
from homeward.settings import Settings

if TYPE_CHECKING:
    from homeward.services.contract import Tools

Answer = TypeVar("Answer")


def reach() -> Settings:
    """The settings, with the addresses of the embedded engines as they run now, and the account of
    a command on the bus.

    Where only the demo runs, they are the demo's. Raises Unreachable where an embedded engine is
    needed and none runs.
    """
    settings, _ = effective()
    if settings.postgres_url and settings.nats_url:
        return _with_account(settings)
    demo = demo_folder(settings.data)
    if not DataFolder(settings.data).is_held and DataFolder(demo).is_held:
        settings = replace(settings, data=demo)
    run = DataFolder(settings.data).running()
    return _with_account(
        replace(
            settings,
            postgres_url=settings.postgres_url or run.postgres_url,
            nats_url=settings.nats_url or run.nats_url,
        )
    )


def _with_account(settings: Settings) -> Settings:
    return replace(settings, nats_url=as_process(settings.nats_url, "command", settings.data))


def demo_folder(data: Path) -> Path:
    """Where the demo lives: beside the real data, never in it."""
    return data.with_name(f"{data.name}-demo")


@asynccontextmanager
async def reached_tools(name: str) -> AsyncIterator["Tools"]:
    """The tools of a command that works on a running installation."""
    from homeward.bus import Bus
    from homeward.engines.wrapping_key import reads
    from homeward.services.contract import Tools
    from homeward.store import Store
    from homeward.store.keyring import Keyring

    settings = reach()
    async with (
        Store.open(
            settings.postgres_url,
            size_max=2,
            cold_url=settings.cold_url,
            keys=Keyring(reads(settings)),
        ) as store,
        Bus.open(settings.nats_url, name) as bus,
    ):
        yield Tools(store, bus, settings, lambda: datetime.now(UTC))


def on_tools(name: str, act: Callable[["Tools"], Awaitable[Answer]]) -> Answer:
    """Do one thing on a running installation."""

    async def acting() -> Answer:
        async with reached_tools(name) as tools:
            return await act(tools)

    return asyncio.run(acting())
