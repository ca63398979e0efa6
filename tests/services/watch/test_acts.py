"""An audio pause is no answer; what was done is written down, also afterwards."""

from datetime import UTC, datetime, timedelta

import pytest

from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.errors import Conflict, Missing, Unreadable
from homeward.model.person import Actor, Role
from homeward.services.watch import acts, ledger
from homeward.services.watch.ledger import Change

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
PAUSE = 120


class Bed:
    def __init__(self, store, bus, patient: int, nurse: int) -> None:
        self.store, self.bus, self.patient = store, bus, patient
        self.door = store.door(Actor(nurse, "nora", Role.NURSE))
        self.now = NOW

    async def is_found(self, priority: Priority | None):
        finding = priority and Finding(priority, "heart rate", self.now)
        key = Key("heart_rate_high", self.patient)
        change = Change(key, Kind.PHYSIOLOGICAL, self.now, finding, self.now, self.now)
        return (await ledger.write(self.store, self.bus, [change]))[0]

    async def pauses(self, alarm):
        return await acts.pause(self.store, self.bus, self.door, alarm.id, PAUSE, self.now)

    async def passes(self, seconds: int) -> list[int]:
        self.now += timedelta(seconds=seconds)
        return await acts.resume(self.store, self.bus, self.now, PAUSE)

    async def state(self, alarm) -> str:
        shown = await ledger.tell(self.store.door(), self.bus, [alarm.id])
        return shown[0].state

    async def story(self, alarm) -> list[tuple[str, str]]:
        rows = await self.store.door().all(ledger.Q.events, dict, id=alarm.id)
        return [(row["event"], row["state"]) for row in rows]


@pytest.fixture
async def bed(store, bus):
    async def number(text):
        async with store.pool.connection() as connection:
            return (await (await connection.execute(text + " returning id")).fetchone())[0]

    patient = await number(
        "insert into patient (record_number, name, birth_date, sex)"
        " values ('1', 'ada', '1950-01-01', 'female')"
    )
    nurse = await number("insert into person (name, role) values ('nora', 'nurse')")
    return Bed(store, bus, patient, nurse)


async def test_a_pause_ends_by_itself_and_the_alarm_sounds_again(bed):
    alarm = await bed.is_found(Priority.MEDIUM)
    paused = await bed.pauses(alarm)
    assert (paused.state, paused.paused_by) == ("audio-paused", "nora")
    assert paused.paused_until == alarm.raised + PAUSE * 1000
    assert await bed.passes(PAUSE) == []
    assert await bed.passes(1) == [alarm.id]
    assert await bed.passes(1) == []
    assert await bed.story(alarm) == [
        ("raised", "active"),
        ("audio paused", "audio-paused"),
        ("resumed", "active"),
    ]


async def test_high_breaks_through_a_pause(bed):
    alarm = await bed.is_found(Priority.MEDIUM)
    await bed.pauses(alarm)
    worse = await bed.is_found(Priority.HIGH)
    assert (worse.id, worse.state, worse.paused_until) == (alarm.id, "active", None)
    with pytest.raises(Conflict, match="high alarm cannot be paused"):
        await bed.pauses(worse)


async def test_a_pause_never_outlives_a_clock_that_went_back(bed):
    alarm = await bed.is_found(Priority.LOW)
    await bed.pauses(alarm)
    assert await bed.passes(-3600) == [alarm.id]


async def test_a_paused_alarm_clears_like_any_other(bed):
    alarm = await bed.is_found(Priority.MEDIUM)
    await bed.pauses(alarm)
    over = await bed.is_found(None)
    assert (over.state, over.paused_until) == ("resolved", None)
    assert await bed.passes(PAUSE + 1) == []


async def test_an_answered_alarm_cannot_be_paused(bed):
    alarm = await bed.is_found(Priority.MEDIUM)
    await ledger.acknowledge(bed.store, bed.bus, bed.door, alarm.id, "I go", bed.now)
    with pytest.raises(Conflict, match="acknowledged"):
        await bed.pauses(alarm)


async def test_what_was_done_is_written_even_after_the_end(bed):
    alarm = await bed.is_found(Priority.MEDIUM)
    await bed.is_found(None)
    said = await acts.say_acted(bed.store, bed.bus, bed.door, alarm.id, " Oxygen 2 L/min ", bed.now)
    assert said.state == "resolved"
    story = await bed.store.door().all(ledger.Q.events, dict, id=alarm.id)
    last = story[-1]
    assert (last["event"], last["person"], last["note"]) == ("acted", "nora", "Oxygen 2 L/min")
    with pytest.raises(Unreadable):
        await acts.say_acted(bed.store, bed.bus, bed.door, alarm.id, "  ", bed.now)
    with pytest.raises(Missing):
        await acts.say_acted(bed.store, bed.bus, bed.door, 999, "x", bed.now)
