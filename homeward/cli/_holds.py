"""`homeward retention hold`, `release` and `holds`: records kept as they are, for the law."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from homeward.cli._reach import on_tools
from homeward.model.person import Role

if TYPE_CHECKING:
    from homeward.services.contract import Tools

_why = click.option("--why", required=True, help="In a few words; it is kept.")
_by = click.option("--by", required=True, help="Login of the administrator who decided it.")


@click.command("hold")
@click.argument("record_number")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="When it is looked at again.")
@_why
@_by
def hold(record_number: str, until: datetime | None, why: str, by: str) -> None:
    """Keep a patient's record as it is: nothing of it is deleted or erased."""

    async def act(tools: "Tools") -> None:
        from homeward.cli._acted import Action, acted
        from homeward.services.people import admission
        from homeward.services.record import holding
        from homeward.services.release.gather import patient_of

        async with acted(tools, Action.UPDATE, record_number, "retention hold") as door:
            patient = await patient_of(door, record_number)
            person = await admission.person_id(door, by, Role.ADMINISTRATOR)
            day = until.date() if until else None
            await holding.hold(door, patient, why, day, person, tools.now())
        click.echo(f"{record_number} is held, by {by}.")

    on_tools("retention", act)


@click.command("release")
@click.argument("record_number")
@_why
@_by
def release(record_number: str, why: str, by: str) -> None:
    """The hold on a record ends."""

    async def act(tools: "Tools") -> None:
        from homeward.cli._acted import Action, acted
        from homeward.services.people import admission
        from homeward.services.record import holding
        from homeward.services.release.gather import patient_of

        async with acted(tools, Action.UPDATE, record_number, "retention release") as door:
            patient = await patient_of(door, record_number)
            person = await admission.person_id(door, by, Role.ADMINISTRATOR)
            await holding.release(door, patient, why, person, tools.now())
        click.echo(f"{record_number} is held no more, by {by}.")

    on_tools("retention", act)


@click.command("holds")
def holds() -> None:
    """Every hold there is or was."""

    async def act(tools: "Tools") -> None:
        from homeward.services.record import holding

        for each in await holding.holds(tools.store.door()):
            until = f", looked at again on {each.until}" if each.until else ""
            ended = (
                f"; ended {each.ends:%F} by {each.ends_by}: {each.ends_why}" if each.ends else ""
            )
            since = f"held since {each.starts:%F} by {each.starts_by}"
            click.echo(f"{each.record_number} {since}: {each.why}{until}{ended}")

    on_tools("retention", act)
