"""What people see at the bedside reaches the same alarms, scores and charts as a device's words."""

from datetime import timedelta
from uuid import uuid4

from homeward.clinical.observation import plan
from homeward.model.entered import Absent
from homeward.model.person import Actor, Role
from homeward.model.vital import BY_NAME
from homeward.services.observe import views as v
from homeward.services.observe.entering import enter
from homeward.store.chunks import micros, samples
from homeward.store.newest import newest
from homeward.store.rounds import in_beds

UNITS = {
    "respiratory_rate": "/min", "oxygen_saturation": "%", "pulse": "/min", "systolic": "mm[Hg]",
    "diastolic": "mm[Hg]", "temperature": "Cel",
}  # fmt: skip
WELL = {
    "respiratory_rate": 16, "oxygen_saturation": 97, "on_oxygen": False, "systolic": 125,
    "pulse": 72, "consciousness": "A", "temperature": 36.8,
}  # fmt: skip


async def writes(ward, who="nurse", name="ada", ago=timedelta(0), **said):
    """Somebody enters what they observed; nobody hears of it yet."""
    about = {key: said.pop(key) for key in ("corrects", "reason", "absent") if key in said}
    values = [v.EnteredValue(vital, value, UNITS.get(vital)) for vital, value in said.items()]
    at = round((ward.now - ago).timestamp() * 1000)
    entry = v.Entry(uuid4(), at, values, confirmed=True, **about)
    door = ward.store.door(Actor(ward.people[who], who, Role.NURSE))
    answer = await enter(door, ward.bus, ward.patients[name], entry, ward.now)
    assert answer.observation is not None
    return answer.observation


async def enters(ward, **said):
    """Somebody enters what they observed; it is told, and heard."""
    observation = await writes(ward, **said)
    await ward.watch._by_hand.look(ward.store.door(), ward.now)
    ward.now += timedelta(seconds=1)
    await ward.watch.writer.put(ward.watch._watcher.passes(ward.now, None))
    await ward.passes(1)
    return observation


async def nothing_worn(ward):
    """A ward without monitors, as most are."""
    await ward.sql("update association set ends = %(now)s", now=ward.now + timedelta(seconds=1))
    await ward.passes(2)


async def last_score(ward, name="ada"):
    ((total, low, risk, seconds),) = await ward.sql(
        "select total, low, risk, (detail ->> 'interval_seconds')::int from score"
        " where patient_id = %(p)s order by at desc, id desc limit 1",
        p=ward.patients[name],
    )
    return total, low, risk, seconds


async def charted(ward, vital, name="ada"):
    index = BY_NAME[vital].index
    found = await samples(ward.store.door(), ward.patients[name], [index], 0, 2**60)
    return found[index]["value"].tolist() if index in found else []


async def test_new_confusion_raises_the_score_rings_and_asks_for_an_observation_each_hour(ward):
    await nothing_worn(ward)
    await enters(ward, **WELL)
    assert await last_score(ward) == (0, 0, "low", 12 * 3600)
    await ward.passes(60)
    await enters(ward, consciousness="C")
    assert await last_score(ward) == (3, 3, "low-medium", 3600)
    states = await ward.alarms(scores=True)
    assert list(states.values()) == ["active"]
    await ward.killed()  # the next watcher knows it too
    await ward.passes(2)
    assert await ward.alarms(scores=True) == states
    assert await last_score(ward) == (3, 3, "low-medium", 3600)


async def test_a_counted_rate_of_eight_rings_though_nothing_is_on_the_patient(ward):
    await nothing_worn(ward)
    await enters(ward, respiratory_rate=8)
    assert await ward.alarms() == {"respiration_low": "active"}
    await ward.acknowledges("nurse", "respiration_low")
    await ward.passes(61)
    assert await ward.alarms() == {"respiration_low": "acknowledged"}
    await enters(ward, respiratory_rate=14)
    assert await ward.alarms() == {"respiration_low": "resolved"}


async def test_what_was_told_to_nobody_is_read_within_a_second(ward):
    """The rows decide: the hot lane may be lost."""
    entry = v.Entry(uuid4(), None, [v.EnteredValue("respiratory_rate", 7, "/min")], confirmed=True)
    door = ward.store.door(Actor(ward.people["nurse"], "nurse", Role.NURSE))

    class Deaf:
        connected = False

    await enter(door, Deaf(), ward.patients["ada"], entry, ward.now)
    await ward.passes(1)
    assert "respiration_low" in await ward.alarms()


async def test_three_hours_late_it_charts_and_scores_its_own_time_and_raises_nothing(ward):
    await nothing_worn(ward)
    await enters(ward, **WELL)
    late = timedelta(hours=3)
    sick = WELL | {"respiratory_rate": 7, "consciousness": "C", "oxygen_saturation": 88}
    await enters(ward, ago=late, **sick)
    assert await charted(ward, "respiratory_rate") == [7, 16]
    assert await ward.alarms() == {}
    assert await ward.alarms(scores=True) == {}
    assert (await last_score(ward))[:2] == (0, 0)
    rows = await ward.sql("select total, at from score order by at limit 1")
    assert rows[0][0] == 9
    assert ward.now - rows[0][1] > late
    await ward.killed()
    await ward.passes(30)
    assert await ward.alarms() == {}
    assert (await last_score(ward))[:2] == (0, 0)
    assert len(await ward.sql("select id from score where total = 9")) == 1


