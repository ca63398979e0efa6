"""A watcher that takes over many: judged by what was just heard, until the record has been read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from homeward.clinical.episode import Key
from homeward.clinical.setting import Choice, Setting
from homeward.model.alarm import Kind, Priority, State
from homeward.model.entered import BY_HAND
from homeward.model.frame import HOT
from homeward.model.vital import BY_NAME
from homeward.services.record.compact import compact
from homeward.services.record.fold import fold
from homeward.services.watch import catch_up
from homeward.services.watch.catch_up import Filling
from homeward.services.watch.ledger import Episode
from homeward.services.watch.plan import Orders
from homeward.services.watch.recalled import as_told, by_moment
from homeward.services.watch.silences import Watched
from homeward.services.watch.troubles import record_unreadable
from homeward.services.watch.watcher import Watcher
from homeward.services.watch.windows import as_microseconds, as_time
from homeward.services.watch.work import Watch
from tests.inbox import KEEP, kept
from tests.services.watch.conftest import START, Bedside, us

NOW = datetime(2026, 3, 1, 14, 20, 30, tzinfo=UTC)
PEOPLE = range(1, 7)
# Late: a score of its own time is to be made of what the record holds of then.
ENTERED = """with made as (
    insert into observation (key, patient_id, person_id, at, entered)
    values (gen_random_uuid(), 3, 1, %s, %s) returning id)
