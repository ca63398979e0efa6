"""`homeward ward`: wards, home-care teams, and whom they call."""

from typing import TYPE_CHECKING

import click

from homeward.cli._reach import on_tools
from homeward.model.errors import Unreadable
from homeward.model.person import Role

if TYPE_CHECKING:
    from homeward.services.contract import Tools


@click.group("ward")
def command() -> None:
    """Wards and home-care teams, and the people each calls."""


@command.command("add")
@click.argument("name")
@click.option("--home", is_flag=True, help="A home-care team: its patients are at home.")
def add(name: str, home: bool) -> None:
    """Add a ward."""

    async def act(tools: "Tools") -> None:
        from homeward.services.people import admission

        await admission.add_ward(tools.store.door(), name, is_home=home)
        click.echo(f"{name} is there. Say whom it calls: homeward ward chain {name!r} LOGIN ...")

    on_tools("ward", act)


@command.command("chain")
@click.argument("name")
@click.argument("steps", nargs=-1, required=True, metavar="LOGIN[=SECONDS]...")
def chain(name: str, steps: tuple[str, ...]) -> None:
    """Say who is called for a ward: first to last, each with how long to wait for an answer."""

    async def act(tools: "Tools") -> None:
        from homeward.services.call.chain import Target
        from homeward.services.call.standing import Aim, Step, set_chain
        from homeward.services.people import admission

        door = tools.store.door()
        ward = await admission.ward_id(door, name)
        called: list[Step] = []
        for step in steps:
            login, seconds = _step(step, tools.settings.answer_seconds)
            person = await admission.person_id(door, login, Role.NURSE, Role.DOCTOR)
            called.append(Step([Aim(Target.PERSON, person)], seconds))
        await set_chain(door, ward, called, tools.now(), "homeward ward chain")
        click.echo(f"{name} calls {', then '.join(steps)}, again and again until one answers.")

    on_tools("ward", act)


@command.command("telephone")
@click.argument("name")
@click.argument("number")
def telephone(name: str, number: str) -> None:
    """Say by which number a ward's relatives call it; '' for none."""

    async def act(tools: "Tools") -> None:
        from homeward.services.people import admission

        await admission.set_telephone(tools.store.door(), name, number, tools.now())
        told = f"are told to call {number}" if number else "are told no number any more"
        click.echo(f"Relatives of patients of {name} {told}.")

    on_tools("ward", act)


@command.command("list")
def list_wards() -> None:
    """List every ward, how full it is, and how many alarms are open."""

    async def act(tools: "Tools") -> None:
        from homeward.services.people.sign_in import Q
        from homeward.services.people.views import WardView

        for each in await tools.store.door().all(Q.wards, WardView):
            click.echo(f"{each.name}: {each.patients} patients, {each.open_alarms} open alarms")

    on_tools("ward", act)


def _step(text: str, usual_seconds: int) -> tuple[str, int]:
    login, _, seconds = text.partition("=")
    if seconds and (not seconds.isdigit() or int(seconds) == 0):
        raise Unreadable(f"{text}: write a step as LOGIN or LOGIN=SECONDS")
    return login, int(seconds or usual_seconds)
