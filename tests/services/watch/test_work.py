"""The loop itself: real PostgreSQL, real NATS, the real clock; waits are for events."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import msgspec
import numpy as np
import pytest

from homeward.bus import Bus
from homeward.clinical.subject import Subject
from homeward.engines.child import running
from homeward.engines.nats import Nats
from homeward.model.errors import Unreachable
from homeward.model.frame import HOT
from homeward.model.vital import BY_NAME
from homeward.services.watch import ledger
from homeward.services.watch.registry import watched_now
from homeward.services.watch.watcher import Watcher
from homeward.services.watch.windows import as_microseconds
from homeward.services.watch.work import Watch, work
from tests.inbox import KEEP, kept
from tests.services.watch.room import WAIT_SECONDS, Room, condition, watched, working


class Bed(Room):
    """What they say, and what stands in the record of them."""

    async def keeps(self, vital: str, value: float, received: datetime, seq: int = 1) -> None:
        """It is in the record, and was told to nobody."""
        us = as_microseconds(received)
        ids = (self.patient, self.device, BY_NAME[vital].index, 0)
        frame = np.array([(*ids, us, us, value)], HOT)
        await self.sql(KEEP, **kept(self.device, seq, received, frame.tobytes()))

    async def reads(
        self,
        vital: str,
        value: float,
        at: datetime | None = None,
        received: datetime | None = None,
    ) -> datetime:
        moment = received or datetime.now(UTC)
        at = at or moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        now = as_microseconds(moment)
        ids = (self.patient, self.device, BY_NAME[vital].index, 0)
        frame = np.array([(*ids, as_microseconds(at), now, value)], HOT)
        await self.tools.bus.publish("hot.readings", frame.tobytes())
        return at


@pytest.fixture
async def room(tools):
    bed = Bed(tools)
    await bed.furnish("told.alarm", "told.score", "told.trouble", "beat.guard")
    return bed


async def test_a_reading_becomes_a_row_and_is_told(room):
    async with watched(room):
        at = await room.reads("oxygen_saturation", 70)
        alarm = await room.next("told.alarm", condition("oxygen_low", "active"))
        assert alarm["patient"] == "ada"
        assert alarm["measured"] == as_microseconds(at) // 1000
        rows = await room.sql("select id, state from alarm where condition = 'oxygen_low'")
        assert rows == [(alarm["id"], "active")]
        score = await room.next("told.score", lambda told: told["patient_id"] == room.patient)
        assert score["score"]["low"] == 3
        ((detail,),) = await room.sql("select detail from score")
        assert detail == score["score"]


async def test_who_is_watched_is_known_by_age_and_pregnancy(room):
    now = datetime.now(UTC)
    door = room.tools.store.door()
    watcher = Watcher()

    async def subject(at: datetime) -> Subject:
        watcher.watch(await watched_now(door, at))
        return watcher.subjects[room.patient]

    assert await subject(now) == Subject(date(1950, 1, 1))
    ((nora,),) = await room.sql(
        "insert into person (name, role) values ('Nora', 'nurse') returning id"
    )
    note = (
        "insert into pregnancy (patient_id, at, is_pregnant, until, recorded_by, reason) values"
        " (%(patient)s, %(at)s, %(is)s, %(until)s, %(by)s, 'said so') returning id"
    )
    who = {"patient": room.patient, "by": nora}
    await room.sql(note, **who, **{"at": now, "is": True, "until": None})
    born = now + timedelta(days=1)
    over = born + timedelta(days=42)
    await room.sql(note, **who, **{"at": born, "is": True, "until": over})
    assert await subject(now - timedelta(seconds=1)) == Subject(date(1950, 1, 1))
    pregnant = Subject(date(1950, 1, 1), is_pregnant=True)
    assert await subject(now) == await subject(over - timedelta(seconds=1)) == pregnant
    assert await subject(over) == Subject(date(1950, 1, 1))


async def test_d2_the_next_watcher_tells_again_what_is_open_and_judges_on(room):
    async with watched(room):
        await room.reads("glucose", 50)
        first = await room.next("told.alarm", condition("glucose_low", "active"))
    async with working(room.tools):
        again = await room.next("told.alarm", condition("glucose_low", "active"))
        assert again["id"] == first["id"]
        await room.is_watched()
        await room.reads("glucose", 110)
        over = await room.next("told.alarm", lambda alarm: alarm["cleared"] is not None)
        assert (over["id"], over["state"]) == (first["id"], "latched")
    assert len(await room.sql("select id from alarm where condition = 'glucose_low'")) == 1


async def test_only_one_of_two_watchers_judges(room):
    async with working(room.tools), working(room.tools):
        await room.is_watched()
        await room.reads("oxygen_saturation", 70)
        await room.next("told.alarm", condition("oxygen_low", "active"))
        await room.reads("temperature", 30)
        await room.next("told.alarm", condition("temperature_low", "active"))
    rows = await room.sql("select count(*) from alarm_event where event = 'raised'"
                          " group by alarm_id")  # fmt: skip
    assert set(rows) == {(1,)}


async def test_trouble_that_is_told_becomes_an_alarm_without_a_patient(room):
    async with watched(room):
        trouble = {"what": "disk", "text": "the disk is nearly full", "over": False}
        await room.tools.bus.tell("told.trouble", trouble)
        alarm = await room.next("told.alarm", condition("trouble_disk", "active"))
        assert (alarm["patient_id"], alarm["kind"]) == (None, "technical")
        await room.tools.bus.tell("told.trouble", trouble | {"over": True})
        await room.next("told.alarm", condition("trouble_disk", "resolved"))


async def test_the_watcher_stops_when_it_is_no_longer_the_only_one(room):
    """Its connection is cut, so another may watch now: it must not go on judging."""
    async with working(room.tools) as task:
        await room.is_watched()
        await room.sql(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'"
            " and database = (select oid from pg_database where datname = current_database())"
        )
        done, _ = await asyncio.wait([task], timeout=WAIT_SECONDS)
        assert done
        assert isinstance(task.exception(), Unreachable)


async def test_what_came_while_the_bus_was_away_is_judged_from_the_record(room, open_folder):
    nats = Nats(open_folder)
    with running(nats):
        opened = Bus.open(nats.url)
        bus = await opened.__aenter__()
        task = asyncio.create_task(work(replace(room.tools, bus=bus)))
        await room.is_watched()
    async with asyncio.timeout(WAIT_SECONDS):
        while bus.connected:
            await asyncio.sleep(0.02)
    now = datetime.now(UTC)
    frame = np.zeros(1, HOT)
    ids = (room.patient, room.device, BY_NAME["oxygen_saturation"].index, 0)
    frame[0] = (*ids, as_microseconds(now), as_microseconds(now), 70.0)
    await room.sql(KEEP, **kept(room.device, 1, now, frame.tobytes()))
    try:
        with running(nats):
            await room.is_watched()
            rows = await room.sql("select measured from alarm where condition = 'oxygen_low'")
            assert rows == [(now,)]
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    finally:
        task.cancel()
        await opened.__aexit__(None, None, None)


async def test_the_guard_beats_while_it_judges_and_not_while_it_cannot_write(room, monkeypatch):
    monkeypatch.setattr("homeward.services.watch.work.STUCK_SECONDS", 0.3)
    async with working(room.tools):
        await room.next("beat.guard", lambda beat: beat["name"] == "guard")
        await room.is_watched()
        # An alarm that cannot be written: its row is held by somebody else for ever.
        await room.reads("glucose", 50)
        alarm = await room.next("told.alarm", condition("glucose_low", "active"))
        async with room.tools.store.pool.connection() as connection, connection.transaction():
            await connection.execute(f"select id from alarm where id = {alarm['id']} for update")
            await room.reads("glucose", 150)
            beats = room.told["beat.guard"]
            async with asyncio.timeout(WAIT_SECONDS):
                while True:  # it falls silent
                    try:
                        await asyncio.wait_for(beats.get(), 1.5)
                    except TimeoutError:
                        break
        await room.next("beat.guard", lambda beat: True)
        await room.next("told.alarm", lambda told: told["cleared"] is not None)


async def test_what_may_ring_waits_for_no_other_reading(room, monkeypatch):
    monkeypatch.setattr("homeward.services.watch.work.GATHER_SECONDS", (3600, 3600))
    async with watched(room):
        now = datetime.now(UTC)
        # The first is judged at once: nothing came just before. The others would wait an hour.
        await room.reads("oxygen_saturation", 97, now - timedelta(seconds=2))
        await room.next("told.score", lambda told: told["patient_id"] == room.patient)
        await room.reads("oxygen_saturation", 96, now - timedelta(seconds=1))
        await room.reads("oxygen_saturation", 70, now)
        await room.next("told.alarm", condition("oxygen_low", "active"))


async def test_half_a_row_on_the_hot_lane_spoils_nothing_and_is_told(room):
    async with watched(room):
        await room.tools.bus.publish("hot.readings", b"x" * (HOT.itemsize + 1))
        await room.reads("oxygen_saturation", 70)
        await room.next("told.alarm", condition("oxygen_low", "active"))
        trouble = await room.next("told.trouble", lambda told: "hot.readings" in told["what"])
        assert "ValueError" in trouble["text"]


async def test_a_reading_on_its_way_when_its_watcher_died_is_judged_by_the_next(room):
    """Received before the last mark, but heard by nobody: a spot check has no second reading."""
    async with watched(room):
        pass
    ((mark,),) = await room.sql("select at from watch_share")
    received = mark - timedelta(milliseconds=20)
    await room.keeps("glucose", 45, received)
    for seq, value, ago in ((2, 95, 20), (3, 84, 14)):  # and one still waited for a next one
        await room.keeps("oxygen_saturation", value, mark - timedelta(seconds=ago), seq)
    async with working(room.tools):
        alarm = await room.next("told.alarm", condition("glucose_low", "active"))
        assert alarm["value"] == 45
        alarm = await room.next("told.alarm", condition("oxygen_low", "active"))
        assert alarm["value"] == 84
        assert alarm["raised"] - alarm["received"] > 15_000


async def test_what_a_door_received_by_a_clock_that_is_behind_is_judged_by_the_next_watcher(room):
    behind = timedelta(minutes=2)
    async with working(room.tools), asyncio.timeout(WAIT_SECONDS):
        await room.is_watched()
        there = datetime.now(UTC) - behind
        while not await room.sql("select at from watch_share where at <= %(at)s", at=there):
            there = datetime.now(UTC) - behind
            beat = {"name": "door", "at": "door on b", "now": as_microseconds(there) // 1000}
            await room.tools.bus.tell("beat.door", beat)
            await asyncio.sleep(0.1)
    await room.keeps("glucose", 45, datetime.now(UTC) - behind)
    async with working(room.tools):
        alarm = await room.next("told.alarm", condition("glucose_low", "active"))
        assert alarm["value"] == 45


async def test_d2_what_was_raised_and_ended_in_the_last_seconds_is_not_raised_again(room):
    now = datetime.now(UTC).replace(microsecond=0)
    rows = [(65, now - timedelta(seconds=3)), (100, now - timedelta(seconds=2))]
    async with watched(room):
        for value, at in rows:
            await room.keeps("glucose", value, at, seq=value)
            await room.reads("glucose", value, at, received=at)
        await room.next("told.alarm", condition("glucose_low", "resolved"))
        await room.is_watched()
    async with watched(room):
        await room.reads("glucose", 64)
        await room.next("told.alarm", condition("glucose_low", "active"))
    events = await room.sql("select event from alarm_event join alarm on alarm.id = alarm_id"
                            " where condition = 'glucose_low' order by alarm_event.id")  # fmt: skip
    assert [event for (event,) in events] == ["raised", "cleared", "raised"]


async def test_a_message_committed_after_the_catch_up_is_judged_all_the_same(room, monkeypatch):
    """The dead watcher heard it on the hot lane; its row came when the next had read the record."""
    # However long it takes until it is committed: one of these comes after it.
    again = tuple(float(second) for second in range(20))
    monkeypatch.setattr("homeward.services.watch.rereads.AGAIN_SECONDS", again)
    async with watched(room):
        await room.keeps("glucose", 45, datetime.now(UTC) - timedelta(seconds=1))
        await room.next("told.alarm", condition("glucose_low", "active"))


async def test_what_was_decided_and_could_not_be_written_is_decided_again(room, monkeypatch):
    """The row decides, never a memory: held in memory alone, the alarm would never be raised."""
    monkeypatch.setattr("homeward.services.watch.work.LEFT_SECONDS", 1)
    write_one, fails = ledger._write_one, [True]

    async def refuses(door, change):
        if fails and change.key.condition == "glucose_low":
            raise ValueError
        return await write_one(door, change)

    monkeypatch.setattr(ledger, "_write_one", refuses)
    async with watched(room):
        await room.reads("glucose", 45)
        await room.next("told.trouble", lambda told: told["what"] == "ledger")
        fails.clear()
        await room.is_watched()
        await room.is_watched()
        await room.reads("glucose", 44)
        await room.next("told.alarm", condition("glucose_low", "active"))


async def test_a_screen_that_missed_an_end_hears_of_it_when_the_bus_is_back(room):
    """What ended lately is told again too, not only what is open."""
    async with watched(room):
        await room.reads("glucose", 65)
        await room.next("told.alarm", condition("glucose_low", "active"))
        await room.reads("glucose", 110)
        over = await room.next("told.alarm", condition("glucose_low", "resolved"))
        await room.tools.bus._client.force_reconnect()
        again = await room.next("told.alarm", condition("glucose_low", "resolved"))
        assert again["id"] == over["id"]


async def test_h11_what_was_told_and_never_arrived_is_an_alarm_and_is_judged_from_the_record(room):
    async with watched(room):
        now = datetime.now(UTC)
        await room.keeps("oxygen_saturation", 70, now)  # stored, and lost on its way to us
        second = int(now.timestamp()) + 5  # surely after we began to listen
        counts = {
            "received": 1, "stored": 1, "quarantined": 0, "refused": 0, "faults": 0,
            "waiting": 0, "lost": 0, "told": {str(second): 1},
        }  # fmt: skip
        await room.tools.bus.tell("told.counts", counts)
        trouble = await room.next("told.alarm", condition("trouble_counter_unjudged", "active"))
        assert trouble["kind"] == "technical"


async def test_who_always_has_something_waiting_compares_counters_and_leaves_a_mark(room):
    """A full house: a moment at which nothing at all waits may not come for a minute."""
    watch = Watch(room.tools)
    await watch.take_over()

    def frame() -> bytes:
        us = as_microseconds(datetime.now(UTC))
        ids = (room.patient, room.device, BY_NAME["oxygen_saturation"].index, 0)
        return np.array([(*ids, us, us, 97.0)], HOT).tobytes()

    watch.hear(frame())
    await watch.judge()
    counts = {
        "received": 9, "stored": 9, "quarantined": 0, "refused": 0, "faults": 0, "waiting": 0,
        "lost": 0, "told": {str(int(datetime.now(UTC).timestamp()) - 1): 7},
    }  # fmt: skip
    await watch._hear_counts("told.counts", msgspec.json.encode(counts))
    watch.hear(frame())
    await watch.tick(1)  # the counts are newer than what was judged
    assert await room.sql("select id from alarm where condition = 'trouble_counter_unjudged'") == []
    before = datetime.now(UTC)
    await watch.judge()
    watch.hear(frame())
    await watch.tick(2)
    await watch.writer.flush_changes()
    await watch.tick(3)
    alarms = await room.sql("select id from alarm where condition = 'trouble_counter_unjudged'")
    assert len(alarms) == 1
    ((mark,),) = await room.sql("select at from watch_share")
    assert before <= mark <= datetime.now(UTC)
