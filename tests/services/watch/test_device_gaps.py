"""Messages of a device that are missing are said, once, until they come or somebody has seen it."""

from datetime import UTC, datetime, timedelta

import pytest

from homeward.model.person import Actor, Role
from homeward.services.record.fold import fold
from homeward.services.record.work import tell_gap
from homeward.services.watch import ledger
from homeward.services.watch import work as watch_work
from tests.inbox import KEEP, kept
from tests.services.watch.room import Room, condition, watched


class Ward(Room):
    """Their device's messages go missing."""

    async def begin(self) -> None:
        await self.furnish("told.alarm")
        ((nurse,),) = await self.sql(
            "insert into person (name, role) values ('nora', 'nurse') returning id"
        )
        self.nurse = Actor(nurse, "nora", Role.NURSE)

    async def sends(self, *seqs: int) -> None:
        """These messages were received three minutes ago, and are folded now."""
        now = datetime.now(UTC)
        for seq in seqs:
            received = now - timedelta(minutes=3)
            await self.sql(KEEP, **kept(self.device, seq, received, b"", boot=7))
        for gap in (await fold(self.tools.store, now)).gaps:
            await tell_gap(self.tools, gap)

    async def rings(self, state: str) -> dict:
        return await self.next("told.alarm", condition("device_gap", state))

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

    ward = Ward(tools)
    await ward.begin()
    return ward


async def test_missing_messages_are_a_low_alarm_that_ends_when_they_come_after_all(ward):
    async with watched(ward):
        await ward.sends(1, 2, 5)
        alarm = await ward.rings("active")
        assert (alarm["kind"], alarm["priority"], alarm["value"]) == ("technical", "low", 2)
        assert (alarm["patient"], alarm["device"]) == ("ada", "monitor")
        assert alarm["text"] == "monitor: 2 messages are missing"
        await ward.sends(3)
        await ward.sends(4)
        await ward.rings("resolved")
    assert await ward.episodes() == ["resolved"]


async def test_a_gap_nobody_told_the_watcher_of_is_found_in_the_record(ward):
    """It was told while no watcher listened."""
    await ward.sends(1, 3)
    async with watched(ward):
        await ward.rings("active")
    await ward.sends(2)
    async with watched(ward):
        await ward.rings("resolved")


async def test_acknowledged_and_never_come_is_over_and_not_said_again(ward):
    async with watched(ward):
        await ward.sends(1, 3)
        alarm = await ward.rings("active")
        await ward.acknowledges(alarm["id"])
        await ward.rings("resolved")
    async with watched(ward):
        assert await ward.episodes() == ["resolved"]
        await ward.sends(5)  # one more is missing now
        again = await ward.rings("active")
        assert (again["id"] != alarm["id"], again["value"]) == (True, 1)


async def test_a_gap_stays_with_the_patient_whose_messages_were_lost(ward):
    async with watched(ward):
        await ward.sends(1, 3)
        await ward.rings("active")
        await ward.sql("update association set ends = now()")
        await ward.sends(2)
        over = await ward.rings("resolved")
        assert over["patient_id"] == ward.patient
    assert await ward.episodes() == ["resolved"]
