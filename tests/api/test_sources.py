"""Who said a vital: each source of a span, and of each reading which one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from homeward.model.entered import BY_HAND
from homeward.model.person import Role
from homeward.model.vital import BY_NAME
from homeward.services.chart.where_from import _way  # pyright: ignore[reportPrivateUsage]
from homeward.services.record.compact import hour_row
from homeward.store import queries
from homeward.store.chunks import micros
from homeward.store.packed import SAMPLES
from tests.api.conftest import House, sql
from tests.api.test_own_meters import batch, entry, post

record = queries("homeward.services.record")
HOUR = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
MINUTE = timedelta(minutes=1)


async def measured(house: House) -> dict[str, int]:
    """Anna's cuff, the same typed by hand, her scale by a cloud, and a watch's file."""
    door, anna = house.store.door(), house.ids["Anna"]
    devices = {"monitor-1": house.ids["monitor-1"], "by hand": BY_HAND}
    for name, kind in (("annas-scale", "cloud"), ("file-1", "Apple Health")):
        text = "insert into device (name, kind) values (%(name)s, %(kind)s) returning id"
        devices[name] = (await door.one(sql(text), dict, name=name, kind=kind))["id"]
    await door.run(
        sql("insert into cloud_link (device_id, patient_id, service, made)"
            " values (%(device)s, %(anna)s, 'withings', now())"),
        device=devices["annas-scale"], anna=anna,
    )  # fmt: skip
    await door.run(
        sql("insert into import_source (device_id, patient_id, name)"
            " values (%(device)s, %(anna)s, 'Anna''s Watch')"),
        device=devices["file-1"], anna=anna,
    )  # fmt: skip
    told = [
        ("systolic", "monitor-1", 0, 140.0, 0), ("systolic", "by hand", 0.5, 141.0, 0),
        ("systolic", "by hand", 20, 150.0, 0), ("diastolic", "monitor-1", 0, 80.0, 0),
        ("heart_rate", "file-1", 1, 60.0, 100), ("heart_rate", "monitor-1", 2, 61.0, 0),
        ("weight", "annas-scale", 3, 72.5, 0),
    ]  # fmt: skip
    rows = np.zeros(len(told), SAMPLES)
    for place, (vital, device, minutes, value, late_minutes) in enumerate(told):
        at = micros(HOUR + minutes * MINUTE)
        row = (BY_NAME[vital].index, devices[device], at, value, at + late_minutes * 60_000_000)
        for name, said in zip(("vital", "device", "at", "value", "received"), row, strict=True):
            rows[place][name] = said
    rows = rows[np.lexsort((rows["at"], rows["vital"]))]
    for each in np.split(rows, np.flatnonzero(np.diff(rows["vital"])) + 1):
        await door.run(record.add_hour, owner=anna, hour=HOUR, **hour_row(each))
    return devices


async def asked(house: House, vital: str, role: Role = Role.NURSE, **span: int) -> Any:
    start = round(HOUR.timestamp() * 1000)
    params = {"vital": vital, "start": start, "end": start + 3_600_000} | span
    async with await house.client(role) as client:
        return await client.get(f"/api/patients/{house.ids['Anna']}/sources", params=params)


async def test_each_reading_names_its_source_and_reports_set_the_worse_aside(house: House):
    await measured(house)
    said = (await asked(house, "systolic")).json()
    assert [(each["name"], each["readings"], each["set_aside"]) for each in said["sources"]] == [
        ("by hand", 2, 1), ("monitor-1", 1, 0),
    ]  # fmt: skip
    assert [(each["value"], said["sources"][each["source"]]["name"], each["counts"])
            for each in said["readings"]] == [
        (150, "by hand", True), (141, "by hand", False), (140, "monitor-1", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("vital", "found"),
    [
        ("weight", [("annas-scale", "cloud", "withings", 0)]),
        ("heart_rate", [("Anna's Watch", "Apple Health", "Apple Health", 1),
                        ("monitor-1", "monitor", "", 0)]),
        ("glucose", []),
    ],
)  # fmt: skip
async def test_a_cloud_and_a_file_are_named_and_what_came_late(
    house: House, vital: str, found: list[tuple[str, str, str, int]]
):
    await measured(house)
    said = (await asked(house, vital)).json()
    assert sorted(
        (each["name"], each["kind"], each["through"], each["late"]) for each in said["sources"]
    ) == sorted(found)
    assert [each["is_late"] for each in said["readings"]] == {
        "weight": [False], "heart_rate": [False, True], "glucose": [],
    }[vital]  # fmt: skip


async def test_a_long_span_is_cut_and_says_so_and_nonsense_is_refused(house: House):
    await measured(house)
    end = round(HOUR.timestamp() * 1000) + 3_600_000
    said = (await asked(house, "heart_rate", start=0)).json()
    assert said["start"] == end - 7 * 86_400_000
    assert (await asked(house, "weight", start=0)).json()["start"] == end - 31 * 86_400_000
    assert (await asked(house, "mood")).status_code == 422
    assert (await asked(house, "weight", start=end)).status_code == 422
    assert (await asked(house, "weight", Role.ENGINEER)).status_code == 403


async def own(house: House, role: Role = Role.PATIENT, **asked: str) -> Any:
    async with await house.client(role) as client:
        path = f"/api/patients/{house.ids['Cleo']}/where-from"
        return await client.get(path, params=asked, headers={"accept-language": "de"})


async def test_a_patient_reads_where_each_of_their_values_comes_from(house: House) -> None:
    empty = (await own(house)).json()
    assert (empty["measures"], empty["vital"], empty["values"]) == ([], "", [])
    now = datetime.now(UTC) - MINUTE
    entries = [
        entry(now - 2 * MINUTE, systolic=(128.0, "mm[Hg]"), diastolic=(82.0, "mm[Hg]")),
        entry(now - MINUTE, glucose=(100.0, "mg/dL")),
    ]
    assert (await post(house, batch(entries=entries, meter=""))).json()["readings"] == 3
    rows = np.zeros(1, SAMPLES)
    at = micros(now - 60 * MINUTE)
    rows[0] = (BY_NAME["systolic"].index, BY_HAND, at, 131.0, at)
    hour = (now - 60 * MINUTE).replace(minute=0, second=0, microsecond=0)
    await house.store.door().run(
        record.add_hour, owner=house.ids["Cleo"], hour=hour, **hour_row(rows)
    )

    said = (await own(house, vital="systolic")).json()
    assert [(each["vital"], each["label"]) for each in said["measures"]] == [
        ("glucose", "Blutzucker"), ("systolic", "Blutdruck"),
    ]  # fmt: skip
    assert (said["unit"], said["days"]) == ("mm[Hg]", 31)
    told = [(each["value"], each["beside"], said["origins"][each["origin"]]["way"])
            for each in said["values"]]  # fmt: skip
    assert told == [(128, 82, "you"), (131, None, "team")]
    assert (await own(house)).json()["vital"] == "glucose"
    assert (await own(house, vital="weight")).json()["vital"] == "glucose"
    assert (await own(house, vital="mood")).status_code == 422
    assert (await own(house, Role.NURSE)).status_code == 403


@pytest.mark.parametrize(
    ("number", "row", "way"),
    [
        (5, None, ("device", "", "")),
        (5, {"name": "file-1", "called": "Anna's Watch"}, ("file", "Anna's Watch", "Apple Health")),
        (5, {"name": "scale", "cloud": "withings"}, ("cloud", "", "withings")),
        (5, {"name": "cuff-of-7", "kind": "patient app"}, ("meter", "cuff", "")),
        (5, {"name": "by-hand-of-7", "kind": "patient app"}, ("you", "", "")),
        (5, {"name": "monitor-1", "kind": "monitor"}, ("device", "monitor-1", "")),
        (BY_HAND, None, ("team", "", "")),
    ],
)
def test_each_kind_of_source_has_its_way(number: int, row: Any, way: tuple[str, ...]) -> None:
    whole = row and {"called": None, "cloud": None, "kind": "cloud", **row}
    assert _way(number, 7, whole) == way
