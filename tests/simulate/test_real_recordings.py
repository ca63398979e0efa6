"""Recordings of real people, from the folder beside the repository, told as a device tells them."""

import asyncio
import io
import lzma
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from homeward.model.frame import WaveFrame, unpack_waves
from homeward.simulate.player import tellings
from homeward.simulate.recording_files import read
from homeward.simulate.recordings import Column, Recording, meaning, understand
from homeward.simulate.replay import Plan, Told, play
from homeward.standards.payload import decode, encode

START = datetime(2026, 3, 1, 8, tzinfo=UTC)


def bidmc(data: Path, name: str) -> Recording:
    """One ICU patient of the packed BIDMC recordings, as a file of columns would be read.

    `num_<name>` holds 1 Hz numerics, its columns named in `numcols_<name>`; RESP, PLETH and II
    are 125 Hz curves, kept as differences of scaled whole numbers.
    """
    with lzma.open(data / "bidmc" / "bidmc_odd.npz.xz") as file:
        packed = np.load(io.BytesIO(file.read()))
    numbers = packed[f"num_{name}"].astype(float)
    units = {"HR": "bpm", "PULSE": "bpm", "RESP": "pm", "SpO2": "%"}
    seconds = np.arange(len(numbers), dtype=float)
    columns = [
        Column(title := str(label).strip(), units[title], seconds, numbers[:, place])
        for place, label in enumerate(packed[f"numcols_{name}"])
    ]
    rate, scale = float(packed["fs"]), float(packed["scale"])
    for label in ("RESP", "PLETH", "II"):
        curve = np.cumsum(packed[f"{label}_{name}"].astype(np.int64)) * scale
        columns.append(Column(label, "mV", np.arange(len(curve)) / rate, curve, rate))
    return understand(columns, {}, None)


def test_an_icu_patient_becomes_messages_the_door_reads(data: Path):
    recording = bidmc(data, "01")
    assert {track.vital.name for track in recording.tracks} >= {"heart_rate", "oxygen_saturation"}
    assert {strip.wave.name for strip in recording.strips} == {"ecg_ii", "pleth", "respiration"}
    readings = frames = 0
    for seq, telling in enumerate(tellings(recording, START, 1, batches=True)):
        if telling.readings:
            read_back = decode(encode(telling.readings, 1, seq), telling.at).readings
            assert read_back == telling.readings
            readings += len(read_back)
        elif telling.starts is not None:
            start = round(telling.starts.timestamp() * 1e6)
            packed = WaveFrame(1, seq, start, telling.channels).pack()
            frames += len(unpack_waves(packed).channels[0].samples)
    assert readings == sum(len(track.values) for track in recording.tracks)
    assert frames == pytest.approx(recording.seconds * 125, rel=0.01)


async def test_an_icu_patients_past_is_told_as_fast_as_the_door_keeps_it(
    data: Path, frontdoor, badge, device_of
):
    recording = bidmc(data, "03")
    device = device_of(badge)
    plan = Plan(datetime.now(UTC) - timedelta(seconds=recording.seconds + 5), is_past=True)
    running = asyncio.create_task(device.run())
    told = Told()
    await play(device, recording, plan, lambda: datetime.now(UTC), told)
    running.cancel()
    kept = frontdoor.link.kept
    assert sum(len(each.readings) for each in kept) == told.readings
    assert sum(each.waves is not None for each in kept) == told.frames
    assert len({(each.boot, each.seq, each.waves is None) for each in kept}) == len(kept)


def test_an_arrhythmia_record_reads_as_wfdb(data: Path, tmp_path: Path):
    pytest.importorskip("wfdb", reason="comes with homeward[recordings]")
    with tarfile.open(data / "mitdb" / "mitdb_24.tar.xz", "r|xz") as packed:
        for member in packed:  # one pass: going back would unpack it all again
            path = Path(member.name)
            if path.stem == "208":
                (tmp_path / path.name).write_bytes(packed.extractfile(member).read())
            elif list(tmp_path.glob("208.*")):
                break
    recording = read(tmp_path / "208.hea", {})
    (strip,) = recording.strips
    assert (strip.wave.name, strip.rate) == ("ecg_ii", 360)
    assert recording.seconds == pytest.approx(1805, abs=2)
    assert 1 < np.percentile(strip.values, 99.9) < 4  # millivolts


def test_one_persons_glucose_reads_from_a_table_of_many(data: Path):
    parquet = pytest.importorskip("pyarrow.parquet", reason="comes with homeward[recordings]")
    path = data / "cgm_shanghai" / "shanghai_part.parquet"
    session = parquet.read_table(path, columns=["session"])["session"][0].as_py()
    meanings = dict([meaning("cgm_mgdl=glucose:mg/dL")])
    recording = read(path, meanings, {"session": session})
    (track,) = recording.tracks
    assert len(track.values) > 96
    assert np.median(np.diff(track.seconds)) == pytest.approx(900)
    assert "meal" in recording.skipped
