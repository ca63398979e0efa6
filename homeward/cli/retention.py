"""`homeward retention`: for how long what is kept, and who decided it."""

from typing import TYPE_CHECKING

import click

from homeward.cli._holds import hold, holds, release
from homeward.cli._reach import on_tools
from homeward.model.person import Role

if TYPE_CHECKING:
    from homeward.services.contract import Tools


KINDS = ["waves", "vitals", "rollups", "quarantine", "totals", "documents"]


@click.group("retention")
def command() -> None:
    """For how long waveforms, vital signs and all else are kept, and where."""


@command.command("show")
def show() -> None:
    """Show what is in force, and every decision."""

    async def act(tools: "Tools") -> None:
        from homeward.services.record import retention

        door = tools.store.door()
        for each in (await retention.in_force(door)).values():
            click.echo(f"{each.kind:<11}{_words(each.hot_days, each.kept_days)}")
        if not tools.settings.cold_url:
            click.echo("There is no cold store (cold_url): nothing leaves for it.")
        for made in await retention.decisions(door):
            words = _words(made.hot_days, made.kept_days)
            click.echo(f"{made.at:%F %T %Z} {made.person}: {made.kind} {words} ({made.reason})")

    on_tools("retention", act)


@command.command("set")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--hot-days", type=click.IntRange(1), help="Then to the cold store; none: never.")
@click.option("--kept-days", type=click.IntRange(1), help="Then deleted; none: never.")
@click.option("--reason", required=True, help="Why, in a few words; it is kept.")
@click.option("--by", required=True, help="Login of the administrator who decided it.")
def decide(kind: str, hot_days: int | None, kept_days: int | None, reason: str, by: str) -> None:
    """Decide it for one kind. Waveforms around an alarm stay as long as the alarm."""

    async def act(tools: "Tools") -> None:
        from homeward.services.people import admission
        from homeward.services.record import retention

        door = tools.store.door()
        person = await admission.person_id(door, by, Role.ADMINISTRATOR)
        wanted = retention.Retention(kind, hot_days, kept_days)
        await retention.decide(door, wanted, reason, person, tools.now())
        click.echo(f"{kind}: {_words(hot_days, kept_days)}, by {by}.")

    on_tools("retention", act)


def _words(hot_days: int | None, kept_days: int | None) -> str:
    hot = f"in the database for {hot_days} days" if hot_days else "in the database"
    kept = f"deleted after {kept_days} days" if kept_days else "never deleted"
    return f"{hot}, {kept}"


for each in (hold, release, holds):
    command.add_command(each)
