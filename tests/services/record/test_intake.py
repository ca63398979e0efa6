"""Nothing is settled before its commit; nothing that was settled is lost or doubled."""

import asyncio
import contextlib
import json
from dataclasses import replace
from datetime import timedelta

import msgspec
import numpy as np
import psycopg
import pytest

from homeward.bus import Bus
from homeward.engines.child import running
from homeward.engines.nats import Nats
from homeward.model.beyond import PUT_ASIDE
from homeward.model.delivery import Outcome, SensorsOff, Spoiled
from homeward.model.errors import Unreachable
from homeward.model.frame import HOT
from homeward.services.record import hot as hot_module
from homeward.services.record import intake as intake_module
from homeward.services.record.hot import TOGETHER_SECONDS
from homeward.services.record.intake import Intake
from homeward.services.record.pace import BETWEEN_FEW_SECONDS
from homeward.standards.payload import decode
from homeward.store import Query
from homeward.store.chunks import micros
from tests.inbox import MESSAGES
from tests.services.record.conftest import TEN

MINUTE = timedelta(minutes=1)


async def test_a_row_is_visible_to_others_when_it_is_settled(house, database_url):
    seen = []
    with psycopg.connect(database_url, autocommit=True) as other:

        def settle(outcome):
            count = other.execute(MESSAGES).fetchone()[0]
            seen.append((outcome, count))

        house.intake.offer(house.delivery("monitor", 7, ("pulse", 72, TEN)), settle)
        assert seen == []  # offering alone stores nothing
        await house.intake.settled()
    assert seen == [(Outcome.STORED, 1)]


async def test_a_duplicate_is_stored_once_and_settled_twice(house):
    once = house.delivery("monitor", 1, ("pulse", 72, TEN))
    assert await house.sends(once, once) == [Outcome.STORED] * 2
    assert await house.sends(once) == [Outcome.STORED]
    await house.wears("ann", "monitor", TEN)
    for _ in range(3):  # in the inbox, in minutes, in hours
        assert await house.charted("ann") == [(TEN, 72)]
        await house.passes(hours=1)


async def test_a_number_used_twice_for_different_readings_loses_neither(house):
    """A device that forgot its counter: told apart by what they say, never by a number alone."""
    second = timedelta(seconds=1)
    await house.wears("ann", "monitor", TEN)
    first = house.delivery("monitor", 1, ("pulse", 72, TEN))
    other = house.delivery("monitor", 1, ("pulse", 140, TEN + second), ("pulse", 72, TEN))
    assert await house.sends(first, other) == [Outcome.STORED] * 2
    await house.passes(minutes=5)
    later = house.delivery("monitor", 1, ("pulse", 80, TEN + 2 * second))
    assert await house.sends(later) == [Outcome.STORED]
    for _ in range(3):  # in the inbox, in minutes, in hours
        assert await house.charted("ann") == [
            (TEN, 72), (TEN + second, 140), (TEN + 2 * second, 80),
        ]  # fmt: skip
        await house.passes(hours=1)


async def test_many_offers_of_one_tick_share_a_commit(house):
    before = (await house.sql("select pg_current_xact_id()::text::bigint as n"))[0]["n"]
    many = [house.delivery("monitor", seq, ("pulse", 72, TEN)) for seq in range(1000)]
    assert await house.sends(*many) == [Outcome.STORED] * 1000
    after = (await house.sql("select pg_current_xact_id()::text::bigint as n"))[0]["n"]
    assert await house.waiting() == 1000
    assert after - before < 10


