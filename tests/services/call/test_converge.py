"""Calls follow alarms: the next person until somebody answers, and never twice."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from homeward.model.alarm import Kind, Priority
from homeward.services.call.converge import converge
from homeward.services.call.work import until_next
from tests.services.call.conftest import WAIT_SECONDS


async def test_a_low_alarm_calls_nobody(house):
    patient = await house.patient("a", "Ward 3")
    await house.alarm(patient, priority=Priority.LOW, kind=Kind.TECHNICAL)
    assert await house.passes(5) == {}
    assert await house.called() == []


async def test_the_nurse_is_called_once_and_the_next_person_after_the_wait(house):
    await house.alarm(await house.patient("a", "Ward 3"))
    await house.passes(119)
    assert await house.called() == [("nora", None)]
    await house.passes(1)
    assert await house.called() == [("nora", "unanswered"), ("miriam", None)]
    await house.passes(120)
    assert [name for name, _ in await house.called()] == ["nora", "miriam", "nora"]


async def test_a_screens_receipt_on_its_way_does_not_hold_up_a_call(house):
    """A row that refers to an alarm locks it a little: an alarm's first moment is full of those."""
    alarm = await house.alarm(await house.patient("a", "Ward 3"))
    await house.look()
    async with house.store.pool.connection() as other, other.transaction():
        await other.execute("select from alarm where id = %s for key share", (alarm,))
        await converge(house.store, house.bus, house.now, 120)
    assert await house.called() == [("nora", None)]


async def test_an_alarm_that_is_being_written_is_called_for_a_moment_and_not_a_pass_later(house):
    alarm = await house.alarm(await house.patient("a", "Ward 3"))
    await house.look()
    async with house.store.pool.connection() as other:
        async with other.transaction():
            await other.execute("select from alarm where id = %s for update", (alarm,))
            passing = asyncio.create_task(converge(house.store, house.bus, house.now, 120))
            await asyncio.sleep(0.1)
            assert not passing.done()
        await passing
    assert await house.called() == [("nora", None)]


async def test_who_came_due_while_a_pass_ran_is_called_at_once(house, tools):
    await house.alarm(await house.patient("a", "Ward 3"))
    await house.passes(0)
    before = house.now + timedelta(seconds=WAIT_SECONDS, milliseconds=-1)
    after = replace(tools, now=lambda: before + timedelta(seconds=0.3))
    assert await until_next(after, before) == 0.0
    early = replace(tools, now=lambda: before - timedelta(seconds=0.2))
    assert 0.0 < await until_next(early, before - timedelta(seconds=0.2)) < 0.3


async def test_a_technical_medium_alarm_is_called_as_well(house):
    patient = await house.patient("a", "Ward 3")
    await house.alarm(patient, "silent_pulse", Priority.MEDIUM, Kind.TECHNICAL)
    await house.passes(0)
    assert await house.called() == [("nora", None)]


async def test_acknowledged_is_answered_and_nobody_else_is_called(house):
    alarm = await house.alarm(await house.patient("a", "Ward 3"))
    await house.passes(10)
    await house.acknowledge(alarm, "nora")
    await house.passes(300)
    assert await house.called() == [("nora", "answered")]


async def test_a_medium_alarm_that_ends_by_itself_ends_its_call(house):
    patient = await house.patient("a", "Ward 3")
    await house.alarm(patient, "pulse_high", Priority.MEDIUM)
    await house.passes(1)
    await house.clear(patient, "pulse_high")
    await house.passes(1)
    assert await house.called() == [("nora", "over")]


async def test_a_latched_alarm_that_returns_calls_again_from_the_first_person(house):
    patient = await house.patient("a", "Ward 3")
    await house.alarm(patient)
    await house.passes(130)
    await house.clear(patient)
    await house.passes(1)
    await house.alarm(patient)
    await house.passes(1)
    called = await house.called()
    assert called == [("nora", "unanswered"), ("miriam", "over"), ("nora", None)]


async def test_each_ward_calls_its_own(house):
    await house.alarm(await house.patient("a", "Ward 3"))
    await house.alarm(await house.patient("b", "Home care"))
    await house.passes(0)
    assert sorted(await house.called()) == [("dan", None), ("nora", None)]


async def test_an_empty_chain_is_told_and_not_silent(house):
    await house.ward("Ward 9")
    await house.alarm(await house.patient("a", "Ward 9"))
    troubles = await house.passes(0)
    assert list(troubles.values()) == ["nobody to call on Ward 9: all staff are called"]
    assert await house.called() == [("nora", None), ("miriam", None), ("dan", None)]
    await house.sql("update person set disabled = now() where role = 'nurse'")
    await house.passes(61)
    assert [outcome for _, outcome in await house.called()] == ["unanswered"] * 3
    troubles = await house.passes(0)
    assert troubles["nobody_to_call_3"] == "nobody to call on Ward 9"


async def test_a_person_who_may_no_longer_sign_in_is_passed_over(house):
    await house.sql("update person set disabled = now() where name = 'nora'")
    await house.alarm(await house.patient("a", "Ward 3"))
    await house.passes(0)
    assert await house.called() == [("miriam", None)]


