"""The observations route, over HTTP: what is filed, what is refused, what is asked."""

import asyncio
import contextlib
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from homeward.model.person import Role
from homeward.services.watch.work import work
from tests.api.conftest import House, sql


def ms(ago: timedelta = timedelta(0)) -> int:
    return round((datetime.now(UTC) - ago).timestamp() * 1000)


def said(vital, value, unit=None, **more):
    return {"vital": vital, "value": value, "unit": unit} | more


def entry(*values, **more):
    return {"key": str(uuid4()), "values": list(values)} | more


async def post(house: House, body, name="Anna", role=Role.NURSE):
    async with await house.client(role) as client:
        return await client.post(f"/api/patients/{house.ids[name]}/observations", json=body)


async def listed(house: House, name="Anna"):
    async with await house.client(Role.DOCTOR) as client:
        span = {"start": ms(timedelta(days=3)), "end": ms() + 60_000}
        path = f"/api/patients/{house.ids[name]}/observations"
        return (await client.get(path, params=span)).json()


async def test_it_is_filed_with_who_when_and_the_words_used(house: House) -> None:
    at = ms(timedelta(minutes=3))
    body = entry(
        said("temperature", 98.6, "[degF]"),
        said("consciousness", "C"),
        said("on_oxygen", True),
        said("oxygen_flow", 2, "L/min"),
        said("oxygen_saturation", 97, "%", device="monitor-1"),
        absent=[{"vital": "systolic", "reason": "refused"}],
        at=at,
    )
    answer = await post(house, body)
    assert answer.status_code == 200, answer.text
    filed = answer.json()["observation"]
    assert filed == (await listed(house))[0]
    assert (filed["at"], filed["person"]) == (at, "Test nurse")
    values = {each["vital"]: each for each in filed["values"]}
    fever = values["temperature"]
    assert (round(fever["value"], 6), fever["said"], fever["unit"]) == (37, "98.6", "[degF]")
    assert (values["consciousness"]["value"], values["consciousness"]["said"]) == (1, "C")
    assert values["on_oxygen"]["said"] == "oxygen"
    assert values["oxygen_saturation"]["device"] == "monitor-1"
    assert values["systolic"]["absent"] == "refused"
    async with await house.client(Role.NURSE) as client:
        trend = (await client.get(f"/api/patients/{house.ids['Anna']}/trend")).json()
        board = (await client.get(f"/api/wards/{house.ids['Ward 3']}/board")).json()
    assert "oxygen_saturation" in {each["vital"] for each in trend["series"]}
    (anna, _) = board["beds"]
    assert {each["vital"]: each["device"] for each in anna["vitals"]}["temperature"] == "by hand"


async def test_sent_twice_or_twice_at_once_it_is_one_entry(house: House) -> None:
    body = entry(said("pulse", 80, "/min"))
    answers = await asyncio.gather(*(post(house, body) for _ in range(4)))
    assert {each.status_code for each in answers} == {200}
    assert len({each.json()["observation"]["id"] for each in answers}) == 1
    assert len(await listed(house)) == 1
    other = await post(house, body, name="Bela")
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (entry(said("respiratory_rate", 200, "/min")), "respiratory_rate of 200 /min is outside"),
        (entry(said("temperature", 37, "K")), "is not one of Cel, [degF] for temperature"),
        (entry(said("temperature", 37)), "temperature has no unit"),
        (entry(said("consciousness", "X")), "one letter of ACVPU"),
        (entry(said("glucose", 90, "mg/dL")), "nothing that is entered at the bedside"),
        (entry(said("pulse", 80, "/min"), said("pulse", 90, "/min")), "entered twice"),
        (entry(), "Nothing was entered"),
        (entry(said("systolic", 70, "mm[Hg]"), said("diastolic", 90, "mm[Hg]")), "not below"),
        (entry(said("pulse", 80, "/min"), at=ms(timedelta(hours=-2))), "in the future"),
        (entry(said("pulse", 80, "/min"), at=ms(timedelta(hours=25))), "more than 24 hours ago"),
        (entry(said("pulse", 80, "/min"), corrects=1), "Say why"),
    ],
)
async def test_what_cannot_be_is_refused_by_name(house: House, body, words) -> None:
    answer = await post(house, body)
    assert answer.status_code == 422, answer.text
    assert words in answer.json()["error"]
    assert await listed(house) == []


async def test_what_is_unlikely_is_asked_once(house: House) -> None:
    assert (await post(house, entry(said("pulse", 72, "/min")))).json()["observation"]
    body = entry(said("pulse", 172, "/min"), said("respiratory_rate", 55, "/min"))
    answer = (await post(house, body)).json()
    assert answer["observation"] is None
    assert answer["unusual"] == ["Pulse 172: it was 72 before", "Resp 55: this is rare"]
    assert len(await listed(house)) == 1
    answer = (await post(house, body | {"confirmed": True})).json()
    assert answer["observation"]["values"][0]["value"] == 172


async def test_a_correction_is_a_new_entry_and_the_old_one_stays(house: House) -> None:
    old = (await post(house, entry(said("pulse", 27, "/min"), confirmed=True))).json()[
        "observation"
    ]
    right = entry(said("pulse", 72, "/min"), corrects=old["id"], reason="digits", confirmed=True)
    new = (await post(house, right, role=Role.DOCTOR)).json()["observation"]
    first, second = await listed(house)
    assert (first["id"], first["corrected_by"]) == (old["id"], new["id"])
    assert (second["corrects"], second["reason"], second["at"]) == (old["id"], "digits", old["at"])
    again = await post(house, right | {"key": str(uuid4())})
    assert again.status_code == 409
    elsewhere = await post(house, right | {"key": str(uuid4())}, name="Bela")
    assert elsewhere.status_code == 404
    rows = await house.store.door().all(sql("select count(*)::int as id from observation"), dict)
    assert rows == [{"id": 2}]


async def test_nobody_but_carers_enters_or_reads(house: House) -> None:
    body = entry(said("pulse", 80, "/min"))
    for role in (Role.PATIENT, Role.ENGINEER, Role.ADMINISTRATOR):
        assert (await post(house, body, name="Cleo", role=role)).status_code == 403
    assert await listed(house, "Cleo") == []


async def test_a_rate_of_eight_rings_within_a_second_of_its_entry(house: House) -> None:
    """The real watcher, the real bus: from the click to the alarm's row."""
    watching = asyncio.create_task(work(house.tools))
    heard = asyncio.Event()

    async def hear(_: str, body: bytes) -> None:
        if b"respiration_low" in body:
            heard.set()

    guarded = asyncio.Event()

    async def beat(_: str, __: bytes) -> None:
        guarded.set()

    stops = [
        await house.tools.bus.listen("told.alarm", hear),
        await house.tools.bus.listen("beat.guard", beat),
    ]
    await asyncio.wait_for(guarded.wait(), 20)
    async with await house.client(Role.NURSE) as client:  # she has signed in before she clicks
        path = f"/api/patients/{house.ids['Bela']}/observations"
        assert (await client.get(path, params={"start": 0, "end": ms()})).status_code == 200
        began = time.monotonic()
        answer = await client.post(path, json=entry(said("respiratory_rate", 8, "/min")))
        await asyncio.wait_for(heard.wait(), 5)
        took = time.monotonic() - began
    assert answer.json()["observation"]
    for stop in stops:
        await stop()
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
    assert took < 1.0 + 0.5  # half a second for a busy machine
