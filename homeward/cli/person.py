"""`homeward person`: accounts of the people who work here, and of patients."""

from typing import TYPE_CHECKING

import click

from homeward.cli._reach import on_tools
from homeward.model.person import Role

if TYPE_CHECKING:
    from homeward.services.contract import Tools
    from homeward.store import Door

_password = click.option(
    "--password",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="Asked for when left out, so that it stays out of the shell's history.",
)


@click.group("person")
def command() -> None:
    """Accounts: who may sign in, and as what."""


async def _owing(tools: "Tools", login: str, act: str) -> "Door":
    """A door with whose first change it is audited that the operator changed this account."""
    from homeward.cli._acted import Action, owed_of_account
    from homeward.services.people.admission import number_of

    door = tools.store.door()
    number = await number_of(door, login)
    owed_of_account(tools, door, Action.UPDATE, number, f"person {act}")
    return door


@command.command("add")
@click.argument("login")
@click.option("--name", required=True, help="As colleagues know them.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--ward", "wards", multiple=True, help="A ward they work on; may be repeated.")
@click.option("--every-ward", is_flag=True, help="They work on every ward there is or will be.")
@_password
def add(
    login: str, name: str, role: str, wards: tuple[str, ...], every_ward: bool, password: str
) -> None:
    """Make an account. Nurses and doctors see the patients of the wards they work on."""

    async def act(tools: "Tools") -> None:
        from homeward.cli._acted import Action, owed_of_account
        from homeward.services.people import admission, teams

        async with tools.store.door().transaction() as door:
            await admission.add_person(door, tools.settings, login, name, Role(role), password)
            number = await admission.number_of(door, login)
            owed_of_account(tools, door, Action.CREATE, number, "person add")
            for ward in (None,) if every_ward else wards:
                await teams.works_on(door, login, ward, tools.now())
        click.echo(f"{login} may sign in as {role}.")
        if role in teams.CARERS and not wards and not every_ward:
            click.echo(f"They see no patient yet. Next: homeward person works {login} --ward NAME")

    on_tools("person", act)


@command.command("works")
@click.argument("login")
@click.option("--ward", help="The ward they work on.")
@click.option("--every-ward", is_flag=True, help="Every ward there is or will be.")
@click.option("--no-more", is_flag=True, help="They do not work there any more.")
def works(login: str, ward: str | None, every_ward: bool, no_more: bool) -> None:
    """Say on which ward somebody works, whose patients they see."""
    if (ward is None) != every_ward:
        raise click.UsageError("Say --ward NAME or --every-ward.")

    async def act(tools: "Tools") -> None:
        from homeward.services.people import teams

        say = teams.works_no_more if no_more else teams.works_on
        door = await _owing(tools, login, "works")
        async with door.transaction() as inside:
            await say(inside, login, ward, tools.now())
        await teams.tell(tools.bus)
        where = ward or "every ward"
        click.echo(f"{login} works on {where} {'no more' if no_more else 'from now on'}.")

    on_tools("person", act)


@command.command("password")
@click.argument("login")
@_password
def change_password(login: str, password: str) -> None:
    """Set a new password; every session of theirs ends."""

    async def act(tools: "Tools") -> None:
        from homeward.services.people import admission

        door = await _owing(tools, login, "password")
        await admission.set_password(tools, login, password, door)
        click.echo(f"{login} has a new password and is signed out everywhere.")

    on_tools("person", act)


@command.command("disable")
@click.argument("login")
def disable(login: str) -> None:
    """Shut somebody out, at once and everywhere."""

    async def act(tools: "Tools") -> None:
        from homeward.services.people import admission

        await admission.disable(tools, login, await _owing(tools, login, "disable"))
        click.echo(f"{login} is shut out.")

    on_tools("person", act)


@command.command("role")
@click.argument("login")
@click.argument("role", type=click.Choice(["nurse", "doctor", "engineer", "administrator"]))
def change_role(login: str, role: str) -> None:
    """Change what somebody is here for; every session of theirs ends."""

    async def act(tools: "Tools") -> None:
        from homeward.services.people import admission

        await admission.set_role(tools, login, Role(role), await _owing(tools, login, "role"))
        click.echo(f"{login} is a {role} now, and is signed out everywhere.")

    on_tools("person", act)


@command.command("codes")
@click.argument("login")
def codes(login: str) -> None:
    """Give somebody one recovery code: for who lost their app, or must have one and has none.

    They sign in with it and their password. Codes they had before are good no more.
    """

    async def act(tools: "Tools") -> None:
        from homeward.services.people import admission, second_factor

        person = await admission.person_id(tools.store.door(), login)
        await (await _owing(tools, login, "codes")).settle()
        (code,) = await second_factor.new_codes(tools, person, 1)
        click.echo(f"Once, with the password of {login}: {code}")

    on_tools("person", act)


@command.command("connect")
@click.argument("login")
@click.argument("subject")
def connect(login: str, subject: str) -> None:
    """Connect an account to a subject (`sub`) of the hospital's own sign-in; "" for none."""

    async def act(tools: "Tools") -> None:
        from homeward.services.people import admission, outside

        person = await admission.person_id(tools.store.door(), login)
        await outside.connect(tools, await _owing(tools, login, "connect"), person, subject)
        click.echo(f"{login} is {subject or 'nobody'} there.")

    on_tools("person", act)


@command.command("list")
def list_people() -> None:
    """List every account."""

    async def act(tools: "Tools") -> None:
        from homeward.services.people import admission

        for each in await tools.store.door().all(admission.Q.people, admission.Account):
            state = ", disabled" if each.is_disabled else ""
            click.echo(f"{each.login:<16} {each.name} ({each.role}{state})")

    on_tools("person", act)


@command.command("reach")
@click.argument("login")
@click.option("--add", "added", nargs=2, metavar="WAY ADDRESS", help="A further way to reach them.")
@click.option("--test", "is_test", is_flag=True, help="Send a test by each way, and wait for it.")
def reach(login: str, added: tuple[str, str] | None, is_test: bool) -> None:
    """Show how somebody is reached away from the pages; add a way, or test them all.

    WAY is email, sms, voice or other (docs/guides/reaching-people.md); pushes are switched on in
    the browser itself.
    """

    async def act(tools: "Tools") -> None:
        from homeward.cli import _reaching
        from homeward.services.people import admission

        person = await admission.person_id(tools.store.door(), login)
        if added is not None:
            await _reaching.add(tools, person, *added)
        await _reaching.show(tools, person)
        if is_test:
            await _reaching.test(tools, person)

    on_tools("person", act)
