"""Deliveries follow calls: sent at least once, proven or not, and never dropped."""

import asyncio

import pytest

from homeward.model.alarm import Kind, Priority
from homeward.model.message import Progress, Way
from homeward.services.call.reach.outbox import LEASE_SECONDS, TRIES_MAX

SENT, DELIVERED, SEEN, FAILED = Progress.SENT, Progress.DELIVERED, Progress.SEEN, Progress.FAILED


async def one_alarm(reach, priority=Priority.HIGH):
    patient = await reach.house.patient("a", "Ward 3")
    return await reach.house.alarm(patient, priority=priority)


async def test_a_call_goes_out_by_each_way_of_its_person_and_nobody_elses(reach):
    await reach.contact("nora")
    await reach.contact("nora", Way.SMS)
    await reach.contact("miriam")
    await one_alarm(reach)
    await reach.passes()
    messages = await reach.taken()
    assert {each.way for each in messages} == {Way.EMAIL, Way.SMS}
    assert {each.address for each in messages} == {"nora@hospital.test", "+442079460000"}
    assert len({each.link for each in messages}) == 2
    assert await reach.taken() == [], "leased"


async def test_somebody_without_a_way_has_no_deliveries(reach):
    await one_alarm(reach)
    await reach.passes()
    assert await reach.states() == []


async def test_a_way_for_high_alarms_only_is_left_alone_by_others(reach):
    await reach.contact("nora", priority_min="high")
    await one_alarm(reach, Priority.MEDIUM)
    await reach.passes()
    assert await reach.taken() == []


async def test_d4_sent_is_not_delivered_and_only_proof_confirms(reach):
    await reach.contact("nora")
    await one_alarm(reach)
    await reach.passes()
    messages = await reach.taken()
    await reach.says(messages, SENT, is_final=True)
    assert await reach.states() == ["sent"]
    _, is_confirmed = await reach.reach_of()
    assert not is_confirmed
    await reach.says(messages, DELIVERED)
    assert await reach.states() == ["delivered"]
    _, is_confirmed = await reach.reach_of()
    assert is_confirmed


async def test_who_has_seen_the_message_has_seen_the_call(reach):
    await reach.contact("nora")
    await one_alarm(reach)
    await reach.passes()
    messages = await reach.taken()
    await reach.says(messages, SEEN, is_final=True)
    assert await reach.states() == ["seen"]
    rows = await reach.house.sql("select seen is not null from call")
    assert rows == [(True,)]
    await reach.says(messages, DELIVERED)
    await reach.says(messages, SENT)
    await reach.says(messages, FAILED, is_final=True)
    assert await reach.states() == ["seen"], "a receipt that comes late takes nothing back"


async def test_a_message_that_arrived_proves_the_address(reach):
    await reach.contact("nora")
    await one_alarm(reach)
    await reach.passes()
    assert await reach.house.sql("select verified from contact") == [(None,)]
    await reach.says(await reach.taken(), DELIVERED)
    assert await reach.house.sql("select verified from contact") == [(reach.house.now,)]


async def test_d18_a_failure_is_tried_again_later_each_time_and_then_it_is_hopeless(reach):
    await reach.contact("nora")
    await one_alarm(reach)
    await reach.passes()
    waits = []
    for _ in range(TRIES_MAX - 1):
        messages = await reach.taken()
        assert len(messages) == 1
        await reach.says(messages, FAILED, detail="no answer")
        assert not (await reach.reach_of())[0]
        waited = 0.0
        while not (again := await reach.taken()):
            reach.moves(0.25)
            waited += 0.25
        waits.append(waited)
        await reach.house.sql("update delivery set lease = null")
        assert len(again) == 1
        await reach.house.sql("update delivery set attempts = attempts - 1")
    assert waits == sorted(waits)
    assert waits[0] <= 1.5
    assert sum(waits) < 45, "soon enough to still call the next person"
    await reach.says(await reach.taken(), FAILED, detail="no answer")
    assert await reach.states() == ["failed"]
    rows = await reach.house.sql("select error, is_final, attempts from delivery")
    assert rows == [("no answer", True, TRIES_MAX)]
    assert await reach.reach_of() == (True, False)


async def test_a_final_failure_is_final_at_once(reach):
    await reach.contact("nora")
    await one_alarm(reach)
    await reach.passes()
    await reach.says(await reach.taken(), FAILED, detail="no such number", is_final=True)
    assert await reach.states() == ["failed"]
    assert await reach.reach_of() == (True, False)


async def test_d4_when_every_way_has_failed_the_next_person_is_called_at_once(reach):
    """D4: three tries to the same person and then silence must never be ours."""
    await reach.contact("nora")
    await reach.contact("miriam")
    await one_alarm(reach)
    await reach.passes()
    assert await reach.house.called() == [("nora", None)]
    await reach.says(await reach.taken(), FAILED, detail="no such number", is_final=True)
    await reach.passes(1)
    assert await reach.house.called() == [("nora", None), ("miriam", None)]
    assert [each.address for each in await reach.taken()] == ["miriam@hospital.test"]


