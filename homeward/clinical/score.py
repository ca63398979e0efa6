"""What a score is, and how the house finds its scores: one file in `scores/`.

A score is a pure function of the newest readings and the time. What is missing or too old
makes it a range, never a zero.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from pkgutil import iter_modules

from homeward.clinical.score_table import Chart, Table
from homeward.clinical.subject import Subject
from homeward.model.alarm import Finding
from homeward.model.errors import Misconfigured
from homeward.model.reading import Reading

OWN = "own_"  # a hospital's own tables, and so their alarm conditions, are named so


@dataclass(frozen=True, slots=True)
class Part:
    """One parameter's share. `value` is as scored: rounded, a letter, or a word.

    A missing part may still carry a value: one too old to count, with its age, or one that does
    not say how much. `points` is None where the part is missing, or hangs on another that is.
    """

    parameter: str
    label: str
    value: str | None
    points: int | None
    at: datetime | None
    age_seconds: int | None
    is_missing: bool


@dataclass(frozen=True, slots=True)
class Score:
    """A score at one moment. `total` is None while inputs are missing.

    `low` and `high` are the lowest and highest totals the missing parts allow, `risk` and
    `interval` what is certain already, `risk_at_worst` what cannot be ruled out.
    `interval_seconds` is the longest time until the next observation that is certain: 0 is
    continuous, None where this score does not say. `remembered` and `remembered_single` are the
    lowest total, and the most points one parameter is sure to give, with values too old to count
    still counted: an open alarm is judged by these, for silence ends none.

    `label` is the score's name for people, `chart` which of its charts (an age band) was used,
    `said` its result in words: 7, ≥ 3, or 1 red 2 yellow.
    """

    name: str
    at: datetime
    total: int | None
    low: int
    high: int
    risk: str
    interval: str
    parts: tuple[Part, ...]
    scale: int
    risk_at_worst: str
    remembered: int
    remembered_single: int
    interval_seconds: int | None
    label: str
    chart: str
    said: str


@dataclass(frozen=True, slots=True)
class Scorer:
    """One score: whom it is for, how it is computed, and what it finds.

    `chart_of(subject, day)` is None for whom the score is not meant. `score(inputs, now, chart)`
    takes the newest reading of each vital by name; `findings(score, open)` gives alarm conditions
    by name, given the names of those open now. `leads`: meant to be the one a patient is known
    by. `is_on`: in use unless it is switched off; one that is not must be switched on.
    """

    table: Table
    version: int
    charts: tuple[Chart, ...]
    chart_of: Callable[[Subject, date], Chart | None]
    score: Callable[[Mapping[str, Reading], datetime, Chart], Score]
    findings: Callable[[Score, Collection[str]], Mapping[str, Finding]]
    about: str
    leads: bool
    is_on: bool

    @property
    def name(self) -> str:
        """Its name in records and alarm conditions."""
        return self.table.name

    @property
    def conditions(self) -> tuple[str, ...]:
        """The alarm conditions it may find."""
        return self.table.conditions


def is_active(scorer: Scorer, switches: Mapping[str, bool]) -> bool:
    """Is this score in use, given what was switched on or off by name?"""
    return switches.get(scorer.name, scorer.is_on)


def active_charts(
    scorers: Sequence[Scorer], subject: Subject, on: date, switches: Mapping[str, bool]
) -> tuple[tuple[Scorer, Chart], ...]:
    """The scores in use for one person, each with its chart; the leading one first.

    A hospital's own table leads before one of the house.
    """
    found = [
        (scorer, chart)
        for scorer in scorers
        if is_active(scorer, switches) and (chart := scorer.chart_of(subject, on)) is not None
    ]
    return tuple(sorted(found, key=lambda e: (not e[0].leads, not e[0].name.startswith(OWN))))


def discover(package: str = "homeward.clinical.scores") -> tuple[Scorer, ...]:
    """Every score of a package, by name; each module holds one SCORER of its own name."""
    scorers: list[Scorer] = []
    path = import_module(package).__path__
    for module in sorted(iter_modules(path), key=lambda module: module.name):
        scorer = import_module(f"{package}.{module.name}").SCORER
        if scorer.name != module.name:
            raise Misconfigured(f"score {scorer.name!r} lives in {module.name}.py")
        scorers.append(scorer)
    return tuple(scorers)
