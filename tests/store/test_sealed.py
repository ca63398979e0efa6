"""Names and notes lie sealed: sealed as they are written, or later; opened as they are read."""

from contextlib import AsyncExitStack

import psycopg
import pytest

from homeward.guard.sealing import Blind, Secret, Wrapping, new_key, of_patient, wrapping_name
from homeward.model.errors import Misconfigured
from homeward.store import Door, Store
from homeward.store.keyring import ERASED, LOCKED, Keyring
from homeward.store.sealed import PLACES, Q, in_clear, seal, seal_anew
from homeward.store.sql import Query
from homeward.store.wrapping import wrap_anew
from tests.conftest import WRAPPING

IN_CLEAR = """
insert into person (name, login, role) values ('Relative Quist', 'quist', 'relative'), ('Nora', 'nora', 'nurse');
insert into patient (record_number, name, birth_date, sex) values ('R-77', 'Anna Quagga', '1950-01-01', 'female');
insert into contact (person_id, place, way, address, created) values (1, 1, 'sms', '+442079460123', now());
insert into relative (patient_id, person_id, priorities, since, made, made_by, why) values (1, 1, '{high}', now(), now(), 2, 'her sister Quist');
insert into observation (key, patient_id, person_id, at, entered, reason) values (gen_random_uuid(), 1, 2, now(), now(), 'Quagga moved');
insert into observation_order (patient_id, person_id, by_role, at, reason, until) values (1, 2, 'nurse', now(), 'Quagga is worse', now());
insert into pregnancy (patient_id, at, is_pregnant, recorded_by, reason) values (1, now(), false, 2, 'Quagga said so');
insert into rule_setting (rule, patient_id, choice, set_at, set_by, by_role, reason) values ('x', 1, 'off', now(), 2, 'nurse', 'Quagga trembles');
insert into score_switch (score, patient_id, is_on, at, set_by, reason) values ('news2', 1, true, now(), 2, 'Quagga');
insert into alarm (patient_id, condition, kind, priority, state, text, since, raised, rung, acknowledged_reason) values (1, 'x', 'physiological', 'high', 'active', 'x', now(), now(), now(), 'Quagga seen');
insert into alarm_event (alarm_id, at, event, state, detail) values (1, now(), 'acknowledged', 'acknowledged', '{"reason": "Quagga seen"}');
"""  # noqa: E501
WORDS = ("Quagga", "Quist", "R-77", "+442079460123")


def sql(text: str) -> Query:
    return Query("test", text.encode(), "")


async def names(door: Door) -> list[str]:
    rows = await door.all(sql("select name, record_number from patient_shown order by id"), dict)
    return [f"{row['name']} {row['record_number']}" for row in rows]


async def admit(door: Door, number: int, name: str) -> None:
    own = of_patient(number)
    await door.run(
        sql(
            "insert into patient (id, record_number, number_sealed, name, birth_date, sex)"
            " overriding system value values (%(id)s, %(found)s, %(number)s, %(name)s,"
            " '1950-01-01', 'female')"
        ),
        id=number, name=Secret(own, "patient.name", name),
        found=Blind("patient.record_number", f"R-{number}", is_kept=True),
        number=Secret(own, "patient.number_sealed", f"R-{number}"),
    )  # fmt: skip


