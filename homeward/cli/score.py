"""`homeward score`: check a score by hand, say which are in use, add the hospital's own."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from homeward.cli._own_scores import COMMANDS
from homeward.clinical.limit import shown_unit
from homeward.clinical.score import Part, Score, Scorer
from homeward.clinical.score_table import Chart
from homeward.clinical.scores import SCORERS
from homeward.clinical.subject import Subject
from homeward.model.errors import Unreadable
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME, CONSCIOUSNESS_LETTERS, EFFORT_WORDS, Vital

SCALE = "spo2_scale"
AGE = re.compile(r"(\d{1,3})(y|mo|d)")
EXAMPLES = {
    "news2": "homeward score news2 respiratory_rate=24 oxygen_saturation=91.5 on_oxygen=false "
    "systolic=105 pulse=118 consciousness=A temperature=38.4",
    "bedside_pews": "homeward score bedside_pews --age 6y heart_rate=142 systolic=104 "
    "capillary_refill=3 respiratory_rate=38 respiratory_effort=moderate oxygen_saturation=92 "
    "oxygen_flow=2",
}
_FLAGS = {"true": 1.0, "yes": 1.0, "1": 1.0, "false": 0.0, "no": 0.0, "0": 0.0}


@click.group("score")
def command() -> None:
    """Check a clinical score by hand; say which are in use, and add the hospital's own."""


def _by_hand(scorer: Scorer) -> click.Command:
    """The command that computes one score from values typed by hand."""
    lines = [f"    {name:<20}{_said_unit(BY_NAME[name])}" for name in _names(scorer)]
    if len({chart.scale for chart in scorer.charts}) > 1:
        lines.append(f"    {SCALE:<20}1 or 2")
    words = "\n".join(lines)
    about = f"{scorer.table.label} from NAME=VALUE pairs; what you leave out makes it a range."

    @click.argument("values", nargs=-1, metavar="NAME=VALUE...")
    @click.option("--age", help="As 20d, 5mo or 6y; chooses the chart, where there are several.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
    def compute(values: tuple[str, ...], age: str | None, as_json: bool) -> None:
        given = _pairs(scorer, values)
        scale = _scale(given.pop(SCALE, "1"))
        now = datetime.now(UTC)
        chart = _chart(scorer, age, scale, now.date())
        inputs = {name: _reading(name, text, now) for name, text in given.items()}
        score = scorer.score(inputs, now, chart)
        if as_json:
            click.echo(json.dumps(as_data(score), ensure_ascii=False, indent=2))
        else:
            _print(score, scorer)

    return click.command(scorer.name, help=f"{about}\n\n\b\n{words}")(compute)


def as_data(score: Score) -> Mapping[str, Any]:
    """The score as plain data for JSON."""
    return {
        "name": score.name,
        "label": score.label,
        "chart": score.chart,
        "scale": score.scale,
        "total": score.total,
        "low": score.low,
        "high": score.high,
        "said": score.said,
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


def _names(scorer: Scorer) -> tuple[str, ...]:
    """Every vital it may be made of, in the chart's order."""
    every = (p for chart in scorer.charts for p in chart.parameters)
    return tuple(dict.fromkeys(each.vital.name for p in every for each in p.sources))


def _chart(scorer: Scorer, age: str | None, scale: int, today: date) -> Chart:
    """The chart for somebody of this age; of those of a mother there is only one."""
    if age is None:
        charts = [chart for chart in scorer.charts if chart.scale == scale]
        if len(charts) > 1:
            names = "; ".join(chart.name for chart in charts)
            raise click.UsageError(f"{scorer.table.label} needs --age, as 6y or 5mo: {names}")
        if not charts:
            raise click.UsageError(f"{scorer.table.label} has no {SCALE} {scale}")
        return charts[0]
    born = _born(age, today)
    for is_pregnant in (False, True):
        chart = scorer.chart_of(Subject(born, scale, is_pregnant), today)
        if chart is not None:
            return chart
    raise click.UsageError(f"{scorer.table.label} is not meant for an age of {age}")


def _born(age: str, today: date) -> date:
    found = AGE.fullmatch(age.replace(" ", ""))
    if found is None:
        raise click.UsageError(f"{age!r} is no age; write 20d, 5mo or 6y")
    count = int(found[1])
    if found[2] == "d":
        return today - timedelta(days=count)
    months = 12 * today.year + today.month - 1 - count * (12 if found[2] == "y" else 1)
    return date(months // 12, months % 12 + 1, 1)  # full since the first of the month


def _pairs(scorer: Scorer, values: Sequence[str]) -> dict[str, str]:
    names = (*_names(scorer), SCALE) if scorer.name == "news2" else _names(scorer)
    if not values:
        example = EXAMPLES.get(scorer.name, f"homeward score {scorer.name} {names[0]}=...")
        raise click.UsageError(f"there is nothing to score; for example:\n  {example}")
    given: dict[str, str] = {}
    for pair in values:
        name, equals, text = pair.partition("=")
        if not equals or not text:
            raise click.UsageError(f"{pair!r} is not NAME=VALUE; for example pulse=72")
        if name not in names:
            known = ", ".join(names)
            raise click.UsageError(f"{scorer.table.label} knows no {name!r}; it takes {known}")
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
    if vital.name == "respiratory_effort":
        if text.lower() not in EFFORT_WORDS:
            known = ", ".join(EFFORT_WORDS)
            raise click.UsageError(f"respiratory_effort is one of {known}, not {text!r}")
        return float(EFFORT_WORDS.index(text.lower()))
    try:
        return float(text)
    except ValueError:
        raise click.UsageError(
            f"{vital.name} is a number in {shown_unit(vital)}, not {text!r}"
        ) from None


def _said_unit(vital: Vital) -> str:
    words = {
        "consciousness": "A, C, V, P or U",
        "on_oxygen": "true/false",
        "respiratory_effort": ", ".join(EFFORT_WORDS),
    }
    return words.get(vital.name, shown_unit(vital))


def _print(score: Score, scorer: Scorer) -> None:
    chart = f", SpO₂ scale {score.scale}" if score.name == "news2" else f", {score.chart}"
    table = Table(title=f"{score.label}{chart if chart != ', ' else ''}", title_justify="left")
    table.add_column("parameter")
    table.add_column("scored as", justify="right")
    table.add_column("points", justify="right")
    for part in score.parts:
        points = _points(part, is_colour=scorer.table.colours)
        table.add_row(part.label, part.value or "missing", points)
    total = str(score.total) if score.total is not None else f"{score.low} to {score.high}"
    table.add_section()
    table.add_row("total", "", score.said if scorer.table.colours else total, style="bold")
    risk = score.risk
    if score.risk_at_worst != score.risk:
        risk += f", {score.risk_at_worst} not ruled out"
    console = Console(highlight=False)
    console.print(table)
    console.print(f"risk: {risk}; observe: {score.interval}")
    console.print(scorer.about.split("\n\n")[1].replace("\n", " "))


def _points(part: Part, *, is_colour: bool) -> str:
    if part.points is None:
        return "?"
    return ("", "yellow", "red")[part.points] if is_colour else str(part.points)


for _scorer in SCORERS:
    command.add_command(_by_hand(_scorer))
for _command in COMMANDS:
    command.add_command(_command)