async def test_the_other_side_says_when_to_ask_again(reach):
    from datetime import timedelta

    await reach.contact("nora")
    await one_alarm(reach)
    await reach.passes()
    later = reach.house.now + timedelta(seconds=40)
    await reach.says(await reach.taken(), FAILED, detail="busy", not_before=later)
    reach.moves(39)
    assert await reach.taken() == []
    reach.moves(1)
    assert len(await reach.taken()) == 1


async def test_what_would_be_tried_again_too_late_has_failed(reach):
    from datetime import timedelta

    await reach.contact("nora")
    await one_alarm(reach)
    await reach.passes()
    later = reach.house.now + timedelta(hours=1)
    await reach.says(await reach.taken(), FAILED, detail="busy", not_before=later)
    assert await reach.states() == ["failed"]


async def test_what_nobody_sent_in_time_has_failed_and_says_so(reach):
    await reach.contact("nora")
    await one_alarm(reach)
    await reach.passes(121)
    rows = await reach.house.sql("select state, error from delivery order by id limit 1")
    assert rows[0][0] in ("failed", "needless")


async def test_an_address_that_is_gone_is_used_no_more(reach):
    await reach.contact("nora")
    await one_alarm(reach)
    await reach.passes()
    await reach.says(await reach.taken(), FAILED, detail="gone", is_gone=True)
    rows = await reach.house.sql("select ended_reason, ended_by from contact")
    assert rows == [("gone: gone", None)]
    assert await reach.states() == ["failed"]


async def test_a_dead_connector_costs_its_lease_and_no_message(reach):
    await reach.contact("nora")
    await one_alarm(reach)
    await reach.passes()
    first = await reach.taken()
    reach.moves(LEASE_SECONDS - 1)
    assert await reach.taken() == []
    reach.moves(1)
    again = await reach.taken()
    assert [each.id for each in again] == [each.id for each in first]
    assert again[0].link == first[0].link, "a gateway sees that it is the same"
    assert again[0].attempt == 2


async def test_what_may_have_arrived_is_said_again_alone_and_what_is_new_under_its_own_name(reach):
    await reach.contact("nora")
    patient = await reach.house.patient("a", "Ward 3")
    await reach.house.alarm(patient, "early", Priority.MEDIUM)
    await reach.passes()
    (first,) = await reach.taken()
    reach.moves(LEASE_SECONDS - 1)
    await reach.house.alarm(patient, "later", Priority.HIGH)
    await reach.passes(1)
    reach.moves(5)
    again = {each.id: each for each in await reach.taken()}
    assert len(again) == 2
    assert (again[first.id].link, again[first.id].text) == (first.link, first.text)
    assert [each.priority for each in again.values()] == [Priority.HIGH, Priority.MEDIUM]
    await reach.says(list(again.values()), SENT)
    assert await reach.states() == ["sent", "sent"]


async def test_two_connectors_at_once_never_send_the_same(reach):
    for name in ("nora", "miriam", "dan"):
        for place in range(5):
            await reach.contact(name, address=f"{name}{place}@hospital.test")
    await reach.house.alarm(None, "trouble_disk", Priority.MEDIUM, Kind.TECHNICAL)
    await reach.passes(121)
    both = await asyncio.gather(*(reach.taken(at_most=7) for _ in range(4)))
    ids = [each.id for messages in both for each in messages]
    assert len(ids) == len(set(ids))


class TestWays:
    """Each later way waits for its own time, or for the failure of all before it."""

    async def ready(self, reach):
        await reach.contact("nora", Way.EMAIL)
        await reach.contact("nora", Way.SMS, after_seconds=30)
        await one_alarm(reach)
        await reach.passes()
        return await reach.taken()

    async def test_the_second_way_waits(self, reach):
        first = await self.ready(reach)
        assert [each.way for each in first] == [Way.EMAIL]
        await reach.says(first, SENT)
        await reach.passes(29)
        assert await reach.taken() == []
        await reach.passes(1)
        assert [each.way for each in await reach.taken()] == [Way.SMS]

    async def test_the_second_way_goes_at_once_when_the_first_has_failed(self, reach):
        await reach.says(await self.ready(reach), FAILED, detail="no", is_final=True)
        assert not (await reach.reach_of())[0], "there is a way left"
        await reach.passes(1)
        assert [each.way for each in await reach.taken()] == [Way.SMS]

    async def test_the_second_way_is_needless_once_the_first_was_seen(self, reach):
        await reach.says(await self.ready(reach), SEEN)
        await reach.passes(31)
        assert await reach.taken() == []
        assert await reach.states() == ["seen", "needless"]

    async def test_delivered_to_a_pocket_is_not_seen(self, reach):
        await reach.says(await self.ready(reach), DELIVERED)
        await reach.passes(30)
        assert [each.way for each in await reach.taken()] == [Way.SMS]

    async def test_nothing_goes_out_for_a_call_that_is_over(self, reach):
        await self.ready(reach)
        rows = await reach.house.sql("select alarm_id from call")
        await reach.house.acknowledge(rows[0][0], "nora")
        await reach.passes(31)
        assert await reach.taken() == []
        assert (await reach.states())[1] == "needless"


