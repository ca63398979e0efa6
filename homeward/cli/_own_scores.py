"""`homeward score on`, `off`, `keys`, `sign`, `add`: which scores are in use, and own tables."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from homeward.cli._reach import on_tools
from homeward.model.errors import Unreadable
from homeward.model.person import Role

if TYPE_CHECKING:
    from homeward.services.contract import Tools

_by = click.option("--by", required=True, help="Login of whoever decides it.")
_reason = click.option("--reason", required=True, help="Why, in a few words.")
_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


def _switching(name: str, is_on: bool | None, words: str) -> click.Command:
    @click.argument("score")
    @click.option("--ward", help="Only this ward.")
    @click.option("--patient", help="Only the patient of this record number.")
    @_by
    @_reason
    def switch(score: str, ward: str | None, patient: str | None, by: str, reason: str) -> None:
        if ward is not None and patient is not None:
            raise click.UsageError("--ward and --patient: leave one out")

        async def act(tools: "Tools") -> None:
            from homeward.services.people import admission
            from homeward.services.watch import own_tables

            door = tools.store.door()
            scope = own_tables.Scope(
                None if patient is None else await admission.patient_id(door, patient),
                None if ward is None else await admission.ward_id(door, ward),
            )
            person = await admission.person_id(door, by, *scope.switchers)
            said = own_tables.Said(person, reason, tools.now())
            await own_tables.switch(door, score, is_on, scope, said)
            where = ward or patient or "the site"
            click.echo(f"{score} is {name} for {where}, by {by}.")

        on_tools("score", act)

    return click.command(name, help=words)(switch)


on = _switching("on", True, "Use a score: for the site, one ward, or one patient.")
off = _switching("off", False, "Use a score no more; its open alarms end.")
default = _switching("default", None, "Take a switch back: the wider setting counts again.")


@click.command("list")
def list_scores() -> None:
    """List every score, how it is switched, and where it comes from."""

    async def act(tools: "Tools") -> None:
        from homeward.clinical.scores import SCORERS
        from homeward.services.watch import own_tables
        from homeward.services.watch.ledger import Q

        door = tools.store.door()
        for scorer in SCORERS:
            use = "in use" if scorer.is_on else "off"
            click.echo(f"{scorer.name:<24} {use:<8} {scorer.table.label}, version {scorer.version}")
        for table in await own_tables.tables(door):
            state = "withdrawn" if table.text is None else "off"
            click.echo(f"{table.name:<24} {state:<8} own table, sha256 {table.sha256 or '-'}")
        for each in await door.all(Q.score_switches, dict):
            where = each["ward"] or each["record_number"] or "the site"
            state = "on" if each["is_on"] else "off"
            when = f"{each['at']:%Y-%m-%d %H:%M}"
            click.echo(
                f"  {each['score']} {state} for {where}: {each['set_by']}, {when}, {each['reason']}"
            )

    on_tools("score", act)


@click.group("keys")
def keys() -> None:
    """Keys that sign the hospital's own tables of points."""


@keys.command("make")
@click.argument("file", type=click.Path(path_type=Path))
def make(file: Path) -> None:
    """Make a key: FILE is for whoever signs and nobody else, FILE with .pub for the site."""
    from homeward.guard import signed

    public_file = file.with_suffix(".pub")
    if file.exists() or public_file.exists():
        raise click.UsageError(f"{file} or {public_file} is there already; it is not overwritten")
    private, public = signed.make_key()
    file.touch(mode=0o600)
    file.write_bytes(private)
    public_file.write_text(signed.written(public) + "\n")
    click.echo(f"{file} signs; keep it secret. {public_file}: {signed.fingerprint(public)}")


