"""Who is measured by what: what has changed is seen, and only that is made anew."""

from datetime import UTC, date, datetime, timedelta

import pytest

from homeward.services.watch import registry as module
from homeward.services.watch.registry import Registry
from homeward.store import Store

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
PATIENTS = 6
FILL = f"""
insert into ward (id, name, kind) overriding system value values (1, 'Ward', 'ward');
insert into patient (id, record_number, name, birth_date, sex) overriding system value
    select n, 'p' || n, 'P' || n, '1960-01-01', 'female' from generate_series(1, {PATIENTS}) n;
insert into stay (patient_id, ward_id, bed, starts)
    select n, 1, 'b' || n, '2026-03-01' from generate_series(1, {PATIENTS}) n;
insert into device (id, name, kind, expects) overriding system value
    select n, 'd' || n, 'monitor', case when n = 1 then '{{"pulse": 5}}' else '{{}}' end::jsonb
    from generate_series(1, {PATIENTS}) n;
insert into association (id, device_id, patient_id, starts, source) overriding system value
    select n, n, n, '2026-03-01', 'test' from generate_series(1, {PATIENTS}) n;
insert into habit (association_id, vital, seconds) values (2, 'pulse', 10), (2, 'systolic', 300);
"""


async def sql(store: Store, text: str) -> None:
    async with store.pool.connection() as connection:
        await connection.execute(text.encode())


async def test_what_is_known_of_each(store: Store):
    await sql(store, FILL)
    registry = Registry()
    assert await registry.look(store.door(), NOW)
    devices = {each.device_id: each for each in registry.watched if each.device_id > 0}
    assert len(registry.watched) == 2 * PATIENTS  # everybody in a bed is observed by hand too
    assert (devices[1].expects, devices[1].is_stated) == ({"pulse": 5}, True)
    assert (devices[2].expects, devices[2].is_stated) == ({"pulse": 10, "systolic": 300}, False)
    assert (devices[3].expects, devices[3].scores, devices[3].sensors_off) == ({}, {}, {})
    assert (devices[3].bed, devices[3].ward, devices[3].birth_date) == (
        "b3",
        "Ward",
        date(1960, 1, 1),
    )


@pytest.mark.parametrize(
    ("change", "patient", "seen"),
    [
        ("update device set name = 'new' where id = 5", 5, {"device": "new"}),
        ("insert into habit values (4, 'pulse', 20)", 4, {"expects": {"pulse": 20}}),
        (
            "insert into device_state (device_id, connected, since, offset_seconds, sensors_off)"
            " values (3, false, now(), 90, '{\"finger\": [1, 2]}')",
            3, {"connected": False, "offset_seconds": 90, "sensors_off": {"finger": [1, 2]}},
        ),
    ],
)  # fmt: skip
async def test_a_change_is_seen_and_nothing_else_made_anew(store: Store, change, patient, seen):
    await sql(store, FILL)
    registry, door = Registry(), store.door()
    await registry.look(door, NOW)
    before = list(registry.watched)
    assert not await registry.look(door, NOW + timedelta(seconds=5))
    await sql(store, change)
    assert await registry.look(door, NOW + timedelta(seconds=10))
    device = next(each for each in registry.watched if each.device_id == patient)
    assert {name: getattr(device, name) for name in seen} == seen
    others = [each for each in registry.watched if each != device]
    assert len(others) == len(before) - 1
    assert all(each in before for each in others)


async def test_thousands_are_compared_in_parts(store: Store, monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 2)
    await sql(store, FILL)
    registry, door = Registry(), store.door()
    await registry.look(door, NOW)
    before = {id(each) for each in registry.watched}
    await sql(
        store, "insert into device_state (device_id, connected, since) values (3, false, now())"
    )
    assert await registry.look(door, NOW)
    assert len(before & {id(each) for each in registry.watched}) > PATIENTS
    await sql(store, "update association set ends = now() where id = 6")
    assert await registry.look(door, NOW)
    assert {each.device_id for each in registry.watched} == {-1, 1, 2, 3, 4, 5}


async def test_whoever_wears_a_device_in_quarantine_is_still_expected_to_be_heard(store: Store):
    await sql(store, FILL)
    await sql(store, "update device set status = 'quarantined' where id = 1")
    await sql(store, "update device set status = 'revoked' where id = 2")
    registry = Registry()
    await registry.look(store.door(), NOW)
    devices = {each.device_id: each for each in registry.watched if each.device_id > 0}
    assert devices[1].expects == {"pulse": 5}
    assert 2 not in devices
