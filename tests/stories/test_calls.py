"""Who is called, and when it goes wrong: told on real engines, in virtual time."""

import asyncio
import time as wall
from datetime import UTC, date, datetime, time, timedelta

import pytest

from homeward.model.errors import Conflict
from homeward.model.person import Actor, Role
from homeward.services.call.assignments import hand_over
from homeward.services.call.chain import Target
from homeward.services.call.converge import converge
from homeward.services.call.rota import Override, OverrideKind, Plan, Shift
from homeward.services.call.rotas import add_rota, override
from homeward.services.call.standing import Aim
from homeward.services.watch import ledger
from tests.services.call.conftest import strides

ASSIGNED, EVERYBODY = Aim(Target.ASSIGNED), Aim(Target.EVERYBODY)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily(*people: int, begins: date = date(2026, 2, 1), hours: int = 24) -> Plan:
    return Plan("Europe/Berlin", hours, time(7), begins, people)


class Staff:
    """More people on Ward 3, its rotas and its chain."""

    def __init__(self, ward) -> None:
        self.ward = ward

    async def comes(self, *names: str, role: str = "nurse") -> None:
        for name in names:
            self.ward.people[name] = await self.ward.number(
                "insert into person (name, role) values (%(name)s, %(role)s)", name=name, role=role
            )
            self.ward.at_screens.add(name)

    async def rota(self, name: str, plan: Plan) -> int:
        ward = self.ward
        return await add_rota(ward.store.door(), ward.wards["Ward 3"], name, plan, ward.now, "")

    async def alarm(self, patient: str = "ada", condition: str = "oxygen_low") -> int:
        """An alarm without waiting for a reading to be judged."""
        return await self.ward.number(
            "insert into alarm (patient_id, condition, kind, priority, state, text, since, raised,"
            " rung) values (%(patient)s, %(condition)s, 'physiological', 'high', 'active', 'x',"
            " %(now)s, %(now)s, %(now)s)",
            patient=self.ward.patients[patient], condition=condition, now=self.ward.now,
        )  # fmt: skip

    async def waits(self, seconds: int) -> None:
        """Time passes for the callers alone, in `strides`."""
        await self.ward.calls()
        for stride in strides(seconds):
            self.ward.now += timedelta(seconds=stride)
            await self.ward.calls()

    async def answers(self, name: str) -> None:
        """They take every alarm there is."""
        door = self.ward.store.door(Actor(self.ward.people[name], name, Role.NURSE))
        for (alarm,) in await self.ward.sql("select id from alarm where state = 'active'"):
            await ledger.acknowledge(self.ward.store, self.ward.bus, door, alarm, "", self.ward.now)
        await self.ward.calls()

    async def outcomes(self) -> list[tuple[str, str | None]]:
        return await self.ward.sql(
            "select person.name, outcome from call join person on person.id = person_id"
            " where audience = 'carer' order by call.id"
        )

    async def troubles(self) -> dict[str, str]:
        return dict(await self.ward.sql("select what, text from roster_trouble"))


@pytest.fixture
async def staff(ward) -> Staff:
    staff = Staff(ward)
    await staff.comes("anna", "ben", "cleo")
    return staff


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # 07:00 on the wall, an hour earlier by the sun from 29 March, and later from 25 October.
        ("2026-03-29 04:59:58", "2026-03-29 05:00:00"),
        ("2026-10-25 05:59:58", "2026-10-25 06:00:00"),
    ],
)
async def test_the_handover_stays_at_seven_when_the_clocks_change(ward, staff, before, after):
    ward.now = utc(before)
    people = [ward.people[name] for name in ("anna", "ben")]
    begins = date.fromisoformat(before[:10]) - timedelta(days=2)
    rota = await staff.rota("Nurses", daily(*people, begins=begins))
    await ward.chain("Ward 3", [Aim(Target.ROTA, None, rota)])
    await staff.alarm()
    await staff.waits(0)
    assert await ward.called() == ["ben"]  # the second day of two
    await staff.answers("ben")
    ward.now = utc(after)
    await staff.alarm(condition="later")
    await staff.waits(0)
    assert await ward.called() == ["ben", "anna"]


async def test_somebody_who_stands_in_is_called_instead_and_no_longer_once_it_is_over(ward, staff):
    rota = await staff.rota("Nurses", daily(ward.people["anna"]))
    await ward.chain("Ward 3", [Aim(Target.ROTA, None, rota)])
    stands_in = Override(
        OverrideKind.REPLACE, ward.now, ward.now + timedelta(hours=2), None, ward.people["cleo"]
    )
    await override(ward.store.door(), rota, stands_in, ward.now, "Anna is ill")
    await staff.alarm()
    await staff.waits(0)
    assert await ward.called() == ["cleo"]
    await staff.answers("cleo")
    ward.now += timedelta(hours=2)
    await staff.alarm(condition="later")
    await staff.waits(0)
    assert await ward.called() == ["cleo", "anna"]


