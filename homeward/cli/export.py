"""`homeward export`: a patient's readings and waveforms as files for other programs."""

import getpass
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from homeward.cli._deidentified import deidentified
from homeward.cli._reach import on_tools
from homeward.model.errors import Conflict, Misconfigured

if TYPE_CHECKING:
    from homeward.services.contract import Tools
    from homeward.services.record.exporting.plan import Plan, Written

CURVES = ("edf", "wfdb")
FORMATS = ("csv", "parquet", *CURVES)


@click.command("export")
@click.argument("record_numbers", metavar="[RECORD_NUMBER]...", nargs=-1)
@click.option("--from", "start", help="ISO 8601 with a zone; left out: from the first reading.")
@click.option("--to", "end", help="ISO 8601 with a zone, not included; left out: to the last.")
@click.option("--vitals", is_flag=False, flag_value="all", metavar="[NAME,NAME]",
              help="Vital signs: these, or all where none is named.")  # fmt: skip
@click.option("--waves", is_flag=False, flag_value="all", metavar="[NAME,NAME]",
              help="Waveforms: these, or all where none is named.")  # fmt: skip
@click.option("--format", "form", default="csv", show_default=True, type=click.Choice(FORMATS))
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path),
              help="A folder that is not there yet, or empty.")  # fmt: skip
@click.option("--deidentify", "method", type=click.Choice(["safe-harbor", "shifted"]),
              help="Of these patients, or all: without who they are, as CSV.")  # fmt: skip
@click.option("--without-consent", "unasked", is_flag=True,
              help="With --deidentify: also of whoever did not agree to research.")  # fmt: skip
@click.option("--identified", is_flag=True, help="Write who it is, too: number, name, birth date.")
def command(
    record_numbers: tuple[str, ...], start: str | None, end: str | None, vitals: str | None,
    waves: str | None, form: str, folder: Path, method: str | None, unasked: bool,
    identified: bool,
) -> None:  # fmt: skip
    """Write the record of a patient to files: CSV, Parquet, EDF+ or WFDB.

    With --deidentify, of many patients, or of all who agreed to research: CSV without who they are.
    EDF+ and WFDB hold waveforms; they and Parquet need pip install 'homeward[recordings]'.
    """
    if method is not None:
        if identified or start or end or vitals or waves or form != "csv":
            raise click.UsageError("--deidentify takes patients and --out, and nothing else")
        _prepare(folder)
        click.echo(deidentified(record_numbers, method, folder, is_agreed=not unasked))
        return
    if unasked:
        raise click.UsageError("--without-consent is for --deidentify")
    if len(record_numbers) != 1:
        raise click.UsageError("name one patient by record number")
    (record_number,) = record_numbers
    vitals_of, waves_of = _wanted(form, vitals, waves)
    span = (_time("--from", start), _time("--to", end))
    _prepare(folder)

    async def act(tools: "Tools") -> "Written":
        from homeward.cli._acted import Action, owed
        from homeward.services.record.exporting.plan import Plan, note_access, patient_of
        from homeward.services.release.accounting import disclose

        door = tools.store.door()
        owed(tools, door, Action.READ, record_number, "export")
        patient = await patient_of(door, record_number)
        first, last = await _span(tools, patient.id, *span)
        plan = Plan(patient, first, last, vitals_of, waves_of, folder, identified)
        note_access(plan, form, getpass.getuser())
        said = ("The operator of the server", f"Readings and waveforms, as {form}", "An export")
        await disclose(door, patient.id, *said, "terminal", tools.now())
        return await _write(tools, plan, form)

    click.echo(on_tools("export", act).summary())


async def _write(tools: "Tools", plan: "Plan", form: str) -> "Written":
    from homeward.services.record.exporting.curves import write_curves
    from homeward.services.record.exporting.tables import write_tables

    write = write_curves if form in CURVES else write_tables
    columns = (BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("export", total=plan.end_us - plan.start_us)

        def told(until_us: int) -> None:
            progress.update(task, completed=until_us - plan.start_us)

        return await write(tools.store.door(), plan, form, told)


async def _span(
    tools: "Tools", patient: int, start: datetime | None, end: datetime | None
) -> tuple[int, int]:
    from homeward.services.record.exporting.plan import extent_of
    from homeward.store.chunks import micros

    now_us = micros(tools.now())
    first_us, last_us = await extent_of(tools.store.door(), patient, now_us)
    start_us = micros(start) if start else first_us
    end_us = micros(end) if end else last_us + 1
    if start and end and start_us >= end_us:
        raise Misconfigured("--from is not before --to")
    return start_us, max(start_us, end_us)


def _wanted(
    form: str, vitals: str | None, waves: str | None
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Vitals and waves by index. Raises Misconfigured for a name, or a form, that cannot be."""
    from homeward.model.vital import BY_NAME
    from homeward.model.wave import BY_NAME as WAVES

    if form in CURVES and vitals is not None:
        raise Misconfigured(
            f"{form} holds what is evenly sampled: --waves; write vital signs as csv or parquet"
        )
    if vitals is None and waves is None:
        vitals, waves = (None if form in CURVES else "all"), "all"
    return _indexes(vitals, BY_NAME, "vital sign"), _indexes(waves, WAVES, "waveform")


def _indexes(words: str | None, known: Mapping[str, Any], kind: str) -> tuple[int, ...]:
    if words is None:
        return ()
    names = list(known) if words == "all" else [word.strip() for word in words.split(",")]
    if wrong := [name for name in names if name not in known]:
        raise Misconfigured(f"{wrong[0]!r} is no {kind}; there are {', '.join(known)}")
    return tuple(known[name].index for name in names)


def _time(option: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise Misconfigured(f"{option} {text!r} is not a time such as 2026-03-01T08:00Z") from None
    if time.tzinfo is None:
        raise Misconfigured(f"{option} {text} has no zone; write {text}Z for UTC")
    return time


def _prepare(folder: Path) -> None:
    """The folder, closed to everybody else. Raises Conflict where something is in it."""
    if folder.exists() and any(folder.iterdir()):
        raise Conflict(f"{folder} is not empty: an export has a folder of its own")
    os.umask(0o077)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
