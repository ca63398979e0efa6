"""`homeward import`: what patients bring along as files becomes part of their record."""

import contextlib
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from homeward.cli._reach import on_tools

if TYPE_CHECKING:
    from homeward.services.contract import Tools
    from homeward.services.record.importing import DeviceOf

SOURCE = "command line"
KIND = "Apple Health"  # also in the questions of watch and chart, which pass it over
SINCE = datetime(2000, 1, 1, tzinfo=UTC)
_SPACE = uuid.UUID("2b0c6d1e-6f5e-4a57-9e0c-0b9a5d8e7c11")  # ours, for names of sources


@click.group("import")
def command() -> None:
    """Bring what a patient has as a file into their record."""


@command.command("apple-health")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--patient", "record_number", required=True, help="Record number of whose it is.")
def apple_health(file: Path, record_number: str) -> None:
    """Import Apple Health's export.zip, or the export.xml in it.

    Each source in it (a watch, a cuff) becomes a device of the patient's own. Nothing of it raises
    an alarm. Killed, it goes on where it was when it is started again.
    """

    async def act(tools: "Tools") -> None:
        from homeward.cli._acted import Action, owed
        from homeward.cli.device import _patient

        patient = await _patient(tools, record_number)
        door = tools.store.door()
        owed(tools, door, Action.CREATE, record_number, "import apple-health")
        await door.settle()
        await imported(tools, file, patient)

    on_tools("import", act)


@command.command("implant-report")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--patient", "record_number", required=True, help="Record number of whose it is.")
def implant_report(file: Path, record_number: str) -> None:
    """Import a report of an implanted device: HL7 ORU^R01, as IHE PCD-09 or a maker writes it."""

    message = file.read_bytes()

    async def act(tools: "Tools") -> None:
        from homeward.cli._acted import Action, owed
        from homeward.cli.device import _patient
        from homeward.services.phones.implants import keep
        from homeward.standards.idco import alerts

        patient = await _patient(tools, record_number)
        door = tools.store.door()
        owed(tools, door, Action.CREATE, record_number, "import implant-report")
        report, is_new = await keep(door, patient, message, tools.now())
        click.echo(f"{len(report.items)} observations{'' if is_new else ', there already'}.")
        count = sum(1 for _ in alerts(report))
        if count:
            click.echo(f"  {count} of them somebody should look at")
        if report.patient not in ("", record_number):
            click.echo("  the report calls the patient by another number; you said whose it is")

    on_tools("import", act)


async def imported(tools: "Tools", file: Path, patient: int) -> None:
    """Import a file, telling how far it has come. Raises Unreadable, Unreachable."""
    from homeward.cli._apple_file import opened
    from homeward.services.record.importing import BATCH, Importing
    from homeward.standards.apple_health import Counted, Entry, Reader

    latest = round(tools.now().timestamp() * 1e6)
    with opened(file) as export, _bar() as bar:
        task = bar.add_task(f"importing {file.name}", total=export.size)
        async with Importing.open(tools, patient, export.name, _devices(tools, patient)) as to:
            reader = Reader(latest, to.run.entries)
            waiting: list[Entry | Counted] = []
            for chunk in export.chunks():
                waiting += reader.feed(chunk)
                if len(waiting) >= BATCH:
                    await to.take(waiting, reader.number)
                    waiting = []
                bar.update(task, advance=len(chunk))
            waiting += reader.feed(b"", ends=True)
            await to.take(waiting, reader.number)
            await to.ends()
    click.echo(f"{to.run.readings:,} readings of {reader.number:,} entries are in the record.")
    if to.totals:
        click.echo(f"{to.totals:,} totals (steps and the like), each with its start and end.")
    for kind, count in sorted(reader.unreadable.items()):
        click.echo(f"  not read: {count:,} of {kind}")
    if reader.other:
        click.echo(f"  not kept: {reader.other.total():,} of {len(reader.other)} other kinds")


def _devices(tools: "Tools", patient: int) -> "DeviceOf":
    """Registers each source as a device of the patient's, once."""

    async def device_of(source: str) -> int:
        from homeward.model.errors import Conflict
        from homeward.services.fleet import fleet

        # Its name says nothing of what people call their telephones.
        name = f"apple-{patient}-{uuid.uuid5(_SPACE, f'{patient}|{source}').hex[:10]}"
        door = tools.store.door()
        with contextlib.suppress(Conflict):  # from a run before
            await fleet.add(door, tools.bus, name, KIND, tools.now())
        await fleet.bind(door, tools.bus, name, patient, SOURCE, tools.now(), SINCE)
        return (await fleet.find(door, name)).id

    return device_of


def _bar() -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
