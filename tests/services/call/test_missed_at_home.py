"""What was due at home and did not come, from the plan to the calls, by the clock of a patient."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from homeward.clinical.plan import MISSED, Item, Kind, Plan
from homeward.model.person import Actor, Role
from homeward.services.plan import plans
from homeward.services.plan.expecting import expect, look
from homeward.services.watch import ledger
from homeward.services.watch.at_home import missed_now
from homeward.services.watch.watcher import Watcher
from tests.services.call.conftest import House
from tests.services.plan.test_expecting import put

BERLIN = "Europe/Berlin"
MIDNIGHT = datetime(2026, 3, 1, 23, tzinfo=UTC)  # in Berlin, before Monday
WEIGHT = Item("weight", Kind.MEASURE, "Weight", (time(7),), vitals=("weight",))
PILL = Item("pill", Kind.MEDICINE, "A medicine", (time(18),))


class Home:
    """Rosa at home with a plan, dan who looks after her, and a watcher."""

    def __init__(self, house: House, patient: int) -> None:
        self.house, self.patient, self.watcher = house, patient, Watcher()
        self.door = house.store.door(Actor(house.people["dan"], "dan", Role.NURSE))

    async def at(self, day: int, hour: int, minute: int = 0) -> None:
        """On that day at that time in Berlin: every loop twice, as it goes on."""
        self.house.now = MIDNIGHT + timedelta(days=day, hours=hour, minutes=minute)
        store = self.house.store
        for _ in range(2):
            await expect(store, self.house.now, BERLIN)
            await look(store, self.house.now)
            missed = await missed_now(store.door(), self.house.now)
            said = self.watcher.worked_out(MISSED, missed, self.house.now)
            await ledger.write(store, self.house.bus, said.changes)
            await self.house.passes()
            self.house.now += timedelta(seconds=30)

    async def lies_on(self, ward: str, day: int, hour: int) -> None:
        now = MIDNIGHT + timedelta(days=day, hours=hour)
        await self.house.sql("update stay set ends = %(now)s where ends is null", now=now)
        await self.house.sql(
            "insert into stay (patient_id, ward_id, bed, starts)"
            " values (1, %(ward)s, 'rosa', %(now)s)",
            ward=self.house.wards[ward], now=now,
        )  # fmt: skip

    async def weighs(self, day: int, hour: int) -> None:
        at = MIDNIGHT + timedelta(days=day, hours=hour)
        await put(self.door, "weight", [at])

    async def called(self) -> tuple[int, int]:
        """How often the patient was called, and a carer."""
        return len(await self.house.called("patient")), len(await self.house.called())

    async def open(self) -> list[Any]:
        return await self.house.sql(
            "select priority, state from alarm where condition = %(missed)s"
            " and state <> 'resolved'",
            missed=MISSED,
        )


@pytest.fixture
async def home(house: House) -> Home:
    patient = await house.patient("rosa", "Home care", "rosa")
    assert patient == 1
    await house.sql("insert into device (name, kind) values ('scale', 'scale')")
    await house.sql("update ward set kind = 'home' where name = 'Home care'")
    home = Home(house, patient)
    await plans.begin(home.door, patient, Plan("heart_failure", (WEIGHT, PILL)), MIDNIGHT)
    await home.at(0, 0)
    return home


async def test_the_patient_is_called_by_day_then_a_carer_and_a_late_reading_ends_it(
    home: Home,
) -> None:
    await home.at(0, 9, 59)
    assert await home.called() == (0, 0)
    await home.at(0, 10)
    assert await home.called() == (1, 0)
    assert await home.open() == [("low", "active")]
    await home.at(0, 13, 58)
    assert (await home.called())[1] == 0
    await home.at(0, 14)
    assert (await home.called())[1] == 1
    assert await home.house.called() == [("dan", None)]
    # She weighs herself when she is told to, long after the window.
    await home.weighs(0, 14)
    await home.at(0, 14, 5)
    assert await home.open() == []
    assert {outcome for _, outcome in await home.house.called()} == {"over"}
    states = "select state, came is null from plan_due where item = 'weight' order by at limit 1"
    assert await home.house.sql(states) == [("missed", False)]


async def test_at_night_nobody_is_called_and_in_the_morning_they_are(home: Home) -> None:
    await home.weighs(0, 7)
    for hour in (21, 23, 30, 31):
        await home.at(0, hour)
        assert await home.called() == (0, 0)
    await home.at(1, 8)
    assert await home.called() == (1, 0)
    await home.at(1, 12)
    assert (await home.called())[1] == 1


async def test_quiet_hours_hold_back_a_nudge_and_no_carer(home: Home) -> None:
    await home.house.sql(
        "insert into quiet_hours (person_id, starts, ends, zone, made, made_by)"
        " values (%(rosa)s, '08:00', '15:00', 'Europe/Berlin', %(now)s,"
        " %(rosa)s)",
        rosa=home.house.people["rosa"], now=MIDNIGHT,
    )  # fmt: skip
    await home.at(0, 10)
    assert await home.called() == (0, 0)
    await home.at(0, 14)
    assert (await home.called())[1] == 1


async def test_who_misses_day_after_day_is_told_each_day_though_somebody_answered(
    home: Home,
) -> None:
    for day in range(3):
        await home.at(day, 10)
        await home.at(day, 14)
        assert await home.open() == [("medium", "active")]
        ((alarm,),) = await home.house.sql("select id from alarm where state = 'active'")
        await home.house.acknowledge(alarm, "dan")
        await home.at(day, 15)
        assert await home.open() == [("medium", "acknowledged")]
    carers = await home.house.sql(
        "select count(distinct alarm_id) from call where audience = 'carer'"
    )
    # Each morning's weight; each evening's medicine is told in the same alarm at noon.
    assert carers == [(3,)]
    assert (await home.called())[0] >= 5


async def test_a_plan_that_is_ended_is_not_told_of(home: Home) -> None:
    await home.at(0, 10)
    assert await home.open() == [("low", "active")]
    await plans.end(home.door, 1, "heart_failure", home.house.now)
    await home.at(0, 10, 5)
    assert await home.open() == []
    await home.at(0, 14)
    assert (await home.called())[1] == 0


async def test_in_hospital_a_plan_rests_and_goes_on_after(home: Home) -> None:
    await home.at(0, 10)
    assert await home.open() == [("low", "active")]
    await home.lies_on("Ward 3", 0, 11)
    await home.at(0, 11)
    assert await home.open() == []
    for day, hour in ((0, 14), (0, 22), (1, 8), (1, 14)):
        await home.at(day, hour)
        assert await home.open() == []
    shown = await plans.shown(home.door, 1, home.house.now)
    assert shown.in_hospital is not None
    assert shown.in_hospital.ward == "Ward 3"
    # Of the first morning it is missed as it was; an evening and a morning rested.
    assert [(item.expected, item.rested) for item in shown.plans[0].items] == [(1, 1), (0, 1)]
    await home.lies_on("Home care", 1, 15)
    await home.at(1, 15)
    assert await home.open() == []  # nor is told what was missed before
    assert (await plans.shown(home.door, 1, home.house.now)).in_hospital is None
    await home.at(2, 10)
    assert await home.open() == [("low", "active")]


async def test_however_many_miss_nobody_is_left_out(home: Home) -> None:
    """Three patients to a question, and more rows of one than are read."""
    await home.house.sql(
        "insert into patient (record_number, name, birth_date, sex)"
        " select 'R' || n, 'R' || n, %(born)s, 'female' from generate_series(1, 10) n",
        born=date(1950, 1, 1),
    )
    await home.house.sql(
        "insert into plan (patient_id, condition, body, made, made_by)"
        " select id, 'x', 'sealed', %(now)s, %(dan)s from patient where id > 1",
        now=MIDNIGHT, dan=home.house.people["dan"],
    )  # fmt: skip
    await home.house.sql(
        "insert into plan_due (plan_id, patient_id, item, kind, vitals, language, zone, at, day,"
        " opens, closes, nudge, escalate, state)"
        " select plan.id, patient_id, 'x', 'task', '{}', 'en', 'UTC', at, at::date, at, at, at,"
        " at, 'missed' from plan cross join lateral (select made + n * interval '1 minute' as at"
        " from generate_series(1, case when plan.id = 2 then 450 else 2 end) n) times"
        " where patient_id > 1",
    )
    now = MIDNIGHT + timedelta(hours=8)
    told = await missed_now(home.house.store.door(), now, patients_max=3)
    assert sorted(told) == list(range(2, 12))
    assert "399 more" in told[min(told)].text
    assert {said.text[-6:] for patient, said in told.items() if patient > 2} == {"1 more"}