async def test_what_comes_all_the_time_shares_commits_and_messages(house, monkeypatch):
    commits, told = [], []
    write = house.intake._write

    async def counted(line, batch):
        commits.append(len(batch.rows))
        await write(line, batch)

    async def hear(_, body):
        told.append(len(body) // HOT.itemsize)

    monkeypatch.setattr(house.intake, "_write", counted)
    await house.tools.bus.listen("hot.readings", hear)
    loop = asyncio.get_running_loop()
    began, outcomes, count = loop.time(), [], 60
    for seq in range(count):
        house.intake.offer(house.delivery("monitor", seq, ("pulse", 72, TEN)), outcomes.append)
        await asyncio.sleep(0.001)
    while sum(told) < count or len(outcomes) < count:
        await asyncio.sleep(0.001)
    took = loop.time() - began
    assert sum(commits) == sum(told) == count
    assert outcomes == [Outcome.STORED] * count
    assert len(commits) <= took / BETWEEN_FEW_SECONDS + 2
    assert len(told) <= took / TOGETHER_SECONDS + 2


async def test_what_came_last_before_an_end_is_told_too(house, monkeypatch):
    monkeypatch.setattr(hot_module, "TOGETHER_SECONDS", 60)  # the end is well within it
    told = []

    async def hear(_, body):
        told.append(len(body) // HOT.itemsize)

    async with Intake.open(house.tools) as intake:
        await house.tools.bus.listen("hot.readings", hear)
        for seq in range(3):  # the first leaves at once, and the others wait for each other
            intake.offer(house.delivery("monitor", seq, ("pulse", 72, TEN)), lambda _: None)
            await asyncio.sleep(0.01)
    await until(lambda: sum(told) == 3)


async def test_a_fault_of_ours_costs_one_message_and_no_other(house, monkeypatch):
    faults = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: faults.append(what))
    packed = house.intake._packed

    def faulty(delivery, received):
        if delivery.seq == 7:
            raise RuntimeError("a bug")
        return packed(delivery, received)

    monkeypatch.setattr(house.intake, "_packed", faulty)
    many = [house.delivery("monitor", seq, ("pulse", 72, TEN)) for seq in range(20)]
    outcomes = await house.sends(*many)
    assert outcomes.count(Outcome.STORED) == 19
    assert outcomes.count(Outcome.NOT_STORED) == len(faults) == 1
    assert house.intake._waiting_bytes == 0


async def test_one_row_that_nobody_can_store_does_not_stop_the_others(house):
    """Its boot is not even a number the database knows."""
    device = house.devices["monitor"]
    mixed = [house.delivery("monitor", seq, ("pulse", 72, TEN)) for seq in range(20)]
    mixed.insert(7, house.delivery("monitor", 1, ("pulse", 72, TEN), boot=2**70))
    assert await house.sends(*mixed) == [Outcome.STORED] * 21
    assert await house.waiting() == 20
    (aside,) = await house.sql("select topic, body from quarantine")
    assert aside["topic"] == f"device {device}"
    assert np.frombuffer(aside["body"], HOT)["value"].tolist() == [72]


async def test_what_cannot_be_read_is_kept_whole_with_its_reason(house):
    told = asyncio.get_running_loop().create_future()

    async def hear(_, body):
        told.done() or told.set_result(body)

    stop = await house.tools.bus.listen("told.quarantine", hear)
    body = b"\x00\xffnot json"
    topic = "devices/monitor/readings"
    spoiled = Spoiled(house.devices["monitor"], TEN, topic, "not\0JSON", body)
    assert await house.sends(spoiled, spoiled) == [Outcome.STORED] * 2
    rows = await house.sql("select topic, reason, body from quarantine")
    assert rows == [{"topic": topic, "reason": "notJSON", "body": body}] * 2
    assert b'"count":2' in await asyncio.wait_for(told, 5)
    await stop()
    stop = await house.tools.bus.listen("told.trouble", hear)
    told = asyncio.get_running_loop().create_future()
    lost = Spoiled(house.devices["monitor"], TEN, topic, f"pulse is {PUT_ASIDE} (below)", b"LO")
    assert await house.sends(lost) == [Outcome.STORED]
    assert b"a value is beyond all it measures" in await asyncio.wait_for(told, 5)
    await stop()


async def test_while_the_database_is_away_nothing_counts_as_stored(house):
    assert await house.sends(house.delivery("monitor", 1, ("pulse", 72, TEN))) == [Outcome.STORED]
    async with house.store.pool.connection() as connection:
        await connection.execute("alter table inbox rename to inbox_away")
        outcomes = await house.sends(house.delivery("monitor", 2, ("pulse", 72, TEN)))
        assert outcomes == [Outcome.NOT_STORED]
        await connection.execute("alter table inbox_away rename to inbox")
    assert await house.sends(house.delivery("monitor", 2, ("pulse", 72, TEN))) == [Outcome.STORED]
    assert await house.waiting() == 2


DISK_FULL = """
create function no_room() returns trigger language plpgsql as
    $$ begin raise 'no space left on device' using errcode = 'disk_full'; end $$;
create trigger no_room before insert on inbox execute function no_room()"""


async def test_a_full_disk_is_told_apart_from_a_database_that_is_away(house):
    async with house.store.pool.connection() as connection:
        await connection.execute(DISK_FULL)
        outcomes = await house.sends(house.delivery("monitor", 2, ("pulse", 72, TEN)))
        assert outcomes == [Outcome.NO_ROOM]
        await connection.execute("drop trigger no_room on inbox")
    assert await house.sends(house.delivery("monitor", 2, ("pulse", 72, TEN))) == [Outcome.STORED]


async def test_with_little_room_left_readings_are_told_and_not_kept(house, monkeypatch):
    """What room there is, is for alarms; and they still come of what is told."""
    heard = asyncio.Queue()
    stop = await house.tools.bus.listen("hot.readings", lambda _, body: heard.put(body))
    monkeypatch.setattr(house.intake._disk, "is_full", True)
    assert await house.sends(house.delivery("monitor", 1, ("pulse", 72, TEN))) == [Outcome.NO_ROOM]
    assert await house.waiting() == 0
    assert house.intake._waiting_bytes == 0
    assert len(await asyncio.wait_for(heard.get(), 5)) == HOT.itemsize
    monkeypatch.setattr(house.intake._disk, "is_full", False)
    assert await house.sends(house.delivery("monitor", 1, ("pulse", 72, TEN))) == [Outcome.STORED]
    await stop()


CUT = (
    "select pg_terminate_backend(pid) from pg_stat_activity "
    "where application_name = 'homeward inbox' and datname = current_database()"
)


async def test_a_connection_cut_while_it_rests_costs_nothing(house):
    assert await house.sends(house.delivery("monitor", 1, ("pulse", 72, TEN))) == [Outcome.STORED]
    rested = [line._line for line in house.intake._idle if line._line is not None]
    await house.sql(CUT)
    await until(lambda: all(line.is_lost for line in rested))
    assert await house.sends(house.delivery("monitor", 2, ("pulse", 73, TEN))) == [Outcome.STORED]


async def test_a_connection_cut_while_it_writes_stores_nothing_and_comes_back(house):
    assert await house.sends(house.delivery("monitor", 1, ("pulse", 72, TEN))) == [Outcome.STORED]
    async with house.store.door().transaction() as held:
        await held.run(Query("test", b"lock table inbox in exclusive mode", ""))
        sending = asyncio.create_task(house.sends(house.delivery("monitor", 2, ("pulse", 73, TEN))))
        await until_async(lambda: waits_for_the_lock(house))
        await house.sql(CUT)
        assert await sending == [Outcome.NOT_STORED]
    again = await house.sends(house.delivery("monitor", 2, ("pulse", 73, TEN)))
    assert again == [Outcome.STORED]
    (row,) = await house.sql("select sum(messages)::int as messages from inbox")
    assert row["messages"] == 2


async def waits_for_the_lock(house) -> bool:
    rows = await house.sql(
        "select 1 from pg_stat_activity where application_name = 'homeward inbox' "
        "and datname = current_database() and wait_event_type = 'Lock'"
    )
    return bool(rows)


async def until_async(is_so):
    async with asyncio.timeout(10):
        while not await is_so():
            await asyncio.sleep(0.01)


async def test_without_the_bus_the_record_goes_on_and_the_hot_lane_comes_back(house, open_folder):
    nats = Nats(open_folder)
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    with contextlib.ExitStack() as engine:
        engine.enter_context(running(nats))
        async with Bus.open(nats.url) as bus, Intake.open(replace(house.tools, bus=bus)) as intake:
            house.intake = intake
            await bus.listen("hot.readings", lambda _, body: heard.put(body))
            engine.close()
            await until(lambda: not bus.connected)
            away = house.delivery("monitor", 1, ("pulse", 71, TEN))
            assert await house.sends(away) == [Outcome.STORED]
            engine.enter_context(running(nats))
            await until(lambda: bus.connected)
            back = house.delivery("monitor", 2, ("pulse", 72, TEN))
            assert await house.sends(back) == [Outcome.STORED]
            rows = np.frombuffer(await asyncio.wait_for(heard.get(), 5), HOT)
            assert rows["value"].tolist() == [72]


async def until(is_so):
    async with asyncio.timeout(10):
        while not is_so():
            await asyncio.sleep(0.01)


async def test_a_full_intake_says_so_and_says_when_there_is_room(house, monkeypatch):
    monkeypatch.setattr(intake_module, "WAITING_BYTES_MAX", 2_000)
    monkeypatch.setattr(intake_module, "ROOM_BYTES", 1_000)
    resumed, outcomes = [], []
    for seq in range(10):
        house.intake.offer(house.delivery("monitor", seq, ("pulse", 72, TEN)), outcomes.append)
    assert house.intake.is_full
    house.intake.when_drained(lambda: resumed.append(len(outcomes)))
    await house.intake.settled()
    assert not house.intake.is_full
    assert resumed == [10]


async def test_one_connection_that_fails_does_not_leave_others_unanswered(house):
    failures, outcomes = [], []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context))

    def closed(_):
        raise ConnectionResetError("gone")

    house.intake.offer(house.delivery("monitor", 1, ("pulse", 72, TEN)), closed)
    house.intake.offer(house.delivery("monitor", 2, ("pulse", 72, TEN)), outcomes.append)
    await house.intake.settled()
    asyncio.get_running_loop().set_exception_handler(None)
    assert outcomes == [Outcome.STORED]
    assert len(failures) == 1