async def test_a_correction_ends_what_the_slip_raised_and_the_slip_stays_readable(ward):
    await nothing_worn(ward)
    await enters(ward, **WELL)
    await ward.passes(30)
    slip = await enters(ward, respiratory_rate=8)
    assert await ward.alarms() == {"respiration_low": "active"}
    await enters(ward, respiratory_rate=18, corrects=slip.id, reason="slip of the finger",
                 ago=timedelta(seconds=1))  # fmt: skip
    assert await ward.alarms() == {"respiration_low": "latched"}, "somebody sees that it was one"
    assert await charted(ward, "respiratory_rate") == [16, 18]
    assert (await last_score(ward))[:2] == (0, 0)
    rows = await ward.sql("select corrects, reason from observation order by id")
    assert rows == [(None, None), (None, None), (slip.id, "slip of the finger")]
    await ward.killed()
    await ward.passes(2)
    assert (await last_score(ward))[:2] == (0, 0)


async def test_a_correction_leaves_alone_what_another_entry_raised(ward):
    await nothing_worn(ward)
    await enters(ward, **WELL)
    await enters(ward, oxygen_saturation=70)
    slip = await enters(ward, respiratory_rate=8)
    assert await ward.alarms() == {"oxygen_low": "active", "respiration_low": "active"}
    await enters(ward, respiratory_rate=18, corrects=slip.id, reason="slip of the finger")
    assert await ward.alarms() == {"oxygen_low": "active", "respiration_low": "latched"}


async def test_a_good_value_that_was_a_slip_is_struck_and_what_it_ended_rings_again(ward):
    await nothing_worn(ward)
    await enters(ward, respiratory_rate=8)
    slip = await enters(ward, respiratory_rate=16)
    assert await ward.alarms() == {"respiration_low": "latched"}
    await enters(ward, corrects=slip.id, reason="the neighbour's")
    assert await ward.alarms() == {"respiration_low": "active"}
    slip = await enters(ward, respiratory_rate=16)
    await ward.acknowledges("nurse", "respiration_low")
    assert await ward.alarms() == {"respiration_low": "resolved"}
    await enters(ward, corrects=slip.id, reason="the neighbour's")
    found = await ward.sql(
        "select state from alarm where condition = 'respiration_low' order by id"
    )
    assert found == [("resolved",), ("active",)]
    await ward.killed()
    await ward.passes(40)
    assert (
        await ward.sql("select state from alarm where condition = 'respiration_low' order by id")
        == found
    )


async def test_a_score_that_ended_by_a_slip_rings_again_once_it_is_struck(ward):
    await nothing_worn(ward)

    async def states() -> list[str]:
        found = await ward.sql("select state from alarm where condition = 'news2_red' order by id")
        return [state for (state,) in found]

    await enters(ward, **WELL | {"consciousness": "C"})
    assert await states() == ["active"]
    slip = await enters(ward, consciousness="A")
    assert await states() == ["resolved"]
    await enters(ward, corrects=slip.id, reason="the neighbour's")
    assert await states() == ["resolved", "active"]
    slip = await enters(ward, consciousness="A")
    await enters(ward, consciousness="C", corrects=slip.id, reason="slip of the finger")
    assert await states() == ["resolved", "resolved", "active"]
    await ward.passes(61)  # the ledger is what holds, each minute
    (seen,) = await ward.sql("select max(id) from observation")
    await enters(ward, corrects=seen[0], reason="the neighbour's")
    assert (await states())[-1] == "active", "what was entered first still stands"
    await enters(ward, consciousness="A")
    assert (await states())[-1] == "resolved"


async def test_what_was_corrected_while_no_watcher_lived_is_judged_by_the_next(ward):
    await nothing_worn(ward)
    await enters(ward, respiratory_rate=8)
    slip = await enters(ward, respiratory_rate=16)
    await writes(ward, corrects=slip.id, reason="the neighbour's")
    ward.now += timedelta(minutes=3)
    await ward.killed()
    await ward.passes(2)
    assert await ward.alarms() == {"respiration_low": "active"}


async def test_what_was_struck_and_entered_while_nobody_heard_for_minutes_is_judged(ward):
    await nothing_worn(ward)
    await enters(ward, **WELL)
    slip = await enters(ward, respiratory_rate=8)
    assert await ward.alarms() == {"respiration_low": "active"}
    await writes(ward, respiratory_rate=18, corrects=slip.id, reason="slip of the finger")
    await writes(ward, oxygen_saturation=70)
    ward.now += timedelta(minutes=5)
    await ward.passes(1)
    assert await ward.alarms() == {"respiration_low": "latched", "oxygen_low": "active"}


