"""An acknowledgement covers what its person saw: one condition of one patient, and no worse."""

from datetime import UTC, date, datetime, timedelta

import pytest

from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority, State
from homeward.model.errors import Conflict
from homeward.model.person import Actor, Role
from homeward.services.watch import ledger
from homeward.services.watch.ledger import Change, Seen

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


class Bed:
    def __init__(self, store, bus, patient: int, nurse: int) -> None:
        self.store, self.bus, self.patient = store, bus, patient
        self.door = store.door(Actor(nurse, "nora", Role.NURSE))
        self.now = NOW

    async def is_found(self, priority: Priority | None):
        """The condition holds at this priority, or is over."""
        self.now += timedelta(seconds=1)
        finding = priority and Finding(priority, f"glucose, {priority}", self.now)
        change = Change(
            Key("glucose_low", self.patient), Kind.PHYSIOLOGICAL, self.now, finding, self.now,
            self.now,
        )  # fmt: skip
        return (await ledger.write(self.store, self.bus, [change]))[0]

    async def acknowledges(self, alarm, seen: Seen | None):
        return await ledger.acknowledge(
            self.store, self.bus, self.door, alarm.id, "I go", self.now, seen
        )


@pytest.fixture
async def bed(store, bus):
    async def number(text, **values):
        async with store.pool.connection() as connection:
            return (await (await connection.execute(text + " returning id", values)).fetchone())[0]

    patient = await number(
        "insert into patient (record_number, name, birth_date, sex)"
        " values ('1', 'ada', %(born)s, 'female')",
        born=date(1950, 1, 1),
    )
    nurse = await number("insert into person (name, role) values ('nora', 'nurse')")
    return Bed(store, bus, patient, nurse)


def seen(alarm) -> Seen:
    return Seen(Priority(alarm.priority), State(alarm.state))


@pytest.mark.parametrize(("measured_seconds", "rings"), [(-3, False), (0, False), (3, True)])
async def test_h16_an_older_reading_rings_nothing_again_that_is_over(bed, measured_seconds, rings):
    """Nor one that the watcher before did not hear, and the record did."""
    raised = bed.now + timedelta(seconds=1)
    await bed.is_found(Priority.HIGH)
    over = await bed.is_found(None)
    assert over.state == "latched"
    measured = raised + timedelta(seconds=measured_seconds)
    later = bed.now + timedelta(seconds=20)
    change = Change(
        Key("glucose_low", bed.patient), Kind.PHYSIOLOGICAL, later,
        Finding(Priority.HIGH, "glucose", measured), measured, measured, is_again=True,
    )  # fmt: skip
    told = await ledger.write(bed.store, bed.bus, [change])
    assert [(each.state, each.rung > over.rung) for each in told] == [("active", True)] * rings


async def test_h16_an_older_reading_never_ends_what_a_newer_one_raised(bed):
    """Whoever takes over judges the last seconds again."""
    alarm = await bed.is_found(Priority.MEDIUM)
    key = Key("glucose_low", bed.patient)
    older = bed.now - timedelta(seconds=3)
    change = Change(key, Kind.PHYSIOLOGICAL, bed.now, None, older, older, is_again=True)
    assert await ledger.write(bed.store, bed.bus, [change]) == []
    assert (await bed.is_found(None)).id == alarm.id  # a newer one ends it


async def test_what_was_seen_is_acknowledged(bed):
    alarm = await bed.is_found(Priority.MEDIUM)
    assert (await bed.acknowledges(alarm, seen(alarm))).state == "acknowledged"


async def test_what_became_worse_meanwhile_is_not_acknowledged(bed):
    shown = await bed.is_found(Priority.MEDIUM)
    await bed.is_found(Priority.HIGH)
    with pytest.raises(Conflict, match="worse"):
        await bed.acknowledges(shown, seen(shown))
    alarm = await bed.is_found(None)
    assert (alarm.state, alarm.acknowledged) == ("latched", None)


async def test_what_came_back_meanwhile_is_not_acknowledged_as_over(bed):
    await bed.is_found(Priority.HIGH)
    shown = await bed.is_found(None)
    now = await bed.is_found(Priority.HIGH)
    with pytest.raises(Conflict, match="back"):
        await bed.acknowledges(shown, seen(shown))
    assert (await bed.acknowledges(now, seen(now))).state == "acknowledged"


async def test_what_ended_meanwhile_is_acknowledged_all_the_same(bed):
    shown = await bed.is_found(Priority.HIGH)
    await bed.is_found(None)
    assert (await bed.acknowledges(shown, seen(shown))).state == "resolved"


async def test_who_acknowledged_is_answered_though_nobody_could_be_told(bed):
    class Deaf:
        connected = True

        async def tell(self, subject: str, thing) -> None:
            raise ConnectionError

    alarm = await bed.is_found(Priority.HIGH)
    bed.bus = Deaf()
    assert (await bed.acknowledges(alarm, seen(alarm))).state == "acknowledged"


async def test_a_high_alarm_nobody_saw_stays_high_when_it_comes_back_milder(bed):
    """Else its end would take off the board what nobody ever saw."""
    await bed.is_found(Priority.HIGH)
    over = await bed.is_found(None)
    back = await bed.is_found(Priority.MEDIUM)
    assert (back.state, back.priority, back.text) == ("active", Priority.HIGH, "glucose, high")
    assert back.rung > over.rung
    over = await bed.is_found(None)
    assert over.state == "latched"
    assert (await bed.acknowledges(over, seen(over))).state == "resolved"