async def test_readings_are_told_before_the_commit_with_their_patient(house):
    await house.wears("ann", "monitor", TEN - MINUTE)
    told = asyncio.get_running_loop().create_future()

    async def hear(_, body):
        told.done() or told.set_result(np.frombuffer(body, HOT))

    stop = await house.tools.bus.listen("hot.readings", hear)
    live = house.delivery("monitor", 1, ("pulse", 72, TEN), ("oxygen_saturation", 97, TEN))
    old = house.delivery("monitor", 2, ("pulse", 60, TEN - 2 * MINUTE), received=TEN)
    nobody = house.delivery("spare", 1, ("pulse", 80, TEN))
    await house.sends(live, old, nobody)
    rows = await asyncio.wait_for(told, 5)
    ann = house.patients["ann"]
    assert rows["patient"].tolist() == [ann, ann, 0, 0]  # the old one: before she wore it
    assert rows["late"].tolist() == [0, 0, 1, 0]
    assert rows["value"].tolist() == [72, 97, 60, 80]
    await stop()


async def test_waves_are_told_as_they_came(house):
    await house.wears("ann", "monitor", TEN - MINUTE)
    told = asyncio.get_running_loop().create_future()
    stop = await house.tools.bus.listen("hot.waves.*", lambda s, b: _once(told, s, b))
    delivery = house.wave("monitor", 1, TEN)
    await house.sends(delivery)
    subject, body = await asyncio.wait_for(told, 5)
    assert subject == f"hot.waves.{house.patients['ann']}"
    assert body[16:] == delivery.body
    await stop()


