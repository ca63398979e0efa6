"""What a check of `homeward doctor` or `homeward verify` finds."""

from dataclasses import dataclass
from enum import StrEnum

import click

WIDTH = 7
NAMED_MAX = 5


class Grade(StrEnum):
    """How it stands."""

    WELL = "ok"
    WORRY = "worry"
    WRONG = "wrong"
    DUTY = "yours"  # nothing here can know it: whoever runs the installation does


COLOURS = {Grade.WELL: "green", Grade.WORRY: "yellow", Grade.WRONG: "red", Grade.DUTY: "cyan"}


@dataclass(frozen=True, slots=True)
class Found:
    """One thing looked at. `fix` says what to do where it is not well."""

    grade: Grade
    what: str
    fix: str = ""


def show(found: Found) -> None:
    """Print it, with what to do."""
    click.echo(click.style(f"{found.grade:<{WIDTH}}", fg=COLOURS[found.grade]) + found.what)
    if found.grade is not Grade.WELL and found.fix:
        word = "" if found.grade is Grade.DUTY else "fix: "
        click.echo(f"{'':<{WIDTH}}{word}{found.fix}")


def some(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - NAMED_MAX
    return ", ".join(names[:NAMED_MAX]) + (f" and {more} more" if more > 0 else "")
