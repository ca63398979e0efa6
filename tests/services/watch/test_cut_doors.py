"""The door's words do not reach the watcher: its readings are judged from the record all the same.

Real PostgreSQL, real NATS; the door's way to NATS leads through a wire that can be cut.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import numpy as np
import pytest

from homeward.bus import Bus
from homeward.model.delivery import Delivery, Outcome
from homeward.model.frame import HOT
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME
from homeward.services.record.intake import Intake
from homeward.services.watch import rereads
from homeward.services.watch.windows import as_microseconds
from homeward.services.watch.work import Watch
from tests.inbox import KEEP, kept
from tests.services.watch.room import WAIT_SECONDS, Room, condition, watched

OXYGEN = BY_NAME["oxygen_saturation"]


class Wire:
    """A way to a server, which can be cut and mended."""

    def __init__(self, url: str) -> None:
        self._to = urlsplit(url)
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._port = 0

    @property
    def url(self) -> str:
        login = self._to.netloc.rpartition("@")[0]
        place = f"{login}@127.0.0.1:{self._port}" if login else f"127.0.0.1:{self._port}"
        return urlunsplit(self._to._replace(netloc=place))

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._join, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._to.hostname, self._to.port)
        self._writers |= {writer, back}
        with suppress(OSError):
            await asyncio.gather(_pump(reader, back), _pump(there, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()


@pytest.fixture
async def home(tools):
    home = Room(tools)
    await home.furnish("told.alarm", "told.trouble")
    return home


async def test_what_the_door_could_not_tell_is_judged_from_the_record(home, engines):
    wire = Wire(engines.nats_url)
    await wire.mend()
    async with (
        Bus.open(wire.url) as bus,
        watched(home),
        Intake.open(replace(home.tools, bus=bus)) as intake,
    ):
        wire.cut()
        async with asyncio.timeout(WAIT_SECONDS):
            while bus.connected:
                await asyncio.sleep(0.02)
        now = datetime.now(UTC)
        reading = Reading(OXYGEN, 70.0, now - timedelta(seconds=1))
        outcomes: list[Outcome] = []
        intake.offer(Delivery(home.device, 1, 1, now, (reading,)), outcomes.append)
        await intake.settled()
        assert outcomes == [Outcome.STORED]
        # The watcher is idle and leaves its mark: it believes that it has heard everything.
        await home.is_watched()
        assert await home.sql("select id from alarm where condition = 'oxygen_low'") == []
        await wire.mend()
        alarm = await home.next("told.alarm", condition("oxygen_low", "active"))
        assert alarm["value"] == 70
        trouble = await home.next("told.trouble", lambda told: told["what"] == "hot_lane")
        assert trouble["dropped"] == 1
    wire.cut()


async def test_while_the_door_is_not_heard_the_record_is_read_again_and_again(home, monkeypatch):
    monkeypatch.setattr(rereads, "DOOR_SILENT", timedelta(seconds=0.2))
    monkeypatch.setattr(rereads, "POLL_SECONDS", 0.2)
    async with watched(home):
        await home.tools.bus.tell("beat.door", {"name": "door", "at": "door on a"})
        await asyncio.sleep(0.5)
        await home.is_watched()
        now = datetime.now(UTC)
        ids = (home.patient, home.device, OXYGEN.index, 0)
        frame = np.array([(*ids, as_microseconds(now), as_microseconds(now), 70.0)], HOT)
        await home.sql(KEEP, **kept(home.device, 1, now, frame.tobytes()))
        await home.next("told.alarm", condition("oxygen_low", "active"))


async def test_who_is_slow_is_not_deaf(tools, monkeypatch):
    """What waits to be judged was told; reading all of it from the record too would be slower."""
    watch = Watch(tools)
    now = datetime.now(UTC)
    watch._watcher.beats.hear("door", now - timedelta(seconds=20))
    read: list[datetime] = []

    async def reads(since: datetime, *, begins: bool) -> None:
        read.append(since)

    monkeypatch.setattr(watch, "_read", reads)
    at = as_microseconds(now)
    watch.hear(np.array([(1, 9, OXYGEN.index, 0, at, at, 97.0)], HOT).tobytes())
    await watch._mind_gaps()
    assert read == []
    await watch.judge()
    await watch._mind_gaps()
    assert len(read) == 1
