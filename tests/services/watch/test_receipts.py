"""Who was shown which ringing of an alarm and when, and how long the way to a screen was."""

from datetime import UTC, datetime, timedelta

import pytest

from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.person import Actor, Role
from homeward.services.watch import ledger
from homeward.services.watch.latency import LATE, lateness, steps
from homeward.services.watch.ledger import Change, Q
from homeward.services.watch.receipts import Rendered, mark_shown

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


class Bed:
    def __init__(self, store, bus, ids) -> None:
        self.store, self.bus, self.ids = store, bus, ids

    def door(self, role: Role, patient: str | None = None):
        number = self.ids[role]
        return self.store.door(Actor(number, role, role, patient and self.ids[patient]))

    async def is_found(self, priority, at: datetime, *, whose="ada", judged_after=0.1):
        key = Key("oxygen_low", self.ids[whose])
        finding = Finding(priority, "SpO₂", at)
        decided = at + timedelta(seconds=judged_after)
        change = Change(key, Kind.PHYSIOLOGICAL, decided, finding, at, at)
        return (await ledger.write(self.store, self.bus, [change]))[0]

    async def receipts(self, alarm) -> list[tuple[str, float | None]]:
        rows = await self.store.door().all(Q.receipts, dict, id=alarm.id)
        return [(row["person"], row["seconds"]) for row in rows]


@pytest.fixture
async def bed(store, bus):
    async def number(text):
        async with store.pool.connection() as connection:
            return (await (await connection.execute(text + " returning id")).fetchone())[0]

    ids: dict[str, int] = {}
    for name in ("ada", "rosa"):
        ids[name] = await number(
            "insert into patient (record_number, name, birth_date, sex)"
            f" values ('{name}', '{name}', '1950-01-01', 'female')"
        )
    for role in (Role.NURSE, Role.DOCTOR, Role.PATIENT):
        ids[role] = await number(f"insert into person (name, role) values ('{role}', '{role}')")
    return Bed(store, bus, ids)


def rendered(alarm, is_live: bool = True) -> list[Rendered]:
    return [Rendered(alarm.id, alarm.rung, is_live)]


async def test_the_first_time_of_each_person_counts(bed):
    alarm = await bed.is_found(Priority.MEDIUM, NOW)
    nurse, doctor = bed.door(Role.NURSE), bed.door(Role.DOCTOR)
    assert await mark_shown(nurse, rendered(alarm), after(0.5)) == 1
    assert await mark_shown(nurse, rendered(alarm), after(9)) == 0
    assert await mark_shown(doctor, rendered(alarm, is_live=False), after(60)) == 1
    assert await bed.receipts(alarm) == [("nurse", 0.5), ("doctor", None)]


async def test_a_ringing_that_was_not_seen_has_no_receipt(bed):
    shown = await bed.is_found(Priority.MEDIUM, NOW)
    worse = await bed.is_found(Priority.HIGH, after(30))
    nurse = bed.door(Role.NURSE)
    assert await mark_shown(nurse, rendered(shown), after(31)) == 0
    assert await mark_shown(nurse, rendered(worse), after(32)) == 1
    assert await bed.receipts(worse) == [("nurse", 2.0)]


async def test_a_patients_receipt_counts_for_their_own_alarms_only(bed):
    hers = await bed.is_found(Priority.MEDIUM, NOW, whose="rosa")
    other = await bed.is_found(Priority.MEDIUM, NOW, whose="ada")
    door = bed.door(Role.PATIENT, "rosa")
    assert await mark_shown(door, rendered(hers) + rendered(other), after(1)) == 1
    assert await bed.receipts(other) == []


async def test_each_step_is_measured_over_hour_day_and_month(bed):
    old = await bed.is_found(Priority.MEDIUM, after(-7200), whose="rosa")
    await mark_shown(bed.door(Role.NURSE), rendered(old), after(-7199))
    alarm = await bed.is_found(Priority.MEDIUM, NOW)
    await mark_shown(bed.door(Role.NURSE), rendered(alarm), after(0.5))
    await ledger.acknowledge(
        bed.store, bed.bus, bed.door(Role.NURSE), alarm.id, "I go", after(40.1)
    )
    found = {(each.span, each.step): each for each in await steps(bed.store.door(), after(60))}
    assert len(found) == 15
    assert found["hour", "shown"].alarms == 1
    assert found["day", "shown"].alarms == 2
    assert found["hour", "judged"].p99_seconds == pytest.approx(0.1)
    assert found["hour", "shown"].p50_seconds == pytest.approx(0.5)
    assert found["day", "shown"].p50_seconds == pytest.approx(0.75)
    assert found["hour", "answered"].p50_seconds == pytest.approx(40.0)
    assert (found["hour", "called"].alarms, found["hour", "called"].p99_seconds) == (0, None)


async def test_lateness_is_an_alarm_of_its_own_until_it_is_over(bed):
    door = bed.store.door()
    assert (await lateness(door, NOW, 2)).over
    await bed.is_found(Priority.HIGH, NOW, judged_after=3.5)
    late = await lateness(door, after(10), 2)
    assert (late.what, late.over) == (LATE, False)
    assert late.text == "Alarms are late in the last hour: judged after 3.5 s (p99 of 1)"
    assert (await lateness(door, after(3700), 2)).over
