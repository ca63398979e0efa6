"""What is old leaves for the cold store and is read as before; killed anywhere, nothing is lost."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from homeward.model.errors import Conflict, Missing, Unreadable
from homeward.model.vital import BY_NAME
from homeward.services.record import holding, retention, retire
from homeward.services.record.retention import Retention
from homeward.services.record.retire import Retirement
from homeward.services.record.work import LettingGo
from homeward.store.chunks import extent, micros, trend
from homeward.store.cold import MARK, Cold, ColdAway
from homeward.store.newest import newest
from homeward.store.packed import DAY_US
from tests.services.record.conftest import TEN

pq = pytest.importorskip("pyarrow.parquet", reason="comes with homeward[cold]")

PULSE = BY_NAME["pulse"].index
MIDNIGHT = TEN.replace(hour=0)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
async def old(house, tmp_path):
    """Ann wore a monitor on two days, two months ago; an administrator wants vitals to leave."""
    (tmp_path / "cold").mkdir()
    house.cold_folder = tmp_path / "cold"
    house.store.cold = Cold(f"file://{tmp_path}/cold")
    (row,) = await house.sql(
        "insert into person (login, name, role, password_hash) "
        "values ('ada', 'Ada', 'administrator', '') returning id"
    )
    house.ada = row["id"]
    await keep(house, Retention("vitals", hot_days=31))
    await house.wears("ann", "monitor", MIDNIGHT - DAY)
    house.clock[0] = MIDNIGHT + 36 * HOUR
    await house.sends(*pulses(house, MIDNIGHT, 36))
    await house.passes(days=60)
    return house


async def keep(house, wanted):
    await retention.decide(house.store.door(), wanted, "by the test", house.ada, TEN)


def pulses(house, start, hours, first=0):
    """Ten readings an hour, that tell their own hour."""
    return [
        house.delivery(
            "monitor",
            first + hour,
            *(
                ("pulse", 60 + hour + n / 10, start + hour * HOUR + n * 6 * MINUTE)
                for n in range(10)
            ),
        )
        for hour in range(hours)
    ]


async def lets_go(house, folder=None):
    """Until nothing is due any more; how many batches it took."""
    retirement = Retirement(house.store, folder or house.tools.settings.data)
    batches = 0
    while await retirement.step(house.clock[0]):
        batches += 1
    return batches


async def year(house, points=50):
    start = micros(MIDNIGHT - DAY)
    found = await trend(
        house.store.door(), house.patients["ann"], [PULSE], start, start + 10 * DAY_US, points
    )
    return found[PULSE]


async def test_vitals_leave_and_are_read_as_before(old):
    house = old
    door, ann = house.store.door(), house.patients["ann"]
    before = await house.charted("ann")
    chart, ends = await year(house), await extent(door, ann)
    last = await newest(door, [ann], [PULSE], 0)
    assert await lets_go(house) == 2  # a file a day
    assert await house.count("hour_chunk") == 0
    files = await house.sql("select path, bytes, rows, sha256 from cold_file order by id")
    assert [row["rows"] for row in files] == [240, 120]
    assert await house.charted("ann") == before
    after = await year(house)
    for name in ("at", "low", "high", "mean"):
        assert list(getattr(after, name)) == list(getattr(chart, name))
    assert await extent(door, ann) == ends
    assert await newest(door, [ann], [PULSE], 0) == last


async def test_anybody_can_read_a_file(old):
    house = old
    before = await house.charted("ann")
    await lets_go(house)
    places = sorted(house.cold_folder.rglob("*.parquet"))
    tables = [pq.read_table(place) for place in places]
    rows = [row for table in tables for row in table.to_pylist()]
    assert [(row["time"], row["value"]) for row in rows] == before
    first = rows[0]
    assert (first["vital"], first["unit"], first["device"]) == ("pulse", "/min", "monitor")
    assert (first["patient"], first["device_id"]) == (
        house.patients["ann"],
        house.devices["monitor"],
    )
    assert first["received"] > first["time"]
    assert not list(house.cold_folder.rglob("*.part"))


async def test_nothing_leaves_unless_it_is_decided(house, tmp_path):
    await house.wears("ann", "monitor", MIDNIGHT - DAY)
    await house.sends(*pulses(house, MIDNIGHT, 10))
    await house.passes(days=4000)
    assert await lets_go(house) == 0
    (tmp_path / "cold").mkdir()
    house.store.cold = Cold(f"file://{tmp_path}/cold")
    assert await lets_go(house) == 0
    assert await house.count("hour_chunk") == 10


async def test_late_readings_of_a_day_that_left_are_read_and_leave_too(old):
    house = old
    await lets_go(house)
    before = await house.charted("ann")
    late = (MIDNIGHT + 3 * HOUR + 7 * MINUTE, 199.0)
    again = pulses(house, MIDNIGHT, 5)
    await house.sends(*again, house.delivery("monitor", 900, ("pulse", late[1], late[0])))
    for _ in range(3):  # in the inbox, in minutes, in hours
        assert await house.charted("ann") == sorted([*before, late])
        assert (await year(house)).high.max() == 199
        await house.passes(minutes=50)
    assert await house.count("hour_chunk") == 5
    await lets_go(house)
    assert await house.count("hour_chunk") == 0
    assert await house.charted("ann") == sorted([*before, late])
    (day,) = await house.sql(
        "select samples, low, high, mean from day_chunk where day = %(d)s", d=MIDNIGHT
    )
    values = [value for at, value in [*before, late] if at < MIDNIGHT + DAY]
    assert (day["samples"], day["low"], day["high"]) == (241, min(values), 199)
    assert day["mean"] == pytest.approx(np.mean(values), rel=1e-9)
    rows = await house.sql("select rows from cold_file order by id")
    assert [row["rows"] for row in rows] == [240, 120, 1]  # what came twice is there once


async def test_late_readings_while_the_file_is_written_are_not_lost(old, monkeypatch):
    house = old
    late = (MIDNIGHT + 3 * HOUR + 7 * MINUTE, 199.0)
    write = retire.write_vitals

    async def slowly(door, place, groups):
        leaving = await write(door, place, groups)
        monkeypatch.setattr(retire, "write_vitals", write)
        await house.sends(house.delivery("monitor", 900, ("pulse", late[1], late[0])))
        await house.passes(hours=2)
        return leaving

    monkeypatch.setattr(retire, "write_vitals", slowly)
    before = await house.charted("ann")
    await lets_go(house)
    assert await house.charted("ann") == sorted([*before, late])
    assert await house.count("hour_chunk") == 0
    house.clock[0] += 2 * HOUR
    await lets_go(house)  # what was written in vain is cleared away
    kept = await house.sql("select path from cold_file where kept is not null order by path")
    there = sorted(
        str(p.relative_to(house.cold_folder)) for p in house.cold_folder.rglob("*.parquet")
    )
    assert there == [row["path"] for row in kept]


async def test_killed_between_the_file_and_the_commit_it_is_done_again_and_cleared_away(
    old, monkeypatch
):
    house = old
    before = await house.charted("ann")

    async def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Retirement, "_take_out", killed)
        with pytest.raises(KeyboardInterrupt):
            await lets_go(house)
    assert len(list(house.cold_folder.rglob("*.parquet"))) == 1
    assert await house.charted("ann") == before
    assert await lets_go(house) == 2
    assert await house.charted("ann") == before
    assert len(list(house.cold_folder.rglob("*.parquet"))) == 3
    house.clock[0] += 2 * HOUR
    assert await lets_go(house) == 1
    assert len(list(house.cold_folder.rglob("*.parquet"))) == 2
    assert await house.charted("ann") == before


async def test_while_the_cold_store_is_away_nothing_is_deleted_and_it_is_told(old):
    house = old
    told = []
    await lets_go(house)
    await keep(house, Retention("vitals", hot_days=31, kept_days=40))
    here = house.cold_folder
    letting_go = LettingGo(replace(house.tools, bus=Heard(told)))
    away = here.rename(here.with_name("elsewhere"))
    here.mkdir()  # where nothing is mounted there is an empty folder
    await letting_go.step(house.clock[0])
    assert [(each["what"], each["on"]) for each in told] == [("cold_store", True)]
    assert MARK in told[0]["text"]
    with pytest.raises(ColdAway):
        await house.charted("ann")
    assert (await year(house)).high.max() > 90  # charts of days need no file
    assert await house.sql("select id from cold_file where deleted is not null") == []
    here.rmdir()
    away.rename(here)
    await letting_go.step(house.clock[0] + 2 * MINUTE)
    assert [each["on"] for each in told] == [True, False]


class Heard:
    """A bus that only remembers what it was told."""

    def __init__(self, told):
        self.told = told

    async def tell(self, _subject, thing):
        self.told.append(thing)


@pytest.mark.parametrize("where", ["last page", "foot"])
async def test_a_damaged_file_is_an_error_and_no_wrong_number(old, where):
    house = old
    await lets_go(house)
    place = min(house.cold_folder.rglob("*.parquet"))
    body = bytearray(place.read_bytes())
    spots = {"last page": body.rfind(b"\x28\xb5\x2f\xfd") + 12, "foot": len(body) - 1}
    body[spots[where]] ^= 0xFF
    place.write_bytes(bytes(body))
    with pytest.raises(Unreadable, match="damaged"):
        await house.charted("ann")


async def test_what_is_past_its_time_is_deleted_everywhere_but_not_its_chart(old):
    house = old
    chart = await year(house)
    await lets_go(house)
    await keep(house, Retention("vitals", hot_days=31, kept_days=40))
    await lets_go(house)
    assert not list(house.cold_folder.rglob("*.parquet"))
    assert await house.charted("ann") == []
    assert list((await year(house)).mean) == list(chart.mean)
    gone = await house.sql("select deleted, removed from cold_file")
    assert all(row["deleted"] and row["removed"] for row in gone)
    short = await trend(
        house.store.door(), house.patients["ann"], [PULSE],
        micros(MIDNIGHT), micros(MIDNIGHT + HOUR), 1000,
    )  # fmt: skip
    assert list(short[PULSE].high) == pytest.approx([60 + n / 10 for n in range(10)])
    await keep(house, Retention("rollups", kept_days=50))
    await lets_go(house)
    assert await house.count("day_chunk") == 0
    assert await extent(house.store.door(), house.patients["ann"]) is None


async def test_waves_around_an_alarm_are_never_deleted_while_it_is_there(old):
    house = old
    alarm = MIDNIGHT + 5 * HOUR
    frames = [house.wave("monitor", 10 + n, alarm + n * 10 * MINUTE, 30.0) for n in range(-3, 4)]
    await house.sends(*frames)
    await house.passes(minutes=10)
    assert len(await house.waved("ann", MIDNIGHT, MIDNIGHT + DAY)) == 7
    await house.sql(
        "insert into alarm (patient_id, condition, kind, priority, state, text, since, raised, "
        "rung, cleared, resolved) values (%(patient)s, 'x', 'physiological', 'high', 'resolved', "
        "'x', %(at)s, %(at)s, %(at)s, %(at)s, %(at)s) returning id",
        patient=house.patients["ann"], at=alarm,
    )  # fmt: skip
    await lets_go(house)  # waves leave by themselves, those around alarms in a file of their own
    files = await house.sql(
        "select is_evidence, rows from cold_file where kind = 'waves' order by id"
    )
    assert [row["is_evidence"] for row in files] == [False, True]
    assert await house.count("wave_chunk") == 0
    assert len(await house.waved("ann", MIDNIGHT, MIDNIGHT + DAY)) == 7
    await keep(house, Retention("waves", kept_days=40))
    await lets_go(house)
    left = await house.waved("ann", MIDNIGHT, MIDNIGHT + DAY)
    assert [each.start for each in left] == [micros(alarm - 10 * MINUTE), micros(alarm)]


async def test_in_the_database_too_waves_around_an_alarm_stay(old):
    house = old
    house.store.cold = None
    alarm = MIDNIGHT + 5 * HOUR
    await house.sends(*(house.wave("monitor", n, alarm + n * HOUR, 30.0) for n in range(3)))
    await house.passes(minutes=10)
    await house.sql(
        "insert into alarm (patient_id, condition, kind, priority, state, text, since, raised, "
        "rung) values (%(patient)s, 'x', 'physiological', 'high', 'resolved', "
        "'x', %(at)s, %(at)s, %(at)s) returning id",
        patient=house.patients["ann"], at=alarm + HOUR + 5 * MINUTE,
    )  # fmt: skip
    await keep(house, Retention("waves", hot_days=30, kept_days=40))
    await lets_go(house)
    left = await house.waved("ann", MIDNIGHT, MIDNIGHT + DAY)
    assert [each.start for each in left] == [micros(alarm + n * HOUR) for n in (1, 2)]


async def test_old_quarantine_is_deleted_when_that_is_decided(old):
    house = old
    for days in (1, 100):
        await house.sql(
            "insert into quarantine (received, topic, reason, body) "
            "values (%(at)s, 't', 'r', '') returning id",
            at=house.clock[0] - days * DAY,
        )
    await lets_go(house)
    assert await house.count("quarantine") == 2
    await keep(house, Retention("quarantine", kept_days=30))
    await lets_go(house)
    assert await house.count("quarantine") == 1


async def test_what_changes_before_it_is_deleted_is_looked_at_again(old, monkeypatch):
    house = old
    await keep(house, Retention("vitals", kept_days=31))
    await keep(house, Retention("rollups", kept_days=31))
    late = house.delivery("monitor", 90, ("pulse", 99, MIDNIGHT + 30 * MINUTE))
    due = Retirement._due

    async def and_then_it_changes(self, kind, before, *, also_held):
        found = await due(self, kind, before, also_held=also_held)
        if found and house.intake.counts.received == 36:
            await house.sends(late)
            await house.passes(minutes=2)
        return found

    monkeypatch.setattr(Retirement, "_due", and_then_it_changes)
    assert await lets_go(house) > 0
    assert house.intake.counts.received == 37
    assert await house.charted("ann") == []


async def test_of_a_day_that_is_half_past_its_time_the_first_half_goes(old, monkeypatch):
    """More of one device in the afternoon than is looked at in one go, one of another at dawn."""
    house = old
    monkeypatch.setattr("homeward.services.record.retire.PARTS_MAX", 2)
    noon = house.clock[0].replace(hour=12)
    house.clock[0] = noon + 30 * DAY
    for name in ("monitor", "thermometer"):
        if name not in house.devices:
            await house.device(name)
    for name, hours in (("monitor", 3), ("monitor", 4), ("thermometer", -4)):
        await house.sql(
            "insert into quarantine (device_id, received, topic, reason, body) "
            "values (%(device)s, %(at)s, 't', 'r', '') returning id",
            device=house.devices[name],
            at=noon + hours * HOUR,
        )
    await keep(house, Retention("quarantine", kept_days=30))
    await lets_go(house)
    left = await house.sql("select device_id from quarantine")
    assert [row["device_id"] for row in left] == [house.devices["monitor"]] * 2


async def _told(house, days):
    """What a watch counted and an app said, of Ann and Bob, so many days ago."""
    at = house.clock[0] - days * DAY
    values = {"at": at, "device": house.devices["monitor"], "key": str(days).encode()}
    for name in ("ann", "bob"):
        values["patient"] = house.patients[name]
        await house.sql(
            "insert into total (patient_id, metric, device_id, starts, ends, value, received)"
            " select %(patient)s, metric, %(device)s, %(at)s, %(at)s, 100, %(at)s"
            " from unnest(array['steps', 'flights']) metric returning device_id",
            **values,
        )
        await house.sql(
            "insert into app_document (device_id, patient_id, collection, at, object_id, is_named,"
            " natural_key, created, modified, body) select %(device)s, %(patient)s, collection,"
            " %(at)s, %(patient)s || '/' || %(key)s::bytea::text, false, %(key)s, 0,"
            " (select count(*) from app_document) + place, '{}'"
            " from unnest(array['entries', 'treatments', 'profile'])"
            " with ordinality as of (collection, place) returning id",
            **values,
        )


@pytest.fixture
async def counted(old):
    for days in (1, 100, 101, 400):
        await _told(old, days)
    return old


@pytest.mark.parametrize(
    ("kind", "table", "before", "after"),
    [("totals", "total", 16, 4), ("documents", "app_document", 24, 12)],
)
async def test_totals_and_documents_go_by_age_when_that_is_decided(
    counted, kind, table, before, after
):
    """Of each day two totals of two patients; of three documents one is a profile, which stays."""
    house = counted
    await lets_go(house)
    assert await house.count(table) == before
    await keep(house, Retention(kind, kept_days=90))
    await lets_go(house)
    assert await house.count(table) == after
    with pytest.raises(Unreadable, match="31 days"):
        await keep(house, Retention(kind, kept_days=30))
    with pytest.raises(Unreadable, match="cold store"):
        await keep(house, Retention(kind, hot_days=90))


async def holds_while_it_lets_go(house):
    """Ann's record is held by somebody who has not committed yet when the deletion begins."""
    door, ann, now = house.store.door(), house.patients["ann"], house.clock[0]
    waiting = "select 1 from pg_locks where locktype = 'advisory' and not granted"
    async with door.transaction() as first:
        await holding.hold(first, ann, "A claim is before a court", None, house.ada, now)
        task = asyncio.create_task(lets_go(house))
        async with asyncio.timeout(10):
            while not task.done() and not await house.sql(waiting):
                await asyncio.sleep(0.01)
    await task


