"""The files of the cold store: Parquet that any reader reads, a row a sample.

A row group holds one vital, or one waveform, of one patient; times in it rise. Columns of vitals:
patient and device by number, the device's name, vital, unit (UCUM), time, value, and when it was
received (UTC). Of waveforms: wave, unit, time, `sample` (a sample times `scale` is in the unit),
rate in Hz, and `stretch`: when the unbroken stretch began that the sample is of. Compressed with
zstd; each page has a checksum, which is checked when it is read.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from homeward.model.errors import HomewardError, Unreadable
from homeward.model.vital import BY_INDEX, BY_NAME
from homeward.model.wave import BY_INDEX as WAVES
from homeward.model.wave import BY_NAME as WAVE_BY_NAME
from homeward.store.cold import ColdAway, needed
from homeward.store.packed import SAMPLES, Array, WaveStretch

EXTRA = "cold"
LEVEL = 6
ABOUT = {
    "vitals": "Homeward: vital signs, a row a reading; patient and device are Homeward's numbers",
    "waves": "Homeward: waveforms, a row a sample; sample * scale is in the unit",
}
_PLAIN = ("time", "received", "value", "sample")


def schema(kind: str) -> Any:
    """The columns of a file of this kind: vitals or waves."""
    pa = needed("pyarrow", EXTRA)
    moment, word = pa.timestamp("us", "UTC"), pa.dictionary(pa.int32(), pa.string())
    columns = [("patient", pa.int64()), ("device_id", pa.int64()), ("device", word)]
    if kind == "vitals":
        columns += [("vital", word), ("unit", word), ("time", moment)]
        columns += [("value", pa.float64()), ("received", moment)]
    else:
        columns += [("wave", word), ("unit", word), ("time", moment), ("sample", pa.int16())]
        columns += [("scale", pa.float32()), ("rate", pa.float32()), ("stretch", moment)]
    return pa.schema(columns, metadata={"about": ABOUT[kind]})


class Writer:
    """Writes one file, a row group at a time."""

    def __init__(self, place: Path | str, kind: str, extra: str = EXTRA) -> None:
        parquet = needed("pyarrow.parquet", extra)
        self._schema = schema(kind)
        names = [name for name in self._schema.names if name not in _PLAIN]
        times = [name for name in ("time", "received") if name in self._schema.names]
        self._file = parquet.ParquetWriter(
            place,
            self._schema,
            compression="zstd",
            compression_level=LEVEL,
            use_dictionary=names,
            column_encoding=dict.fromkeys(times, "DELTA_BINARY_PACKED"),
            write_page_checksum=True,
        )
        self.groups = 0
        self.rows = 0

    def add(self, columns: Mapping[str, Any]) -> int:
        """Write a row group; its number."""
        pa = needed("pyarrow", EXTRA)
        table = pa.table(
            [_column(pa, columns[field.name], field.type) for field in self._schema],
            schema=self._schema,
        )
        self._file.write_table(table, row_group_size=max(1, len(table)))
        self.groups += 1
        self.rows += len(table)
        return self.groups - 1

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def _column(pa: Any, values: Any, kind: Any) -> Any:
    if pa.types.is_dictionary(kind):
        places, words = values
        return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), pa.array(words))
    return values if isinstance(values, pa.Array) else pa.array(values, kind)


def vital_columns(patient: int | None, rows: Array, names: Mapping[int, str]) -> dict[str, Any]:
    """Readings of one vital as columns; `names` are the devices'."""
    devices, places = np.unique(rows["device"], return_inverse=True)
    vital = BY_INDEX[int(rows["vital"][0])]
    return {
        "patient": _same(patient, len(rows)),
        "device_id": rows["device"].copy(),
        "device": (places, [names.get(each, "") for each in devices.tolist()]),
        "vital": _word(vital.name, len(rows)),
        "unit": _word(vital.unit, len(rows)),
        "time": rows["at"].copy(),
        "value": rows["value"].copy(),
        "received": rows["received"].copy(),
    }


