"""A ward's alarm load: what rang, who acted, and what a longer delay would have spared."""

from datetime import UTC, datetime, timedelta

import pytest

from homeward.services.watch.load import load_of

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


class Unit:
    def __init__(self, store) -> None:
        self.store = store
        self.ward = 0
        self.patients: list[int] = []

    async def sql(self, text, **values):
        async with self.store.pool.connection() as connection:
            cursor = await connection.execute(text, values)
            return await cursor.fetchall() if cursor.description else []

    async def open(self, patients: int, days: float) -> None:
        self.ward = (
            await self.sql("insert into ward (name, kind) values ('3', 'ward') returning id")
        )[0][0]
        for n in range(patients):
            rows = await self.sql(
                "insert into patient (record_number, name, birth_date, sex)"
                " values (%(n)s::text, %(n)s::text, '1950-01-01', 'female') returning id",
                n=f"p{n}",
            )  # fmt: skip
            self.patients.append(rows[0][0])
            await self.sql(
                "insert into stay (patient_id, ward_id, bed, starts)"
                " values (%(p)s, %(w)s, %(bed)s, %(at)s)",
                bed=str(n), p=rows[0][0], w=self.ward, at=NOW - timedelta(days=days),
            )  # fmt: skip

    async def rang(
        self, patient: int, ago_hours: float, lasted: float, *, condition="heart_rate_high",
        acted=False, pending=20, cause=None, priority="medium",
    ) -> int:  # fmt: skip
        raised = NOW - timedelta(hours=ago_hours)
        rows = await self.sql(
            "insert into alarm (patient_id, condition, kind, priority, state, text, since, raised,"
            " rung, cleared, resolved, acknowledged, cause_id) values (%(p)s, %(c)s,"
            " 'physiological', %(priority)s, 'resolved', '', %(since)s, %(at)s, %(at)s, %(end)s,"
            " %(end)s, %(ack)s, %(cause)s) returning id",
            p=self.patients[patient], c=condition, since=raised - timedelta(seconds=pending),
            at=raised, end=raised + timedelta(seconds=lasted), priority=priority,
            ack=raised if acted else None, cause=cause,
        )  # fmt: skip
        return rows[0][0]

    async def load(self, days=30):
        return await load_of(self.store.door(), self.ward, days, NOW)


@pytest.fixture
async def unit(store) -> Unit:
    return Unit(store)


async def test_a_ward_without_alarms_has_no_load(unit) -> None:
    await unit.open(2, days=10)
    load = await unit.load()
    assert (load.alarms, load.bed_days, load.per_bed_day) == (0, 20.0, 0.0)
    assert (load.rules, load.busiest, load.top_tenth) == ([], [], None)


async def test_alarms_per_bed_and_day_and_who_acted(unit) -> None:
    await unit.open(2, days=5)
    await unit.rang(0, 1, 60, acted=True)
    await unit.rang(0, 2, 60)
    await unit.rang(1, 3, 60, condition="oxygen_low", priority="high")
    await unit.rang(1, 24 * 40, 60)  # before the days asked about
    load = await unit.load()
    assert (load.alarms, load.per_bed_day, load.acted, load.high) == (3, 0.3, 1, 1)
    assert [(each.condition, each.alarms) for each in load.rules] == [
        ("heart_rate_high", 2),
        ("oxygen_low", 1),
    ]


async def test_the_top_tenth_of_patients(unit) -> None:
    await unit.open(20, days=1)
    for patient in range(20):
        for n in range(41 if patient < 2 else 1):
            await unit.rang(patient, 1 + n / 10, 60)
    load = await unit.load()
    assert (load.patients, load.top_tenth) == (20, 0.82)
    assert [each.alarms for each in load.busiest][:3] == [41, 41, 1]


async def test_brief_alarms_nobody_acted_on_suggest_a_longer_delay_with_the_evidence(unit) -> None:
    await unit.open(1, days=30)
    for n in range(8):
        await unit.rang(0, 1 + n, 8)
    for n in range(8):
        await unit.rang(0, 20 + n, 300, acted=True)
    (rule,) = (await unit.load()).rules
    assert (rule.more_seconds, rule.spared, rule.alarms) == (10, 8, 16)


async def test_no_delay_is_suggested_for_what_was_acted_on_or_did_not_wait(unit) -> None:
    await unit.open(1, days=30)
    for n in range(20):
        await unit.rang(0, 1 + n, 8, acted=True)
        await unit.rang(0, 1 + n, 8, condition="oxygen_low", pending=0)  # extreme: at once
    assert [each.more_seconds for each in (await unit.load()).rules] == [None, None]


async def test_what_is_below_a_cause_is_counted_once(unit) -> None:
    await unit.open(1, days=1)
    cause = await unit.rang(0, 1, 60, condition="gateway_silent")
    await unit.rang(0, 1, 60, condition="device_silent", cause=cause)
    assert (await unit.load()).alarms == 1
