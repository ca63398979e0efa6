"""What is exported reads back, by other people's readers, as it was measured."""

import csv
import io
import lzma
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from homeward.model.delivery import Delivery
from homeward.model.frame import Channel, WaveFrame
from homeward.model.vital import BY_NAME
from homeward.model.wave import BY_NAME as WAVES
from homeward.services.record.exporting.curves import write_curves
from homeward.services.record.exporting.plan import Plan, patient_of
from homeward.services.record.exporting.tables import write_tables
from homeward.store.chunks import micros, samples, waves
from homeward.store.packed import WaveStretch
from tests.services.record.conftest import TEN

edfio = pytest.importorskip("edfio", reason="comes with homeward[recordings]")
wfdb = pytest.importorskip("wfdb", reason="comes with homeward[recordings]")
pq = pytest.importorskip("pyarrow.parquet", reason="comes with homeward[recordings]")

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
ECG = WAVES["ecg_ii"].index


async def plan_of(house, folder, *, identified=False):
    patient = await patient_of(house.store.door(), "ann")
    start, end = micros(TEN - MINUTE), micros(TEN + timedelta(hours=7))
    vitals = (BY_NAME["pulse"].index, BY_NAME["temperature"].index)
    every = tuple(wave.index for wave in WAVES.values())
    return Plan(patient, start, end, vitals, every, folder, identified)


def bidmc(data: Path, seconds: int) -> dict[str, np.ndarray]:
    """An ICU patient's ECG and pleth at 125 Hz, as whole numbers; one of the packed recordings."""
    with lzma.open(data / "bidmc" / "bidmc_odd.npz.xz") as file:
        packed = np.load(io.BytesIO(file.read()))
    return {
        name: np.cumsum(packed[f"{label}_01"].astype(np.int64))[: 125 * seconds].astype(np.int16)
        for name, label in (("ecg_ii", "II"), ("pleth", "PLETH"))
    }


def told(house, seq, at, channels):
    frame = WaveFrame(1, seq, micros(at), tuple(channels))
    received = at + 10 * SECOND
    return Delivery(house.devices["monitor"], 1, seq, received, waves=frame, body=frame.pack())


