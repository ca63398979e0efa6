"""`homeward patient export`: a patient's whole record, for who has a right to it."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from homeward.cli._reach import on_tools
from homeward.model.errors import Conflict

if TYPE_CHECKING:
    from homeward.services.contract import Tools
    from homeward.services.release.gather import Whose

FOR_WHOM = "The patient"
WHAT_FOR = "A copy for the patient"


@click.command("export")
@click.argument("record_number")
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path),
              help="A folder that is not there yet, or empty.")  # fmt: skip
@click.option("--for", "recipient", default=FOR_WHOM, show_default=True,
              help="Who gets it: it stands in the accounting of disclosures.")  # fmt: skip
@click.option("--purpose", default=WHAT_FOR, show_default=True, help="What for, in a few words.")
def export(record_number: str, folder: Path, recipient: str, purpose: str) -> None:
    """Write the whole record of a patient to files: FHIR R4, and a PDF to read."""
    if folder.exists() and any(folder.iterdir()):
        raise Conflict(f"{folder} is not empty: an export has a folder of its own")
    os.umask(0o077)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def act(tools: "Tools") -> int:
        from homeward.cli._acted import Action, acted
        from homeward.services.release.accounting import disclose
        from homeward.services.release.gather import patient_of, whose

        door, now = tools.store.door(), datetime.now(UTC)
        patient = await patient_of(door, record_number)
        async with acted(tools, Action.READ, record_number, "patient export") as told:
            what = "The whole record, as files"
            await disclose(told, patient, recipient, what, purpose, "terminal", now)
        return await _write(await whose(door, door, patient, now), folder)

    click.echo(f"{on_tools('patient-export', act)} files are in {folder}.")


async def _write(of: "Whose", folder: Path) -> int:
    from homeward.services.release.files import files

    names: set[str] = set()
    columns = (BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("export", total=of.end_us - of.start_us)

        def told(until_us: int) -> None:
            progress.update(task, completed=until_us - of.start_us)

        async for name, piece in files(of, told):
            names.add(name)
            with (folder / name).open("ab") as file:
                file.write(piece)
    return len(names)
