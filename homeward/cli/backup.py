"""`homeward backup`: a backup of the whole running installation."""

from datetime import UTC, datetime
from pathlib import Path

import click

from homeward.cli._back_up import back_up, backup_folder
from homeward.cli._progress import Bar
from homeward.cli.settings import effective
from homeward.engines.folder import DataFolder
from homeward.model.errors import Misconfigured


@click.command("backup")
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--gentle", is_flag=True, help="Take minutes longer and disturb nobody.")
def command(folder: Path | None, gentle: bool) -> None:
    """Back up the running installation to FOLDER, or to the one in the settings.

    Database, keys, certificates and settings; it runs on meanwhile. The folder then holds
    patients' data and every key: keep it as closely as the installation itself.
    """
    settings, _ = effective()
    if folder is None and not settings.backup_folder:
        raise Misconfigured("say where to: homeward backup FOLDER, or set backup_folder")
    run = DataFolder(settings.data).running()
    vault = backup_folder(folder or Path(settings.backup_folder), settings.data)
    with Bar() as bar:
        base = back_up(settings, run.postgres_url, vault, bar.copying, gentle=gentle)
    click.echo(f"Backed up to {base.path}, as of {base.manifest.ended:%Y-%m-%d %H:%M:%S} UTC.")
    for outside in base.manifest.outside:
        click.secho(f"Not in it: {outside}.", fg="yellow")
    database = base.manifest.database
    if database is not None and database.tables is None:
        click.secho("The record was too busy to note what its tables held.", fg="yellow")
    if folder is None or vault.path == Path(settings.backup_folder).absolute():
        for name in vault.prune(datetime.now(UTC), settings.backup_days):
            click.echo(f"Removed {name}, older than {settings.backup_days} days.")
    click.echo(f"Prove it: homeward restore --verify {vault.path}")
