"""Public recordings as the benches need them: plain arrays, in the waves' own units.

They lie beside the repository (`../shared/data`) and are no part of it.
"""

import csv
import importlib.util
import io
import lzma
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from homeward.clinical.signal import Kind

DATA = Path(__file__).parents[2] / "shared" / "data"
Floats = npt.NDArray[np.float64]
PULSES = {"PLETH": Kind.PLETH, "ABP": Kind.PRESSURE}
BEATS = frozenset("NLRBAaJSVrFejnE/fQ?")


@dataclass(frozen=True, slots=True)
class Bed:
    """Some waves of one patient at one rate, from the same moment on."""

    name: str
    rate: float
    waves: dict[str, tuple[Kind, Floats]]
    alarm: str = ""  # what a monitor said at the end of it
    is_true: bool = False
    numbers: dict[str, Floats] = field(default_factory=dict)  # each second
    beats: Floats = field(default_factory=lambda: np.zeros(0))  # seconds
    kinds: str = ""  # of each beat
    fibrillates: tuple[tuple[float, float], ...] = ()  # seconds

    @property
    def seconds(self) -> int:
        """How long it is, in whole seconds."""
        return min(int(len(values) / self.rate) for _, values in self.waves.values())


def _packed(path: Path) -> Any:
    with lzma.open(path) as file:
        return np.load(io.BytesIO(file.read()))


def challenge_rows() -> list[dict[str, str]]:
    """What the experts said of each alarm of `challenge`; none where the recordings are not."""
    file = DATA / "cinc2015" / "records.csv"
    if not file.is_file():
        return []
    with file.open(newline="") as rows:
        return list(csv.DictReader(rows))


def challenge() -> list[Bed]:
    """Bedside alarms judged by experts: the 40 s before each (PhysioNet/CinC Challenge 2015)."""
    rows = challenge_rows()
    packed = _packed(DATA / "cinc2015" / "alarms_last40s.npz.xz") if rows else {}
    beds: list[Bed] = []
    for row in rows:
        curves = np.cumsum(packed[row["rec"]].astype(np.int64), axis=1)
        gains, bases = row["gain"].split("|"), row["baseline"].split("|")
        waves = {
            name: (PULSES.get(name, Kind.ECG), (curve - float(base)) / float(gain))
            for name, curve, gain, base in zip(
                row["sig"].split("|"), curves, gains, bases, strict=True
            )
            if name != "RESP"
        }
        is_true = row["label"] == "True alarm"
        beds.append(Bed(row["rec"], float(packed["fs"]), waves, row["alarm"], is_true))
    return beds


def intensive_care() -> Iterator[Bed]:
    """Eight minutes each of intensive care patients, with the monitor's numbers (BIDMC)."""
    path = DATA / "bidmc" / "bidmc_odd.npz.xz"
    if not path.is_file():
        return
    packed = _packed(path)
    for name in sorted(key.removeprefix("num_") for key in packed.files if key.startswith("num_")):
        titles = [str(title).strip() for title in packed[f"numcols_{name}"]]
        numbers = packed[f"num_{name}"].astype(np.float64)
        # The scale of the files: ten thousandths of a millivolt, and of full scale.
        waves = {
            "II": (Kind.ECG, np.cumsum(packed[f"II_{name}"].astype(np.int64)) * 1e-4),
            "PLETH": (Kind.PLETH, np.cumsum(packed[f"PLETH_{name}"].astype(np.int64)) * 1e-4),
        }
        yield Bed(name, 125.0, waves, numbers=dict(zip(titles, numbers.T, strict=True)))


def holter() -> Iterator[Bed]:
    """Half an hour each of two ECG leads with reference beats (MIT-BIH Arrhythmia Database)."""
    path = DATA / "mitdb" / "mitdb_24.tar.xz"
    if not path.is_file() or importlib.util.find_spec("wfdb") is None:
        return
    import wfdb

    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(path) as archive:
            archive.extractall(folder)
        for head in sorted(Path(folder).rglob("*.hea")):
            record = wfdb.rdrecord(str(head.with_suffix("")))
            marks = wfdb.rdann(str(head.with_suffix("")), "atr")
            rate = float(record.fs)
            is_beat = np.array([symbol in BEATS for symbol in marks.symbol])
            yield Bed(
                head.stem,
                rate,
                {
                    name: (Kind.ECG, np.nan_to_num(record.p_signal[:, place]))
                    for place, name in enumerate(record.sig_name)
                },
                beats=marks.sample[is_beat] / rate,
                kinds="".join(np.array(marks.symbol)[is_beat]),
                fibrillates=_fibrillates(marks, rate),
            )


def _fibrillates(marks: Any, rate: float) -> tuple[tuple[float, float], ...]:
    spans: list[tuple[float, float]] = []
    begun = 0.0
    for symbol, sample in zip(marks.symbol, marks.sample, strict=True):
        if symbol == "[":
            begun = sample / rate
        elif symbol == "]":
            spans.append((begun, sample / rate))
    return tuple(spans)
