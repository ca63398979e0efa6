"""`homeward demo`: the platform with a ward and two homes that live by themselves."""

import shutil
from dataclasses import replace
from pathlib import Path

import click

from homeward.cli._reach import demo_folder
from homeward.cli.settings import effective
from homeward.cli.up import run_platform, web_address
from homeward.engines.folder import DataFolder
from homeward.model.errors import Conflict
from homeward.simulate import cast


@click.command("demo")
@click.option("--fresh", is_flag=True, help="Forget everything the demo recorded and start anew.")
def command(fresh: bool) -> None:
    """Run the platform with eight pretend patients on a ward and two at home. Ctrl-C stops it.

    Everything in it is invented. It lives in a folder of its own, beside the data folder.
    """
    settings, _ = effective()
    settings = replace(settings, data=demo_folder(settings.data), demo=True)
    if fresh:
        wipe(settings.data)
    click.echo("Demo: invented patients, not for care. Sign in as one of")
    for account in cast.ACCOUNTS:
        click.echo(f"  {account.login:<7} {account.name} ({account.role.value})")
    click.echo(f"with the password {cast.PASSWORD} at {web_address(settings)} once it is running.")
    run_platform(settings, extra=("demo",))


def wipe(data: Path) -> None:
    """Remove the demo's folder. Raises Conflict while a demo runs on it."""
    if not data.exists():
        return
    if DataFolder(data).is_held:
        raise Conflict(f"a demo still runs on {data}; stop it first")
    shutil.rmtree(data)