insert into observation_value (observation_id, vital, value, said, unit)
select id, 'temperature', 38.2, '38.2', 'Cel' from made"""


def history(seed: int):
    """Hours of six people: monitors, cuffs, one arterial line, thermometers, sensors that stop."""
    rng = np.random.default_rng(seed)
    rows: list[tuple] = []
    for person in PEOPLE:
        device, cuff = 10 * person, 10 * person + 1

        def add(device, vital, since, until, every, low, high, person=person):
            for ago in np.arange(since, until, -every):
                at = as_microseconds(NOW) - round(ago * 1e6)
                value = float(rng.integers(low, high))
                late = round(rng.choice([0.05, 0.4, 3.0], p=[0.8, 0.15, 0.05]) * 1e6)
                index = BY_NAME[vital].index
                rows.append((person, device, index, 0, at, at + late, value))

        stops = float(rng.choice([0.5, 0.5, 40, 100, 400]))
        add(device, "oxygen_saturation", 900, stops, 1, 85, 100)
        add(device, "heart_rate", 300, 0.3, 1, 60, 130)
        add(cuff, "systolic", 9_000, float(rng.integers(20, 900)), 300, 80, 180)
        add(cuff, "temperature", 9_000, 4_000, 2_000, 36, 40)
        if person == 1:
            add(device, "systolic", 2_400, 0.7, 1, 80, 180)
            add(device, "diastolic", 2_400, 0.7, 1, 50, 90)
            add(cuff, "mean_pressure", 2_000, 300, 1, 60, 110)  # a line taken out
        if person == 3:  # sent by two at once, one of which stops
            add(device, "temperature", 1_500, stops, 1, 36, 40)
        if person == 2:  # a second probe
            add(cuff, "heart_rate", 100, 10, 2, 60, 130)
    every = np.array(rows, HOT)
    every = every[every["received"] <= as_microseconds(NOW)]
    return every[np.argsort(every["received"], kind="stable")]


async def in_the_record(tools, rows) -> list[Watched]:
    """These rows in the record, as folded as they are by now; who wears what."""
    watched: list[Watched] = []
    async with tools.store.pool.connection() as connection:
        for person in PEOPLE:
            await connection.execute(
                "insert into patient (id, record_number, name, birth_date, sex)"
                " overriding system value values (%s, %s, 'somebody', '1950-01-01', 'female')",
                (person, str(person)),
            )
            for device in (10 * person, 10 * person + 1):
                await connection.execute(
                    "insert into device (id, name, kind) overriding system value"
                    " values (%s, %s, 'monitor')", (device, f"device-{device}"),
                )  # fmt: skip
                starts = NOW - timedelta(hours=5)
                await connection.execute(
                    "insert into association (device_id, patient_id, starts, source)"
                    " values (%s, %s, %s, 'scan')", (device, person, starts),
                )  # fmt: skip
                watched.append(Watched(device, "it", {}, True, person, starts, 1))
        messages = [
            kept(device, seq, as_time(received), rows[seq : seq + 1].tobytes())
            for seq, (device, received) in enumerate(rows[["device", "received"]].tolist())
        ]
        await connection.cursor().executemany(KEEP, messages)
    while (await fold(tools.store, NOW)).messages:
        pass
    while await compact(tools.store, NOW):
        pass
    return watched


def windows_of(watcher: Watcher) -> dict[tuple[int, int, int], list[tuple[float, datetime]]]:
    """What each device's window of each patient's vital holds."""
    windows = watcher._windows
    found = {}
    for slot in np.flatnonzero(windows.count > 0).tolist():
        key = (int(windows.patient[slot]), int(windows.vital[slot]), int(windows.source[slot]))
        found[key] = [(each.value, each.at) for each in windows.window(slot)]
    return found


async def filled(tools, watched: list[Watched], mark: datetime) -> Watcher:
    watcher = Watcher()
    watcher.watch(watched)
    filling = Filling(watcher, tools.store.door(), watched, mark)
    for batch in await filling.begin(NOW):
        watcher.take_again(batch, NOW)
    watcher.judge_again(NOW)
    while not filling.is_done:
        await filling.go_on(lambda: NOW)
    return watcher


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_what_is_filled_in_later_is_what_would_have_been_filled_in_at_once(
    tools, monkeypatch, seed
):
    rows = history(seed)
    watched = await in_the_record(tools, rows)
    mark = NOW - timedelta(seconds=6)
    monkeypatch.setattr(catch_up, "PATIENTS_AT_ONCE", 4)
    at_once = await filled(tools, watched, mark)
    monkeypatch.setattr(catch_up, "MANY", 0)
    later = await filled(tools, watched, mark)
    assert windows_of(later) == windows_of(at_once)
    assert later._conditions._held == at_once._conditions._held

    lived = Watcher()
    lived.watch(watched)
    for batch in by_moment(rows):
        lived.take(batch, datetime.fromtimestamp(int(batch["received"][-1]) / 1e6, UTC))
    theirs, ours = windows_of(lived), windows_of(at_once)
    assert theirs.keys() == ours.keys()
    systolic = BY_NAME["systolic"].index
    for key in theirs:
        if key[:2] == (1, systolic) and key[2] == 10:  # of a line, an earlier minute is a reading
            assert {at for _, at in theirs[key][-100:]} <= {at for _, at in ours[key]}
            assert len(ours[key]) > 100 + 30
        else:
            assert theirs[key] == ours[key], key


async def test_a_chunk_nobody_can_read_keeps_nobody_else_from_being_watched(tools, monkeypatch):
    watched = await in_the_record(tools, history(4))
    async with tools.store.pool.connection() as connection:
        await connection.execute("update minute_chunk set body = 'torn' where patient_id = 3")
    for many in (200, 0):
        monkeypatch.setattr(catch_up, "MANY", many)
        watcher = Watcher()
        watcher.watch(watched)
        filling = Filling(watcher, tools.store.door(), watched, NOW - timedelta(seconds=6))
        await filling.begin(NOW)
        while not filling.is_done:
            await filling.go_on(lambda: NOW)
        assert {*filling.spoiled} == {3}
        assert {patient for patient, _, _ in windows_of(watcher)} == {*PEOPLE}
        (change,) = watcher.hears(record_unreadable(filling.spoiled), NOW).changes
        assert change.key == Key("trouble_record_unreadable")


async def test_what_cannot_be_read_of_a_small_house_is_an_alarm_too(tools):
    await in_the_record(tools, history(4))
    async with tools.store.pool.connection() as connection:
        for chunk in ("minute_chunk", "hour_chunk"):
            await connection.execute(f"update {chunk} set body = 'torn' where patient_id = 3")
        await connection.execute("insert into person (name, role) values ('nora', 'nurse')")
        await connection.execute(ENTERED, (NOW - timedelta(hours=2), NOW - timedelta(seconds=5)))
    watch = Watch(replace(tools, now=lambda: NOW))
    await watch.take_over()
    await watch._fill()
    await watch.writer.flush_changes()
    async with tools.store.pool.connection() as connection:
        found = await connection.execute("select condition from alarm where kind = 'technical'")
        assert ("trouble_record_unreadable",) in await found.fetchall()


def held(condition: str) -> Episode:
    return Episode(
        1, 1, None, condition, Kind.PHYSIOLOGICAL, Priority.HIGH, State.ACTIVE, START, START
    )


def rows_of(bedside: Bedside, vital: str, values) -> np.ndarray:
    """Readings of the past: value, seconds ago."""
    rows = np.zeros(len(values), HOT)
    for place, (value, ago) in enumerate(values):
        at = us(bedside.now - timedelta(seconds=ago))
        rows[place] = (1, 9, BY_NAME[vital].index, 0, at, at, value)
    return as_told(rows)


def test_while_it_waits_alarms_begin_and_none_ends_and_no_score_is_told(bedside):
    bedside.watcher.restore([held("oxygen_low")], {})
    bedside.watcher.is_waiting_for([1, 2])
    bedside.reads(seconds=40, oxygen_saturation=96.0, heart_rate=170.0)
    bedside.reads(seconds=5, patient=3, oxygen_saturation=96.0)
    bedside.keep(bedside.watcher.judge_again(bedside.now))
    assert bedside.of("oxygen_low") == []
    assert [name for name, _ in bedside.of("heart_rate_high")] == ["heart_rate_high"]
    assert {told.patient_id for told in bedside.scores} == {3}

    nothing = np.zeros(0, HOT)
    bedside.keep(bedside.watcher.fill([1, 2], nothing, nothing, bedside.now))
    assert bedside.of("oxygen_low") == [("oxygen_low", "over")]
    assert {told.patient_id for told in bedside.scores} == {1, 3}
    assert not bedside.watcher._waiting


def test_a_rule_that_looks_further_back_is_asked_once_that_is_known(bedside):
    """160 for most of an hour, 105 now: a minute of 105 alone says nothing of a fall."""
    bedside.watcher.is_waiting_for([1])
    bedside.reads(seconds=40, systolic=105.0)
    assert bedside.of("systolic_falling") == []
    before = [(160.0, ago) for ago in range(3_000, 60, -60)]
    judged = rows_of(bedside, "systolic", before)
    bedside.keep(bedside.watcher.fill([1], judged, judged[:0], bedside.now))
    assert bedside.of("systolic_falling") == [("systolic_falling", "medium")]


def test_what_was_judged_before_does_not_ring_again(bedside):
    """A cuff, half an hour ago: whoever was here then rang, and it was answered and is over."""
    bedside.watcher.is_waiting_for([1])
    rows = rows_of(bedside, "systolic", [(130.0, 3_000), (84.0, 1_800)])
    bedside.keep(bedside.watcher.fill([1], rows, rows[:0], bedside.now))
    assert bedside.of("systolic_low") == []
    bedside.reads(systolic=84.0)
    assert bedside.of("systolic_low") == [("systolic_low", "medium")]


def test_what_was_heard_while_it_waited_is_in_the_window(bedside):
    """Two minutes, the second while waiting: a fall by both, by neither alone."""
    bedside.watcher.is_waiting_for([1, 2])
    bedside.reads(seconds=45, oxygen_saturation=91.0)
    before = rows_of(bedside, "oxygen_saturation", [(97.0, ago) for ago in range(110, 45, -1)])
    assert bedside.of("oxygen_falling") == []
    bedside.keep(bedside.watcher.fill([1], before, before[:0], bedside.now))
    assert bedside.of("oxygen_falling") == [("oxygen_falling", "low")]


def test_while_it_waits_one_reading_alone_is_no_minute_of_it(bedside):
    """Measured once a minute: whoever was here before had others, and would have waited on."""
    bedside.watcher.is_waiting_for([1, 2])
    bedside.reads(temperature=39.6).reads(oxygen_saturation=70.0)
    assert [name for name, _ in bedside.said] == ["oxygen_low"]
    before = rows_of(bedside, "temperature", [(37.0, ago) for ago in (182, 122, 62)])
    bedside.keep(bedside.watcher.fill([1], before, before[:0], bedside.now))
    assert bedside.of("temperature_high") == []


def test_while_it_waits_what_is_taken_back_ends_nothing_and_does_not_come_back(bedside):
    bedside.watcher.restore([held("systolic_low")], {})
    bedside.watcher.is_waiting_for([1])
    bedside.hears([("systolic", 60.0, 0.0)], device=BY_HAND)
    nothing = np.zeros(0, HOT)
    bedside.keep(bedside.watcher.enter_anew(1, nothing, bedside.now))
    assert bedside.of("systolic_low") == []
    cuff = rows_of(bedside, "systolic", [(84.0, 1_800)])
    bedside.keep(bedside.watcher.fill([1], cuff, nothing, bedside.now))
    assert windows_of(bedside.watcher) == {
        (1, BY_NAME["systolic"].index, 9): [(84.0, bedside.now - timedelta(seconds=1_800))]
    }
    assert bedside.watcher._conditions.holds(Key("systolic_low", 1))


def test_an_alarm_whose_reading_is_not_in_the_record_yet_does_not_end_with_a_restart(bedside):
    """It was told, and rang; whoever stored it died, and so did the watcher. What is in the record
    is all from before."""
    rang = bedside.now + timedelta(seconds=30, milliseconds=500)
    bedside.watcher.restore([replace(held("oxygen_low"), measured=rang)], {})
    rows = rows_of(bedside, "oxygen_saturation", [(97.0, ago) for ago in range(40, 0, -1)])
    rows["at"] += 30_000_000
    rows["received"] = rows["at"]
    bedside.now = rang + timedelta(seconds=3)
    bedside.keep(bedside.watcher.take_again(rows, bedside.now))
    bedside.keep(bedside.watcher.judge_again(bedside.now))
    bedside.keep(bedside.watcher.order(Orders((), {1: 5}), bedside.now))
    assert bedside.of("oxygen_low") == []
    overtaken = [("oxygen_saturation", 97.0, -3.2)]  # by the one it rang for, which was never heard
    bedside.hears(overtaken, base=bedside.now)
    assert bedside.of("oxygen_low") == []
    bedside.reads(seconds=1, oxygen_saturation=97.0)
    assert bedside.of("oxygen_low") == [("oxygen_low", "over")]


def test_an_order_ends_it_whatever_is_in_the_record(bedside):
    setting = Setting(1, "oxygen_low", Choice.OFF, None, patient_id=1)
    bedside.watcher.restore([replace(held("oxygen_low"), measured=bedside.now)], {})
    bedside.keep(bedside.watcher.order(Orders((setting,), {}), bedside.now))
    assert bedside.of("oxygen_low") == [("oxygen_low", "over")]
