"""What an erasure would do, and did, in a terminal."""

from typing import TYPE_CHECKING

import click

from homeward.cli._acted import Action, acted
from homeward.cli._rotating import rotate_now
from homeward.engines.wrapping_key import is_made_by_hand, wrapping
from homeward.services.people import erasing
from homeward.services.people.admission import patient_id

if TYPE_CHECKING:
    from homeward.services.contract import Tools


async def would_erase(tools: "Tools", record_number: str) -> None:
    """Say what it would do."""
    door = tools.store.door()
    _say(await erasing.look(door, await patient_id(door, record_number)), "would be destroyed")
    click.echo("Nothing was done. Do it with --yes; it cannot be undone.")


async def erased(tools: "Tools", record_number: str) -> None:
    """Do it, and destroy what opens the copies of the key that backups hold."""
    async with acted(tools, Action.UPDATE, record_number, "patient erase") as door:
        number = await patient_id(door, record_number)
    report = await erasing.carry_out(tools, tools.store.door(), number, None)
    _say(report, "destroyed")
    if is_made_by_hand(tools.settings) or len(wrapping(tools.settings).keys) > 1:
        click.secho("Backups open it until you change the wrapping key.", fg="yellow")
        return
    count, gone = await rotate_now(tools)
    click.echo(f"{count} keys of others are wrapped anew; {gone}.")
    click.echo("Save the keys anew, and erase every older file: homeward keys save FILE")


def _say(report: erasing.Report, verb: str) -> None:
    for name, texts in report.destroyed.items():
        click.echo(f"{verb:<20}{erasing.TOLD_PARTS.get(name, name)}: {texts}")
    for each in report.kept:
        click.echo(f"{'kept':<20}{each}")
    for each in report.elsewhere:
        click.echo(f"{'elsewhere':<20}{each}")
    for each in report.stands_in_the_way:
        click.secho(f"{'in the way':<20}{each}", fg="yellow")
