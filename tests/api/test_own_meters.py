"""What a patient's page brings: it charts once, rings nothing, and nothing of it is lost."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from homeward.clinical.plausible import EXPECTED
from homeward.model.person import Role
from homeward.model.vital import BY_NAME
from homeward.services.fleet.own_meters import TO_ENTER
from homeward.services.record.fold import fold
from homeward.services.watch.catch_up import missed
from homeward.services.watch.registry import watched_now
from homeward.store.chunks import samples
from tests.api.conftest import House, sql

VITALS = Path(__file__).parents[2] / "web" / "src" / "home" / "vitals.json"
METER = "Accu-Chek 8_1"
NAME = "accu-chek-8-1-of-{}"
# Glucose Profile: number 3, 2026-03-01 08:00:00, 120 mg/dL of capillary whole blood.
GLUCOSE = "020300ea07030108000078b011"
AT_8_IN_BERLIN = datetime(2026, 3, 1, 7, tzinfo=UTC)


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def packet(octets: str = GLUCOSE, of: int = 0x2A18, **more: Any) -> dict[str, Any]:
    return {"of": of, "octets": octets, "heard": ms(datetime.now(UTC))} | more


def batch(*packets: dict[str, Any], entries: Any = (), meter: str = METER) -> dict[str, Any]:
    return {"meter": meter, "zone": "Europe/Berlin", "packets": packets, "entries": list(entries)}


def entry(at: datetime, **values: tuple[float, str]) -> dict[str, Any]:
    said = [{"vital": name, "value": value, "unit": unit} for name, (value, unit) in values.items()]
    return {"at": ms(at), "values": said}


async def post(house: House, body: Any, name: str = "Cleo") -> httpx.Response:
    async with await house.client(Role.PATIENT) as client:
        return await client.post(f"/api/patients/{house.ids[name]}/measurements", json=body)


async def charted(house: House, vital: str, name: str = "Cleo") -> list[tuple[float, datetime]]:
    """What the record has, once all is folded."""
    now = datetime.now(UTC) + timedelta(minutes=3)
    while (await fold(house.store, now)).messages:
        pass
    patient = house.ids[name]
    since, until = (round(at.timestamp() * 1e6) for at in (datetime(2000, 1, 1, tzinfo=UTC), now))
    index = BY_NAME[vital].index
    found = await samples(house.store.door(), patient, [index], since, until)
    rows = found.get(index, ())
    return [(float(row["value"]), datetime.fromtimestamp(row["at"] / 1e6, UTC)) for row in rows]


async def aside(house: House) -> list[tuple[str, str]]:
    rows = await house.store.door().all(sql("select topic, reason from quarantine"), dict)
    return [(row["topic"], row["reason"]) for row in rows]


async def test_a_meter_charts_under_its_name_once_however_often_it_is_sent(house: House) -> None:
    body = batch(packet(number=3, epoch=0), packet("000300", 0x2A34, number=3, is_context=True))
    answers = await asyncio.gather(*(post(house, body) for _ in range(3)))
    assert [each.status_code for each in answers] == [200] * 3, answers[0].text
    assert answers[0].json() == {"readings": 1, "aside": []}
    assert await charted(house, "glucose") == [(120, AT_8_IN_BERLIN)]
    await post(house, body)
    assert await charted(house, "glucose") == [(120, AT_8_IN_BERLIN)]
    async with await house.client(Role.DOCTOR) as client:
        devices = {each["name"]: each for each in (await client.get("/api/devices")).json()}
    name = NAME.format(house.ids["Cleo"])
    assert (devices[name]["kind"], devices[name]["patient"]) == ("patient app", "Cleo")


async def test_it_charts_before_it_is_folded_and_nobody_is_told(house: House) -> None:
    told: list[str] = []

    async def hear(subject: str, _: bytes) -> None:
        told.append(subject)

    await house.tools.bus.listen("hot.readings", hear)
    now = datetime.now(UTC)
    low = batch(meter="", entries=[entry(now, oxygen_saturation=(71, "%"))])
    assert (await post(house, low)).json() == {"readings": 1, "aside": []}
    async with await house.client(Role.DOCTOR) as client:
        trend = (await client.get(f"/api/patients/{house.ids['Cleo']}/trend")).json()
    assert [each["vital"] for each in trend["series"]] == ["oxygen_saturation"]
    # A watcher that comes back judges what it missed of those it watches: not of this device.
    watched = await watched_now(house.store.door(), now)
    assert f"by-hand-of-{house.ids['Cleo']}" not in {each.device for each in watched}
    later, minute = datetime.now(UTC), timedelta(minutes=1)
    batches = await missed(house.store.door(), watched, now - minute, later, [])
    assert [row["late"].tolist() for row in batches] == [[1]]
    assert told == []


async def test_a_wrong_clock_is_repaired_and_a_live_packet_is_of_when_it_was_heard(
    house: House,
) -> None:
    heard = datetime.now(UTC) - timedelta(hours=2)
    weighed = packet("00f83c", 0x2A9D, heard=ms(heard))
    assert (await post(house, batch(packet(ahead_seconds=3600.0), weighed))).status_code == 200
    assert await charted(house, "glucose") == [(120, AT_8_IN_BERLIN - timedelta(hours=1))]
    [(weight, at)] = await charted(house, "weight")
    assert np.isclose(weight, 78.04)
    assert abs(at - heard) < timedelta(seconds=1)


async def test_another_telephone_that_finds_the_clock_a_second_off_doubles_nothing(
    house: House,
) -> None:
    """The meter's clock is an hour ahead; each asks it anew. Blood pressure has no number: one that
    is the same by a clock that begins anew a day later is another."""
    # Blood Pressure Profile: 120/80, mean 93 mmHg, 2026-03-01 08:00:00, pulse 60.
    pressure = "06780050005d00ea0703010800003c00"
    day = 86_400.0
    for ahead in (3600.0, 3601.0, 3598.0, 7200.0):
        said = [packet(number=3, epoch=0, ahead_seconds=ahead)]
        if ahead < 7200:
            said.append(packet(pressure, 0x2A35, ahead_seconds=ahead))
        assert (await post(house, batch(*said))).json()["aside"] == []
    an_hour_before = AT_8_IN_BERLIN - timedelta(hours=1)
    assert await charted(house, "glucose") == [(120, an_hour_before)]
    assert await charted(house, "systolic") == [(120, an_hour_before)]
    for ahead in (3600.0, 3600.0 - day):
        await post(house, batch(packet(pressure, 0x2A35, ahead_seconds=ahead)))
    assert await charted(house, "systolic") == [
        (120, an_hour_before), (120, an_hour_before + timedelta(days=1)),
    ]  # fmt: skip
    rows = await house.store.door().all(sql("select at from meter_record"), dict)
    assert len(rows) == 3


def minute(octets: str, **session: Any) -> dict[str, Any]:
    """A packet of a continuous monitor: 120 mg/dL at minute 6, with its checksum."""
    asked = {"asked": ms(datetime.now(UTC))} | session
    return packet(octets, of=0x2AA7, session=asked if session else None)


async def test_a_monitors_minutes_are_of_when_its_session_began(house: House) -> None:
    # 2018-04-24 13:08:24 of UTC+2 and summer time: a published packet, as are the others.
    begun, feature = "e20704180d08180804e0c2", "6e9e01168ac1"
    again = "e20704190d08180804cbc6"  # the same octets a day later, in another session
    said = [minute("08000c100600596f", start=each, feature=feature) for each in (begun, again)]
    two = minute("06000c10050006000c100600", start="e20704180d08180804")
    assert (await post(house, batch(*said))).json() == {"readings": 2, "aside": []}
    assert (await post(house, batch(*said, two))).json() == {"readings": 4, "aside": []}
    starts = datetime(2018, 4, 24, 10, 8, 24, tzinfo=UTC)
    assert await charted(house, "glucose") == [
        (120, starts + timedelta(minutes=5)),
        (120, starts + timedelta(minutes=6)),
        (120, starts + timedelta(days=1, minutes=6)),
    ]


async def test_a_monitor_whose_start_nobody_knows_or_checks_is_put_aside(house: House) -> None:
    feature = "6e9e01168ac1"
    bad = batch(
        minute("08000c100600596f"),
        minute("08000c100600596f", start="00" * 9),
        minute("08000c100600586f", start="e20704180d08180804e0c2", feature=feature),
        minute("06000c100600", start="e20704180d08180804e0c2", feature=feature),
        minute("08000c100600596f", start="e20704180d08180804e0c3", feature=feature),
    )
    assert (await post(house, bad)).json()["readings"] == 0
    reasons = [reason for _, reason in await aside(house)]
    assert reasons == [
        "it counts from when its session began: it was not asked when that was",
        "it counts from when its session began: nobody told it the time",
        "cgm: its E2E-CRC is wrong",
        "cgm without an E2E-CRC",
        "it counts from when its session began: cgm_session_start: its E2E-CRC is wrong",
    ]


async def test_what_cannot_be_is_put_aside_once_with_its_reason(house: House) -> None:
    now = datetime.now(UTC)
    bad = batch(
        packet("02"), packet("aa", 0x2AAA), packet(heard=ms(now + timedelta(hours=1))), packet()
    )
    answer = (await post(house, bad)).json()
    assert (answer["readings"], len(answer["aside"])) == (1, 3)
    await post(house, bad)
    by_hand = batch(
        meter="",
        entries=[
            entry(now, systolic=(80, "mm[Hg]"), diastolic=(120, "mm[Hg]")),
            entry(now, weight=(70_000, "kg")),
            entry(now, consciousness=(1, "1")),
            entry(now, temperature=(98.6, "[degF]")),
        ],
    )
    assert (await post(house, by_hand)).json()["readings"] == 1
    found = await aside(house)
    assert len(found) == 6
    assert {topic for topic, _ in found} == {"bluetooth/2a18", "bluetooth/2aaa", "by-hand"}
    assert any("not below systolic" in reason for _, reason in found)
    assert len(await charted(house, "glucose")) == 1
    [(fever, _)] = await charted(house, "temperature")
    assert np.isclose(fever, 37)


async def test_a_meter_that_was_taken_off_them_is_heard_and_not_believed(house: House) -> None:
    await post(house, batch(packet()))
    door = house.store.door()
    values = {"name": NAME.format(house.ids["Cleo"])}
    await door.run(sql("update device set status = 'retired' where name = %(name)s"), **values)
    answer = (await post(house, batch(packet("020400ea07030109000078b011")))).json()
    assert answer == {"readings": 0, "aside": ["this device is retired"]}
    assert len(await charted(house, "glucose")) == 1
    assert await aside(house) != []


async def test_what_is_no_batch_and_whose_it_is_not_is_refused(house: House) -> None:
    now = datetime.now(UTC)
    for body in (
        batch(),
        batch(packet(), meter=""),
        batch(entries=[entry(now, pulse=(70, "/min"))]) | {"zone": "Mars/Base"},
        batch(*[packet()] * 501),
        batch(packet("no hex")),
        batch(packet("00" * 600)),
    ):
        assert (await post(house, body)).status_code in (400, 422)
    assert (await post(house, batch(packet()), name="Anna")).status_code in (403, 404)
    assert await house.store.door().all(sql("select 1 from inbox"), dict) == []


def test_the_page_knows_the_servers_own_limits() -> None:
    page = json.loads(VITALS.read_text())
    assert set(page) == set(TO_ENTER)
    for name, each in page.items():
        assert tuple(each["possible"]) == BY_NAME[name].possible
        expected = tuple(each["expected"])
        assert EXPECTED.get(name, expected) == expected