async def test_who_takes_over_in_the_middle_of_an_escalation_is_called_at_the_handover(ward, staff):
    ward.now = utc("2026-03-02 05:59:30")  # 06:59:30 in Berlin
    people = [ward.people[name] for name in ("anna", "ben")]
    rota = await staff.rota("Nurses", daily(*people, begins=date(2026, 3, 1)))
    await ward.chain("Ward 3", [Aim(Target.ROTA, None, rota)], [EVERYBODY])
    await staff.alarm()
    await staff.waits(29)
    assert await ward.called() == ["anna"]
    await staff.waits(1)
    # Ben has the turn now; Anna, who knows of it, may still answer.
    assert await staff.outcomes() == [("anna", None), ("ben", None)]
    await staff.answers("ben")
    assert await staff.outcomes() == [("anna", "answered"), ("ben", "answered")]


async def test_handing_over_a_patient_with_an_open_alarm_calls_the_next_nurse_at_once(ward, staff):
    anna, ben = ward.people["anna"], ward.people["ben"]
    await ward.chain("Ward 3", [ASSIGNED], [Aim(Target.PERSON, ward.people["cleo"])])
    door = ward.store.door(Actor(anna, "anna", Role.NURSE))
    patients, place = [ward.patients["ada"]], ward.wards["Ward 3"]
    await hand_over(door, place, patients, anna, ward.now, "")
    await staff.alarm()
    await staff.waits(5)
    assert await ward.called() == ["anna"]
    await hand_over(door, place, patients, ben, ward.now, "end of shift")
    await staff.waits(1)
    assert await ward.called() == ["anna", "ben"]
    rows = await ward.sql(
        "select person_id, starts, starts_by, ends, ends_by, why from assignment order by id"
    )
    assert rows == [
        (anna, ward.now - timedelta(seconds=6), anna, ward.now - timedelta(seconds=1), anna, ""),
        (ben, ward.now - timedelta(seconds=1), anna, None, None, "end of shift"),
    ]


async def test_a_closed_screen_is_not_waited_for(ward, staff):
    ward.at_screens -= {"nurse"}
    await staff.alarm()
    await staff.waits(0)
    assert await staff.outcomes() == [("nurse", None), ("charge nurse", None)]


async def test_a_screen_that_closes_before_it_showed_the_call_sends_it_on_within_ten_seconds(
    ward, staff
):
    ward.sees = set()
    await staff.alarm()
    await staff.waits(2)
    ward.at_screens -= {"nurse"}
    await staff.waits(9)
    assert await ward.called() == ["nurse"]
    await staff.waits(1)
    assert await ward.called() == ["nurse", "charge nurse"]


async def test_d4_a_call_that_nobody_saw_goes_on_after_thirty_seconds_and_stays_open(ward, staff):
    ward.sees = set()  # screens are open, and show something else
    await staff.alarm()
    await staff.waits(29)
    assert await ward.called() == ["nurse"]
    await staff.waits(1)
    assert await staff.outcomes() == [("nurse", None), ("charge nurse", None)]
    await staff.waits(90)
    assert (await staff.outcomes())[0] == ("nurse", "unanswered")
    assert await ward.called() == ["nurse", "charge nurse", "nurse"]


async def test_a_call_that_was_seen_late_is_waited_for_like_any_other(ward, staff):
    ward.sees = set()
    await staff.alarm()
    await staff.waits(20)
    ward.sees = {"nurse"}
    await staff.waits(99)
    assert await ward.called() == ["nurse"]
    await staff.waits(1)
    assert await ward.called() == ["nurse", "charge nurse"]


async def test_d4_a_gateway_that_fails_sends_the_call_on_at_once(ward, staff):
    """Somebody without a screen, to whom a message is under way until it fails."""
    ward.at_screens -= {"nurse"}
    await ward.sql("create table pretend_message (call_id bigint, failed boolean)")
    await ward.sql(
        "create or replace view call_reach with (security_invoker) as"
        " select call.id as call_id, call.seen is null and not exists ("
        "   select from present where present.person_id = call.person_id) and not exists ("
        "   select from pretend_message where not failed) as is_hopeless,"
        " call.seen is not null as is_confirmed from call"
    )
    await ward.sql("insert into pretend_message values (1, false)")
    await staff.alarm()
    await staff.waits(5)
    assert await ward.called() == ["nurse"]
    await ward.sql("update pretend_message set failed = true")
    await staff.waits(1)
    assert await staff.outcomes() == [("nurse", None), ("charge nurse", None)]


