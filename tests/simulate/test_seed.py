"""The demo's cast in a real database: written once, never among other people."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from argon2 import PasswordHasher

from homeward.model.errors import Misconfigured
from homeward.services.call.roster import read_rotas
from homeward.services.call.rota import gaps
from homeward.services.sentinel import pretend
from homeward.simulate import cast, seed

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
TABLES = ("person", "ward", "patient", "stay", "device", "association")
CALLS = ("chain", "chain_step", "rota", "rota_plan", "assignment")


def counted(url: str) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        return {
            table: connection.execute(f"select count(*) from {table}").fetchone()[0]
            for table in (*TABLES, *CALLS)
        }


async def test_the_cast_is_written_once(store, database_url):
    assert await seed.seed(store, NOW, answer_seconds=120)
    first = counted(database_url)
    assert first == {
        "person": 10, "ward": 2, "patient": 10, "stay": 10, "device": 10, "association": 10,
        "chain": 2, "chain_step": 8, "rota": 3, "rota_plan": 3, "assignment": 8,
    }  # fmt: skip
    assert not await seed.seed(store, NOW + timedelta(hours=1), answer_seconds=120)
    assert counted(database_url) == first


async def test_accounts_know_the_password_and_patients_their_record(store, database_url):
    await seed.seed(store, NOW, answer_seconds=120)
    with psycopg.connect(database_url) as connection:
        hashed = connection.execute("select distinct password_hash from person").fetchall()
        own = connection.execute(
            "select person.login, patient.name from patient join person on person.id = person_id"
        ).fetchall()
    assert PasswordHasher().verify(hashed[0][0], cast.PASSWORD)
    assert sorted(own) == [("rosa", "Rosa Marin"), ("tom", "Tom Hale")]


async def test_oxygen_scale_2_names_the_doctor_who_ordered_it(store, database_url):
    await seed.seed(store, NOW, answer_seconds=120)
    with psycopg.connect(database_url) as connection:
        ordered = connection.execute(
            "select patient.name, person.name from patient "
            "join person on person.id = oxygen_scale_by where oxygen_scale = 2"
        ).fetchall()
    assert ordered == [("Edith Marlow", "Dan Weiss")]


async def test_a_demo_never_moves_in_with_real_people(store, database_url):
    with psycopg.connect(database_url) as connection:
        connection.execute("insert into person (name, login, role) values ('A', 'a', 'nurse')")
    with pytest.raises(Misconfigured, match="real installation"):
        await seed.seed(store, NOW, answer_seconds=120)
    assert counted(database_url)["patient"] == 0


async def test_a_sentinel_that_came_first_is_nobody_real(store, database_url):
    await pretend.keep(store.door(), "sentinel", NOW)
    assert await seed.seed(store, NOW, answer_seconds=120)
    assert not await seed.seed(store, NOW, answer_seconds=120)


async def test_what_a_device_remembers_is_its_patients(store, database_url):
    await seed.seed(store, NOW, answer_seconds=120)
    with psycopg.connect(database_url) as connection:
        begins = connection.execute("select max(starts) from association").fetchone()[0]
    assert begins < NOW - timedelta(hours=24)


async def test_at_every_hour_somebody_of_the_cast_is_on_call(store):
    await seed.seed(store, NOW, answer_seconds=120)
    rotas = await read_rotas(store.door(), NOW, NOW)
    assert len(rotas) == len(cast.ROTAS)
    for rota in rotas:
        assert rota.rota is not None
        assert gaps(rota.rota, NOW, NOW + timedelta(days=14)) == []
