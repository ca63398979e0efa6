"""`homeward authority`: who vouches for devices and servers, and the root's key in its safe."""

from datetime import UTC, datetime
from pathlib import Path

import click

from homeward.cli.settings import effective
from homeward.engines.folder import DataFolder

_passphrase = click.option(
    "--passphrase",
    prompt=True,
    hide_input=True,
    help="Of the root's key; asked for when left out, so that it stays out of the shell's history.",
)
_place = click.argument("place", type=click.Path(file_okay=False, path_type=Path))


@click.group("authority")
def command() -> None:
    """The installation's own authority: its root, and its issuers for devices and for servers."""


@command.command("show")
def show() -> None:
    """Say which certificates there are, for how long, and whose keys are on this machine."""
    from homeward.engines.certificates import days_left

    folder = _folder()
    for name, days in days_left(folder, datetime.now(UTC)).items():
        where = "key here" if (folder / f"{name}.key").exists() else "key not on this machine"
        click.echo(f"{name:<11} {days:>6.0f} days  {where}")


@command.command("root")
@_place
@click.password_option(
    "--passphrase", help="Of the root's key, 12 characters or more; asked for when left out."
)
def root(place: Path, passphrase: str) -> None:
    """Move the root's key to PLACE, a disk that goes into a safe, encrypted with a passphrase.

    Everything goes on without it. Before the first start it is made there, and never was here.
    """
    from homeward.engines.ceremony import move_root

    moved = move_root(_folder(), place, passphrase, datetime.now(UTC))
    click.echo(f"The root's key is in {place}, and no longer on this machine.")
    click.echo(f"The root is good until {moved.certificate.not_valid_after_utc:%Y-%m-%d}.")
    click.echo("Make a second copy, take both away, and write the passphrase down elsewhere.")


@command.command("issuer")
@click.argument("kind", type=click.Choice(["devices", "servers"]))
@_place
@_passphrase
def issuer(kind: str, place: Path, passphrase: str) -> None:
    """Make a new issuer for devices or for servers, with the root's key in PLACE.

    Certificates of the one before stay good until they end. Doors believe in the new one when they
    are started next.
    """
    from homeward.engines.ceremony import issue

    made = issue(_folder(), place, passphrase, f"{kind}-ca", datetime.now(UTC))
    until = made.certificate.not_valid_after_utc
    click.echo(f"A new issuer for {kind} is in use, good until {until:%Y-%m-%d}.")
    click.echo("Start the doors again now, one after the other.")


def _folder() -> Path:
    settings, _ = effective()
    data = DataFolder(settings.data)
    data.make()
    return data.certificates
