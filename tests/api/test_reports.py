"""Reports over HTTP: the guideline's numbers from the record, on a screen and the same on paper."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from homeward.clinical.reports.glucose import For
from homeward.clinical.zone import Zones
from homeward.model.person import Role
from homeward.model.vital import BY_NAME
from homeward.services.fleet.own_meters import name_of
from homeward.services.record.compact import hour_row
from homeward.services.report.drawing import laid_out, sheet
from homeward.services.report.making import Name, Wish, _ticks, make
from homeward.store import queries
from homeward.store.chunks import micros, moment
from homeward.store.packed import HOUR_US, SAMPLES
from tests.api.conftest import House, sql

record = queries("homeward.services.record")
DAY = timedelta(days=1)
NAMES: tuple[Name, ...] = ("glucose", "pressure", "weight", "oximetry")


async def put(
    house: House, patient: str, vital: str, at: list[datetime], values: list[float],
    device: str = "monitor-1",
) -> None:  # fmt: skip
    """Readings of one device, in the record as hours of it."""
    rows = np.zeros(len(at), SAMPLES)
    rows["vital"], rows["device"] = BY_NAME[vital].index, house.ids[device]
    rows["at"], rows["value"] = [micros(each) for each in at], values
    rows["received"] = rows["at"]
    hours = np.split(rows, np.flatnonzero(np.diff(rows["at"] // HOUR_US)) + 1)
    await house.store.door().run_many(
        record.add_hour,
        [
            {"owner": house.ids[patient], "hour": moment(int(each["at"][0]) // HOUR_US * HOUR_US)}
            | hour_row(each)
            for each in hours
        ],
    )


async def fill(house: House, patient: str = "Cleo") -> None:
    """A fortnight of glucose, a week of pressure, a month of weight, a night of saturation."""
    now = datetime.now(UTC)
    every = [now - 14 * DAY + timedelta(minutes=5 * n) for n in range(14 * 288)]
    await put(house, patient, "glucose", every, [60.0 + n % 200 for n in range(len(every))])
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [today - DAY * day for day in range(7, 0, -1)]
    turns = [day + timedelta(hours=hour) for day in days for hour in (7, 7.1, 20, 20.1)]
    for vital, value in (("systolic", 131.0), ("diastolic", 82.0), ("pulse", 66.0)):
        await put(house, patient, vital, turns, [value] * len(turns))
    mornings = [today - DAY * day + timedelta(hours=6) for day in range(20, 0, -1)]
    await put(house, patient, "weight", mornings, [80 + 0.1 * n for n in range(18)] + [83, 84.4])
    night = [now - timedelta(hours=6) + timedelta(seconds=2 * n) for n in range(6 * 1800)]
    await put(house, patient, "oxygen_saturation", night, [94.0] * len(night))


def texts(thing: Any) -> list[str]:
    """Every word of what reportlab lays out."""
    if hasattr(thing, "getPlainText"):
        return [thing.getPlainText()]
    if hasattr(thing, "_cellvalues"):
        return [word for row in thing._cellvalues for cell in row for word in texts(cell)]
    if isinstance(thing, list):
        return [word for each in thing for word in texts(each)]
    return []


async def test_screen_and_paper_say_the_same_on_one_sheet(house: House) -> None:
    await fill(house)
    client = await house.client(Role.DOCTOR)
    cleo = house.ids["Cleo"]
    for name in NAMES:
        path = f"/api/patients/{cleo}/reports/{name}"
        said = (await client.get(path)).json()
        page = said["page"]
        assert page["enough"], page["lacking"]
        now = datetime.fromtimestamp(said["made"] / 1000, UTC)
        made = await make(house.store.door(), cleo, name, Wish(), now, "UTC")
        on_paper = texts(laid_out(made))
        for figure in page["figures"]:
            place = on_paper.index(figure["name"])
            assert on_paper[place + 1] == figure["value"]
            if figure["target"]:
                assert on_paper[place + 2].startswith(f"Target {figure['target']}: ")
        for row in page["rows"]:
            assert " | ".join(row) in " | ".join(on_paper)
        assert len(re.findall(rb"/Type /Page\b", sheet(made))) == 1, name
        answer = await client.get(f"{path}/paper")
        assert answer.content.startswith(b"%PDF-")
        assert answer.headers["content-disposition"].startswith('attachment; filename="')
    await client.aclose()


async def test_the_numbers_are_those_of_the_record(house: House) -> None:
    await fill(house)
    client = await house.client(Role.PATIENT)
    figures: dict[str, dict[str, str]] = {}
    for name in NAMES:
        page = (await client.get(f"/api/patients/{house.ids['Cleo']}/reports/{name}")).json()[
            "page"
        ]
        figures[name] = {each["name"]: each["value"] for each in page["figures"]}
    await client.aclose()
    assert figures["glucose"]["Sensor active"] == "100.0 %"
    values = [60 + n % 200 for n in range(14 * 288)]
    share = 100 * sum(70 <= each <= 180 for each in values) / len(values)
    said = figures["glucose"]["In range, 70 to 180"].removesuffix(" %")
    assert float(said) == pytest.approx(share, abs=0.1)
    assert figures["pressure"]["Average"] == "131/82 mmHg"
    assert figures["pressure"]["Readings"] == "24"
    assert figures["weight"]["In 3 days, to the newest"] == "+2.8 kg"
    assert figures["oximetry"]["Measured"] == "6.0 h"


async def test_a_pregnancy_on_record_has_its_own_targets_until_somebody_says_otherwise(
    house: House,
) -> None:
    cleo, door = house.ids["Cleo"], house.store.door()
    lately = [datetime.now(UTC) - timedelta(minutes=5 * n) for n in range(20, 0, -1)]
    await put(house, "Cleo", "glucose", lately, [150.0] * 20)
    text = "insert into pregnancy (patient_id, at, is_pregnant, recorded_by, reason)"
    text += " values (%(patient)s, now() - interval '1 day', true, %(by)s, 'Known')"
    await door.run(sql(text), patient=cleo, by=house.ids["doctor"])
    client = await house.client(Role.DOCTOR)
    path = f"/api/patients/{cleo}/reports/glucose"
    usual = (await client.get(path)).json()["page"]
    assert "In range, 63 to 140" in {each["name"] for each in usual["figures"]}
    asked = {"targets": For.MOST.value, "unit": "mmol/L", "days": 30}
    other = (await client.get(path, params=asked)).json()["page"]
    assert "In range, 3.9 to 10.0" in {each["name"] for each in other["figures"]}
    assert "Last 30 days" in other["span"]
    for wrong in ({"unit": "g"}, {"days": 91}, {"targets": "everybody"}):
        assert (await client.get(path, params=wrong)).status_code == 422
    assert (await client.get(f"/api/patients/{cleo}/reports/horoscope")).status_code == 422
    await client.aclose()


async def test_a_morning_is_one_where_the_patient_lives(house: House) -> None:
    cleo = f"/api/patients/{house.ids['Cleo']}"
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    evenings = [today - DAY * day + timedelta(hours=22) for day in range(6, 1, -1)]
    for vital in ("systolic", "diastolic"):
        await put(house, "Cleo", vital, evenings, [120.0] * 5)
    client = await house.client(Role.PATIENT)

    async def shown() -> tuple[str, str, str]:
        said = (await client.get(f"{cleo}/reports/pressure")).json()
        of = {each["name"]: each["value"] for each in said["page"]["figures"]}
        return said["zone"], of["Mornings"], of["Evenings"]

    assert await shown() == ("UTC", "-- mmHg", "120/120 mmHg")
    start = round((today - DAY * 30).timestamp() * 1000)
    moved = await client.put(f"{cleo}/zone", json={"zone": "Asia/Tokyo", "starts": start})
    assert moved.status_code == 204
    assert await shown() == ("Asia/Tokyo", "120/120 mmHg", "-- mmHg")
    told = (await client.get(f"{cleo}/zone")).json()
    assert (told["zone"], told["of_house"], len(told["changes"])) == ("Asia/Tokyo", "UTC", 1)
    refused = await client.put(f"{cleo}/zone", json={"zone": "Mars/Base"})
    assert refused.status_code == 422
    await client.aclose()


async def test_what_streams_is_read_for_a_fortnight_and_says_so(house: House) -> None:
    door, now = house.store.door(), datetime(2026, 3, 31, 18, tzinfo=UTC)
    made = await make(door, house.ids["Cleo"], "oximetry", Wish(days=90), now, "UTC")
    assert made.page.span == "Since 2026-03-17 12:00"


async def test_nothing_in_the_record_is_a_page_that_says_so(house: House) -> None:
    client = await house.client(Role.NURSE)
    for name in NAMES:
        path = f"/api/patients/{house.ids['Anna']}/reports/{name}"
        page = (await client.get(path)).json()["page"]
        assert not page["enough"]
        assert page["lacking"]
        assert (await client.get(f"{path}/paper")).content.startswith(b"%PDF-")
    await client.aclose()


async def test_what_a_watch_says_beside_the_cuff_does_not_count_twice(house: House):
    await fill(house)
    door, now = house.store.door(), datetime.now(UTC)
    row = await door.one(
        sql("insert into device (name, kind) values ('w-1', 'watch') returning id"), dict
    )
    house.ids["w-1"] = row["id"]
    before = (await make(door, house.ids["Cleo"], "pressure", Wish(), now, "UTC")).page
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    beside = [today - DAY * day + timedelta(hours=7, seconds=30) for day in (2, 1)]
    for vital, value in (("systolic", 190.0), ("diastolic", 120.0), ("pulse", 140.0)):
        await put(house, "Cleo", vital, beside, [value] * 2, "w-1")
    after = (await make(door, house.ids["Cleo"], "pressure", Wish(), now, "UTC")).page
    assert after.figures == before.figures
    assert after.rows == before.rows
    assert "6 values (worn: 6)" in after.notes[-1]


async def test_what_they_typed_beside_the_cuff_does_not_count(house: House):
    """Twice as much was typed as the cuff sent, and of it one value wrong."""
    await fill(house)
    door, now = house.store.door(), datetime.now(UTC)
    row = await door.one(
        sql("insert into device (name, kind) values (%(name)s, 'patient app') returning id"), dict,
        name=name_of("", house.ids["Cleo"]),
    )  # fmt: skip
    house.ids["typed"] = row["id"]
    before = (await make(door, house.ids["Cleo"], "pressure", Wish(), now, "UTC")).page
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    turns = [today - DAY * day + timedelta(hours=hour, seconds=20) for day in range(7, 0, -1)
             for hour in (7, 7.1, 20, 20.1)]  # fmt: skip
    noons = [today - DAY * day + timedelta(hours=13, minutes=n) for day in (6, 5, 4)
             for n in range(0, 50, 2)]  # fmt: skip
    at = sorted([*turns, *noons])
    for vital, value in (("systolic", 190.0), ("diastolic", 120.0)):
        await put(house, "Cleo", vital, at, [value] * len(at), "typed")
    after = (await make(door, house.ids["Cleo"], "pressure", Wish(), now, "UTC")).page
    assert after.figures == before.figures
    assert "entered by hand" in after.notes[-1]


def test_full_hours_are_those_of_the_wall_also_where_they_are_no_full_hours_of_utc() -> None:
    at = np.array([micros(datetime(2026, 3, 1, hour, 10, tzinfo=UTC)) for hour in (0, 8)])
    assert _ticks(at, Zones.always("Asia/Kolkata")) == [
        (pytest.approx(hours + 20 / 60), f"{hours + 6}:00") for hours in (0, 3, 6)
    ]
