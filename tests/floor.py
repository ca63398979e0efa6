"""A floor of patients with a monitor each, and machines that watch them."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from homeward.bus import Bus
from homeward.model.frame import HOT
from homeward.model.vital import BY_NAME
from homeward.services.watch.shares import seen_now
from homeward.services.watch.windows import as_microseconds, as_time
from homeward.store import Store
from tests.inbox import KEEP, kept
from tests.services.watch.room import working

WAIT_SECONDS = 20
PATIENTS = 6


class Floor:
    """Patients with a monitor each, and processes that watch them."""

    def __init__(self, tools) -> None:
        self.tools = tools
        self.patients: list[int] = []
        self.devices: dict[int, int] = {}
        self.messages = 0

    async def sql(self, text: str, **values):
        async with self.tools.store.pool.connection() as connection:
            cursor = await connection.execute(text, values)
            return await cursor.fetchall() if cursor.description else []

    async def fill(self) -> None:
        for number in range(PATIENTS):
            ((patient,),) = await self.sql(
                "insert into patient (record_number, name, birth_date, sex)"
                " values (%(number)s, 'ada', %(born)s, 'female') returning id",
                number=str(number), born=date(1950, 1, 1),
            )  # fmt: skip
            ((device,),) = await self.sql(
                "insert into device (name, kind) values (%(name)s, 'monitor') returning id",
                name=f"monitor-{number}",
            )
            await self.sql(
                "insert into association (device_id, patient_id, starts, source)"
                " values (%(device)s, %(patient)s, %(starts)s, 'scan')",
                device=device, patient=patient, starts=datetime.now(UTC) - timedelta(hours=1),
            )  # fmt: skip
            self.patients.append(patient)
            self.devices[patient] = device

    async def reads(self, patient: int, vital: str, value: float) -> None:
        """As a door does: it is in the record, and told."""
        us = as_microseconds(datetime.now(UTC)) // 1000 * 1000
        device = self.devices[patient]
        frame = np.array([(patient, device, BY_NAME[vital].index, 0, us, us, value)], HOT)
        self.messages += 1
        await self.sql(KEEP, **kept(device, self.messages, as_time(us), frame.tobytes()))
        await self.tools.bus.publish("hot.readings", frame.tobytes())

    async def watched_by(self, is_it) -> list[str]:
        """Wait until every share is watched and judged up to now, and this is so of the holders."""
        since = datetime.now(UTC)
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                seen = await seen_now(self.tools.store.door())
                holders = [each.holder for each in seen]
                is_judged = all(
                    each.at and each.since and each.at > max(since, each.since) for each in seen
                )
                if is_judged and not any(each.is_free for each in seen) and is_it(holders):
                    return holders
                await asyncio.sleep(0.02)

    async def rang(self, condition: str, patients) -> None:
        """Wait until it was raised for each of these; none of them twice."""
        wanted = dict.fromkeys(patients, 1)
        async with asyncio.timeout(WAIT_SECONDS):
            while await self.raised(condition) != wanted:
                await asyncio.sleep(0.02)

    async def raised(self, condition: str) -> dict[int, int]:
        rows = await self.sql(
            "select patient_id, count(*) from alarm join alarm_event on alarm_id = alarm.id"
            " where condition = %(name)s and event = 'raised' group by patient_id",
            name=condition,
        )  # fmt: skip
        return dict(rows)


@asynccontextmanager
async def machine(floor: Floor, name: str):
    """One process that watches, with connections of its own."""
    settings = floor.tools.settings
    async with (
        Store.open(settings.postgres_url) as store,
        Bus.open(settings.nats_url) as bus,
        working(replace(floor.tools, store=store, bus=bus, at=name)) as task,
    ):
        yield task


def each_has_one(*names):
    return lambda holders: sorted(holders) == sorted(names)