@pytest.mark.parametrize(("kind", "table"), [("totals", "total"), ("documents", "app_document")])
async def test_a_legal_hold_keeps_totals_and_documents(counted, kind, table):
    house = counted
    door, ann, now = house.store.door(), house.patients["ann"], house.clock[0]
    of_ann = f"select count(*) as kept from {table} where patient_id = {ann}"
    (before,) = await house.sql(of_ann)
    await keep(house, Retention(kind, kept_days=90))
    await holds_while_it_lets_go(house)
    assert await house.sql(of_ann) == [before]
    assert await house.count(table) < 2 * before["kept"]
    await holding.release(door, ann, "The court has decided", house.ada, now)
    await lets_go(house)
    assert await house.sql(of_ann) != [before]


@pytest.mark.parametrize("has_left", [False, True])
async def test_a_legal_hold_stops_deletion_until_somebody_ends_it(old, has_left):
    house = old
    door, ann, now = house.store.door(), house.patients["ann"], house.clock[0]
    if has_left:
        await lets_go(house)
    before = await house.charted("ann")
    await keep(house, Retention("vitals", kept_days=40))
    await keep(house, Retention("rollups", kept_days=50))
    await holds_while_it_lets_go(house)
    with pytest.raises(Conflict):
        await holding.hold(door, ann, "Twice", None, house.ada, now)
    assert await house.charted("ann") == before
    assert await house.count("day_chunk") == 2
    await holding.release(door, ann, "The court has decided", house.ada, now)
    await lets_go(house)
    assert await house.charted("ann") == []
    (told,) = await holding.holds(door)
    assert (told.why, told.ends_why) == ("A claim is before a court", "The court has decided")
    with pytest.raises(Missing):
        await holding.release(door, ann, "Again", house.ada, now)
