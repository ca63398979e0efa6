"""What a meter said beside its number: exact, once, whichever came first, and by its own clock."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from homeward.model.person import Role
from homeward.store.sealed import count, erase
from tests.api.conftest import House, sql
from tests.api.test_own_meters import AT_8_IN_BERLIN, NAME, aside, batch, ms, packet, post

# Number 3, context: dinner with 109 g, casual; by a professional, minor issues; 60 s at 50 %;
# 0.015 mL of long insulin; HbA1c 34.5 %.
EVERYTHING = "ff0300b3036dd004123c0032040fa059f1"
BEFORE_MEAL = "02030001"
SINCE, UNTIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
SAMPLED = [("sample", "capillary_whole_blood", ""), ("place", "finger", "")]


def context(octets: str, **more: Any) -> dict[str, Any]:
    return packet(octets, of=0x2A34, is_context=True, epoch=0, number=3) | more


def measurement(**more: Any) -> dict[str, Any]:
    return packet(epoch=0, number=3) | more


async def said(
    house: House, role: Role = Role.DOCTOR, since: datetime = SINCE, until: datetime = UNTIL
) -> list[dict[str, Any]]:
    span = {"start": ms(since), "end": ms(until)}
    path = f"/api/patients/{house.ids['Cleo']}/meter-records"
    async with await house.client(role) as client:
        answer = await client.get(path, params=span)
    assert answer.status_code == 200, answer.text
    return answer.json()


def beside(record: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(each["name"], each["value"], each["unit"]) for each in record["beside"]]


async def test_every_part_of_a_context_is_kept_to_the_digit(house: House) -> None:
    body = batch(measurement(ahead_seconds=0.0), context(EVERYTHING))
    assert (await post(house, body)).json() == {"readings": 1, "aside": []}
    [record] = await said(house)
    assert beside(record) == [
        *SAMPLED,
        ("carbohydrate", "dinner", ""),
        ("carbohydrates", "109", "g"),
        ("meal", "casual", ""),
        ("tester", "professional", ""),
        ("health", "minor_issues", ""),
        ("exercise", "60", "s"),
        ("intensity", "50", "%"),
        ("medication", "long_insulin", ""),
        ("dose", "0.015", "mL"),
        ("hba1c", "34.5", "%"),
    ]
    assert record["device"] == NAME.format(house.ids["Cleo"])
    assert (record["vitals"], record["at"]) == (["glucose"], ms(AT_8_IN_BERLIN))
    assert (record["clock"], record["zone"]) == ("2026-03-01T08:00:00", "Europe/Berlin")
    assert record["ahead_seconds"] == 0
    assert await said(house, Role.PATIENT) == [record]


async def test_a_context_may_come_before_its_measurement_and_both_any_number_of_times(
    house: House,
) -> None:
    after, before = batch(measurement()), batch(context(EVERYTHING))
    for body in (before, after, before, after):
        assert (await post(house, body)).status_code == 200
    early = await said(house)
    await asyncio.gather(*(post(house, body) for body in (after, before) * 2))
    assert await said(house) == early
    assert len(beside(early[0])) == 12
    kept = await house.store.door().all(sql("select of from meter_record order by of"), dict)
    assert [row["of"] for row in kept] == [0x2A18, 0x2A34]


async def test_a_repaired_clock_stands_beside_what_it_said(house: House) -> None:
    await post(house, batch(measurement(ahead_seconds=-10_800.0)))
    await post(house, batch(packet("020400ea07030109000078b011", epoch=0, number=4)))
    slow, asked_never = await said(house)
    assert (slow["clock"], slow["ahead_seconds"]) == ("2026-03-01T08:00:00", -10_800)
    assert slow["at"] == ms(AT_8_IN_BERLIN + timedelta(hours=3))
    assert asked_never["at"] == ms(AT_8_IN_BERLIN + timedelta(hours=1))
    assert asked_never["ahead_seconds"] is None


async def test_an_hour_that_came_twice_is_told_by_its_number_and_said_to_be_twice(
    house: House,
) -> None:
    """Numbered times of 25 October 2026 in Berlin, where clocks were set back at 01:00 UTC."""
    times = [(1, 50), (2, 50), (2, 10), (3, 5)]
    octets = [f"02{n:02x}00ea070a19{h:02x}{m:02x}0078b011" for n, (h, m) in enumerate(times)]
    body = batch(*(packet(each, epoch=0, number=n) for n, each in enumerate(octets)))
    for _ in range(2):
        assert (await post(house, body)).json() == {"readings": 4, "aside": []}
    night = datetime(2026, 10, 24, tzinfo=UTC)
    found = await said(house, since=night, until=night + timedelta(days=2))
    moments = [datetime.fromtimestamp(each["at"] / 1e3, UTC).strftime("%H:%M") for each in found]
    assert moments == ["02:05", "01:10", "00:50", "23:50"]
    assert [each["twice"] for each in found] == ["", "second", "first", ""]
    assert [each["clock"][11:16] for each in found] == ["03:05", "02:10", "02:50", "01:50"]


async def test_the_newest_context_holds_and_one_of_another_number_or_reset_is_not_taken(
    house: House,
) -> None:
    await post(house, batch(measurement(), context(EVERYTHING), context(BEFORE_MEAL, epoch=1)))
    await post(house, batch(context("02040001", number=4)))
    assert len(beside((await said(house))[0])) == 12
    await post(house, batch(context(BEFORE_MEAL)))
    assert beside((await said(house))[0]) == [*SAMPLED, ("meal", "before_meal", "")]


async def test_two_measurements_under_one_number_are_shown_without_a_context(house: House) -> None:
    other = "020300ea0703010a0000b4b011"  # two hours later, 180 mg/dL
    await post(house, batch(measurement(), context(EVERYTHING)))
    await post(house, batch(measurement(octets=other)))
    assert [beside(each) for each in await said(house)] == [SAMPLED, SAMPLED]


async def test_a_second_telephone_does_not_double_it_and_its_context_counts(house: House) -> None:
    await post(house, batch(measurement()))
    await post(house, batch(measurement(epoch=2), context(EVERYTHING, epoch=2)))
    [record] = await said(house)
    assert len(beside(record)) == 12


async def test_what_is_no_context_or_of_a_retired_meter_is_put_aside(house: House) -> None:
    answer = (await post(house, batch(measurement(), context("02")))).json()
    assert (answer["readings"], len(answer["aside"])) == (1, 1)
    values = {"name": NAME.format(house.ids["Cleo"])}
    retire = sql("update device set status = 'retired' where name = %(name)s")
    await house.store.door().run(retire, **values)
    await post(house, batch(context(EVERYTHING)))
    assert ("bluetooth/2a34", "this device is retired") in await aside(house)
    assert beside((await said(house))[0]) == SAMPLED


async def test_it_lies_sealed_and_goes_with_the_patient(house: House) -> None:
    await post(house, batch(measurement(), context(EVERYTHING)))
    door, patient = house.store.door(), house.ids["Cleo"]
    assert (await count(door, "patient", patient))["meter_record.octets"] == 2
    async with door.transaction() as inside:
        assert (await erase(inside, "patient", patient))["meter_record.octets"] == 2
    assert await said(house) == []