async def _once(future, *what):
    future.done() or future.set_result(what)


@pytest.mark.parametrize("what", ["message", "recheck"])
async def test_a_revoked_device_is_cut_at_once_and_again_where_the_message_was_lost(house, what):
    cut = asyncio.get_running_loop().create_future()
    house.intake.on_revoked(lambda name: cut.done() or cut.set_result(name))
    assert (await house.intake.admit("monitor")).active
    assert await house.intake.admit("nobody") is None
    house.intake.came(house.devices["monitor"], "127.0.0.1")
    await house.sql("update device set status = 'revoked' where name = 'monitor' returning id")
    if what == "message":
        told = {"device": "monitor", "device_id": house.devices["monitor"], "what": "revoked"}
        await house.tools.bus.tell("told.device", told)
    else:
        await house.intake._registry.recheck()
    assert await asyncio.wait_for(cut, 5) == "monitor"
    assert not (await house.intake.admit("monitor")).active


async def test_a_takeover_does_not_look_like_a_loss(house):
    device = house.devices["monitor"]
    house.intake.came(device, "first")
    house.intake.came(device, "second")
    house.intake.went(device, "taken over")
    await house.sends(house.delivery("monitor", 1, ("pulse", 72, TEN)))
    await house.intake._presence.write(TEN)
    (state,) = await house.sql("select connected, last_seen, offset_seconds from device_state")
    last_seen = TEN + timedelta(seconds=1)
    assert state == {"connected": True, "last_seen": last_seen, "offset_seconds": -1}
    house.intake.went(device, "lost")
    await house.intake._presence.write(TEN + MINUTE)
    (state,) = await house.sql("select connected, since, detail from device_state")
    assert state == {"connected": False, "since": TEN, "detail": "lost"}


