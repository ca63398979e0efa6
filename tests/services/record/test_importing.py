"""Apple Health's export becomes part of the record: whole, once, and nothing rings."""

import asyncio
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from homeward.model.errors import Unreadable
from homeward.model.frame import HOT
from homeward.model.vital import BY_INDEX
from homeward.services.contract import Tools
from homeward.services.record import importing
from homeward.services.record.fold import fold
from homeward.standards.apple_health import Reader, moment_us
from homeward.store.chunks import samples
from homeward.store.inbox import InboxLine
from homeward.store.packed import DAY_US
from tests.inbox import IN_ORDER, messages

START = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout)*)>
<!ATTLIST HealthData locale CDATA #REQUIRED>
]>
<HealthData locale="en_GB">
 <ExportDate value="2025-04-01 10:00:00 +0100"/>
 <Me HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexFemale"/>
"""
imported: Any = import_module("homeward.cli.import").imported


def record(
    kind: str, unit: str, value: object, minute: int, source: str = "Anna’s Watch", lasts: int = 0
) -> str:
    local = START + timedelta(minutes=minute, hours=1)
    at = local.strftime("%Y-%m-%d %H:%M:%S +0100")
    ends = (local + timedelta(minutes=lasts)).strftime("%Y-%m-%d %H:%M:%S +0100")
    return (
        f' <Record type="HKQuantityTypeIdentifier{kind}" sourceName="{source}" unit="{unit}"'
        f' startDate="{at}" endDate="{ends}" value="{value}"><MetadataEntry key="k" value="v"/>'
        "</Record>\n"
    )


def entries(count: int) -> Iterator[str]:
    for minute in range(count):
        yield record("HeartRate", "count/min", 60 + minute % 40, minute)
        yield record("StepCount", "count", 12, minute, lasts=1)
        yield record("BasalEnergyBurned", "kcal", 1, minute)
    pressure = [
        record("BloodPressureSystolic", "mmHg", 128, 3, "Cuff"),
        record("BloodPressureDiastolic", "mmHg", 82, 3, "Cuff"),
    ]
    yield from pressure
    yield f' <Correlation type="x">{"".join(pressure)}</Correlation>'  # again, as Apple does
    yield record("OxygenSaturation", "%", 0.97, 4)
    yield record("BodyTemperature", "degF", 98.6, 5, "Thermometer")
    yield record("BloodGlucose", "mmol&lt;180.1558800000541&gt;/L", 6.1, 6, "Meter")
    yield record("HeartRate", "count/min", 900, 7)
    yield record("DistanceWalkingRunning", "km", 0.8, 8, lasts=10)
    yield record("FlightsClimbed", "count", 2, 8, lasts=10)
    yield record("ActiveEnergyBurned", "kJ", 418.4, 8, lasts=10)
    yield record("StepCount", "count", 9_000_000, 8, lasts=10)
    yield record("BloodGlucose", "stone", 6.1, 8)


@pytest.fixture
async def patient(tools: Tools) -> int:
    async with tools.store.pool.connection() as connection:
        await connection.execute(
            "insert into patient (record_number, name, birth_date, sex)"
            " values ('1', 'Anna', '1950-03-01', 'female')"
        )
    return 1


def written(folder: Path, count: int, *, is_zip: bool) -> Path:
    text = HEAD + "".join(entries(count)) + "</HealthData>\n"
    if not is_zip:
        (folder / "export.xml").write_text(text)
        return folder / "export.xml"
    with zipfile.ZipFile(folder / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("apple_health_export/export_cda.xml", "<x/>" * 100_000)
        archive.writestr("apple_health_export/export.xml", text)
    return folder / "export.zip"


async def in_the_record(tools: Tools) -> dict[str, list[tuple[float, int]]]:
    """The patient's samples by vital, as every reader has them."""
    while (await fold(tools.store, tools.now() + timedelta(minutes=5))).messages:
        pass
    since = round((START - timedelta(days=1)).timestamp() * 1e6)
    found: dict[str, list[tuple[float, int]]] = {}
    read = await samples(tools.store.door(), 1, list(BY_INDEX), since, since + 9 * DAY_US)
    for index, rows in read.items():
        name = BY_INDEX[index].name
        found[name] = [(round(float(row["value"]), 3), int(row["at"])) for row in rows]
    return found


