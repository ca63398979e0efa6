"""`homeward patient`: admit, move, discharge, and order the SpO2 scale."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from homeward.cli._reach import on_tools

if TYPE_CHECKING:
    from homeward.services.contract import Tools

_ward = click.option("--ward", required=True, help="The ward's or home-care team's name.")
_bed = click.option("--bed", required=True, help="As it is written at the bed, or Home.")


@click.group("patient")
def command() -> None:
    """Patients and their beds."""


@command.command("add")
@click.argument("record_number")
@click.option("--name", required=True)
@click.option("--born", required=True, type=click.DateTime(["%Y-%m-%d"]), help="YYYY-MM-DD")
@click.option("--sex", default="unknown", type=click.Choice(["female", "male", "other", "unknown"]))
@click.option("--account", help="Login of the patient's own account, for the patient's page.")
@_ward
@_bed
def add(
    record_number: str,
    name: str,
    born: datetime,
    sex: str,
    account: str | None,
    ward: str,
    bed: str,
) -> None:
    """Admit a patient to a bed."""

    async def act(tools: "Tools") -> None:
        from homeward.cli._acted import Action, acted
        from homeward.services.people import admission

        who = admission.NewPatient(record_number, name, born.date(), sex, account)
        async with acted(tools, Action.CREATE, record_number, "patient add") as door:
            await admission.admit(door, who, ward, bed, tools.now())
        click.echo(f"{record_number} is in {ward}, {bed}.")

    on_tools("patient", act)


@command.command("move")
@click.argument("record_number")
@_ward
@_bed
def move(record_number: str, ward: str, bed: str) -> None:
    """Move a patient; what they wear goes with them."""

    async def act(tools: "Tools") -> None:
        from homeward.cli._acted import Action, acted
        from homeward.services.people import admission

        async with acted(tools, Action.UPDATE, record_number, "patient move") as door:
            await admission.move(door, record_number, ward, bed, tools.now())
        click.echo(f"{record_number} is in {ward}, {bed}.")

    on_tools("patient", act)


@command.command("discharge")
@click.argument("record_number")
def discharge(record_number: str) -> None:
    """A patient leaves their bed; take their devices off too (homeward device bind)."""

    async def act(tools: "Tools") -> None:
        from homeward.cli._acted import Action, acted
        from homeward.services.people import admission

        async with acted(tools, Action.UPDATE, record_number, "patient discharge") as door:
            await admission.discharge(door, record_number, tools.now())
        click.echo(f"{record_number} has left.")

    on_tools("patient", act)


@command.command("pregnancy")
@click.argument("record_number")
@click.option("--not", "is_not", is_flag=True, help="Not pregnant, or not any more.")
@click.option("--born", type=click.DateTime(["%Y-%m-%d"]), help="The day the child was born.")
@click.option("--reason", required=True, help="How it is known, in a few words.")
@click.option("--by", required=True, help="Login of the nurse or doctor who says so.")
def pregnancy(
    record_number: str, is_not: bool, born: datetime | None, reason: str, by: str
) -> None:
    """Record a pregnancy, or a birth; until 42 days after it the obstetric score is used."""
    if is_not and born is not None:
        raise click.UsageError("--not and --born contradict each other; leave one out")

    async def act(tools: "Tools") -> None:
        from homeward.cli._acted import Action, acted
        from homeward.services.people import admission

        said = admission.Pregnancy(not is_not, reason, None if born is None else born.date())
        async with acted(tools, Action.UPDATE, record_number, "patient pregnancy") as door:
            await admission.note_pregnancy(door, record_number, said, by, tools.now())
        words = "not pregnant" if is_not else "pregnant" if born is None else "gave birth"
        click.echo(f"{record_number}: {words}, by {by}.")

    on_tools("patient", act)


@command.command("scale")
@click.argument("record_number")
@click.argument("scale", type=click.Choice(["1", "2"]))
@click.option("--by", required=True, help="Login of the doctor who decided it.")
def scale(record_number: str, scale: str, by: str) -> None:
    """Order the NEWS2 SpO2 scale of a patient; 2 is for a target of 88-92 % (RCP 2017)."""

    async def act(tools: "Tools") -> None:
        from homeward.cli._acted import Action, acted
        from homeward.services.people import admission

        async with acted(tools, Action.UPDATE, record_number, "patient scale") as door:
            await admission.order_scale(door, record_number, int(scale), by)
        click.echo(f"{record_number}: SpO2 scale {scale}, by {by}.")

    on_tools("patient", act)


@command.command("erase")
@click.argument("record_number")
@click.option("--yes", is_flag=True, help="Do it; else: say what it would do.")
def erase(record_number: str, yes: bool) -> None:
    """Erase who a patient is, for good; what was measured stays, as the law asks, without a name.

    Without --yes it says what would be destroyed, what is kept and until when.
    """

    async def act(tools: "Tools") -> None:
        from homeward.cli._erasing import erased, would_erase

        await (erased if yes else would_erase)(tools, record_number)

    on_tools("patient", act)
