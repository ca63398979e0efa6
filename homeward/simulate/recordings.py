"""Recordings as vital signs and waveforms: what a column means, in which unit.

A column is understood by the name it carries in monitors' exports, or by what the caller says
of it. Its unit comes from the file or the caller and is never guessed: a column without one is
taken only where its vital sign has a single unit. What is not understood is named, not dropped
in silence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from homeward.model.errors import Misconfigured, Unreadable
from homeward.model.unit import ACCEPTED, in_own_unit
from homeward.model.vital import BY_NAME, Vital
from homeward.model.wave import BY_NAME as WAVES
from homeward.model.wave import Wave

Floats = npt.NDArray[np.float64]

WAVE_HZ_MIN = 10.0  # slower than this it is a row of numbers, not a curve
INT16_STEPS = 32_000

VITAL_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "hr": "heart_rate",
        "heartrate": "heart_rate",
        "pulse": "pulse",
        "pr": "pulse",
        "spo2": "oxygen_saturation",
        "sao2": "oxygen_saturation",
        "o2sat": "oxygen_saturation",
        "resp": "respiratory_rate",
        "rr": "respiratory_rate",
        "sbp": "systolic",
        "nbpsys": "systolic",
        "nisysabp": "systolic",
        "dbp": "diastolic",
        "nbpdias": "diastolic",
        "nidiasabp": "diastolic",
        "map": "mean_pressure",
        "nbpmean": "mean_pressure",
        "nimap": "mean_pressure",
        "temp": "temperature",
        "cgm": "glucose",
    }
    | {name.replace("_", ""): name for name in BY_NAME}
)
WAVE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "ii": "ecg_ii",
        "mlii": "ecg_ii",
        "ecg": "ecg_ii",
        "ecgii": "ecg_ii",
        "pleth": "pleth",
        "ppg": "pleth",
        "resp": "respiration",
        "respiration": "respiration",
        "v": "ecg_v",
        "abp": "arterial_pressure",
        "art": "arterial_pressure",
    }
)
# How files write units (lower case) -> UCUM.
UNITS: Mapping[str, str] = MappingProxyType(
    {
        "bpm": "/min",
        "pm": "/min",
        "brpm": "/min",
        "1/min": "/min",
        "mmhg": "mm[Hg]",
        "degc": "Cel",
        "c": "Cel",
        "°c": "Cel",
        "degf": "[degF]",
        "°f": "[degF]",
        "mg/dl": "mg/dL",
        "mmol/l": "mmol/L",
        "percent": "%",
    }
)
MILLIVOLTS: Mapping[str, float] = MappingProxyType({"mv": 1.0, "uv": 1e-3, "µv": 1e-3, "v": 1e3})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: values at `seconds` since the recording began; NaN is missing."""

    name: str
    unit: str
    seconds: Floats
    values: Floats
    rate: float | None = None  # Hz, where the file says it is evenly spaced


@dataclass(frozen=True, slots=True)
class Track:
    """One vital sign, in its own unit, without gaps marked: what is missing is not there."""

    vital: Vital
    seconds: Floats
    values: Floats


@dataclass(frozen=True, slots=True)
class Strip:
    """One waveform from the recording's first moment; NaN where the sensor gave nothing."""

    wave: Wave
    rate: float
    scale: float
    values: Floats