def everything(url: str) -> str:
    """All rows of all tables, as they lie there."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "select relname from pg_class where relkind = 'r'"
            " and relnamespace = 'public'::regnamespace"
        ).fetchall()
        rows = [
            connection.execute(f'select t::text from "{name}" t').fetchall() for (name,) in tables
        ]
    return str(rows)


def test_a_column_is_sealed_where_its_type_says_so_and_nowhere_else(store: Store) -> None:
    with psycopg.connect(store.url) as connection:
        rows = connection.execute(
            "select table_name || '.' || column_name from information_schema.columns"
            " join pg_class on relname = table_name and relkind = 'r'"
            " where table_schema = 'public' and data_type = 'character'"
        ).fetchall()
    places = {place.name for place in PLACES} | {"patient.number_sealed"}
    assert {name for (name,) in rows} == places


async def test_what_is_written_lies_sealed_and_is_read_as_it_was(store: Store) -> None:
    door = store.door()
    await admit(door, 1, "Anna Quagga")
    assert await names(door) == ["Anna Quagga R-1"]
    assert "Quagga" not in everything(store.url)
    find = sql("select id from patient where record_number = any(%(number)s)")
    assert await door.all(find, dict, number=Blind("patient.record_number", "R-1")) == [{"id": 1}]
    assert await door.all(find, dict, number=Blind("patient.record_number", "R-2")) == []
    lists = sql("select array_agg(name) as names from patient_shown")
    assert (await door.one(lists, dict))["names"] == ["Anna Quagga"]


async def test_what_was_in_clear_is_sealed_beside_everybody_who_works(store: Store) -> None:
    with psycopg.connect(store.url) as connection:
        connection.execute(IN_CLEAR.encode())
    door = store.door()
    before = await names(door)
    assert await in_clear(door) >= 11
    while await seal(door):
        pass
    assert await in_clear(door) == 0
    held = everything(store.url)
    assert [word for word in WORDS if word in held] == []
    assert "Nora" in held
    assert await names(door) == before == ["Anna Quagga R-77"]
    told = await door.one(sql("select address from contact"), dict)
    assert told["address"] == "+442079460123"
    said = await door.one(
        sql("select (detail ->> 'reason')::bpchar as reason from alarm_event"), dict
    )
    assert said["reason"] == "Quagga seen"


async def test_before_sealing_has_begun_it_is_written_as_the_version_before_reads_it(
    store: Store,
) -> None:
    with psycopg.connect(store.url) as connection:
        connection.execute("update sealing set begun = null")
    door = store.door()
    await admit(door, 1, "Anna")
    with psycopg.connect(store.url) as connection:
        row = connection.execute("select name, record_number from patient").fetchone()
    assert row == ("Anna", "R-1")
    await door.run(Q.begin_sealing, at_once=False)
    assert not (await door.one(Q.sealing, dict))["is_begun"]
    with psycopg.connect(store.url) as connection:
        connection.execute("update migration set applied = now() - interval '2 days'")
    await door.run(Q.begin_sealing, at_once=False)
    assert (await door.one(Q.sealing, dict))["is_begun"]


async def test_a_key_that_came_to_nothing_seals_nothing(store: Store) -> None:
    async def fails() -> None:
        async with store.door().transaction() as inside:
            await admit(inside, 1, "Anna")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    await admit(store.door(), 1, "Anna")
    store.keys.forget()
    assert await names(store.door()) == ["Anna R-1"]


async def test_a_new_wrapping_key_comes_while_everybody_works(store: Store) -> None:
    keys = [WRAPPING.keys[0]]
    fresh = new_key()
    async with AsyncExitStack() as stack:
        many = [
            await stack.enter_async_context(
                Store.open(store.url, keys=Keyring(lambda: Wrapping(list(keys))))
            )
            for _ in range(2)
        ]
        for number, each in enumerate(many, 1):
            await admit(each.door(), number, f"Anna {number}")
        keys.append(fresh)  # `homeward keys rotate` writes both to the file first
        known = Wrapping(keys)
        assert await wrap_anew(store.door(), known, wrapping_name(fresh)) == 3
        keys.remove(WRAPPING.keys[0])
        for number, each in enumerate(many, 3):
            await admit(each.door(), number, f"Anna {number}")
            each.keys.forget()
            assert (await names(each.door()))[number - 1] == f"Anna {number} R-{number}"
    with psycopg.connect(store.url) as connection:
        by = connection.execute("select distinct wrapped_by from data_key").fetchall()
    assert by == [(wrapping_name(fresh),)]


async def test_the_key_of_another_database_is_refused_at_the_start(store: Store) -> None:
    await admit(store.door(), 1, "Anna")
    strange = Keyring(lambda: Wrapping([new_key()]))
    with pytest.raises(Misconfigured, match="bring the key file"):
        await strange.adopt(store.door())
    async with Store.open(store.url, keys=strange) as other:
        assert await names(other.door()) == [f"{LOCKED} {LOCKED}"]  # an alarm is shown all the same


async def test_a_patient_gets_a_new_key_and_the_old_one_goes(store: Store) -> None:
    door = store.door()
    await admit(door, 1, "Anna")
    assert await store.keys.renew(door, of_patient(1)) == 2
    assert await seal_anew(door, "patient", 1) == 1
    with psycopg.connect(store.url) as connection:
        row = connection.execute("select name from patient").fetchone()
        connection.execute(
            "update data_key set retired = now() - interval '2 hours' where owner = 'patient/1'"
            " and version = 1"
        )
    assert row is not None
    assert row[0].startswith("sealed:patient/1:2:")
    await door.run(Q.forget_retired_keys, owner="patient/1")
    store.keys.forget()
    assert (await names(door))[0].startswith("Anna")


async def test_moved_to_another_patient_it_does_not_open_as_theirs(store: Store) -> None:
    door = store.door()
    await admit(door, 1, "Anna")
    await admit(door, 2, "Berta")
    with psycopg.connect(store.url) as connection:
        connection.execute(
            "update patient set name = replace(name, 'patient/1', 'patient/2') where id = 1"
        )
    store.keys.forget()
    assert await names(door) == [f"{LOCKED} R-1", "Berta R-2"]


async def test_without_its_key_it_says_nothing(store: Store) -> None:
    door = store.door()
    await admit(door, 1, "Anna")
    await door.run(Q.destroy_data_keys, owner=of_patient(1))
    store.keys.forget()
    assert await names(door) == [f"{ERASED} {ERASED}"]
