"""`homeward audit`: export the sealed audit, and check an export anywhere."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from homeward.cli._reach import on_tools, reach
from homeward.cli.settings import effective
from homeward.model.errors import Conflict, HomewardError, Unreachable

if TYPE_CHECKING:
    from homeward.services.contract import Tools

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("audit")
def command() -> None:
    """Who read or wrote what of whom, in a log that nobody can change unseen."""


@command.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write all that is sealed to a new file, for `homeward audit verify`."""
    if file.exists():
        raise Conflict(f"{file} is there already")

    fresh = file.with_name(file.name + ".new")
    try:
        with fresh.open("xb") as out:
            fresh.chmod(0o600)

            async def act(tools: "Tools") -> None:
                from homeward.services.trail.exporting import export

                async for piece in export(tools.store.door()):
                    out.write(piece)

            on_tools("audit", act)
        fresh.rename(file)
    finally:
        fresh.unlink(missing_ok=True)
    click.echo(f"{file} is written. Check it with: homeward audit verify {file} --key KEY")


@command.command("key")
def key() -> None:
    """Print the public key the audit is checked with; keep it outside, with a checkpoint."""
    from homeward.engines.audit_key import public_audit_key
    from homeward.guard.signed import written

    try:
        data = reach().data
    except Unreachable:  # it need not run
        data = effective()[0].data
    click.echo(written(public_audit_key(data)))


@command.command("checkpoint")
def checkpoint() -> None:
    """Print the newest checkpoint; keep it outside."""

    async def act(tools: "Tools") -> str | None:
        from homeward.services.trail.sealing import last_line

        return await last_line(tools.store.door())

    line = on_tools("audit", act)
    if line is None:
        raise HomewardError("nothing of the audit is sealed yet")
    click.echo(line)


@command.command("verify")
@click.argument("file", type=FILE)
@click.option("--key", "keys", type=FILE, multiple=True, required=True,
              help="File with the public key (homeward audit key).")  # fmt: skip
@click.option("--checkpoint", "held", type=FILE, multiple=True,
              help="File with checkpoints that were held outside.")  # fmt: skip
def verify(file: Path, keys: tuple[Path, ...], held: tuple[Path, ...]) -> None:
    """Check an export: it needs no running Homeward, and shares no code with what wrote it.

    Ends with 0 where the log is what was sealed, with 1 where it is not and says what and where.
    """
    from homeward.verifier.check import Unsound, check_file, said

    try:
        texts = [each.read_text() for each in keys]
        report = check_file(str(file), texts, [str(each) for each in held])
    except (OSError, Unsound) as error:
        raise HomewardError(str(error)) from None
    click.echo(said(report))
    if report.faults:
        sys.exit(1)
