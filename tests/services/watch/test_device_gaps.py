"""Messages of a device that are missing are said, once, until they come or somebody has seen it."""

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from homeward.model.person import Actor, Role
from homeward.services.record.fold import fold
from homeward.services.record.work import tell_gap
from homeward.services.watch import ledger
from homeward.services.watch import work as watch_work
from homeward.services.watch.work import work
from tests.inbox import KEEP, kept

WAIT_SECONDS = 20


class Ward:
    """A patient with a device whose messages go missing."""

    def __init__(self, tools, patient: int, device: int, nurse: int) -> None:
        self.tools, self.patient, self.device = tools, patient, device
        self.nurse = Actor(nurse, "nora", Role.NURSE)
        self.alarms: asyncio.Queue = asyncio.Queue()

    async def sql(self, text: str, **values):
        async with self.tools.store.pool.connection() as connection:
            cursor = await connection.execute(text, values)
            return await cursor.fetchall() if cursor.description else []

    async def sends(self, *seqs: int) -> None:
        """These messages were received three minutes ago, and are folded now."""
        now = datetime.now(UTC)
        for seq in seqs:
            received = now - timedelta(minutes=3)
            await self.sql(KEEP, **kept(self.device, seq, received, b"", boot=7))
        for gap in (await fold(self.tools.store, now)).gaps:
            await tell_gap(self.tools, gap)

    async def told(self, state: str) -> dict:
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                alarm = await self.alarms.get()
                if (alarm["condition"], alarm["state"]) == ("device_gap", state):
                    return alarm

    async def acknowledges(self, alarm: int) -> None:
        door = self.tools.store.door(self.nurse)
        now = datetime.now(UTC)
        await ledger.acknowledge(self.tools.store, self.tools.bus, door, alarm, "seen", now)

    async def episodes(self) -> list:
        rows = await self.sql("select state from alarm where condition = 'device_gap' order by id")
        return [state for (state,) in rows]


@pytest.fixture
async def ward(tools, monkeypatch):
    monkeypatch.setattr(watch_work, "LEFT_SECONDS", 1)

    async def number(text, **values):
        async with tools.store.pool.connection() as connection:
            return (await (await connection.execute(text + " returning id", values)).fetchone())[0]

    patient = await number(
        "insert into patient (record_number, name, birth_date, sex)"
        " values ('1', 'ada', %(born)s, 'female')",
        born=date(1950, 1, 1),
    )
    nurse = await number("insert into person (name, role) values ('nora', 'nurse')")
    device = await number("insert into device (name, kind) values ('monitor-1', 'monitor')")
    await number(
        "insert into association (device_id, patient_id, starts, source)"
        " values (%(device)s, %(patient)s, %(now)s, 'scan')",
        device=device, patient=patient, now=datetime.now(UTC) - timedelta(hours=1),
    )  # fmt: skip
    ward = Ward(tools, patient, device, nurse)

    async def keep(_: str, body: bytes) -> None:
        ward.alarms.put_nowait(msgspec.json.decode(body))

    await tools.bus.listen("told.alarm", keep)
    return ward


class Watching:
    """A watcher that can be ended and started again."""

    def __init__(self, ward: Ward) -> None:
        self._ward = ward

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(work(self._ward.tools))
        async with asyncio.timeout(WAIT_SECONDS):
            start = datetime.now(UTC)
            while not await self._ward.sql("select 1 from watch_share where at > %(a)s", a=start):
                assert not self._task.done(), self._task.exception()
                await asyncio.sleep(0.02)

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


async def test_missing_messages_are_a_low_alarm_that_ends_when_they_come_after_all(ward):
    async with Watching(ward):
        await ward.sends(1, 2, 5)
        alarm = await ward.told("active")
        assert (alarm["kind"], alarm["priority"], alarm["value"]) == ("technical", "low", 2)
        assert (alarm["patient"], alarm["device"]) == ("ada", "monitor-1")
        assert alarm["text"] == "monitor-1: 2 messages are missing"
        await ward.sends(3)
        await ward.sends(4)
        await ward.told("resolved")
    assert await ward.episodes() == ["resolved"]


async def test_a_gap_nobody_told_the_watcher_of_is_found_in_the_record(ward):
    """It was told while no watcher listened."""
    await ward.sends(1, 3)
    async with Watching(ward):
        await ward.told("active")
    await ward.sends(2)
    async with Watching(ward):
        await ward.told("resolved")


async def test_acknowledged_and_never_come_is_over_and_not_said_again(ward):
    async with Watching(ward):
        await ward.sends(1, 3)
        alarm = await ward.told("active")
        await ward.acknowledges(alarm["id"])
        await ward.told("resolved")
    async with Watching(ward):
        assert await ward.episodes() == ["resolved"]
        await ward.sends(5)  # one more is missing now
        again = await ward.told("active")
        assert (again["id"] != alarm["id"], again["value"]) == (True, 1)


async def test_a_gap_stays_with_the_patient_whose_messages_were_lost(ward):
    async with Watching(ward):
        await ward.sends(1, 3)
        await ward.told("active")
        await ward.sql("update association set ends = now()")
        await ward.sends(2)
        over = await ward.told("resolved")
        assert over["patient_id"] == ward.patient
    assert await ward.episodes() == ["resolved"]
