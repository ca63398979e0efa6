"""`homeward bus`: the accounts of our processes at a NATS of your own."""

import json

import click

from homeward.cli.settings import effective
from homeward.engines.folder import DataFolder
from homeward.engines.nats import users
from homeward.guard.subjects import PARTS


@click.group("bus")
def command() -> None:
    """What nats-server lets each process say and hear."""


@command.command("users")
def print_users() -> None:
    """Print the accounts of all processes, for the configuration of your own nats-server.

    Their passwords are kept in the data folder, `keys/nats-PROCESS.password`, and made where there
    are none: run it once, and copy the folder as certificates are copied. Who can read what this
    prints can speak as each of them.
    """
    settings, _ = effective()
    DataFolder(settings.data).make()
    lines = ",\n".join(f"  {json.dumps(each)}" for each in users(settings.data, tuple(PARTS)))
    click.echo(f'"authorization": {{"users": [\n{lines}\n]}}')
