"""Real recordings of real people through the whole platform: `homeward up`, a device enrolled by
its command, `homeward replay` as that device, and the record read back.
"""

import asyncio
import csv
import io
import lzma
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.installation import Installation, enrol, fill_ward, installation
from homeward.model.vital import BY_NAME
from homeward.model.wave import BY_NAME as WAVES
from homeward.store import Store
from homeward.store.chunks import samples, waves

LONG_AGO = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def house() -> Iterator[Installation]:
    with installation() as started:
        started.beds = fill_ward(started, 3)
        yield started


def packed(path: Path) -> Any:
    with lzma.open(path) as file:
        return np.load(io.BytesIO(file.read()))


def replay(house: Installation, file: Path, device: Path, *words: str) -> str:
    return house.run("replay", str(file), "--device", str(device), *words)


async def held(house: Installation, patient: int, vital: str) -> list[tuple[int, float]]:
    """What the record holds of one vital: (us, value)."""
    index = BY_NAME[vital].index
    async with Store.open(url(house)) as store:
        found = await samples(store.door(), patient, [index], 0, 2**52)
    rows = found.get(index)
    return (
        [] if rows is None else list(zip(rows["at"].tolist(), rows["value"].tolist(), strict=True))
    )


def url(house: Installation) -> str:
    with house.connect() as sql:
        return f"{sql.info.dsn} password={sql.info.password}"


def count(house: Installation, text: str, *values: object) -> int:
    with house.connect() as sql:
        row = sql.execute(text, values).fetchone()
    assert row is not None
    return row[0]


def icu_numbers(data: Path, folder: Path) -> tuple[Path, np.ndarray]:
    """The 1 Hz numerics of an ICU patient as a monitor would export them."""
    recordings = packed(data / "bidmc" / "bidmc_odd.npz.xz")
    titles = [str(each).strip() for each in recordings["numcols_01"]]
    numbers = recordings["num_01"].astype(float)
    file = folder / "icu.csv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["seconds", *titles])
        for second, row in enumerate(numbers):
            writer.writerow([second, *("" if np.isnan(each) else f"{each:g}" for each in row)])
    return file, numbers[:, titles.index("SpO2")]


async def test_d9_an_icu_patients_past_is_kept_once_and_rings_for_nobody(
    house: Installation, data: Path, tmp_path: Path
) -> None:
    number, patient = house.beds[0]
    device = enrol(house, "icu-monitor", number)
    with house.connect() as sql:  # it was worn then, so that what it measured then is theirs
        sql.execute("update association set starts = %s", (LONG_AGO - timedelta(days=1),))
    file, saturation = icu_numbers(data, tmp_path)
    words = ("--start", LONG_AGO.isoformat(), "--boot", "1")
    first = replay(house, file, device, *words)
    kept = await held(house, patient, "oxygen_saturation")
    expected = [
        (round((LONG_AGO.timestamp() + second) * 1e6), float(value))
        for second, value in enumerate(saturation)
        if not np.isnan(value)
    ]
    assert kept == expected
    assert "0 refused" in first
    replay(house, file, device, *words)  # the same day again, as it was
    replay(house, file, device, "--start", LONG_AGO.isoformat(), "--boot", "2")  # ... and restarted
    assert await held(house, patient, "oxygen_saturation") == expected
    alarms = "select count(*) from alarm where patient_id = %s and kind = 'physiological'"
    assert count(house, alarms, patient) == 0


async def test_the_waves_of_a_real_asystole_are_kept_sample_by_sample(
    house: Installation, data: Path, tmp_path: Path
) -> None:
    wfdb = pytest.importorskip("wfdb", reason="comes with homeward[recordings]")
    with (data / "cinc2015" / "records.csv").open() as file:
        alarm = next(
            row
            for row in csv.DictReader(file)
            if row["label"] == "True alarm" and row["sig"].startswith("II|V|PLETH")
        )
    alarms = packed(data / "cinc2015" / "alarms_last40s.npz.xz")
    rate = float(alarms["fs"])
    gains = [float(each) for each in alarm["gain"].split("|")]
    ecg, pleth = (np.cumsum(alarms[alarm["rec"]][row].astype(np.int64)) for row in (0, 2))
    curves = np.column_stack([ecg / gains[0], pleth / gains[2]])
    wfdb.wrsamp(
        "asystole", fs=rate, units=["mV", "NU"], sig_name=["II", "PLETH"], p_signal=curves,
        fmt=["16", "16"], write_dir=str(tmp_path),
    )  # fmt: skip
    number, patient = house.beds[1]
    device = enrol(house, "ecg-monitor", number)
    started = datetime.now(UTC) - timedelta(seconds=60)
    with house.connect() as sql:
        sql.execute("update association set starts = %s", (LONG_AGO - timedelta(days=1),))
    replay(house, tmp_path / "asystole.hea", device, "--start", started.isoformat())
    start_us = round(started.timestamp() * 1e6)
    async with Store.open(url(house)) as store:
        stretches = await waves(
            store.door(), patient, WAVES["ecg_ii"].index, start_us - 10**6, start_us + 10**8
        )
    kept = np.concatenate([each.samples * each.scale for each in stretches])
    real = wfdb.rdrecord(str(tmp_path / "asystole")).p_signal[:, 0]
    assert len(kept) == len(real)
    step = max(each.scale for each in stretches)  # no finer than the device's own steps
    assert np.abs(kept - real).max() <= step


async def test_a_real_persons_hypo_calls_them_and_their_carer(
    house: Installation, data: Path, tmp_path: Path
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="comes with homeward[recordings]")
    table = parquet.read_table(data / "cgm_shanghai" / "shanghai_part.parquet")
    rows = table.filter(
        np.array([each == "T1DM" for each in table["type"].to_pylist()])
    ).to_pylist()
    low = next(
        place
        for place, row in enumerate(rows)
        if place > 8
        and row["cgm_mgdl"] < 70
        and rows[place - 8]["session"] == row["session"]
        and rows[place - 1]["cgm_mgdl"] >= 70
    )
    file = tmp_path / "cgm.csv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["time", "cgm"])
        for row in rows[low - 8 : low + 2]:
            writer.writerow([row["time"].isoformat() + "+08:00", row["cgm_mgdl"]])
    number, patient = house.beds[2]
    device = enrol(house, "cgm", number)
    # Fifteen minutes become half a second.
    replay(house, file, device, "--map", "cgm=glucose:mg/dL", "--speed", "1800")
    alarm = "select count(*) from alarm where patient_id = %s and condition = 'glucose_low'"
    called = "select count(*) from call join alarm on alarm.id = alarm_id where patient_id = %s"
    async with asyncio.timeout(20):
        while not (count(house, alarm, patient) and count(house, called, patient)):
            await asyncio.sleep(0.1)
    assert count(house, alarm, patient) == 1
