"""What a score is, and how the house finds its scores: one file in `scores/`.

A score is a pure function of the newest readings and the time. What is missing or too old
makes it a range, never a zero.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pkgutil import iter_modules

from homeward.model.alarm import Finding
from homeward.model.errors import Misconfigured
from homeward.model.reading import Reading


@dataclass(frozen=True, slots=True)
class Part:
    """One parameter's share. `value` is as scored: rounded, a letter, or a word.

    A missing part may still carry a value: one too old to count, with its age. `points` is
    None where the part is missing, or hangs on another that is.
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
    continuous, None where this score does not say. `remembered` and `remembered_red` are the
    lowest total, and whether one parameter alone is alarming, with values too old to count still
    counted: an open alarm is judged by these, for silence ends none.
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
    remembered_red: bool
    interval_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Scorer:
    """One score: how it is computed, and what it finds.

    `score(inputs, now, scale)` takes the newest reading of each vital by name;
    `findings(score, open)` gives alarm conditions by name, given the names of those open now.
    """

    name: str
    version: int
    score: Callable[[Mapping[str, Reading], datetime, int], Score]
    findings: Callable[[Score, Collection[str]], Mapping[str, Finding]]
    conditions: tuple[str, ...]
    about: str


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