async def test_what_is_told_on_the_bus_wakes_the_device_it_names(house):
    woken: asyncio.Queue[str] = asyncio.Queue()
    house.intake.sessions.on_due(woken.put_nowait)
    await house.tools.bus.publish("command.monitor", b"")
    assert await asyncio.wait_for(woken.get(), 5) == "monitor"


async def test_a_device_given_to_another_while_the_database_was_away_is_theirs_within_seconds(
    house, monkeypatch
):
    """The change was told and could not be read: it must not wait for the next half minute."""
    registry, wearers = house.intake._registry, house.intake._wearers
    await house.wears("ann", "monitor", TEN - timedelta(hours=1))
    read, fails = wearers._read, [True]

    async def away(query, **values):
        if fails:
            raise Unreachable("PostgreSQL: gone")
        return await read(query, **values)

    monkeypatch.setattr(wearers, "_read", away)
    await house.sql("update association set ends = %(now)s returning id", now=TEN)
    await house.sql(
        "insert into association (device_id, patient_id, starts, source) "
        "values (%(device)s, %(patient)s, %(now)s, 'test') returning id",
        device=house.devices["monitor"], patient=house.patients["bob"], now=TEN,
    )  # fmt: skip
    told = {"device": "monitor", "device_id": house.devices["monitor"], "what": "bound"}
    await registry._hear("told.device", msgspec.json.encode(told))
    fails.clear()
    await registry.look(2.0)
    assert wearers.patient(house.devices["monitor"], micros(TEN)) == house.patients["bob"]


async def test_a_change_that_was_read_is_not_undone_by_an_older_reading_of_all(house, monkeypatch):
    """Reading all began before the change, and ended after it was read."""
    wearers = house.intake._wearers
    device = house.devices["monitor"]
    await house.wears("ann", "monitor", TEN - timedelta(hours=1))
    read, go_on, has_read = wearers._read, asyncio.Event(), asyncio.Event()

    async def slowly(query, **values):
        rows = await read(query, **values)
        if query.name == "wearings":
            has_read.set()
            await go_on.wait()
        return rows

    monkeypatch.setattr(wearers, "_read", slowly)
    every = asyncio.create_task(wearers.refresh(TEN))
    await has_read.wait()
    await house.sql("update association set ends = %(now)s returning id", now=TEN)
    one = asyncio.create_task(wearers.refresh_one(device, TEN))
    for _ in range(20):
        await asyncio.sleep(0.01)
        if one.done():
            break
    go_on.set()
    await asyncio.gather(every, one)
    assert wearers.patient(device, micros(TEN)) == 0


