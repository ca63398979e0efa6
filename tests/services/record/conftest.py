"""A small installation: two patients, a few devices, and a clock that tests set."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from homeward.model.delivery import Delivery, Outcome
from homeward.model.frame import Channel, WaveFrame
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME
from homeward.model.wave import WAVES
from homeward.services.contract import Tools
from homeward.services.record.intake import Intake
from homeward.services.record.work import converge
from homeward.store import Query, Store
from homeward.store.chunks import micros, samples, waves
from tests.inbox import MESSAGES

TEN = datetime(2026, 3, 1, 10, tzinfo=UTC)


@dataclass
class House:
    """What the tests say and ask."""

    store: Store
    tools: Tools
    intake: Intake
    clock: list[datetime]
    devices: dict[str, int] = field(default_factory=dict)
    patients: dict[str, int] = field(default_factory=dict)

    async def sql(self, text: str, **values: object) -> list[dict[str, object]]:
        return await self.store.door().all(Query("test", text.encode(), ""), dict, **values)

    async def device(self, name: str) -> int:
        rows = await self.sql(
            "insert into device (name, kind) values (%(name)s, 'monitor') returning id", name=name
        )
        self.devices[name] = rows[0]["id"]
        return self.devices[name]

    async def patient(self, name: str) -> int:
        rows = await self.sql(
            "insert into patient (record_number, name, birth_date, sex) "
            "values (%(name)s::text, %(name)s::text, '1950-01-01', 'female') returning id",
            name=name,
        )
        self.patients[name] = rows[0]["id"]
        return self.patients[name]

    async def wears(
        self, patient: str, device: str, starts: datetime, ends: datetime | None = None
    ) -> None:
        await self.sql(
            "insert into association (device_id, patient_id, starts, ends, source) "
            "values (%(device)s, %(patient)s, %(starts)s, %(ends)s, 'test') returning id",
            device=self.devices[device],
            patient=self.patients[patient],
            starts=starts,
            ends=ends,
        )
        await self.intake._wearers.refresh(self.clock[0])

    async def sends(self, *deliveries: Delivery) -> list[Outcome]:
        """Offer them at once; what became of each."""
        outcomes: list[Outcome] = []
        for each in deliveries:
            self.intake.offer(each, outcomes.append)
        await self.intake.settled()
        return outcomes

    def delivery(
        self,
        device: str,
        seq: int,
        *values: tuple[str, float, datetime],
        received: datetime | None = None,
        boot: int = 1,
    ) -> Delivery:
        readings = tuple(Reading(BY_NAME[name], value, at) for name, value, at in values)
        newest = max(at for _, _, at in values)
        return Delivery(
            self.devices[device], boot, seq, received or newest + timedelta(seconds=1), readings
        )

    def wave(self, device: str, seq: int, at: datetime, seconds: float = 1.0) -> Delivery:
        """A second of ECG at 250 Hz whose samples tell their own time."""
        start = micros(at)
        first = start * 250 // 1_000_000
        counted = (np.arange(first, first + round(250 * seconds)) % 30_000).astype(np.int16)
        frame = WaveFrame(1, seq, start, (Channel(WAVES[0], 250.0, 0.5, counted),))
        received = at + timedelta(seconds=seconds)
        return Delivery(self.devices[device], 1, seq, received, waves=frame, body=frame.pack())

    async def passes(self, **span: float) -> None:
        """Time passes, and the record converges."""
        self.clock[0] += timedelta(**span)
        await converge(self.tools)

    async def charted(self, patient: str, vital: str = "pulse") -> list[tuple[datetime, float]]:
        """What a chart of the whole record shows."""
        index = BY_NAME[vital].index
        found = await samples(self.store.door(), self.patients[patient], [index], 0, 2**60)
        rows = found.get(index, [])
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        return [(epoch + timedelta(microseconds=int(r["at"])), float(r["value"])) for r in rows]

    async def waved(self, patient: str, start: datetime, end: datetime):
        patient_id = self.patients[patient]
        return await waves(self.store.door(), patient_id, 1, micros(start), micros(end))

    async def waiting(self) -> int:
        """Messages in the inbox; one that was sent twice counts twice."""
        return (await self.sql(MESSAGES))[0]["n"]

    async def count(self, table: str) -> int:
        return (await self.sql(f"select count(*) as n from {table}"))[0]["n"]


@pytest.fixture
async def house(tools: Tools) -> AsyncIterator[House]:
    clock = [TEN]
    tools = replace(tools, now=lambda: clock[0])
    async with Intake.open(tools) as intake:
        house = House(tools.store, tools, intake, clock)
        for device in ("monitor", "spare"):
            await house.device(device)
        for patient in ("ann", "bob"):
            await house.patient(patient)
        yield house
