"""A chain of before rotas is the same chain after, and what is under way goes on."""

from datetime import UTC, datetime

import psycopg

from homeward.services.call.converge import converge
from homeward.services.call.roster import read_roster
from homeward.store import Store
from homeward.store.migrate import migrate, migrations

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
BEFORE = [each for each in migrations() if each.number < 15]
PEOPLE = "insert into person (name, role) values ('nora', 'nurse'), ('dan', 'doctor')"
OTHERS = (
    "insert into ward (name, kind) values ('Ward 3', 'ward'), ('Ward 4', 'ward')",
    "insert into escalation values (1, 1, 1, 120), (1, 2, 2, 60), (2, 1, 2, 30)",
    "insert into patient (record_number, name, birth_date, sex) values ('R', 'A', now(), 'female')",
    "insert into stay (patient_id, ward_id, bed, starts) values (1, 1, '3-01', '2026-02-01')",
    "insert into alarm (patient_id, condition, kind, priority, state, text, since, raised, rung)"
    " values (1, 'x', 'physiological', 'high', 'active', 'x', '2026-03-01', '2026-03-01',"
    " '2026-03-01')",
    "insert into call (alarm_id, audience, step, person_id, created, due, seen) values"
    " (1, 'carer', 1, 1, '2026-03-01 01:59:00Z', '2026-03-01 02:01:00Z', '2026-03-01 02:00Z')",
)


async def test_a_chain_and_a_call_under_way_come_through_the_migration(engines, bus):
    with psycopg.connect(engines.postgres_url, autocommit=True) as admin:
        admin.execute("create database before_rotas")
    url = engines.postgres.database_url("before_rotas")
    migrate(url, BEFORE)
    with psycopg.connect(url, autocommit=True) as connection:
        for text in (PEOPLE, *OTHERS):
            connection.execute(text)
    migrate(url)
    async with Store.open(url) as store:
        roster = await read_roster(store.door(), NOW)
        steps = [(e.ward_id, e.step, e.target, e.person_id, e.wait_seconds) for e in roster.links]
        assert steps == [
            (1, 1, "person", 1, 120), (1, 2, "person", 2, 60), (2, 1, "person", 2, 30),
        ]  # fmt: skip
        await converge(store, bus, NOW, 120)
        calls = "select person_id from call order by id"
        async with store.pool.connection() as connection:
            cursor = await connection.execute(calls)
            assert await cursor.fetchall() == [(1,)]  # Nora has seen it and may still answer
    with psycopg.connect(engines.postgres_url, autocommit=True) as admin:
        admin.execute("drop database before_rotas with (force)")