@pytest.mark.parametrize("is_zip", [False, True])
async def test_it_is_in_the_record_whole_and_once(tools, patient, tmp_path, capsys, is_zip):
    file = written(tmp_path, 30, is_zip=is_zip)
    for _ in range(2):  # a second time nothing is added
        await imported(tools, file, patient)
    rows = [np.frombuffer(body, HOT) for *_, body in messages(await _inbox(tools))]
    assert all(row["late"].all() for row in rows), "it charts, and rings nothing"
    found = await in_the_record(tools)
    assert {name: len(values) for name, values in found.items()} == {
        "heart_rate": 30, "systolic": 1, "diastolic": 1, "oxygen_saturation": 1,
        "temperature": 1, "glucose": 1,
    }  # fmt: skip
    assert found["oxygen_saturation"][0][0] == 97.0
    assert found["temperature"][0][0] == 37.0
    assert found["glucose"][0][0] == 109.895
    assert found["systolic"][0] == (128.0, round((START.timestamp() + 180) * 1e6))
    said = capsys.readouterr().out
    assert "not read: 1 of HeartRate: an impossible value" in said
    assert "not read: 1 of BloodGlucose: another unit" in said
    assert "not kept: 30 of 1 other kinds" in said


async def test_every_source_is_kept_and_sealed(tools, patient, tmp_path):
    await imported(tools, written(tmp_path, 3, is_zip=False), patient)
    async with tools.store.pool.connection() as connection:
        cursor = await connection.execute(
            "select import_source.name, device.name, device.kind, association.patient_id"
            " from import_source join device on device.id = device_id"
            " join association on association.device_id = device.id order by device.id"
        )
        rows = await cursor.fetchall()
        cursor = await connection.execute("select name::text from import_source")
        sealed = await cursor.fetchall()
    assert [row[0] for row in rows] == ["Anna’s Watch", "Cuff", "Thermometer", "Meter"]
    assert all("anna" not in row[1] and row[2:] == ("Apple Health", 1) for row in rows)
    assert all(row[0].startswith("sealed:patient/1:") for row in sealed)


async def test_killed_in_the_middle_it_goes_on_and_nothing_is_there_twice(
    tools, patient, tmp_path, monkeypatch
):
    monkeypatch.setattr(importing, "BATCH", 50)
    monkeypatch.setattr("homeward.cli._apple_file.CHUNK", 4_096)
    file = written(tmp_path, 400, is_zip=True)
    write, written_times = InboxLine.write, 0

    async def cut(self: InboxLine, rows: Any, spoiled: Any) -> None:
        nonlocal written_times
        await write(self, rows, spoiled)
        written_times += 1
        if written_times == 4:  # committed, and not noted to be: the worst moment
            raise asyncio.CancelledError

    monkeypatch.setattr(InboxLine, "write", cut)
    with pytest.raises(asyncio.CancelledError):
        await imported(tools, file, patient)
    async with tools.store.pool.connection() as connection:
        cursor = await connection.execute("select entries from import_run where ended is null")
        ((done,),) = await cursor.fetchall()
    assert 0 < done < 800
    await imported(tools, file, patient)
    found = await in_the_record(tools)
    assert len(found["heart_rate"]) == 400
    assert len({at for _, at in found["heart_rate"]}) == 400


async def test_what_was_counted_has_its_start_and_end_and_is_there_once(tools, patient, tmp_path):
    file = written(tmp_path, 30, is_zip=False)
    await imported(tools, file, patient)
    async with tools.store.pool.connection() as connection:
        await connection.execute("delete from import_run")  # as one who never came to its end
    await imported(tools, file, patient)
    async with tools.store.pool.connection() as connection:
        cursor = await connection.execute(
            "select metric, count(*), round(sum(value)::numeric, 6)::float8, min(starts), max(ends)"
            " from total group by metric order by metric"
        )
        rows = await cursor.fetchall()
    first, ten = START + timedelta(minutes=8), START + timedelta(minutes=18)
    assert rows == [
        ("active_energy", 1, 100.0, first, ten), ("distance", 1, 800.0, first, ten),
        ("flights", 1, 2.0, first, ten),
        ("steps", 30, 360.0, START, START + timedelta(minutes=30)),
    ]  # fmt: skip


async def _inbox(tools: Tools) -> list[Any]:
    async with tools.store.pool.connection() as connection:
        return await (await connection.execute(IN_ORDER.encode())).fetchall()


LATEST = round(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1e6)


def test_entities_are_refused():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><HealthData>&b;</HealthData>'
    with pytest.raises(Unreadable, match="declares entities"):
        Reader(LATEST).feed(bomb.encode(), ends=True)
    with pytest.raises(Unreadable, match="no XML"):
        Reader(LATEST).feed(b"<HealthData><Record ", ends=True)


def test_a_time_is_read_with_its_zone():
    assert moment_us("2025-03-01 09:00:00 +0100") == round(START.timestamp() * 1e6)
    for bad in ("2025-03-01 09:00:00", "2025-03-01T09:00:00+01:00", "2025-13-01 09:00:00 +0100"):
        with pytest.raises(ValueError):
            moment_us(bad)
