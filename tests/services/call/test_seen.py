"""Receipts and acknowledgements as the routes take them, and the loop of call."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import msgspec
import pytest

from homeward.model.alarm import Kind
from homeward.model.errors import Conflict, Missing, Unreachable
from homeward.model.person import Actor, Role
from homeward.services.call import converge
from homeward.services.call.receipts import mark_seen, tell_calls
from homeward.services.call.routes import post_call_seen
from homeward.services.call.work import work
from homeward.services.watch import routes

WAIT_SECONDS = 20


def actor(house, name: str, role: Role = Role.NURSE, patient: int | None = None) -> Actor:
    return Actor(house.people[name], name, role, patient)


@pytest.fixture
def request_(house, tools):
    tools = replace(tools, now=lambda: house.now)
    return SimpleNamespace(app=SimpleNamespace(state=SimpleNamespace(tools=tools)))


async def test_only_the_person_called_can_say_that_they_saw_it(house, request_):
    house.looks = False
    await house.alarm(await house.patient("a", "Ward 3"))
    await house.passes(0)
    ((call,),) = await house.sql("select id from call")
    with pytest.raises(Missing):
        await post_call_seen(call, house.store.door(actor(house, "miriam")), request_)
    assert await mark_seen(house.store.door(), house.bus, [call], house.now) == 0
    await post_call_seen(call, house.store.door(actor(house, "nora")), request_)
    assert await house.sql("select seen from call") == [(house.now,)]


async def test_a_second_look_does_not_move_the_receipt(house):
    house.looks = False
    await house.alarm(await house.patient("a", "Ward 3"))
    await house.passes(0)
    door = house.store.door(actor(house, "nora"))
    ((call,),) = await house.sql("select id from call")
    assert await mark_seen(door, house.bus, [call], house.now) == 1
    first = house.now
    await house.passes(5)
    assert await mark_seen(door, house.bus, [call], house.now) == 0
    assert await house.sql("select seen from call") == [(first,)]


async def test_seeing_is_not_answering(house):
    await house.alarm(await house.patient("a", "Ward 3"))
    await house.passes(0)
    await house.sql("update call set seen = now()")
    await house.passes(120)
    assert await house.called() == [("nora", "unanswered"), ("miriam", None)]


async def test_an_alarm_is_acknowledged_once_by_one_name(house, request_):
    alarm = await house.alarm(await house.patient("a", "Ward 3"))
    other = await house.alarm(await house.patient("b", "Ward 3"))
    said = routes.Acknowledgement(" on my way ")
    door = house.store.door(actor(house, "nora"))
    shown = await routes.post_acknowledgement(alarm, said, door, request_)
    assert (shown.state, shown.acknowledged_by) == ("acknowledged", "nora")
    assert shown.acknowledged_reason == "on my way"
    late = house.store.door(actor(house, "miriam"))
    with pytest.raises(Conflict):
        await routes.post_acknowledgement(alarm, said, late, request_)
    with pytest.raises(Missing):
        await routes.post_acknowledgement(10_000, said, door, request_)
    assert (await routes.get_alarm(other, door)).state == "active"


async def test_one_alarm_with_its_whole_ledger(house, request_):
    alarm = await house.alarm(await house.patient("a", "Ward 3"))
    await house.passes(120)
    door = house.store.door(actor(house, "miriam"))
    await routes.post_acknowledgement(alarm, routes.Acknowledgement("seen"), door, request_)
    await house.passes(0)
    told = await routes.get_alarm(alarm, door)
    assert told.acknowledged_by == "miriam"
    assert [(event.event, event.person, event.note) for event in told.events] == [
        ("raised", None, "oxygen_low"),
        ("acknowledged", "miriam", "seen"),
    ]
    assert [(call.person, call.outcome) for call in told.calls] == [
        ("nora", "unanswered"),
        ("miriam", "answered"),
    ]


async def test_a_ward_sees_its_own_alarms_and_those_of_the_platform(house):
    await house.alarm(await house.patient("a", "Ward 3"))
    await house.alarm(await house.patient("b", "Home care"))
    await house.alarm(None, "trouble_disk", kind=Kind.TECHNICAL)
    door = house.store.door(actor(house, "nora"))
    shown = await routes.get_alarms(door, ward=house.wards["Ward 3"])
    assert sorted(alarm.condition for alarm in shown) == ["oxygen_low", "trouble_disk"]
    assert len(await routes.get_alarms(door)) == 3


async def test_a_patients_alarms_are_theirs_alone(house):
    rosa = await house.patient("rosa", "Home care", person="rosa")
    other = await house.patient("b", "Home care")
    await house.alarm(rosa)
    await house.alarm(other)
    door = house.store.door(actor(house, "rosa", Role.PATIENT, rosa))
    assert [alarm.patient for alarm in await routes.alarms_of(rosa, door)] == ["rosa"]
    start = round(house.now.timestamp() * 1000)
    assert await routes.alarms_of(rosa, door, 0, start) == []
    assert len(await routes.alarms_of(rosa, door, start + 1, start + 2)) == 1


async def test_the_loop_calls_at_once_when_an_alarm_is_told_and_tells_the_call(house, tools):
    told: asyncio.Queue = asyncio.Queue()

    async def keep(subject: str, body: bytes) -> None:
        told.put_nowait((subject, msgspec.json.decode(body)))

    for subject in ("told.call", "told.trouble"):
        await house.bus.listen(subject, keep)
    await house.ward("Ward 9")
    task = asyncio.create_task(work(replace(tools, now=lambda: house.now)))
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            patient = await house.patient("a", "Ward 3")
            await house.alarm(patient)
            subject, call = await told.get()
            assert (subject, call["person"], call["patient_id"]) == ("told.call", "nora", patient)
            await house.alarm(await house.patient("b", "Ward 9"))
            while subject != "told.trouble":
                subject, trouble = await told.get()
            assert trouble["text"] == "nobody to call on Ward 9: all staff are called"
            await house.sql("update alarm set state = 'resolved'")
            await house.sql("update stay set ends = now() where bed = 'b'")
            house.now += timedelta(minutes=1)  # the roster is looked through
            while subject != "told.trouble" or not trouble["over"]:
                subject, trouble = await told.get()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_call_is_told_though_the_database_went_away_between_commit_and_telling(
    house, tools, monkeypatch
):
    """In a crash the commit's answer is lost with it: nobody remembers which calls were made."""
    told: asyncio.Queue = asyncio.Queue()
    crashes = ["made", "ended"]

    async def keep(_: str, body: bytes) -> None:
        told.put_nowait(msgspec.json.decode(body))

    async def tell(door, bus, ids) -> None:
        if ids and crashes:
            raise Unreachable(f"PostgreSQL went away: {crashes.pop(0)}")
        await tell_calls(door, bus, ids)

    monkeypatch.setattr(converge, "tell_calls", tell)
    await house.bus.listen("told.call", keep)
    task = asyncio.create_task(work(replace(tools, now=lambda: house.now)))
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            alarm = await house.alarm(await house.patient("a", "Ward 3"))
            call = await told.get()
            assert (call["person"], call["ended"], crashes) == ("nora", None, ["ended"])
            await house.acknowledge(alarm, "miriam")
            while call["ended"] is None:
                call = await told.get()
            assert (call["outcome"], crashes) == ("answered", [])
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
