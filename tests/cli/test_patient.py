"""`homeward patient`: whoever lies elsewhere now is seen by others, on open screens at once."""

import asyncio

import pytest
from click.testing import CliRunner

from homeward.bus import Bus
from homeward.cli import commands
from homeward.settings import Settings


async def test_open_screens_are_told_of_each_change_of_bed(
    settings: Settings, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("data", "postgres_url", "nats_url", "patients_key"):
        monkeypatch.setenv(f"HOMEWARD_{name.upper()}", str(getattr(settings, name)))
    told: asyncio.Queue[bytes] = asyncio.Queue()

    async def hear(_: str, body: bytes) -> None:
        told.put_nowait(body)

    async def run(*words: str) -> None:
        result = await asyncio.to_thread(CliRunner().invoke, commands, words)
        assert result.exit_code == 0, result.output + str(result.exception)

    stop = await bus.listen("told.rights", hear)
    await run("ward", "add", "Ward 3")
    place = ("--ward", "Ward 3", "--bed")
    for words in (
        ("add", "R-1", "--name", "Anna", "--born", "1950-03-01", *place, "3-01"),
        ("move", "R-1", *place, "3-02"),
        ("discharge", "R-1"),
    ):
        await run("patient", *words)
        await asyncio.wait_for(told.get(), 5)
    await stop()
