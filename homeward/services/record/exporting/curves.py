"""EDF+ and WFDB: waveforms with the numbers the device sent, alarms and gaps beside them.

Files of up to FILE_HOURS of UTC each. EDF+: Kemp and Olivan 2003, as EDF+C with every gap filled
and annotated; a step's exact size is annotated too, since the header has eight characters for it.
WFDB: formats 16 or 24 of signal(5), gaps as invalid samples, a record a rate.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from homeward.model.errors import Unreadable
from homeward.model.wave import BY_INDEX
from homeward.services.record.exporting.gather import breaks, device_names, wave_hours
from homeward.services.record.exporting.grid import Note, Signal, gridded
from homeward.services.record.exporting.plan import Plan, Written
from homeward.services.record.exporting.tables import Told
from homeward.store import Door, queries
from homeward.store.chunks import moment
from homeward.store.cold import needed
from homeward.store.packed import WaveStretch

FILE_HOURS = 6
EXTRA = "recordings"
EDF_NUMBER_CHARS = 8
NOTE_CHARS_MAX = 200
INVALID_24 = -8_388_608
_SEXES = {"female": "F", "male": "M"}

sql = queries("homeward.services.record")
Names = Mapping[int, str]
Write = Callable[[Plan, Sequence[Signal], Sequence[Note], datetime, Names], list[str]]


async def write_curves(door: Door, plan: Plan, form: str, told: Told) -> Written:
    """Write the waveforms of a plan as EDF+ or WFDB; `told` hears up to when it has come.

    Raises Misconfigured without the library, Unreadable for what the format cannot hold.
    """
    needed("edfio" if form == "edf" else "wfdb", EXTRA)
    write = _write_edf if form == "edf" else _write_wfdb
    written, names = Written(), await device_names(door)
    ends: dict[tuple[int, int], int] = {}
    async for until, stretches in wave_hours(door, plan, FILE_HOURS):
        if stretches:
            start, end = min(each.start for each in stretches), max(each.end for each in stretches)
            alarms = await _alarms(door, plan, start, end)
            files = await asyncio.to_thread(
                _write_piece, write, plan, stretches, alarms, (start, end), names
            )
            written.files += files
            written.gaps += breaks(stretches, ends)
            written.samples += sum(len(each.samples) for each in stretches)
            written.saw(start, end)
        told(until)
    return written


async def _alarms(door: Door, plan: Plan, start_us: int, end_us: int) -> list[Note]:
    """Alarms that were on in a span; a condition that began before it from its start."""
    span = {"start": moment(start_us), "end": moment(end_us)}
    rows = await door.all(sql.alarms_between, dict, patient=plan.patient.id, **span)
    notes: list[Note] = []
    for row in rows:
        first, last = max(row["since"], start_us), min(row["ends"] or row["raised"], end_us)
        text = f"alarm, {row['priority']}: {row['text']}"[:NOTE_CHARS_MAX]
        notes.append(Note(first - start_us, max(0, last - first), text))
    return notes


def _write_piece(
    write: Write,
    plan: Plan,
    stretches: Sequence[WaveStretch],
    alarms: Sequence[Note],
    span_us: tuple[int, int],
    names: Names,
) -> list[str]:
    signals, notes = gridded(stretches, *span_us)
    notes = sorted([*notes, *alarms], key=lambda note: note.at_us)
    try:
        return write(plan, signals, notes, moment(span_us[0]), names)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"the format cannot hold these waveforms: {error}") from error


def _stem(start: datetime) -> str:
    return f"waves-{start.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _by_rate(signals: Sequence[Signal]) -> dict[float, list[Signal]]:
    found: dict[float, list[Signal]] = defaultdict(list)
    for each in signals:
        found[each.rate].append(each)
    return found


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()


# -- EDF+ --------------------------------------------------------------------------------------


def _write_edf(
    plan: Plan, signals: Sequence[Signal], notes: Sequence[Note], start: datetime, names: Names
) -> list[str]:
    """One file of all rates that make whole samples a second, and one of each other rate."""
    rates = _by_rate(signals)
    whole = [each for rate, mine in rates.items() if rate == round(rate) for each in mine]
    parts = [("", whole)] if whole else []
    parts += [(f"-{r:g}Hz", mine) for r, mine in rates.items() if r != round(r)]
    written: list[str] = []
    for suffix, mine in parts:
        name = f"{_stem(start)}{suffix}.edf"
        _edf(plan, mine, notes, start, names).write(plan.folder / name)
        written.append(name)
    return written


def _edf(
    plan: Plan, signals: Sequence[Signal], notes: Sequence[Note], start: datetime, names: Names
) -> Any:
    edfio = needed("edfio", EXTRA)
    seconds = min(len(each.samples) / each.rate for each in signals)
    annotations = [
        edfio.EdfAnnotation(note.at_us / 1e6, note.lasts_us / 1e6 or None, note.text)
        for note in notes
        if note.at_us / 1e6 <= seconds
    ]
    start = start.astimezone(UTC)
    return edfio.Edf(
        [_edf_signal(edfio, each, names) for each in signals],
        patient=_edf_patient(edfio, plan),
        recording=edfio.Recording(startdate=start.date()),
        starttime=start.time().replace(tzinfo=None),
        annotations=annotations,
    )


def _edf_signal(edfio: Any, signal: Signal, names: Names) -> Any:
    return edfio.EdfSignal.from_digital(
        signal.samples,
        signal.rate,
        label=signal.label[:16],
        transducer_type=_ascii(names.get(signal.device, ""))[:80],
        physical_dimension=BY_INDEX[signal.wave].unit,
        physical_range=(_short(-32_768 * signal.scale), _short(32_767 * signal.scale)),
        digital_range=(-32_768, 32_767),
    )


def _short(value: float) -> float:
    """The number nearest to it that eight characters can say."""
    for digits in range(EDF_NUMBER_CHARS, 0, -1):
        text = f"{value:.{digits}g}"
        if len(text) <= EDF_NUMBER_CHARS and "e" not in text:
            return float(text)
    raise ValueError(f"{value} does not fit in {EDF_NUMBER_CHARS} characters")


def _edf_patient(edfio: Any, plan: Plan) -> Any:
    if not plan.is_identified:
        return edfio.Patient()
    who = plan.patient
    return edfio.Patient(
        code=_ascii(who.record_number).replace(" ", "_"),
        sex=_SEXES.get(who.sex, "X"),
        birthdate=who.birth_date,
        name=_ascii(who.name).replace(" ", "_"),
    )


# -- WFDB --------------------------------------------------------------------------------------


def _write_wfdb(
    plan: Plan, signals: Sequence[Signal], notes: Sequence[Note], start: datetime, names: Names
) -> list[str]:
    """A record for each rate, its gaps as invalid samples, notes as annotations."""
    wfdb = needed("wfdb", EXTRA)
    written: list[str] = []
    for rate, mine in _by_rate(signals).items():
        record = f"{_stem(start)}-{rate:g}Hz".replace(".", "_")
        _wfdb_record(wfdb, plan, record, mine, start, names)
        written += [f"{record}.hea", f"{record}.dat"]
        wanted = [note for note in notes if round(note.at_us / 1e6 * rate) < len(mine[0].samples)]
        wfdb.wrann(
            record, "note",
            sample=np.array([round(note.at_us / 1e6 * rate) for note in wanted]),
            symbol=['"'] * len(wanted),
            aux_note=[_with_length(note) for note in wanted],
            fs=rate, write_dir=str(plan.folder),
        )  # fmt: skip
        written.append(f"{record}.note")
    return written


def _with_length(note: Note) -> str:
    lasts = f" ({timedelta(microseconds=note.lasts_us)})" if note.lasts_us else ""
    return _ascii(f"{note.text}{lasts}")


def _wfdb_record(
    wfdb: Any, plan: Plan, record: str, signals: Sequence[Signal], start: datetime, names: Names
) -> None:
    count = max(len(each.samples) for each in signals)
    # A device may send the number by which format 16 says that a sample is missing.
    is_wide = any((each.samples[each.is_there] == np.int16(-32_768)).any() for each in signals)
    invalid = INVALID_24 if is_wide else -32_768
    digital = np.full((count, len(signals)), invalid, np.int32)
    for place, each in enumerate(signals):
        digital[: len(each.samples), place][each.is_there] = each.samples[each.is_there]
    who = plan.patient
    own = [f"record number {_ascii(who.record_number)}"] if plan.is_identified else []
    wfdb.wrsamp(
        record,
        fs=signals[0].rate,
        units=[BY_INDEX[each.wave].unit for each in signals],
        sig_name=[each.label for each in signals],
        d_signal=digital,
        fmt=["24" if is_wide else "16"] * len(signals),
        adc_gain=[1 / each.scale for each in signals],
        baseline=[0] * len(signals),
        comments=[*own, *(f"{e.label}: {_ascii(names.get(e.device, ''))}" for e in signals)],
        base_datetime=start.astimezone(UTC).replace(tzinfo=None),
        write_dir=str(plan.folder),
    )
