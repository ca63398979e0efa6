"""One patient with one device beside a watcher's loop on real engines."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta

import msgspec

from homeward.model.errors import Unreachable
from homeward.services.watch.work import work

WAIT_SECONDS = 20
PATIENT = """insert into patient (record_number, name, birth_date, sex)
    values ('1', 'ada', %(born)s, 'female') returning id"""
DEVICE = "insert into device (name, kind) values ('monitor', 'monitor') returning id"
WORN = """insert into association (device_id, patient_id, starts, source)
    values (%(device)s, %(patient)s, %(since)s, 'scan')"""


class Room:
    """They and it, and what is told on the bus."""

    def __init__(self, tools) -> None:
        self.tools = tools
        self.patient = self.device = 0
        self.told: dict[str, asyncio.Queue] = {}

    async def furnish(self, *subjects: str, patient: int = 0) -> None:
        """Ada, or who is there already, wears a monitor since an hour; of these subjects everything
        is kept."""
        self.patient = patient
        if not patient:
            ((self.patient,),) = await self.sql(PATIENT, born=date(1950, 1, 1))
        ((self.device,),) = await self.sql(DEVICE)
        since = datetime.now(UTC) - timedelta(hours=1)
        await self.sql(WORN, device=self.device, patient=self.patient, since=since)
        for subject in subjects:
            await self.hear(subject)

    async def hear(self, subject: str) -> None:
        queue = self.told[subject] = asyncio.Queue()

        async def keep(_: str, body: bytes) -> None:
            queue.put_nowait(msgspec.json.decode(body))

        await self.tools.bus.listen(subject, keep)

    async def next(self, subject: str, is_it):
        """The next thing told that is the one we mean."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                thing = await self.told[subject].get()
                if is_it(thing):
                    return thing

    async def sql(self, text: str, **values):
        async with self.tools.store.pool.connection() as connection:
            cursor = await connection.execute(text, values)
            return await cursor.fetchall() if cursor.description else []

    async def is_watched(self) -> None:
        """Wait until the watcher lives: it leaves a mark each second."""
        start = datetime.now(UTC)
        async with asyncio.timeout(WAIT_SECONDS):
            while not await self.sql("select 1 from watch_share where at > %(start)s", start=start):
                await asyncio.sleep(0.02)


@asynccontextmanager
async def working(tools):
    """A watcher's loop; it ends with this block."""
    task = asyncio.create_task(work(tools))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, Unreachable):
            await task


@asynccontextmanager
async def watched(room: Room):
    """The same, once it watches."""
    async with working(room.tools):
        await room.is_watched()
        yield


def condition(name: str, state: str):
    return lambda alarm: (alarm["condition"], alarm["state"]) == (name, state)