def wave_columns(
    patient: int | None, stretches: Sequence[WaveStretch], names: Mapping[int, str]
) -> dict[str, Any]:
    """Stretches of one waveform of one device as columns."""
    counts = [len(each.samples) for each in stretches]
    wave, device = WAVES[stretches[0].wave], stretches[0].device

    def each(values: Iterable[float], kind: Any) -> Array:
        return np.repeat(np.array(list(values), kind), counts)

    return {
        "patient": _same(patient, sum(counts)),
        "device_id": _same(device, sum(counts)),
        "device": _word(names.get(device, ""), sum(counts)),
        "wave": _word(wave.name, sum(counts)),
        "unit": _word(wave.unit, sum(counts)),
        "time": np.concatenate([times_of(stretch) for stretch in stretches]),
        "sample": np.concatenate([stretch.samples for stretch in stretches]),
        "scale": each((stretch.scale for stretch in stretches), np.float32),
        "rate": each((stretch.rate for stretch in stretches), np.float32),
        "stretch": each((stretch.start for stretch in stretches), np.int64),
    }


def times_of(stretch: WaveStretch) -> Array:
    """When each sample was measured, us since 1970."""
    steps = np.arange(len(stretch.samples)) * (1e6 / stretch.rate)
    return stretch.start + np.rint(steps).astype(np.int64)


def _same(value: int | None, count: int) -> Any:
    pa = needed("pyarrow", EXTRA)
    return pa.nulls(count, pa.int64()) if value is None else pa.array(np.full(count, value))


def _word(word: str, count: int) -> tuple[Array, list[str]]:
    return np.zeros(count, np.int32), [word]


@dataclass(frozen=True, slots=True)
class Reader:
    """A file being read."""

    file: Any

    def samples(self, groups: Collection[int]) -> Array:
        """The readings of these row groups, as rows of SAMPLES."""
        names = ["device_id", "vital", "time", "value", "received"]
        table = self._groups(groups, names)
        rows = np.empty(len(table), SAMPLES)
        rows["device"], rows["value"] = _numbers(table, "device_id"), _numbers(table, "value")
        rows["at"], rows["received"] = _numbers(table, "time"), _numbers(table, "received")
        rows["vital"] = _indexed(table["vital"], BY_NAME)
        return rows

    def stretches(self, groups: Collection[int]) -> list[WaveStretch]:
        """The stretches of these row groups."""
        names = ["device_id", "wave", "sample", "scale", "rate", "stretch"]
        table = self._groups(groups, names)
        columns = [_numbers(table, name) for name in ("device_id", "stretch", "scale", "rate")]
        columns.append(_indexed(table["wave"], WAVE_BY_NAME))
        is_first = np.zeros(len(table), bool)
        is_first[:1] = True
        for column in columns:
            is_first[1:] |= column[1:] != column[:-1]
        firsts = np.flatnonzero(is_first).tolist()
        samples = _numbers(table, "sample")
        device, start, scale, rate, wave = (column[firsts].tolist() for column in columns)
        ends = [*firsts[1:], len(samples)]
        return [
            WaveStretch(wave[n], device[n], start[n], rate[n], scale[n], samples[first:end])
            for n, (first, end) in enumerate(zip(firsts, ends, strict=True))
        ]

    def _groups(self, groups: Collection[int], names: list[str]) -> Any:
        try:
            return self.file.read_row_groups(sorted(groups), columns=names, use_threads=False)
        except (OSError, ValueError, IndexError) as error:
            raise _trouble(error) from error


@contextmanager
def reading(source: Any) -> Any:
    """Read an open file. Raises Unreadable for one that is damaged."""
    parquet = needed("pyarrow.parquet", EXTRA)
    try:
        file = parquet.ParquetFile(source, page_checksum_verification=True)
    except (OSError, ValueError) as error:
        raise _trouble(error) from error
    with file:
        yield Reader(file)


def _trouble(error: Exception) -> HomewardError:
    """Arrow raises OSError for both: a store that does not answer, and a page that is damaged."""
    is_away = isinstance(error, OSError) and (error.errno is not None or "AWS Error" in str(error))
    if is_away:
        return ColdAway(f"the cold store: {error}")
    return Unreadable(f"a file of the cold store is damaged: {error}")


def _numbers(table: Any, name: str) -> Array:
    column = table[name].combine_chunks()
    if name in ("time", "received", "stretch"):
        column = column.cast("int64")
    return column.to_numpy(zero_copy_only=False)


def _indexed(column: Any, names: Mapping[str, Any]) -> Array:
    """A column of names as the numbers of what they name."""
    words = column.unify_dictionaries().combine_chunks()
    indexes = np.array([names[word].index for word in words.dictionary.to_pylist()], np.int64)
    return indexes[words.indices.to_numpy(zero_copy_only=False)]