async def test_trouble_of_the_platform_calls_every_chain_in_turn(house):
    await house.alarm(None, "trouble_disk", Priority.MEDIUM, Kind.TECHNICAL)
    await house.passes(241)
    assert [name for name, _ in await house.called()] == ["nora", "dan", "miriam"]


async def test_the_patient_is_called_in_their_own_words_and_again_until_they_see_it(house):
    patient = await house.patient("rosa", "Home care", person="rosa")
    await house.alarm(patient, "glucose_low", patient_text="Take 15 g of fast sugar now.")
    await house.passes(121)
    assert await house.called("patient") == [("rosa", "unanswered"), ("rosa", None)]
    await house.sql("update call set seen = now() where audience = 'patient' and ended is null")
    await house.passes(300)
    assert await house.called("patient") == [("rosa", "unanswered"), ("rosa", None)]
    await house.clear(patient, "glucose_low")
    await house.passes(1)
    assert (await house.called("patient"))[-1] == ("rosa", "answered")


async def test_what_a_patient_has_seen_and_becomes_worse_calls_them_once_more(house):
    patient = await house.patient("rosa", "Home care", person="rosa")
    await house.alarm(patient, "glucose_low", Priority.MEDIUM, patient_text="Eat something soon.")
    await house.passes(1)
    see = "update call set seen = now() where audience = 'patient' and ended is null"
    await house.sql(see)
    await house.passes(300)
    assert await house.called("patient") == [("rosa", None)]
    await house.alarm(patient, "glucose_low", patient_text="Take 15 g of fast sugar now.")
    await house.passes(1)
    assert await house.called("patient") == [("rosa", "unanswered"), ("rosa", None)]
    await house.sql(see)
    await house.passes(300)
    assert await house.called("patient") == [("rosa", "unanswered"), ("rosa", None)]


async def test_a_nurse_who_acknowledges_leaves_the_patients_call_standing(house):
    patient = await house.patient("rosa", "Home care", person="rosa")
    alarm = await house.alarm(patient, "glucose_low", patient_text="Take 15 g of fast sugar.")
    await house.passes(1)
    await house.acknowledge(alarm, "dan")
    await house.passes(1)
    assert await house.called() == [("dan", "answered")]
    assert await house.called("patient") == [("rosa", None)]


async def test_two_processes_at_once_call_nobody_twice(house):
    for name in "abcdef":
        await house.alarm(await house.patient(name, "Ward 3"))
    await house.look()
    passes = (converge(house.store, house.bus, house.now, 120) for _ in range(6))
    await asyncio.gather(*passes)
    assert await house.called() == [("nora", None)] * 6


async def test_d7_a_ward_without_a_chain_does_not_keep_others_from_being_called(house, monkeypatch):
    monkeypatch.setattr("homeward.services.call.converge.CALLS_MAX", 5)
    await house.ward("Ward 9")
    for place in range(6):
        await house.alarm(await house.patient(f"nine-{place}", "Ward 9"))
    patient = await house.patient("a", "Ward 3")
    await house.alarm(patient, "pulse_high", Priority.MEDIUM)
    troubles = await house.passes(1)
    called = await house.called()
    assert len(called) == 6 * 3 + 1
    assert called[-1] == ("nora", None)
    assert list(troubles.values()) == ["nobody to call on Ward 9: all staff are called"]


async def test_who_may_no_longer_sign_in_is_not_waited_for(house):
    await house.alarm(await house.patient("a", "Ward 3"))
    await house.passes(5)
    await house.sql("update person set disabled = now() where name = 'nora'")
    await house.passes(1)
    assert await house.called() == [("nora", "unanswered"), ("miriam", None)]


async def test_a_server_clock_that_goes_back_stops_no_escalation(house):
    await house.alarm(await house.patient("a", "Ward 3"))
    await house.passes(60)
    house.now -= timedelta(hours=1)
    await house.passes(121)
    assert await house.called() == [("nora", "unanswered"), ("miriam", None)]


async def test_five_hundred_open_alarms_are_all_called_within_seconds(house):
    """A storm: everybody's alarm finds its nurse, none is dropped, none is called for twice."""
    patient = await house.patient("a", "Ward 3")
    await house.sql(
        "insert into alarm (patient_id, condition, kind, priority, state, text, since, raised,"
        " rung)"
        " select %(patient)s, 'storm_' || n, 'technical', 'medium', 'active', 'x', %(now)s,"
        " %(now)s, %(now)s"
        " from generate_series(1, 501) n",
        patient=patient, now=house.now,
    )  # fmt: skip
    await house.passes(1)
    assert await house.called() == [("nora", None)] * 501


async def test_however_many_patients_are_called_already_the_next_is_called_too(house, monkeypatch):
    monkeypatch.setattr("homeward.services.call.converge.ALARMS_MAX", 2)
    words = {"kind": Kind.TECHNICAL, "priority": Priority.LOW, "patient_text": "Look at it."}
    for name in ("tom", "ida", "eva"):
        await house.person(name, "patient")
        await house.alarm(await house.patient(name, "Ward 3", name), "silent_pulse", **words)
    await house.passes(2)
    assert [name for name, _ in await house.called("patient")] == ["tom", "ida", "eva"]