async def test_d4_nobody_can_be_reached_so_everybody_is_called_and_again_for_ever(ward, staff):
    ward.at_screens = set()
    await staff.alarm()
    await staff.waits(1)
    assert await ward.called() == ["nurse", "charge nurse"]
    await staff.waits(118)
    assert len(await ward.called()) == 2
    await staff.waits(121)
    assert sorted((await ward.called())[2:]) == ["charge nurse", "charge nurse", "nurse", "nurse"]


async def test_two_nurses_answer_at_once_one_has_it_and_every_call_ends(ward, staff):
    await ward.chain("Ward 3", [Aim(Target.PERSON, ward.people[n]) for n in ("anna", "ben")])
    alarm = await staff.alarm()
    await staff.waits(3)
    assert await ward.called() == ["anna", "ben"]
    doors = [
        ward.store.door(Actor(ward.people[name], name, Role.NURSE)) for name in ("anna", "ben")
    ]
    done = await asyncio.gather(
        *(ledger.acknowledge(ward.store, ward.bus, d, alarm, "", ward.now) for d in doors),
        return_exceptions=True,
    )
    (shown,) = [each for each in done if not isinstance(each, Exception)]
    assert [type(each) for each in done if isinstance(each, Exception)] == [Conflict]
    assert shown.acknowledged_by in ("anna", "ben")  # what everybody's screen is told
    await staff.waits(300)
    assert await staff.outcomes() == [("anna", "answered"), ("ben", "answered")]


async def test_an_empty_step_is_passed_over_at_once_and_is_an_alarm_of_its_own(ward, staff):
    weekend = Shift("weekend", time(8), time(20), (5, 6), (ward.people["anna"],))
    rota = await staff.rota("Weekends", Plan("Europe/Berlin", shifts=(weekend,)))
    ward.now = utc("2026-03-02 10:00")  # a Monday
    await ward.chain(
        "Ward 3", [ASSIGNED], [Aim(Target.ROTA, None, rota)],
        [Aim(Target.PERSON, ward.people["ben"])],
    )  # fmt: skip
    await staff.alarm()
    await staff.waits(0)
    assert await ward.called() == ["ben"]
    words = {
        "empty_step_1_1": "Ward 3: step 1 of the chain calls nobody (the patient's nurse)",
        "empty_step_1_2": "Ward 3: step 2 of the chain calls nobody (Weekends)",
    }
    assert words.items() <= (await staff.troubles()).items()
    await hand_over(
        ward.store.door(), ward.wards["Ward 3"], [ward.patients["ada"]], ward.people["ben"],
        ward.now, "",
    )  # fmt: skip
    await staff.waits(61)
    assert "empty_step_1_1" not in await staff.troubles()
    assert "empty_step_1_2" in await staff.troubles()


async def test_an_empty_rota_calls_the_wards_own_people_and_says_so(ward, staff):
    never = Shift("weekend", time(8), time(20), (5, 6), tuple(ward.people[n] for n in ("anna",)))
    rota = await staff.rota("Weekends", Plan("Europe/Berlin", shifts=(never,)))
    ward.now = utc("2026-03-02 10:00")
    await ward.chain("Ward 3", [Aim(Target.ROTA, None, rota)])
    await staff.alarm()
    await staff.waits(0)
    assert await ward.called() == ["anna"]
    troubles = await staff.troubles()
    assert troubles["nobody_to_call_1"] == "nobody to call on Ward 3: all staff are called"


async def test_a_gap_in_the_rota_is_told_a_day_ahead_until_it_is_filled(ward, staff):
    rota = await staff.rota("Nurses", daily(ward.people["anna"]))
    out = ward.now + timedelta(hours=30)
    leave = Override(OverrideKind.REMOVE, out, out + timedelta(hours=8), ward.people["anna"])
    await override(ward.store.door(), rota, leave, ward.now, "leave")
    await staff.waits(1)
    assert await staff.troubles() == {}
    ward.now += timedelta(hours=6, minutes=1)
    await staff.waits(1)
    assert await staff.troubles() == {
        "rota_gap_1": "Ward 3, rota Nurses: nobody is on call from Mon 09:00 to Mon 17:00"
    }
    stands_in = Override(OverrideKind.ADD, out, out + timedelta(hours=8), None, ward.people["ben"])
    await override(ward.store.door(), rota, stands_in, ward.now, "")
    await staff.waits(61)
    assert await staff.troubles() == {}


