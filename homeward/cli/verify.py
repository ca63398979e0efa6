"""`homeward verify`: what a running installation shows of its protection, written down."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import click

from homeward.cli._audit_checks import sealed
from homeward.cli._bus_checks import accounts
from homeward.cli._checks import CHECKS, Check
from homeward.cli._duties import duties
from homeward.cli._evidence import Part, keep
from homeward.cli._found import Found, Grade, show
from homeward.cli._reach import reach
from homeward.cli._right_checks import people, rights
from homeward.cli._weak_checks import disk, listeners, secrets, weak_settings
from homeward.cli.settings import effective
from homeward.model.errors import HomewardError
from homeward.settings import Settings

PROTECTION: tuple[Check, ...] = (
    rights, people, sealed, weak_settings, secrets, listeners, accounts, disk, duties,
)  # fmt: skip


@click.command("verify")
def command() -> None:
    """Look at what protects a running installation, and write what was found beside its data.

    `wrong` has failed, with its fix; `yours` is the operator's to know. Ends with 1 where something
    is wrong. The evidence names accounts of staff and no patient; it is its owner's alone.
    """
    settings, now = reach(), datetime.now(UTC)
    asked = replace(effective()[0], data=settings.data)  # the doctor looks by whose engines it is
    parts = [*_parts(PROTECTION, settings), *_parts(CHECKS, asked)]
    for part in parts:
        click.secho(f"\n{part.title}", bold=True)
        for each in part.found:
            show(each)
    file = keep(settings, parts, now)
    every = [each.grade for part in parts for each in part.found]
    count = {grade: every.count(grade) for grade in Grade}
    click.echo(
        f"\n{count[Grade.WRONG]} wrong, {count[Grade.WORRY]} to worry about, "
        f"{count[Grade.WELL]} well, {count[Grade.DUTY]} yours. Written to {file}"
    )
    sys.exit(1 if count[Grade.WRONG] else 0)


def _parts(checks: Sequence[Check], settings: Settings) -> Iterator[Part]:
    for check in checks:
        title = (check.__doc__ or "").splitlines()[0]
        try:
            found = tuple(check(settings))
        except HomewardError as error:  # what cannot be looked at has not been found in order
            found = (Found(Grade.WRONG, str(error), "homeward doctor"),)
        if found:
            yield Part(check.__name__, title, found)