@dataclass(frozen=True, slots=True)
class Recording:
    """What a file holds for us, and what in it was not understood."""

    starts: datetime | None
    tracks: tuple[Track, ...]
    strips: tuple[Strip, ...]
    skipped: tuple[str, ...]
    impossible: int  # values outside what a sensor can say, left out

    @property
    def seconds(self) -> float:
        """How long it is."""
        ends = [float(track.seconds[-1]) for track in self.tracks]
        ends += [len(strip.values) / strip.rate for strip in self.strips]
        return max(ends, default=0.0)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the caller says a column is."""

    vital: Vital
    unit: str


def meaning(text: str) -> tuple[str, Meaning]:
    """Read `COLUMN=vital:unit`, such as `cgm_mgdl=glucose:mg/dL`.

    Raises Misconfigured for an unknown vital sign or a unit that does not fit it.
    """
    column, equals, what = text.rpartition("=")
    name, _, unit = what.partition(":")
    vital = BY_NAME.get(name)
    if not equals or vital is None:
        raise Misconfigured(
            f"{text!r} is not COLUMN=vital:unit; vital is one of {', '.join(BY_NAME)}"
        )
    return column, Meaning(vital, _checked(vital, unit or _only_unit(vital, column)))


def understand(
    columns: Sequence[Column], meanings: Mapping[str, Meaning], starts: datetime | None
) -> Recording:
    """Turn columns into vital signs and waveforms.

    Raises Misconfigured where a meaning names a column that is not there, or a column's unit is
    needed and unknown; Unreadable where nothing in the file is understood.
    """
    if missing := sorted(meanings.keys() - {column.name for column in columns}):
        known = ", ".join(column.name for column in columns)
        raise Misconfigured(f"no column {', '.join(missing)}; the file has {known}")
    tracks: list[Track] = []
    strips: list[Strip] = []
    skipped: list[str] = []
    impossible = 0
    for column in columns:
        if (strip := _strip(column)) is not None and column.name not in meanings:
            strips.append(strip)
            continue
        what = meanings.get(column.name) or _known(column)
        if what is None:
            skipped.append(column.name)
            continue
        track, outside = _track(column, what)
        impossible += outside
        if len(track.values):
            tracks.append(track)
    if not tracks and not strips:
        raise Unreadable(f"nothing understood among the columns {', '.join(skipped)}; use --map")
    return Recording(starts, tuple(tracks), tuple(strips), tuple(skipped), impossible)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _known(column: Column) -> Meaning | None:
    name = VITAL_NAMES.get(_plain(column.name))
    if name is None:
        return None
    vital = BY_NAME[name]
    written = column.unit.strip()
    unit = UNITS.get(written.lower(), written)
    return Meaning(vital, _checked(vital, unit or _only_unit(vital, column.name)))


def _checked(vital: Vital, unit: str) -> str:
    if unit not in ACCEPTED[vital.name]:
        known = ", ".join(ACCEPTED[vital.name])
        raise Misconfigured(f"{vital.name} comes in {known}, not in {unit!r}")
    return unit


def _only_unit(vital: Vital, column: str) -> str:
    """The vital's unit where no other would change the number."""
    if any(in_own_unit(vital, 1.0, unit) != 1.0 for unit in ACCEPTED[vital.name]):
        known = " or ".join(ACCEPTED[vital.name])
        raise Misconfigured(f"column {column}: say --map {column}={vital.name}:UNIT, UNIT {known}")
    return vital.unit


def _track(column: Column, what: Meaning) -> tuple[Track, int]:
    own = np.array([in_own_unit(what.vital, value, what.unit) for value in column.values])
    there = np.isfinite(own)
    low, high = what.vital.possible
    sound = there & (own >= low) & (own <= high)
    order = np.argsort(column.seconds[sound], kind="stable")
    track = Track(what.vital, column.seconds[sound][order], own[sound][order])
    return track, int(there.sum() - sound.sum())


def _strip(column: Column) -> Strip | None:
    name = WAVE_NAMES.get(_plain(column.name))
    if name is None or column.rate is None or column.rate < WAVE_HZ_MIN:
        return None
    wave = WAVES[name]
    factor = MILLIVOLTS.get(column.unit.lower(), 1.0) if wave.unit == "mV" else 1.0
    values = column.values * factor
    largest = float(np.nanmax(np.abs(values))) if np.isfinite(values).any() else 0.0
    return Strip(wave, column.rate, max(largest, 1e-6) / INT16_STEPS, values)