async def sends_curves(house, curves, breaks=()):
    """Ten seconds a frame; frames in `breaks` never come."""
    await house.wears("ann", "monitor", TEN - MINUTE)
    frames = []
    for n in range(len(curves["ecg_ii"]) // 1250):
        channels = [
            Channel(WAVES[name], 125.0, 0.0048828125 if name == "pleth" else 0.001, part)
            for name, curve in curves.items()
            if len(part := curve[n * 1250 : (n + 1) * 1250])
        ]
        if n not in breaks:
            frames.append(told(house, n, TEN + n * 10 * SECOND, channels))
    await house.sends(*frames)
    await house.passes(minutes=30)


async def kept(house, wave=ECG) -> list[WaveStretch]:
    span = (micros(TEN - MINUTE), micros(TEN + timedelta(hours=7)))
    return await waves(house.store.door(), house.patients["ann"], wave, *span)


@pytest.fixture
async def recorded(house, data):
    """A real heart of four minutes, with twenty seconds that never came."""
    await sends_curves(house, bidmc(data, 240), breaks=(7, 8))
    await house.sql(
        "insert into alarm (patient_id, condition, kind, priority, state, text, since, raised, "
        "rung, cleared) values (%(patient)s, 'x', 'physiological', 'high', 'resolved', "
        "'Heart rate above 130', %(at)s, %(at)s, %(at)s, %(until)s) returning id",
        patient=house.patients["ann"], at=TEN + 30 * SECOND, until=TEN + 50 * SECOND,
    )  # fmt: skip
    return house


async def test_edf_reads_back_bit_by_bit_with_gaps_and_alarms_annotated(recorded, tmp_path):
    house = recorded
    written = await write_curves(
        house.store.door(), await plan_of(house, tmp_path), "edf", lambda _: None
    )
    assert (written.samples, written.gaps) == (2 * 220 * 125, 2)
    (name,) = written.files
    read = edfio.read_edf(tmp_path / name)
    assert read.startdatetime == TEN.replace(tzinfo=None)
    for label, wave in (("ecg_ii", ECG), ("pleth", WAVES["pleth"].index)):
        signal = read.get_signal(label)
        assert signal.sampling_frequency == 125
        for each in await kept(house, wave):
            first = round((each.start - micros(TEN)) * 125 / 1e6)
            assert (signal.digital[first : first + len(each.samples)] == each.samples).all()
            step = (signal.physical_max - signal.physical_min) / 65_535
            assert step == pytest.approx(each.scale, rel=1e-5)
    assert read.get_signal("ecg_ii").physical_dimension == "mV"
    notes = [(note.onset, note.duration, note.text) for note in read.annotations]
    assert (70.0, 20.0, "ecg_ii: gap") in notes
    assert (30.0, 20.0, "alarm, high: Heart rate above 130") in notes
    step = repr(float(np.float32(0.001)))
    assert (0.0, None, f"ecg_ii: a step is {step} mV, at 125.0 Hz") in notes
    assert read.patient.name == "X"
    assert b"ann" not in (tmp_path / name).read_bytes()


async def test_an_identified_edf_says_who_it_is(recorded, tmp_path):
    house = recorded
    plan = await plan_of(house, tmp_path, identified=True)
    written = await write_curves(house.store.door(), plan, "edf", lambda _: None)
    read = edfio.read_edf(tmp_path / written.files[0])
    assert (read.patient.code, read.patient.sex) == ("ann", "F")
    assert read.patient.birthdate == date(1950, 1, 1)


async def test_wfdb_reads_back_bit_by_bit_with_gaps_as_invalid_samples(recorded, tmp_path):
    house = recorded
    written = await write_curves(
        house.store.door(), await plan_of(house, tmp_path), "wfdb", lambda _: None
    )
    stem = str(tmp_path / written.files[0].removesuffix(".hea"))
    digital = wfdb.rdrecord(stem, physical=False)
    physical = wfdb.rdrecord(stem)
    assert (digital.sig_name, digital.fs) == (["ecg_ii", "pleth"], 125)
    assert digital.base_datetime == TEN.replace(tzinfo=None)
    for place, wave in enumerate((ECG, WAVES["pleth"].index)):
        for each in await kept(house, wave):
            first = round((each.start - micros(TEN)) * 125 / 1e6)
            span = slice(first, first + len(each.samples))
            assert (digital.d_signal[span, place] == each.samples).all()
            assert physical.p_signal[span, place] == pytest.approx(each.samples * each.scale)
    assert np.isnan(physical.p_signal[70 * 125 : 90 * 125]).all()
    assert not np.isnan(physical.p_signal[: 70 * 125]).any()
    notes = wfdb.rdann(stem, "note")
    found = dict(zip(notes.aux_note, notes.sample, strict=True))
    assert found["alarm, high: Heart rate above 130 (0:00:20)"] == 30 * 125


async def test_a_sample_that_means_invalid_elsewhere_is_kept(house, tmp_path):
    curve = np.array([-32_768, 0, 32_767] * 500, np.int16)[:1250]
    await sends_curves(house, {"ecg_ii": curve})
    written = await write_curves(
        house.store.door(), await plan_of(house, tmp_path), "wfdb", lambda _: None
    )
    stem = str(tmp_path / written.files[0].removesuffix(".hea"))
    read = wfdb.rdrecord(stem, physical=False)
    assert (read.d_signal[:, 0] == curve).all()


async def test_a_device_whose_clock_is_fast_loses_no_sample(house, tmp_path):
    await house.wears("ann", "monitor", TEN - MINUTE)
    parts = [np.arange(n * 1250, (n + 1) * 1250, dtype=np.int16) for n in range(12)]
    await house.sends(
        *(
            told(
                house, n, TEN + n * timedelta(seconds=9.97),
                [Channel(WAVES["ecg_ii"], 125.0, 0.001, part)],
            )
            for n, part in enumerate(parts)
        )
    )  # fmt: skip
    await house.passes(minutes=30)
    written = await write_curves(
        house.store.door(), await plan_of(house, tmp_path), "edf", lambda _: None
    )
    read = edfio.read_edf(tmp_path / written.files[0])
    there = read.get_signal("ecg_ii").digital
    assert there[there >= 0].tolist() == np.concatenate(parts).tolist()
    moved = [note.text for note in read.annotations if "from here at" in note.text]
    assert len(moved) == 11
    assert moved[0] == "ecg_ii: from here at 2026-03-01T10:00:09.970000Z"


async def test_a_rate_that_makes_no_whole_samples_a_second(house, tmp_path):
    await house.wears("ann", "monitor", TEN - MINUTE)
    curve = np.arange(625, dtype=np.int16)
    await house.sends(
        told(house, 1, TEN, [
            Channel(WAVES["ecg_ii"], 62.5, 0.001, curve),
            Channel(WAVES["pleth"], 100.0, 1.0, curve),
        ])
    )  # fmt: skip
    await house.passes(minutes=30)
    for form in ("edf", "wfdb"):
        folder = tmp_path / form
        folder.mkdir()
        plan = await plan_of(house, folder)
        await write_curves(house.store.door(), plan, form, lambda _: None)
        names = sorted(each.name for each in folder.iterdir() if each.suffix in (".edf", ".hea"))
        assert len(names) == 2
        for name in names:
            if form == "edf":
                (signal,) = edfio.read_edf(folder / name).signals
                assert (signal.digital[:625] == curve).all()
            else:
                read = wfdb.rdrecord(str(folder / name.removesuffix(".hea")), physical=False)
                assert (read.d_signal[:625, 0] == curve).all()


@pytest.fixture
async def measured(house):
    """Awkward numbers, and two devices at once."""
    await house.device("odd-one")
    for device in ("monitor", "odd-one"):
        await house.wears("ann", device, TEN - MINUTE)
    await house.sends(
        *(house.delivery("monitor", n, ("pulse", 60 + n / 7, TEN + n * SECOND)) for n in range(50)),
        house.delivery("monitor", 99, ("pulse", 61.0, TEN + timedelta(hours=2))),
        house.delivery("odd-one", 1, ("temperature", 36.6, TEN + timedelta(microseconds=123))),
    )
    await sends_curves_of(house)
    return house


async def sends_curves_of(house):
    curve = np.arange(1250, dtype=np.int16)
    await house.sends(told(house, 500, TEN, [Channel(WAVES["ecg_ii"], 125.0, 0.003, curve)]))
    await house.passes(hours=4)


async def test_csv_reads_back_with_unit_and_provenance(measured, tmp_path):
    house = measured
    plan = await plan_of(house, tmp_path)
    written = await write_tables(house.store.door(), plan, "csv", lambda _: None)
    assert (written.readings, written.samples, written.gaps) == (52, 1250, 1)
    assert "52 readings and 1250 samples in 2 files, 2026-03-01 10:00:00 to" in written.summary()
    raw = (tmp_path / "vitals.csv").read_bytes()
    assert raw.count(b"\r\n") == 53
    assert b"ann" not in raw
    rows = list(csv.DictReader(io.StringIO(raw.decode(), newline="")))
    door = house.store.door()
    held = await samples(door, plan.patient.id, plan.vitals, plan.start_us, plan.end_us)
    expected = sorted(
        (int(row["at"]), float(row["value"]), int(row["received"]))
        for found in held.values() for row in found
    )  # fmt: skip
    read = sorted((us(row["time"]), float(row["value"]), us(row["received"])) for row in rows)
    assert read == expected
    (odd,) = [row for row in rows if row["vital"] == "temperature"]
    assert (odd["unit"], odd["device"]) == ("Cel", "odd-one")
    curves = list(csv.DictReader((tmp_path / "waves.csv").open(newline="")))
    (each,) = await kept(house)
    assert [int(row["sample"]) for row in curves] == each.samples.tolist()
    assert [float(row["value"]) for row in curves] == (each.samples * each.scale).tolist()
    assert us(curves[-1]["time"]) == each.start + 1249 * 8000


def us(text):
    return micros(datetime.fromisoformat(text).astimezone(UTC))


async def test_an_identified_csv_names_the_record(measured, tmp_path):
    plan = await plan_of(measured, tmp_path, identified=True)
    await write_tables(measured.store.door(), plan, "csv", lambda _: None)
    for kind in ("vitals", "waves"):
        row = next(csv.DictReader((tmp_path / f"{kind}.csv").open(newline="")))
        assert row["record_number"] == "ann"


async def test_parquet_reads_back_as_it_was(measured, tmp_path):
    house = measured
    plan = await plan_of(house, tmp_path)
    await write_tables(house.store.door(), plan, "parquet", lambda _: None)
    rows = pq.read_table(tmp_path / "vitals.parquet").to_pylist()
    door = house.store.door()
    held = await samples(door, plan.patient.id, plan.vitals, plan.start_us, plan.end_us)
    assert sorted((micros(row["time"]), row["value"]) for row in rows) == sorted(
        (int(row["at"]), float(row["value"])) for found in held.values() for row in found
    )
    assert {row["patient"] for row in rows} == {None}
    curves = pq.read_table(tmp_path / "waves.parquet")
    (each,) = await kept(house)
    assert curves["sample"].to_pylist() == each.samples.tolist()
    assert set(curves["scale"].to_pylist()) == {each.scale}
