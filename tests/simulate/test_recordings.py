"""Recordings in four formats, read into vital signs and waveforms; units are never guessed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from homeward.model.errors import Misconfigured, Unreadable
from homeward.simulate.recording_files import read
from homeward.simulate.recordings import Recording, meaning

edfio = pytest.importorskip("edfio", reason="comes with homeward[recordings]")
wfdb = pytest.importorskip("wfdb", reason="comes with homeward[recordings]")
pyarrow = pytest.importorskip("pyarrow", reason="comes with homeward[recordings]")
parquet = pytest.importorskip("pyarrow.parquet", reason="comes with homeward[recordings]")


def written(folder: Path, text: str, name: str = "night.csv") -> Path:
    (folder / name).write_text(text)
    return folder / name


def values(recording: Recording, name: str) -> list[float]:
    (track,) = [track for track in recording.tracks if track.vital.name == name]
    return track.values.tolist()


def test_csv_with_names_monitors_use_and_units_in_the_header(tmp_path):
    path = written(tmp_path, "Time [s],HR [bpm],SpO2 [%],RESP [bpm]\n0,72,97,15\n1,73,,16\n")
    recording = read(path, {})
    assert values(recording, "heart_rate") == [72, 73]
    assert values(recording, "oxygen_saturation") == [97]
    assert values(recording, "respiratory_rate") == [15, 16]
    assert recording.skipped == ()


def test_csv_with_real_times_keeps_their_spacing(tmp_path):
    path = written(tmp_path, "at,pulse\n2026-03-01T08:00:00Z,70\n2026-03-01T09:00:05+01:00,71\n")
    recording = read(path, {})
    assert recording.tracks[0].seconds.tolist() == [0, 5]
    assert recording.starts == datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_a_column_without_a_unit_is_not_guessed(tmp_path):
    path = written(tmp_path, "time,glucose\n0,5.4\n")
    with pytest.raises(Misconfigured, match="--map glucose=glucose:UNIT"):
        read(path, {})
    assert values(read(path, dict([meaning("glucose=glucose:mmol/L")])), "glucose") == [
        pytest.approx(97.28, abs=0.01)
    ]


def test_what_is_not_understood_is_named(tmp_path):
    recording = read(written(tmp_path, "time,HR,mood\n0,72,good\n"), {})
    assert recording.skipped == ("mood",)


def test_nothing_understood_is_an_error(tmp_path):
    with pytest.raises(Unreadable, match="mood"):
        read(written(tmp_path, "time,mood\n0,good\n"), {})


def test_impossible_values_are_left_out_and_counted(tmp_path):
    recording = read(written(tmp_path, "time,HR\n0,72\n1,-1\n2,999\n"), {})
    assert values(recording, "heart_rate") == [72]
    assert recording.impossible == 2


@pytest.mark.parametrize(
    ("name", "says"),
    [("night.txt", "not one of"), ("none.csv", "no such file")],
)
def test_a_file_that_cannot_be_a_recording(tmp_path, name, says):
    with pytest.raises(Misconfigured, match=says):
        read(tmp_path / name, {})


@pytest.mark.parametrize("text", ["hr", "hr=heart:bpm", "t=temperature:K", "t=temperature"])
def test_a_meaning_that_makes_no_sense_is_refused(text):
    with pytest.raises(Misconfigured):
        meaning(text)


def test_a_mapped_column_that_is_not_there_is_refused(tmp_path):
    path = written(tmp_path, "time,HR\n0,72\n")
    with pytest.raises(Misconfigured, match="no column puls"):
        read(path, dict([meaning("puls=pulse:/min")]))


def test_parquet_of_many_people_gives_the_one_asked_for(tmp_path):
    start = datetime(2026, 3, 1)
    times = [start + timedelta(minutes=15 * (place // 2)) for place in range(6)]
    table = pyarrow.table(
        {"who": ["a", "b"] * 3, "time": times, "cgm": [100.0, 200.0, 110.0, 210.0, None, 220.0]}
    )
    parquet.write_table(table, tmp_path / "cgm.parquet")
    recording = read(tmp_path / "cgm.parquet", dict([meaning("cgm=glucose:mg/dL")]), {"who": "a"})
    assert values(recording, "glucose") == [100, 110]
    assert recording.tracks[0].seconds.tolist() == [0, 900]


def test_wfdb_curves_become_waveforms_and_slow_rows_vital_signs(tmp_path):
    seconds = np.arange(1000) / 250
    curves = np.stack([np.sin(seconds), np.cos(seconds)], axis=1)
    wfdb.wrsamp(
        "icu", fs=250, units=["mV", "NU"], sig_name=["II", "PLETH"], p_signal=curves,
        fmt=["16", "16"], write_dir=str(tmp_path),
    )  # fmt: skip
    recording = read(tmp_path / "icu.hea", {})
    assert [(strip.wave.name, strip.rate) for strip in recording.strips] == [
        ("ecg_ii", 250),
        ("pleth", 250),
    ]
    strip = recording.strips[0]
    steps = np.rint(strip.values / strip.scale)
    assert np.abs(steps).max() <= 32_767
    assert np.allclose(steps * strip.scale, np.sin(seconds), atol=2e-4)
    numbers = np.array([[72.0, 97.0], [73.0, 96.0], [74.0, 95.0]])
    wfdb.wrsamp(
        "icun", fs=1, units=["bpm", "%"], sig_name=["HR", "SpO2"], p_signal=numbers,
        fmt=["16", "16"], write_dir=str(tmp_path),
    )  # fmt: skip
    assert values(read(tmp_path / "icun.hea", {}), "heart_rate") == pytest.approx([72, 73, 74])


def test_edf_reads_both(tmp_path):
    ecg = np.sin(np.arange(2560) / 40)
    rate = np.array([60.0, 61, 62, 63, 64, 65, 66, 67, 68, 69])
    edfio.Edf(
        [
            edfio.EdfSignal(ecg, 256, label="ECG II", physical_dimension="mV"),
            edfio.EdfSignal(rate, 1, label="HR", physical_dimension="bpm"),
        ]
    ).write(tmp_path / "night.edf")
    recording = read(tmp_path / "night.edf", {})
    assert recording.strips[0].rate == 256
    assert values(recording, "heart_rate") == pytest.approx(rate.tolist(), abs=0.01)


def test_a_missing_reader_says_where_it_comes_from(tmp_path, monkeypatch):
    def without(name: str):
        raise ImportError(name)

    monkeypatch.setattr("homeward.simulate.recording_files.import_module", without)
    (tmp_path / "night.edf").write_bytes(b"")
    with pytest.raises(Misconfigured, match=r"pip install 'homeward\[recordings\]'"):
        read(tmp_path / "night.edf", {})


def test_a_damaged_file_is_unreadable(tmp_path):
    (tmp_path / "night.edf").write_bytes(b"not an EDF file at all")
    with pytest.raises(Unreadable, match=r"night\.edf"):
        read(tmp_path / "night.edf", {})
