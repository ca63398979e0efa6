"""`homeward score`: check a score at the terminal, from values typed by hand."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from homeward.clinical.limit import shown_unit
from homeward.clinical.score import Part, Score
from homeward.clinical.scores import news2 as news2_score
from homeward.model.errors import Unreadable
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME, CONSCIOUSNESS_LETTERS, Vital

NEWS2_NAMES = (*news2_score.PARAMETERS, "heart_rate")
SCALE = "spo2_scale"
EXAMPLE = (
    "homeward score news2 respiratory_rate=24 oxygen_saturation=91.5 on_oxygen=false "
    "systolic=105 pulse=118 consciousness=A temperature=38.4"
)
_FLAGS = {"true": 1.0, "yes": 1.0, "1": 1.0, "false": 0.0, "no": 0.0, "0": 0.0}


@click.group("score")
def command() -> None:
    """Check a clinical score by hand: its total, its parts, its risk."""


@command.command("news2")
@click.argument("values", nargs=-1, metavar="NAME=VALUE...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def news2(values: tuple[str, ...], as_json: bool) -> None:
    """NEWS2 from NAME=VALUE pairs; what you leave out makes it a range.

    \b
    respiratory_rate  /min       systolic       mmHg
    oxygen_saturation %          pulse          /min (or heart_rate)
    on_oxygen         true/false consciousness  A, C, V, P or U
    temperature       °C         spo2_scale     1 or 2
    """
    given = _pairs(values)
    scale = _scale(given.pop(SCALE, "1"))
    now = datetime.now(UTC)
    inputs = {name: _reading(name, text, now) for name, text in given.items()}
    score = news2_score.score(inputs, now, scale)
    if as_json:
        click.echo(json.dumps(as_data(score), ensure_ascii=False, indent=2))
    else:
        _print(score)


def as_data(score: Score) -> Mapping[str, Any]:
    """The score as plain data for JSON."""
    return {
        "name": score.name,
        "scale": score.scale,
        "total": score.total,
        "low": score.low,
        "high": score.high,
        "risk": score.risk,
        "risk_at_worst": score.risk_at_worst,
        "interval": score.interval,
        "missing": [part.parameter for part in score.parts if part.is_missing],
        "parts": [
            {
                "parameter": part.parameter,
                "label": part.label,
                "value": part.value,
                "points": part.points,
                "is_missing": part.is_missing,
            }
            for part in score.parts
        ],
    }


def _pairs(values: Sequence[str]) -> dict[str, str]:
    if not values:
        raise click.UsageError(f"there is nothing to score; for example:\n  {EXAMPLE}")
    given: dict[str, str] = {}
    for pair in values:
        name, equals, text = pair.partition("=")
        if not equals or not text:
            raise click.UsageError(f"{pair!r} is not NAME=VALUE; for example pulse=72")
        if name not in (*NEWS2_NAMES, SCALE):
            known = ", ".join((*NEWS2_NAMES, SCALE))
            raise click.UsageError(f"NEWS2 knows no {name!r}; it takes {known}")
        if name in given:
            raise click.UsageError(f"{name} is given twice; leave one out")
        given[name] = text
    return given


def _scale(text: str) -> int:
    if text not in ("1", "2"):
        raise click.UsageError(f"{SCALE} is 1 or 2, not {text!r}")
    return int(text)


def _reading(name: str, text: str, now: datetime) -> Reading:
    vital = BY_NAME[name]
    try:
        return Reading(vital, _number(vital, text), now)
    except Unreadable as error:
        raise click.UsageError(f"{error}; check the number: it is in {shown_unit(vital)}") from None


def _number(vital: Vital, text: str) -> float:
    if vital.name == "consciousness":
        if len(text) != 1 or text.upper() not in CONSCIOUSNESS_LETTERS:
            raise click.UsageError(
                f"consciousness is one of A (alert), C (new confusion), V (voice), P (pain), "
                f"U (unresponsive), not {text!r}"
            )
        return float(CONSCIOUSNESS_LETTERS.index(text.upper()))
    if vital.name == "on_oxygen":
        if text.lower() not in _FLAGS:
            raise click.UsageError(f"on_oxygen is true or false, not {text!r}")
        return _FLAGS[text.lower()]
    try:
        return float(text)
    except ValueError:
        raise click.UsageError(
            f"{vital.name} is a number in {shown_unit(vital)}, not {text!r}"
        ) from None


def _print(score: Score) -> None:
    table = Table(title=f"NEWS2, SpO₂ scale {score.scale}", title_justify="left")
    table.add_column("parameter")
    table.add_column("scored as", justify="right")
    table.add_column("points", justify="right")
    for part in score.parts:
        table.add_row(part.label, part.value or "missing", _points(part))
    total = str(score.total) if score.total is not None else f"{score.low} to {score.high}"
    table.add_section()
    table.add_row("total", "", total, style="bold")
    risk = score.risk
    if score.risk_at_worst != score.risk:
        risk += f", {score.risk_at_worst} not ruled out"
    console = Console(highlight=False)
    console.print(table)
    console.print(f"risk: {risk}; observe: {score.interval}")
    console.print("Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017")


def _points(part: Part) -> str:
    return "?" if part.points is None else str(part.points)