def _trusting(name: str, is_trusted: bool, words: str) -> click.Command:
    @_file
    @click.option("--name", "label", required=is_trusted, default="", help="Whose key it is.")
    @_by
    @_reason
    def act_on(file: Path, label: str, by: str, reason: str) -> None:
        from homeward.guard import signed

        public = signed.read(file.read_text(), signed.KEY_BYTES)

        async def act(tools: "Tools") -> None:
            from homeward.services.people import admission
            from homeward.services.watch import own_tables

            door = tools.store.door()
            person = await admission.person_id(door, by, Role.ADMINISTRATOR)
            said = own_tables.Said(person, reason, tools.now())
            known = {key.public_key: key.name for key in await own_tables.keys(door)}
            who = label or known.get(public, "")
            await own_tables.trust(door, public, who, said, is_trusted=is_trusted)
            state = "is trusted" if is_trusted else "is not trusted any more"
            click.echo(f"The key {signed.fingerprint(public)} ({who}) {state}.")

        on_tools("score", act)

    return click.command(name, help=words)(act_on)


keys.add_command(_trusting("trust", True, "Trust a key: tables it signed may be added."))
keys.add_command(
    _trusting("distrust", False, "Trust a key no more: its tables are not computed any more.")
)


@keys.command("list")
def list_keys() -> None:
    """List the keys, and who trusted them."""

    async def act(tools: "Tools") -> None:
        from homeward.guard import signed
        from homeward.services.watch import own_tables

        for key in await own_tables.keys(tools.store.door()):
            state = "trusted" if key.is_trusted else "not trusted"
            mark = signed.fingerprint(key.public_key)
            click.echo(f"{mark} {state:<12} {key.name}: {key.set_by}, {key.reason}")

    on_tools("score", act)


@click.command("check")
@_file
def check(file: Path) -> None:
    """Read a table of points and say whether it has one answer to everything."""
    from homeward.clinical.score_file import read

    scorer = read(_text(file))
    click.echo(f"{scorer.name}: {scorer.table.label}, version {scorer.version}, holds.")


@click.command("sign")
@_file
@click.option("--key", required=True, type=click.Path(exists=True, path_type=Path))
def sign(file: Path, key: Path) -> None:
    """Check a table of points and sign it: writes FILE.sig."""
    from homeward.clinical.score_file import read
    from homeward.guard import signed

    read(_text(file))
    signature = signed.sign(key.read_bytes(), file.read_bytes())
    _signature_of(file).write_text(signed.written(signature) + "\n")
    click.echo(f"{_signature_of(file)} is written.")


@click.command("add")
@_file
@_by
@_reason
def add(file: Path, by: str, reason: str) -> None:
    """Add a signed table of points; FILE.sig lies beside it."""
    from homeward.guard import signed

    if not _signature_of(file).is_file():
        raise Unreadable(f"{file} is not signed: there is no {_signature_of(file)}.")
    signature = signed.read(_signature_of(file).read_text(), signed.SIGNATURE_BYTES)
    text = _text(file)

    async def act(tools: "Tools") -> None:
        from homeward.services.people import admission
        from homeward.services.watch import own_tables

        door = tools.store.door()
        person = await admission.person_id(door, by, Role.ADMINISTRATOR)
        said = own_tables.Said(person, reason, tools.now())
        scorer = await own_tables.add(door, text, signature, said)
        click.echo(
            f"{scorer.name}, version {scorer.version}, is added. "
            f"It is off until: homeward score on {scorer.name}"
        )

    on_tools("score", act)


@click.command("withdraw")
@click.argument("name")
@_by
@_reason
def withdraw(name: str, by: str, reason: str) -> None:
    """Use one of the hospital's own tables no more; its scores and alarms end."""

    async def act(tools: "Tools") -> None:
        from homeward.services.people import admission
        from homeward.services.watch import own_tables

        door = tools.store.door()
        person = await admission.person_id(door, by, Role.ADMINISTRATOR)
        await own_tables.withdraw(door, name, own_tables.Said(person, reason, tools.now()))
        click.echo(f"{name} is withdrawn, by {by}.")

    on_tools("score", act)


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode()
    except UnicodeDecodeError:
        raise Unreadable(f"{file} is not UTF-8 text.") from None


def _signature_of(file: Path) -> Path:
    return file.with_name(file.name + ".sig")


COMMANDS = (on, off, default, list_scores, keys, check, sign, add, withdraw)
