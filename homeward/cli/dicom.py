"""`homeward dicom`: pictures without who they are of."""

import os
from pathlib import Path

import click

from homeward.model.errors import Conflict


@click.group("dicom")
def command() -> None:
    """DICOM files."""


@command.command("deidentify")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path),
              help="A folder that is not there yet, or empty.")  # fmt: skip
@click.option("--looked-at", is_flag=True,
              help="Somebody looked that no name is written in the pictures.")  # fmt: skip
def deidentify(source: Path, folder: Path, looked_at: bool) -> None:
    """Take identity out of a file, or all of a folder (PS3.15 Annex E, Basic Profile).

    Needs pip install 'homeward[dicom]', and no running installation.
    """
    from homeward.services.release import dicom

    if folder.exists() and any(folder.iterdir()):
        raise Conflict(
            f"{folder} is not empty: pictures without identity have a folder of their own"
        )
    os.umask(0o077)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    done = dicom.deidentify(source, folder, is_looked_at=looked_at)
    left = f"; {len(done.left_out)} are no DICOM and were left out" if done.left_out else ""
    click.echo(f"{done.files} files are in {folder}{left}.")