async def test_a_device_whose_clock_is_behind_does_not_ring_for_its_former_wearer(house):
    """Given to bob half a minute ago; its clock still stands in ann's time."""
    told: asyncio.Queue[bytes] = asyncio.Queue()
    await house.tools.bus.listen("hot.readings", lambda _, body: told.put(body))
    await house.wears("ann", "monitor", TEN - timedelta(hours=1), TEN)
    await house.wears("bob", "monitor", TEN)
    now = TEN + timedelta(seconds=30)
    before = house.delivery("monitor", 1, ("pulse", 30, TEN - timedelta(seconds=5)), received=now)
    after = house.delivery("monitor", 2, ("pulse", 31, TEN + timedelta(seconds=5)), received=now)
    await house.sends(before, after)
    rows = np.frombuffer(await asyncio.wait_for(told.get(), 5), HOT)
    said = [(row["patient"], row["late"], row["value"]) for row in rows]
    assert said == [(house.patients["ann"], 1, 30), (house.patients["bob"], 0, 31)]


async def test_what_a_device_in_quarantine_says_is_kept_apart_and_told_to_nobody(house):
    await house.wears("ann", "monitor", TEN - timedelta(days=1))
    await house.sql("update device set status = 'quarantined' where name = 'monitor' returning id")
    found = await house.intake.admit("monitor")
    assert (found.active, found.quarantined, found.refusal) == (True, True, "")
    delivery = house.delivery("monitor", 1, ("pulse", 172, TEN))
    outcomes = await house.sends(delivery, house.wave("monitor", 2, TEN))
    off = SensorsOff(house.devices["monitor"], TEN, ("probe",))
    house.intake.sensors(off, outcomes.append)
    await house.intake.settled()
    assert outcomes == [Outcome.STORED] * 3, "its device has done its part"
    assert await house.waiting() == 0
    assert await house.sql("select 1 from device_state where sensors_off <> '{}'") == []
    rows = await house.sql("select topic, reason, body from quarantine order by id")
    assert [each["topic"] for each in rows] == [
        "devices/monitor/readings",
        "devices/monitor/waves",
        "devices/monitor/sensors",
    ]
    assert {each["reason"] for each in rows} == {"this device is in quarantine"}
    assert decode(rows[0]["body"], delivery.received).readings == delivery.readings
    told = {"device": "monitor", "device_id": house.devices["monitor"], "what": "released"}
    await house.sql("update device set status = 'active' where name = 'monitor' returning id")
    await house.intake._registry._hear("told.device", json.dumps(told).encode())
    assert await house.sends(house.delivery("monitor", 3, ("pulse", 72, TEN))) == [Outcome.STORED]
    assert await house.waiting() == 1


async def test_a_door_that_starts_knows_who_is_in_quarantine(house):
    await house.sql("update device set status = 'quarantined' where name = 'spare' returning id")
    async with Intake.open(house.tools) as another:
        assert another._registry.quarantined == {house.devices["spare"]}


async def test_once_a_newer_certificate_was_shown_older_ones_let_nobody_in(house):
    older, newer = TEN, TEN + timedelta(days=20)
    assert (await house.intake.admit("monitor", older)).refusal == ""
    assert (await house.intake.admit("monitor", newer)).refusal == ""
    assert (await house.intake.admit("monitor", newer)).refusal == ""
    assert (await house.intake.admit("monitor", older)).refusal == (
        "this device has a newer certificate"
    )
    assert (await house.intake.admit("spare", older)).refusal == ""
    assert (await house.intake.admit("monitor")).refusal == "", "at a door without certificates"
