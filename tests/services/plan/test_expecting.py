"""Plans over a simulated quarter: what is due, what came, whom it was told, to the row."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
import pytest

from homeward.clinical.plan import Item, Kind, Plan, due
from homeward.clinical.zone import Zones
from homeward.model.alarm import Priority
from homeward.model.choice import Language
from homeward.model.person import Actor, Role
from homeward.model.vital import BY_NAME
from homeward.services.contract import Tools
from homeward.services.plan import expecting, plans
from homeward.services.plan.expecting import expect, look
from homeward.services.plan.views import HomeAnswer
from homeward.services.plan.zone_routes import Q as ZONES
from homeward.services.record.compact import hour_row
from homeward.services.watch.at_home import missed_now
from homeward.store import Door, queries
from homeward.store.chunks import micros, moment
from homeward.store.packed import HOUR_US, SAMPLES
from homeward.store.sql import Query

record = queries("homeward.services.record")
BEGIN = datetime(2026, 2, 2, 3, tzinfo=UTC)
BERLIN = "Europe/Berlin"
DAYS = 89
END = BEGIN + timedelta(days=DAYS)
WEST = datetime(2026, 3, 20, 9, tzinfo=UTC)
PRESSURE = Item(
    "pressure", Kind.MEASURE, "Blood pressure", (time(7), time(19)),
    vitals=("systolic", "diastolic"),
)  # fmt: skip
PILL = Item("pill", Kind.MEDICINE, "Ramipril 5 mg", (time(8),))
PLAN = Plan("hypertension", (PRESSURE, PILL), Language.SPANISH)


def sql(text: str) -> Query:
    return Query("test", text.encode(), "")


@pytest.fixture
async def door(store: Any) -> Door:
    """A nurse's, with one patient."""
    door = store.door()
    for text in (
        "insert into person (name, login, role) values ('Nora', 'nora', 'nurse')",
        "insert into patient (record_number, name, birth_date, sex)"
        " values ('R-1', 'Cleo', '1950-03-01', 'female')",
        "insert into device (name, kind) values ('cuff', 'cuff')",
    ):
        await door.run(sql(text))
    return store.door(Actor(1, "Nora", Role.NURSE))