async def test_d2_killed_in_mid_escalation_the_next_process_goes_on_without_loss_or_doubling(
    ward, staff
):
    """Nothing of the caller is in memory: two of them, each dying in turn, are one."""
    await ward.chain(
        "Ward 3", *([Aim(Target.PERSON, ward.people[n])] for n in ("anna", "ben", "cleo"))
    )
    await staff.alarm()
    await staff.waits(60)
    await asyncio.gather(*(converge(ward.store, ward.bus, ward.now, 120) for _ in range(4)))
    passing = asyncio.create_task(converge(ward.store, ward.bus, ward.now, 120))
    await asyncio.sleep(0.002)
    passing.cancel()
    await asyncio.gather(passing, return_exceptions=True)
    ward.now += timedelta(seconds=59)
    await staff.waits(0)
    assert await ward.called() == ["anna"]
    await staff.waits(1)
    await asyncio.gather(*(converge(ward.store, ward.bus, ward.now, 120) for _ in range(4)))
    assert await staff.outcomes() == [("anna", "unanswered"), ("ben", None)]


async def test_d3_two_thousand_alarms_and_two_people_the_worst_first_and_none_dropped(ward, staff):
    await ward.chain("Ward 3", *([Aim(Target.PERSON, ward.people[n])] for n in ("anna", "ben")))
    await ward.sql(
        "insert into alarm (patient_id, condition, kind, priority, state, text, since, raised,"
        " rung) select %(patient)s, 'storm_' || n, 'technical', case when n %% 4 = 0 then 'high'"
        " else 'medium' end, 'active', 'x', %(now)s, %(now)s, %(now)s"
        " from generate_series(1, 2000) n",
        patient=ward.patients["ada"], now=ward.now,
    )  # fmt: skip
    await ward.sql("analyze alarm")
    await staff.waits(0)
    rows = await ward.sql(
        "select priority, count(*), count(distinct alarm_id), min(call.id), max(call.id) from call"
        " join alarm on alarm.id = alarm_id group by priority order by priority"
    )
    (high, medium) = rows
    assert high[:3] == ("high", 500, 500)
    assert medium[:3] == ("medium", 1500, 1500)
    assert high[4] < medium[3]  # every high one before any other
    took = []
    for _ in range(5):
        ward.now += timedelta(seconds=1)
        await ward.look()
        began = wall.perf_counter()
        await converge(ward.store, ward.bus, ward.now, 120)
        took.append(wall.perf_counter() - began)
    assert min(took) < 1
    print(f"a pass over 2,000 open alarms: {min(took):.3f} s")
    for _ in range(23):  # until two minutes are over: each pass is long here
        ward.now += timedelta(seconds=5)
        await ward.calls()
    counted = (
        "select person.name, count(*) from call join person on person.id = person_id group by 1"
    )
    assert sorted(await ward.sql(counted)) == [("anna", 2000), ("ben", 2000)]


async def test_patient_and_relative_are_both_told_in_the_patients_words(ward, staff):
    await staff.comes("mother", role="relative")
    await ward.admit("rosa", "Home care", {})
    await ward.sql(
        "insert into relative (patient_id, person_id, priorities, made, since) values"
        " (%(patient)s, %(person)s, %(priorities)s, %(now)s, %(now)s)",
        patient=ward.patients["rosa"], person=ward.people["mother"], priorities=["high"],
        now=ward.now,
    )  # fmt: skip
    await ward.watch.tick(0)
    await ward.reads("rosa", glucose=50)
    assert await ward.called("patient") == ["rosa"]
    assert await ward.called("relative") == ["mother"]
    assert await ward.called("carer") == ["home nurse"]
    await staff.waits(121)
    assert await ward.called("relative") == ["mother", "mother"]  # unseen: told again
    await ward.sql("update call set seen = now() where ended is null and audience = 'relative'")
    await staff.waits(130)
    assert await ward.called("relative") == ["mother", "mother"]


async def test_a_relative_hears_only_of_what_the_patient_chose(ward, staff):
    await staff.comes("mother", role="relative")
    await ward.admit("rosa", "Home care", {})
    await ward.sql(
        "insert into relative (patient_id, person_id, priorities, made, since) values"
        " (%(patient)s, %(person)s, %(priorities)s, %(now)s, %(now)s)",
        patient=ward.patients["rosa"], person=ward.people["mother"], priorities=["low"],
        now=ward.now,
    )  # fmt: skip
    await ward.watch.tick(0)
    await ward.reads("rosa", glucose=50)
    assert await ward.called("patient") == ["rosa"]
    assert await ward.called("relative") == []
