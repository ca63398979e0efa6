"""Files of recordings: WFDB, EDF+, CSV and Parquet, each read into columns.

The readers of WFDB, EDF+ and Parquet come with `pip install homeward[recordings]` and are
imported only when such a file is opened.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from homeward.model.errors import Misconfigured, Unreadable
from homeward.simulate.recordings import Column, Floats, Meaning, Recording, understand

TIME_NAMES = ("time", "at", "timestamp", "datetime", "date", "seconds", "t")
Columns = tuple[list[Column], datetime | None]


def read(
    path: Path, meanings: Mapping[str, Meaning], only: Mapping[str, str] | None = None
) -> Recording:
    """Read a recording; `only` keeps the rows of a table where a column has this text.

    Raises Misconfigured where the format or a column is not known or a reader is not installed,
    Unreadable where the file is damaged or holds nothing for us.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None and path.with_suffix(".hea").exists():
        reader = _wfdb
    if reader is None:
        raise Misconfigured(f"{path.name}: not one of {', '.join(_READERS)}")
    if not path.exists() and not path.with_suffix(".hea").exists():
        raise Misconfigured(f"{path}: no such file")
    try:
        columns, starts = reader(path, only or {})
    except (ValueError, LookupError, TypeError, OSError, csv.Error) as error:
        raise Unreadable(f"{path.name}: {error}") from error
    return understand(columns, meanings, starts)


def _needed(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        name = module.partition(".")[0]
        raise Misconfigured(
            f"{name} is not installed; it comes with: pip install 'homeward[recordings]'"
        ) from None


def _wfdb(path: Path, _only: Mapping[str, str]) -> Columns:
    record = _needed("wfdb").rdrecord(str(path.with_suffix("")))
    if record.p_signal is None:
        raise Unreadable(f"{path.name}: a record without signals")
    rate = float(record.fs)
    seconds = np.arange(record.sig_len) / rate
    columns = [
        Column(name, unit or "", seconds, np.asarray(values, np.float64), rate)
        for name, unit, values in zip(record.sig_name, record.units, record.p_signal.T, strict=True)
    ]
    return columns, _with_zone(record.base_datetime)


def _edf(path: Path, _only: Mapping[str, str]) -> Columns:
    recording = _needed("edfio").read_edf(path)
    columns: list[Column] = []
    for signal in recording.signals:
        rate = float(signal.sampling_frequency)
        values = np.asarray(signal.data, np.float64)
        seconds = np.arange(len(values)) / rate
        columns.append(Column(signal.label, signal.physical_dimension, seconds, values, rate))
    try:
        starts = datetime.combine(recording.startdate, recording.starttime, UTC)
    except ValueError:  # EDF+ lets the date be withheld
        starts = None
    return columns, starts


def _csv(path: Path, only: Mapping[str, str]) -> Columns:
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    if len(rows) < 2:
        raise Unreadable(f"{path.name}: no rows under the header")
    names = [name.strip() for name in rows[0]]
    cells = [row for row in rows[1:] if len(row) == len(names)]
    table = {name: [row[place] for row in cells] for place, name in enumerate(names)}
    return _table(table, only)


def _parquet(path: Path, only: Mapping[str, str]) -> Columns:
    table = _needed("pyarrow.parquet").read_table(path)
    return _table({name: table[name].to_pylist() for name in table.column_names}, only)


def _table(table: Mapping[str, Sequence[Any]], only: Mapping[str, str]) -> Columns:
    """A table with one column of times, and a vital sign in each of some others."""
    for name, text in only.items():
        if name not in table:
            raise Misconfigured(f"no column {name}; the file has {', '.join(table)}")
        kept = [place for place, value in enumerate(table[name]) if str(value) == text]
        table = {each: [values[place] for place in kept] for each, values in table.items()}
    time = next((name for name in table if _time_name(name) in TIME_NAMES), None)
    if time is None:
        raise Misconfigured(f"no column of times ({', '.join(TIME_NAMES)})")
    seconds, starts = _seconds(table[time])
    if not len(seconds):
        raise Unreadable("no rows")
    columns = [
        Column(*_unit_in_name(name), seconds, _numbers(values))
        for name, values in table.items()
        if name != time and name not in only
    ]
    return columns, starts


def _time_name(name: str) -> str:
    return name.partition("[")[0].strip().lower()


def _unit_in_name(name: str) -> tuple[str, str]:
    """`HR [bpm]` carries its unit along."""
    plain, bracket, unit = name.partition("[")
    return (plain.strip(), unit.rstrip("] ")) if bracket else (name, "")


def _seconds(values: Sequence[Any]) -> tuple[Floats, datetime | None]:
    """Times as seconds since the first: from numbers (seconds), ISO 8601 or timestamps."""
    if not values:
        return np.zeros(0), None
    try:
        numbers = np.array([float(value) for value in values])
    except (TypeError, ValueError):
        moments = [_moment(value) for value in values]
        first = min(moments)
        return np.array([(moment - first).total_seconds() for moment in moments]), first
    return numbers - numbers.min(), None


def _moment(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    return _with_zone(moment) or moment


def _with_zone(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)


def _numbers(values: Sequence[Any]) -> Floats:
    return np.array([_number(value) for value in values], np.float64)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


_READERS: Mapping[str, Callable[[Path, Mapping[str, str]], Columns]] = {
    ".hea": _wfdb,
    ".dat": _wfdb,
    ".edf": _edf,
    ".csv": _csv,
    ".parquet": _parquet,
}
