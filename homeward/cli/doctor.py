"""`homeward doctor`: what is wrong, and how to fix it."""

import json
import sys
from dataclasses import asdict

import click

from homeward.cli._checks import CHECKS
from homeward.cli._found import Grade, show
from homeward.cli.settings import effective


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """Look at everything Homeward needs; say what is wrong and how to fix it."""
    settings, _ = effective()
    found = [each for check in CHECKS for each in check(settings)]
    grades = [each.grade for each in found]
    wrong = grades.count(Grade.WRONG)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], indent=1))
    else:
        for each in found:
            show(each)
        well = f"{grades.count(Grade.WELL)} well, {grades.count(Grade.DUTY)} yours"
        click.echo(f"{wrong} wrong, {grades.count(Grade.WORRY)} to worry about, {well}.")
    sys.exit(1 if wrong else 0)
