"""CSV (RFC 4180) and Parquet: a row a sample, with its unit and where it comes from."""

import asyncio
import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np

from homeward.model.vital import BY_INDEX
from homeward.model.wave import BY_INDEX as WAVES
from homeward.services.record.exporting.gather import (
    breaks,
    device_names,
    silences,
    vital_days,
    wave_hours,
)
from homeward.services.record.exporting.plan import Plan, Written
from homeward.store import Door
from homeward.store.cold_files import Writer, times_of, vital_columns, wave_columns
from homeward.store.packed import Array, WaveStretch

VITAL_COLUMNS = ("time", "vital", "value", "unit", "device", "received")
WAVE_COLUMNS = ("time", "wave", "value", "unit", "sample", "scale", "rate", "device")
Told = Callable[[int], None]
Names = Mapping[int, str]


class Table(Protocol):
    """A file of one kind being written."""

    def readings(self, found: Mapping[int, Array], names: Names) -> None:
        """Write the readings of a piece of the span, by vital."""
        ...

    def stretches(self, found: Sequence[WaveStretch], names: Names) -> None:
        """Write the waveforms of a piece of the span."""
        ...


async def write_tables(door: Door, plan: Plan, form: str, told: Told) -> Written:
    """Write `vitals.csv` and `waves.csv`, or `.parquet`; `told` hears up to when it has come."""
    written, names = Written(), await device_names(door)
    if plan.vitals:
        with _table(plan, form, "vitals") as table:
            last: dict[int, int] = {}
            async for until, found in vital_days(door, plan):
                await asyncio.to_thread(table.readings, found, names)
                for vital, rows in found.items():
                    stale_us = BY_INDEX[vital].stale_seconds * 1_000_000
                    written.gaps += silences(rows, stale_us, last.get(vital))
                    last[vital] = int(rows["at"][-1])
                    written.readings += len(rows)
                    written.saw(int(rows["at"][0]), last[vital])
                told(until)
        _keep_if(written, plan, f"vitals.{form}", written.readings)
    if plan.waves:
        with _table(plan, form, "waves") as table:
            ends: dict[tuple[int, int], int] = {}
            async for until, stretches in wave_hours(door, plan):
                await asyncio.to_thread(table.stretches, stretches, names)
                written.gaps += breaks(stretches, ends)
                for each in stretches:
                    written.samples += len(each.samples)
                    written.saw(each.start, each.end)
                told(until)
        _keep_if(written, plan, f"waves.{form}", written.samples)
    return written


def _keep_if(written: Written, plan: Plan, name: str, rows: int) -> None:
    if rows:
        written.files.append(name)
    else:
        (plan.folder / name).unlink()


@contextmanager
def _table(plan: Plan, form: str, kind: str) -> Iterator[Table]:
    place = plan.folder / f"{kind}.{form}"
    if form == "parquet":
        writer = Writer(place, kind, extra="recordings")
        yield _Parquet(writer, plan.patient.id if plan.is_identified else None)
        writer.close()
        return
    with place.open("w", newline="", encoding="utf-8") as file:
        own = ("record_number",) if plan.is_identified else ()
        rows = csv.writer(file)
        rows.writerow(own + (VITAL_COLUMNS if kind == "vitals" else WAVE_COLUMNS))
        yield _Csv(rows, (plan.patient.record_number,) if plan.is_identified else ())


class _Csv:
    def __init__(self, file: Any, own: tuple[str, ...]) -> None:
        self._file = file
        self._own = own

    def readings(self, found: Mapping[int, Array], names: Names) -> None:
        """In order of time."""
        if not found:
            return
        rows = np.concatenate(list(found.values()))
        rows = rows[np.argsort(rows["at"], kind="stable")]
        columns = zip(
            iso(rows["at"]), rows["vital"].tolist(), rows["value"].tolist(),
            rows["device"].tolist(), iso(rows["received"]), strict=True,
        )  # fmt: skip
        for at, index, value, device, received in columns:
            vital, name = BY_INDEX[index], names.get(device, "")
            self._file.writerow(
                (*self._own, at, vital.name, repr(value), vital.unit, name, received)
            )

    def stretches(self, found: Sequence[WaveStretch], names: Names) -> None:
        """Waveform by waveform."""
        for each in found:
            wave, name = WAVES[each.wave], names.get(each.device, "")
            rest = (repr(each.scale), repr(each.rate), name)
            for at, sample in zip(iso(times_of(each)), each.samples.tolist(), strict=True):
                value = repr(sample * each.scale)
                self._file.writerow((*self._own, at, wave.name, value, wave.unit, sample, *rest))


class _Parquet:
    def __init__(self, writer: Writer, patient: int | None) -> None:
        self._writer = writer
        self._patient = patient

    def readings(self, found: Mapping[int, Array], names: Names) -> None:
        """A row group for each vital."""
        for rows in found.values():
            self._writer.add(vital_columns(self._patient, rows, names))

    def stretches(self, found: Sequence[WaveStretch], names: Names) -> None:
        """A row group for each stretch or so."""
        for each in found:
            self._writer.add(wave_columns(self._patient, [each], names))


def iso(us: Array) -> list[str]:
    """Times (us since 1970) as ISO 8601 in UTC, to the microsecond."""
    times = us.astype("datetime64[us]")
    return np.datetime_as_string(times, unit="us", timezone="UTC").tolist()