class TestStorms:
    """Many alarms within seconds are one message that counts them; every call is covered."""

    async def storm(self, reach, count=14, high=2):
        for place in range(count):
            name = f"p{len(await reach.house.sql('select 1 from patient'))}"
            priority = Priority.HIGH if place < high else Priority.MEDIUM
            patient = await reach.house.patient(name, "Ward 3")
            await reach.house.alarm(patient, priority=priority)
        await reach.passes(1)

    async def test_d3_fourteen_alarms_are_one_message(self, reach):
        await reach.contact("nora")
        await self.storm(reach)
        (message,) = await reach.taken()
        assert message.sentence == "Homeward: 14 alarms, 2 high, Ward 3."
        assert message.priority is Priority.HIGH
        await reach.says([message], DELIVERED)
        assert await reach.states() == ["delivered"] * 14
        rows = await reach.house.sql("select bool_and(is_confirmed), count(*) from call_reach")
        assert rows == [(True, 14)]

    async def test_what_comes_within_seconds_waits_for_the_next_message(self, reach):
        await reach.contact("nora")
        await self.storm(reach, 3, 3)
        await reach.says(await reach.taken(), SENT)
        await self.storm(reach, 5, 0)
        assert await reach.taken() == []
        await reach.passes(15)
        (message,) = await reach.taken()
        assert message.text == "5 alarms, Ward 3."
        assert "queued" in await reach.states()

    async def test_a_worse_alarm_waits_for_nobody(self, reach):
        await reach.contact("nora")
        await self.storm(reach, 3, 0)
        await reach.says(await reach.taken(), SENT)
        await self.storm(reach, 1, 1)
        (message,) = await reach.taken()
        assert message.text == "high alarm, Ward 3."

    async def test_a_storm_that_fails_is_tried_again_as_one(self, reach):
        await reach.contact("nora")
        await self.storm(reach)
        await reach.says(await reach.taken(), FAILED, detail="busy")
        reach.moves(2)
        (message,) = await reach.taken()
        assert message.text == "14 alarms, 2 high, Ward 3."
        assert message.attempt == 2

    async def test_d3_two_thousand_alarms_drop_nothing(self, reach):
        await reach.contact("nora")
        await reach.house.sql(
            "insert into patient (record_number, name, birth_date, sex)"
            " select n, n, '1950-01-01', 'female' from generate_series(1, 2000) n"
        )
        await reach.house.sql(
            "insert into stay (patient_id, ward_id, bed, starts)"
            " select id, %(ward)s, name, '2026-01-01' from patient",
            ward=reach.house.wards["Ward 3"],
        )
        await reach.house.sql(
            "insert into alarm (patient_id, condition, kind, priority, state, text, since, raised,"
            " rung) select id, 'x', 'physiological', 'high', 'active', 'x', %(now)s, %(now)s,"
            " %(now)s"
            " from patient",
            now=reach.house.now,
        )
        for _ in range(6):
            await reach.passes(1)
        told = 0
        for _ in range(4):
            for message in await reach.taken():
                told += int(message.text.split()[0])
                await reach.says([message], SENT)
            await reach.passes(1)
        assert told == 2000
        assert set(await reach.states()) == {"sent"}


@pytest.mark.parametrize("works_again", [True, False])
async def test_d18_a_way_that_fails_is_a_trouble_of_the_platform_until_it_works(reach, works_again):
    await reach.contact("nora")
    await one_alarm(reach)
    await reach.passes()
    await reach.says(await reach.taken(), FAILED, detail="no account", is_final=True)
    troubles = await reach.passes(1)
    assert troubles == {"reach_email": "1 by email could not be sent: no account"}
    await reach.passes(120)  # the chain comes round to her again
    messages = await reach.taken()
    assert [each.address for each in messages] == ["nora@hospital.test"]
    if works_again:
        await reach.says(messages, SENT)
        assert await reach.passes(1) == {}
    else:
        await reach.says(messages, FAILED, detail="no account", is_final=True)
        assert await reach.passes(1) == {"reach_email": "2 by email could not be sent: no account"}


async def test_a_server_clock_that_goes_back_holds_no_message_back(reach):
    """Neither what waits, nor what was on its way, nor what comes after it."""
    await reach.contact("nora")
    await reach.contact("nora", Way.SMS, after_seconds=20)
    await one_alarm(reach)
    await reach.passes()
    assert [each.way for each in await reach.taken()] == [Way.EMAIL]  # and then we are killed
    reach.moves(-3600)
    await reach.house.alarm(await reach.house.patient("b", "Ward 3"))
    await reach.passes(LEASE_SECONDS)
    ways = sorted(each.way for each in await reach.taken())
    assert ways == [Way.EMAIL, Way.EMAIL, Way.SMS]