async def put(door: Door, vital: str, times: list[datetime], patient: int = 1) -> None:
    rows = np.zeros(len(times), SAMPLES)
    rows["vital"], rows["device"], rows["value"] = BY_NAME[vital].index, 1, 120
    rows["at"] = rows["received"] = [micros(each) for each in times]
    hours = np.split(rows, np.flatnonzero(np.diff(rows["at"] // HOUR_US)) + 1)
    await door.run_many(
        record.add_hour,
        [
            {"owner": patient, "hour": moment(int(each["at"][0]) // HOUR_US * HOUR_US)}
            | hour_row(each)
            for each in hours
        ],
    )


async def rows(door: Door, text: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in await door.as_platform.all(sql(text), dict)]


async def moves(door: Door, zone: str, at: datetime) -> None:
    """As the route does it."""
    async with door.transaction() as inside:
        await inside.run(ZONES.add_zone, patient=1, zone=zone, starts=at, now=at, person=1)
        await inside.run(ZONES.zone_changed, patient=1)


async def test_what_was_taken_early_is_not_asked_again_by_a_plan_that_is_changed(
    store: Any, door: Door
) -> None:
    """Cleo takes her pill at seven, an hour early; at half past her nurse changes the plan."""
    eight = datetime(2026, 2, 2, 7, tzinfo=UTC)
    await plans.begin(door, 1, PLAN, BEGIN)
    await expect(store, BEGIN, BERLIN)
    (pill,) = await rows(
        door, f"select id from plan_due where item = 'pill' and at = timestamptz '{eight}'"
    )
    await plans.answer(door, 1, HomeAnswer(pill[0], is_excused=False), eight - timedelta(hours=1))
    for label, states in (("Ramipril 5 mg", ["done"]), ("Ramipril 10 mg", ["done", "open"])):
        changed = replace(PLAN, items=(PRESSURE, replace(PILL, label=label, after_minutes=60)))
        now = eight - timedelta(minutes=30)
        await plans.begin(door, 1, changed, now)
        await expect(store, now, BERLIN)
        found = await rows(
            door,
            f"select state from plan_due where item = 'pill' and at = timestamptz '{eight}'"
            " order by state",
        )
        assert [state for (state,) in found] == states


async def test_a_quarter_of_jumps_and_a_journey_is_kept_to_the_row(store: Any, door: Door) -> None:
    await plans.begin(door, 1, PLAN, BEGIN)
    zones = Zones(((BEGIN, BERLIN), (WEST, "America/New_York")))
    expected = due(PLAN, zones, BEGIN, END)
    # Every third pair of pressures is forgotten; so is every seventh of what is left half done.
    pressure = [each for each in expected if each.item == "pressure"]
    done = [each for n, each in enumerate(pressure) if n % 3]
    whole = [each for n, each in enumerate(done) if n % 7]
    await put(door, "systolic", [each.at + timedelta(minutes=20) for each in done])
    await put(door, "diastolic", [each.at + timedelta(minutes=20) for each in whole])
    passes = {BEGIN + n * timedelta(hours=9, minutes=13) for n in range(DAYS * 24 * 60 // 553)}
    now = max(passes)
    for at in sorted(passes | {WEST}):
        if at == WEST:
            await moves(door, "America/New_York", WEST)
        await expect(store, at, BERLIN)
        await look(store, at)
    found = await rows(
        door,
        "select item, at, day, state from plan_due where at < timestamptz "
        f"'{END}' order by at, item",
    )
    settled = [each for each in expected if each.closes <= now]
    assert [(item, at) for item, at, _, _ in found] == [(each.item, each.at) for each in expected]
    assert [day for _, _, day, _ in found] == [each.day for each in expected]
    states = {(item, at): state for item, at, _, state in found}
    for each in settled:
        came = each in whole
        assert states[each.item, each.at] == ("done" if came else "missed"), each
    shown = await plans.shown(door, 1, now)
    (plan,) = shown.plans
    since = now - plans.SHOWN_BACK
    counted = [each for each in settled if each.at >= since and each.item == "pressure"]
    of = {item.key: item for item in plan.items}
    assert of["pressure"].expected == len(counted)
    assert of["pressure"].done == sum(each in whole for each in counted)
    assert of["pill"].done == 0


async def test_the_patient_is_told_by_day_then_a_carer_and_a_reading_ends_it(
    store: Any, door: Door
) -> None:
    await plans.begin(door, 1, replace(PLAN, items=(PRESSURE,)), BEGIN)
    await expect(store, BEGIN, BERLIN)
    ten = datetime(2026, 2, 2, 9, tzinfo=UTC)  # 10:00 in Berlin: the morning's window closes
    await look(store, ten - timedelta(seconds=1))
    assert await missed_now(store.door(), ten) == {}
    await look(store, ten)
    said = (await missed_now(store.door(), ten))[1]
    assert said.priority is Priority.LOW
    assert said.patient_text == (
        "Por favor, mida ahora su tensión arterial. Estaba previsto a las 07:00."
    )
    later = (await missed_now(store.door(), ten + timedelta(hours=4)))[1]
    assert later.priority is Priority.MEDIUM
    # It was measured in time after all, and the meter is read at noon.
    for vital in ("systolic", "diastolic"):
        await put(door, vital, [ten - timedelta(hours=2)])
    await look(store, ten + timedelta(hours=4))
    assert await missed_now(store.door(), ten + timedelta(hours=4)) == {}
    assert ("done",) in await rows(
        door, "select state from plan_due where at < '2026-02-02 12:00Z'"
    )


async def test_of_more_than_fit_in_one_question_all_are_looked_at(
    store: Any, door: Door, monkeypatch
) -> None:
    monkeypatch.setattr(expecting, "ROWS_MAX", 2)
    times = tuple(time(6, minute) for minute in range(0, 50, 10))
    weights = tuple(
        Item(f"weight{n}", Kind.MEASURE, "Weight", (at,), vitals=("weight",))
        for n, at in enumerate(times)
    )
    await plans.begin(door, 1, Plan("heart_failure", weights), BEGIN)
    await expect(store, BEGIN, BERLIN)
    await put(door, "weight", [BEGIN + timedelta(hours=2)])
    assert await look(store, BEGIN + timedelta(hours=2, minutes=1)) == len(times)
    states = "select distinct state from plan_due where at < '2026-02-02 12:00Z'"
    assert await rows(door, states) == [("done",)]


@pytest.mark.parametrize(
    "away",
    [
        "update hour_chunk set body = '\\x0102' where vital = 5 returning id",
        "with file as (insert into cold_file (kind, day, is_evidence, path, begun, kept) values"
        " ('vitals', '2026-02-02', false, 'gone', '2026-02-02', '2026-02-02') returning id)"
        " insert into cold_part (file_id, row_group, patient_id, what, is_wave, starts, ends, rows)"
        " select id, 0, 1, 5, false, '2026-02-02 05:00Z', '2026-02-02 08:00Z', 1 from file"
        " returning id",
    ],
    ids=["rotten", "in a cold store that is away"],
)
async def test_one_record_that_cannot_be_read_leaves_nobody_else_unlooked_at(
    store: Any, door: Door, caplog: pytest.LogCaptureFixture, away: str
) -> None:
    """Nobody can know what Cleo measured, and Dora missed hers."""
    await store.door().run(
        sql(
            "insert into patient (record_number, name, birth_date, sex)"
            " values ('R-2', 'Dora', '1960-01-01', 'female')"
        )
    )
    for patient in (1, 2):
        await plans.begin(door, patient, replace(PLAN, items=(PRESSURE,)), BEGIN)
    await expect(store, BEGIN, BERLIN)
    for vital in ("systolic", "diastolic"):
        await put(door, vital, [BEGIN + timedelta(hours=3)])
    assert len(await rows(door, away)) == 1
    ten = datetime(2026, 2, 2, 9, tzinfo=UTC)
    await look(store, ten - timedelta(minutes=1))
    await look(store, ten)
    assert (await missed_now(store.door(), ten)).keys() == {1, 2}
    assert "cannot be read" in caplog.text


async def test_a_record_that_cannot_be_read_keeps_nobody_else_from_being_looked_at(
    store: Any, door: Door
) -> None:
    """Of whom it is, nobody can say that it came: they are told that it did not."""
    await door.as_platform.run(
        sql(
            "insert into patient (record_number, name, birth_date, sex)"
            " values ('R-2', 'Rosa', '1950-03-01', 'female')"
        )
    )
    weight = Item("weight", Kind.MEASURE, "Weight", (time(6),), vitals=("weight",))
    for patient in (1, 2):
        await plans.begin(door, patient, Plan("heart_failure", (weight,)), BEGIN)
        await put(door, "weight", [BEGIN + timedelta(hours=2)], patient)
    await expect(store, BEGIN, BERLIN)
    await door.as_platform.run(sql("update hour_chunk set body = 'torn' where patient_id = 1"))
    await look(store, BEGIN + timedelta(hours=2, minutes=1))
    states = "select patient_id, state from plan_due where day = '2026-02-02' order by 1"
    assert await rows(door, states) == [(1, "open"), (2, "done")]
    await look(store, BEGIN + timedelta(hours=12))
    assert await rows(door, states) == [(1, "missed"), (2, "done")]


async def test_what_a_newer_homeward_wrote_and_this_one_cannot_say_is_told_all_the_same(
    store: Any, door: Door
) -> None:
    await plans.begin(door, 1, PLAN, BEGIN)
    await expect(store, BEGIN, BERLIN)
    await door.as_platform.run(sql("update plan_due set language = 'fr'"))
    noon = BEGIN + timedelta(hours=9)
    await door.as_platform.run(
        sql("update plan_due set state = 'missed' where nudge <= %(noon)s"), noon=noon
    )
    found = await missed_now(door.as_platform, noon)
    assert found[1].priority is Priority.MEDIUM, "a carer is told: the patient cannot be"


async def test_a_change_of_plan_asks_for_the_new_and_not_for_both(store: Any, door: Door) -> None:
    await plans.begin(door, 1, PLAN, BEGIN)
    await expect(store, BEGIN, BERLIN)
    later = replace(PRESSURE, at=(time(9),))
    noon = BEGIN + timedelta(hours=8)
    await plans.begin(door, 1, replace(PLAN, items=(later,)), noon)
    await expect(store, noon, BERLIN)
    ahead = f"select item, at from plan_due where at > '{noon}' order by at"
    assert {(item, at.hour) for item, at in await rows(door, ahead)} == {("pressure", 8)}
    await plans.end(door, 1, "hypertension", noon)
    assert await rows(door, ahead) == []
    assert (await plans.shown(door, 1, noon)).plans == []


async def test_an_answer_is_for_what_no_device_answers(store: Any, door: Door) -> None:
    await plans.begin(door, 1, PLAN, BEGIN)
    await expect(store, BEGIN, BERLIN)
    seven = datetime(2026, 2, 2, 7, tzinfo=UTC)
    ids = dict(await rows(door, "select item, id from plan_due where at < '2026-02-02 12:00Z'"))
    await plans.answer(door, 1, HomeAnswer(ids["pill"]), seven)
    with pytest.raises(Exception, match="cannot be answered"):
        await plans.answer(door, 1, HomeAnswer(ids["pressure"]), seven)
    with pytest.raises(Exception, match="cannot be answered"):
        await plans.answer(door, 1, HomeAnswer(ids["pill"]), seven)
    await plans.answer(door, 1, HomeAnswer(ids["pressure"], is_excused=True), seven)
    await look(store, seven + timedelta(hours=6))
    states = dict(
        await rows(door, "select item, state from plan_due where at < '2026-02-02 12:00Z'")
    )
    assert states == {"pill": "done", "pressure": "excused"}


async def test_what_a_plan_says_lies_sealed_and_goes_with_its_patient(
    store: Any, door: Door, tools: Tools
) -> None:
    from homeward.store.sealed import erase

    await plans.begin(door, 1, PLAN, BEGIN)
    ((body,),) = await rows(door, "select body::text from plan")
    assert "Ramipril" not in body
    async with store.door().transaction() as inside:
        await erase(inside, "patient", 1)
    assert await expect(store, BEGIN, BERLIN) == 1
    assert await rows(door, "select id from plan_due") == []
    assert tools.settings.zone == "UTC"


async def test_adherence_goes_on_over_a_change_and_two_changes_do_not_undo_each_other(
    store: Any, door: Door
) -> None:
    first = await plans.begin(door, 1, PLAN, BEGIN)
    await expect(store, BEGIN, BERLIN)
    noon = BEGIN + timedelta(hours=8)
    await look(store, noon)
    later = replace(PLAN, items=(replace(PRESSURE, at=(time(9),)), PILL))
    second = await plans.begin(door, 1, later, noon, first)
    with pytest.raises(Exception, match="changed this plan"):
        await plans.begin(door, 1, PLAN, noon, first)
    shown = await plans.shown(door, 1, noon)
    assert [plan.id for plan in shown.plans] == [second]
    assert {due.plan_id for due in shown.dues} == {second}
    assert shown.plans[0].expected == 2


async def test_nothing_is_asked_of_whoever_was_erased(
    store: Any, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    await plans.begin(door, 1, PLAN, BEGIN)
    await expect(store, BEGIN, BERLIN)
    assert await rows(door, "select from plan_due where state = 'open'")
    await door.as_platform.run(sql("update patient set erased = now()"))
    later = BEGIN + timedelta(days=1)
    await expect(store, later, BERLIN)
    assert await rows(door, "select from plan_due where state = 'open'") == []
    assert await rows(door, "select ended, ended_by from plan") == [(later, None)]
    assert caplog.text == ""


async def test_a_plan_that_cannot_be_read_is_said_to_be(
    store: Any, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    await plans.begin(door, 1, PLAN, BEGIN)
    await door.as_platform.run(sql("update plan set body = 'what no key opens'"))
    await expect(store, BEGIN, BERLIN)
    assert await rows(door, "select from plan_due") == []
    assert "plan 1 cannot be read" in caplog.text


async def test_what_is_due_stays_while_a_plan_cannot_be_read(store: Any, door: Door) -> None:
    """A key that is away for an hour must not take tomorrow's medicines off the list."""
    await plans.begin(door, 1, PLAN, BEGIN)
    await expect(store, BEGIN, BERLIN)
    ((body,),) = await rows(door, "select body::text from plan")
    stood = await rows(door, "select item, at from plan_due order by at, item")
    await door.as_platform.run(sql("update plan set body = 'what no key opens'"))
    away = BEGIN + timedelta(hours=30)
    assert await expect(store, away, BERLIN) == 1
    assert await rows(door, "select item, at from plan_due order by at, item") == stood
    assert await expect(store, away + timedelta(minutes=59), BERLIN) == 0, "not at every pass"
    await door.as_platform.run(sql("update plan set body = %(body)s"), body=body)
    back = away + timedelta(hours=1, seconds=1)
    assert await expect(store, back, BERLIN) == 1
    now = {tuple(row) for row in await rows(door, "select item, at from plan_due")}
    assert {tuple(row) for row in stood} < now
    assert max(at for _, at in now) > back + timedelta(hours=24)