async def test_an_entry_taken_back_counts_nowhere(ward):
    await nothing_worn(ward)
    slip = await enters(ward, respiratory_rate=8)
    await enters(ward, corrects=slip.id, reason="the neighbour's")
    assert await ward.alarms() == {"respiration_low": "latched"}
    assert await charted(ward, "respiratory_rate") == []
    (score,) = await ward.sql("select detail from score order by at desc, id desc limit 1")
    parts = {part["parameter"]: part for part in score[0]["parts"]}
    assert parts["respiratory_rate"]["value"] is None


async def test_beside_a_monitor_the_worse_of_both_holds_for_ten_minutes(ward):
    streams = {"heart_rate": 72, "oxygen_saturation": 97, "respiratory_rate": 16}
    await ward.reads(seconds=70, **streams)
    await enters(ward, **(WELL | {"respiratory_rate": 26}))
    await ward.reads(seconds=5, **streams)
    assert (await last_score(ward))[:2] == (3, 3)
    ward.now += timedelta(minutes=10)
    await ward.killed()
    await ward.reads(seconds=70, **streams)
    assert (await last_score(ward))[:2] == (0, 0)


async def test_a_round_s_values_count_until_the_next_round(ward):
    await nothing_worn(ward)
    await enters(ward, **WELL)
    ward.now += timedelta(hours=5)
    await ward.killed()
    await ward.passes(11)
    assert (await last_score(ward))[:2] == (0, 0)
    last = await newest(ward.store.door(), [ward.patients["ada"]], [4], micros(ward.now) - 10**11)
    assert last[ward.patients["ada"]][4].value == 16
    ward.now += timedelta(hours=8)
    await ward.killed()
    await ward.passes(11)
    assert (await last_score(ward))[0] is None


async def test_what_could_not_be_observed_is_said_with_its_reason(ward):
    absent = [v.NotPossible("temperature", Absent.REFUSED)]
    filed = await enters(ward, pulse=80, absent=absent)
    assert {each.vital: each.absent for each in filed.values} == {
        "pulse": None, "temperature": Absent.REFUSED,
    }  # fmt: skip


async def in_round(ward, name="ada"):
    (found,) = await in_beds(ward.store.door(), ward.now, patient=ward.patients[name])
    return plan(found.known, ward.now)


async def test_confusion_shortens_the_interval_and_the_round_shows_it_at_once(ward):
    await nothing_worn(ward)
    await enters(ward, **WELL)
    planned = await in_round(ward)
    assert planned.interval_seconds == 12 * 3600
    ward.now += timedelta(minutes=90)
    await ward.killed()
    await enters(ward, consciousness="C")
    assert "active" in (await ward.alarms(scores=True)).values()
    planned = await in_round(ward)
    assert planned.interval_seconds == 3600
    assert round(planned.overdue(ward.now).total_seconds() / 60) == 30
    assert "consciousness" not in planned.what_is_due(ward.now)
    assert len(planned.what_is_due(ward.now)) == 6


async def test_who_is_not_observed_for_long_rings_until_somebody_does(ward):
    await nothing_worn(ward)
    await enters(ward, **(WELL | {"consciousness": "C"}))
    ward.now += timedelta(minutes=89)
    await ward.killed()
    await ward.passes(30)
    assert await ward.alarms() == {}
    ward.now += timedelta(minutes=1)
    await ward.killed()
    await ward.passes(30)
    assert await ward.alarms() == {"observation_overdue": "active"}
    ((kind, priority, text),) = await ward.sql(
        "select kind, priority, text from alarm where condition = 'observation_overdue'"
    )
    assert (kind, priority) == ("technical", "medium")
    assert text in {f"Observations overdue by {late} min: all" for late in (30, 31)}
    assert "nurse" in await ward.called()
    await ward.killed()  # it is in the rows, not in a timer
    await ward.passes(31)
    assert await ward.alarms() == {"observation_overdue": "active"}
    await enters(ward, **(WELL | {"consciousness": "C"}))
    await ward.passes(30)
    assert await ward.alarms() == {"observation_overdue": "resolved"}


async def test_a_refusal_puts_the_alarm_off_for_an_hour_and_no_longer(ward):
    await nothing_worn(ward)
    await enters(ward, **(WELL | {"consciousness": "C"}))
    ward.now += timedelta(minutes=95)
    await ward.killed()
    absent = [v.NotPossible(name, Absent.REFUSED) for name in WELL]
    await enters(ward, absent=absent)
    await ward.passes(30)
    assert await ward.alarms() == {}
    ward.now += timedelta(minutes=60 + 31)
    await ward.killed()
    await ward.passes(30)
    assert await ward.alarms() == {"observation_overdue": "active"}


async def test_nobody_at_home_is_on_a_round(ward):
    await ward.admit("rosa", "Home care", {})
    ward.now += timedelta(days=1)
    await ward.killed()
    await ward.passes(31)
    rows = await ward.sql("select distinct patient_id from alarm where condition like 'observ%%'")
    assert rows == [(ward.patients["ada"],)]
