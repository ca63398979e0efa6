"""`homeward keys`: what seals patients' names and notes, and its change."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from homeward.cli._reach import on_tools
from homeward.model.errors import Misconfigured

if TYPE_CHECKING:
    from homeward.services.contract import Tools


@click.group("keys")
def command() -> None:
    """The keys that patients' names and notes are sealed by."""


@command.command("show")
def show() -> None:
    """Which key is in use, how many there are, what is not sealed yet. Shows no key."""

    async def act(tools: "Tools") -> None:
        from homeward.engines.wrapping_key import is_made_by_hand, key_file, wrapping
        from homeward.store.sealed import Q, in_clear

        settings, door = tools.settings, tools.store.door()
        held = wrapping(settings)
        by_hand = "HOMEWARD_PATIENTS_KEY"
        place = by_hand if is_made_by_hand(settings) else str(key_file(settings))
        click.echo(f"wrapping key {held.first}, in {place}")
        for other in held.names[1:]:
            click.echo(f"  and {other}, of before or to come")
        for row in await door.all(Q.keys_by_wrapping, dict):
            known = "" if row["wrapped_by"] in held.names else ": not on this machine"
            click.echo(f"{row['keys']} keys wrapped by {row['wrapped_by']}{known}")
        if not (await door.one(Q.sealing, dict))["is_begun"]:
            click.echo("Sealing begins a day after the upgrade, or with: homeward keys seal")
        waiting = await in_clear(door)
        click.echo(f"{waiting} texts or more are not sealed yet." if waiting else "All is sealed.")

    on_tools("keys", act)


@command.command("seal")
def seal() -> None:
    """Seal what is in clear, now and from now on: no process of an older version runs any more."""

    async def act(tools: "Tools") -> None:
        from homeward.store.sealed import Q
        from homeward.store.sealed import seal as seal_some

        door, done = tools.store.door(), 0
        await door.run(Q.begin_sealing, at_once=True)
        while some := await seal_some(door):
            done += some
        click.echo(f"{done} texts sealed.")

    on_tools("keys", act)


@command.command("rotate")
@click.option("--prepare", is_flag=True, help="Only add the next key to the file, to be copied.")
@click.option("--patient", "record_number", help="The key of one patient, not the wrapping key.")
def rotate(prepare: bool, record_number: str | None) -> None:
    """Wrap every patient's key by a new one, and destroy the one before; everybody works on.

    With several machines: --prepare, copy the file to each of them, then without it.
    """

    async def act(tools: "Tools") -> None:
        from homeward.cli._rotating import prepare_next, rotate_now, rotate_patient

        if record_number is not None:
            await rotate_patient(tools, record_number)
        elif prepare:
            file = prepare_next(tools.settings)
            click.echo(f"The next key is in {file} too. Copy it to every machine, then rotate.")
        else:
            count, gone = await rotate_now(tools)
            click.echo(f"{count} keys are wrapped by the new key; {gone}.")

    on_tools("keys", act)


@command.command("save")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def save(file: Path) -> None:
    """Write the wrapping key and every wrapped key to FILE: what a backup needs to be read.

    Keep only the newest, apart from the backups: who has both has everything; who loses it has
    backups without names.
    """

    async def act(tools: "Tools") -> None:
        from homeward.cli._rotating import saved
        from homeward.engines.secret import write_private

        body, count = await saved(tools)
        write_private(file, body)
        click.echo(f"{count} keys are in {file}. Keep it apart from the backups, and no older one.")

    file = file.absolute()
    on_tools("keys", act)


@command.command("load")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--to", "data", type=click.Path(path_type=Path), help="A restored data folder.")
def load(file: Path, data: Path | None) -> None:
    """Bring the keys of FILE to a restored installation that does not run yet."""
    from homeward.cli._rotating import loaded

    where = data or Path(os.environ.get("HOMEWARD_DATA", ""))
    if not str(where):
        raise Misconfigured("say which data folder: homeward keys load FILE --to FOLDER")
    click.echo(loaded(file, where.absolute()))
